import os
import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.kernel.working_days import Calendar, CalendarError, Override, OverrideKind, base_days

CALENDAR = Calendar()
days = st.dates(date(2003, 1, 1), date(2030, 12, 31))
counts = st.integers(-400, 400)


def test_the_table_agrees_with_chinesecalendar_on_every_day_both_know():
    """They agreed on all 8,401 days of 2004 to 2026; a day that differs is named here."""
    day, differing = date(2004, 1, 1), []
    while day < date(2027, 1, 1):
        if chinese_calendar.is_workday(day) != CALENDAR.is_working_day(day):
            differing.append(f"{day} {CALENDAR.describe(day)}")
        day += timedelta(days=1)
    assert differing == []


@pytest.mark.shared
def test_the_table_agrees_with_the_official_notices():
    """The notices list holidays and make-up days of 2021–2026; for 2020 they stand before the extension of the festival."""
    import tomllib

    shared = Path(os.environ.get("YINFENG_SHARED", Path(__file__).parents[5] / "shared"))
    source = shared / "data" / "calendar" / "chinaholidays_official_info.toml"
    if not source.exists():
        pytest.skip("the shared data pack is not beside the checkout")
    notices = tomllib.loads(source.read_text(encoding="utf-8"))
    for year in range(2021, 2027):
        own = [day for day in base_days().values() if day.date.year == year]
        made_up = {str(day.date) for day in own if day.kind is OverrideKind.WORKDAY}
        off = {day.date for day in own if day.kind is OverrideKind.HOLIDAY}
        wanted = set()
        for span in notices[str(year)]["festivals"].values():
            ends = [date.fromisoformat(text) for text in re.findall(r"\d{4}-\d\d-\d\d", span)]
            wanted |= {ends[0] + timedelta(days=n) for n in range((ends[-1] - ends[0]).days + 1)}
        assert made_up == set(notices[str(year)]["调休工作日"]), year
        # A festival's ordinary weekend days may be left out of either list.
        assert {day for day in off ^ wanted if day.weekday() < 5} == set(), year


def test_the_table_holds_what_its_notice_says():
    kinds = Counter(day.kind for day in base_days().values())
    assert kinds == {OverrideKind.HOLIDAY: 619, OverrideKind.WORKDAY: 150}


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-02-13", 1, "2026-02-14"),  # a Saturday on which people make up for the festival
        ("2026-02-14", 1, "2026-02-24"),  # over the nine days of the festival
        ("2026-02-24", -1, "2026-02-14"),
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-06-05", 1, "2026-06-08"),  # Friday to Monday
        ("2026-06-06", 1, "2026-06-08"),  # from a Saturday
        ("2026-06-06", 0, "2026-06-06"),
        ("2026-06-08", -1, "2026-06-05"),
        ("2026-12-31", 1, "2027-01-01"),  # 2027 is not known: weekdays, and a warning
    ],
)
def test_add(start, count, end):
    assert CALENDAR.add(date.fromisoformat(start), count) == date.fromisoformat(end)


@given(days, counts)
def test_between_is_the_inverse_of_add(day, count):
    end = CALENDAR.add(day, count)
    assert CALENDAR.between(day, end) == count
    if count:
        assert CALENDAR.is_working_day(end)


@given(days, days)
def test_between_counts_one_by_one(a, b):
    first, last = sorted((a, b))
    window = (first + timedelta(days=n) for n in range((last - first).days + 1))
    working = [day for day in window if CALENDAR.is_working_day(day)]
    assert CALENDAR.between(first, last) == len([day for day in working if day != first])
    assert CALENDAR.between(last, first) == -len([day for day in working if day != last])


@given(days, st.integers(0, 200), st.integers(0, 200))
def test_adding_in_two_steps_is_adding_once(day, a, b):
    assert CALENDAR.add(CALENDAR.add(day, a), b) == CALENDAR.add(day, a + b)
    assert CALENDAR.add(CALENDAR.add(day, -a), -b) == CALENDAR.add(day, -a - b)


@given(days, st.integers(1, 200))
def test_back_planning_from_a_working_day_comes_back(day, count):
    """Start so many working days before the deadline, and that many working days later it is the deadline."""
    deadline = CALENDAR.on_or_after(day)
    start = CALENDAR.add(deadline, -count)
    assert CALENDAR.add(start, count) == deadline


@given(days)
def test_a_limit_on_a_day_off_moves_to_the_nearest_working_day(day):
    after, before = CALENDAR.on_or_after(day), CALENDAR.on_or_before(day)
    assert before <= day <= after
    assert CALENDAR.is_working_day(after)
    assert CALENDAR.is_working_day(before)
    assert (before == day == after) == CALENDAR.is_working_day(day)


def test_overrides_go_before_the_table():
    own = Calendar(
        [
            Override(date(2026, 3, 4), OverrideKind.LOCAL_CLOSURE, "台风停工"),
            Override(date(2026, 10, 1), OverrideKind.WORKDAY, "值班"),
            Override(date(2026, 3, 7), OverrideKind.WORKDAY, "本地调休"),
            Override(date(2026, 2, 14), OverrideKind.HOLIDAY, "春节"),
        ]
    )
    assert not own.is_working_day(date(2026, 3, 4))
    assert own.is_working_day(date(2026, 10, 1))
    assert own.is_working_day(date(2026, 3, 7))
    assert not own.is_working_day(date(2026, 2, 14))
    assert own.add(date(2026, 3, 3), 1) == date(2026, 3, 5)
    assert own.between(date(2026, 3, 3), date(2026, 3, 8)) == 3
    assert own.describe(date(2026, 3, 4)) == "台风停工本地停办"
    assert CALENDAR.is_working_day(date(2026, 3, 4)), "another calendar is not touched"


@given(st.dictionaries(days, st.sampled_from(list(OverrideKind)), max_size=40), days, counts)
def test_the_laws_hold_with_any_overrides(own, day, count):
    calendar = Calendar(Override(date=when, kind=kind) for when, kind in own.items())
    assert calendar.between(day, calendar.add(day, count)) == count
    for when, kind in own.items():
        assert calendar.is_working_day(when) == (kind is OverrideKind.WORKDAY)


def test_of_two_overrides_for_a_day_the_later_counts():
    day = date(2026, 3, 4)
    kinds = [OverrideKind.HOLIDAY, OverrideKind.WORKDAY]
    assert Calendar(Override(day, kind) for kind in kinds).is_working_day(day)
    assert not Calendar(Override(day, kind) for kind in reversed(kinds)).is_working_day(day)


def test_beyond_the_known_years_weekdays_count_and_the_screen_says_so():
    assert (CALENDAR.known_from, CALENDAR.known_until) == (2004, 2026)
    assert CALENDAR.warning_for(date(2026, 12, 31)) is None
    assert "2027年的放假安排尚未录入" in CALENDAR.warning_for(date(2027, 1, 1))
    assert "2003年的放假安排不在日历中" in CALENDAR.warning_for(date(2003, 12, 31))
    assert CALENDAR.is_working_day(date(2027, 10, 1))  # a Friday; the notice has not come
    assert "2027年" in CALENDAR.warning_between(date(2026, 12, 1), date(2028, 1, 5))
    assert "2027年" in CALENDAR.warning_between(date(2028, 1, 5), date(2026, 12, 1))
    assert CALENDAR.warning_between(date(2026, 1, 1), date(2026, 12, 31)) is None


def test_a_year_becomes_known_by_its_notice_and_not_by_one_local_closure():
    closure = [Override(date(2027, 3, 4), OverrideKind.LOCAL_CLOSURE, "停电")]
    assert Calendar(closure).known_until == 2026
    national_day = [Override(date(2027, 10, n), OverrideKind.HOLIDAY, "国庆节") for n in range(1, 8)]
    assert Calendar(national_day).warning_for(date(2027, 5, 1))
    rest = [Override(date(2027, 2, n), OverrideKind.HOLIDAY, "春节") for n in range(5, 13)]
    announced = Calendar(national_day + rest)
    assert announced.known_until == 2027
    assert announced.knows(2027)
    assert announced.warning_for(date(2027, 5, 1)) is None
    assert announced.warning_for(date(2028, 5, 1))


def test_describe_says_why_a_day_is_special():
    assert CALENDAR.describe(date(2026, 10, 1)) == "国庆节放假"
    assert CALENDAR.describe(date(2026, 2, 14)) == "春节调休上班"
    assert CALENDAR.describe(date(2026, 6, 6)) == "周六"
    assert CALENDAR.describe(date(2026, 6, 5)) == ""


def test_a_count_out_of_the_calendar_is_refused():
    for build in (
        lambda: CALENDAR.add(date(2026, 1, 1), 10**9),
        lambda: CALENDAR.add(date(9999, 12, 30), 20),
        lambda: CALENDAR.add(date(1, 1, 3), -20),
    ):
        with pytest.raises(CalendarError, match="超出"):
            build()
    with pytest.raises(ValueError):
        Override(date(2026, 1, 1), "half_day")
