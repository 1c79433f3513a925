"""Whatever the text: the reader answers, and every quotation is the raw page's own."""

import os
import sys
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yinfeng.reading import load, read_text

WORDS = st.sampled_from(
    [
        "项目",
        "总投资",
        "3亿元",
        "5个",
        "签约",
        "开工",
        "的",
        "、",
        ",",
        "。",
        ";",
        "\n",
        "等",
        "其中",
        "包括",
        "一期",
        "该项目",
        "槐序集团",
        "临溪市",
        "产业园",
        "2024年",
        "1-6月",
        "同比增长",
        "12%",
        "(",
        ")",
        "“",
        "”",
        "業(yè)",
        "?",
        "亿元以上",
        "将",
        "由",
        "投资建设",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS | st.characters(min_codepoint=32, max_codepoint=0x9FFF), max_size=60).map("".join))
def test_any_text_is_read_and_quoted(raw: str) -> None:
    reading = read_text(raw, doc_date=date(2024, 5, 20))
    for record in [*reading.projects, *reading.aggregates, *reading.money]:
        assert 0 <= record.confidence <= 1
        for piece in record.evidence:
            assert raw[piece.start : piece.end] == piece.quote


def shared() -> Path:
    folder = Path(os.environ.get("YINFENG_SHARED", Path(__file__).parents[5] / "shared"))
    if not (folder / "eval" / "score.py").is_file():
        pytest.skip("the shared evaluation folder is not beside this checkout (YINFENG_SHARED)")
    return folder


@pytest.mark.shared
def test_seeds_are_readable() -> None:
    for path in sorted((shared() / "seeds").glob("*.txt")):
        source = load(path)
        reading = read_text(source.raw_text, doc_date=source.doc_date)
        assert reading.projects
        assert reading.aggregates


@pytest.mark.shared
def test_scores_on_the_development_set() -> None:
    folder = shared() / "eval"
    spec = spec_from_file_location("shared_score", folder / "score.py")
    assert spec is not None
    assert spec.loader is not None
    score = module_from_spec(spec)
    sys.modules["shared_score"] = score
    spec.loader.exec_module(score)
    predictions = {}
    for path in sorted((folder / "dev").glob("*.txt")):
        if not path.name.endswith(".norm.txt"):
            source = load(path)
            predictions[path.stem] = read_text(source.raw_text, doc_date=source.doc_date).to_json()
    result, _ = score.score_set(score.load_gold(folder / "dev"), predictions)
    least = {"money": 0.98, "projects": 0.85, "record": 0.72, "aggregates": 0.78}
    assert {name: result["all"][name]["f1"] >= bound for name, bound in least.items()} == dict.fromkeys(least, True)


@pytest.mark.shared
def test_garbled_pages_score_like_their_readable_form() -> None:
    for path in sorted((shared() / "eval" / "dev").glob("*.norm.txt")):
        raw = path.with_name(path.name.replace(".norm.txt", ".txt"))
        source = load(raw)
        garbled = read_text(source.raw_text, doc_date=source.doc_date).to_json()
        plain = read_text(path.read_text(encoding="utf-8"), doc_date=source.doc_date).to_json()
        for part, key in (("projects", "name"), ("aggregates", "measure"), ("money", "value")):
            assert len(garbled[part]) == len(plain[part]), (path.name, part, key)
