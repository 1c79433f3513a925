"""From the rows of a recognised sheet to typed values, each with its cell, and the faults in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from yinfeng.foundation.workbook.sheet import Sheet, cell_name

from .columns import BY_KEY
from .faults import Fault
from .recognition import Recognised


@dataclass(frozen=True, slots=True)
class Said:
    """What a cell said, where more is to be kept than its value.

    ``raw``        the text of the cell
    ``precision``  of a date: day, dekad, month, quarter, half, year; "" elsewhere
    """

    raw: str
    precision: str = ""


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm named in a cell, with its share in percent and its credit code where they are told."""

    name: str
    share_percent: Any = None  # Decimal | None
    uscc: str = ""


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row of the ledger. ``number`` counts from 1 as on the sheet.

    ``values``  key -> typed value (see ``LedgerColumn.kind``); a cell that is empty, or says 无 or /, has no key
    ``cells``   key -> the cell the value comes from, "C7"
    ``said``    key -> what the cell said, where the value is less, or less certain, than its words
    """

    number: int
    values: dict[str, Any]
    cells: dict[str, str]
    faults: tuple[Fault, ...] = ()
    hidden: bool = False
    said: dict[str, Said] = field(default_factory=dict)

    @property
    def has_errors(self) -> bool:
        return any(fault.severity == "error" for fault in self.faults)


def read_rows(sheet: Sheet, recognised: Recognised, *, today: date, year: int | None = None) -> Iterator[ReadRow]:
    """Every row of the ledger, in the order of the sheet. ``year`` is what a date without one means (6月底)."""
    for number in range(recognised.first_row, recognised.last_row + 1):
        if number in recognised.marks:
            continue
        values: dict[str, Any] = {}
        cells: dict[str, str] = {}
        for match in recognised.matches:
            value = sheet.rows[number][match.column]
            if value is not None and BY_KEY[match.key].imported:
                values[match.key], cells[match.key] = value, cell_name(number, match.column)
        yield ReadRow(number + 1, values, cells, hidden=number in sheet.hidden_rows)
