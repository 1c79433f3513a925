"""An indicator by two dimensions: a grid with pooled totals at its edges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from .answers import Answer, Line, answered, ask_of
from .asking import Ask
from .solving import Key

HEATS = 5


@dataclass(frozen=True)
class Cell:
    """``heat`` is 0 to 4 by the size of the value beside the others; ``line`` is None where nothing was found."""

    line: Line | None
    heat: int
    place: str  # "row.column" of the keys below, for the address


@dataclass(frozen=True)
class GridRow:
    key: Any
    label: str
    cells: tuple[Cell, ...]
    total: Line | None


@dataclass(frozen=True)
class Grid:
    """The totals of rows and columns are answers of their own: pooled, and counted once where lines overlap."""

    columns: tuple[tuple[Any, str], ...]
    rows: tuple[GridRow, ...]
    column_totals: tuple[Line | None, ...]
    answer: Answer
    ask: Ask

    def key(self, place: str) -> Key | None:
        """The key of a cell by its place in the address; None for one that does not exist."""
        row, _dot, column = place.partition(".")
        if (
            not (row.isdecimal() and column.isdecimal())
            or int(row) >= len(self.rows)
            or int(column) >= len(self.columns)
        ):
            return None
        return (self.rows[int(row)].key, self.columns[int(column)][0])


def pivot(name: str, down: str, across: str, **asked: Any) -> Grid:
    """``down`` and ``across`` are dimensions; ``asked`` is what :func:`answers.ask_of` takes. DomainError as there."""
    definition, ask, stamp = ask_of(name, **asked, by=(down, across))
    both = answered(definition, ask, stamp)
    rows_of = answered(definition, replace(ask, by=(down,)), stamp)
    columns_of = answered(definition, replace(ask, by=(across,)), stamp)
    found = both.line
    used = {key[0] for key in found}, {key[1] for key in found}
    downs = [line for line in rows_of.lines if line.key[0] in used[0] or not used[0]]
    acrosses = [line for line in columns_of.lines if line.key[0] in used[1] or not used[1]]
    top = _top(line.figure.value for line in both.lines)
    rows = tuple(
        GridRow(
            row.key[0], row.labels[0],
            tuple(
                Cell(line := found.get((row.key[0], column.key[0])), _heat(line, top), f"{r}.{c}")
                for c, column in enumerate(acrosses)
            ),
            row,
        )
        for r, row in enumerate(downs)
    )  # fmt: skip
    return Grid(tuple((column.key[0], column.labels[0]) for column in acrosses), rows, tuple(acrosses), both, ask)


def _top(values: Iterable[Fraction | None]) -> Fraction:
    return max((abs(v) for v in values if v is not None), default=Fraction(0))


def _heat(line: Line | None, top: Fraction) -> int:
    value = line.figure.value if line is not None else None
    if value is None or not top or not value:
        return 0
    return min(HEATS - 1, 1 + int(abs(value) * (HEATS - 1) / top * Fraction(999, 1000)))
