"""Claims told the same way as one that holds: 甲县签约6个、开工4个，开工率66.7%；乙县签约5个、开工2个，开工率40%.

Where one percentage of a paragraph is the quotient of the figures that stand just so before it, its brothers are taken to
be so as well. Only claims that nothing else has bound are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .figures import Figure
from .page import Page
from .relation import AGREES, Binding, Relation, judge, quotient, shown
from .words import akin, external, falls, lead

_QUOTIENTS = ("share", "rate", "completion")
_AMOUNTS = ("count", "money", "plain")
_FAR = 3  # sentences between brothers


def siblings(page: Page, settled: Sequence[Relation]) -> Iterator[Relation]:
    """What percentages would be if they were made as those beside them that hold."""
    taken = {r.figures[0].start for r in settled}
    models = [r for r in settled if r.state == AGREES and r.kind in (*_QUOTIENTS, "growth") and len(r.figures) == 3]
    for claim in page.figures:
        if claim.kind != "percent" or claim.vague or claim.start in taken or external(page, claim):
            continue
        if re.search("该项目|该企业|该公司|这个项目", page.text[max(0, claim.start - 24) : claim.start]):
            continue  # which of its figures, is not said
        words = lead(page, claim)
        near = [m for m in models if _alike(page, m.figures[0], claim, words)]
        near.sort(key=lambda m: abs(m.figures[0].start - claim.start))
        for model in near[:1]:
            made = _made_alike(page, model, claim)
            if made is not None and (relation := judge(page, model.kind, claim, [made])) is not None:
                yield relation


def _alike(page: Page, model: Figure, claim: Figure, words: str) -> bool:
    """Whether two percentages are led to by the same words, in one paragraph or in lines beside each other."""
    if abs(model.sentence - claim.sentence) > _FAR or bool(model.depth) != bool(claim.depth):
        return False
    ours = lead(page, model)
    same = 0
    while same < min(len(ours), len(words)) and ours[-same - 1] == words[-same - 1]:
        same += 1
    return same >= 2 or ours == words or (ours.endswith("率") and words.endswith("率"))


def _made_alike(page: Page, model: Relation, claim: Figure) -> Binding | None:
    brother, first, second = model.figures
    if max(first.start, second.start) > brother.start:
        return None  # told behind: where it stands says nothing
    n = _same_place(page, brother, first, claim)
    d = _same_place(page, brother, second, claim)
    if not _own(page, brother, second):
        d = second  # one whole for both
    elif d is None or not _own(page, claim, d):
        return None  # 东区签约6个，开工4个，开工率66.7%；西县签约1个，开工率0%: the 6 are another breath's
    if n is None or n is d or not _own(page, claim, n):
        return None
    if model.kind == "growth":
        made = quotient(n, d, f"({shown(page, n)} − {shown(page, d)}) ÷ {shown(page, d)}", times=100, less=1)
        if made is not None and falls(lead(page, claim)):
            return Binding(made.figures, -made.value, -made.high, -made.low, made.formula)
        return made
    return quotient(n, d, f"{shown(page, n)} ÷ {shown(page, d)}", times=100)


def _breath(page: Page, figure: Figure) -> int:
    """Where what is said in one breath with a figure begins."""
    start = page.sentences[figure.sentence][0]
    return max(start, page.text.rfind(";", start, figure.start) + 1)


def _own(page: Page, claim: Figure, operand: Figure) -> bool:
    return operand.start >= _breath(page, claim)


def _same_place(page: Page, brother: Figure, operand: Figure, claim: Figure) -> Figure | None:
    """The figure that stands to the claim as the operand stands to its brother, counted in figures of that kind."""

    def before(one: Figure) -> list[Figure]:
        return [f for f in page.before(one) if f.kind in _AMOUNTS and not f.vague and akin(f, operand)]

    theirs = before(brother)
    if operand not in theirs:
        return None
    ours = before(claim)
    place = theirs.index(operand)
    if place >= len(ours):
        return None
    mine, told = lead(page, ours[place]), lead(page, operand)
    is_named = re.search(r"[一-龥]{2}$", told) is not None
    return ours[place] if not is_named or not mine or mine[-1] == told[-1] else None
