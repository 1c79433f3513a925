"""The command keeps its contract: JSON Lines out, one clear line a bad file, the others read."""

import json
from pathlib import Path

import pytest

from yinfeng.reading.cli import main

TEXT = "5月6日,临溪市槐序新材料项目开工,总投资3亿元。\n"


def files(folder: Path, count: int) -> list[str]:
    for number in range(count):
        (folder / f"d{number}.txt").write_text(TEXT * (number + 1), encoding="utf-8")
    return [str(folder / f"d{number}.txt") for number in range(count)]


def test_one_line_a_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*files(tmp_path, 2), "--date", "2024-05-20"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["id"] for line in lines] == ["d0", "d1"]
    assert lines[0]["doc_date"] == "2024-05-20"
    project = lines[0]["projects"][0]
    assert (project["stage"], project["date"], project["investment"]["value"]) == ("started", "2024-05-06", 300_000_000)
    assert {"confidence", "certain", "evidence"} <= set(project)
    for piece in project["evidence"]:
        assert TEXT[piece["start"] : piece["end"]] == piece["quote"]


def test_a_bad_file_does_not_stop_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = files(tmp_path, 1)
    bad = tmp_path / "bad.docx"
    bad.write_bytes(b"PK\x03\x04nothing")
    assert main([str(bad), *good, str(tmp_path / "gone.txt")]) == 1
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 1
    assert [line.split(":")[0] for line in err.splitlines()] == [str(bad), str(tmp_path / "gone.txt")]


def test_jobs_give_the_same_lines_in_the_same_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = files(tmp_path, 6)
    assert main(names) == 0
    alone = capsys.readouterr().out
    assert main([*names, "--jobs", "2"]) == 0
    assert capsys.readouterr().out == alone


def test_join_prints_one_line_a_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = [*files(tmp_path, 3), str(tmp_path / "gone.txt")]
    assert main([*names, "--join", "--date", "2024-05-20"]) == 1
    out, err = capsys.readouterr()
    lines = [json.loads(line) for line in out.splitlines()]
    assert [len(line["sources"]) for line in lines] == [3]
    assert lines[0]["differing"] == {}
    assert err.startswith(names[-1])


@pytest.mark.parametrize(
    "arguments", [[], ["--date", "tomorrow", "a.txt"], ["--jobs", "0", "a.txt"], ["--what", "a.txt"]]
)
def test_usage_is_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err
