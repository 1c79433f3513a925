"""Where the rows of a bulk load wait, ready to be moved: outside of everybody's way until the one write, which then is
``INSERT … SELECT`` and no Python.

SQLite: a file of its own beside the database, which nobody else opens; what a kill leaves of it, the next load takes away.
PostgreSQL: temporary tables of the session.

Measured on SQLite, 50,000 projects (700,000 rows) moved into a ledger of 100,000: the foreign keys of every row looked up
take a quarter of the time, a page cache too small for the indexes another fifth. So a large load looks each parent up
once (:meth:`Staging.refuse_orphans`) and is given room.
"""

# ruff: noqa: S608 - names of tables and columns come from the models, everything else is a parameter

from __future__ import annotations

import fcntl
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, connection

from .bulk_rows import Table, insert

PREFIX = ".staged-"
LARGE = 5_000  # rows from which on a load checks its parents as a whole
ROOM_KB = 200_000
BATCH = 500


class Staging:
    """A context: within, tables put their rows by and, at last, move them."""

    def __init__(self) -> None:
        self._file: sqlite3.Connection | None = None
        self._path: Path | None = None
        self._lock = -1
        self._names: dict[int, str] = {}  # a table -> what it is called here: two may be of one model
        self.sqlite = connection.vendor == "sqlite"

    def __enter__(self) -> Staging:
        if self.sqlite:
            _sweep()
            self._lock, path = tempfile.mkstemp(prefix=PREFIX, suffix=".sqlite3", dir=settings.HOME)
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            self._path = Path(path)
            self._file = sqlite3.connect(path, isolation_level=None)
            for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-8192"):
                self._file.execute(f"PRAGMA {pragma}")
            self._file.execute("BEGIN")
        return self

    def __exit__(self, *_fault: object) -> None:
        if self._file is not None:
            self._file.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._lock)
        if not self.sqlite:
            for name in self._names.values():
                with connection.cursor() as cursor:
                    cursor.execute(f'DROP TABLE IF EXISTS pg_temp."{name}"')

    # ------------------------------------------------------------------------------------------------- before

    def take(self, table: Table) -> None:
        """Put by what the table holds."""
        if not table.rows:
            return
        name = self._names.get(id(table))
        if name is None:
            name = self._names[id(table)] = f"staged_{len(self._names)}"
            if self._file is not None:
                self._file.execute(f'CREATE TABLE "{name}" ({table.columns})')
            else:
                with connection.cursor() as cursor:
                    cursor.execute(
                        f'CREATE TEMPORARY TABLE "{name}" AS SELECT {table.columns} FROM "{table.name}" WITH NO DATA'
                    )
        if self._file is not None:
            marks = ", ".join("?" * len(table.fields))
            self._file.executemany(f'INSERT INTO "{name}" VALUES ({marks})', table.rows)
        else:
            insert(table, table.rows, f'pg_temp."{name}"')
        table.rows = []

    def seal(self, tables: Iterable[Table]) -> None:
        """Nothing more is put by."""
        for table in tables:
            self.take(table)
        if self._file is not None:
            self._file.execute("COMMIT")

    # -------------------------------------------------------------------------------------------------- within

    @contextmanager
    def at_hand(self, rows: int) -> Iterator[None]:
        """Around the one write: the rows are in reach of the connection, and a large load has room and no checks of
        foreign keys row by row (SQLite; they are switched outside of a transaction only)."""
        if self._file is None or connection.in_atomic_block:
            yield
            return
        self._file.close()
        self._file = None
        large = rows >= LARGE
        with connection.cursor() as cursor:
            cursor.execute("ATTACH DATABASE %s AS staged", [str(self._path)])
            if large:
                room = set_pragma("cache_size", -ROOM_KB)
                pages = set_pragma("wal_autocheckpoint", 0)  # else the one who commits copies it all back at once
                connection.disable_constraint_checking()
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                if large:
                    connection.enable_constraint_checking()
                    set_pragma("cache_size", room)
                    set_pragma("wal_autocheckpoint", pages)
                with suppress(Exception):
                    cursor.execute("DETACH DATABASE staged")
                if large:
                    cursor.execute("PRAGMA shrink_memory")

    def move(self, table: Table) -> None:
        """Write what was put by, in the caller's transaction."""
        name = self._names.get(id(table))
        if name is None:
            return
        if self._file is not None:  # inside of somebody's transaction
            insert(table, self._file.execute(f'SELECT {table.columns} FROM "{name}" ORDER BY rowid'))
            return
        place, order = (f'staged."{name}"', "rowid") if self.sqlite else (f'pg_temp."{name}"', "ctid")
        with connection.cursor() as cursor:
            cursor.execute(
                f'INSERT INTO "{table.name}" ({table.columns}) SELECT {table.columns} FROM {place} ORDER BY {order}'
            )

    def refuse_orphans(self, tables: Iterable[Table]) -> None:
        """Look up once what rows refer to and is not among them. IntegrityError where it is not there."""
        own: dict[str, set[int]] = {}
        wanted: dict[str, set[int]] = {}
        for table in tables:
            own.setdefault(table.name, set()).update(table.ids)
            for _place, name, seen in table.references:
                wanted.setdefault(name, set()).update(seen)
        for name, ids in wanted.items():
            others = sorted(pk for pk in ids - own.get(name, set()) if pk is not None)
            for start in range(0, len(others), BATCH):
                part = others[start : start + BATCH]
                with connection.cursor() as cursor:
                    marks = ", ".join(["%s"] * len(part))
                    cursor.execute(f'SELECT count(*) FROM "{name}" WHERE id IN ({marks})', part)
                    if cursor.fetchone()[0] != len(part):
                        raise IntegrityError(f"{name}: a row that the load refers to is gone")


def set_pragma(name: str, value: int) -> int:
    """Set a number of this connection to SQLite; what it was."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        before = int(cursor.fetchone()[0])
        cursor.execute(f"PRAGMA {name}={value}")
    return before


@contextmanager
def unmapped() -> Iterator[None]:
    """Within, SQLite reads pages instead of mapping the file: a load that walks through a large ledger would hold a
    quarter of a gigabyte of it in its memory."""
    if connection.vendor != "sqlite":
        yield
        return
    usual = set_pragma("mmap_size", 0)
    try:
        yield
    finally:
        set_pragma("mmap_size", usual)


def checkpoint() -> None:
    """Copy what a large write left in SQLite's log into the database, holding nobody up."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")


def _sweep() -> None:
    """Take away files whose load was killed: a living one holds its lock."""
    for path in Path(settings.HOME).glob(f"{PREFIX}*"):
        with suppress(OSError), path.open("rb") as left:
            fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
