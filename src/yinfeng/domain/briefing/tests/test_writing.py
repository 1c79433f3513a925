"""Templates and the text of a bulletin as plain data."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.domain.briefing.rules.template import parse_kinds, pieces, standard_body
from yinfeng.domain.briefing.rules.writing import as_source, changed, digest_of, from_source, plain_text

FIGURES: list[dict[str, Any]] = [
    {"n": 1, "indicator": "signed_count", "aspect": "value", "line": "", "shown": "32个"},
    {"n": 2, "indicator": "start_rate", "aspect": "value", "line": "", "shown": "68.8%"},
]
BLOCKS: list[dict[str, Any]] = [
    {"type": "heading", "runs": [["text", "一、签约"]]},
    {"type": "text", "runs": [["text", "签约"], ["figure", 1], ["text", "，开工率"], ["figure", 2], ["text", "。"]]},
    {"type": "table", "title": "", "head": ["单位", "签约"], "rows": [[[["text", "合计"]], [["figure", 1]]]]},
]


def test_all_the_kinds_of_the_trade_ship() -> None:
    kinds = parse_kinds(standard_body())
    assert [k.name for k in kinds.values()] == [
        "周报", "月报", "季度通报", "半年总结", "集中签约", "考核公示", "项目一页纸", "走访材料",
    ]  # fmt: skip
    assert kinds["half_year"].span(date(2024, 6, 30)).label == "2024年1—6月" or kinds["half_year"].span(
        date(2024, 6, 30)
    ).end == date(2024, 6, 30)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"period": "decade"}, "period"),
        ({"blocks": []}, "blocks"),
        ({"blocks": [{"text": "{indicater signed_count}"}]}, "第 1 段"),
        ({"blocks": [{"text": "好"}, {"text": "{indicator a b}"}]}, "第 2 段"),
        ({"blocks": [{"text": "{period"}]}, "大括号"),
        ({"blocks": [{"table": {"columns": ["signed_count"]}}]}, "by"),
        ({"blocks": [{"picture": "x"}]}, "没有“picture”"),
        ({"blocks": [{"arrivals": "到位"}]}, "about: project"),
        ({"title": ""}, "title"),
        ({"colour": "red"}, "没有“colour”"),
        ({"blocks": [{"text": None}]}, "没有文字"),
        ({"blocks": [{"table": {"by": "colour", "columns": ["signed_count"]}}]}, "不能按“colour”"),
        ({"blocks": [{"chart": {"by": "unit", "indicator": "signed_count", "colour": 1}}]}, "没有“colour”"),
    ],
)
def test_a_bad_template_is_refused_with_its_place(change: dict[str, Any], words: str) -> None:
    kind = {"name": "月报", "title": "{period}月报", "blocks": [{"text": "{indicator signed_count}"}], **change}
    with pytest.raises(ValueError, match=words):
        parse_kinds({"kinds": {"monthly": kind}})


def test_edited_words_keep_their_figures_and_tables() -> None:
    source = as_source(BLOCKS)
    assert source.splitlines() == ["# 一、签约", "签约[1]，开工率[2]。", "{{2}}"]
    assert from_source(source, BLOCKS, FIGURES) == BLOCKS
    edited = from_source("## 小结\n本期签约[1]。\n> 说明\n", BLOCKS, FIGURES)
    assert [b["type"] for b in edited] == ["subheading", "text", "note"]
    assert plain_text("标题", edited, FIGURES).splitlines() == ["标题", "小结", "本期签约32个。", "说明"]


@pytest.mark.parametrize("source", ["签约[9]。", "{{0}}", "{{7}}", "  \n"])
def test_a_figure_that_does_not_exist_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match=r"行|正文"):
        from_source(source, BLOCKS, FIGURES)


@given(st.text(max_size=60))
def test_no_title_breaks_the_template(text: str) -> None:
    try:
        told = pieces(text, "标题")
    except ValueError:
        return
    assert all(piece.value for piece in told)


def test_the_digest_changes_with_any_word_and_figure() -> None:
    whole = digest_of("标题", BLOCKS, FIGURES, {"definitions": "v1"})
    assert whole == digest_of("标题", BLOCKS, FIGURES, {"definitions": "v1"})
    other = [{**FIGURES[0], "shown": "33个"}, FIGURES[1]]
    assert (
        len({whole, digest_of("题", BLOCKS, FIGURES, {}), digest_of("标题", BLOCKS, other, {"definitions": "v1"})}) == 3
    )
    assert changed(FIGURES, other) == [(FIGURES[0], other[0])]
    assert changed(FIGURES, FIGURES) == []
