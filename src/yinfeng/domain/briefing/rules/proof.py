"""Prove a bulletin: every checkable relation between its figures, and those that do not hold.

``prove(text)`` is all that callers need. A relation is *checkable* when the text prints both a claim and what it is
computed from, and the words bind them (docs/formats/bulletins.md lists the kinds).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from yinfeng.kernel.voice import say
from yinfeng.reading.model import Normalised
from yinfeng.reading.normalising import normalise

from .arithmetic.averages import averages
from .arithmetic.expressions import expressions
from .arithmetic.growth import growths
from .arithmetic.likely import likely
from .arithmetic.lists import lists
from .arithmetic.lookups import lookups
from .arithmetic.page import Page, page_of
from .arithmetic.progress import progress
from .arithmetic.prose import in_prose
from .arithmetic.relation import AGREES, DISAGREES, ROUNDING, Relation
from .arithmetic.repeats import repeats
from .arithmetic.runs import parallel
from .arithmetic.shares import shares
from .arithmetic.siblings import siblings
from .arithmetic.sums import sums
from .arithmetic.tables import Table, tables, tables_of
from .arithmetic.views import views

FORMAT = 1
KINDS = {
    "share": "占比", "rate": "比率", "completion": "完成率", "growth": "增减幅度", "difference": "增减额", "multiple": "倍数",
    "points": "百分点", "time_progress": "序时进度", "ahead": "超欠序时", "remaining": "差额", "sum": "分项合计",
    "subset": "部分与总数", "formula": "算式", "list": "列举", "rank": "位次", "conversion": "换算", "average": "平均",
    "product": "单价乘数量", "repeat": "前后一致", "table": "表格",
}  # fmt: skip
_FINDERS: tuple[Callable[[Page], Iterable[Relation]], ...] = (
    expressions, parallel, shares, progress, growths, averages, views, sums, lists, repeats,
)  # fmt: skip


@dataclass(frozen=True)
class Checked:
    """A relation with its place: ``start`` and ``end`` are code points of the raw text; ``line`` counts from 1."""

    kind: str
    state: str
    words: str
    line: int
    start: int
    end: int
    quote: str
    formula: str
    printed: str
    expected: str
    spans: tuple[tuple[int, int], ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "state": self.state,
            "line": self.line,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
            "printed": self.printed,
            "expected": self.expected,
            "formula": self.formula,
            "words": self.words,
            "operands": [list(span) for span in self.spans],
        }


@dataclass(frozen=True)
class Proof:
    """All that was checked, in the order of the text."""

    checked: tuple[Checked, ...]
    figures: int

    @property
    def disagreements(self) -> tuple[Checked, ...]:
        return tuple(c for c in self.checked if c.state == DISAGREES)

    @property
    def agreeing(self) -> int:
        return sum(c.state != DISAGREES for c in self.checked)

    def to_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "figures": self.figures,
            "checked": len(self.checked),
            "disagreements": [c.to_json() for c in self.disagreements],
            "relations": [c.to_json() for c in self.checked],
        }


def prove(raw: str) -> Proof:
    """Check a text against itself. Never raises on any text."""
    normalised = normalise(raw)
    page = page_of(normalised)
    return Proof(tuple(_checked(page, normalised, raw, r) for r in _relations(page)), len(page.figures))


def _relations(page: Page) -> list[Relation]:
    """One relation a claim: what disagrees gives way to what agrees with the same figures only when it is weaker."""
    found: dict[tuple[int, str], Relation] = {}
    told = tables_of(page)
    inside = [_span(table) for table in told]

    def keep(relations: Iterable[Relation]) -> None:
        """Of what stands in a table, the table alone speaks."""
        for relation in relations:
            if not any(start <= relation.figures[0].start < end for start, end in inside):
                _keep(found, relation)

    for finder in _FINDERS:
        keep(finder(page))
    for relation in tables(page, told):
        _keep(found, relation)
    # what follows from what holds
    keep(in_prose(page, tuple(found.values())))
    keep(lookups(page, told, tuple(found.values())))
    keep(siblings(page, tuple(found.values())))
    keep(likely(page, tuple(found.values())))
    return sorted(found.values(), key=lambda r: (r.figures[0].start, r.kind))


def _keep(found: dict[tuple[int, str], Relation], relation: Relation) -> None:
    claim = relation.figures[0]
    family = {"share": "quotient", "rate": "quotient", "completion": "quotient", "formula": "quotient"}.get(
        relation.kind, relation.kind
    )
    if family in ("sum", "repeat"):
        family += f" {relation.figures[1].start}"
    key = (claim.start, family)
    before = found.get(key)
    if (
        before is None
        or (before.state == DISAGREES and relation.state in (AGREES, ROUNDING) and family != "table")
        or (family == "table" and before.state != DISAGREES and relation.state == DISAGREES)
    ):
        found[key] = relation


def _span(table: Table) -> tuple[int, int]:
    told = [f for _name, row in table.rows for f in row if f is not None]
    return min(f.start for f in told), max(f.end for f in told)


def _checked(page: Page, normalised: Normalised, raw: str, relation: Relation) -> Checked:
    claim = relation.figures[0]
    start, end = normalised.raw_span(claim.start, claim.end)
    note = f"（{relation.note}）" if relation.note else ""
    values = {
        "kind": say(KINDS[relation.kind]), "formula": relation.formula, "expected": relation.expected,
        "printed": relation.printed, "note": note,
    }  # fmt: skip
    if relation.state == AGREES:
        words = say("{kind}：{formula} = {printed}", **values)
    elif relation.state == ROUNDING:
        words = say("{kind}：{formula} ≈ {printed}（四舍五入之内）", **values)
    elif relation.kind in ("repeat", "list", "subset", "rank"):
        words = say("{kind}：{formula}，应为 {expected}，此处为 {printed}{note}", **values)
    else:
        words = say("{kind}：{formula} = {expected}，文中为 {printed}{note}", **values)
    spans = tuple(dict.fromkeys(normalised.raw_span(f.start, f.end) for f in relation.figures[1:]))
    return Checked(
        relation.kind, relation.state, words, page.line_of(claim.start), start, end, raw[start:end], relation.formula,
        relation.printed, relation.expected, spans,
    )  # fmt: skip


def disagreeing(proofs: Iterable[Checked]) -> Iterator[Checked]:
    return (one for one in proofs if one.state == DISAGREES)
