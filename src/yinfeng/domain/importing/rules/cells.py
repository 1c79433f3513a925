"""One cell as the value of a column of the ledger, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable

from yinfeng.foundation.workbook.sheet import Cell

from .faults import trouble
from .figure_cells import read_date_cell, read_integer_cell, read_money_cell, read_number_cell, read_percent_cell
from .listings import read_listings
from .reading import Place, Reading, is_ditto, is_nothing, words_of
from .titles import read_titles
from .value_words import ERRORS, GARBLED, INVISIBLE, ODD
from .word_cells import (
    read_choice,
    read_code,
    read_currency,
    read_firms_cell,
    read_long_text,
    read_phase,
    read_text,
    read_uscc,
    read_yes_no,
)

__all__ = ["Place", "Reading", "is_ditto", "is_nothing", "read_cell", "words_of"]


def read_cell(place: Place, value: Cell) -> Reading:
    """The value of a cell. Whatever it holds, there is a value, a trouble, or nothing; never an exception."""
    if is_nothing(value):
        return Reading()
    if isinstance(value, str) and ODD.search(value):
        if ERRORS.fullmatch(value.strip()):
            return Reading(None, [trouble("cell.error", value=value)])
        if GARBLED.search(value):
            return Reading(None, [trouble("cell.garbled", value=value)])
        value = INVISIBLE.sub("", value).strip()
    return _READERS[place.column.kind](place, value)


_READERS: dict[str, Callable[[Place, Cell], Reading]] = {
    "text": read_text,
    "unit": read_text,
    "person": read_text,
    "long_text": read_long_text,
    "code": read_code,
    "uscc": read_uscc,
    "firms": read_firms_cell,
    "titles": read_titles,
    "listings": read_listings,
    "choice": read_choice,
    "currency": read_currency,
    "yes_no": read_yes_no,
    "phase": read_phase,
    "integer": read_integer_cell,
    "number": read_number_cell,
    "percent": read_percent_cell,
    "money": read_money_cell,
    "date": read_date_cell,
}
