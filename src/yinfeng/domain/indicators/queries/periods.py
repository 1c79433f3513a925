"""From two days to the period a bureau means by them."""

from __future__ import annotations

from datetime import date

from yinfeng.kernel.periods import Period


def period_between(start: date, end: date) -> Period:
    """The calendar period these two days make, so that its neighbours are those of a calendar; else a year to date,
    else a span."""
    for period in (
        Period.year(start.year), Period.half(start.year, 1 + start.month // 7),
        Period.quarter(start.year, (start.month + 2) // 3), Period.month(start.year, start.month),
    ):  # fmt: skip
        if (period.start, period.end) == (start, end):
            return period
    return Period.ytd(end) if start == date(end.year, 1, 1) else Period.span(start, end)
