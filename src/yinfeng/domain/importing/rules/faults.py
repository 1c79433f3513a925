"""A fault of a workbook: where it is, what is wrong, how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from yinfeng.foundation.workbook.sheet import cell_name, column_letters

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Fault:
    """``row`` counts from 1 as on the sheet, 0 where the whole column is meant; ``cell`` is "" where no single cell is.

    An error keeps its row out; a warning is taken in without the value at fault, or with it where the message says so,
    and is listed as a gap.
    """

    row: int
    column_letter: str
    cell: str
    key: str
    severity: Severity
    code: str
    message: str
    mend: str


def fault_at(
    row: int, column: int | None, key: str, code: str, message: str, mend: str, severity: Severity = "error"
) -> Fault:
    """A fault at a cell; ``row`` and ``column`` count from 0, column None for a whole row, row -1 for a column."""
    letter = "" if column is None else column_letters(column)
    cell = cell_name(row, column) if column is not None and row >= 0 else ""
    return Fault(row + 1, letter, cell, key, severity, code, message, mend)
