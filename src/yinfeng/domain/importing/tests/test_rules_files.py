"""Every oddity of real workbooks is read, and every hostile file refused in words; the fixtures are made by a script."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from yinfeng.domain.importing.rules.recognition import choose_sheet
from yinfeng.foundation.workbook.read import read_workbook
from yinfeng.kernel.errors import DomainError

from .making import HOSTILE, ODDITIES, book
from .making.books import PLAIN, TWO_MERGED, TWO_ROWS
from .making.hostile import REFUSALS
from .reading import codes, only, opened, rows_of

SAME = [name for name in ODDITIES if name.startswith(("plain", "utf", "gbk", "page"))]
TWO = [name for name in ODDITIES if name.startswith(("two_row", "wps"))]


@pytest.mark.parametrize("name", SAME)
def test_each_format_and_encoding_gives_the_same_rows(name: str) -> None:
    rows = rows_of(ODDITIES[name]())
    assert only(rows, "name") == ["年产五万套智能阀门项目", "冷链仓储中心项目", "高纯石英砂项目"]
    assert only(rows, "investment_cny") == [120_000_000, 86_005_000, 350_000_000]
    assert only(rows, "signed_on") == [date(2023, 5, 31), date(2023, 6, 8), date(2024, 1, 15)]
    assert only(rows, "started_on") == [date(2023, 9, 1), None, None]
    assert [row.number for row in rows] == [2, 3, 4]
    assert rows[0].cells["investment_cny"] == "D2"
    assert not any(row.faults for row in rows)


@pytest.mark.parametrize("name", TWO)
def test_two_row_and_merged_headers_under_a_title(name: str) -> None:
    _sheet, found = opened(ODDITIES[name]())
    assert found.header_rows == (2, 3)
    assert (found.title, found.unit_note, found.as_of) == ("示例区招商引资项目台账", "万元", "2023-06-30")
    assert {m.letter: m.key for m in found.matches} == {
        "A": "sequence", "B": "name", "C": "investors", "D": "investment_cny", "E": "fixed_investment_cny",
        "F": "signed_on", "G": "planned_start_on", "H": "started_on", "I": "funds_in_place_cny",
        "J": "funds_this_month_cny",
    }  # fmt: skip
    assert found.columns["investment_cny"].header == "投资情况/总投资"
    assert not found.unmapped
    rows = rows_of(ODDITIES[name]())
    assert rows[0].number == 5
    assert rows[0].values["funds_in_place_cny"] == 30_000_000
    assert rows[0].values["funds_as_of"] == date(2023, 6, 30)
    assert rows[0].values["started_on"] == date(2023, 6, 30)
    assert codes(rows[0]) == ["date.year_assumed"]
    assert rows[0].said["signed_on"].precision == "month"


def test_the_sheet_with_the_ledger_is_proposed() -> None:
    found = choose_sheet(read_workbook(ODDITIES["several_sheets.xlsx"]()))
    assert found[0].sheet == "2023年台账"
    assert found[0].year == 2023
    assert [one.sheet for one in found if one.score == 0] == ["填表说明", "字典"]
    assert next(one for one in found if one.sheet == "去年").faults[0].code == "sheet.hidden"
    assert all(one.reason for one in found)


def test_totals_groups_notes_and_blanks_are_no_projects() -> None:
    _sheet, found = opened(ODDITIES["totals.xlsx"]())
    assert [mark.kind for mark in found.marks.values()] == [
        "group", "total", "group", "total", "empty", "total", "total", "note", "note",
    ]  # fmt: skip
    rows = rows_of(ODDITIES["totals.xlsx"]())
    assert only(rows, "investment_cny") == [120_000_000, 350_000_000, 86_000_000]


def test_units_stand_in_headers_and_cells() -> None:
    rows = rows_of(ODDITIES["units.xlsx"]())
    assert only(rows, "investment_cny") == [120_000_000, 350_000_000, None]
    assert only(rows, "fixed_investment_cny") == [90_000_000, 200_000_000, None]
    assert only(rows, "fdi_to_date_usd") == [3_500_000, 12_000_000, None]
    assert [str(area) for area in only(rows, "land_area_mu")] == ["30.00", "30.00", "None"]
    assert only(rows, "annual_output_cny")[0] == 56_000_000
    assert codes(rows[1]) == ["number.unit_conflict", "number.unit_conflict"]
    assert (rows[2].values["investment_amount"], rows[2].values["investment_currency"]) == (50_000_000, "USD")


def test_a_sum_without_any_unit_is_not_guessed() -> None:
    _sheet, found = opened(ODDITIES["unit_missing.xlsx"]())
    assert [fault.code for fault in found.faults] == ["unit.missing"]
    rows = rows_of(ODDITIES["unit_missing.xlsx"]())
    assert only(rows, "investment_cny") == [None, 360_000_000, None]
    assert codes(rows[0]) == ["money.unit_missing"]
    assert rows[0].has_errors


def test_dates_in_every_form_of_the_trade() -> None:
    rows = rows_of(ODDITIES["dates.xlsx"]())
    end = date(2023, 5, 31)
    assert only(rows, "started_on") == [
        end, end, end, end, date(2023, 6, 30), date(2023, 10, 31), None, date(2023, 5, 10), end, end, end, end, end, end, None,
        None, None, None, None, date(2023, 5, 12), None, None,
    ]  # fmt: skip
    assert {row.number: codes(row) for row in rows if row.faults} == {
        6: ["date.year_assumed"], 8: ["date.ambiguous_month"], 17: ["date.planned"], 18: ["date.impossible"],
        19: ["date.unreadable"], 20: ["date.year_only"], 21: ["date.year_assumed"], 22: ["date.coarse"], 23: ["date.future"],
    }  # fmt: skip


def test_numbers_as_text() -> None:
    rows = rows_of(ODDITIES["numbers_as_text.xlsx"]())
    assert only(rows, "investment_cny") == [
        12_000_000, 12_000_000, 12_000_000, 12_005_000, 1200, 300_000_000, None, 12_000_000, None, None, None, None, 300_000_000,
        120_000_000_000_000, 120_000_000,
    ]  # fmt: skip
    assert [codes(row) for row in rows if row.values.get("investment_cny") is None] == [
        ["number.range"], ["number.unreadable"], ["cell.error"], ["number.negative"], ["number.zero"],
    ]  # fmt: skip


def test_line_breaks_in_headers_and_cells() -> None:
    (row,) = rows_of(ODDITIES["line_breaks.xlsx"]())
    assert row.values == {
        "name": "年产五万套智能阀门项目", "content": "新建厂房\n购置设备", "investment_cny": 120_000_000,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["hidden_rows.xlsx", "hidden_rows.xls"])
def test_hidden_rows_are_read_and_pointed_out(name: str) -> None:
    _sheet, found = opened(ODDITIES[name]())
    assert "sheet.hidden_rows" in [fault.code for fault in found.faults]
    assert [row.hidden for row in rows_of(ODDITIES[name]())] == [False, True, False]


def test_several_investors_in_a_cell() -> None:
    rows = rows_of(ODDITIES["several_investors.xlsx"]())
    names = [[firm.name for firm in firms] for firms in only(rows, "investors")]
    assert names[:6] == [
        ["甲材料有限公司", "乙电机有限公司"],
        ["甲材料有限公司", "乙电机有限公司"],
        ["甲材料有限公司", "乙电机有限公司", "丙科技有限公司"],
        ["甲材料有限公司", "乙电机有限公司"],
        ["甲材料有限公司", "乙电机有限公司"],
        ["甲合伙企业（有限合伙）", "Alpha Co., Ltd."],
    ]
    assert [firm.share_percent for firm in rows[1].values["investors"]] == [60, 40]
    assert codes(rows[6]) == ["firms.more"]
    assert codes(rows[7]) == ["firms.shares"]


def test_cells_merged_downwards_stand_for_each_row_they_cover() -> None:
    rows = rows_of(ODDITIES["merged_down.xlsx"]())
    assert only(rows, "landing_unit") == ["东河镇", "东河镇", "东河镇", "西山镇", "西山镇"]
    assert only(rows, "name")[:2] == ["智能阀门项目", "智能阀门项目"]
    assert only(rows, "phase_number")[:2] == [1, 2]
    assert only(rows, "phase_investment_cny")[:2] == [50_000_000, 70_000_000]
    assert [firm.name for firm in rows[3].values["investors"]] == ["丁公司", "戊公司"]
    assert not any(row.faults for row in rows)


def test_a_sum_merged_over_two_projects_belongs_to_neither() -> None:
    made = book(("项目名称", "总投资（万元）"), ("甲项目", 100), ("乙项目", None), ("丙项目", 300), merged=("B2:B3",))
    rows = rows_of(made)
    assert codes(rows[1]) == ["number.shared"]
    assert "investment_cny" not in rows[1].values


def test_formulas_give_their_last_value_and_their_failures_are_named() -> None:
    rows = rows_of(ODDITIES["formulas.xlsx"]())
    assert rows[0].values["investment_cny"] == 120_000_000
    assert codes(rows[1]) == ["cell.error"]
    assert "#DIV/0!" in rows[1].faults[0].message
    (row,) = rows_of(ODDITIES["formula_failed.xls"]())
    assert codes(row) == ["cell.error"]
    (row,) = rows_of(ODDITIES["formulas_not_computed.xlsx"]())
    assert codes(row) == ["cell.not_computed"]


def test_words_that_would_be_formulas_are_not_taken() -> None:
    rows = rows_of(ODDITIES["formula_words.csv"]())
    assert codes(rows[0]) == ["text.formula", "text.formula", "number.unreadable"]
    assert rows[0].values == {}


def test_what_a_wrong_encoding_left_is_not_taken() -> None:
    (row,) = rows_of(ODDITIES["surrogates.csv"]())
    assert codes(row) == ["cell.garbled", "cell.garbled"]
    _sheet, found = opened("序號,專案名稱,投資方\n1,測試,甲".encode("big5"))
    assert "乱码" in found.reason


def test_two_headers_never_share_a_column_of_the_ledger() -> None:
    _sheet, found = opened(ODDITIES["headers_twice.xlsx"]())
    keys = [match.key for match in found.matches]
    assert keys == ["name", "investment_cny"]
    assert [(u.letter, u.candidates[0][0]) for u in found.unmapped] == [
        ("C", "investment_cny"),
        ("D", "note"),
        ("E", "note"),
    ]
    assert {fault.code for fault in found.faults} == {"column.ambiguous"}


def test_personal_data_stays_outside() -> None:
    _sheet, found = opened(ODDITIES["personal_data.xlsx"]())
    assert [fault.code for fault in found.faults] == ["column.personal", "column.personal"]
    (row,) = rows_of(ODDITIES["personal_data.xlsx"]())
    assert set(row.values) == {"name", "investors"}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_in_words(name: str) -> None:
    with pytest.raises(DomainError) as refusal:
        read_workbook(HOSTILE[name](), name=name)
    assert refusal.value.code == REFUSALS[name]
    assert refusal.value.message.startswith(f"文件“{name}”")
    assert refusal.value.fix
    assert refusal.value.fix.startswith("请")


def test_a_file_beyond_200_mb_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "大台账.xlsx"
    with path.open("wb") as big:
        big.truncate(200 * 1024 * 1024 + 1)
    with pytest.raises(DomainError) as refusal:
        read_workbook(path)
    assert refusal.value.code == "workbook.too_big"


def test_wps_and_excel_agree() -> None:
    made = book(*TWO_ROWS, merged=TWO_MERGED, hidden_rows=[6])
    for content in (made.xlsx(), made.wps(), made.xls()):
        (sheet,) = read_workbook(content)
        assert len(sheet.merged) == 7
        assert sheet.hidden_rows == {5}
    assert read_workbook(book(*PLAIN).csv("utf-8"))[0].merged == ()
