"""What a claim is probably computed from, where no single wording binds it.

Every pair of figures near a claim is weighed: how far off it stands, which words it shares with the claim, whether it is a
target, a base, a change. If one of the weightiest pairs gives what is printed, the claim holds. If none does, but one of
the very weightiest would with a single digit printed otherwise, it is a slip of a digit: that a pair without any
connection lies so near happens too seldom to matter. Anything else says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from yinfeng.kernel.voice import say

from .figures import Figure
from .page import THOUSANDS, Page
from .relation import AGREES, DISAGREES, Binding, Relation, as_claimed, could_be, rounds_to, shown
from .weighing import Pair, pairs_of
from .words import external

_TRUSTED = 2  # pairs that a slip is looked for in
_LIGHTEST = -3.0  # and what they must weigh
_HOLDING = 8  # pairs one of which may hold


def likely(page: Page, settled: Sequence[Relation]) -> Iterator[Relation]:
    """Claims that nothing else has settled."""
    taken = {r.figures[0].start for r in settled}
    sure = {f.start for r in settled if r.state == AGREES for f in r.figures}
    for claim in page.figures:
        if claim.start in taken or claim.vague or claim.threshold or external(page, claim):
            continue
        found = _judged(page, claim, pairs_of(page, claim), sure)
        if found is not None:
            yield found


def _judged(page: Page, claim: Figure, pairs: list[Pair], sure: set[int]) -> Relation | None:
    for pair in pairs[:_HOLDING]:
        binding = _bind(page, pair)
        if rounds_to(claim, binding.value):
            return _told(page, pair, claim, binding, AGREES)
    if any(could_be(claim, (made := _bind(page, pair)).low, made.high) for pair in pairs[:_HOLDING]):
        return None
    for pair in pairs[:_TRUSTED]:
        if pair.weight > _LIGHTEST and _a_slip(page, claim, pair, sure):
            return _told(page, pair, claim, _bind(page, pair), DISAGREES)
    return None


def _told(page: Page, pair: Pair, claim: Figure, binding: Binding, state: str) -> Relation:
    return Relation(
        pair.shape.kind, state, (claim, *binding.figures), binding.formula, shown(page, claim), as_claimed(claim, binding.value),
        say("疑有一位数字写错") if state == DISAGREES else "",
    )  # fmt: skip


def _bind(page: Page, pair: Pair) -> Binding:
    shape, a, b = pair.shape, pair.a, pair.b
    corners = [shape.compute(x, y) for x in (a.low, a.high) for y in (b.low, b.high) if y > 0]
    formula = shape.formula.format(a=shown(page, a), b=shown(page, b))
    return Binding((a, b), shape.compute(a.value, b.value), min(corners), max(corners), formula)


def _a_slip(page: Page, claim: Figure, pair: Pair, sure: set[int]) -> bool:
    """Whether one digit of the claim, or of a figure that nothing else has confirmed, would make it hold."""
    shape, a, b = pair.shape, pair.a, pair.b
    value = shape.compute(a.value, b.value)
    if any(abs(other - value) <= claim.step / 2 for other in variants(page, claim)):
        return True
    for figure in (a, b):
        if figure.start in sure:
            continue
        for other in variants(page, figure):
            x, y = (other, b.value) if figure is a else (a.value, other)
            if y > 0 and abs(shape.compute(x, y) - claim.value) <= claim.step / 2:
                return True
    return False


def variants(page: Page, figure: Figure) -> Iterator[Fraction]:
    """What the figure would be with one digit printed otherwise."""
    printed = page.text[figure.start : figure.number_end].replace(THOUSANDS, "").strip()
    for place, digit in enumerate(printed):
        if digit.isdigit():
            for other in "0123456789":
                if other != digit:
                    yield Fraction(printed[:place] + other + printed[place + 1 :]) * figure.scale
