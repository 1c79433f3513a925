"""Rows of a backup into the empty tables of the default connection, with their keys."""

# ruff: noqa: S608 - names of tables and columns come from the models

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from yinfeng.kernel.errors import DomainError

from .archive import Reader
from .rules.format import TablePlan, TableTold, converted, converters
from .snapshot import BATCH


def load_table(backup: Reader, told: TableTold) -> None:
    """In the caller's transaction. DomainError where the entry is damaged or the engine cannot hold a value."""
    digest, rows = hashlib.sha256(), 0
    ways = converters(told.plan, connection.vendor)
    write = _into_sqlite if connection.vendor == "sqlite" else _into_postgresql

    def batches() -> Iterator[list[list[Any]]]:
        nonlocal rows
        with backup.open(told.plan.entry) as entry:
            while lines := list(islice(entry, BATCH)):
                for line in lines:
                    digest.update(line)
                rows += len(lines)
                yield list(converted([json.loads(line) for line in lines], ways))

    try:
        write(told.plan, batches())
        _number_on(told)
    except (DatabaseError, UnicodeError) as fault:
        raise DomainError(
            _("表 {table} 第 {row} 行附近无法写入：{fault}").format(
                table=told.plan.name, row=max(1, rows - BATCH), fault=str(fault).splitlines()[0][:200]
            ),
            code="restore.row",
        ) from fault
    if digest.hexdigest() != told.sha256 or rows != told.rows:
        raise DomainError(
            _("备份中表 {table} 的内容与校验和不符。").format(table=told.plan.name), code="restore.damaged"
        )


def _columns(plan: TablePlan) -> str:
    return ", ".join(f'"{column.name}"' for column in plan.columns)


def _into_sqlite(plan: TablePlan, batches: Iterator[list[list[Any]]]) -> None:
    marks = ", ".join(["%s"] * len(plan.columns))
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{plan.name}"')
        for batch in batches:
            cursor.executemany(f'INSERT INTO "{plan.name}" ({_columns(plan)}) VALUES ({marks})', batch)


def _into_postgresql(plan: TablePlan, batches: Iterator[list[list[Any]]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{plan.name}"')
        with cursor.copy(f'COPY "{plan.name}" ({_columns(plan)}) FROM STDIN') as copy:
            for batch in batches:
                for row in batch:
                    copy.write_row(row)


def _number_on(told: TableTold) -> None:
    """The next row gets the number it would have got: one that was given out is never given to another."""
    plan = told.plan
    key = next(column for column in plan.columns if column.name == plan.key)
    if key.kind != "integer":
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            if told.last_id is not None:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [plan.name])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [plan.name, told.last_id])
            return
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{plan.name}"', plan.key])
        (sequence,) = cursor.fetchone()
        if sequence is None:
            return
        cursor.execute(f'SELECT max("{plan.key}") FROM "{plan.name}"')
        last = max(told.last_id or 0, cursor.fetchone()[0] or 0)
        if last:
            cursor.execute("SELECT setval(%s, %s)", [sequence, last])
