"""What a fixture wrote the first time is written again in a few statements, and its objects handed out anew.

The fixtures go through the real actions once in a process (some 220 statements for the city); each further test gets the
same rows in bulk. A test may change what it is given: nothing is shared with the next.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any, TypeVar

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models

Made = TypeVar("Made")
_KEPT: dict[str, tuple[bytes, bytes]] = {}


def _rows() -> dict[type[models.Model], dict[Any, models.Model]]:
    tables = [m for m in apps.get_models(include_auto_created=True) if m._meta.managed]
    return {table: {row.pk: row for row in table._base_manager.all()} for table in tables}


def replayed(name: str, make: Callable[[], Made]) -> Made:
    """What ``make`` returns, with the rows it adds. It must only add rows, and always the same ones."""
    if name in _KEPT:
        rows, made = _KEPT[name]
        _write(pickle.loads(rows))
        return pickle.loads(made)  # type: ignore[no-any-return]
    before = _rows()
    made_first = make()
    added = [(table, [row for pk, row in rows.items() if pk not in before[table]]) for table, rows in _rows().items()]
    _KEPT[name] = pickle.dumps([(table, rows) for table, rows in added if rows]), pickle.dumps(made_first)
    return made_first


def _write(added: list[tuple[type[models.Model], list[models.Model]]]) -> None:
    for table, rows in added:
        for row in rows:
            row._state.adding, row._state.db = True, None
        table._base_manager.bulk_create(rows)
    numbering = connection.ops.sequence_reset_sql(no_style(), [table for table, _ in added])
    if numbering:
        with connection.cursor() as cursor:
            cursor.execute(";".join(statement.rstrip(";") for statement in numbering))
