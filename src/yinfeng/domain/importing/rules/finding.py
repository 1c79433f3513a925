"""Where the header of a sheet is, and what stands above it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from yinfeng.foundation.workbook.sheet import Cell, Sheet

from .headers import LONGEST_HEADER, fold, fold_header, guesses, unit_of_words, units_in

FARTHEST = 40  # rows in which a header is looked for
DEEPEST = 4  # rows of a header
LEAST = 2  # columns of the ledger that a header must name


@dataclass(frozen=True)
class Block:
    """The header: its first and last row from 0, and for each column its words, headings joined by "/"."""

    top: int
    bottom: int
    headers: tuple[str, ...]


@dataclass(frozen=True)
class Above:
    """What the rows above the header, and the sheet's name, tell."""

    title: str
    units: tuple[str, ...]
    year: int | None
    as_of: str


def find_header(sheet: Sheet, kept: Mapping[str, str]) -> Block | None:
    """The rows that name the most columns of the ledger; of equals the fewest and the uppermost."""
    rows = sheet.rows[:FARTHEST]
    merged = _Merged(sheet, len(rows) + DEEPEST)
    best: tuple[float, Block] | None = None
    for top in range(len(rows)):
        texts = [_words(cell) for cell in rows[top]]
        if len({text for text in texts if text}) < LEAST and sum(map(bool, texts)) != 1:
            continue
        for depth in range(1, DEEPEST + 1):
            bottom = top + depth - 1
            if bottom >= len(rows) or (depth > 1 and not _may_be_header(rows[bottom])):
                break
            if depth == 1 and not _may_be_header(rows[top]):
                break
            headers = _joined(sheet, merged, top, bottom)
            named = sum(_likeness(text, kept) for text in dict.fromkeys(filter(None, headers)))
            named -= 0.35 * (depth - 1) + _overhang(merged, top, bottom)
            if named >= LEAST * 0.6 and (best is None or named > best[0] + 1e-9):
                best = named, Block(top, bottom, headers)
    if best is None or sum(_likeness(t, kept) >= 0.6 for t in set(filter(None, best[1].headers))) < LEAST:
        return None
    return _with_lower_row(sheet, merged, best[1])


def _with_lower_row(sheet: Sheet, merged: _Merged, block: Block) -> Block:
    """The header with the row below it, where that only divides its groups: 小计, 1月, 2月 under 到位资金."""
    row, lowest = sheet.rows[block.bottom], block.bottom + 1
    if lowest >= len(sheet.rows) or block.bottom - block.top + 1 >= DEEPEST or not _may_be_header(sheet.rows[lowest]):
        return block
    filled = {column for column, cell in enumerate(sheet.rows[lowest]) if cell is not None}
    blank = {column for column in filled if row[column] is None}
    divides = blank and all(column in blank or column + 1 in blank for column in filled)
    if not divides or filled >= {column for column, text in enumerate(block.headers) if text}:
        return block
    return Block(block.top, lowest, _joined(sheet, merged, block.top, lowest))


class _Merged:
    """The merged cells of the first rows: which cell a place belongs to, and how far that one reaches."""

    def __init__(self, sheet: Sheet, rows: int) -> None:
        self.anchor: dict[tuple[int, int], tuple[int, int, int, int]] = {}
        for box in sheet.merged:
            top, left, bottom, right = box
            if top < rows and (bottom - top + 1) * (right - left + 1) < 5000:
                for row in range(top, min(bottom, rows) + 1):
                    for column in range(left, right + 1):
                        self.anchor[row, column] = box


def _overhang(merged: _Merged, top: int, bottom: int) -> float:
    """What speaks against a block that cuts merged cells through."""
    cut = {
        box for (row, _c), box in merged.anchor.items() if row in (top, bottom) and (box[0] < top or box[2] > bottom)
    }
    return 1.0 * len(cut)


def _words(cell: Cell) -> str:
    """The text of a cell that may be a header, "" for others."""
    if isinstance(cell, str):
        return cell if len(cell) <= LONGEST_HEADER * 2 else ""
    if isinstance(cell, int) and not isinstance(cell, bool) and 1990 <= cell <= 2100:
        return f"{cell}年"  # a year as a heading
    return ""


def _may_be_header(row: Sequence[Cell]) -> bool:
    """No row of values: hardly a number or date in it, no long text."""
    filled = [cell for cell in row if cell is not None]
    if not filled:
        return False
    values = sum(not _words(cell) or bool(re.fullmatch(r"[\d.,%\-/]+", str(cell).strip())) for cell in filled)
    return values <= len(filled) * 0.2


def _joined(sheet: Sheet, merged: _Merged, top: int, bottom: int) -> tuple[str, ...]:
    width = len(sheet.rows[top])
    columns: list[list[str]] = [[] for _ in range(width)]
    for row in range(top, bottom + 1):
        running = ""
        for column in range(width):
            box = merged.anchor.get((row, column))
            if box is not None:
                too_wide = box[3] - box[1] + 1 >= max(width * 0.8, 6) and row < bottom
                text = "" if too_wide or box[0] < top else _words(sheet.rows[box[0]][box[1]])
                running = ""
            else:
                text = _words(sheet.rows[row][column])
                if text:
                    running = text
                elif row < bottom and running and _is_under(sheet, row, bottom, column):
                    text = running  # centred across columns, or a format without merged cells
            if text and (not columns[column] or fold(columns[column][-1]) != fold(text)):
                columns[column].append(" ".join(text.split()))
    return tuple("/".join(parts) for parts in columns)


def _is_under(sheet: Sheet, row: int, bottom: int, column: int) -> bool:
    """Whether a lower row of the block has words here, and the rows between have none of another group."""
    return any(_words(sheet.rows[lower][column]) for lower in range(row + 1, bottom + 1))


def _likeness(text: str, kept: Mapping[str, str]) -> float:
    if fold_header(text) in kept:
        return 1.0
    found = guesses(text)
    return found[0].confidence if found and found[0].confidence >= 0.6 else 0.0


# ------------------------------------------------------------------------------------------------------ above

_DAY = re.compile(r"(20\d\d)\s*[年.\-/]\s*(\d{1,2})\s*[月.\-/]\s*(\d{1,2})\s*日?")
_MONTH_END = re.compile(r"(20\d\d)\s*年\s*(\d{1,2})\s*月(?:份)?(?:底|末)?")
_YEAR = re.compile(r"(20\d\d)\s*年")
_AS_OF = re.compile(
    r"截\s*[至止]|填报(?:日期|时间)|统计(?:日期|时间)|数据(?:日期|时间)|更新(?:日期|时间)|报送(?:日期|时间)"
)


def title_above(sheet: Sheet, block: Block) -> Above:
    """Title, units, year and closing day from the rows above the header (and from the sheet's name)."""
    texts: list[str] = []
    days: list[date] = []
    for row in sheet.rows[: block.top]:
        for cell in row:
            if isinstance(cell, str):
                texts.append(" ".join(cell.split()))
            elif isinstance(cell, date):
                days.append(cell.date() if isinstance(cell, datetime) else cell)
    title = next((t for t in texts if len(fold(t)) >= 4 and not units_list([t]) and not _AS_OF.search(t)), "")
    said = [unicodedata.normalize("NFKC", text) for text in (*texts, sheet.name)]
    as_of = next((day for text in said if _AS_OF.search(text) and (day := _day_in(text))), "")
    if not as_of and len(days) == 1 and any(_AS_OF.search(text) for text in said):
        as_of = days[0].isoformat()
    years = [int(match.group(1)) for text in said for match in [_YEAR.search(text)] if match]
    year = int(as_of[:4]) if as_of else years[0] if years else None
    headers = [text for text in block.headers if text]
    noted = [*units_list([*texts, *_notes(headers)]), *_in_brackets(title)]
    return Above(title, tuple(dict.fromkeys(noted)), year, as_of)


def units_list(texts: Sequence[str]) -> list[str]:
    """The units noted in these texts, in their order, each once."""
    return list(dict.fromkeys(unit for text in texts for unit in units_in(text)))


def _in_brackets(title: str) -> Iterator[str]:
    """到位资金统计表（万元）."""
    for words in re.findall(r"[(（]([^()（）]{1,12})[)）]", title):
        if unit := unit_of_words(words):
            yield unit


def _notes(headers: Sequence[str]) -> Iterator[str]:
    """A note of the unit that stands in the header for all columns: 序号（单位：万元）."""
    for text in headers:
        if re.search("单位[:：]", text) and guesses(text)[:1] and guesses(text)[0].key == "sequence":
            yield text


def _day_in(text: str) -> str:
    """The day a text tells as ISO; a month means its last day."""
    from yinfeng.kernel.periods import month_end

    try:
        if match := _DAY.search(text):
            return date(*(int(part) for part in match.groups())).isoformat()
        if match := _MONTH_END.search(text):
            return month_end(int(match.group(1)), int(match.group(2))).isoformat()
    except ValueError:
        return ""
    return ""
