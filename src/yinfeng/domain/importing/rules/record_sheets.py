"""Sheets of leads and visits: one header row whose columns have the names of the format, then a row a record. Stricter
than the ledger of projects: no joined headers, no merged cells, no guesses. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from yinfeng.domain.projects.rules.words import VisitDirection
from yinfeng.foundation.workbook.sheet import Cell, Sheet, column_letters
from yinfeng.kernel.voice import say

from .cells import Place, is_ditto, is_nothing, read_cell, words_of
from .columns import LedgerColumn
from .faults import Fault, Trouble, fault_at, trouble
from .headers import fold_header, parse_header, units_in
from .record_columns import COLUMNS, LONGEST, TELLING
from .record_words import OF_RECORDS
from .value_words import IN_WORDS, OUT_WORDS, PERSONAL_WORDS, TOTAL_WORDS
from .values import plain
from .words import Book

HEADER_ROWS = 40
# Each is written by its own verb, all in one transaction: more would hold other writers up for over five seconds.
MOST_ROWS: dict[str, int] = {Book.LEADS: 1_000, Book.VISITS: 2_000}
_YEAR = re.compile(r"(20\d\d)\s*年")
_ALL = re.compile(r"等\s*(?:共)?\s*(\d{1,4})\s*(?:余)?人|共\s*(\d{1,4})\s*人|(\d{1,4})\s*人$")
_NAMES = re.compile(r"[、，,；;\n]|(?<=\S)\s+(?=\S)")


@dataclass(frozen=True)
class Head:
    """Where the header stands (rows from 0), what column is what, and what is wrong with it."""

    row: int
    columns: Mapping[str, tuple[int, str, str]]  # key -> (column, header, unit)
    faults: tuple[Fault, ...]
    left: Sequence[tuple[int, str]] = ()  # columns that are none of the format


@dataclass(slots=True)
class RecordRow:
    """A row: plain values by key, the cell each comes from, and what is wrong. ``number`` counts from 1."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


@lru_cache(maxsize=4)
def _names(book: str) -> dict[str, str]:
    """Folded name -> key; titles before other names."""
    found: dict[str, str] = {}
    for column in COLUMNS[book]:
        found.setdefault(fold_header(column.title), column.key)
    for key, names in OF_RECORDS[book].items():
        for name in names:
            found.setdefault(fold_header(name), key)
    return found


def find_head(sheet: Sheet, book: str) -> Head | None:
    """The row that names most columns, the telling ones among them."""
    best: tuple[int, int] | None = None
    for number, row in enumerate(sheet.rows[:HEADER_ROWS]):
        keys = {_names(book).get(fold_header(cell)) for cell in row if isinstance(cell, str) and len(cell) <= 40}
        count = len(keys - {None})
        if count >= 3 and any(key in keys for key in TELLING[book]) and (best is None or count > best[0]):
            best = count, number
    return _head(sheet, book, best[1]) if best else None


def _head(sheet: Sheet, book: str, number: int) -> Head:
    note = next(
        (unit for row in sheet.rows[:number] for cell in row if isinstance(cell, str) for unit in units_in(cell)), ""
    )
    columns: dict[str, tuple[int, str, str]] = {}
    titles: dict[str, tuple[int, str, str]] = {}
    faults: list[Fault] = []
    left: list[tuple[int, str]] = []
    for place, cell in enumerate(sheet.rows[number]):
        header = words_of(cell)
        if not header:
            continue
        key = _names(book).get(fold_header(header))
        if key is None:
            left.append((place, header))
            code = "column.personal" if PERSONAL_WORDS.search(header) else "column.left"
            faults.append(fault_at(number, place, "", trouble(code, header=header)))
            continue
        told = (place, header, parse_header(header).unit or note)
        is_title = fold_header(header) == fold_header(_column(book, key).title)
        if key in columns and not (is_title and key not in titles):
            if is_title or key not in titles:  # two of the same, and neither is the format's own name
                other = column_letters(columns[key][0])
                faults.append(
                    fault_at(number, place, key, trouble("column.twice", title=_title(book, key), other=other))
                )
            else:
                left.append((place, header))
                faults.append(fault_at(number, place, "", trouble("column.left", header=header)))
            continue
        if key in columns:
            left.append(columns[key][:2])
            faults.append(fault_at(number, columns[key][0], "", trouble("column.left", header=columns[key][1])))
        columns[key] = told
        if is_title:
            titles[key] = told
    for column in COLUMNS[book]:
        if (
            column.required_for_create
            and column.key not in columns
            and "code" not in columns
            and column.key != "direction"
        ):
            faults.append(fault_at(number, None, column.key, trouble("column.missing", title=say(column.title))))
    return Head(number, columns, tuple(faults), left)


def _column(book: str, key: str) -> LedgerColumn:
    return next(column for column in COLUMNS[book] if column.key == key)


def _title(book: str, key: str) -> str:
    return say(_column(book, key).title)


def read_records(sheet: Sheet, book: str, head: Head, *, today: date, name: str = "") -> Iterator[RecordRow]:
    """The records, one by one; totals, blank rows and repeated headers are none. ``name`` of the file may tell which way
    a sheet of visits goes."""
    above = [words_of(cell) for row in sheet.rows[: head.row] for cell in row if cell is not None]
    title = " ".join([name, sheet.name, *above])
    year = int(match[1]) if (match := _YEAR.search(title)) else None
    direction = _direction(title) if book == Book.VISITS and "direction" not in head.columns else ""
    places = [
        (key, place, Place(_column(book, key), unit=unit, year=year, today=today, header=header))
        for key, (place, header, unit) in head.columns.items()
        if _column(book, key).imported
    ]
    last: dict[str, Cell] = {}
    for number in range(head.row + 1, len(sheet.rows)):
        cells = sheet.rows[number]
        if _is_none(cells, [place for _key, place, _p in places], sheet.rows[head.row]):
            continue
        row = RecordRow(number + 1)
        for key, place, how in places:
            value = cells[place] if place < len(cells) else None
            if is_ditto(value):
                value = last.get(key)
            last[key] = value
            if value is None:
                if (number, place) in sheet.uncomputed:
                    row.faults.append(_fault(number, place, book, key, trouble("cell.not_computed")))
                continue
            reading = read_cell(how, value)
            row.faults += [_fault(number, place, book, key, what) for what in reading.troubles]
            if reading.value is not None:
                row.values[key] = plain(reading.value)
                row.cells[key] = f"{column_letters(place)}{number + 1}"
        _together(row, number, book, head, direction)
        yield row


def _together(row: RecordRow, number: int, book: str, head: Head, direction: str) -> None:
    values = row.values

    def blame(key: str, code: str, **more: object) -> None:
        at = head.columns.get(key)
        row.faults.append(_fault(number, at[0] if at else None, book, key, trouble(code, **more)))

    if book == Book.VISITS:
        if "direction" not in values and direction:
            values["direction"] = direction
            blame("direction", "record.direction", value=say(VisitDirection(direction).label))
        for side, count in (("our_side", "our_count"), ("their_side", "their_count")):
            if count not in values and (heads := heads_of(str(values.get(side, "")))):
                values[count] = heads
                blame(count, "record.heads", value=heads)
        if "their_count" not in values and values.get("direction", VisitDirection.CALL) != VisitDirection.CALL:
            blame("their_side" if "their_side" in head.columns else "their_count", "record.required")
    for key, most in LONGEST.items():
        if len(str(values.get(key) or "")) > most:
            blame(key, "text.long", length=len(str(values[key])), most=most)
    if not values.get("code"):
        for column in COLUMNS[book]:
            known = column.key in head.columns or "code" in head.columns or column.key == "direction"
            is_told = column.key in values or any(
                fault.key == column.key and fault.severity == "error" for fault in row.faults
            )
            if known and column.required_for_create and not is_told:
                blame(column.key, "record.required")


def heads_of(text: str) -> int:
    """How many people a list of names tells: 等5人 says it, else they are counted."""
    if not text.strip():
        return 0
    if told := _ALL.search(text):
        return int(next(group for group in told.groups() if group))
    return len([name for name in _NAMES.split(text) if name.strip()])


def _direction(title: str) -> str:
    inbound, outbound = bool(IN_WORDS.search(title)), bool(OUT_WORDS.search(title))
    if inbound == outbound:
        return ""
    return VisitDirection.INBOUND.value if inbound else VisitDirection.OUTBOUND.value


def _is_none(cells: Sequence[Cell], places: Sequence[int], header: Sequence[Cell]) -> bool:
    told = [cells[place] for place in places if place < len(cells) and not is_nothing(cells[place])]
    if not told or list(cells) == list(header):
        return True
    first = next((cell for cell in cells if not is_nothing(cell)), None)
    return isinstance(first, str) and bool(TOTAL_WORDS.match("".join(first.split())))


def _fault(number: int, place: int | None, book: str, key: str, what: Trouble) -> Fault:
    return fault_at(number, place, key, Trouble(what.code, (("title", _title(book, key)), *what.values)))
