"""What a sheet is: its header, its columns, its rows.

``recognise`` finds the header rows, says which column of the ledger each of theirs is and how sure that is, and which
rows are no rows of the ledger (totals, notes, blanks). A person confirms or changes the mapping (``remapped``); what
was confirmed is handed in again as ``remembered``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from yinfeng.foundation.workbook.sheet import Cell, Sheet, column_letters
from yinfeng.kernel.money import units
from yinfeng.kernel.voice import say

from .cells import Place, read_cell
from .columns import BY_KEY, IDENTIFYING
from .faults import Fault, Trouble, fault_at, trouble
from .finding import Block, find_header, title_above
from .headers import Guess, fold_header, guesses, parse_header
from .marking import RowMark, mark_rows
from .value_words import GARBLED

__all__ = [
    "Match",
    "Recognised",
    "RowMark",
    "Unmapped",
    "choose_sheet",
    "fold_header",
    "recognise",
    "remapped",
]

GUESSED = 0.6  # below this a header is no guess
SURE = 0.9  # from here on a header is known, below it is guessed and asks for a look


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

    @property
    def is_sure(self) -> bool:
        return self.confidence >= SURE


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
        return max(self.last_row - self.first_row + 1, 0) - len(self.marks)


def recognise(sheet: Sheet, remembered: Mapping[str, str] | None = None) -> Recognised:
    """The header, columns and rows of a sheet. ``remembered``: header -> key ("" for "none") as a person confirmed it."""
    kept = {fold_header(header): key for header, key in (remembered or {}).items() if not key or key in BY_KEY}
    block = find_header(sheet, kept)
    if block is None:
        return Recognised(sheet.name, 0.0, _why_none(sheet))
    above = title_above(sheet, block)
    matches, unmapped = _assign(sheet, block, kept)
    matches = [_with_unit(match, above.units) for match in matches]
    name = next((m.column for key in ("name", "code", "platform_code") for m in matches if m.key == key), None)
    sequence = next((m.column for m in matches if m.key == "sequence"), None)
    told = [m.column for m in matches if BY_KEY[m.key].place != "row"] + [u.column for u in unmapped]
    marks, last = mark_rows(sheet, block, name=name, sequence=sequence, told=sorted(told))
    found = Recognised(
        sheet.name,
        score=0.0,
        reason="",
        header_rows=tuple(range(block.top, block.bottom + 1)),
        first_row=block.bottom + 1,
        last_row=last,
        title=above.title,
        unit_note="、".join(above.units),
        year=above.year,
        as_of=above.as_of,
        matches=tuple(sorted(matches, key=lambda match: match.column)),
        unmapped=tuple(unmapped),
        marks=marks,
    )
    score = _score(found)
    reason = say(
        "表头在第 {row} 行，认出 {known} 列，项目 {rows} 行",
        row=block.top + 1,
        known=len(found.matches),
        rows=found.count,
    )
    return replace(found, score=score, reason=reason, faults=_column_faults(found, sheet))


def _why_none(sheet: Sheet) -> str:
    words = [cell for row in sheet.rows[:20] for cell in row if isinstance(cell, str)]
    if not words and not any(cell is not None for row in sheet.rows for cell in row):
        return say("是空表")
    if sum(bool(GARBLED.search(word)) for word in words) * 3 >= len(words) > 0:
        return say("内容是乱码，请用 Excel 或 WPS 打开原文件核对，另存为 .xlsx 后再导入")
    return say("没有找到表头：前 40 行中没有哪一行写着“项目名称”“投资方”“总投资”这样的栏目")


def choose_sheet(sheets: Sequence[Sheet], remembered: Mapping[str, str] | None = None) -> tuple[Recognised, ...]:
    """Every sheet recognised, the one most like a ledger first; hidden sheets behind the visible ones."""
    found = [(recognise(sheet, remembered), sheet.hidden, place) for place, sheet in enumerate(sheets)]
    found.sort(key=lambda one: (one[0].score == 0, one[1], -one[0].score, one[2]))
    return tuple(one[0] for one in found)


def remapped(
    recognised: Recognised, sheet: Sheet, mapping: Mapping[int, str], units: Mapping[int, str] | None = None
) -> Recognised:
    """The same with a person's choice: column -> key ("" for none), and column -> unit where they told it.

    A key may be given to one column only: where two ask for it the fault is reported and neither has it.
    """
    told = units or {}
    held = {match.column: match for match in recognised.matches}
    headers = {u.column: u.header for u in recognised.unmapped} | {m.column: m.header for m in recognised.matches}
    candidates = {u.column: u for u in recognised.unmapped}
    wanted = {c: mapping.get(c, held[c].key if c in held else "") for c in sorted({*headers, *mapping})}
    twice = {key for key in wanted.values() if key and list(wanted.values()).count(key) > 1}
    matches, unmapped = [], []
    for column, key in wanted.items():
        header = headers.get(column, "")
        if key in twice:
            unmapped.append(Unmapped(column, header, say("与另一列同为“{title}”", title=say(BY_KEY[key].title))))
        elif not key:
            chosen = column in mapping or column not in candidates
            unmapped.append(Unmapped(column, header, say("由您选择不导入")) if chosen else candidates[column])
        else:
            match = held.get(column)
            if match is None or match.key != key:
                parsed = parse_header(header)
                match = Match(column, header, key, 1.0, say("由您指定"), parsed.unit, parsed.adds)
                match = _with_unit(match, tuple(filter(None, recognised.unit_note.split("、"))))
            matches.append(replace(match, unit=told.get(column, match.unit)))
    found = replace(recognised, matches=tuple(matches), unmapped=tuple(unmapped))
    return replace(found, score=_score(found), faults=_column_faults(found, sheet))


# ------------------------------------------------------------------------------------------------------ columns


def _assign(sheet: Sheet, block: Block, kept: Mapping[str, str]) -> tuple[list[Match], list[Unmapped]]:
    """Each header to the key it fits best, each key to the header that fits it best, nothing to two."""
    wishes: list[tuple[float, int, Guess]] = []
    headers: dict[int, str] = {}
    refused: dict[int, str] = {}
    for column, text in enumerate(block.headers):
        if not text:
            continue
        headers[column] = text
        remembered = kept.get(fold_header(text))
        if remembered == "":
            refused[column] = say("上次选择不导入")
        elif remembered is not None:
            wishes.append((2.0, column, Guess(remembered, 1.0, say("按上次的对应关系"))))
        else:
            wishes += [(guess.confidence, column, guess) for guess in guesses(text)]
    wishes.sort(key=lambda wish: (-wish[0], wish[1]))
    taken: dict[str, tuple[int, float]] = {}
    chosen: dict[int, Guess] = {}
    rivals: set[str] = set()
    for confidence, column, guess in wishes:
        if column in chosen:
            continue
        if guess.key not in taken:
            taken[guess.key] = (column, confidence)
            chosen[column] = guess
        elif taken[guess.key][1] - confidence < 0.005 and confidence >= 0.75:
            rivals.add(guess.key)
            refused.setdefault(
                column,
                say(
                    "与 {letter} 列同像“{title}”，请选定一列",
                    letter=column_letters(taken[guess.key][0]),
                    title=say(BY_KEY[guess.key].title),
                ),
            )
    for column, guess in list(chosen.items()):
        if guess.key in rivals and guess.key != "sequence":
            del chosen[column]
            refused[column] = say("另有一列同像“{title}”，请选定一列", title=say(BY_KEY[guess.key].title))
    matches = []
    for column, guess in chosen.items():
        header = parse_header(headers[column])
        matches.append(
            Match(column, header.text, guess.key, guess.confidence, guess.reason, header.unit, dict(header.adds))
        )
    unmapped = []
    filled = _filled_columns(sheet, block)
    for column in range(len(block.headers)):
        if column in chosen or (column not in headers and column not in filled):
            continue
        text = headers.get(column, "")
        found = tuple((guess.key, guess.confidence) for guess in guesses(text)) if text else ()
        other = next((key for key, _confidence in found if key in taken), "")
        if column in refused:
            reason = refused[column]
        elif not text:
            reason = say("没有表头")
        elif other and other in {match.key for match in matches}:
            letter = column_letters(taken[other][0])
            reason = say("“{title}”已对应 {letter} 列", title=say(BY_KEY[other].title), letter=letter)
        else:
            reason = say("台账中没有这一列")
        unmapped.append(Unmapped(column, parse_header(text).text if text else "", reason, found))
    return matches, unmapped


def _filled_columns(sheet: Sheet, block: Block) -> set[int]:
    """Columns with values in the first rows below the header."""
    rows = sheet.rows[block.bottom + 1 : block.bottom + 51]
    return {column for row in rows for column, cell in enumerate(row) if cell is not None}


def _with_unit(match: Match, above: Sequence[str]) -> Match:
    """The unit of a column of numbers: its header's, else what is noted above the table."""
    column = BY_KEY[match.key]
    if match.unit or column.kind not in ("money", "number", "integer"):
        return match
    known = units()
    if column.kind == "money":
        foreign = column.unit == "万美元"
        fitting = [u for u in above if u in known and (known[u].currency != "CNY") == foreign]
        return replace(match, unit=fitting[0]) if fitting else match
    fitting = [u for u in above if u not in known and (u == column.unit or (column.unit in ("亩", "平方米")))]
    return replace(match, unit=fitting[0]) if fitting and column.unit in ("亩", "平方米") else match


def _score(found: Recognised) -> float:
    """Columns of the ledger, each by how sure it is; the ones that say which project count double."""
    columns = sum(m.confidence * (2 if m.key in IDENTIFYING else 1) for m in found.matches if m.key != "sequence")
    has_name = any(m.key in IDENTIFYING for m in found.matches)
    return round(columns * (1.0 if has_name else 0.3) + min(found.count, 50) / 50 if columns else 0.0, 3)


def _column_faults(found: Recognised, sheet: Sheet) -> tuple[Fault, ...]:
    """What is the matter with header and columns."""
    faults = []
    row = found.header_rows[-1] if found.header_rows else 0
    for unmapped in found.unmapped:
        if unmapped.candidates and unmapped.candidates[0][1] >= GUESSED:
            what = trouble("column.ambiguous", header=unmapped.header, reason=unmapped.reason)
            faults.append(fault_at(row, unmapped.column, "", what))
    for match in found.matches:
        faults += [fault_at(row, match.column, match.key, what) for what in _troubles(found, match, sheet)]
    if not any(match.key in IDENTIFYING for match in found.matches):
        faults.append(fault_at(row, None, "name", trouble("column.no_name")))
    if sheet.hidden:
        faults.append(fault_at(row, None, "", trouble("sheet.hidden", value=sheet.name)))
    hidden = sorted(n for n in sheet.hidden_rows if found.first_row <= n <= found.last_row and n not in found.marks)
    if hidden:
        some = "、".join(str(n + 1) for n in hidden[:5])
        faults.append(fault_at(row, None, "", trouble("sheet.hidden_rows", count=len(hidden), rows=some)))
    if found.count <= 0:
        faults.append(fault_at(row, None, "", trouble("sheet.no_rows")))
    return tuple(faults)


def _troubles(found: Recognised, match: Match, sheet: Sheet) -> Iterator[Trouble]:
    column = BY_KEY[match.key]
    told = {"header": match.header, "title": say(column.title)}
    if match.column in sheet.hidden_columns and column.imported:
        yield trouble("column.hidden", **told)
    if not match.is_sure:
        yield trouble("column.guessed", **told)
    if column.kind == "money" and column.imported and not match.unit and _has_bare_numbers(found, sheet, match.column):
        yield trouble("unit.missing", **told)
    elif column.unit in ("亩", "平方米") and not match.unit and _has_bare_numbers(found, sheet, match.column):
        yield trouble("unit.assumed", **told, unit=say(column.unit))
    if column.place == "personal":
        yield trouble("column.personal", **told)
    elif column.imported and _is_unlike(found, match, sheet):
        yield trouble("column.unlike", **told)


def _cells(found: Recognised, sheet: Sheet, column: int, most: int) -> Iterator[Cell]:
    rows = (n for n in range(found.first_row, found.last_row + 1) if n not in found.marks)
    cells = (sheet.rows[n][column] for n in rows if column < len(sheet.rows[n]))
    return islice((cell for cell in cells if cell is not None), most)


def _is_unlike(found: Recognised, match: Match, sheet: Sheet) -> bool:
    """Whether hardly anything in the column is what its header promises."""
    column = BY_KEY[match.key]
    if column.kind not in ("date", "money", "number", "integer", "choice"):
        return False
    cells = list(_cells(found, sheet, match.column, 40))
    if len(cells) < 4:
        return False
    place = Place(column, unit=match.unit, year=found.year or 2000)
    wrong = sum(read_cell(place, cell).is_unreadable for cell in cells)
    return wrong * 10 >= len(cells) * 7


def _has_bare_numbers(found: Recognised, sheet: Sheet, column: int) -> bool:
    def bare(value: Cell) -> bool:
        text = str(value).strip() if value is not None and not isinstance(value, bool) else ""
        return bool(text) and text.replace(",", "").replace(".", "", 1).isdigit()

    return any(bare(cell) for cell in _cells(found, sheet, column, 2000))
