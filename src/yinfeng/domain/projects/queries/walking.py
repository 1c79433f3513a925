"""How the engines are told to read many rows: along which index, and with a plan of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def over_index(*names: str | None) -> Iterator[None]:
    """Queries on projects inside walk this index; of a union, each part the next one. SQLite only: without statistics it
    often takes another index and fetches each wide row (45 ms of 100,000) where the facets alone answer (9 ms);
    PostgreSQL decides for itself."""
    if names == (None,) or connection.vendor != "sqlite":
        yield
        return
    table = 'FROM "projects_project"'

    def rewrite(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        head, *parts = sql.split(table)
        told = [*names, *[None] * len(parts)]
        for name, part in zip(told, parts, strict=False):
            head += f'{table} INDEXED BY "{name}"{part}' if name else f"{table}{part}"
        return execute(head, params, many, context)

    with connection.execute_wrapper(rewrite):
        yield


@contextmanager
def planned_afresh() -> Iterator[None]:
    """Statements inside are planned for their own values each time. PostgreSQL only, where a statement that is met often
    is kept with a plan for any value: right for a page's small statements, wrong for one that reads thousands of rows
    (the cockpit's 9 ms for this year's signings became 25)."""
    if connection.vendor == "sqlite":
        yield
        return
    connection.ensure_connection()
    raw = connection.connection
    before, raw.prepare_threshold = raw.prepare_threshold, None
    try:
        yield
    finally:
        raw.prepare_threshold = before
