"""A sheet as plain values, and how its cells are called. Pure: what understands sheets needs no file and no Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

Cell = str | int | float | bool | date | datetime | time | timedelta | None


@dataclass(frozen=True)
class Sheet:
    """One sheet. ``rows[0]`` is row 1 of the sheet (empty rows on top are kept), each as wide as the widest; "" is None.

    ``hidden_rows``, ``hidden_columns``  counted from 0, as far as the format tells (xlsx, xls; nothing else does)
    ``merged``  (first row, first column, last row, last column), counted from 0, both ends belong to it
    ``hidden``  the whole sheet is hidden
    ``uncomputed``  (row, column) of formulas whose result was not saved: their cells are None
    """

    name: str
    rows: list[list[Cell]]
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden: bool = False
    uncomputed: frozenset[tuple[int, int]] = frozenset()


def column_letters(column: int) -> str:
    """``column_letters(27)`` is ``"AB"``."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """``cell_name(0, 2)`` is ``"C1"``: how people find a cell."""
    return f"{column_letters(column)}{row + 1}"
