"""What the cells of a row say together."""

from __future__ import annotations

from datetime import date

from yinfeng.kernel.uscc import check_character

from .making import book
from .making.books import Book, column
from .reading import codes, only, rows_of


def code_of(first17: str) -> str:
    return first17 + check_character(first17)


def test_credit_codes_go_to_their_firms() -> None:
    one, two = code_of("91330000MA27XJ7X0"), code_of("91320000MA1MABCD0")
    made = book(
        ("项目名称", "投资方", "投资方统一社会信用代码"),
        ("甲项目", "甲公司、乙公司", f"{one}\n{two}"),
        ("乙项目", "甲公司、乙公司", one),
        ("丙项目", "丙公司", one),
    )
    rows = rows_of(made)
    assert [firm.uscc for firm in rows[0].values["investors"]] == [one, two]
    assert codes(rows[1]) == ["uscc.count"]
    assert rows[2].values["investors"][0].uscc == one
    assert "investor_uscc" not in rows[2].values


def test_what_an_investor_is_may_stand_behind_its_name() -> None:
    made = book(
        ("项目名称", "投资方"),
        ("甲项目", "甲集团（世界500强，2023）"),
        ("乙项目", "甲集团（央企）、乙公司（牵头方）60%"),
        ("丙项目", "丙公司（民企）"),
    )
    rows = rows_of(made)
    told = [[title.plain() for title in row.values.get("investor_titles", ())] for row in rows]
    assert told == [[["", "world_500", 2023, None, 0, ""]], [["甲集团", "central_soe", None, None, 0, ""]], []]
    assert [firm.name for row in rows for firm in row.values["investors"]] == ["甲集团", "甲集团", "乙公司", "丙公司"]
    assert rows[0].cells["investor_titles"] == "B2"
    assert not any(row.faults for row in rows)


def test_supply_of_land_and_lease_are_the_day_of_the_site() -> None:
    made = book(
        ("项目名称", "供地时间", "租赁时间"),
        ("甲项目", "2023-05-01", None),
        ("乙项目", None, "2023-06-01"),
        ("丙项目", None, None),
    )
    rows = rows_of(made)
    assert only(rows, "site_secured_on") == [date(2023, 5, 1), date(2023, 6, 1), None]
    assert only(rows, "site_route") == ["land", "lease", None]
    assert rows[1].cells["site_secured_on"] == "C3"
    assert "land_supplied_on" not in rows[0].values


def test_a_framework_agreement_is_no_signing() -> None:
    made = book(
        ("项目名称", "合同类型", "签约时间"), ("甲项目", "框架协议", "2023-05-01"), ("乙项目", "投资合同", "2023-05-01")
    )
    rows = rows_of(made)
    assert only(rows, "signed_on") == [None, date(2023, 5, 1)]
    assert codes(rows[0]) == ["signed.framework"]


def test_an_event_on_a_stage_has_a_name_and_a_day_and_is_no_signing() -> None:
    made = book(
        ("项目名称", "集中签约", None, "集中开工仪式"),
        (None, "活动名称", "时间", None),
        ("甲项目", "春季集中签约", "2023.5.17", None),
        ("乙项目", "春季集中签约", None, "否"),
        ("丙项目", "是", "2023-05-17", None),
        ("丁项目", None, "2023-05-17", None),
        ("戊项目", "秋季集中签约", "2099-09-01", None),
        ("己项目", "/", "", "春季集中开工"),
        merged=("B1:C1", "A1:A2", "D1:D2"),
    )
    rows = rows_of(made)
    assert only(rows, "signing_ceremony")[:2] == ["春季集中签约"] * 2
    assert rows[0].values["signing_ceremony_on"] == date(2023, 5, 17)
    assert [codes(row) for row in rows] == [
        [], ["event.no_date"], ["event.no_name"], ["event.no_name"], ["event.no_date", "date.future"], ["event.no_date"],
    ]  # fmt: skip
    assert [fault.cell for row in rows[1:4] for fault in row.faults] == ["B4", "B5", "C6"]
    assert not any("signed_on" in row.values or "started_on" in row.values for row in rows)


def test_dates_out_of_order_are_pointed_out_and_months_give_way() -> None:
    made = book(
        ("项目名称", "过会时间", "签约时间", "开工时间", "竣工时间"),
        ("甲项目", "2023年5月", "2023-05-10", "2023-09-01", "2023-08-01"),
        ("乙项目", "2023年5月", "2023年5月", None, None),
    )
    rows = rows_of(made)
    assert rows[0].values["approved_on"] == date(2023, 5, 10)
    assert codes(rows[0]) == ["date.order"]
    assert rows[0].faults[0].cell == "E2"
    assert rows[0].values["completed_on"] == date(2023, 8, 1)
    assert codes(rows[1]) == []


def test_a_stage_without_its_date_is_a_gap() -> None:
    made = book(
        ("项目名称", "项目状态", "签约时间", "开工时间"),
        ("甲项目", "已开工", "2023-05-01", None),
        ("乙项目", "已签约", "2023-05-01", None),
    )
    rows = rows_of(made)
    assert codes(rows[0]) == ["stage.no_date"]
    assert "开工日期" in rows[0].faults[0].message
    assert codes(rows[1]) == []
    assert "stage" not in rows[0].values


def test_a_part_is_not_larger_than_the_whole() -> None:
    made = book(
        ("项目名称", "总投资（万元）", "其中固投（亿元）", "本月到位（万元）", "本年到位（万元）"),
        ("甲项目", 5000, 3, 200, 100),
    )
    (row,) = rows_of(made)
    assert codes(row) == ["sum.part_larger", "sum.part_larger"]
    assert row.values["fixed_investment_cny"] == 300_000_000  # taken as it is told; the unit is for a person to judge


def test_as_above_means_the_row_above() -> None:
    rows = rows_of(column("牵头单位", "东局", "同上", "〃", "西局", None))
    assert only(rows, "lead_unit") == ["东局", "东局", "东局", "西局", None]
    assert codes(rows[1]) == ["cell.ditto"]


def test_rows_without_a_name_and_rows_that_repeat_the_header() -> None:
    made = book(
        ("序号", "项目名称", "投资方", "总投资（万元）"),
        (1, None, "甲公司", 300),
        (2, "乙项目", "乙公司", 300),
        ("序号", "项目名称", "投资方", "总投资（万元）"),
        (3, "丙项目（二期）", "丙公司", 300),
        (4, None, None, None),
    )
    rows = rows_of(made)
    assert [row.number for row in rows] == [2, 3, 5]
    assert codes(rows[0]) == ["row.no_name"]
    assert codes(rows[2]) == ["row.phase_in_name"]


def test_one_project_over_several_rows_must_tell_its_phases() -> None:
    made = book(
        ("项目名称", "投资方", "签约时间"),
        ("甲项目", "甲公司", "2023-05-01"),
        (None, "甲公司", "2024-05-01"),
        merged=("A2:A3",),
    )
    rows = rows_of(made)
    assert [codes(row) for row in rows] == [[], ["row.continued"]]
    assert rows[1].has_errors


def test_a_foreign_sum_keeps_its_currency() -> None:
    made = book(
        ("项目名称", "总投资（万美元）"),
        ("甲项目", 3000),
        ("乙项目", "500万港元"),
    )
    rows = rows_of(made)
    assert only(rows, "investment_amount") == [30_000_000, 5_000_000]
    assert only(rows, "investment_currency") == ["USD", "HKD"]
    assert only(rows, "investment_cny") == [None, None]
    made = book(("项目名称", "协议总投资原币（万）", "币种"), ("甲项目", 3000, "美元"), ("乙项目", 3000, "欧元"))
    assert only(rows_of(made), "investment_currency") == ["USD", "EUR"]


def test_boundaries_of_funds_come_from_the_header() -> None:
    made = book(("项目名称", "实际到位省外资金（万元）"), ("甲项目", 300), ("乙项目", None))
    rows = rows_of(made)
    assert rows[0].values["funds_boundary"] == "outside_province"
    assert "funds_boundary" not in rows[1].values


def test_a_year_in_the_sheets_name_serves_dates_without_one() -> None:
    made = Book({"2023年签约": [("项目名称", "签约时间"), ("甲项目", "6月底"), ("乙项目", "5月12日")]})
    rows = rows_of(made)
    assert only(rows, "signed_on") == [date(2023, 6, 30), date(2023, 5, 12)]
    assert [codes(row) for row in rows] == [["date.year_assumed"], ["date.year_assumed"]]


def test_padded_months_tell_october_from_january() -> None:
    assert only(rows_of(column("签约时间", 2023.05, 2023.1, 2023.12)), "signed_on")[1] == date(2023, 10, 31)
    assert only(rows_of(column("签约时间", 2023.5, 2023.1, 2023.12)), "signed_on")[1] is None
