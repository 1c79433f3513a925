"""The funnel and the cohorts of those signed: how far each came, in all, by unit, and by the month of signing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.domain.projects.rules.words import DATE_COLUMNS
from yinfeng.kernel.money import ratio

from ..rules.definition import Definition
from ..rules.wording import said_percent
from .answers import Answer, answered, ask_of
from .asking import Ask
from .cohorts import CohortTable, cohort_table

_WAY = tuple(DATE_COLUMNS.values())  # the dates in the order in which a project passes them
# The steps of the funnel: the rate each is the numerator of. All stand on the projects signed in the period.
FUNNEL = ("landing_rate_registered", "landing_rate_site", "start_rate", "enrolment_rate_signed", "production_rate")


@dataclass(frozen=True)
class FunnelStep:
    """``of_first`` and ``of_before`` are shares of the first step and of the one before; None where there is none."""

    name: str  # the indicator behind it; empty for the first
    label: str
    count: int
    of_first: Fraction | None
    of_before: Fraction | None

    @property
    def width(self) -> int:
        """Percent of the first, for a bar."""
        return round((self.of_first or Fraction(0)) * 100)

    @property
    def first_words(self) -> str:
        return said_percent(self.of_first, 1)

    @property
    def before_words(self) -> str:
        return said_percent(self.of_before, 1)


@dataclass(frozen=True)
class FunnelRow:
    label: str
    size: int
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Funnel:
    steps: tuple[FunnelStep, ...]
    rows: tuple[FunnelRow, ...]
    notes: tuple[str, ...]
    said: str = ""


def funnel(first_label: str, labels: tuple[str, ...], **asked: Any) -> Funnel:
    """Those signed in the period, and how many of them came how far by the day asked. The steps are those of the edition
    in force that it still has; ``asked`` is what :func:`answers.ask_of` takes."""
    found = [(name, label, _answer(name, asked)) for name, label in zip(FUNNEL, labels, strict=True)]
    there = [(name, label, one) for name, label, one in found if one is not None]
    if not there:
        return Funnel((), (), ())
    size = int(there[0][2].total.figure.denominator or 0)
    steps = [FunnelStep("", first_label, size, Fraction(1) if size else None, None)]
    for name, label, one in there:
        count = int(one.total.figure.numerator or 0)
        steps.append(FunnelStep(name, label, count, ratio(count, size), ratio(count, steps[-1].count)))
    lines = [one.line for _name, _label, one in there]
    rows = tuple(
        FunnelRow(
            line.labels[0], int(line.figure.denominator or 0),
            tuple(int(by_key[line.key[0]].figure.numerator or 0) for by_key in lines),
        )
        for line in there[0][2].lines
        if all(line.key[0] in by_key for by_key in lines)
    )  # fmt: skip
    first = there[0][2]
    return Funnel(tuple(steps), rows, first.notes, dates_said(first.as_of, first.known_at, first.stamp))


def dates_said(as_of: date, known_at: datetime | None, stamp: str) -> str:
    """Both dates of an answer and the edition that it was computed by."""
    told = _("截至 {day}").format(day=as_of.isoformat())
    if known_at is not None:
        told += " · " + _("按 {t} 所知").format(t=f"{timezone.localtime(known_at):%F %H:%M}")
    return f"{told} · {stamp}"


def _answer(name: str, asked: dict[str, Any]) -> Answer | None:
    from yinfeng.kernel.errors import DomainError

    try:
        return answered(*ask_of(name, **asked, by=("unit",)))
    except DomainError as fault:
        if fault.code == "indicator.unknown":
            return None
        raise


@dataclass(frozen=True)
class CohortStep:
    """Where those of each period stand by the day asked, in one step: (size, how many)."""

    definition: Definition
    to_date: dict[Any, tuple[int, int]]


@dataclass(frozen=True)
class Cohorts:
    chosen: Definition
    table: CohortTable
    steps: tuple[CohortStep, ...]
    ask: Ask
    said: str


def cohorts_of(chosen: str, grain: str, **asked: Any) -> Cohorts:
    """The cohorts of one step month by month, and how far each came in every step of the edition."""
    definition, ask, stamp = ask_of(chosen, **asked)
    table = cohort_table(definition, ask, grain)
    steps = []
    for other in ask.definitions.by_name.values():
        if other.measure != "cohort" or other.base is None or definition.base is None:
            continue
        if (other.base.date, other.base.where) != (definition.base.date, definition.base.where):
            continue  # of other cohorts than these
        one = answered(other, replace(ask, by=(grain,)), "")
        steps.append(
            CohortStep(
                other,
                {
                    line.key[0]: (int(line.figure.denominator or 0), int(line.figure.numerator or 0))
                    for line in one.lines
                },
            )
        )
    steps.sort(key=lambda step: _WAY.index(step.definition.numerator.reached[0]) if step.definition.numerator else 0)
    return Cohorts(definition, table, tuple(steps), ask, dates_said(ask.as_of, ask.known_at, stamp))
