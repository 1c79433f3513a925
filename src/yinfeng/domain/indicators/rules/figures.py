"""From what was counted to a figure: exact fractions, nothing rounded here. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import pairwise

from yinfeng.kernel.money import percentage_points, ratio
from yinfeng.kernel.periods import Period, shift_months

from .definition import Bands, Definition


@dataclass
class Tally:
    """What a query found: how many, how many of them told a sum, and the sums by currency in whole units."""

    count: int | Fraction = 0  # by shares it need not be whole
    told: int | Fraction = 0
    sums: dict[str, Fraction] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        self.count += other.count
        self.told += other.told
        for currency, amount in other.sums.items():
            self.sums[currency] = self.sums.get(currency, Fraction(0)) + amount

    def amount(self) -> Fraction | None:
        """The sum in one currency: of nothing zero, of projects that told nothing None (missing is not zero)."""
        if self.count and not self.told:
            return None
        if len(self.sums) > 1:
            raise ValueError("sums of two currencies are never added")
        return next(iter(self.sums.values()), Fraction(0))


@dataclass
class Raw:
    """The base and, where there is one, its part."""

    base: Tally = field(default_factory=Tally)
    part: Tally = field(default_factory=Tally)

    def add(self, other: Raw) -> None:
        self.base.add(other.base)
        self.part.add(other.part)


@dataclass(frozen=True)
class Figure:
    """``value`` is a count, a sum, a ratio (0.655 is 65.5 %) or a difference of ratios; None where there is none.

    ``sums`` holds the amounts by currency where they stand side by side; ``untold`` counts what told no sum.
    """

    value: Fraction | None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    sums: tuple[tuple[str, Fraction], ...] = ()
    count: int | Fraction = 0
    untold: int | Fraction = 0
    target: Fraction | None = None  # of a vintage
    missing: tuple[Period, ...] = ()  # the months in which a check failed


def figure(definition: Definition, raw: Raw, whole: Raw | None = None) -> Figure:
    """The figure of a line; ``whole`` is the total of all lines, which a share without a part is measured against."""
    base, part = raw.base, raw.part
    untold = base.count - base.told if definition.of or (definition.base and definition.base.funds) else 0
    money = bool(definition.of) or bool(definition.base and definition.base.funds)
    if definition.measure == "count":
        return Figure(Fraction(base.count), count=base.count)
    if definition.measure == "duration":
        days, reached = part.amount() or Fraction(0), Fraction(part.count)
        return Figure(ratio(days, reached), days, reached, count=part.count)
    if definition.measure == "sum":
        if definition.currency == "original":
            sums = tuple(sorted(base.sums.items(), key=lambda p: (p[0] != "CNY", p[0])))
            value = base.amount() if len(sums) < 2 else None  # sums side by side have no one value
            return Figure(value, sums=sums, count=base.count, untold=untold)
        return Figure(base.amount(), count=base.count, untold=untold)
    if definition.measure == "share" and definition.numerator is None:
        against = whole or raw
        above = base.amount() if money else Fraction(base.count)
        below = against.base.amount() if money else Fraction(against.base.count)
    else:
        funds = definition.numerator is not None and definition.numerator.funds is not None
        above = part.amount() if money or funds else Fraction(part.count)
        below = base.amount() if money else Fraction(base.count)
        if funds and below is not None:
            above = sum(part.sums.values(), Fraction(0))  # nothing arrived yet is zero, not unknown
    return Figure(ratio(above, below), above, below, count=base.count, untold=untold)


def quotient(above: Fraction | None, below: Fraction | None) -> Figure:
    return Figure(ratio(above, below), above, below)


def ahead(completion: Fraction | None, elapsed: Fraction) -> Figure:
    """Completion minus elapsed time, as a difference of ratios, exact."""
    points = percentage_points(completion, elapsed)
    return Figure(None if points is None else points / 100, completion, elapsed)


def change(this: Fraction | None, last: Fraction | None, *, rates: bool) -> Figure:
    """Of rates the difference, of amounts and counts the relative change; a base of zero or below gives none."""
    if this is None or last is None:
        return Figure(None, this, last)
    if rates:
        return Figure(this - last, this, last)
    return Figure(ratio(this - last, last) if last > 0 else None, this, last)


def total(parts: Iterable[Fraction | None]) -> Figure:
    """The sum of parts; a part without a value leaves the whole without one."""
    known = list(parts)
    if any(p is None for p in known):
        return Figure(None)
    return Figure(sum((p for p in known if p is not None), Fraction(0)))


def gap(done: Fraction | None, target: Fraction | None, elapsed: Fraction) -> Figure:
    """Done minus the target, or minus as much of it as time has passed."""
    if done is None or target is None:
        return Figure(None, done, target)
    due = target * elapsed
    return Figure(done - due, done, due)


def weighted(parts: Iterable[tuple[Fraction | None, int]]) -> Figure:
    """Rates by their weights in percent; a part without a value leaves the whole without one."""
    told = list(parts)
    if any(value is None for value, _weight in told):
        return Figure(None)
    return Figure(sum((value * weight for value, weight in told if value is not None), Fraction(0)) / 100)


def each_month(months: Mapping[Period, Fraction | None], at_least: int, as_of: date) -> Figure:
    """Whether each month had its due. A month that is still running and has not had it yet is not judged."""
    judged = {m: v or Fraction(0) for m, v in months.items() if m.end <= as_of or (v or 0) >= at_least}
    had = sum(1 for value in judged.values() if value >= at_least)
    if not judged:
        return Figure(None, Fraction(0), Fraction(0))
    missing = tuple(m for m, value in judged.items() if value < at_least)
    return Figure(Fraction(had == len(judged)), Fraction(had), Fraction(len(judged)), missing=missing)


def in_a_row(months: Mapping[Period, Fraction | None], direction: str, as_of: date) -> Figure:
    """How many months running, up to the last full one, the value fell (or rose) against the month before."""
    values = [value or Fraction(0) for m, value in sorted(months.items()) if m.end <= as_of]
    if len(values) < 2:
        return Figure(None)
    run = 0
    for before, after in reversed(list(pairwise(values))):
        if (after < before) if direction == "falling" else (after > before):
            run += 1
        else:
            break
    return Figure(Fraction(run), values[-1], values[-1 - run])


# ------------------------------------------------------------------------------------------------ time


def window_of(definition: Definition, period: Period, as_of: date) -> tuple[date | None, date]:
    """First and last day on which the base's date may lie: never after ``as_of``, and grown by its days of grace."""
    base = definition.base
    if base is None:
        raise ValueError(f"{definition.name} has no base")
    last = date.fromordinal(period.start.toordinal() - 1) if base.window == "before" else period.end
    end = min(last, as_of)
    start: date | None = {
        "period": period.start,
        "until": None,
        "before": None,
        "all": None,
        "ytd": date(period.end.year, 1, 1),
        "rolling_12": _day_after(shift_months(period.end, -12)),
        "since": base.since,
    }[base.window]
    if base.grace_days:
        end = min(end, date.fromordinal(max(1, as_of.toordinal() - base.grace_days)))
    return start, end


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def compared(period: Period, as_of: date, against: str) -> tuple[Period, date]:
    """The period compared with, and the day it is looked at: as long after its beginning as this one is."""
    other = period.same_last_year() if against == "last_year" else period.previous()
    months = (period.end.year - other.end.year) * 12 + period.end.month - other.end.month
    return other, shift_months(as_of, -months)


# ------------------------------------------------------------------------------------------------ bands and cohorts


def into_bands(bands: Bands, slots: Mapping[str, Raw]) -> dict[str, Raw]:
    """From each project's own band to what is printed: cumulative counts add up from the largest band down."""
    printed: dict[str, Raw] = {}
    running = Raw()
    for band in bands.steps:
        raw = Raw()
        raw.add(slots.get(band.key, Raw()))
        if bands.cumulative:
            running.add(raw)
            raw = Raw()
            raw.add(running)
        printed[band.key] = raw
    return printed


def reads_as_cumulative(counts: Iterable[tuple[int, int]]) -> bool:
    """Whether printed (threshold, count) pairs can be cumulative: a lower threshold never holds fewer."""
    ordered = [n for _low, n in sorted(counts, reverse=True)]
    return all(a <= b for a, b in pairwise(ordered))


@dataclass(frozen=True)
class Cohort:
    """Those of one month or quarter or year: how many, and how many of them got there within so many months.

    ``reached[i]`` is None where so many months have not yet passed for all of them.
    """

    period: Period
    size: int
    reached: tuple[int | None, ...]

    def rates(self) -> tuple[Fraction | None, ...]:
        return tuple(None if n is None else ratio(n, self.size) for n in self.reached)


def period_of(day: date, grain: str) -> Period:
    """The calendar month, quarter or year of a day."""
    if grain == "month":
        return Period.month(day.year, day.month)
    if grain == "quarter":
        return Period.quarter(day.year, (day.month + 2) // 3)
    return Period.year(day.year)


def cohorts(
    pairs: Iterable[tuple[date, date | None, int]], months: tuple[int, ...], as_of: date, grain: str
) -> list[Cohort]:
    """From (first date, date reached or None, how many) to one cohort a period, in order."""
    sizes: dict[Period, int] = {}
    reached: dict[Period, list[int]] = {}
    days: dict[date, tuple[Period, list[date]]] = {}  # many begin on the same day
    for first, got_there, count in pairs:
        if first not in days:
            days[first] = period_of(first, grain), [min(shift_months(first, within), as_of) for within in months]
        period, ends = days[first]
        sizes[period] = sizes.get(period, 0) + count
        row = reached.setdefault(period, [0] * len(months))
        if got_there is None:
            continue
        for place, end in enumerate(ends):
            if got_there <= end:
                row[place] += count
    return [
        Cohort(
            period, sizes[period],
            tuple(
                n if shift_months(period.end, within) <= as_of else None
                for n, within in zip(reached[period], months, strict=True)
            ),
        )
        for period in sorted(sizes)
    ]  # fmt: skip
