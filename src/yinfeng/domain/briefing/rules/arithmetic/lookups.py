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

from .figures import Figure
from .likely import variants
from .page import Page
from .relation import AGREES, DISAGREES, Relation, as_claimed, shown
from .tables import Table, tables_of
from .words import lead

_SUFFIX = re.compile(r"(?:县|区|市|镇|乡|街道|园|专班|组|局)$")
_CHANGE = re.compile("提高|上升|增加|增长|下降|减少|降低|回落|高于|低于|领先|落后|多|少|差|超|欠|扩大|收窄")


def lookups(page: Page, settled: Sequence[Relation]) -> Iterator[Relation]:
    """What is said of the lines of each table, of claims that nothing else has settled."""
    taken = {r.figures[0].start for r in settled if r.state == AGREES}
    for table in tables_of(page):
        inside = {f.start for _name, row in table.rows for f in row if f is not None}
        told = [
            (claim, row)
            for claim in page.figures
            if claim.start not in inside and claim.start not in taken and not claim.vague
            and claim.kind in ("points", "count", "money", "plain") and _CHANGE.search(lead(page, claim))
            and (row := _line_of(page, claim, table)) is not None
        ]  # fmt: skip
        yield from _differences(page, told)


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
