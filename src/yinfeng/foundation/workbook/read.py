"""Excel and CSV in: cells as plain values, judged by content, within limits."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum, ZipError

from .biff import Biff, read_biff
from .markup import is_markup, read_markup
from .plain import read_plain
from .refusing import MOST_COLUMNS, MOST_ROWS, check_extent, refused
from .sheet import Cell, Sheet, cell_name
from .zipped import Layout, judge_zip, read_layout

__all__ = ["MOST_BYTES", "MOST_COLUMNS", "MOST_ROWS", "Cell", "Sheet", "cell_name", "read_workbook"]

MOST_BYTES = 200 * 1024 * 1024
_MOST_KNOWN = 50_000  # different texts that are kept once

_OTHERS = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"PK\x05\x06", "archive"),
    (b"{\\rtf", "word"),
)


def read_workbook(content: bytes | Path, *, name: str = "") -> list[Sheet]:
    """Every sheet of an xlsx, xls, ods, WPS table or CSV (UTF-8, UTF-16, GBK), or of a page saved under such a name.

    Formulas give their last value. ``name`` is only used in messages. DomainError, in words, where it is none of these,
    damaged, protected by a password, harmful, or beyond 200 MB, 200,000 rows or 500 columns.
    """
    shown = name or (content.name if isinstance(content, Path) else _("表格"))
    size = content.stat().st_size if isinstance(content, Path) else len(content)
    if size == 0:
        raise refused(shown, "empty")
    if size > MOST_BYTES:
        raise refused(shown, "too_big")
    raw = content.read_bytes() if isinstance(content, Path) else content
    if raw.startswith(b"PK\x03\x04"):
        parts = judge_zip(raw, shown)
        return _read_office(raw, shown, lambda sheet: _layout(raw, parts.get(sheet), shown))
    if raw.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        biff = read_biff(raw, shown)
        return _read_office(raw, shown, lambda sheet: _old_layout(biff, sheet))
    for start, why in _OTHERS:
        if raw.startswith(start) and (start != b"BM" or b"\x00" in raw[:64]):
            raise refused(shown, why)
    if is_markup(raw):
        return read_markup(raw, shown)
    return [read_plain(raw, shown)]


def _layout(raw: bytes, part: str | None, shown: str) -> Layout:
    return read_layout(raw, part, shown) if part else Layout()


def _old_layout(biff: Biff, sheet: str) -> Layout:
    return Layout(
        biff.hidden_rows.get(sheet, frozenset()), biff.hidden_columns.get(sheet, frozenset()),
        errors=biff.errors.get(sheet, {}),
    )  # fmt: skip


def _read_office(raw: bytes, shown: str, layout_of: Any) -> list[Sheet]:
    sheets: list[Sheet] = []
    known: dict[str, str] = {}
    try:
        book = CalamineWorkbook.from_object(io.BytesIO(raw))
        for told in book.sheets_metadata:
            if told.typ != SheetTypeEnum.WorkSheet:
                continue  # a chart, a macro sheet
            sheet = book.get_sheet_by_name(told.name)
            check_extent(shown, told.name, sheet.total_height, sheet.total_width)
            rows = _rows(sheet, known)
            layout = layout_of(told.name)
            width = len(rows[0]) if rows else 0
            for (row, column), error in layout.errors.items():  # the library gives nothing for them
                if row < len(rows) and column < width and rows[row][column] is None:
                    rows[row][column] = error
            merged = tuple(
                sorted((top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ())
            )
            sheets.append(
                Sheet(
                    told.name, rows,
                    frozenset(row for row in layout.hidden_rows if row < len(rows)),
                    frozenset(column for column in layout.hidden_columns if column < width),
                    merged, told.visible != SheetVisibleEnum.Visible,
                    frozenset(place for place in layout.uncomputed if place[0] < len(rows) and place[1] < width),
                )
            )  # fmt: skip
            del sheet
    except PasswordError as fault:
        raise refused(shown, "encrypted") from fault
    except (CalamineError, ZipError, OSError, ValueError) as fault:
        raise refused(shown, "unreadable") from fault
    return sheets


def _rows(sheet: Any, known: dict[str, str]) -> list[list[Cell]]:
    """The rows from the first of the sheet on; texts that come again and again are kept once."""
    if sheet.start is None:
        return []
    edge: list[Cell] = [None] * sheet.start[1]  # the library leaves out empty columns on the left, but no rows on top
    rows: list[list[Cell]] = []
    for row in sheet.iter_rows():
        cells: list[Cell] = []
        for value in row:
            if isinstance(value, str):
                text = value.strip()
                if not text:
                    cells.append(None)
                    continue
                found = known.get(text)
                if found is None:
                    found = text
                    if len(known) < _MOST_KNOWN:
                        known[text] = text
                cells.append(found)
            elif isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
                cells.append(int(value))  # Excel knows no integers: 3.0 is 3
            else:
                cells.append(value)
        rows.append(edge + cells if edge else cells)
    return rows
