"""Cohorts 同期群: of those signed in one month, how many got there within so many months."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, F, Value, When
from django.utils.translation import gettext as _

from yinfeng.kernel.errors import DomainError

from ..rules.definition import Definition
from ..rules.figures import Cohort, cohorts
from .asking import Ask, projects_of
from .conditions import base_condition, where_condition
from .counting import numbers


@dataclass(frozen=True)
class CohortTable:
    """One row a cohort; ``months`` heads the columns. ``pooled`` puts together the cohorts that are old enough for a
    column, as (size, reached): sum over sum, never a mean of rates."""

    months: tuple[int, ...]
    grain: str
    rows: tuple[Cohort, ...]
    pooled: tuple[tuple[int, int], ...]


def cohort_table(definition: Definition, ask: Ask, grain: str = "month") -> CohortTable:
    """The cohorts whose first date lies in the period. One query, grouped by the two days."""
    base, numerator = definition.base, definition.numerator
    if definition.measure != "cohort" or base is None or numerator is None:
        raise DomainError(_("“{name}”不是同期群指标。").format(name=_(definition.label)), code="indicator.no_cohort")
    reading = projects_of(ask)
    then = F(reading.column(numerator.reached[0]))
    where = where_condition(numerator.where, ask, reading, ask.as_of, definition)
    keys = {"key_first": F(base.date), "key_then": Case(When(where, then=then), default=Value(None)) if where else then}
    found = numbers(ask, reading, base_condition(definition, ask, reading), keys)
    table = cohorts(((first, there, n) for (first, there), n in found.items()), definition.months, ask.as_of, grain)
    pooled = []
    for place in range(len(definition.months)):
        ripe = [(c.size, n) for c in table if (n := c.reached[place]) is not None]
        pooled.append((sum(size for size, _n in ripe), sum(n for _size, n in ripe)))
    return CohortTable(definition.months, grain, tuple(table), tuple(pooled))
