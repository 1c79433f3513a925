"""Targets beside what was done: by indicator for the whole, and by unit for one of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils import timezone

from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.periods import Period

from ..rules import figures
from ..rules.definition import Definition
from ..rules.targets import CURVE, WHOLE, elapsed_of, target_of
from ..rules.wording import said_percent, said_points, said_rounded
from .answers import Answer, answered, ask_of
from .asking import Ask
from .editions import definitions, ranks_are_shown


@dataclass(frozen=True)
class TargetLine:
    """All in words, — where there is no target. ``percent`` is 0 to 100 for a bar; ``rank`` only where switched on."""

    label: str
    code: str
    target: str
    done: str
    completion: str
    gap: str
    ahead: str
    percent: int
    is_behind: bool
    rank: int | None = None


@dataclass(frozen=True)
class TargetTable:
    """``elapsed`` is 序时进度 in words; ``has_curve`` where the year has its own."""

    year: int
    as_of: date
    elapsed: str
    lines: tuple[TargetLine, ...]
    has_curve: bool = False
    ranks: bool = False
    notes: tuple[str, ...] = ()

    @property
    def query(self) -> str:
        """Of the figures behind it: what was done this year to date, by unit, with its rows."""
        last = min(self.as_of, date(self.year, 12, 31)).isoformat()
        return f"?start={self.year}-01-01&end={max(last, f'{self.year}-01-01')}&by=unit&rows=1#rows"


def completions(on: date) -> dict[str, Definition]:
    """Of the edition in force: what has a target -> its completion."""
    known, _stamp = definitions(on)
    return {d.refs[0]: d for d in known.by_name.values() if d.measure == "completion"}


def table_of_year(year: int, viewer: Viewer) -> TargetTable:
    """Every indicator that has a target this year, for the whole."""
    today = timezone.localdate()
    ask, lines, notes = None, [], dict[str, None]()
    for name, definition in completions(today).items():
        question = ask_of(definition.name, viewer=viewer, period=Period.year(year))
        ask = question[1]
        if not _set(ask, name, year):
            continue
        answer = answered(*question)
        notes |= dict.fromkeys(answer.notes)
        lines.append(_line(ask, answer, name, answer.total.figure, ask.definitions.by_name[name].label, name))
    elapsed = said_percent(_elapsed(ask, "", year), 2) if ask else "—"
    return TargetTable(year, today, elapsed, tuple(lines), notes=tuple(notes))


def table_of_units(name: str, year: int, viewer: Viewer) -> TargetTable:
    """One indicator by unit in the official order, with the whole at the end. KeyError where nothing completes it."""
    today = timezone.localdate()
    definition = completions(today)[name]
    question = ask_of(definition.name, viewer=viewer, period=Period.year(year), by=("unit",))
    ask, answer = question[1], answered(*question)
    lines = [
        _line(ask, answer, name, line.figure, line.labels[0], ask.unit_code(line.key[0]) or "") for line in answer.lines
    ]
    shown = {line.code for line in lines}
    values = [line.figure.value for line in answer.lines]
    for unit in ask.units.lines:  # a unit that has done nothing yet still has its target
        code = ask.unit_code(unit.id) or ""
        if code not in shown and ask.sees_all_of(unit.id) and (target := target_of(ask.targets, name, year, code)):
            none = figures.quotient(Fraction(0), target)
            lines.append(_line(ask, answer, name, none, unit.short_name, code))
            values.append(none.value)
    ranks = ranks_are_shown(today, viewer.roles) and ask.sees_all_of(None)
    if ranks:
        lines = [
            line if value is None else replace(line, rank=1 + sum(v is not None and v > value for v in values))
            for line, value in zip(lines, values, strict=True)
        ]
    lines.append(_line(ask, answer, name, answer.total.figure, answer.total.labels[0], WHOLE))
    return TargetTable(
        year, today, said_percent(_elapsed(ask, name, year), 2), tuple(lines), CURVE in _set(ask, name, year), ranks,
        answer.notes,
    )  # fmt: skip


def written(name: str, year: int, body: Any) -> dict[str, str]:
    """The targets of a year as they are written, by unit code."""
    years = body.get(name, {})
    units = years.get(str(year), years.get(year, {}))
    return {code: value if isinstance(value, str) else _plain(value) for code, value in units.items()}


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _set(ask: Ask, name: str, year: int) -> dict[str, Any]:
    years = ask.targets.get(name, {})
    return dict(years.get(str(year), years.get(year, {})))


def _elapsed(ask: Ask, name: str, year: int) -> Fraction:
    return elapsed_of(ask.targets, name, min(ask.period.end, ask.as_of), year)


def _line(ask: Ask, answer: Answer, name: str, figure: figures.Figure, label: str, code: str) -> TargetLine:
    of = ask.definitions.amounts_of(answer.definition) or answer.definition
    elapsed = _elapsed(ask, name, ask.period.start.year)
    gap = figures.gap(figure.numerator, figure.denominator, Fraction(1)).value
    ahead = figures.ahead(figure.value, elapsed).value
    return TargetLine(
        label, code, said_rounded(of, figure.denominator, of.places), said_rounded(of, figure.numerator, of.places),
        said_percent(figure.value, 1), said_rounded(of, gap, of.places), said_points(ahead, 2),
        min(100, round((figure.value or Fraction(0)) * 100)), ahead is not None and ahead < 0,
    )  # fmt: skip
