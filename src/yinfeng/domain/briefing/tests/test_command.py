"""yinfeng brief check: exit codes, what goes to stderr, and JSON."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import docx
import pytest
from django.core.management import CommandError, call_command


def run(capsys: Any, *arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("brief", *arguments, stdout=out, stderr=err)
    except SystemExit as stop:
        code = int(stop.code or 0)
    except CommandError as fault:
        code = fault.returncode
    return code, out.getvalue(), err.getvalue()


def test_a_right_bulletin_is_told_so(tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "通报.txt"
    file.write_text("签约32个，开工22个，开工率68.8%。", encoding="utf-8")
    code, out, err = run(capsys, "check", str(file))
    assert (code, err) == (0, "")
    assert "核对 1 个关系，0 处不符" in out


def test_each_disagreement_is_a_line_on_stderr(tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "通报.txt"
    file.write_text("标题\n签约32个，开工22个，开工率68.9%。共9个，其中内资5个、外资3个。", encoding="utf-8")
    code, _out, err = run(capsys, "check", str(file))
    assert code == 1
    lines = err.splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"{file}:2", f"{file}:2"]
    assert "68.9%" in lines[0]
    assert "[" in lines[0]


def test_json_has_spans_of_the_raw_text(tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "a.txt"
    text = "签约32个，开工22个，开工率68.9%。"
    file.write_text(text, encoding="utf-8")
    code, out, _err = run(capsys, "check", str(file), "--json")
    (wrong,) = json.loads(out)["disagreements"]
    assert code == 1
    assert text[wrong["start"] : wrong["end"]] == wrong["quote"] == "68.9%"
    assert (wrong["expected"], wrong["kind"]) == ("68.8%", "rate")


def test_a_word_file_with_a_table_is_read(tmp_path: Path, capsys: Any) -> None:
    document = docx.Document()
    document.add_paragraph("各单位签约情况")
    table = document.add_table(rows=4, cols=3)
    for row, cells in enumerate(
        [("单位", "签约", "开工"), ("甲县", "12", "8"), ("乙县", "9", "7"), ("合计", "22", "15")]
    ):
        for column, cell in enumerate(cells):
            table.cell(row, column).text = cell
    file = tmp_path / "a.docx"
    document.save(str(file))
    code, _out, err = run(capsys, "check", str(file))
    assert code == 1
    assert "12 + 9 = 21" in err


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("check",), 2), (("没有的种类",), 2), (("check", "missing.txt"), 1), (("monthly", "--project", "P1"), 2),
     (("monthly", "a.docx"), 2), (("monthly", "--out", "no/such/folder.docx"), 2),
     (("monthly", "--out", "monthly.xlsx"), 2)],
)  # fmt: skip
def test_usage_and_missing_files(arguments: tuple[str, ...], code: int, capsys: Any) -> None:
    assert run(capsys, *arguments)[0] == code
