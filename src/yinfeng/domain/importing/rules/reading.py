"""What a cell is read with, and what comes of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from yinfeng.foundation.workbook.sheet import Cell
from yinfeng.kernel.voice import say

from .columns import LedgerColumn
from .dates import DateSaid
from .faults import Trouble
from .value_words import DITTO, INVISIBLE, NOTHING


@dataclass(frozen=True, slots=True)
class Place:
    """What a cell is read with: its column, the unit of its header, and what its sheet and row tell."""

    column: LedgerColumn
    unit: str = ""
    year: int | None = None
    padded: bool | None = None
    currency: str = ""
    today: date | None = None
    header: str = ""


@dataclass(slots=True)
class Reading:
    """``value`` None where there is nothing to take in; ``more``: values for further columns; ``said``: the date as it
    was told."""

    value: Any = None
    troubles: list[Trouble] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)
    said: DateSaid | None = None

    @property
    def is_unreadable(self) -> bool:
        return any(
            one.code.endswith(("unreadable", ".unknown", ".unknown_left", "words_only")) for one in self.troubles
        )


def is_nothing(value: Cell) -> bool:
    """Whether a cell says that there is nothing: empty, /, 无, 待定."""
    if value is None:
        return True
    if not isinstance(value, str) or len(value) > 24:
        return False
    return value.strip() in NOTHING or "".join(INVISIBLE.sub("", value).split()).casefold() in NOTHING


def is_ditto(value: Cell) -> bool:
    """Whether a cell says: as above."""
    return isinstance(value, str) and len(value) < 8 and value.strip() in DITTO


def words_of(value: Cell) -> str:
    """A cell as text, on one line: a line break within Chinese falls away, elsewhere it is a blank."""
    if isinstance(value, str):
        joined = re.sub(r"(?<=[\u2e80-\uffef])\s*[\r\n]+\s*(?=[\u2e80-\uffef])", "", value)
        return " ".join(joined.split())
    if isinstance(value, bool):
        return say("是") if value else say("否")
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != time(0) else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return format(Decimal(repr(value)).normalize(), "f") if abs(value) < 1e30 else repr(value)
    if isinstance(value, time | timedelta):
        return str(value)
    return "" if value is None else str(value)
