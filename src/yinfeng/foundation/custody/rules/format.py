"""The backup format: what stands in the manifest, and how a value of each kind is written. Pure.

See docs/formats/backup.md, which is the description for others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from yinfeng.kernel.voice import say

FORMAT, VERSION = "yinfeng-backup", 1
MANIFEST = "manifest.json"
COMMENT = b"yinfeng-backup sha256="
# Kinds of columns. A decimal is named with its places: decimal.2
PLAIN = ("integer", "text", "boolean", "date", "moment", "json", "uuid", "real", "binary", "address")


class NotABackup(ValueError):
    """The file is no backup, or no whole one; the words say which and what to do."""


@dataclass(frozen=True)
class ColumnPlan:
    name: str
    kind: str


@dataclass(frozen=True)
class TablePlan:
    """A table as it is written: ``label`` names its model, ``key`` the column it is ordered by."""

    name: str
    label: str
    key: str
    columns: tuple[ColumnPlan, ...]

    @property
    def entry(self) -> str:
        return f"tables/{self.name}.jsonl"

    @property
    def json_places(self) -> tuple[int, ...]:
        return tuple(n for n, column in enumerate(self.columns) if column.kind == "json")


@dataclass(frozen=True)
class TableTold:
    """What the manifest tells of a table. ``sha256`` is of its entry, ``content`` of its rows in canonical form, which is
    the same on every engine; ``last_id`` the last number that was given out, used or not."""

    plan: TablePlan
    rows: int
    sha256: str
    content: str
    last_id: int | None = None


@dataclass(frozen=True)
class Manifest:
    made_at: str
    product: str
    engine: str
    migrations: dict[str, list[str]]
    tables: tuple[TableTold, ...]
    files: int
    files_bytes: int
    missing_files: tuple[str, ...] = ()
    left_out: dict[str, str] = field(default_factory=dict)
    last_seal: int = 0

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    def as_json(self) -> str:
        body = {"format": FORMAT, "version": VERSION, **asdict(self)}
        return json.dumps(body, ensure_ascii=False, indent=1)


def manifest_of(text: str) -> Manifest:
    """The manifest out of its JSON. NotABackup where it is none, or of a later version than this house reads."""
    try:
        body = json.loads(text)
        if body.pop("format") != FORMAT:
            raise NotABackup(say("这不是引凤的备份文件"))
        version = body.pop("version")
        if version > VERSION:
            raise NotABackup(
                say("备份格式是第{version}版，本系统只认到第{known}版，请先升级", version=version, known=VERSION)
            )
        tables = []
        for told in body.pop("tables"):
            plan = told.pop("plan")
            columns = tuple(ColumnPlan(**column) for column in plan.pop("columns"))
            tables.append(TableTold(plan=TablePlan(columns=columns, **plan), **told))
        missing = tuple(body.pop("missing_files"))
        return Manifest(tables=tuple(tables), missing_files=missing, **body)
    except NotABackup:
        raise
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise NotABackup(say("备份的目录（manifest.json）无法读取，文件可能损坏")) from fault


# ------------------------------------------------------------------------------------------------ lines

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
_sorted = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), check_circular=False, sort_keys=True
).encode  # fmt: skip


def lines_of(rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows as JSON Lines: an array a row, UTF-8, each with its line end."""
    return "".join([_encode(row) + "\n" for row in rows]).encode()


def canonical_lines(rows: Iterable[Sequence[Any]], json_places: Sequence[int]) -> bytes:
    """The same with each JSON text in one form whatever engine kept it: keys sorted, no blanks, whole floats as such."""
    made = []
    for row in rows:
        cells = list(row)
        for place in json_places:
            if cells[place] is not None:
                cells[place] = _sorted(json.loads(cells[place], parse_float=_number))
        made.append(_encode(cells) + "\n")
    return "".join(made).encode()


def _number(text: str) -> float | int:
    """1e+16 of one engine is 10000000000000000 of the other."""
    number = float(text)
    return int(number) if "e" in text.lower() and number.is_integer() else number


def _for_sqlite(kind: str) -> Callable[[Any], Any] | None:
    """How a value of the file becomes what Django would have written into SQLite; None where it is that already."""
    if kind == "moment":
        return _sqlite_moment
    if kind == "json":
        return lambda text: text if text.isascii() else json.dumps(json.loads(text))
    if kind == "binary":
        return bytes.fromhex
    return None


def _sqlite_moment(text: str) -> str:
    """Six digits of a fraction or none: SQLite compares moments as texts."""
    whole, _, fraction = text.rstrip("Z").replace("T", " ").partition(".")
    return f"{whole}.{fraction:0<6}" if fraction else whole


def _for_postgresql(kind: str) -> Callable[[Any], Any] | None:
    return (lambda text: "\\x" + text) if kind == "binary" else None


def converters(plan: TablePlan, vendor: str) -> list[tuple[int, Callable[[Any], Any]]]:
    """(place, converter) of the columns whose values are written otherwise in this engine."""
    of = _for_sqlite if vendor == "sqlite" else _for_postgresql
    return [(n, made) for n, column in enumerate(plan.columns) if (made := of(column.kind)) is not None]


def converted(rows: Iterable[list[Any]], ways: Sequence[tuple[int, Callable[[Any], Any]]]) -> Iterable[list[Any]]:
    if not ways:
        return rows
    made = []
    for row in rows:
        for place, way in ways:
            if row[place] is not None:
                row[place] = way(row[place])
        made.append(row)
    return made
