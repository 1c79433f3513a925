"""Headers: what people call the columns, and that nothing depends on where they stand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yinfeng.domain.importing.rules.columns import BY_KEY, LEDGER
from yinfeng.domain.importing.rules.headers import guesses, parse_header
from yinfeng.domain.importing.rules.recognition import fold_header, recognise, remapped
from yinfeng.domain.importing.rules.rows import read_rows
from yinfeng.foundation.workbook.sheet import Sheet

from .reading import TODAY

HEADERS = {
    "项目概况/名称": "name",
    "项目基本情况/总投资（万元）": "investment_cny",
    "拟落户地点": "landing_unit",
    "2023年到位资金/小计": "funds_this_year_cny",
    "截至本月底累计完成投资": "fixed_assets_to_date_cny",
    "供地情况/时间": "land_supplied_on",
    "项目进展情况": "progress",
    "项目名称*": "name",
    "1.项目名称": "name",
    "招商引资项目名称": "name",
    "项目统一代码": "platform_code",
    "投资主体": "investors",
    "客商名称": "investors",
    "投资方统一社会信用代码": "investor_uscc",
    "投资方/统一社会信用代码": "investor_uscc",
    "项目公司/名称": "company",
    "注册企业名称": "company",
    "总投资\n（万元）": "investment_cny",
    "计划总投资（亿元）": "investment_cny",
    "协议引资额": "investment_cny",
    "总投资/万元": "investment_cny",
    "总投资（万美元）": "investment_amount",
    "其中：固定资产投资（万元）": "fixed_investment_cny",
    "固投": "fixed_investment_cny",
    "签约时间（年月）": "signed_on",
    "合同签订日期": "signed_on",
    "时间节点/签约": "signed_on",
    "实际开工时间": "started_on",
    "开工/实际时间": "started_on",
    "开工/计划时间": "planned_start_on",
    "开工时间（计划）": "planned_start_on",
    "预计投产时间": "planned_production_on",
    "纳统时间": "stat_enrolled_on",
    "竣工验收时间": "completed_on",
    "摘牌时间": "land_supplied_on",
    "达产达效时间": "at_capacity_on",
    "小升规时间": "above_scale_on",
    "截至2023年6月底累计到位资金": "funds_in_place_cny",
    "2023年1-6月到位资金（万元）": "funds_this_year_cny",
    "资金到位/2023年": "funds_this_year_cny",
    "6月份到位资金": "funds_this_month_cny",
    "到位资金/本月": "funds_this_month_cny",
    "实际利用外资（万美元）": "fdi_to_date_usd",
    "自开工以来累计完成投资": "fixed_assets_to_date_cny",
    "2023年完成投资": "fixed_assets_this_year_cny",
    "用地（亩）": "land_area_mu",
    "占地面积(㎡)": "land_area_mu",
    "租赁厂房面积": "plant_area_sqm",
    "落户园区": "landing_unit",
    "所属乡镇": "landing_unit",
    "牵头责任单位": "lead_unit",
    "首报单位": "lead_unit",
    "包保领导": "leader",
    "市级领导": "leader",
    "代办员": "owner",
    "达产后年税收（万元）": "annual_tax_cny",
    "税收/预计": "annual_tax_cny",
    "税收/实际": "actual_tax_cny",
    "带动就业人数": "jobs",
    "建设内容及规模": "content",
    "存在问题及困难": "problems",
    "联系人及电话": "contact",
    "手机号码": "contact_phone",
    "投资强度（万元/亩）": "investment_per_mu",
    "项目状态": "stage",
    "备案时间": "filed_on",
    "2024年度计划投资": "year_plan_cny",
    "招商渠道": "channel",
    "内资/外资": "capital_kind",
}


@pytest.mark.parametrize(("header", "key"), HEADERS.items())
def test_common_headers_are_known(header: str, key: str) -> None:
    found = guesses(header)
    assert found
    assert found[0].key == key


@pytest.mark.parametrize(
    "header",
    [
        "开工率",
        "排名",
        "同比增长",
        "序时进度",
        "2023年",
        "是否重点",
        "总投资同比",
        "年度任务完成率排名",
        "A",
        "12",
        "合计",
    ],
)
def test_what_is_no_column_of_the_ledger_is_left(header: str) -> None:
    assert not [guess for guess in guesses(header) if guess.confidence >= 0.9]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("开工日期", "竣工日期"),
        ("签约日期", "签订日期"),
        ("投产日期", "达产日期"),
        ("计划开工日期", "开工日期"),
        ("本年到位资金", "本月到位资金"),
        ("投资方", "投资方属地"),
        ("产值", "实际产值"),
    ],
)
def test_headers_that_differ_in_a_word_are_not_confused(one: str, other: str) -> None:
    first, second = guesses(one)[0], guesses(other)[0]
    assert first.confidence >= 0.9
    assert second.confidence >= 0.9
    assert (first.key == second.key) == ({one, other} == {"签约日期", "签订日期"})


def test_every_title_is_its_own_column() -> None:
    for column in LEDGER:
        assert guesses(column.header)[0].key == column.key, column.title
        assert guesses(column.header)[0].confidence == 1.0
    assert [
        c.key for c in LEDGER if c.synonyms and any(guesses(s)[0].key != c.key for s in c.synonyms if guesses(s))
    ] == []


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("总投资（单位：人民币万元）", "万元"),
        ("总投资万元", "万元"),
        ("投资额：亿元", "亿元"),
        ("用地面积（㎡）", "平方米"),
        ("合同外资/万美元", "万美元"),
        ("总投资（含税）", ""),
        ("年税收（万元/年）", "万元"),
    ],
)
def test_units_of_headers(header: str, unit: str) -> None:
    assert parse_header(header).unit == unit


TABLE: dict[str, list[Any]] = {
    "序号": [1, 2],
    "项目名称": ["阀门项目", "石英砂项目"],
    "投资方": ["甲公司", "乙公司"],
    "总投资（万元）": [12000, 9000],
    "签约时间": ["2023.5", "2023.6"],
    "开工时间": ["2023.9", None],
    "牵头单位": ["东局", "西局"],
    "用地（亩）": [30, 20],
    "建设内容": ["新建厂房", "购置设备"],
    "备注": ["无", None],
}


def _read(
    columns: list[str], *, above: int, between: list[int], title: bool
) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """The mapping header -> key and the values, with blank rows above and blank columns between."""
    rows: list[list[Any]] = [[], [], []]
    for place, name in enumerate(columns):
        for row, cell in zip(rows, (name, *TABLE[name]), strict=True):
            row.extend([None] * between.count(place))
            row.append(cell)
    width = len(rows[0])
    head: list[list[Any]] = [[None] * width for _row in range(above)]
    if title:
        head.insert(0, ["招商引资项目台账"] + [None] * (width - 1))
    blank: list[list[Any]] = [[None] * width]
    sheet = Sheet("台账", head + rows[:2] + blank + rows[2:] + blank)
    found = recognise(sheet)
    return {m.header: m.key for m in found.matches}, [row.values for row in read_rows(sheet, found, today=TODAY)]


EXPECTED = _read(list(TABLE), above=0, between=[], title=False)


@settings(max_examples=60)
@given(
    st.permutations(list(TABLE)),
    st.integers(0, 6),
    st.lists(st.integers(0, 9), max_size=4),
    st.booleans(),
)
def test_order_of_columns_and_blanks_change_nothing(
    columns: list[str], above: int, between: list[int], title: bool
) -> None:
    assert len(EXPECTED[0]) == len(TABLE)
    assert _read(columns, above=above, between=between, title=title) == EXPECTED


CELLS = st.one_of(st.none(), st.text(max_size=12), st.integers(-(10**6), 10**6), st.floats(allow_nan=False), st.dates())


@settings(max_examples=80)
@given(st.lists(st.lists(CELLS, min_size=6, max_size=6), max_size=12), st.booleans())
def test_no_sheet_breaks_the_recogniser(rows: list[list[Any]], with_header: bool) -> None:
    header: list[list[Any]] = (
        [["项目名称", "投资方", "总投资（万元）", "签约时间", "项目类别", "用地"]] if with_header else []
    )
    sheet = Sheet("台账", header + rows, merged=((1, 0, 3, 0), (0, 1, 0, 2)) if len(rows) > 3 else ())
    found = recognise(sheet)
    assert found.reason
    for row in read_rows(sheet, found, today=TODAY):
        assert row.number <= len(sheet.rows)
        for fault in row.faults:
            assert fault.message
            assert fault.row == row.number


# ------------------------------------------------------------------------------------------------------ a person's choice


def sheet_of(*rows: tuple[Any, ...]) -> Sheet:
    return Sheet("台账", [list(row) for row in rows])


def test_what_was_confirmed_goes_before_what_is_guessed() -> None:
    sheet = sheet_of(("项目名称", "甲方说法", "投资方"), ("阀门项目", 100, "甲公司"))
    assert "investment_cny" not in recognise(sheet).columns
    found = recognise(sheet, {"甲方说法": "investment_cny", "投资方": ""})
    assert found.columns["investment_cny"].reason
    assert "investors" not in found.columns
    assert recognise(sheet, {"甲方说法": "没有的键"}).columns.keys() == recognise(sheet).columns.keys()


def test_next_months_header_is_remembered_under_this_months() -> None:
    assert fold_header("截至2023年6月底累计到位资金（万元）") == fold_header("截至2023年7月底累计到位资金（亿元）")
    assert fold_header("开工时间（计划）") != fold_header("开工时间（实际）")


def test_a_person_maps_columns_and_tells_units() -> None:
    sheet = sheet_of(("项目名称", "投资额", "投资总额", "随便"), ("阀门项目", 100, 200, "x"))
    found = recognise(sheet)
    assert {u.letter for u in found.unmapped} == {"B", "C", "D"}
    chosen = remapped(found, sheet, {1: "investment_cny", 3: "product"}, {1: "亿元"})
    assert {m.letter: m.key for m in chosen.matches} == {"A": "name", "B": "investment_cny", "D": "product"}
    (row,) = read_rows(sheet, chosen, today=TODAY)
    assert row.values == {"name": "阀门项目", "investment_cny": 10_000_000_000, "product": "x"}
    twice = remapped(found, sheet, {1: "investment_cny", 2: "investment_cny"})
    assert "investment_cny" not in twice.columns
    assert len([u for u in twice.unmapped if u.letter in "BC"]) == 2
    assert "name" not in remapped(found, sheet, {0: ""}).columns


def test_a_column_whose_cells_say_something_else_is_pointed_out() -> None:
    rows = [(f"项目{n}", "正在洽谈用地指标") for n in range(6)]
    found = recognise(sheet_of(("项目名称", "签约时间"), *rows))
    assert "column.unlike" not in [f.code for f in found.faults]  # 正在 says: not yet
    rows = [(f"项目{n}", "张家岭工业园") for n in range(6)]
    found = recognise(sheet_of(("项目名称", "签约时间"), *rows))
    assert [f.code for f in found.faults] == ["column.unlike"]


def test_a_row_that_only_divides_a_group_belongs_to_the_header() -> None:
    sheet = sheet_of(
        ("2023年1-6月到位资金统计表（万元）", None, None, None, None, None),
        ("项目名称", "总投资", "2023年到位资金", None, None, "累计到位"),
        (None, None, "小计", "1月", "2月", None),
        ("阀门项目", 10000, 600, 100, 500, 3000),
    )
    found = recognise(sheet)
    assert found.header_rows == (1, 2)
    (row,) = read_rows(sheet, found, today=TODAY)
    assert (row.values["funds_this_year_cny"], row.values["funds_in_place_cny"]) == (6_000_000, 30_000_000)
    assert not row.faults
    plain = sheet_of(("项目名称", "投资方", None), ("阀门项目", "甲公司", "补记"), (None, "乙公司", None))
    assert recognise(plain).header_rows == (0,)


def test_a_sheet_that_is_no_ledger_says_so() -> None:
    assert not recognise(sheet_of(("姓名", "学历"), ("某", "本科"))).is_ledger
    assert "表头" in recognise(sheet_of(("姓名", "学历"), ("某", "本科"))).reason
    assert recognise(Sheet("空", [])).reason == "是空表"


def test_the_ledgers_own_header_is_recognised_whole() -> None:
    columns = [column for column in LEDGER if column.exported]
    sheet = sheet_of(tuple(column.header for column in columns), tuple("示例" for _ in columns))
    found = recognise(sheet)
    assert [m.key for m in found.matches] == [column.key for column in columns]
    assert all(m.confidence == 1.0 for m in found.matches)
    assert all(m.unit == BY_KEY[m.key].unit for m in found.matches if BY_KEY[m.key].kind == "money")
