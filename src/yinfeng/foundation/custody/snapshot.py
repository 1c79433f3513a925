"""Reading every row as of one moment, in the same form from either engine, while people go on working.

SQLite: a reading transaction on a connection of its own (WAL: readers and the writer do not wait for one another).
PostgreSQL: REPEATABLE READ, READ ONLY, with a cursor on the server. Neither takes a lock that a person would feel.
"""

# ruff: noqa: S608 - names of tables and columns come from the models, everything else is a parameter

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from django.db import connection

from .rules.format import ColumnPlan, TablePlan

BATCH = 2_000
Rows = list[tuple[Any, ...]]


class Snapshot(Protocol):
    vendor: str

    def ask(self, sql: str) -> Rows: ...

    def tables(self) -> set[str]: ...

    def rows(self, plan: TablePlan) -> Iterator[Rows]:
        """Batches, by key."""

    def last_id(self, plan: TablePlan) -> int | None:
        """The last number the table gave out, where it numbers its rows."""


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    """The default database as it is now; what is written from here on is not seen."""
    with _sqlite() if connection.vendor == "sqlite" else _postgresql() as taken:
        yield taken


def applied(taken: Snapshot) -> list[tuple[str, str]]:
    """The migrations that the database has, in a settled order; empty where it has no tables yet."""
    if "django_migrations" not in taken.tables():
        return []
    return sorted((str(app), str(name)) for app, name in taken.ask("SELECT app, name FROM django_migrations"))


def _named(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


# ------------------------------------------------------------------------------------------------ SQLite


class _Sqlite:
    vendor = "sqlite"

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw

    def ask(self, sql: str) -> Rows:
        return self._raw.execute(sql).fetchall()

    def tables(self) -> set[str]:
        return {name for (name,) in self.ask("SELECT name FROM sqlite_master WHERE type = 'table'")}

    def rows(self, plan: TablePlan) -> Iterator[Rows]:
        columns = ", ".join(map(_sqlite_form, plan.columns))
        cursor = self._raw.execute(f"SELECT {columns} FROM {_named(plan.name)} ORDER BY {_named(plan.key)}")
        while batch := cursor.fetchmany(BATCH):
            yield batch

    def last_id(self, plan: TablePlan) -> int | None:
        if "sqlite_sequence" not in self.tables():
            return None
        found = self._raw.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", [plan.name]).fetchone()
        return int(found[0]) if found else None


def _sqlite_form(column: ColumnPlan) -> str:
    name = _named(column.name)
    if column.kind == "moment":
        plain = f"CASE WHEN instr({name}, '.') THEN rtrim(rtrim({name}, '0'), '.') ELSE {name} END"
        return f"replace({plain}, ' ', 'T') || 'Z'"
    if column.kind.startswith("decimal."):
        places = column.kind.rpartition(".")[2]
        return f"CASE WHEN {name} IS NULL THEN NULL ELSE printf('%.{places}f', {name}) END"
    if column.kind == "binary":
        return f"lower(hex({name}))"
    return name


@contextmanager
def _sqlite() -> Iterator[_Sqlite]:
    path = Path(str(connection.settings_dict["NAME"]))
    where = (
        f"file:{quote(str(path))}?mode=ro" if path.exists() else "file::memory:"
    )  # a file that is not there is empty
    with connection.wrap_database_errors:
        raw = sqlite3.connect(where, uri=True, isolation_level=None, timeout=20)
    try:
        raw.execute("PRAGMA mmap_size=268435456")
        raw.execute("BEGIN")
        raw.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the moment is that of the first read
        yield _Sqlite(raw)
    finally:
        raw.close()


# ------------------------------------------------------------------------------------------------ PostgreSQL


class _Postgresql:
    vendor = "postgresql"

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def ask(self, sql: str) -> Rows:
        return list(self._raw.execute(sql).fetchall())

    def tables(self) -> set[str]:
        sql = "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema()"
        return {name for (name,) in self.ask(sql)}

    def rows(self, plan: TablePlan) -> Iterator[Rows]:
        columns = ", ".join(map(_postgresql_form, plan.columns))
        key = next(c for c in plan.columns if c.name == plan.key)
        order = _named(plan.key) + (' COLLATE "C"' if key.kind == "text" else "")
        with self._raw.cursor(name="yinfeng_backup") as cursor:
            cursor.itersize = BATCH
            cursor.execute(f"SELECT {columns} FROM {_named(plan.name)} ORDER BY {order}")
            while batch := cursor.fetchmany(BATCH):
                yield batch

    def last_id(self, plan: TablePlan) -> int | None:
        found = self._raw.execute("SELECT pg_get_serial_sequence(%s, %s)", [_named(plan.name), plan.key])
        name = found.fetchone()[0]
        if name is None:
            return None
        last, called = self._raw.execute(f"SELECT last_value, is_called FROM {name}").fetchone()
        return int(last) if called else None


def _postgresql_form(column: ColumnPlan) -> str:
    name = _named(column.name)
    if column.kind == "moment":
        told = f"to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
        return f"rtrim(rtrim({told}, '0'), '.') || 'Z'"
    if column.kind == "date":
        return f"to_char({name}, 'YYYY-MM-DD')"
    if column.kind == "boolean":
        return f"{name}::int"
    if column.kind == "uuid":
        return f"replace({name}::text, '-', '')"
    if column.kind == "json" or column.kind.startswith("decimal."):
        return f"{name}::text"
    if column.kind == "binary":
        return f"encode({name}, 'hex')"
    if column.kind == "address":
        return f"host({name})"
    return name


@contextmanager
def _postgresql() -> Iterator[_Postgresql]:
    import psycopg

    with connection.wrap_database_errors:
        raw = psycopg.connect(
            **connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}, autocommit=True
        )
    try:
        raw.execute("SET default_transaction_isolation TO 'repeatable read'")
        raw.execute("SET default_transaction_read_only TO on")
        raw.execute("SET TIME ZONE 'UTC'")
        raw.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        raw.execute("SELECT count(*) FROM pg_catalog.pg_tables").fetchone()
        yield _Postgresql(raw)
    finally:
        raw.close()
