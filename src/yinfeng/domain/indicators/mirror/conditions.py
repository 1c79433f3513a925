"""The conditions and columns of a question, read on arrays instead of in SQL: the very ``Q`` and expressions that
``queries/conditions.py`` and ``queries/dimensions.py`` make, so that a definition has one reading and not two."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db.models import Case, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from .building import microseconds
from .columns import NO_DAY, NO_NUMBER, Array, Table, nothing

_EPOCH = date(1970, 1, 1).toordinal()
_LOOKUPS = ("lte", "lt", "gte", "gt", "in", "isnull")


class NotMirrored(Exception):
    """The question asks for what the mirror does not hold: the row store answers it."""


@dataclass(frozen=True)
class Rows:
    """Some rows of a table. ``at`` are their places (None: all); ``beside`` is the table that names with ``prefix``
    mean, with the place there for each of the rows of the whole table."""

    table: Table
    at: Array | None
    prefix: str = ""
    beside: tuple[Table, Array] | None = None

    def __len__(self) -> int:
        return len(self.table) if self.at is None else len(self.at)

    def narrowed(self, mask: Array) -> Rows:
        at = np.flatnonzero(mask) if self.at is None else self.at[mask]
        return Rows(self.table, at, self.prefix, self.beside)

    def is_own(self, name: str) -> bool:
        return not (self.prefix and name.startswith(self.prefix))

    def column(self, name: str) -> tuple[Array, str, list[str]]:
        """The values of a column, its form, and its vocabulary."""
        table, at = self.table, self.at
        if not self.is_own(name):
            if self.beside is None:
                raise NotMirrored(name)
            name = name.removeprefix(self.prefix)
            table, places = self.beside
            at = places if at is None else places[at]
        if name == "pk":
            name = "id"
        form = table.form(name)
        if form is None:
            raise NotMirrored(name)
        values = table.arrays[name]
        return values if at is None else values[at], form, table.words.get(name, [])


def where(rows: Rows, q: Q) -> Rows:
    """The rows that a condition lets through, narrowed step by step, the table's own columns first."""
    if q.negated:
        raise NotMirrored("not")
    if q.connector != Q.AND:
        return rows.narrowed(mask_of(rows, q))
    leaves = sorted(q.children, key=lambda child: not (isinstance(child, tuple) and rows.is_own(child[0])))
    for child in leaves:
        rows = where(rows, child) if isinstance(child, Q) else rows.narrowed(_leaf(rows, child))
    return rows


def mask_of(rows: Rows, q: Q) -> Array:
    """Of each row, whether the condition holds. As in SQL, what is missing holds nowhere."""
    if q.negated:
        raise NotMirrored("not")
    found: Array | None = None
    for child in q.children:
        one = mask_of(rows, child) if isinstance(child, Q) else _leaf(rows, child)
        if found is None:
            found = one
        else:
            found = found & one if q.connector == Q.AND else found | one
    return np.ones(len(rows), bool) if found is None else found


def _leaf(rows: Rows, child: Any) -> Array:
    if not isinstance(child, tuple):
        raise NotMirrored(type(child).__name__)
    path, wanted = child
    name, _cut, lookup = path.rpartition("__")
    if lookup not in _LOOKUPS:
        name, lookup = path, "exact"
    if lookup == "in" and isinstance(wanted, QuerySet):
        return _among(rows, name, wanted)
    if lookup == "in" and not wanted:
        return np.zeros(len(rows), bool)
    values, form, words = rows.column(name)
    none = nothing(form)
    if lookup == "exact" and wanted is None:
        lookup, wanted = "isnull", True
    found: Array
    if lookup == "isnull":
        found = values == none if wanted else values != none
    elif lookup == "in":
        found = np.isin(values, [_plain(one, form, words) for one in wanted])
    else:
        found = _COMPARED[lookup](values, _plain(wanted, form, words))
        if lookup in ("lte", "lt"):
            found &= values != none
    return found


def _among(rows: Rows, name: str, wanted: QuerySet[Any]) -> Array:
    """Ids that a query of its own finds."""
    values, form, _words = rows.column(name)
    if form != "id":
        raise NotMirrored(name)
    told = wanted.order_by().values_list(*(wanted.query.values_select or ("pk",)), flat=True)
    ids = np.fromiter((pk for pk in told if pk is not None), np.int64)
    return np.isin(values, ids, kind="table") if len(ids) else np.zeros(len(rows), bool)


_COMPARED: Mapping[str, Callable[[Array, int], Array]] = {
    "exact": operator.eq, "gte": operator.ge, "gt": operator.gt, "lte": operator.le, "lt": operator.lt,
}  # fmt: skip


def _plain(value: Any, form: str, words: list[str]) -> int:
    if form == "word":
        return words.index(str(value)) if str(value) in words else -2
    if form == "day" and isinstance(value, date) and not isinstance(value, datetime):
        return value.toordinal()
    if form == "moment" and isinstance(value, datetime):
        return microseconds(value)
    if form in ("id", "number") and isinstance(value, int):
        return max(NO_NUMBER + 1, min(value, -(NO_NUMBER + 1)))
    raise NotMirrored(f"{form} {value!r}")


@dataclass(frozen=True)
class Codes:
    """A column to group by: whole numbers, and what each stands for."""

    values: Array
    meaning: Callable[[int], Any]


def codes_of(rows: Rows, expression: Any) -> Codes:
    """What ``F``, ``Coalesce(F, Value)`` and ``Case`` say of each row."""
    if isinstance(expression, Coalesce):
        first, other = expression.get_source_expressions()
        if isinstance(other, Value):
            told = _of_column(rows, _name(first))
            return Codes(told.values, lambda code: other.value if (value := told.meaning(code)) is None else value)
    if isinstance(expression, F):
        return _of_column(rows, _name(expression))
    if isinstance(expression, FirstDay):
        return _of_calendar(rows, expression)
    if isinstance(expression, Case):
        return _of_case(rows, expression)
    raise NotMirrored(type(expression).__name__)


@dataclass(frozen=True)
class FirstDay:
    """The first day of the month, quarter or year that a column's day lies in."""

    of: Any
    grain: str


def _of_calendar(rows: Rows, told: FirstDay) -> Codes:
    days, form, _words = rows.column(_name(told.of))
    if form != "day":
        raise NotMirrored(form)
    step = {"month": 1, "quarter": 3, "year": 12}[told.grain]
    months = (days.astype(np.int64) - _EPOCH).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    first = (months // step * step).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + _EPOCH
    first[days == NO_DAY] = NO_DAY
    return Codes(first, lambda code: None if code == NO_DAY else date.fromordinal(code))


def _name(expression: Any) -> str:
    if not isinstance(expression, F):
        raise NotMirrored(type(expression).__name__)
    return str(vars(expression)["name"])


def _of_column(rows: Rows, name: str) -> Codes:
    values, form, words = rows.column(name)
    none = nothing(form)

    def meaning(code: int) -> Any:
        if code == none:
            return None
        return words[code] if form == "word" else date.fromordinal(code) if form == "day" else code

    if form == "moment":
        raise NotMirrored(name)
    return Codes(values, meaning)


def _of_case(rows: Rows, case: Any) -> Codes:
    """Values by condition; or one column under one condition, else nothing or a value that the column has not."""
    whens, default = case.cases, case.default
    results = [when.result for when in whens]
    if not isinstance(default, Value):
        raise NotMirrored("case")
    if all(isinstance(result, Value) for result in results):
        told = np.full(len(rows), len(whens), np.int64)
        for place in range(len(whens) - 1, -1, -1):
            told[mask_of(rows, whens[place].condition)] = place
        values = [result.value for result in results] + [default.value]
        return Codes(told, lambda code: values[code])
    if len(whens) == 1 and isinstance(results[0], F):
        own = _of_column(rows, _name(results[0]))
        mark = NO_NUMBER + 1
        told = np.where(mask_of(rows, whens[0].condition), own.values.astype(np.int64), mark)
        return Codes(told, lambda code: default.value if code == mark else own.meaning(code))
    raise NotMirrored("case")
