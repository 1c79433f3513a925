"""Excel out: what a person opens is what was asked for, and nothing in it can run."""

from __future__ import annotations

import tempfile
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yinfeng.foundation.workbook.read import read_workbook
from yinfeng.foundation.workbook.write import About, CellKind, Column, Written, stream_rows
from yinfeng.kernel.errors import DomainError

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
ABOUT = About("项目台账", "10亿元以上", NOON, "示例人员", facts=[("筛选", "城北区；在谈")])
COLUMNS = [
    Column("项目名称", width=30),
    Column("总投资（万元）", CellKind.MONEY, divide_by=10_000, summed=True),
    Column("签约日期", CellKind.DATE),
    Column("更新时间", CellKind.MOMENT),
    Column("就业（人）", CellKind.INTEGER, summed=True),
]
ROWS = [
    ["示例储能基地", 360_000_000, date(2026, 1, 5), NOON, 120],
    ["示例零部件厂", 45_678_900, None, None, None],
]


def write(tmp_path: Path, rows=ROWS, columns=COLUMNS) -> Written:
    return stream_rows(columns, rows, ABOUT, path=tmp_path / "out.xlsx")


def test_numbers_are_numbers_dates_are_dates_and_the_header_stands(tmp_path: Path) -> None:
    written = write(tmp_path)
    sheet = openpyxl.load_workbook(written.path)["项目台账"]
    assert [c.value for c in sheet[1]] == [c.label for c in COLUMNS]
    assert [c.value for c in sheet[2]] == [
        "示例储能基地",
        36_000,
        datetime(2026, 1, 5),
        datetime(2026, 3, 2, 12, 0),
        120,
    ]
    assert sheet["B2"].number_format == "#,##0.00"
    assert [c.value for c in sheet[3]] == ["示例零部件厂", 4567.89, None, None, None]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:E3"


def test_the_legend_says_view_time_person_count_sum_and_the_standing_line(tmp_path: Path) -> None:
    written = write(tmp_path)
    assert written.rows == 2
    assert written.sums == {"总投资（万元）": Decimal("40567.89"), "就业（人）": Decimal(120)}
    legend = {row[0].value: row[1].value for row in openpyxl.load_workbook(written.path)["说明"].iter_rows()}
    assert legend["视图"] == "10亿元以上"
    assert legend["数据截至"] == "2026-03-02 12:00"
    assert legend["导出人"] == "示例人员"
    assert legend["筛选"] == "城北区；在谈"
    assert legend["行数"] == 2
    assert legend["合计：总投资（万元）"] == 40567.89
    assert "严禁录入涉密信息" in legend


@pytest.mark.parametrize(
    "text", ["=1+1", "+86 10", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://192.0.2.1","点我")', "=cmd|' /C calc'!A0"]
)
def test_text_is_never_a_formula(tmp_path: Path, text: str) -> None:
    written = write(tmp_path, [[text, 1, None, None, None]])
    cell = openpyxl.load_workbook(written.path)["项目台账"]["A2"]
    assert cell.data_type == "s"
    assert cell.value == text
    assert cell.quotePrefix  # editing the cell, or saving as CSV and opening again, makes no formula either
    with zipfile.ZipFile(written.path) as packed:
        assert not any(b"<f>" in packed.read(n) for n in packed.namelist() if "worksheets" in n)


def test_odd_values_do_not_spoil_the_sheet(tmp_path: Path) -> None:
    written = write(
        tmp_path,
        [
            ["\ud800坏\x00字符\x1f", Decimal("1.5"), date(1850, 1, 1), "待定", float("nan")],
            ["长" * 40_000, "面议", "约三月", None, True],
            [True, "", "", "", ""],
        ],
    )
    rows = read_workbook(written.path)[0].rows
    assert rows[1][:4] == ["\ufffd坏\ufffd字符\ufffd", 0.00015, "1850-01-01", "待定"]
    assert len(str(rows[2][0])) < 32_767
    assert rows[2][1:] == ["面议", "约三月", None, "是"]
    assert rows[3][0] == "是"


def test_an_empty_view_is_still_a_sheet(tmp_path: Path) -> None:
    written = write(tmp_path, [])
    assert read_workbook(written.path)[0].rows == [[c.label for c in COLUMNS]]


def test_a_fault_halfway_leaves_no_file(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def rows():
        yield ROWS[0]
        raise DomainError("第二行有误")

    with pytest.raises(DomainError):
        stream_rows(COLUMNS, rows(), ABOUT)
    assert list(tmp_path.iterdir()) == []


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        write(tmp_path, (["示例", n, date(2026, 1, 1), NOON, n] for n in range(count)))
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    assert peak(8_000) < peak(1_000) + 1_000_000


cell = st.one_of(
    st.none(), st.text(max_size=40), st.integers(-(10**15), 10**15), st.booleans(), st.dates(), st.decimals()
)


@given(st.lists(st.lists(cell, min_size=5, max_size=5), max_size=5))
@settings(deadline=None, max_examples=40)
def test_any_values_can_be_written_and_opened(rows: list) -> None:
    written = stream_rows(COLUMNS, rows, ABOUT)
    try:
        assert written.rows == len(rows)
        assert openpyxl.load_workbook(written.path)["项目台账"].max_column == 5
    finally:
        written.path.unlink()


@given(st.lists(st.integers(0, 10**15), max_size=20))
@settings(deadline=None, max_examples=30)
def test_sums_are_exact_to_the_yuan(amounts: list[int]) -> None:
    column = Column("总投资（亿元）", CellKind.MONEY, divide_by=10**8, summed=True)
    written = stream_rows([column], [[a] for a in amounts], ABOUT)
    written.path.unlink()
    assert written.sums[column.label] * 10**8 == sum(amounts)
