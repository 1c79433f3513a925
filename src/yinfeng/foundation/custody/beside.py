"""A place beside the database, to build in: what is there now stays as it is until the new is whole, proved, and takes
its place in one step.

SQLite: a file beside the file; SQLite's own backup then copies it over in one transaction, also under open connections.
PostgreSQL: a schema beside the schema; then the old tables go and the new ones move in, in one transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction

SCHEMA = "yinfeng_restoring"
_PATIENCE_SECONDS = 120


class Beside:
    """``take_place()`` ends the building: after it the default connection is the database again, with the new content."""

    def __init__(self) -> None:
        self.took_place = False

    def take_place(self) -> None:
        raise NotImplementedError

    def lead(self, *, home: bool) -> None:
        """The default connection to the database itself, or back to the place beside it."""
        raise NotImplementedError

    @contextmanager
    def aside(self) -> Iterator[None]:
        """The default connection leads to the database as it is, for as long as the block runs."""
        self.lead(home=True)
        try:
            yield
        finally:
            self.lead(home=False)


@contextmanager
def beside() -> Iterator[Beside]:
    """The default connection leads to the empty place until the block ends or it takes the database's place."""
    with _sqlite() if connection.vendor == "sqlite" else _postgresql() as place:
        yield place


# ------------------------------------------------------------------------------------------------ SQLite


class _SqliteBeside(Beside):
    def __init__(self, main: Path, side: Path) -> None:
        super().__init__()
        self.main, self.side = main, side

    def lead(self, *, home: bool) -> None:
        connection.close()
        connection.settings_dict["NAME"] = str(self.main if home else self.side)

    def take_place(self) -> None:
        connection.close()
        new, old = sqlite3.connect(self.side), sqlite3.connect(self.main, timeout=_PATIENCE_SECONDS)
        try:
            old.execute("PRAGMA journal_mode=WAL")
            new.backup(old)  # one write transaction of the old: a kill here leaves it as it was
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            new.close()
            old.close()
        self.took_place = True


def _forget(side: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        side.with_name(side.name + ending).unlink(missing_ok=True)


@contextmanager
def _sqlite() -> Iterator[Beside]:
    name = connection.settings_dict["NAME"]
    main = Path(str(name))
    side = main.with_name(main.name + ".restoring")
    side.parent.mkdir(parents=True, exist_ok=True)
    _forget(side)
    connection.close()
    connection.settings_dict["NAME"] = str(side)
    try:
        with connection.cursor() as cursor:  # the place can be thrown away: nothing needs to be on disk yet
            cursor.execute("PRAGMA synchronous=OFF")
        yield _SqliteBeside(main, side)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
        _forget(side)


# ------------------------------------------------------------------------------------------------ PostgreSQL


class _PostgresqlBeside(Beside):
    def __init__(self, main: str, options: str) -> None:
        super().__init__()
        self.main, self._options = main, options

    def lead(self, *, home: bool) -> None:
        connection.close()
        more = "" if home else f" -c search_path={SCHEMA} -c synchronous_commit=off"
        connection.settings_dict["OPTIONS"]["options"] = (self._options + more).strip()

    def take_place(self) -> None:
        self.lead(home=True)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{_PATIENCE_SECONDS}s'")
            cursor.execute("SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = %s", [SCHEMA])
            new = sorted(name for (name,) in cursor.fetchall())
            cursor.execute(
                "SELECT p.oid::regprocedure::text, p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')'"
                " FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = %s",
                [SCHEMA],
            )
            functions = cursor.fetchall()
            for name in self._old(cursor, new):
                cursor.execute(f'DROP TABLE "{self.main}"."{name}" CASCADE')
            for named, signature in functions:
                cursor.execute(f'DROP FUNCTION IF EXISTS "{self.main}".{signature} CASCADE')
                cursor.execute(f'ALTER FUNCTION {named} SET SCHEMA "{self.main}"')
            for name in new:
                cursor.execute(f'ALTER TABLE "{SCHEMA}"."{name}" SET SCHEMA "{self.main}"')
            cursor.execute(f'DROP SCHEMA "{SCHEMA}"')  # fails, and everything with it, if anything was forgotten
        self.took_place = True

    def _old(self, cursor: Any, new: list[str]) -> list[str]:
        """The tables to go: those of the same names, and what an app of the house has left from another version. What is
        not ours stays."""
        from django.apps import apps

        labels = tuple(f"{config.label}_" for config in apps.get_app_configs())
        cursor.execute("SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = %s", [self.main])
        return sorted(name for (name,) in cursor.fetchall() if name in new or name.startswith(labels))


@contextmanager
def _postgresql() -> Iterator[Beside]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        main = cursor.fetchone()[0]
        cursor.execute(f'DROP SCHEMA IF EXISTS "{SCHEMA}" CASCADE')
        cursor.execute(f'CREATE SCHEMA "{SCHEMA}"')
    place = _PostgresqlBeside(main, connection.settings_dict["OPTIONS"].get("options", ""))
    place.lead(home=False)
    try:
        yield place
    finally:
        place.lead(home=True)
        if not place.took_place:
            with connection.cursor() as cursor:
                cursor.execute(f'DROP SCHEMA IF EXISTS "{SCHEMA}" CASCADE')
