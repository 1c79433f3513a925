"""From the rows of a recognised sheet to typed values, each with its cell, and the faults in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from yinfeng.foundation.workbook.sheet import Cell, Sheet
from yinfeng.kernel.voice import say

from .cells import Place, Reading, is_ditto, is_nothing, read_cell, words_of
from .columns import BY_KEY, IDENTIFYING
from .faults import Fault, Trouble, fault_at, shown, trouble
from .firms import Firm
from .recognition import Match, Recognised
from .together import Draft, put_together

__all__ = ["Firm", "ReadRow", "Said", "read_rows"]


@dataclass(frozen=True, slots=True)
class Said:
    """What a cell said, where more is to be kept than its value.

    ``raw``        the text of the cell
    ``precision``  of a date: day, dekad, month, quarter, half, year; "" elsewhere
    """

    raw: str
    precision: str = ""


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row of the ledger. ``number`` counts from 1 as on the sheet.

    ``values``  key -> typed value (see ``LedgerColumn.kind``); a cell that is empty, or says 无 or /, has no key
    ``cells``   key -> the cell the value comes from, "C7"; a value that the header or the title gives has none
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
    """Every row of the ledger, in the order of the sheet.

    ``today``  a milestone after it is none
    ``year``   what a date without one means (6月底); without it the year that the title of the sheet tells
    """
    reader = _Reader(sheet, recognised, today, year or recognised.year)
    waiting: ReadRow | None = None
    for number in range(recognised.first_row, recognised.last_row + 1):
        if number in recognised.marks:
            continue
        row = reader.read(number)
        if waiting is not None and (joined := reader.joined(waiting, row)) is not None:
            waiting = joined
            continue
        row = reader.continued(waiting, row)
        if waiting is not None:
            yield waiting
        waiting = row
    if waiting is not None:
        yield waiting


# What a further row of a project merged over several rows may tell without being a phase.
_OF_ONE_PROJECT = frozenset({"investors", "investor_uscc", "note", "progress", "problems", "needs", "next_steps"})
_MOST_KNOWN = 2000  # different words of a column that are remembered
_PHASE_IN_NAME = re.compile(r"(?<=..)[（(]?第?[一二三四五六七八九十]{1,2}期(?:项目|工程)?[）)]?$")


def _year_in(header: str) -> int | None:
    """2023年开工时间 tells the year of its dates."""
    match = re.search(r"(20\d\d)年", header)
    return int(match[1]) if match else None


class _Reader:
    def __init__(self, sheet: Sheet, recognised: Recognised, today: date, year: int | None) -> None:
        self.sheet, self.recognised, self.today, self.year = sheet, recognised, today, year
        self.as_of = date.fromisoformat(recognised.as_of) if recognised.as_of else None
        # The currency is read first: it tells what 万 means.
        matches = sorted(recognised.matches, key=lambda match: (match.key != "investment_currency", match.column))
        self.places = [
            (
                match,
                Place(
                    BY_KEY[match.key],
                    unit=match.unit,
                    year=_year_in(match.header) or year,
                    padded=self._padded(match) if BY_KEY[match.key].kind == "date" else None,
                    today=today,
                    header=match.header,
                ),
            )
            for match in matches
            if BY_KEY[match.key].imported or match.key == "stage"
        ]
        self.titles = {match.key: say(BY_KEY[match.key].title) for match in matches}
        self.letters = {match.column: match.letter for match in matches}
        self.known: dict[int, dict[str, Reading]] = {}
        self.filled = self._filled_down()
        names = [match.column for match in recognised.matches if match.key == "name"]
        self.name = names[0] if names else None
        self.above: dict[str, Cell] = {}

    def _padded(self, match: Match) -> bool | None:
        """Whether the numbers of a date column write months with two digits."""
        plain = False
        for number in range(self.recognised.first_row, self.recognised.last_row + 1):
            cell = self.sheet.rows[number][match.column]
            if isinstance(cell, float) and 1978 < cell < 2101:
                tail = repr(cell).partition(".")[2]
                if len(tail) == 2 and tail[0] == "0":
                    return True
                plain = plain or (len(tail) == 1 and tail != "1")
        return False if plain else None

    def _filled_down(self) -> dict[tuple[int, int], int]:
        """(row, column) -> the row whose cell stands for it: only cells that are merged downwards are filled."""
        wanted = {match.column for match, _place in self.places}
        found = {}
        for top, left, bottom, _right in self.sheet.merged:
            if left in wanted and bottom > top >= self.recognised.first_row:
                for row in range(top + 1, min(bottom, self.recognised.last_row) + 1):
                    found[row, left] = top
        return found

    def read(self, number: int) -> ReadRow:
        row = self.sheet.rows[number]
        draft = Draft(columns={})
        said: dict[str, Said] = {}
        seen: dict[str, Cell] = {}
        faults: list[Fault] = []
        currency = ""
        for match, place in self.places:
            key, column = match.key, match.column
            value = row[column] if column < len(row) else None
            at = number
            if value is None and self.filled and (number, column) in self.filled:
                at = self.filled[number, column]
                value = self.sheet.rows[at][column]
            seen[key] = value
            if value is None:
                if (number, column) in self.sheet.uncomputed:
                    faults.append(self._fault(number, match, trouble("cell.not_computed")))
                continue
            draft.columns[key] = column
            if at != number and place.column.kind in ("money", "number", "integer"):
                if self._is_one_project(number, at):
                    if place.column.place != "project":
                        continue  # told once, for the project as a whole
                elif not is_nothing(value):
                    faults.append(self._fault(number, match, trouble("number.shared", first=at + 1)))
                    continue
            if is_ditto(value):
                value = self._as_above(number, match, value, faults)
                seen[key] = value
            reading = self._reading(match, place, value, currency)
            if reading.troubles:
                faults += [self._fault(number, match, what) for what in reading.troubles]
            self._keep(draft, said, match, reading, value, f"{self.letters[column]}{at + 1}")
            if key == "investment_currency" and reading.value:
                currency = reading.value
        self.above = seen
        for troubled, what in put_together(draft, as_of=self.as_of, today=self.today):
            column_of = draft.columns.get(troubled) if troubled else None
            faults.append(fault_at(number, column_of, troubled, self._worded(troubled, what)))
        if not any(fault.key == "name" for fault in faults):
            faults += self._of_the_row(number, draft)
        faults.sort(key=lambda fault: (fault.cell == "", len(fault.column_letter), fault.column_letter))
        return ReadRow(
            number + 1, draft.values, draft.cells, tuple(faults), number in self.sheet.hidden_rows,
            {key: what for key, what in said.items() if key in draft.values},
        )  # fmt: skip

    def _reading(self, match: Match, place: Place, value: Cell, currency: str) -> Reading:
        """The reading of a cell; short words that come again and again are read once."""
        if currency and match.key == "investment_amount":
            return read_cell(replace(place, currency=currency), value)
        if not isinstance(value, str) or len(value) > 24:
            return read_cell(place, value)
        known = self.known.setdefault(match.column, {})
        reading = known.get(value)
        if reading is None:
            reading = read_cell(place, value)
            if len(known) < _MOST_KNOWN:
                known[value] = reading
        return reading

    def _keep(
        self, draft: Draft, said: dict[str, Said], match: Match, reading: Reading, value: Cell, cell: str
    ) -> None:
        key = match.key
        if reading.value is not None:
            draft.values[key] = reading.value
            draft.cells[key] = cell
            for further, more in match.adds.items():
                draft.values.setdefault(further, more)
        for further, more in reading.more.items():
            if further not in draft.values:
                draft.values[further], draft.cells[further] = more, cell
        precision = ""
        if reading.said is not None:
            draft.said[key] = reading.said
            precision = reading.said.precision
        if reading.troubles or precision not in ("", "day"):
            told = Said(shown(words_of(value)), precision)
            for one in (key, *reading.more):
                said[one] = told

    def _as_above(self, number: int, match: Match, value: Cell, faults: list[Fault]) -> Cell:
        """同上 means what stands in the row above; the first row has none."""
        above = self.above.get(match.key)
        if above is None or is_ditto(above):
            return None
        faults.append(self._fault(number, match, trouble("cell.ditto", value=value, above=words_of(above))))
        return above

    def _is_one_project(self, number: int, at: int) -> bool:
        return self.name is not None and self.filled.get((number, self.name), number) <= at

    def _fault(self, number: int, match: Match, what: Trouble) -> Fault:
        return fault_at(number, match.column, match.key, self._worded(match.key, what))

    def _worded(self, key: str, what: Trouble) -> Trouble:
        title = self.titles.get(key) or (say(BY_KEY[key].title) if key in BY_KEY else "")
        return Trouble(what.code, (("title", title), *what.values))

    def _of_the_row(self, number: int, draft: Draft) -> Iterator[Fault]:
        if not any(key in draft.values for key in IDENTIFYING):
            yield fault_at(number, self.name, "name", trouble("row.no_name"))
        elif "phase_number" not in draft.values and _PHASE_IN_NAME.search(str(draft.values.get("name", ""))):
            yield fault_at(number, self.name, "name", trouble("row.phase_in_name", value=draft.values["name"]))

    def joined(self, held: ReadRow, row: ReadRow) -> ReadRow | None:
        """A row whose name is merged with the one above: its further investors belong there. None for a row of its own.

        With a phase it is a row of its own.
        """
        if self.name is None or (row.number - 1, self.name) not in self.filled:
            return None
        top = self.filled[row.number - 1, self.name]
        if held.number - 1 < top or "phase_number" in row.values:
            return None
        own = {key for key, cell in row.cells.items() if cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == str(row.number)}
        if own <= _OF_ONE_PROJECT and not row.has_errors:
            firms = (
                *held.values.get("investors", ()),
                *(row.values.get("investors", ()) if "investors" in own else ()),
            )
            values = held.values | ({"investors": firms} if firms else {})
            return replace(held, values=values, faults=held.faults + row.faults)
        return None

    def continued(self, held: ReadRow | None, row: ReadRow) -> ReadRow:
        """The row, with a fault where its name is merged with the one above and no phase tells them apart."""
        if held is None or self.name is None or "phase_number" in row.values:
            return row
        if (row.number - 1, self.name) not in self.filled or held.number - 1 < self.filled[row.number - 1, self.name]:
            return row
        fault = fault_at(row.number - 1, self.name, "name", trouble("row.continued", first=held.number))
        return replace(row, faults=(*row.faults, fault))
