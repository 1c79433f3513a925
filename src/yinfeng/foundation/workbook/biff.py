"""What an old workbook (xls, WPS et) tells beside its values: hidden rows and columns, macros, a password.

Source of the records: [MS-XLS] 2.4. Only their heads are walked through.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from .compound import Compound, Damaged
from .refusing import MOST_COLUMNS, MOST_ROWS, refused

_BOF, _EOF, _BOUNDSHEET, _FILEPASS, _ROW, _COLINFO = 0x0809, 0x0A, 0x85, 0x2F, 0x0208, 0x7D
_FORMULA, _BOOLERR = 0x06, 0x0205
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_MACRO_SHEET, _VBA_MODULE = 1, 6


@dataclass
class Biff:
    """Sheet name -> its hidden rows and columns, from 0, and what its failed formulas show."""

    hidden_rows: dict[str, frozenset[int]] = field(default_factory=dict)
    hidden_columns: dict[str, frozenset[int]] = field(default_factory=dict)
    errors: dict[str, dict[tuple[int, int], str]] = field(default_factory=dict)


def read_biff(raw: bytes, shown: str) -> Biff:
    """Judges the file; refuses what is no workbook, has macros or a password."""
    try:
        compound = Compound(io.BytesIO(raw), len(raw))
        names = {entry.name: entry for entry in compound.entries}
        if names.keys() & {"encryptedpackage", "encryptioninfo"}:
            raise refused(shown, "encrypted")
        if any("vba" in name for name in names):
            raise refused(shown, "macros")
        entry = names.get("workbook") or names.get("book")
        if entry is None:
            raise refused(shown, _other(set(names)))
        return _read(compound.read(entry, len(raw)), shown)
    except Damaged as fault:
        raise refused(shown, "unreadable") from fault


def _other(names: set[str]) -> str:
    if "worddocument" in names:
        return "word"
    return "slides" if "powerpoint document" in names else "unreadable"


def _read(stream: bytes, shown: str) -> Biff:
    found = Biff()
    sheets: dict[int, str] = {}
    for kind, start, length in _records(stream, 0):
        if kind == _FILEPASS:
            raise refused(shown, "encrypted")
        if kind == _BOUNDSHEET and length >= 8:
            sheet_type = stream[start + 5]
            if sheet_type in (_MACRO_SHEET, _VBA_MODULE):
                raise refused(shown, "macros")
            sheets[int.from_bytes(stream[start : start + 4], "little")] = _name(stream[start + 6 : start + length])
    for place, name in sheets.items():
        rows: set[int] = set()
        columns: set[int] = set()
        errors: dict[tuple[int, int], str] = {}
        for kind, start, length in _records(stream, place):
            if kind == _ROW and length >= 16 and stream[start + 12] & 0x20:
                row = int.from_bytes(stream[start : start + 2], "little")
                if row < MOST_ROWS:
                    rows.add(row)
            elif kind == _COLINFO and length >= 10 and stream[start + 8] & 0x01:
                first, last = (int.from_bytes(stream[start + at : start + at + 2], "little") for at in (0, 2))
                columns.update(range(first, min(last + 1, MOST_COLUMNS)))
            elif (code := _error_of(kind, stream[start : start + length])) is not None:
                row, column = (int.from_bytes(stream[start + at : start + at + 2], "little") for at in (0, 2))
                errors[row, column] = _ERRORS.get(code, "#N/A")
        found.errors[name] = errors
        found.hidden_rows[name], found.hidden_columns[name] = frozenset(rows), frozenset(columns)
    return found


def _error_of(kind: int, record: bytes) -> int | None:
    """The code of the error that a cell shows, None for any other cell."""
    if kind == _BOOLERR and len(record) >= 8 and record[7] == 1:
        return record[6]
    if kind == _FORMULA and len(record) >= 14 and record[12:14] == b"\xff\xff" and record[6] == 2:
        return record[8]
    return None


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Kind, start and length of each record of a substream, to its end."""
    depth = 0
    while at + 4 <= len(stream):
        kind = int.from_bytes(stream[at : at + 2], "little")
        length = int.from_bytes(stream[at + 2 : at + 4], "little")
        yield kind, at + 4, length
        at += 4 + length
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return


def _name(raw: bytes) -> str:
    """A short unicode string: its length, a flag for two bytes a character, the characters."""
    count, wide = raw[0], raw[1] & 1
    return raw[2 : 2 + count * 2].decode("utf-16-le", "replace") if wide else raw[2 : 2 + count].decode("latin-1")
