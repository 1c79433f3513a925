"""Counting and summing on arrays: what ``queries/counting.py`` asks of the database, with the same answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

import numpy as np
from django.db.models import Q

from yinfeng.domain.projects.models import FundsArrival, Project, ProjectState
from yinfeng.domain.projects.rules.words import COUNTING

from .building import microseconds
from .columns import NO_DAY, NO_NUMBER, Array, Part
from .conditions import Codes, NotMirrored, Rows, codes_of, mask_of, where
from .keeping import Mirror

BITS = 26  # a sum is made of three parts, each of which a double holds exactly for a hundred million rows
MOST_CELLS = 4_000_000  # of a table of counts; beyond it the keys are sorted
Sum = int | Fraction
_TABLES = {Project: "project", ProjectState: "state", FundsArrival: "arrival"}


@dataclass(frozen=True)
class Found:
    """Of one key: how many rows, how many told a sum, and the sum; of those in the part the same."""

    key: tuple[Any, ...]
    count: int
    told: int
    total: Sum
    part: tuple[int, int, Sum]


@dataclass(frozen=True)
class Span:
    """As what is summed: the days from one column's day to another's, whichever comes first."""

    first: str
    then: str


def _starting(mirror: Mirror, model: type[Any], prefix: str, known_at: datetime | None) -> Iterator[Rows]:
    """The rows that a reading would begin with: projects that are not merged, facts that stand; or how they stood."""
    name = _TABLES.get(model)
    if name is None:
        raise NotMirrored(model.__name__)
    for part in mirror.parts:
        table = part.tables[name]
        at = None if part.alive is None else np.flatnonzero(part.alive[name])
        rows = Rows(table, at)
        if name == "project":
            yield where(rows, Q(merged_into_id=None))
        elif name == "state":
            yield where(rows, _then(known_at))
        elif known_at is None:
            projects = part.tables["project"]
            rows = where(rows, Q(status__in=list(COUNTING)))
            rows = Rows(table, rows.at, prefix, (projects, table.of))
            yield where(rows, Q(**{f"{prefix}merged_into_id": None}))
        else:
            rows = where(rows, Q(at__lte=known_at) & (Q(ended_at=None) | Q(ended_at__gt=known_at)))
            yield _with_states(part, Rows(table, rows.at), prefix, known_at)


def _then(moment: Any) -> Q:
    return Q(valid_from__lte=moment, valid_to__gt=moment)


def _with_states(part: Part, rows: Rows, prefix: str, moment: Any) -> Rows:
    """Each row beside the state of its project at the moment; what had none then is left out."""
    states = part.tables["state"]
    then = microseconds(moment)
    standing = np.flatnonzero((states.arrays["valid_from"] <= then) & (states.arrays["valid_to"] > then))
    of_project = np.full(len(part.tables["project"]), -1, np.int64)
    of_project[states.of[standing]] = standing
    places = of_project[rows.table.of]
    at = rows.at if rows.at is not None else np.arange(len(rows.table))
    return Rows(rows.table, at[places[at] >= 0], prefix, (states, places))


def grouped(
    mirror: Mirror, model: type[Any], prefix: str, known_at: datetime | None, q: Q, keys: Sequence[Any],
    part: Q | None = None, amount: str | Span | None = None, part_amount: str | None = None,
) -> list[Found]:  # fmt: skip
    """Rows of a model (the names of ``prefix`` are its project's) by key; a key may come more than once. ``keys`` are
    expressions. NotMirrored where the mirror does not hold what is asked."""
    found: list[Found] = []
    for start in _starting(mirror, model, prefix, known_at):
        rows = where(start, q)
        if not len(rows):
            continue
        place, meanings = _places([codes_of(rows, key) for key in keys], len(rows))
        size = len(meanings)
        mask = None if part is None else mask_of(rows, part) if part else np.ones(len(rows), bool)
        counts = np.bincount(place, minlength=size)
        told, totals = _sums(rows, amount, place, size, None)
        part_counts = np.zeros(size, np.int64) if mask is None else np.bincount(place[mask], minlength=size)
        part_told, part_totals = (
            ([0] * size, [0] * size) if mask is None else _sums(rows, part_amount or amount, place, size, mask)
        )
        for n in range(size):
            if counts[n]:
                found.append(
                    Found(
                        meanings[n], int(counts[n]), told[n], totals[n],
                        (int(part_counts[n]), part_told[n], part_totals[n]),
                    )
                )  # fmt: skip
    return found


def _places(keys: list[Codes], count: int) -> tuple[Array, list[tuple[Any, ...]]]:
    """Of each row the place of its key, and the keys by place."""
    if not keys:
        return np.zeros(count, np.int64), [()]
    lows = [int(key.values.min()) for key in keys]
    if any(low < -(2**62) for low in lows):  # something is missing: its mark goes just below the others
        keys, lows = _drawn_near(keys)
    spans = [int(key.values.max()) - low + 1 for key, low in zip(keys, lows, strict=True)]
    cells = 1
    for span in spans:
        cells *= span
    if cells > MOST_CELLS:
        firsts = [np.unique(key.values, return_inverse=True) for key in keys]
        keys = [
            Codes(inverse.astype(np.int64), _through(distinct, key.meaning))
            for key, (distinct, inverse) in zip(keys, firsts, strict=True)
        ]
        lows, spans = [0] * len(keys), [len(distinct) for distinct, _inverse in firsts]
    code = np.zeros(count, np.int64)
    for key, low, span in zip(keys, lows, spans, strict=True):
        code = code * span + (key.values.astype(np.int64) - low)
    distinct, place = _distinct(code, int(np.prod(spans, dtype=object)))
    meanings = []
    for one in distinct.tolist():
        digits: list[Any] = []
        for key, low, span in zip(reversed(keys), reversed(lows), reversed(spans), strict=True):
            one, digit = divmod(one, span)
            digits.append(key.meaning(digit + low))
        meanings.append(tuple(reversed(digits)))
    return place, meanings


def _distinct(code: Array, cells: int) -> tuple[Array, Array]:
    if cells > MOST_CELLS:
        distinct, place = np.unique(code, return_inverse=True)
        return distinct, place
    distinct = np.flatnonzero(np.bincount(code, minlength=cells))
    to = np.zeros(cells, np.int64)
    to[distinct] = np.arange(len(distinct))
    return distinct, to[code]


def _drawn_near(keys: list[Codes]) -> tuple[list[Codes], list[int]]:
    near = []
    for key in keys:
        values = key.values.astype(np.int64)
        far = values < -(2**62)
        if not far.any():
            near.append(Codes(values, key.meaning))
            continue
        marks = np.unique(values[far])
        low = int(values[~far].min()) if not far.all() else 0
        drawn = values.copy()
        back = {}
        for n, mark in enumerate(marks.tolist(), 1):
            drawn[values == mark] = low - n
            back[low - n] = mark
        near.append(Codes(drawn, lambda code, back=back, key=key: key.meaning(back.get(code, code))))
    return near, [int(key.values.min()) for key in near]


def _through(distinct: Array, meaning: Any) -> Any:
    return lambda code: meaning(int(distinct[code]))


def _sums(
    rows: Rows, amount: str | Span | None, place: Array, size: int, mask: Array | None
) -> tuple[list[int], list[Sum]]:
    """How many told the amount, and its exact sum, by place."""
    if amount is None:
        return [0] * size, [0] * size
    values, form = _amounts(rows, amount)
    known = values != NO_NUMBER
    if mask is not None:
        known &= mask
    values, place = values[known], place[known]
    told = np.bincount(place, minlength=size)
    totals = [0] * size
    for step in range(3):  # 78 bits; an amount has no more than 63
        piece = (values >> (BITS * step)) & ((1 << BITS) - 1) if step < 2 else values >> (BITS * 2)
        for n, sum_ in enumerate(np.bincount(place, weights=piece, minlength=size).tolist()):
            totals[n] += int(sum_) << (BITS * step)
    return told.tolist(), [Fraction(total, 100) for total in totals] if form == "hundredths" else [*totals]


def _amounts(rows: Rows, amount: str | Span) -> tuple[Array, str]:
    if isinstance(amount, Span):
        first, then = (rows.column(name)[0].astype(np.int64) for name in (amount.first, amount.then))
        return np.where((first != NO_DAY) & (then != NO_DAY), abs(then - first), NO_NUMBER), "number"
    values, form, _words = rows.column(amount)
    if form not in ("number", "hundredths"):
        raise NotMirrored(amount)
    return values, form
