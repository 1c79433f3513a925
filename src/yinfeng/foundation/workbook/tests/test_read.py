"""Excel and CSV in: judged by content, limited, and refused in words."""

from __future__ import annotations

import contextlib
import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.foundation.workbook.read import cell_name, read_workbook
from yinfeng.kernel.errors import DomainError


def workbook(*rows, title: str = "台账") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_an_xlsx_gives_plain_values_whatever_its_name() -> None:
    content = workbook(
        ["项目", "金额", "日期", "占比"], ["  示例厂 ", 3.0, datetime(2026, 1, 5), 0.25], ["", None, None, 7]
    )
    sheet = read_workbook(content, name="其实是.csv")[0]
    assert sheet.name == "台账"
    assert sheet.rows[1][:2] == ["示例厂", 3]
    assert isinstance(sheet.rows[1][1], int)
    assert sheet.rows[1][2] in (date(2026, 1, 5), datetime(2026, 1, 5))
    assert sheet.rows[2] == [None, None, None, 7]


def test_rows_keep_their_numbers_when_the_top_is_empty() -> None:
    book = openpyxl.Workbook()
    book.active["C3"] = "起点"
    out = io.BytesIO()
    book.save(out)
    rows = read_workbook(out.getvalue())[0].rows
    assert rows[2][2] == "起点"
    assert cell_name(2, 2) == "C3"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_csv_is_read_in_the_encodings_people_use(encoding: str, separator: str) -> None:
    text = separator.join(["项目", "金额"]) + "\r\n" + separator.join(['"示例,厂;一"', "3.5"]) + "\r\n\r\n"
    assert read_workbook(text.encode(encoding))[0].rows == [["项目", "金额"], ["示例,厂;一", "3.5"]]


def test_formulas_give_their_value_and_bring_no_formula() -> None:
    rows = read_workbook(workbook(["=1+1", "x"]))[0].rows
    assert rows[0][0] in (None, 0, 2)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "workbook.empty"),
        (b"PK\x03\x04 broken", "workbook.damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "workbook.damaged"),
        (bytes(range(256)), "workbook.unknown"),
        (workbook(["a"])[:-200], "workbook.damaged"),
        (b'a,b\n"' + b"x" * 200_000, "workbook.damaged"),
        ((",".join("a" * 600)).encode(), "workbook.too_many_rows"),
        (b"a\n" * 200_001, "workbook.too_many_rows"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_mend(content: bytes, code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        read_workbook(content, name="台账.xlsx")
    assert refusal.value.code == code
    assert "台账.xlsx" in refusal.value.message
    assert refusal.value.fix


def test_a_bomb_is_refused_before_it_is_opened() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * (60 * 1024 * 1024))
    with pytest.raises(DomainError) as refusal:
        read_workbook(out.getvalue(), name="炸弹.xlsx")
    assert refusal.value.code == "workbook.bomb"


def test_a_path_is_read_and_named(tmp_path: Path) -> None:
    path = tmp_path / "区台账.csv"
    path.write_text("项目\n甲\n", encoding="gb18030")
    assert read_workbook(path)[0].rows == [["项目"], ["甲"]]
    path.write_bytes(b"")
    with pytest.raises(DomainError, match=r"区台账\.csv"):
        read_workbook(path)


@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]))
def test_any_bytes_are_read_or_refused(body: bytes, start: bytes) -> None:
    with contextlib.suppress(DomainError):
        assert isinstance(read_workbook(start + body), list)


@given(st.integers(0, 18_000))
def test_cell_names_are_those_of_excel(column: int) -> None:
    assert cell_name(0, column) == openpyxl.utils.get_column_letter(column + 1) + "1"
