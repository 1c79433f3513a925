"""Tables told in words: 第一组签约22个、开工13个；第二组签约19个、开工9个；第三组……

Lines of one shape are lines of a table: what is computed in most of them is computed in all, and where one column adds up
to a figure of the text, the lines are all there are, and the other columns must add up as well.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from .figures import Figure
from .page import Page
from .relation import AGREES, DISAGREES, Relation
from .sums import added
from .tables import Table, computed
from .wholes import adds_up, one_digit_off
from .words import DEEDS, comparable, is_band, is_base, is_delta, is_target, lead

_CUT = re.compile(r"[;。\n]")
_FEWEST = 3  # lines
_TOLD = re.compile(f"{DEEDS.pattern}|投资|线索")
_RATE = re.compile(r"率|占比|比重|均|得分|排名|位次")


def in_prose(page: Page, settled: Sequence[Relation]) -> Iterator[Relation]:
    """The relations of such tables, of claims that nothing else has settled."""
    taken = {r.figures[0].start for r in settled}
    agreed = {f.start for r in settled if r.kind == "sum" and r.state == AGREES for f in r.figures[1:]}
    for rows in _runs(page):
        table = _table(page, rows)
        for relation in computed(page, table):
            if relation.figures[0].start not in taken:
                yield relation
        yield from _totals(page, rows, agreed)


def _runs(page: Page) -> list[list[list[Figure]]]:
    """Consecutive segments whose figures are of the same kinds and end in the same words."""
    cuts = [0, *(m.end() for m in _CUT.finditer(page.text)), len(page.text)]
    found: list[list[list[Figure]]] = []
    run: list[list[Figure]] = []
    for start, end in itertools.pairwise(cuts):
        row = page.between(start, end)
        if not row:
            if page.text[start:end].strip(" \n;。"):
                found, run = [*found, run], []
            continue
        if run and not _one_shape(page, run[-1], row):
            found, run = [*found, run], []
        run.append(row)
    return [r for r in (*found, run) if len(r) >= _FEWEST]


def _one_shape(page: Page, a: list[Figure], b: list[Figure]) -> bool:
    if len(a) != len(b) or not all(x.like(y) for x, y in zip(a, b, strict=True)):
        return False
    return all(_end(page, x) == _end(page, y) for x, y in zip(a, b, strict=True))


def _end(page: Page, figure: Figure) -> str:
    return lead(page, figure)[-1:] if figure.label else ""


def _table(page: Page, rows: list[list[Figure]]) -> Table:
    heads = tuple(_common_end([lead(page, row[n]) for row in rows]) for n in range(len(rows[0])))
    told = [tuple(None if f.vague else f for f in row) for row in rows]
    return Table(heads, tuple((f"{n}", row) for n, row in enumerate(told)))


def _common_end(words: list[str]) -> str:
    end = 0
    while all(len(w) > end for w in words) and len({w[-end - 1] for w in words}) == 1:
        end += 1
    return words[0][len(words[0]) - end :]


def _totals(page: Page, rows: list[list[Figure]], agreed: set[int]) -> Iterator[Relation]:
    inside = {f.start for row in rows for f in row}
    complete = sized = False
    open_columns: list[tuple[list[Figure], list[Figure]]] = []
    for n, head in enumerate(_table(page, rows).heads):
        column = [row[n] for row in rows]
        if (
            column[0].kind not in ("count", "money")
            or _RATE.search(head)
            or any(f.vague or is_band(page, f) for f in column)
        ):
            continue
        if any(is_delta(page, f) or is_base(page, f) or is_target(page, f) for f in column):
            continue
        if {f.start for f in column} <= agreed:
            complete = True
            continue
        heads = _heads(page, column, head, inside)
        if _all_sizes(page, rows) and not heads:
            heads = [f for f in page.figures if f.end < rows[0][0].start and comparable(page, f, column[0])]
            heads = [f for f in heads if not is_base(page, f) and not is_delta(page, f) and not is_target(page, f)]
            sized = True
        if any(adds_up(f, column) == AGREES and f.value > 9 for f in heads):
            complete = True
        elif heads:
            open_columns.append((heads, column))
    for heads, column in open_columns:
        near = [f for f in heads if one_digit_off(f, column)]
        if near and (complete or sized or _surely(near[0], column)):
            yield added(page, near[0], column, DISAGREES)


_BETWEEN = re.compile(r"以上[^;]*以下|\d[^;]{0,8}(?:-|至|到)[^;]*\d")


def _all_sizes(page: Page, rows: list[list[Figure]]) -> bool:
    """10亿元以上4个；5亿元以上、10亿元以下6个；……；1亿元以下11个: sizes that leave nothing out."""
    starts = [rows[0][0].start - 24, *(row[-1].end for row in rows[:-1])]
    words = [page.text[max(0, a) : row[0].start] for a, row in zip(starts, rows, strict=True)]
    if "以上" not in words[0] or "以下" in words[0] or "以上" in words[-1]:
        return False
    return bool(re.search("以下|不足|不满", words[-1])) and all(_BETWEEN.search(word) for word in words[1:-1])


def _surely(total: Figure, column: list[Figure]) -> bool:
    """Four digits do not agree but for one by chance."""
    return len(column) >= _FEWEST and len(str(int(total.value / min(f.step for f in column)))) >= 4


def _heads(page: Page, column: list[Figure], head: str, inside: set[int]) -> list[Figure]:
    """What the column may add up to: told of the same deed outside of the lines."""
    deeds = set(_TOLD.findall(head))
    least = max((f.value for f in column), default=Fraction(0))
    return [
        f for f in page.figures
        if f.start not in inside and f.value > least and comparable(page, f, column[0]) and not is_base(page, f)
        and not is_delta(page, f) and not is_target(page, f) and deeds & set(_TOLD.findall(lead(page, f) + f.tail[:6]))
    ]  # fmt: skip
