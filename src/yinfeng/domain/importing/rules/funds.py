"""From cumulative figures to arrivals: what came this month, earlier this year, before this year. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Slice:
    """A new arrival: whole units, dated at the end of what it covers, from the column ``key``."""

    amount: int
    on: date
    key: str


@dataclass(frozen=True, slots=True)
class Less:
    """The column ``key`` tells less than is on record (``held``), or than a narrower column does."""

    key: str
    told: int
    held: int
    narrower: str = ""


def slices(
    told: Mapping[str, int], held: Mapping[str, int], keys: Mapping[str, str], as_of: date
) -> tuple[list[Slice], list[Less]]:
    """``told`` and ``held``: to_date, year, month -> sum; ``keys``: the same -> column. What the narrower column covers
    is taken out of the wider one; the rest of the year is dated at the end of last month, the rest of all at the end
    of last year."""
    month_before = as_of.replace(day=1) - timedelta(days=1)
    year_before = date(as_of.year - 1, 12, 31)
    made: list[Slice] = []
    faults: list[Less] = []
    inner: int | None = None
    inner_span = ""
    for span, end in (("month", as_of), ("year", month_before), ("to_date", year_before)):
        if span not in told:
            continue
        more = told[span] - held.get(span, 0)
        rest = more - (inner or 0)
        if inner is None:
            end = as_of
        elif inner_span == "month" and span == "to_date":
            end = month_before
        if span == "year" and end.year != as_of.year and rest:
            faults.append(Less(keys[span], told[span], told.get("month", 0), keys["month"]))
        elif rest < 0:
            narrower = keys[inner_span] if inner is not None and told[span] < told[inner_span] else ""
            faults.append(Less(keys[span], told[span], told[inner_span] if narrower else held.get(span, 0), narrower))
        elif rest:
            made.append(Slice(rest, end, keys[span]))
        inner, inner_span = more, span
    return made[::-1], faults
