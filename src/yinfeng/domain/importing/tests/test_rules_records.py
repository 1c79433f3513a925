"""Sheets of leads and visits: the header, the rows, and what is wrong with them, said at the cell."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.domain.importing.rules.record_columns import COLUMNS, LONGEST, TELLING, column_of
from yinfeng.domain.importing.rules.record_sheets import find_head, heads_of, read_records
from yinfeng.domain.importing.rules.record_words import OF_RECORDS
from yinfeng.foundation.workbook.sheet import Sheet

TODAY = date(2026, 6, 15)


def read(book: str, *rows: list[Any], name: str = "Sheet1") -> Any:
    sheet = Sheet(name, [list(row) for row in rows])
    head = find_head(sheet, book)
    assert head is not None
    return head, list(read_records(sheet, book, head, today=TODAY))


def test_the_vocabulary_fits_the_columns() -> None:
    for book, columns in COLUMNS.items():
        keys = [column.key for column in columns]
        assert len(set(keys)) == len(keys)
        assert set(OF_RECORDS[book]) <= set(keys)
        assert set(TELLING[book]) <= set(keys)
    assert all(any(column_of(book, key) for book in COLUMNS) for key in LONGEST)


def test_leads_are_read_below_their_title_and_totals_are_none() -> None:
    head, rows = read(
        "leads", ["2022年线索台账（单位：万元）"],
        ["序号", "项目名称", "项目类型", "信息来源", "首报时间", "报送单位", "客商", "总投资", "联系电话", "热度"],
        [1, "甲线索", "工业", "以商招商", "3月7日", "一组", "甲厂", 15000, "000", "高"],
        [2, "乙线索", "人才", "〃", "2022.3", "〃", None, "1.5亿元", None, None],
        ["序号", "项目名称", "项目类型", "信息来源", "首报时间", "报送单位", "客商", "总投资", "联系电话", "热度"],
        [3, None, None, None, None, None, None, None, None, None],
        ["合计", 2, None, None, None, None, None, 30000, None, None],
    )  # fmt: skip
    assert [f.code for f in head.faults] == ["column.personal", "column.left"]
    assert [row.number for row in rows] == [3, 4]
    assert [row.values["reported_on"] for row in rows] == ["2022-03-07", "2022-03-31"]
    assert [row.values["investment_cny"] for row in rows] == [150_000_000] * 2
    assert [row.values["channel"] for row in rows] == ["chain"] * 2
    assert set(rows[0].values) == {"name", "kind", "channel", "reported_on", "owner_unit", "investor", "investment_cny"}


def test_what_a_visit_leaves_out_is_taken_from_its_sheet_and_said() -> None:
    _head, (row,) = read(
        "visits", ["日期", "对接企业", "接待人员", "来访人员", "洽谈内容"], ["2022-5-1", "甲厂", "张、李", "王总等5人", "谈用地"],
        name="客商来访登记",
    )  # fmt: skip
    told = row.values
    assert (told["direction"], told["our_count"], told["their_count"]) == ("inbound", 2, 5)
    assert [f.code for f in row.faults] == ["record.direction", "record.heads", "record.heads"]
    _head, (row,) = read(
        "visits", ["日期", "对接企业", "我方人员", "纪要", "往来方式"], ["2022-5-1", "甲厂", "张", "谈", "电话"]
    )
    assert (row.values["direction"], "their_count" in row.values) == ("call", False)
    assert {f.severity for f in row.faults} == {"warning"}


@pytest.mark.parametrize(("rows", "codes"), [
    ([["线索名称", "线索名称", "首报日期", "项目类别", "招商方式"]], ["column.twice"]),
    ([["线索名称", "首报日期", "项目类别"]], ["column.missing"]),
    ([["信息名称", "线索名称", "首报日期", "项目类别", "招商方式"]], ["column.left"]),
])  # fmt: skip
def test_a_header_that_cannot_be_used_says_so(rows: list[Any], codes: list[str]) -> None:
    head, _rows = read("leads", *rows)
    assert [f.code for f in head.faults] == codes


def test_what_must_be_told_is_asked_for_at_its_cell() -> None:
    heads = ["线索名称", "首报日期", "项目类别", "招商方式", "引荐人"]
    _head, rows = read(
        "leads", heads, ["甲", None, "制造业", "平台招商", "某" * 70], [None, "2022-1-1", "制造业", "平台", None]
    )
    assert [(f.code, f.cell) for row in rows for f in row.faults] == [
        ("text.long", "E2"), ("record.required", "B2"), ("record.required", "A3"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "heads"), [("", 0), ("甲", 1), ("甲、乙，丙", 3), ("王总等5人", 5), ("一行共 12 人", 12), ("甲 乙", 2)]
)
def test_heads_are_counted(text: str, heads: int) -> None:
    assert heads_of(text) == heads


cells = st.one_of(st.none(), st.text(max_size=12), st.integers(-10, 10**17), st.floats(), st.dates(), st.booleans())


@given(st.lists(st.lists(cells, min_size=5, max_size=5), max_size=6), st.sampled_from(["leads", "visits"]))
def test_whatever_a_sheet_holds_it_is_read_or_blamed(rows: list[list[Any]], book: str) -> None:
    heads = [column.title for column in COLUMNS[book] if column.required_for_create][:5]
    for row in read(book, heads, *rows)[1]:
        assert row.values or row.faults
