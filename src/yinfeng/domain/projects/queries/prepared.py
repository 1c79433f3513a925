"""A fixed query whose SQL is written once: for unions of many parts, where composing costs more than running. And names
beside a row without a join for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from threading import Lock
from typing import Any

from django.db import connection
from django.db.models import CharField, Model, QuerySet
from django.db.models.expressions import RawSQL

# Stand-ins for the arguments while the SQL is written; no row has such an id.
_MARKS = tuple(-(10**15) - n for n in range(4))


def name_beside(row: type[Model], key: str, named: type[Model], column: str = "name") -> RawSQL:
    """``column`` of the ``named`` row to which ``key`` of the row leads, None where it leads to none.

    As a subquery: PostgreSQL weighs the order of joins against each other (3 ms to plan eight of them for a single
    project, six times of what it takes to plan the same as subqueries), and Django takes longer to write them.
    """
    own, target, primary = row._meta.db_table, named._meta.db_table, named._meta.pk.column
    place = f'"{own}"."{row._meta.get_field(key).column}"'  # type: ignore[union-attr]
    sql = f'(SELECT n."{column}" FROM "{target}" n WHERE n."{primary}" = {place})'  # noqa: S608 - our own names
    return RawSQL(sql, (), output_field=CharField(null=True))  # noqa: S611


class Prepared:
    """``build(*ids)`` makes a ``values_list`` query of whole-number arguments; ``rows(*ids)`` runs it.

    The SQL and the converters of its columns are kept per database engine; only the arguments change.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._lock = Lock()

    @cached_property
    def _written(self) -> dict[tuple[str, int], tuple[str, tuple[Any, ...], Any, Any]]:
        return {}

    def rows(self, *ids: int) -> Iterable[tuple[Any, ...]]:
        key = (connection.vendor, len(ids))
        if key not in self._written:
            with self._lock:
                self._written[key] = self._write(len(ids))
        sql, params, compiler, converters = self._written[key]
        told = dict(zip(_MARKS, ids, strict=False))
        with connection.cursor() as cursor:
            cursor.execute(sql, [told.get(p, p) if isinstance(p, int) else p for p in params])
            found = cursor.fetchall()
        rows: Iterable[tuple[Any, ...]] = compiler.apply_converters(found, converters) if converters else found
        return rows

    def _write(self, count: int) -> tuple[str, tuple[Any, ...], Any, Any]:
        compiler = self._build(*_MARKS[:count]).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_ in compiler.select[: compiler.col_count]])
        return sql, tuple(params), compiler, converters
