"""How the tests read: bytes in, rows out."""

from __future__ import annotations

from datetime import date
from typing import Any

from yinfeng.domain.importing.rules.recognition import Recognised, choose_sheet
from yinfeng.domain.importing.rules.rows import ReadRow, read_rows
from yinfeng.foundation.workbook.read import Sheet, read_workbook

from .making.books import Book

TODAY = date(2026, 11, 22)


def opened(content: bytes, remembered: dict[str, str] | None = None) -> tuple[Sheet, Recognised]:
    """The sheet that is proposed, and what was found on it."""
    sheets = read_workbook(content, name="台账.xlsx")
    found = choose_sheet(sheets, remembered)[0]
    return next(sheet for sheet in sheets if sheet.name == found.sheet), found


def rows_of(content: bytes | Book, **more: Any) -> list[ReadRow]:
    sheet, found = opened(content if isinstance(content, bytes) else content.xlsx())
    return list(read_rows(sheet, found, today=TODAY, **more))


def only(rows: list[ReadRow], key: str) -> list[Any]:
    """The values of one column."""
    return [row.values.get(key) for row in rows]


def codes(row: ReadRow) -> list[str]:
    return [fault.code for fault in row.faults]
