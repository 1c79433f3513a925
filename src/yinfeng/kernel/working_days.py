"""Working days (工作日): public holidays, make-up workdays, and what a bureau adds to them.

The base table knows the years of ``kernel/data/working_days.csv``. The State Council announces a year's
holidays in November of the year before, so a bureau enters what is new as overrides, which go before the
table. In a year that nobody has entered, Monday to Friday count as working days, and ``warning_for`` says so:
show it beside the date.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from yinfeng.kernel.enums import LabelledEnum
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.tables import read_rows


class CalendarError(DomainError):
    """A count of days that leads outside the calendar."""


class OverrideKind(LabelledEnum):
    HOLIDAY = "holiday", "放假", "Holiday"
    WORKDAY = "workday", "调休上班", "Make-up workday"
    LOCAL_CLOSURE = "local_closure", "本地停办", "Local closure"


@dataclass(frozen=True, slots=True)
class Override:
    """What one date is, whatever the table says. ``notice`` is the number of the notice that orders it."""

    date: date
    kind: OverrideKind
    name: str = ""
    notice: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", OverrideKind(self.kind))


# Eleven statutory days a year until 2024, thirteen since: fewer entries are not a whole year's notice.
_STATUTORY_DAYS: Final = 11
_LONGEST_COUNT: Final = 100_000


@lru_cache(maxsize=1)
def base_days() -> Mapping[date, Override]:
    """The public table: every holiday (weekend days within one included) and make-up workday, by date."""
    rows = (
        Override(date.fromisoformat(row["date"]), OverrideKind(row["kind"]), row["name"])
        for row in read_rows("working_days.csv")
    )
    return MappingProxyType({row.date: row for row in rows})


class Calendar:
    """The working days of one place. Build it once and keep it: asking is cheap, building copies the table.

    Of two overrides for one date the later in the list counts.
    """

    def __init__(self, overrides: Iterable[Override] = ()) -> None:
        own = {override.date: override for override in overrides}
        base = base_days()
        days = {**base, **own}
        # Ordinals, not dates: the loop of ``add`` is then integer arithmetic and two set look-ups.
        self._days = days
        self._off = frozenset(
            day.toordinal() for day, what in days.items() if what.kind is not OverrideKind.WORKDAY and day.weekday() < 5
        )
        self._on = frozenset(
            day.toordinal() for day, what in days.items() if what.kind is OverrideKind.WORKDAY and day.weekday() >= 5
        )
        self._off_sorted = sorted(self._off)
        self._on_sorted = sorted(self._on)
        self._known = {day.year for day in base} | _announced_years(own.values())

    # ------------------------------------------------------------------------------------------- one day

    def is_working_day(self, day: date) -> bool:
        return self._works(day.toordinal())

    def _works(self, ordinal: int) -> bool:
        # date.fromordinal(1) is a Monday.
        if (ordinal - 1) % 7 < 5:
            return ordinal not in self._off
        return ordinal in self._on

    def describe(self, day: date) -> str:
        """What makes the day special, for a tooltip: 国庆节放假, 春节调休上班, 周六; empty for an ordinary
        weekday.
        """
        what = self._days.get(day)
        if what is not None:
            return f"{what.name}{what.kind.label}"
        return ("", "", "", "", "", "周六", "周日")[day.weekday()]

    # ------------------------------------------------------------------------------------------ counting

    def add(self, day: date, working_days: int) -> date:
        """The date so many working days later, earlier for a negative number; the day itself is not counted.

        ``add(d, 0)`` is ``d``, be it a working day or not. Friday + 1 is Monday. Raises CalendarError beyond
        100,000 working days or the years 1 to 9999.
        """
        if abs(working_days) > _LONGEST_COUNT:
            raise CalendarError(f"{working_days} 个工作日超出可推算的范围", code="calendar.too_far", fix="请核对天数。")
        step = 1 if working_days >= 0 else -1
        left = abs(working_days)
        ordinal = day.toordinal()
        off, on = self._off, self._on
        while left:
            ordinal += step
            if (ordinal not in off) if (ordinal - 1) % 7 < 5 else (ordinal in on):
                left -= 1
        return _date(ordinal)

    def between(self, start: date, end: date) -> int:
        """How many working days lie after ``start``, ``end`` included; negative when ``end`` is earlier.

        The inverse of ``add``: ``between(d, add(d, n)) == n``. Going back, ``start`` itself is again not
        counted and ``end`` is.
        """
        first, last = start.toordinal(), end.toordinal()
        if last >= first:
            return self._count(first + 1, last)
        return -self._count(last, first - 1)

    def _count(self, first: int, last: int) -> int:
        """Working days from ``first`` to ``last``, both included, without walking through them."""
        if last < first:
            return 0
        weekdays = _weekdays_until(last) - _weekdays_until(first - 1)
        off = bisect_right(self._off_sorted, last) - bisect_left(self._off_sorted, first)
        on = bisect_right(self._on_sorted, last) - bisect_left(self._on_sorted, first)
        return weekdays - off + on

    def on_or_after(self, day: date) -> date:
        """The day itself if it is a working day, else the next one: a time limit that ends on a holiday moves
        on.
        """
        return day if self.is_working_day(day) else self.add(day, 1)

    def on_or_before(self, day: date) -> date:
        """The day itself if it is a working day, else the last one before it."""
        return day if self.is_working_day(day) else self.add(day, -1)

    # ----------------------------------------------------------------------------------- what is known

    @property
    def known_from(self) -> int:
        """The first year of the unbroken run of known years that ends with ``known_until``."""
        year = self.known_until
        while year - 1 in self._known:
            year -= 1
        return year

    @property
    def known_until(self) -> int:
        """The last year up to which, from the table on, every year's holidays are known.

        A year that the table lacks becomes known when the overrides hold at least eleven of its holidays, one
        of them 1 October: a single local closure does not make a year known.
        """
        year = max(day.year for day in base_days())
        while year + 1 in self._known:
            year += 1
        return year

    def knows(self, year: int) -> bool:
        return year in self._known

    def warning_for(self, day: date) -> str | None:
        """What to say beside a date in a year whose holidays are not known; None where they are."""
        if day.year in self._known:
            return None
        if day.year < self.known_from:
            return f"{day.year}年的放假安排不在日历中，按周一至周五计算工作日。"
        return (
            f"{day.year}年的放假安排尚未录入，按周一至周五计算工作日；"
            "国务院办公厅通知发布后请补录节假日和调休上班日，期限将重新推算。"
        )

    def warning_between(self, start: date, end: date) -> str | None:
        """As ``warning_for``, for a count from one date to another in either direction: its first unknown
        year.
        """
        first, last = sorted((start, end))
        for year in range(first.year, last.year + 1):
            if year not in self._known:
                return self.warning_for(date(year, 1, 1))
        return None


def _announced_years(overrides: Iterable[Override]) -> set[int]:
    holidays: dict[int, int] = {}
    with_national_day: set[int] = set()
    for override in overrides:
        if override.kind is OverrideKind.HOLIDAY:
            day = override.date
            holidays[day.year] = holidays.get(day.year, 0) + 1
            if (day.month, day.day) == (10, 1):
                with_national_day.add(day.year)
    return {year for year in with_national_day if holidays[year] >= _STATUTORY_DAYS}


def _weekdays_until(ordinal: int) -> int:
    weeks, rest = divmod(ordinal, 7)
    return weeks * 5 + min(rest, 5)


def _date(ordinal: int) -> date:
    try:
        return date.fromordinal(ordinal)
    except (ValueError, OverflowError) as error:
        raise CalendarError("日期超出可推算的范围", code="calendar.too_far", fix="请核对起始日期和天数。") from error
