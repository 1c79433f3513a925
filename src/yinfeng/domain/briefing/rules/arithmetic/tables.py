"""Tables inside a text: columns against their total line, and columns that are computed from others.

What a column is computed from is found in the table itself: a relation between columns counts when nearly all lines
obey it; the lines that do not are the disagreements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from .figures import Figure
from .page import Page
from .relation import AGREES, DISAGREES, Binding, Relation, as_claimed, could_be, quotient, rounds_to, shown

_CELL = re.compile(r"-?\d[\d,٬]*(?:\.\d+)?")
_UNIT = re.compile(r"(?:%|个百分点|个|家|亿元|万元|元|亩|人|万美元|亿美元|亿|项|分|位|名)?$")
TOTAL = re.compile(r"^(?:合\s*计|总\s*计|共\s*计|全[市县区省州盟旗]|全[市县区省]合计|小\s*计|汇\s*总|总\s*数)$")
_RATE = re.compile(r"率|占比|比重|同比|增幅|增速|环比|%|进度|均|强度|比例|百分点|指数|得分|分数")
_NO_SUM = re.compile(
    r"率|占比|比重|同比|增幅|增速|环比|%|进度|均|强度|比例|排名|位次|名次|序号|指数|编号|年份|日期|时间|电话"
)
_GROWTH = re.compile(r"同比|增幅|增速|环比|增长|±|增减")
_EACH = re.compile(r"[亩户人均宗家]均|强度|平均|每")
_LEAVE = re.compile(r"^(?:其中|小计|#|注)")


@dataclass(frozen=True)
class Table:
    """heads: words of each column; rows: the first cell and the figures by column (None where there is none)."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Figure | None, ...]], ...]


def tables(page: Page, found: Sequence[Table]) -> Iterator[Relation]:
    for table in found:
        yield from _columns(page, table)
        yield from _means(page, table)
        yield from computed(page, table)


def tables_of(page: Page) -> list[Table]:
    """Runs of lines with the same number of cells, at least two of them with figures."""
    found: list[Table] = []
    run: list[list[tuple[int, int]]] = []
    text = page.normalised.text
    at = 0
    for line in [*text.split("\n"), ""]:
        cells = _cells(text, at, line)
        if len(cells) >= 3 and (not run or len(run[0]) == len(cells)):
            run.append(cells)
        else:
            _close(page, run, found)
            run = [cells] if len(cells) >= 3 else []
        at += len(line) + 1
    _close(page, run, found)
    return found


def _cells(text: str, at: int, line: str) -> list[tuple[int, int]]:
    """Where the cells of a line stand."""
    if "|" in line or "｜" in line:
        pattern = r"[^|｜]+"
        line_in = line.strip().strip("|｜")
    elif "\t" in line:
        pattern, line_in = r"[^\t]+", line
    else:
        pattern, line_in = r"\S+", line
        words = line.split()
        if len(words) < 3 or len(line) > 160:
            return []
        numeric = sum(bool(_number(word)) for word in words[1:])
        if numeric < len(words) - 1 and not all(len(w) <= 12 and not re.search(r"[,。;:，；：]", w) for w in words):
            return []
    start = at + line.find(line_in) if line_in else at
    if "|" in pattern:
        pieces, place = [], start
        for piece in re.split(r"[|｜]", line_in):
            pieces.append((place, place + len(piece)))
            place += len(piece) + 1
        return pieces
    if "\t" in line:
        pieces, place = [], at
        for piece in line.split("\t"):
            pieces.append((place, place + len(piece)))
            place += len(piece) + 1
        return pieces
    return [(start + m.start(), start + m.end()) for m in re.finditer(pattern, line_in)]


def _number(text: str) -> re.Match[str] | None:
    folded = text.strip()
    match = _CELL.match(folded)
    return match if match and _UNIT.fullmatch(folded[match.end() :].strip()) else None


def _close(page: Page, run: list[list[tuple[int, int]]], found: list[Table]) -> None:
    if len(run) < 3:
        return
    rows: list[tuple[str, tuple[Figure | None, ...]]] = []
    heads: tuple[str, ...] = ()
    for cells in run:
        figures = tuple(_figure(page, start, end) for start, end in cells)
        words = tuple(page.text[s:e].strip() for s, e in cells)
        if sum(f is not None for f in figures) == 0 or (not rows and sum(f is not None for f in figures[1:]) == 0):
            if re.fullmatch(r"[-:\s]*", "".join(words)):
                continue
            if not rows:
                heads = tuple(f"{a}{b}" for a, b in zip(heads, words, strict=True)) if heads else words
            continue
        rows.append((_row_name(words), figures))
    if len(rows) >= 2:
        found.append(Table(heads or ("",) * len(run[0]), tuple(rows)))


def _row_name(words: tuple[str, ...]) -> str:
    """The first cell that is no number: a table may begin with serial numbers."""
    return next((w.replace(" ", "") for w in words[:3] if w and not _number(w)), words[0].replace(" ", ""))


def _figure(page: Page, start: int, end: int) -> Figure | None:
    cell = page.text[start:end]
    inner = cell.strip()
    match = _number(inner)
    if match is None:
        return None
    begin = start + cell.index(inner)
    printed = re.sub("[,٬]", "", match[0])
    places = len(printed.partition(".")[2])
    kind = "percent" if "%" in inner else "plain"
    return Figure(
        begin,
        begin + len(inner),
        begin + match.end(),
        Fraction(printed),
        places,
        1,
        kind,
        "%" if kind == "percent" else "",
    )


def _columns(page: Page, table: Table) -> Iterator[Relation]:
    """Each additive column against the total line."""
    totals = [r for r in table.rows if TOTAL.match(r[0])]
    if len(totals) != 1:
        return
    total = totals[0]
    others = [r for r in table.rows if r is not total and not _LEAVE.match(r[0])]
    if len(others) < 2:
        return
    for column, head in enumerate(table.heads):
        claim = total[1][column]
        parts = [r[1][column] for r in others]
        told = [p for p in parts if p is not None]
        if claim is None or len(told) < 2 or _NO_SUM.search(head) or claim.kind == "percent":
            continue
        if column == 0 or (not head and _looks_serial(told)):
            continue
        added = sum((p.value for p in told), Fraction(0))
        gap = abs(added - claim.value)
        if gap == 0:
            state = AGREES
        elif claim.places and gap <= claim.step * (1 if len(told) < 6 else 2):
            continue
        else:
            state = DISAGREES
        formula = " + ".join(shown(page, p) for p in told)
        yield Relation("table", state, (claim, *told), formula, shown(page, claim), as_claimed(claim, added))


def _means(page: Page, table: Table) -> Iterator[Relation]:
    """A line 平均: the mean of the others, to the printed digit."""
    lines = [r for r in table.rows if re.fullmatch("平均|均值|平均值|平均分", r[0])]
    others = [r for r in table.rows if r not in lines and not TOTAL.match(r[0]) and not _LEAVE.match(r[0])]
    if len(lines) != 1 or len(others) < 3:
        return
    for column, claim in enumerate(lines[0][1]):
        told = [p for r in others if (p := r[1][column]) is not None]
        if claim is None or len(told) != len(others):
            continue
        value = sum((p.value for p in told), Fraction(0)) / len(told)
        state = AGREES if could_be(claim, value, value) else DISAGREES
        formula = f"({' + '.join(shown(page, p) for p in told)}) ÷ {len(told)}"
        yield Relation("table", state, (claim, *told), formula, shown(page, claim), as_claimed(claim, value))


def _looks_serial(told: list[Figure]) -> bool:
    return [p.value for p in told] == list(range(1, len(told) + 1))


def computed(page: Page, table: Table) -> Iterator[Relation]:
    """Each column against the best relation to other columns."""
    columns = [c for c in range(len(table.heads)) if sum(r[1][c] is not None for r in table.rows) >= 2]
    for c in columns:
        head = table.heads[c]
        best: tuple[int, list[tuple[Figure, Binding]], str] | None = None
        for kind, make in _ways(table, columns, c, head):
            pairs = []
            for _name, row in table.rows:
                claim, binding = row[c], make(page, row)
                if claim is not None and binding is not None:
                    pairs.append((claim, binding))
            good = sum(could_be(p, b.low, b.high) for p, b in pairs)
            if best is None or good > best[0]:
                best = (good, pairs, kind)
        if best is None:
            continue
        good, pairs, kind = best
        least = 2 if _expects(head, kind) else 4
        # 0 − 0 = 0 and a − 0 = a hold by chance in any table of a small place.
        telling = sum(
            could_be(p, b.low, b.high) and p.value != 0 and all(f.value != 0 for f in b.figures) for p, b in pairs
        )
        if (telling if least == 4 else good) < least or (
            (len(pairs) - good) > max(1, len(pairs) // 4) and not (_expects(head, kind) and good * 2 >= len(pairs))
        ):
            continue
        for claim, binding in pairs:
            if rounds_to(claim, binding.value) or could_be(claim, binding.low, binding.high):
                state = AGREES
            else:
                state = DISAGREES
            yield Relation(
                "table",
                state,
                (claim, *binding.figures),
                binding.formula,
                shown(page, claim),
                as_claimed(claim, binding.value),
            )


def _expects(head: str, kind: str) -> bool:
    """Whether the head of a column says that it is computed."""
    return (
        bool(_RATE.search(head))
        if kind in ("ratio", "growth")
        else bool(re.search("合计|总计|小计|共|增减|增加|差|较|比|净|未|剩|缺口|欠|超|得分|总分", head))
    )


def _ways(table: Table, columns: list[int], c: int, head: str):  # type: ignore[no-untyped-def]
    others = [o for o in columns if o != c and not (table.rows and _is_percent(table, o))]
    is_rate = _is_percent(table, c) or bool(_RATE.search(head))
    if is_rate:
        for a in others:
            for b in others:
                if a != b:
                    if _EACH.search(head):
                        yield "ratio", _each_maker(a, b)
                        continue
                    if _GROWTH.search(head) or not _expects_ratio(head):
                        yield "growth", _maker(a, b, grow=True)
                    if not _GROWTH.search(head):
                        yield "ratio", _maker(a, b)
        totals = [r for r in table.rows if TOTAL.match(r[0])]
        if re.search("占比|比重|份额", head) and len(totals) == 1:
            for a in others:
                if (whole := totals[0][1][a]) is not None:
                    yield "ratio", _share_maker(a, whole)
    if not _is_percent(table, c):
        for a in others:
            for b in others:
                if a != b:
                    yield "difference", _minus_maker(a, b)
        if re.search("合计|总计|小计|共|总", head):
            for size in range(2, min(7, len(others)) + 1):
                for group in combinations(others, size):
                    if group[-1] - group[0] == size - 1:
                        yield "sum", _plus_maker(group)
    if _is_percent(table, c) and "百分点" in head:
        percents = [o for o in columns if o != c and _is_percent(table, o)]
        for a in percents:
            for b in percents:
                if a != b:
                    yield "difference", _minus_maker(a, b)


def _expects_ratio(head: str) -> bool:
    return bool(re.search("率|占比|比重|进度|完成", head))


def _is_percent(table: Table, c: int) -> bool:
    told = [f for _n, row in table.rows if (f := row[c]) is not None]
    return (bool(told) and sum(f.kind == "percent" for f in told) * 2 > len(told)) or bool(
        re.search(r"[（(]%[)）]|率|占比|比重|同比", table.heads[c])
    )


def _maker(a: int, b: int, grow: bool = False):  # type: ignore[no-untyped-def]
    def make(page: Page, row: tuple[Figure | None, ...]) -> Binding | None:
        n, d = row[a], row[b]
        if n is None or d is None or d.low <= 0:
            return None
        less = 1 if grow else 0
        sign = (
            f"({shown(page, n)} − {shown(page, d)}) ÷ {shown(page, d)}"
            if grow
            else f"{shown(page, n)} ÷ {shown(page, d)}"
        )
        return Binding(
            (n, d), (n.value / d.value - less) * 100, (n.low / d.high - less) * 100, (n.high / d.low - less) * 100, sign
        )

    return make


def _each_maker(a: int, b: int):  # type: ignore[no-untyped-def]
    def make(page: Page, row: tuple[Figure | None, ...]) -> Binding | None:
        n, d = row[a], row[b]
        return None if n is None or d is None else quotient(n, d, f"{shown(page, n)} ÷ {shown(page, d)}")

    return make


def _share_maker(a: int, whole: Figure):  # type: ignore[no-untyped-def]
    def make(page: Page, row: tuple[Figure | None, ...]) -> Binding | None:
        n = row[a]
        if n is None or whole.low <= 0:
            return None
        return Binding(
            (n, whole), n.value / whole.value * 100, n.low / whole.high * 100, n.high / whole.low * 100,
            f"{shown(page, n)} ÷ {shown(page, whole)}",
        )  # fmt: skip

    return make


def _minus_maker(a: int, b: int):  # type: ignore[no-untyped-def]
    def make(page: Page, row: tuple[Figure | None, ...]) -> Binding | None:
        x, y = row[a], row[b]
        if x is None or y is None:
            return None
        return Binding(
            (x, y), x.value - y.value, x.value - y.value, x.value - y.value, f"{shown(page, x)} − {shown(page, y)}"
        )

    return make


def _plus_maker(group: tuple[int, ...]):  # type: ignore[no-untyped-def]
    def make(page: Page, row: tuple[Figure | None, ...]) -> Binding | None:
        told = [row[g] for g in group]
        if any(f is None for f in told):
            return None
        figures = tuple(f for f in told if f is not None)
        value = sum((f.value for f in figures), Fraction(0))
        return Binding(figures, value, value, value, " + ".join(shown(page, f) for f in figures))

    return make
