"""The sanity rules asked of an answer, with the series they need."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from fractions import Fraction

from django.utils import timezone

from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.periods import Period

from ..rules import sanity
from ..rules.definition import Definition
from ..rules.sanity import Finding
from .answers import Answer
from .asking import Ask, nothing_known
from .dimensions import dimension
from .solving import solve


def findings(answer: Answer, ask: Ask, published: str = "") -> list[Finding]:
    """What is wrong with this answer, or deserves a second look. Two queries a month of the year to date where the figure
    is a flow. DomainError where the published value cannot be read."""
    definition = answer.definition
    found = []
    dimensions = [dimension(one, definition, ask) for one in ask.by] if definition.base else []
    if dimensions and all(d.partition and d.name != "band" for d in dimensions):
        found += sanity.parts_and_whole(definition, [line.figure for line in answer.lines], answer.total.figure)
    found += sanity.bounds(definition, [(" ".join(line.labels), line.figure) for line in (*answer.lines, answer.total)])
    if _is_flow(definition):
        found += sanity.year_to_date(definition, _years_to_date(definition, ask))
        found += sanity.jumps(definition, _months(definition, ask))
    if published.strip():
        try:
            found += sanity.published(definition, answer.total.figure, published)
        except ValueError as fault:
            raise DomainError(str(fault), code="indicator.published", field="published") from fault
    return found


def _is_flow(definition: Definition) -> bool:
    base = definition.base
    if base is None or base.window != "period" or definition.measure not in ("count", "sum"):
        return False
    one_currency = definition.measure == "count" or definition.currency != "original" or bool(base.records)
    return one_currency and not definition.without_history() and definition.attribution != "split"


def _months_of(ask: Ask) -> list[Period]:
    """The full months of the year up to the period's end."""
    until = min(ask.period.end, ask.as_of)
    return [m for m in Period.ytd(until).months() if m.end <= until]


def _years_to_date(definition: Definition, ask: Ask) -> list[tuple[Period, Fraction | None]]:
    """The year to date of each month's end as it was known then."""
    series = []
    for month in _months_of(ask):
        moment = timezone.make_aware(datetime.combine(month.end, time.max))
        if ask.known_at is not None and moment > ask.known_at:
            break
        then = replace(ask, period=Period.ytd(month.end), as_of=month.end, known_at=moment, by=())
        if not nothing_known(then):
            series.append((then.period, solve(definition, then, []).total.value))
    return series


def _months(definition: Definition, ask: Ask) -> list[tuple[Period, Fraction | None]]:
    """Each full month of the year, as it stands. One query."""
    months = _months_of(ask)
    if not months or definition.base is None or definition.base.date.endswith("ceremony_on"):
        return []
    whole = replace(ask, period=Period.ytd(months[-1].end), by=())
    by_month = dimension("month", definition, whole)
    solved = solve(definition, whole, [by_month]).by_key
    return [(month, one.value if (one := solved.get((month,))) else Fraction(0)) for month in months]
