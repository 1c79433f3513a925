"""Cells: dates, numbers, words. Any content gives a value, a fault or nothing, and what is written is read back."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.domain.importing.rules.cells import Place, read_cell
from yinfeng.domain.importing.rules.columns import BY_KEY, LEDGER
from yinfeng.domain.importing.rules.dates import DateSaid, read_date
from yinfeng.domain.importing.rules.faults import WORDINGS, Trouble, fault_at
from yinfeng.domain.importing.rules.listings import listing_words
from yinfeng.domain.importing.rules.numbers import SumSaid, read_area, read_sum
from yinfeng.domain.importing.rules.titles import title_words
from yinfeng.domain.importing.rules.values import same
from yinfeng.kernel.uscc import check_character

days = st.dates(date(1980, 1, 1), date(2099, 12, 31))
sums = st.integers(1, 10**14)


@pytest.mark.parametrize(("header", "value", "lists", "unknown"), [
    ("列入清单", "省重点项目（2021，某发改〔2021〕1号）、百千工程（市级）",
     [["省重点项目", "省级", 2021, "某发改〔2021〕1号"], ["百千工程", "市级", None, ""]], 0),
    ("是否列入省重点项目", "是", [["省重点项目", "省级", None, ""]], 0),
    ("是否市重点项目", "否", [], 0),
    ("列入清单", "2022年市重点；百千工程", [["市重点", "市级", 2022, ""]], 1),
    ("列入清单", "是", [], 1),
])  # fmt: skip
def test_lists_of_key_projects_are_read(header: str, value: str, lists: list[Any], unknown: int) -> None:
    reading = read_cell(Place(BY_KEY["listings"], header=header), value)
    assert [one.plain() for one in reading.value or ()] == lists
    assert [one.code for one in reading.troubles] == ["listing.level"] * unknown
    if lists:
        again = read_cell(Place(BY_KEY["listings"], header="列入清单"), listing_words(lists))
        assert [one.plain() for one in again.value] == lists


@pytest.mark.parametrize(("header", "value", "titles", "unknown"), [
    ("投资方类别", "世界500强（2023，第35位）、上市公司",
     [["", "world_500", 2023, 35, 0, ""], ["", "listed", None, None, 0, ""]], 0),
    ("投资方类别", "2022年中国民营企业500强第8位", [["", "private_500", 2022, 8, 0, ""]], 0),
    ("是否三类500强", "是", [["", "top_500", None, None, 0, ""]], 0),
    ("是否上市公司", "否", [], 0),
    ("投资方类别", "民营企业", [], 0),
    ("投资方类别", "专精特新；央企二级子公司", [["", "central_soe", None, None, 2, ""]], 1),
    ("投资方类别", "是", [], 1),
    ("投资方类别", "甲公司：国家级专精特新“小巨人”企业\n乙公司：独角兽（2021，某榜单）",
     [["甲公司", "little_giant", None, None, 0, ""], ["乙公司", "unicorn", 2021, None, 0, "某榜单"]], 0),
])  # fmt: skip
def test_titles_of_investors_are_read(header: str, value: str, titles: list[Any], unknown: int) -> None:
    reading = read_cell(Place(BY_KEY["investor_titles"], header=header), value)
    assert [title.plain() for title in reading.value or ()] == titles
    assert [one.code for one in reading.troubles] == ["title.unknown"] * unknown
    if titles:  # what is printed of them is read again as the same
        again = read_cell(Place(BY_KEY["investor_titles"], header="投资方类别"), title_words(titles))
        assert [title.plain() for title in again.value] == titles


def said(value: Any, **more: Any) -> DateSaid:
    found = read_date(value, **more)
    assert isinstance(found, DateSaid), found
    return found


def cell(key: str, value: Any, **more: Any) -> Any:
    return read_cell(Place(BY_KEY[key], **more), value)


# ------------------------------------------------------------------------------------------------------ dates


@given(
    days,
    st.sampled_from(
        ["%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d", "%Y-%m-%d 00:00:00", " %Y 年 %m 月 %d 日 "]
    ),
)
def test_a_day_is_read_as_it_was_written(day: date, form: str) -> None:
    found = said(day.strftime(form))
    assert (found.first, found.last, found.precision) == (day, day, "day")


@given(days)
def test_a_day_without_zeros_in_chinese_numerals_or_full_width_is_the_same(day: date) -> None:
    plain = f"{day.year}年{day.month}月{day.day}日"
    wide = plain.translate({ord(c): 0xFEE0 + ord(c) for c in "0123456789"})
    numerals = "零一二三四五六七八九"
    year = "".join(numerals[int(c)].replace("零", "〇") for c in str(day.year))
    chinese = f"{year}年{_chinese(day.month)}月{_chinese(day.day)}日"
    for text in (plain, wide, chinese, f"{day.year}.{day.month}.{day.day}", f"{day.year}/{day.month}/{day.day}"):
        assert said(text).first == day, text


def _chinese(number: int) -> str:
    numerals = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else numerals[tens]) + ("十" if tens else "") + (numerals[ones] if ones else "")


@given(days)
def test_a_serial_number_of_excel_is_its_day(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    if serial >= 28_491:
        assert said(serial).first == said(float(serial) + 0.5).first == said(str(serial)).first == day


@given(days, st.sampled_from(["%Y年%m月", "%Y-%m", "%Y.%m", "%Y/%m", "%Y年%m月份", "%Y%m"]))
def test_a_month_ends_with_its_last_day(day: date, form: str) -> None:
    found = said(day.strftime(form))
    assert found.first == day.replace(day=1)
    assert found.last.month == day.month
    assert (found.last + timedelta(days=1)).day == 1
    assert found.precision == "month"


@pytest.mark.parametrize(
    ("value", "first", "last", "precision"),
    [
        ("2023年5月上旬", date(2023, 5, 1), date(2023, 5, 10), "dekad"),
        ("2023年5月中旬左右", date(2023, 5, 11), date(2023, 5, 20), "dekad"),
        ("2024年2月底", date(2024, 2, 21), date(2024, 2, 29), "dekad"),
        ("2023年第三季度", date(2023, 7, 1), date(2023, 9, 30), "quarter"),
        ("2024年上半年", date(2024, 1, 1), date(2024, 6, 30), "half"),
        ("2024年底前", date(2024, 1, 1), date(2024, 12, 31), "year"),
        ("23.5.12", date(2023, 5, 12), date(2023, 5, 12), "day"),
        ("31/5/2023", date(2023, 5, 31), date(2023, 5, 31), "day"),
        (2023.05, date(2023, 5, 1), date(2023, 5, 31), "month"),
        (2023.12, date(2023, 12, 1), date(2023, 12, 31), "month"),
        (datetime(2023, 5, 31, 9, 30), date(2023, 5, 31), date(2023, 5, 31), "day"),
    ],
)
def test_dates_with_their_precision(value: Any, first: date, last: date, precision: str) -> None:
    found = said(value)
    assert (found.first, found.last, found.precision) == (first, last, precision)


def test_january_and_october_cannot_be_told_apart_in_a_number() -> None:
    found = read_date(2023.1)
    assert isinstance(found, Trouble)
    assert found.code == "date.ambiguous_month"
    assert said("2023.1").last == date(2023, 1, 31)
    assert said("2023.10").last == date(2023, 10, 31)
    assert said(2023.1, padded=True).last == date(2023, 10, 31)  # 2023.05 stands in the same column


def test_a_date_without_a_year_takes_the_year_that_is_meant() -> None:
    assert said("6月底", year=2023).last == date(2023, 6, 30)
    assert said("6月底", year=2023).year_assumed
    found = read_date("6月底")
    assert isinstance(found, Trouble)
    assert found.code == "date.no_year"


@pytest.mark.parametrize("value", ["未开工", "暂未签约", "尚未", "待供地", "否", 0, False, date(1900, 1, 1)])
def test_not_yet_is_no_fault(value: Any) -> None:
    assert read_date(value) is None


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2023年2月30日", "impossible"), ("2023.13", "impossible"), ("2023.5-2023.8", "several"), ("已开工", "words_only"),
        ("√", "words_only"), ("预计2024年3月", "planned"), ("5/6/2023", "ambiguous_day"), ("下周", "unreadable"),
        (date(1905, 7, 15), "out_of_range"), ("1.5亿", "unreadable"), (float("nan"), "unreadable"), (1e300, "unreadable"),
    ],
)  # fmt: skip
def test_what_is_no_date(value: Any, code: str) -> None:
    found = read_date(value)
    assert isinstance(found, Trouble)
    assert found.code == f"date.{code}"


def test_a_month_that_is_not_over_ends_today_and_the_future_is_no_fact() -> None:
    today = date(2026, 11, 22)
    assert cell("started_on", "2026年11月", today=today).value == today
    assert cell("started_on", "2026年10月", today=today).value == date(2026, 10, 31)
    later = cell("started_on", "2026年12月", today=today)
    assert (later.value, later.troubles[0].code) == (None, "date.future")
    assert cell("planned_start_on", "2027年上半年", today=today).value == date(2027, 6, 30)
    assert cell("planned_start_on", "预计2027年3月开工", today=today).value == date(2027, 3, 31)


# ------------------------------------------------------------------------------------------------------ sums


UNITS = {"元": 0, "万元": 4, "亿元": 8, "万美元": 4, "亿港元": 8}


@given(sums, st.sampled_from(sorted(UNITS)), st.booleans())
def test_a_sum_is_read_as_it_was_written(yuan: int, unit: str, with_commas: bool) -> None:
    told = Decimal(yuan).scaleb(-UNITS[unit])
    text = f"{told:,f}" if with_commas else f"{told:f}"
    for value, header in ((text, unit), (f"{text}{unit}", ""), (f" {text} {unit} ", unit)):
        found = read_sum(value, header)
        assert isinstance(found, SumSaid), found
        assert (found.amount, found.conflict) == (yuan, False)
        assert found.currency == {"万美元": "USD", "亿港元": "HKD"}.get(unit, "CNY")


@given(sums)
def test_a_sum_of_yuan_survives_the_number_of_a_cell(yuan: int) -> None:
    found = read_sum(float(Decimal(yuan).scaleb(-4)), "万元")
    assert isinstance(found, SumSaid)
    assert found.amount == yuan


@pytest.mark.parametrize(
    ("value", "amount", "approximate", "conflict"),
    [
        ("约3亿", 300_000_000, True, True), ("3.6亿元", 360_000_000, False, True), ("1,200万", 12_000_000, False, False),
        ("1200余万元", 12_000_000, True, False),
        ("三千二百万元", 32_000_000, False, False),
        ("1亿2000万元", 120_000_000, False, False),
        ("１，２００", 12_000_000, False, False), ("1200w", 12_000_000, False, False), ("1.2E+05", 1_200_000_000, False, False),
        ("(1,200)", -12_000_000, False, False),
    ],
)  # fmt: skip
def test_sums_as_people_write_them(value: str, amount: int, approximate: bool, conflict: bool) -> None:
    found = read_sum(value, "万元")
    assert found == SumSaid(amount, "CNY", approximate, conflict)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("1000-2000", "range"), ("一期1000，二期2000", "unreadable"), ("1000，其中固投800万", "several"), ("12,34", "unreadable"),
        ("待定金额", "unreadable"), ("50亩", "unreadable"), ("1e999", "unreadable"), (float("inf"), "unreadable"),
    ],
)  # fmt: skip
def test_what_is_no_sum(value: Any, code: str) -> None:
    found = read_sum(value, "万元")
    assert isinstance(found, Trouble)
    assert found.code == f"number.{code}"


@given(st.decimals(Decimal("0.01"), Decimal(100_000), places=2))
def test_areas_keep_their_size_between_units(mu: Decimal) -> None:
    read = read_area(str(mu), "亩", "亩")
    assert not isinstance(read, Trouble)
    assert read[0] == mu
    hectares = read_area(f"{mu}公顷", "", "亩")
    assert not isinstance(hectares, Trouble)
    assert hectares[0] == mu * 15


# ------------------------------------------------------------------------------------------------------ words


def test_choices_by_label_value_and_common_name() -> None:
    assert cell("capital_kind", "内资").value == cell("capital_kind", "民营企业").value == "domestic"
    assert cell("capital_kind", "港资").value == cell("capital_kind", "港澳台资").value == "hmt"
    assert cell("kind", "工业").value == cell("kind", "制造业项目").value == "manufacturing"
    assert cell("agreement_kind", "框架协议").value == "framework"
    unknown = cell("kind", "新材枓")
    assert (unknown.value, unknown.troubles[0].code) == (None, "choice.unknown")
    assert "制造业" in dict(unknown.troubles[0].values)["choices"]
    assert cell("channel", "别的").troubles[0].code == "choice.unknown_left"


@pytest.mark.parametrize(
    ("value", "number"), [("一期", 1), ("第2期", 2), ("首期", 1), ("Ⅱ期", 2), ("十二期", 12), (3, 3), ("不分期", 1)]
)
def test_phases(value: Any, number: int) -> None:
    assert cell("phase_number", value).value == number


def test_codes_keep_their_digits() -> None:
    assert cell("platform_code", " 2306-331000-04-01-123456 ").value == "2306-331000-04-01-123456"
    assert cell("platform_code", 230633100004).value == "230633100004"
    assert cell("platform_code", 2.30633100004e23).troubles[0].code == "code.rounded"
    assert cell("platform_code", "2.30633E+23").troubles[0].code == "code.rounded"
    first = "91330000MA27XJ7X0"
    right = first + check_character(first)
    assert cell("investor_uscc", f"{right[:9]} {right[9:]}").value == right
    wrong = cell("investor_uscc", right[:-1] + ("0" if right[-1] != "0" else "1"))
    assert (wrong.value, wrong.troubles[0].code) == (None, "uscc.wrong")


@pytest.mark.parametrize("value", ["", " ", "/", "——", "无", "暂无", "待定", "N/A", "\u200b", None])
def test_blanks_have_many_forms(value: Any) -> None:
    for column in LEDGER:
        reading = read_cell(Place(column, unit=column.unit), value)
        assert (reading.value, reading.troubles) == (None, []), column.key


ANYTHING = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="0123456789.,-/年月日万亿元约 （）%《》上旬底第期公司、\n", max_size=24),
    st.integers(), st.floats(), st.booleans(), st.dates(), st.datetimes(), st.times(), st.timedeltas(), st.none(),
)  # fmt: skip


@given(ANYTHING, st.sampled_from(LEDGER), st.sampled_from(["", "万元", "亿元", "万美元", "亩", "%"]))
def test_no_cell_breaks_the_reader(value: Any, column: Any, unit: str) -> None:
    reading = read_cell(Place(column, unit=unit, year=2023, today=date(2026, 11, 22)), value)
    for what in reading.troubles:
        fault = fault_at(1, 2, column.key, Trouble(what.code, (("title", column.title), *what.values)))
        assert fault.message
        assert fault.mend
        assert "{" not in fault.message.replace(str(value), "") or "{" in str(value)
    if reading.value is not None:
        assert isinstance(reading.value, str | int | bool | Decimal | date | tuple)
        assert not isinstance(reading.value, datetime | time)


LONG = ["1" * 30_000, "1." * 15_000, "（" * 30_000, "甲公司、" * 8000, "年" * 30_000, "9" * 18 + " " * 9000]


@pytest.mark.parametrize("value", LONG)
def test_a_cell_full_of_one_sign_is_answered_at_once(value: str) -> None:
    for column in LEDGER:
        read_cell(Place(column, unit="万元", year=2023), value)


def test_every_fault_says_what_to_do() -> None:
    for code, (severity, message, mend) in WORDINGS.items():
        assert severity in ("error", "warning"), code
        assert message.endswith("。"), code
        assert mend.startswith(("请", "可选", "如", "确有", "外币", "不需要", "分期", "签订")), code
        assert mend.endswith("。"), code


def test_what_nobody_sees_is_no_difference() -> None:
    assert same("name", "云梯整机项目", "云梯\u00ad整机\u200b项目")
    assert not same("name", "云梯整机项目", "云梯零件项目")
