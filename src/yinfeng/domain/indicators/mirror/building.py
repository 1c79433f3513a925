"""From the database to arrays: all of the ledger, or some projects with all of their rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
from django.db import connection

from .columns import COLUMNS, MODELS, TYPES, Array, Part, Table, nothing

FETCHED = 20_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def part_of(projects: Sequence[int] | None = None) -> Part:
    """The rows of these projects, or of all. Three queries, each of which sees the ledger at its own moment."""
    tables = {name: _table(name, projects) for name in COLUMNS}
    ids = tables["project"].arrays["id"]
    return Part({name: _placed(table, ids) for name, table in tables.items()})


def _table(name: str, projects: Sequence[int] | None) -> Table:
    model, forms = MODELS[name], COLUMNS[name]
    columns: Any = {
        column: model._meta.get_field(column.removesuffix("_id") if column != "id" else "id") for column in forms
    }
    first, second = [columns[column].column for column in list(forms)[:2]]
    quote = connection.ops.quote_name
    told = ", ".join(_plainly(quote(columns[column].column), form) for column, form in forms.items())
    where = ""
    if projects is not None:
        where = f" WHERE {quote(first)} IN ({', '.join(map(str, map(int, projects))) or 'NULL'})"
    sql = f"SELECT {told} FROM {quote(model._meta.db_table)}{where} ORDER BY {quote(first)}, {quote(second)}"  # noqa: S608
    words: dict[str, _Words] = {column: _Words() for column, form in forms.items() if form == "word"}
    readers: list[Any] = [
        words[column] if form == "word" else _READERS[form]() if form in _READERS else None
        for column, form in forms.items()
    ]  # fmt: skip
    pieces: list[list[Array]] = [[] for _column in forms]
    with connection.cursor() as cursor:
        cursor.execute(sql)
        while rows := cursor.fetchmany(FETCHED):
            for place, (values, form, reader) in enumerate(
                zip(zip(*rows, strict=True), forms.values(), readers, strict=True)
            ):
                pieces[place].append(_array(values, form, reader))
    arrays = {
        column: np.concatenate(piece) if piece else np.empty(0, TYPES[form])
        for (column, form), piece in zip(forms.items(), pieces, strict=True)
    }
    return Table(name, arrays, {column: list(one) for column, one in words.items()}, np.empty(0, np.int64))


def _plainly(column: str, form: str) -> str:
    """As text on SQLite, whose driver would make an object of each day."""
    return f"{column} || ''" if connection.vendor == "sqlite" and form in ("day", "moment") else column


def _array(values: Iterable[Any], form: str, reader: Any) -> Array:
    if reader is not None:
        return np.fromiter((reader[value] for value in values), TYPES[form])
    none = nothing(form)
    return np.fromiter((none if value is None else value for value in values), TYPES[form])


class _Words(dict[str, int]):
    """Each word by its place, in the order of its first occurrence."""

    def __missing__(self, word: str) -> int:
        place = self[word] = len(self)
        return place


class _Days(dict[Any, int]):
    def __missing__(self, told: Any) -> int:
        if told is None:
            place = nothing("day")
        else:
            place = (told if isinstance(told, date) else date.fromisoformat(told[:10])).toordinal()
        self[told] = place
        return place


class _Moments(dict[Any, int]):
    def __missing__(self, told: Any) -> int:
        place = self[told] = nothing("moment") if told is None else microseconds(told)
        return place


class _Hundredths(dict[Any, int]):
    def __missing__(self, told: Any) -> int:
        place = self[told] = nothing("hundredths") if told is None else int(Decimal(str(told)) * 100)
        return place


_READERS: dict[str, Any] = {"day": _Days, "moment": _Moments, "hundredths": _Hundredths}


def microseconds(told: Any) -> int:
    """Since 1970. A text of SQLite is in UTC."""
    moment = told if isinstance(told, datetime) else datetime.fromisoformat(told)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since = moment - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _placed(table: Table, projects: Array) -> Table:
    if table.name == "project":
        return Table(table.name, table.arrays, table.words, np.arange(len(projects)))
    own = table.arrays["project_id"]
    known = np.isin(own, projects, assume_unique=False)  # a project opened between two queries is of the next reading
    arrays = table.arrays if known.all() else {column: values[known] for column, values in table.arrays.items()}
    return Table(table.name, arrays, table.words, np.searchsorted(projects, arrays["project_id"]))
