"""Solving a definition: its figure by key and in all, from what was counted or from the figures of others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from yinfeng.kernel.periods import Period, shift_months

from ..rules import figures
from ..rules.definition import DERIVED, Definition
from ..rules.figures import Figure, Raw
from ..rules.targets import WHOLE, elapsed_of, target_of
from .asking import Ask, nothing_known
from .counting import tallies
from .dimensions import Dimension, dimension

Key = tuple[Any, ...]
Months = list[dict[Period, Fraction | None]]
LOOKED_BACK = 12  # months a streak is followed back from its last one


@dataclass(frozen=True)
class Solved:
    """``by_key`` holds no key where nothing was asked to be broken down."""

    by_key: dict[Key, Figure]
    total: Figure


def until_of(ask: Ask) -> date:
    """The last day that counts: of the period, or as of."""
    return min(ask.period.end, ask.as_of)


def broken_down(definition: Definition, ask: Ask) -> Definition:
    """The definition whose base the lines come from: its own, or the first it is computed from."""
    return next((d for d in ask.definitions.chain_of(definition) if d.base is not None), definition)


def solve(definition: Definition, ask: Ask, dimensions: list[Dimension]) -> Solved:
    """The figures of a definition by key, and in all."""
    if definition.measure == "time_progress":
        until = until_of(ask)
        elapsed = elapsed_of({}, "", until, ask.period.start.year)
        one = Figure(elapsed, elapsed * 12, Fraction(12))
        return Solved({(): one} if not dimensions else {}, one)
    if definition.measure in DERIVED:
        return _SOLVERS[definition.measure](definition, ask, dimensions)
    found = tallies(definition, ask, dimensions)
    if dimensions and not all(d.partition and d.name != "band" for d in dimensions):
        whole = tallies(definition, ask, []).get((), Raw())  # lines that overlap do not add up to the whole
    else:
        whole = Raw()
        for raw in found.values():
            whole.add(raw)
    if len(dimensions) == 1:
        for key in dimensions[0].lines:
            found.setdefault((key,), Raw())
    by_key = {key: figures.figure(definition, raw, whole) for key, raw in found.items()}
    return Solved(by_key, figures.figure(definition, whole, whole))


def _parts(definition: Definition, ask: Ask) -> list[Definition]:
    return [ask.definitions.by_name[ref] for ref in definition.refs]


def _each(
    definition: Definition, ask: Ask, dimensions: list[Dimension], put: Callable[[list[Figure]], Figure]
) -> Solved:
    """Each part solved by itself, and put together line by line."""
    parts = _parts(definition, ask)
    solved = [solve(part, ask, dimensions) for part in parts]
    empties = [figures.figure(part, Raw()) if part.base else Figure(None) for part in parts]
    keys = {key: None for one in solved for key in one.by_key}
    return Solved(
        {key: put([s.by_key.get(key, e) for s, e in zip(solved, empties, strict=True)]) for key in keys},
        put([s.total for s in solved]),
    )


def _change(definition: Definition, ask: Ask, dimensions: list[Dimension]) -> Solved:
    part = _parts(definition, ask)[0]
    period, as_of = figures.compared(ask.period, ask.as_of, definition.against)
    earlier = replace(ask, period=period, as_of=as_of)
    then_dims = [dimension(d.name, broken_down(definition, earlier), earlier) for d in dimensions]
    now, then = solve(part, ask, dimensions), solve(part, earlier, then_dims)
    if nothing_known(earlier):
        then = Solved({}, Figure(None))
    empty = figures.figure(part, Raw()) if part.base else Figure(None)

    def compare(key: Key) -> Figure:
        a, b = now.by_key.get(key, empty), then.by_key.get(key, empty)
        return figures.change(a.value, b.value, rates=part.is_rate)

    keys = {**now.by_key, **then.by_key}
    return Solved(
        {key: compare(key) for key in keys}, figures.change(now.total.value, then.total.value, rates=part.is_rate)
    )


def _completion(definition: Definition, ask: Ask, dimensions: list[Dimension]) -> Solved:
    part = _parts(definition, ask)[0]
    solved = solve(part, ask, dimensions)

    def against(key: Key, done: Figure) -> Figure:
        return figures.quotient(done.value, target_for(part, ask, dimensions, key))

    return Solved({key: against(key, done) for key, done in solved.by_key.items()}, against((), solved.total))


def target_for(part: Definition, ask: Ask, dimensions: list[Dimension], key: Key) -> Fraction | None:
    """The year's target of the unit, or of the whole; by another dimension there is none, and none beside a part of what
    was done."""
    code: str | None = None
    if not ask.sees_all_of(key[0] if key else None):
        return None
    if not key:
        code = WHOLE
    elif [d.name for d in dimensions] in (["unit"], ["district"]):
        code = ask.unit_code(key[0])
    return target_of(ask.targets, part.name, ask.period.start.year, code) if code else None


def _elapsed(definition: Definition, ask: Ask) -> Fraction:
    """How much of the target of what is completed is due."""
    completed = _parts(definition, ask)[0]
    return elapsed_of(ask.targets, completed.refs[0], until_of(ask), ask.period.start.year)


def _ahead(definition: Definition, ask: Ask, dimensions: list[Dimension]) -> Solved:
    elapsed = _elapsed(definition, ask)
    return _each(definition, ask, dimensions, lambda of: figures.ahead(of[0].value, elapsed))


def _gap(definition: Definition, ask: Ask, dimensions: list[Dimension]) -> Solved:
    elapsed = _elapsed(definition, ask) if definition.against == "pro_rata" else Fraction(1)
    return _each(definition, ask, dimensions, lambda of: figures.gap(of[0].numerator, of[0].denominator, elapsed))


def _quotient(definition: Definition, ask: Ask, dimensions: list[Dimension]) -> Solved:
    return _each(definition, ask, dimensions, lambda of: figures.quotient(of[0].value, of[1].value))


def _total(definition: Definition, ask: Ask, dimensions: list[Dimension]) -> Solved:
    return _each(definition, ask, dimensions, lambda of: figures.total(one.value for one in of))


def _weighted(definition: Definition, ask: Ask, dimensions: list[Dimension]) -> Solved:
    weights = definition.weights
    return _each(
        definition, ask, dimensions,
        lambda of: figures.weighted((one.value, w) for one, w in zip(of, weights, strict=True)),
    )  # fmt: skip


def _vintage(definition: Definition, ask: Ask, dimensions: list[Dimension]) -> Solved:
    """The rate of those of each year, against the target of that year."""
    part = _parts(definition, ask)[0]
    solved = solve(part, ask, dimensions)
    if [d.name for d in dimensions] != ["year"]:
        return solved
    return Solved(
        {
            key: replace(one, target=target_of(ask.targets, part.name, key[0].start.year, WHOLE) if key[0] else None)
            for key, one in solved.by_key.items()
        },
        solved.total,
    )


def _monthly(definition: Definition, ask: Ask, dimensions: list[Dimension]) -> dict[Key, Months]:
    """Each part's value by month, of the whole under () and of each line."""
    span = ask
    if definition.measure == "streak":
        start = shift_months(ask.period.end.replace(day=1), -LOOKED_BACK)
        span = replace(ask, period=Period.span(min(start, ask.period.start), ask.period.end))
    parts = _parts(definition, ask)
    found: dict[Key, Months] = {}
    for place, part in enumerate(parts):
        for dims in ([], dimensions) if dimensions else ([],):
            months = [*dims, dimension("month", part, span)]
            for full, raw in tallies(part, span, months).items():
                if full[-1] is None:
                    continue
                rows = found.setdefault(full[:-1], [{} for _part in parts])
                rows[place][full[-1]] = figures.figure(part, raw).value
            for line in dims[0].lines if len(dims) == 1 else ():
                found.setdefault((line,), [{} for _part in parts])
        for rows in found.values():
            for month in dimension("month", part, span).lines:
                rows[place].setdefault(month, Fraction(0))
    return found or {(): [{} for _part in parts]}


def _check(definition: Definition, ask: Ask, dimensions: list[Dimension]) -> Solved:
    def judge(rows: Months) -> Figure:
        least = {m: min(row.get(m) or Fraction(0) for row in rows) for m in {m: None for row in rows for m in row}}
        return figures.each_month(least, definition.at_least, ask.as_of)

    return _judged(_monthly(definition, ask, dimensions), judge)


def _streak(definition: Definition, ask: Ask, dimensions: list[Dimension]) -> Solved:
    return _judged(
        _monthly(definition, ask, dimensions),
        lambda rows: figures.in_a_row(rows[0], definition.direction, until_of(ask)),
    )


def _judged(
    found: dict[Key, Months],
    judge: Callable[[Months], Figure],
) -> Solved:
    return Solved({key: judge(rows) for key, rows in found.items() if key}, judge(found.get((), [{}])))


_SOLVERS: dict[str, Callable[[Definition, Ask, list[Dimension]], Solved]] = {
    "change": _change, "completion": _completion, "ahead": _ahead, "gap": _gap, "quotient": _quotient,
    "average": _quotient, "total": _total, "weighted": _weighted, "vintage": _vintage, "check": _check,
    "streak": _streak,
}  # fmt: skip
