"""Every message that a clerk may get is got by a test: the ones that no other test names are got here, cell by cell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from yinfeng.domain.importing.rules.faults import WORDINGS

from .making import book
from .reading import opened, rows_of


@pytest.mark.parametrize(("header", "value", "code"), [
    ("主要产品", "轴" * 400, "text.long"),
    ("总投资（万元）", "3600 4200", "number.several"),
    ("总投资（万元）", "3600\n4200", "number.several"),
    ("预计用工", 12.5, "number.whole"),
    ("总投资（万元）", 10**13, "number.too_large"),
    ("总投资（万元）", 10**9, "number.unlikely"),
    ("总投资（万元）", "约3600", "number.approximate"),
    ("固定资产投资（万元）", "100万美元", "money.currency"),
    ("签约日期", date(1905, 7, 15), "date.out_of_range"),
    ("签约日期", "2023-05-01、2023-08-01", "date.several"),
    ("签约日期", "01/02/2023", "date.ambiguous_day"),
    ("签约日期", "2023年5月31日已签", "date.in_words"),
    ("签约日期", "已签约", "date.words_only"),
    ("期次", "后期", "phase.unreadable"),
    ("投资方", "甲有限公司、甲有限公司", "firms.twice"),
])  # fmt: skip
def test_what_is_wrong_with_a_cell_is_said_at_the_cell(header: str, value: Any, code: str) -> None:
    row = rows_of(book(("项目名称", header), ("甲项目", value)))[0]
    fault = next(f for f in row.faults if f.code == code)
    assert (fault.row, fault.cell, fault.severity) == (2, "B2", WORDINGS[code][0])
    assert "{" not in fault.message + fault.mend


@pytest.mark.parametrize(("heads", "rows", "code"), [
    (("项目名称", "总投资（万元）", "签约日期"), (), "sheet.no_rows"),
    (("序号", "总投资（万元）", "签约日期", "投资方"), ((1, 3600, "2023-05-01", "甲公司"),), "column.no_name"),
    (("项目名称", "用地面积", "总投资（万元）"), (("甲项目", 30, 3600),), "unit.assumed"),
    (("项目名称", "签约的时间节点", "总投资（万元）"), (("甲项目", "2023-05-01", 3600),), "column.guessed"),
])  # fmt: skip
def test_what_is_wrong_with_a_column_is_said_of_it(heads: tuple[str, ...], rows: Any, code: str) -> None:
    _sheet, found = opened(book(heads, *rows).xlsx())
    fault = next(f for f in found.faults if f.code == code)
    assert fault.severity == WORDINGS[code][0]
    assert "{" not in fault.message + fault.mend


def test_a_hidden_column_is_pointed_out() -> None:
    made = book(("项目名称", "总投资（万元）"), ("甲项目", 3600))
    _sheet, found = opened(replace(made, hidden_columns=("B",)).xlsx())
    assert [f.column_letter for f in found.faults if f.code == "column.hidden"] == ["B"]


@pytest.mark.parametrize(("value", "yuan"), [("3 600", 36_000_000), ("1 234 567.5", 12_345_675_000)])
def test_thousands_may_stand_apart(value: str, yuan: int) -> None:
    assert rows_of(book(("项目名称", "总投资（万元）"), ("甲项目", value)))[0].values["investment_cny"] == yuan


def test_no_message_is_left_that_no_test_has_seen() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert [code for code in WORDINGS if code not in tests] == []
