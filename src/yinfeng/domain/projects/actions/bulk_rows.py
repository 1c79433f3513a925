"""Many rows at once, straight into their tables: ids reserved beforehand, values converted beforehand, nothing asked of
the database while it is held.
"""

# ruff: noqa: S608 - names of tables and columns come from the models, everything else is a parameter

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import DecimalField, ForeignKey, JSONField, Model

if TYPE_CHECKING:
    from .bulk_staging import Staging

PART = 2_000  # rows that are put by at once


class Table:
    """The rows of one model that are to be written: added as dictionaries, kept as tuples the driver takes, or put by in
    ``staging`` as they come."""

    def __init__(self, model: type[Model], names: Sequence[str], staging: Staging | None = None) -> None:
        """``names``  attributes of the model (``lead_unit_id``) in the order of the columns; others take their default."""
        self.name = model._meta.db_table
        fields = {field.attname: field for field in model._meta.concrete_fields}
        self.fields = [fields[name] for name in names]
        self.names = tuple(names)
        self.columns = ", ".join(f'"{field.column}"' for field in self.fields)
        self.rows: list[tuple[Any, ...]] = []
        self.count = 0
        self._staging = staging
        self._convert = [_converter(field) for field in self.fields]
        self._key = self.names.index("id") if "id" in self.names else None
        self.ids: set[int] = set()  # of its own rows
        self.references: list[tuple[int, str, set[int]]] = [
            (place, field.related_model._meta.db_table, set())
            for place, field in enumerate(self.fields)
            if staging is not None and isinstance(field, ForeignKey) and not isinstance(field.related_model, str)
        ]

    def add(self, values: dict[str, Any]) -> None:
        row: tuple[Any, ...] = tuple(
            [
                None if (value := values[name]) is None else convert(value) if convert else value
                for name, convert in zip(self.names, self._convert, strict=True)
            ]
        )
        self.rows.append(row)
        self.count += 1
        if self._staging is not None:
            if self._key is not None:
                self.ids.add(row[self._key])
            for place, _name, seen in self.references:
                seen.add(row[place])
            if len(self.rows) >= PART:
                self._staging.take(self)

    def write(self) -> None:
        """Insert them, in the caller's transaction."""
        if self._staging is not None:
            self._staging.move(self)
        else:
            insert(self, self.rows)


def insert(table: Table, rows: Iterable[tuple[Any, ...]], into: str = "") -> None:
    """Insert rows as the driver takes them, in the caller's transaction; ``into`` another table of the same columns."""
    connection.ensure_connection()
    into = into or f'"{table.name}"'
    if connection.vendor == "sqlite":
        marks = ", ".join("?" * len(table.fields))
        with connection.wrap_database_errors:
            connection.connection.cursor().executemany(f"INSERT INTO {into} ({table.columns}) VALUES ({marks})", rows)
        return
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(f"COPY {into} ({table.columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _converter(field: Any) -> Callable[[Any], Any] | None:
    """From a Python value to what the driver takes for this column; None where it takes the value itself."""
    kind = field.get_internal_type()
    if isinstance(field, JSONField):
        return lambda value: json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
    if connection.vendor != "sqlite":
        return str if kind in ("CharField", "TextField") else None
    if kind == "DateTimeField":
        known: dict[datetime, str] = {}

        def moment(value: datetime) -> str:
            found = known.get(value)
            if found is None:
                found = known[value] = str(value.astimezone(UTC).replace(tzinfo=None))
            return found

        return moment
    if kind == "DateField":
        return date.isoformat
    if isinstance(field, DecimalField):
        return lambda value: connection.ops.adapt_decimalfield_value(
            Decimal(value), field.max_digits, field.decimal_places
        )
    return str if kind in ("CharField", "TextField") else None


def db_value(model: type[Model], name: str, value: Any) -> Any:
    """One value as the driver takes it, for a statement of one's own."""
    if value is None:
        return None
    convert = _converter(next(f for f in model._meta.concrete_fields if f.attname == name))
    return convert(value) if convert else value


def reserve(model: type[Model], count: int) -> int:
    """Take ``count`` ids out of circulation; they are the answer + 1, … + count. A short write of its own: ids that are
    then not used are lost, which harms nothing."""
    if count == 0:
        return 0
    table = model._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f'SELECT coalesce(max(id), 0) FROM "{table}"')
            most = cursor.fetchone()[0]
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            row = cursor.fetchone()
            first = max(most, row[0] if row else 0)
            if row:
                cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [first + count, table])
            else:
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, first + count])
            return int(first)
        # Whoever inserts holds the table in a mode that conflicts: between the two nobody takes a number.
        cursor.execute(f'LOCK TABLE "{table}" IN SHARE ROW EXCLUSIVE MODE')
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [f'"{table}"'])
        first = cursor.fetchone()[0] - 1
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [f'"{table}"', first + count])
        return int(first)


def update_many(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]], *, also: str = "") -> None:
    """UPDATE by id: each row is the values of ``names`` and then the id. ``also`` is a further assignment."""
    converters = [_converter(next(f for f in model._meta.concrete_fields if f.attname == name)) for name in names]
    columns = [next(f for f in model._meta.concrete_fields if f.attname == name).column for name in names]
    sets = ", ".join(f'"{column}" = %s' for column in columns) + (f", {also}" if also else "")
    prepared = [
        (*(None if v is None else c(v) if c else v for v, c in zip(row, converters, strict=False)), row[-1])
        for row in rows
    ]
    if prepared:
        with connection.cursor() as cursor:
            cursor.executemany(f'UPDATE "{model._meta.db_table}" SET {sets} WHERE id = %s', prepared)
