from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.kernel.periods import Period, PeriodError, PeriodKind, shift_months, time_progress

years = st.integers(1970, 2090)
days = st.dates(date(1970, 1, 1), date(2090, 12, 31))
regular = st.one_of(
    st.builds(Period.month, years, st.integers(1, 12)),
    st.builds(Period.quarter, years, st.integers(1, 4)),
    st.builds(Period.half, years, st.integers(1, 2)),
    st.builds(Period.year, years),
)
plans = st.builds(Period.five_year_plan, st.integers(4, 30))
spans = st.tuples(days, days).map(lambda pair: Period.span(min(pair), max(pair)))
every = st.one_of(regular, plans, st.builds(Period.ytd, days), spans)


@pytest.mark.parametrize(
    ("text", "kind", "start", "end"),
    [
        ("2023年7月", "month", "2023-07-01", "2023-07-31"),
        ("2023年07月份", "month", "2023-07-01", "2023-07-31"),
        ("2023-07", "month", "2023-07-01", "2023-07-31"),
        ("2023/7", "month", "2023-07-01", "2023-07-31"),
        ("202302", "month", "2023-02-01", "2023-02-28"),
        ("２０２４年２月", "month", "2024-02-01", "2024-02-29"),
        ("2023Q3", "quarter", "2023-07-01", "2023-09-30"),
        ("2023-q3", "quarter", "2023-07-01", "2023-09-30"),
        ("2023年第三季度", "quarter", "2023-07-01", "2023-09-30"),
        ("2023年3季度", "quarter", "2023-07-01", "2023-09-30"),
        ("二〇二三年一季度", "quarter", "2023-01-01", "2023-03-31"),
        ("2023H1", "half", "2023-01-01", "2023-06-30"),
        ("2023年下半年", "half", "2023-07-01", "2023-12-31"),
        ("2023", "year", "2023-01-01", "2023-12-31"),
        ("2023年度", "year", "2023-01-01", "2023-12-31"),
        (" 2023 年 全年", "year", "2023-01-01", "2023-12-31"),
        ("2023年1-6月", "ytd", "2023-01-01", "2023-06-30"),
        ("2023年1—6月份", "ytd", "2023-01-01", "2023-06-30"),
        ("2023年1月至2月", "ytd", "2023-01-01", "2023-02-28"),
        ("2024年1～2月", "ytd", "2024-01-01", "2024-02-29"),
        ("2023年1-12月", "ytd", "2023-01-01", "2023-12-31"),
        ("2023年前三季度", "ytd", "2023-01-01", "2023-09-30"),
        ("截至2023年7月25日", "ytd", "2023-01-01", "2023-07-25"),
        ("截止2023-07-25", "ytd", "2023-01-01", "2023-07-25"),
        ("2023年1月1日至7月25日", "ytd", "2023-01-01", "2023-07-25"),
        ("2023YTD0725", "ytd", "2023-01-01", "2023-07-25"),
        ("2023年3-5月", "span", "2023-03-01", "2023-05-31"),
        ("2023年11月至2024年2月", "span", "2023-11-01", "2024-02-29"),
        ("2023-03-05/2023-04-06", "span", "2023-03-05", "2023-04-06"),
        ("2023-03-05..2023-04-06", "span", "2023-03-05", "2023-04-06"),
        ("2023年3月5日—2024年4月6日", "span", "2023-03-05", "2024-04-06"),
        ("十四五", "plan", "2021-01-01", "2025-12-31"),
        ("“十四五”时期", "plan", "2021-01-01", "2025-12-31"),
        ("十五五", "plan", "2026-01-01", "2030-12-31"),
        ("十五", "plan", "2001-01-01", "2005-12-31"),
        ("十三五期间", "plan", "2016-01-01", "2020-12-31"),
        ("14FYP", "plan", "2021-01-01", "2025-12-31"),
    ],
)
def test_parse_reads_what_bureaus_write(text, kind, start, end):
    found = Period.parse(text)
    assert found == Period(PeriodKind(kind), date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "去年",
        "2023年13月",
        "2023-00",
        "2023Q5",
        "2023H3",
        "2023年五季度",
        "截至2023年2月29日",
        "2023年5-3月",
        "2023-04-06/2023-03-05",
        "二五",
        "23年7月",
        "0000",
        "2023年7月25日",
    ],
)
def test_parse_refuses_what_is_no_period(text):
    with pytest.raises(PeriodError) as refusal:
        Period.parse(text)
    assert refusal.value.message


@given(every)
def test_label_and_code_are_read_back(period):
    assert Period.parse(period.code) == period
    read = Period.parse(period.label)
    assert (read.start, read.end) == (period.start, period.end)
    if period.kind not in (PeriodKind.SPAN, PeriodKind.YTD):
        assert read == period


@pytest.mark.parametrize(
    ("text", "label", "code"),
    [
        ("2023-07", "2023年7月", "2023-07"),
        ("2023Q3", "2023年第三季度", "2023Q3"),
        ("2023H2", "2023年下半年", "2023H2"),
        ("2023年1-6月", "2023年1-6月", "2023YTD0630"),
        ("截至2023年7月25日", "2023年1月1日至7月25日", "2023YTD0725"),
        ("十四五", "“十四五”时期", "14FYP"),
    ],
)
def test_labels_are_the_words_of_a_heading(text, label, code):
    assert Period.parse(text).label == str(Period.parse(text)) == label
    assert Period.parse(text).code == code


@given(st.one_of(regular, plans))
def test_previous_touches_and_next_comes_back(period):
    before = period.previous()
    assert before.kind is period.kind
    assert (period.start - before.end).days == 1
    assert before.next() == period
    assert before < period


@given(spans)
def test_the_span_before_ends_the_day_before(period):
    before = period.previous()
    assert (period.start - before.end).days == 1
    if period.is_whole_months:
        assert len(before.months()) == len(period.months())
        assert before.is_whole_months
    else:
        assert before.days == period.days


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2023-01", "2022-12"),
        ("2023Q1", "2022Q4"),
        ("2023H1", "2022H2"),
        ("2023", "2022"),
        ("十四五", "十三五"),
        ("2023年1-7月", "2023年1-6月"),
        ("2023YTD0131", "2022年1-12月"),
        ("2023YTD0331", "2023YTD0228"),
        ("2023YTD0330", "2023YTD0228"),
        ("2023YTD0725", "2023YTD0625"),
        ("2023年3-5月", "2022-12-01/2023-02-28"),
    ],
)
def test_previous(text, before):
    assert Period.parse(text).previous() == Period.parse(before)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("2023-12", "2024-01"),
        ("2023年1-6月", "2023年1-7月"),
        ("2023年1-12月", "2024YTD0131"),
        ("2023YTD0131", "2023YTD0228"),
        ("2023年3-5月", "2023年6-8月"),
        ("2023-03-05/2023-03-06", "2023-03-07/2023-03-08"),
    ],
)
def test_next(text, after):
    assert Period.parse(text).next() == Period.parse(after)


@given(spans)
def test_the_span_after_begins_the_day_after(period):
    after = period.next()
    assert (after.start - period.end).days == 1
    assert after.days == period.days or period.is_whole_months


@pytest.mark.parametrize(
    ("text", "last_year"),
    [
        ("2023-07", "2022-07"),
        ("2024-02", "2023-02"),
        ("2025-02", "2024-02"),
        ("2023Q3", "2022Q3"),
        ("2023H2", "2022H2"),
        ("2023", "2022"),
        ("2023年1-6月", "2022年1-6月"),
        ("2025年1-2月", "2024年1-2月"),  # ends on the 29th: whole months against whole months
        ("2024YTD0229", "2023YTD0228"),
        ("2023YTD0725", "2022YTD0725"),
        ("2024-02-29/2024-03-15", "2023-02-28/2023-03-15"),
        ("2023-02-28/2023-03-15", "2022-02-28/2022-03-15"),
        ("2025-02-28/2025-03-15", "2024-02-28/2024-03-15"),
    ],
)
def test_same_last_year(text, last_year):
    assert Period.parse(text).same_last_year() == Period.parse(last_year)


@given(st.one_of(regular, st.builds(Period.ytd, days), spans))
def test_same_last_year_keeps_kind_and_shape(period):
    before = period.same_last_year()
    assert before.kind is period.kind
    assert (before.start.year, before.end.year) == (period.start.year - 1, period.end.year - 1)
    assert (before.start.month, before.end.month) == (period.start.month, period.end.month)
    assert abs(before.days - period.days) <= 1
    assert before.is_whole_months or not period.is_whole_months


def test_a_plan_has_no_same_period_last_year():
    with pytest.raises(PeriodError, match="没有上年同期"):
        Period.five_year_plan("十四五").same_last_year()


@given(every, days)
def test_contains_both_ends_and_nothing_outside(period, day):
    assert period.contains(period.start)
    assert period.contains(period.end)
    assert period.contains(day) == (period.start <= day <= period.end)
    assert period.is_running(day) == period.contains(day)
    assert not period.contains(period.previous().end) or period.kind is PeriodKind.YTD


@given(every)
def test_months_cover_the_period_without_gaps(period):
    months = period.months()
    assert months[0].contains(period.start)
    assert months[-1].contains(period.end)
    assert all(later.previous() == earlier for earlier, later in pairwise(months))


def test_months_of_a_half_year():
    assert [month.code for month in Period.half(2023, 1).months()] == [f"2023-0{n}" for n in range(1, 7)]


@pytest.mark.parametrize(
    ("kind", "start", "end"),
    [
        ("month", "2023-01-01", "2023-01-30"),
        ("month", "2023-01-02", "2023-02-01"),
        ("quarter", "2023-02-01", "2023-04-30"),
        ("half", "2023-04-01", "2023-09-30"),
        ("year", "2023-01-01", "2024-12-31"),
        ("ytd", "2022-01-01", "2023-03-31"),
        ("plan", "2020-01-01", "2024-12-31"),
        ("span", "2023-02-01", "2023-01-01"),
    ],
)
def test_dates_that_do_not_fit_their_kind_are_refused(kind, start, end):
    with pytest.raises(PeriodError):
        Period(PeriodKind(kind), date.fromisoformat(start), date.fromisoformat(end))


def test_parts_and_plans_that_do_not_exist_are_refused():
    for build in (
        lambda: Period.month(2023, 0),
        lambda: Period.quarter(2023, 5),
        lambda: Period.half(2023, 3),
        lambda: Period.year(0),
        lambda: Period.five_year_plan("四十"),
        lambda: Period.five_year_plan(2),
        lambda: Period.span(date(1, 1, 1), date(9, 1, 1)).previous(),
        lambda: Period.span(date(1, 2, 1), date(9, 1, 31)).previous(),
        lambda: Period.year(1).same_last_year(),
    ):
        with pytest.raises(PeriodError):
            build()


def test_periods_sort_by_time():
    texts = ["2024", "2023Q2", "2023-04", "2023年1-6月"]
    assert [p.code for p in sorted(map(Period.parse, texts))] == ["2023YTD0630", "2023-04", "2023Q2", "2024"]


def test_time_progress_counts_the_running_month_whole():
    assert time_progress(date(2023, 7, 1)) == time_progress(date(2023, 7, 31)) == Fraction(7, 12)
    assert time_progress(date(2023, 12, 31)) == 1


@pytest.mark.parametrize(
    ("day", "months", "wanted"),
    [
        ("2023-02-28", 12, "2024-02-29"),
        ("2024-02-28", -12, "2023-02-28"),
        ("2024-02-29", -12, "2023-02-28"),
        ("2023-05-30", -3, "2023-02-28"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2023-12-15", 1, "2024-01-15"),
    ],
)
def test_shift_months(day, months, wanted):
    assert shift_months(date.fromisoformat(day), months) == date.fromisoformat(wanted)
