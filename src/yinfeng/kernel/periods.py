"""Spans of time as a bureau reports them: month, quarter, half, year, year to date, five-year plan.

A period is two dates, both of which belong to it. Nothing here asks for today: the caller hands it in.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from yinfeng.kernel.enums import LabelledEnum
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.voice import say


class PeriodError(DomainError):
    """A span that cannot be read or does not exist."""


class PeriodKind(LabelledEnum):
    MONTH = "month", "月度", "Month"
    QUARTER = "quarter", "季度", "Quarter"
    HALF = "half", "半年", "Half-year"
    YEAR = "year", "年度", "Year"
    YTD = "ytd", "年初至今", "Year to date"
    PLAN = "plan", "五年规划", "Five-year plan"
    SPAN = "span", "起止日期", "Span of dates"


_DIGITS = "零一二三四五六七八九十"
_MONTHS_OF = {
    PeriodKind.MONTH: 1,
    PeriodKind.QUARTER: 3,
    PeriodKind.HALF: 6,
    PeriodKind.YEAR: 12,
    PeriodKind.PLAN: 60,
}
_FIRST_PLAN_OF_THIS_RHYTHM = 3  # 三五 began in 1966 after three years of adjustment; from it on every five years


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def _is_month_end(day: date) -> bool:
    return day.day == calendar.monthrange(day.year, day.month)[1]


def _shift_months(year: int, month: int, months: int) -> tuple[int, int]:
    index = year * 12 + month - 1 + months
    if not 12 <= index < 120_000:
        raise PeriodError("日期超出可处理的范围", code="period.out_of_range")
    return index // 12, index % 12 + 1


def shift_months(day: date, months: int) -> date:
    """The same day so many months on. A month's end stays a month's end; a day too many becomes the last one.

    2023-02-28 + 12 → 2024-02-29 (an end stays an end), 2024-02-29 - 12 → 2023-02-28, 2023-05-30 - 3 →
    2023-02-28.
    """
    year, month = _shift_months(day.year, day.month, months)
    last = month_end(year, month)
    return last if _is_month_end(day) or day.day > last.day else date(year, month, day.day)


@dataclass(frozen=True, slots=True)
class Period:
    """``start`` and ``end`` both belong to the period and must fit the ``kind``. Sorts by start, then end."""

    kind: PeriodKind
    start: date
    end: date

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", PeriodKind(self.kind))
        if self.start > self.end:
            raise PeriodError(
                f"起始日期 {self.start} 晚于截止日期 {self.end}",
                code="period.reversed",
                fix="请把两个日期对调。",
            )
        if not self._fits():
            raise PeriodError(
                f"{self.start} 至 {self.end} 不是一个完整的“{self.kind.label}”",
                code="period.kind_mismatch",
                fix="请改用起止日期，或核对期间类型。",
            )

    def _fits(self) -> bool:
        if self.kind is PeriodKind.SPAN:
            return True
        if self.kind is PeriodKind.YTD:
            return self.start == date(self.end.year, 1, 1)
        months = _MONTHS_OF[self.kind]
        if self.start.day != 1 or (self.start.month - 1) % min(months, 12):
            return False
        if self.kind is PeriodKind.PLAN and (self.start.year - 1966) % 5:
            return False
        return self.end == month_end(*_shift_months(self.start.year, self.start.month, months - 1))

    def __lt__(self, other: Period) -> bool:
        return (self.start, self.end) < (other.start, other.end)

    # ------------------------------------------------------------------------------------- constructors

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        return cls._of(PeriodKind.MONTH, year, month, 12)

    @classmethod
    def quarter(cls, year: int, quarter: int) -> Period:
        return cls._of(PeriodKind.QUARTER, year, quarter, 4)

    @classmethod
    def half(cls, year: int, half: int) -> Period:
        return cls._of(PeriodKind.HALF, year, half, 2)

    @classmethod
    def year(cls, year: int) -> Period:
        return cls._of(PeriodKind.YEAR, year, 1, 1)

    @classmethod
    def ytd(cls, until: date) -> Period:
        """From 1 January to ``until``, both included: the cumulative figure of a bulletin."""
        return cls(PeriodKind.YTD, date(until.year, 1, 1), until)

    @classmethod
    def span(cls, start: date, end: date) -> Period:
        """Any two dates; nothing is guessed from them."""
        return cls(PeriodKind.SPAN, start, end)

    @classmethod
    def five_year_plan(cls, name: str | int) -> Period:
        """``"十四五"`` or 14: 2021 to 2025. From 三五 (1966) on; raises PeriodError for another name."""
        number = name if isinstance(name, int) else _plan_number(name)
        if not _FIRST_PLAN_OF_THIS_RHYTHM <= number <= 99:
            raise PeriodError(f"没有第 {number} 个五年规划", code="period.unknown_plan", fix="请填写如“十四五”。")
        start = 1966 + 5 * (number - _FIRST_PLAN_OF_THIS_RHYTHM)
        return cls(PeriodKind.PLAN, date(start, 1, 1), date(start + 4, 12, 31))

    @classmethod
    def _of(cls, kind: PeriodKind, year: int, number: int, count: int) -> Period:
        if not 1 <= number <= count:
            raise PeriodError(f"{year}年没有第 {number} 个{kind.label}", code="period.no_such_part")
        if not 1 <= year <= 9998:
            raise PeriodError(f"年份 {year} 超出可处理的范围", code="period.out_of_range")
        months = 12 // count
        first = (number - 1) * months + 1
        return cls(kind, date(year, first, 1), month_end(year, first + months - 1))

    @classmethod
    def parse(cls, text: str) -> Period:
        """Reads Chinese and ISO spellings.

        2023年7月, 2023-07, 202307 · 2023年第三季度, 2023Q3 · 2023年上半年, 2023H1 · 2023年, 2023 ·
        2023年1-6月, 2023年前三季度, 截至2023年7月25日, 2023YTD0725 · 十四五, “十四五”时期 · 2023年3-5月,
        2023-03-05/2023-04-06, 2023年3月5日至4月6日. A span that begins on 1 January of the year it ends in,
        and was not written as two ISO dates, is a year to date. Raises PeriodError for anything else.
        """
        from yinfeng.kernel.period_text import read

        return read(text)

    # ------------------------------------------------------------------------------------------- neighbours

    def previous(self) -> Period:
        """The one before, of the same kind.

        For a year to date the cumulative figure one month earlier: 1-7月 → 1-6月, 1月 → the whole year
        before. For a span of whole months as many months before, else as many days before.
        """
        if self.kind is PeriodKind.YTD:
            return Period.ytd(shift_months(self.end, -1))
        if self.kind is PeriodKind.SPAN:
            if self.is_whole_months:
                back = -self._month_count
                return Period.span(
                    shift_months(self.start, back),
                    month_end(*_shift_months(self.end.year, self.end.month, back)),
                )
            return Period.span(_earlier(self.start, (self.end - self.start).days + 1), _earlier(self.start, 1))
        return self._shifted(-_MONTHS_OF[self.kind])

    def next(self) -> Period:
        """The one after; for a year to date one month later, or to its end in December's case the next
        January.
        """
        if self.kind is PeriodKind.YTD:
            return Period.ytd(shift_months(self.end, 1))
        if self.kind is PeriodKind.SPAN:
            if self.is_whole_months:
                months = self._month_count
                end = month_end(*_shift_months(self.end.year, self.end.month, months))
                return Period.span(shift_months(self.start, months), end)
            first = _earlier(self.end, -1)
            return Period.span(first, _earlier(first, (self.start - self.end).days))
        return self._shifted(_MONTHS_OF[self.kind])

    def same_last_year(self) -> Period:
        """上年同期. A month's end stays a month's end: 1-2月 of 2025 meets 1-2月 of 2024 with its 29th.

        A five-year plan has none: PeriodError.
        """
        if self.kind is PeriodKind.PLAN:
            raise PeriodError(f"{self.label}没有上年同期", code="period.no_last_year", fix="请与上一个五年规划比较。")
        if self.kind is PeriodKind.YTD:
            return Period.ytd(shift_months(self.end, -12))
        if self.kind is PeriodKind.SPAN:
            start = self.start
            year, month = _shift_months(start.year, start.month, -12)
            # The start is no end of a month by nature: 28 February stays the 28th, 29 February becomes it.
            moved = date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
            return Period.span(moved, shift_months(self.end, -12))
        return self._shifted(-12)

    def _shifted(self, months: int) -> Period:
        start = shift_months(self.start, months)
        end = month_end(*_shift_months(start.year, start.month, _MONTHS_OF[self.kind] - 1))
        return Period(self.kind, start, end)

    # ------------------------------------------------------------------------------------------ questions

    def contains(self, day: date) -> bool:
        return self.start <= day <= self.end

    def is_running(self, today: date) -> bool:
        """Whether it has begun and is not over: its last day still belongs to it, so its figures may still
        grow.
        """
        return self.contains(today)

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def is_whole_months(self) -> bool:
        return self.start.day == 1 and _is_month_end(self.end)

    @property
    def _month_count(self) -> int:
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1

    def months(self) -> tuple[Period, ...]:
        """Every calendar month the period touches, each whole even where the period cuts it."""
        found = []
        for offset in range(self._month_count):
            found.append(Period.month(*_shift_months(self.start.year, self.start.month, offset)))
        return tuple(found)

    # ---------------------------------------------------------------------------------------------- names

    @property
    def label(self) -> str:
        """For headings, in the reader's language: 2023年7月, 2023年第三季度, 2023年上半年, 2023年1-6月, “十四五”时期."""
        year, month = self.start.year, self.start.month
        match self.kind:
            case PeriodKind.MONTH:
                return say("{year}年{month}月", year=year, month=month)
            case PeriodKind.QUARTER:
                return say(
                    {1: "{year}年第一季度", 4: "{year}年第二季度", 7: "{year}年第三季度", 10: "{year}年第四季度"}[
                        month
                    ],
                    year=year,
                )
            case PeriodKind.HALF:
                return say("{year}年上半年", year=year) if month == 1 else say("{year}年下半年", year=year)
            case PeriodKind.YEAR:
                return say("{year}年", year=year)
            case PeriodKind.PLAN:
                number = (year - 1966) // 5 + _FIRST_PLAN_OF_THIS_RHYTHM
                return say("“{name}”时期", name=_plan_name(number))
        told = {"year": year, "month": month, "day": self.start.day}
        told |= {"to_year": self.end.year, "to_month": self.end.month, "to_day": self.end.day}
        if self.is_whole_months and year == self.end.year:
            return say("{year}年{month}-{to_month}月", **told)
        if self.is_whole_months:
            return say("{year}年{month}月至{to_year}年{to_month}月", **told)
        if year == self.end.year:
            return say("{year}年{month}月{day}日至{to_month}月{to_day}日", **told)
        return say("{year}年{month}月{day}日至{to_year}年{to_month}月{to_day}日", **told)

    @property
    def code(self) -> str:
        """ASCII, for URLs and files; ``parse`` reads it back: 2023-07, 2023Q3, 2023H1, 2023, 2023YTD0725,
        14FYP.
        """
        year, month = f"{self.start.year:04d}", self.start.month
        match self.kind:
            case PeriodKind.MONTH:
                return f"{year}-{month:02d}"
            case PeriodKind.QUARTER:
                return f"{year}Q{(month + 2) // 3}"
            case PeriodKind.HALF:
                return f"{year}H{1 if month == 1 else 2}"
            case PeriodKind.YEAR:
                return year
            case PeriodKind.YTD:
                return f"{year}YTD{self.end.month:02d}{self.end.day:02d}"
            case PeriodKind.PLAN:
                return f"{(self.start.year - 1966) // 5 + _FIRST_PLAN_OF_THIS_RHYTHM}FYP"
        return f"{self.start.isoformat()}/{self.end.isoformat()}"

    def __str__(self) -> str:
        return self.label


def time_progress(day: date) -> Fraction:
    """序时进度 by the trade's rule: month / 12, the running month counted whole. July is 7/12."""
    return Fraction(day.month, 12)


def _earlier(day: date, days: int) -> date:
    try:
        return day - timedelta(days=days)
    except OverflowError as error:
        raise PeriodError("日期超出可处理的范围", code="period.out_of_range") from error


def _plan_name(number: int) -> str:
    """14 → 十四五: the number of the plan, then 五 for 五年规划."""
    tens, ones = divmod(number, 10)
    return f"{_DIGITS[tens] if tens > 1 else ''}{'十' if tens else ''}{_DIGITS[ones] if ones else ''}五"


def _plan_number(name: str) -> int:
    for number in range(_FIRST_PLAN_OF_THIS_RHYTHM, 100):
        if _plan_name(number) == name:
            return number
    raise PeriodError(f"“{name}”不是五年规划的名称", code="period.unknown_plan", fix="请填写如“十四五”。")
