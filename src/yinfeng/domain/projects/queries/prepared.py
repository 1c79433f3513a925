"""A fixed query whose SQL is written once: for unions of many parts, where composing costs more than running."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from threading import Lock
from typing import Any

from django.db import connection
from django.db.models import QuerySet

# Stand-ins for the arguments while the SQL is written; no row has such an id.
_MARKS = tuple(-(10**15) - n for n in range(4))


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
