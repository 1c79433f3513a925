"""What a sheet is: its header, its columns, its rows.

``recognise`` finds the header rows, says which column of the ledger each of theirs is and how sure that is, and which
rows are no rows of the ledger (totals, notes, blanks). A person confirms or changes the mapping (``remapped``); what
was confirmed is handed in again as ``remembered``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from yinfeng.foundation.workbook.sheet import Sheet, column_letters
from yinfeng.kernel.voice import say

from .columns import LEDGER
from .faults import Fault

RowKind = Literal["title", "header", "empty", "total", "note", "group"]


@dataclass(frozen=True)
class Match:
    """A column of the sheet, counted from 0, and the column of the ledger it is taken for.

    ``header``  as people read it, with its upper heading: 投资情况/总投资（万元）; what ``remembered`` is keyed by
    ``unit``    of its numbers where the header or the sheet says so: 万元, 万美元, 亩; "" where nothing does
    ``adds``    further values that the header gives to every row, e.g. {"funds_boundary": "outside_province"}
    """

    column: int
    header: str
    key: str
    confidence: float
    reason: str
    unit: str = ""
    adds: Mapping[str, str] = field(default_factory=dict)

    @property
    def letter(self) -> str:
        return column_letters(self.column)


@dataclass(frozen=True)
class Unmapped:
    """A column with a header or values that is taken for nothing; ``candidates`` are (key, confidence), best first."""

    column: int
    header: str
    reason: str
    candidates: tuple[tuple[str, float], ...] = ()

    @property
    def letter(self) -> str:
        return column_letters(self.column)


@dataclass(frozen=True)
class RowMark:
    """A row that is no row of the ledger, and why."""

    kind: RowKind
    reason: str


@dataclass(frozen=True)
class Recognised:
    """What was found on a sheet. Rows and columns count from 0.

    ``score``   how much like a ledger the sheet is (0 where no header was found): the best of several is proposed
    ``reason``  in words why this sheet, or why none
    ``faults``  of header and columns; rows have their own
    ``year``    and ``as_of``: the year, or ISO day, that title or sheet name tell
    """

    sheet: str
    score: float
    reason: str
    header_rows: tuple[int, ...] = ()
    first_row: int = 0
    last_row: int = -1
    title: str = ""
    unit_note: str = ""
    year: int | None = None
    as_of: str = ""
    matches: tuple[Match, ...] = ()
    unmapped: tuple[Unmapped, ...] = ()
    marks: Mapping[int, RowMark] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    @property
    def is_ledger(self) -> bool:
        return bool(self.header_rows)

    @property
    def columns(self) -> dict[str, Match]:
        """The columns found, by key."""
        return {match.key: match for match in self.matches}

    @property
    def count(self) -> int:
        """Rows between first and last that are rows of the ledger."""
        return sum(row not in self.marks for row in range(self.first_row, self.last_row + 1))


def fold_header(text: str) -> str:
    """The form in which two spellings of a header are equal: what ``remembered`` is compared by."""
    folded = unicodedata.normalize("NFKC", text)
    folded = re.sub(r"\([^()]*\)", "", folded)
    return re.sub(r"[\W_]+", "", folded).casefold()


def recognise(sheet: Sheet, remembered: Mapping[str, str] | None = None) -> Recognised:
    """The header, columns and rows of a sheet. ``remembered``: header -> key ("" for "none") as a person confirmed it."""
    kept = {fold_header(header): key for header, key in (remembered or {}).items()}
    names = {fold_header(name): column.key for column in LEDGER for name in (column.title, *column.synonyms)}
    best: tuple[int, int] = (0, -1)
    for number, row in enumerate(sheet.rows[:30]):
        found = sum(1 for cell in row if isinstance(cell, str) and fold_header(cell) in {**names, **kept})
        best = max(best, (found, -number))
    if best[0] < 2:
        return Recognised(sheet.name, 0.0, say("没有找到表头"))
    top = -best[1]
    matches: dict[str, Match] = {}
    unmapped = []
    for column, cell in enumerate(sheet.rows[top]):
        if not isinstance(cell, str):
            continue
        key = kept.get(fold_header(cell), names.get(fold_header(cell), ""))
        if key and key not in matches:
            matches[key] = Match(column, cell, key, 1.0, "", _unit(cell))
        else:
            unmapped.append(Unmapped(column, cell, ""))
    marks = {
        number: RowMark("empty", "")
        for number in range(top + 1, len(sheet.rows))
        if all(cell is None for cell in sheet.rows[number])
    }
    return Recognised(
        sheet.name, float(best[0]), "", (top,), top + 1, len(sheet.rows) - 1, matches=tuple(matches.values()),
        unmapped=tuple(unmapped), marks=marks,
    )  # fmt: skip


def _unit(header: str) -> str:
    found = re.search(r"[（(]([^（）()]*)[）)]", header)
    return found.group(1) if found else ""


def choose_sheet(sheets: Sequence[Sheet], remembered: Mapping[str, str] | None = None) -> tuple[Recognised, ...]:
    """Every sheet recognised, the one most like a ledger first; hidden and empty sheets last."""
    order = {sheet.name: (sheet.hidden, number) for number, sheet in enumerate(sheets)}
    found = [recognise(sheet, remembered) for sheet in sheets]
    return tuple(sorted(found, key=lambda r: (order[r.sheet][0], -r.score, order[r.sheet][1])))


def remapped(
    recognised: Recognised, sheet: Sheet, mapping: Mapping[int, str], units: Mapping[int, str] | None = None
) -> Recognised:
    """The same with a person's choice: column -> key ("" for none), and column -> unit where they told it."""
    headers = {m.column: m for m in recognised.matches}
    names = {u.column: u.header for u in recognised.unmapped} | {m.column: m.header for m in recognised.matches}
    matches, unmapped = [], []
    for column, header in sorted(names.items()):
        held = headers.get(column)
        key = mapping.get(column, held.key if held else "")
        unit = (units or {}).get(column, held.unit if held else _unit(header))
        if not key:
            unmapped.append(Unmapped(column, header, say("由您选择不导入")))
        elif held and held.key == key:
            matches.append(replace(held, unit=unit))
        else:
            matches.append(Match(column, header, key, 1.0, say("由您指定"), unit))
    return replace(recognised, matches=tuple(matches), unmapped=tuple(unmapped))
