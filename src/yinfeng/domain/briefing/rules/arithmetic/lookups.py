"""A table and the sentences about it: 石坞县落后3.1个百分点, where the line 石坞县 has both percentages.

What a sentence says of a line is found among its cells: the cell itself, or the difference of two of them. Where several
sentences mean the same two columns, the one that differs by a digit is wrong.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from yinfeng.kernel.voice import say

from .figures import Figure
from .likely import variants
from .page import Page
from .relation import AGREES, DISAGREES, Relation, as_claimed, shown
from .tables import TOTAL, Table
from .words import is_base, is_delta, is_target, lead

_SUFFIX = re.compile(r"(?:县|区|市|镇|乡|街道|园|专班|组|局)$")
_CHANGE = re.compile("提高|上升|增加|增长|下降|减少|降低|回落|高于|低于|领先|落后|多|少|差|超|欠|扩大|收窄")


def lookups(page: Page, found: Sequence[Table], settled: Sequence[Relation]) -> Iterator[Relation]:
    """What is said of the lines of each table, of claims that nothing else has settled."""
    taken = {r.figures[0].start for r in settled if r.state == AGREES}
    for table in found:
        inside = {f.start for _name, row in table.rows for f in row if f is not None}
        told = [
            (claim, row)
            for claim in page.figures
            if claim.start not in inside and claim.start not in taken and not claim.vague
            and claim.kind in ("points", "count", "money", "plain") and _CHANGE.search(lead(page, claim))
            and (row := _line_of(page, claim, table)) is not None
        ]  # fmt: skip
        yield from _differences(page, told)
        yield from _told_again(page, table, inside)
        yield from _listed(page, table)


def _line_of(page: Page, claim: Figure, table: Table) -> tuple[Figure | None, ...] | None:
    """The line whose name opens what is said in one breath with the claim."""
    start = page.sentences[claim.sentence][0]
    breath = re.split("[;:]", page.text[start : claim.start])[-1]
    named = [
        (breath.rfind(short), row)
        for name, row in table.rows
        if (short := _SUFFIX.sub("", name)) and len(short) > 1 and short in breath
    ]
    return max(named, key=lambda one: one[0])[1] if named else None


def _differences(page: Page, told: list[tuple[Figure, tuple[Figure | None, ...]]]) -> Iterator[Relation]:
    ways: Counter[tuple[int, int]] = Counter()
    for claim, row in told:
        for a, b in itertools.permutations(range(len(row)), 2):
            if _less(row, a, b) == claim.value / claim.scale:
                ways[min(a, b), max(a, b)] += 1
    if not ways:
        return
    (first, second), times = ways.most_common(1)[0]
    for claim, row in told:
        x, y = row[first], row[second]
        value = _less(row, first, second)
        if x is None or y is None or value is None:
            continue
        formula = f"{shown(page, x)} − {shown(page, y)}"
        expected = as_claimed(claim, abs(value) * claim.scale)
        if abs(value) == claim.value / claim.scale:
            yield Relation("difference", AGREES, (claim, x, y), formula, shown(page, claim), expected)
        elif times > 1 and _near(page, claim, x, y):
            yield Relation("difference", DISAGREES, (claim, x, y), formula, shown(page, claim), expected)


def _less(row: tuple[Figure | None, ...], a: int, b: int) -> Fraction | None:
    x, y = row[a], row[b]
    return None if x is None or y is None else x.value - y.value


def _near(page: Page, claim: Figure, x: Figure, y: Figure) -> bool:
    """Whether one digit of the three would make it hold."""
    wanted = claim.value / claim.scale
    return (
        any(abs(x.value - y.value) == other / claim.scale for other in variants(page, claim))
        or any(abs(other - y.value) == wanted for other in variants(page, x))
        or any(abs(x.value - other) == wanted for other in variants(page, y))
    )


# ------------------------------------------------------------------------------- one thing in a sentence and in the table

_NOTED = re.compile(r"\([^()]*\)")
_UNSAID = re.compile(r"[数量额]|个|亿元|万元|亿美元|万美元|家| ")
_PERIOD = re.compile(
    r"\d{1,2}(?:月)?(?:-|至|到)\d{1,2}月|\d{1,2}月|[上下]半年|[一二三四]季度|前三季度|本月|当月|本周|上周|累计|截至|全年"
)
# and nothing that singles some of them out
_ALL = re.compile("(?:[^未尚]*[市县区州省镇园乡])?(?:共|新|实现|完成|合计|正式|全部)*")
_SHORTEST = 3  # characters of a head: 签约 alone is said of too much


def _told_again(page: Page, table: Table, inside: set[int]) -> Iterator[Relation]:
    """新签约项目15个 above a table whose last line has 签约项目数 15."""
    whole = [row for name, row in table.rows if TOTAL.match(name)]
    cores = [_UNSAID.sub("", _NOTED.sub("", head)) for head in table.heads]
    title = page.text[: page.sentences[0][1]]
    for claim in page.figures:
        if claim.start in inside or claim.vague or claim.depth or claim.kind not in ("count", "money", "percent"):
            continue
        if is_delta(page, claim) or is_base(page, claim) or is_target(page, claim):
            continue
        words = _UNSAID.sub("", re.sub("(?:为|达|达到|共|有)+$", "", lead(page, claim)))
        columns = [
            n for n, core in enumerate(cores)
            if len(core) >= _SHORTEST and words.endswith(core) and _ALL.fullmatch(words.removesuffix(core))
        ]  # fmt: skip
        start = page.sentences[claim.sentence][0]
        spans = set(_PERIOD.findall(page.text[start : claim.start]))
        if len(columns) != 1 or not all(span in title for span in spans):
            continue
        row = _line_of(page, claim, table) or (whole[0] if len(whole) == 1 else None)
        cell = row[columns[0]] if row is not None else None
        if cell is None or (cell.kind == "percent") != (claim.kind == "percent"):
            continue
        printed = claim.value / claim.scale
        if cell.value == printed:
            yield _again(page, AGREES, claim, cell)
        elif cell.places == claim.places and any(other / claim.scale == cell.value for other in variants(page, claim)):
            yield _again(page, DISAGREES, claim, cell)


def _again(page: Page, state: str, claim: Figure, cell: Figure) -> Relation:
    formula = say("表中为 {value}", value=shown(page, cell))
    return Relation(
        "repeat", state, (claim, cell), formula, shown(page, claim), as_claimed(claim, cell.value * claim.scale)
    )


def _listed(page: Page, table: Table) -> Iterator[Relation]:
    """签约项目2个，总投资8.2亿元 above a table of those projects: as many lines, and their sum."""
    if any(TOTAL.match(name) for name, _row in table.rows) or not re.search("项目|企业|名称", "".join(table.heads[:2])):
        return
    for column, head in enumerate(table.heads):
        core = _UNSAID.sub("", _NOTED.sub("", head))
        cells = [row[column] for _name, row in table.rows]
        if not re.search("投资|金额|资金|到位", core) or any(cell is None for cell in cells):
            continue
        parts = [cell for cell in cells if cell is not None]
        value = sum((part.value * _scale(page, part, head) for part in parts), Fraction(0))
        above = [f for f in page.figures if f.end < parts[0].start and f.kind == "money" and not f.vague]
        above = [
            f for f in above if _UNSAID.sub("", _NOTED.sub("", lead(page, f))).endswith(core) and not is_base(page, f)
        ]
        if not above:
            continue
        claim = above[0]
        counts = [f for f in page.within(claim.sentence) if f.unit == "个" and f.start < claim.start and not f.vague]
        holds, as_many = value == claim.value, bool(counts) and counts[0].value == len(parts)
        formula = " + ".join(shown(page, part) for part in parts)
        if holds or (as_many and any(other == value for other in variants(page, claim))):
            state = AGREES if holds else DISAGREES
            yield Relation("sum", state, (claim, *parts), formula, shown(page, claim), as_claimed(claim, value))
        if holds and counts and abs(counts[0].value - len(parts)) < 10:
            state = AGREES if as_many else DISAGREES
            words = say("列出 {n} 项", n=len(parts))
            yield Relation("list", state, (counts[0],), words, shown(page, counts[0]), str(len(parts)))


def _scale(page: Page, cell: Figure, head: str) -> int:
    told = page.text[cell.number_end : cell.end] + head
    return 10**8 if "亿" in told else 10**4 if "万" in told else 1
