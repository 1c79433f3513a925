"""One relation between printed figures, and how it is judged.

A claim (a share, a growth, a total) may be bound to several figures of the text. It **agrees** when a plausible binding
gives what is printed; it **disagrees** only when the grammar binds it strongly and no plausible binding gives it.
Everything else is not a checkable relation, and nothing is said about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from yinfeng.kernel.rounding import round_half_up
from yinfeng.kernel.voice import say

from .figures import Figure
from .page import THOUSANDS, Page

AGREES, ROUNDING, DISAGREES = "agrees", "rounding", "disagrees"


@dataclass(frozen=True)
class Binding:
    """What a claim would be computed from: the nominal value in the claim's own measure, and what rounding of the
    printed inputs allows. ``formula`` has the numbers in it and ends before the sign of equality."""

    figures: tuple[Figure, ...]
    value: Fraction
    low: Fraction
    high: Fraction
    formula: str


@dataclass(frozen=True)
class Relation:
    """``figures``: the claim first, then what it is computed from. ``expected``: what should be printed."""

    kind: str
    state: str
    figures: tuple[Figure, ...]
    formula: str
    printed: str
    expected: str
    note: str = ""


def shown(page: Page, figure: Figure) -> str:
    """The figure as it stands in the text."""
    return page.text[figure.start : figure.end].strip().replace(THOUSANDS, ",")


def as_claimed(claim: Figure, value: Fraction) -> str:
    """A value printed the way the claim is: its decimals and its unit."""
    digits = round_half_up(value / claim.scale, claim.places)
    scale = {
        10**4: "万",
        10**8: "亿",
        10**12: "万亿",
        10**7: "千万",
        1000: "千",
        10**6: "百万",
        10**10: "百亿",
        10**11: "千亿",
    }
    unit = {"CNY": "元", "USD": "美元", "EUR": "欧元", "HKD": "港元", "pp": "个百分点", "x": "倍"}.get(
        claim.unit, claim.unit
    )
    return f"{digits}{scale.get(claim.scale, '')}{unit}"


def rounds_to(claim: Figure, value: Fraction) -> bool:
    """Half up; an exact tie may also go to the even digit (GB/T 8170)."""
    return abs(value - claim.value) <= claim.step / 2


def could_be(claim: Figure, low: Fraction, high: Fraction) -> bool:
    return low <= claim.value + claim.step / 2 and high >= claim.value - claim.step / 2


def quotient(n: Figure, d: Figure, formula: str, *, times: int = 1, less: int = 0) -> Binding | None:
    """n ÷ d (minus ``less``), times 1 or 100, with the room that the printed digits leave. None for an empty base."""
    if d.low <= 0 or n.low < 0:
        return None
    value = (n.value / d.value - less) * times
    return Binding((n, d), value, (n.low / d.high - less) * times, (n.high / d.low - less) * times, formula)


def judge(
    page: Page, kind: str, claim: Figure, strong: Sequence[Binding], plausible: Iterable[Binding] = (), note: str = ""
) -> Relation | None:
    """The relation of the claim, or None where it is not checkable."""
    every = [*strong, *plausible]
    for binding in every:
        if rounds_to(claim, binding.value):
            return _relation(page, kind, AGREES, claim, binding)
    for binding in every:
        if could_be(claim, binding.low, binding.high):
            return _relation(page, kind, ROUNDING, claim, binding)
    if not strong:
        return None
    binding = strong[0]
    if not note and Fraction(int(binding.value / claim.step)) * claim.step == claim.value and claim.places:
        note = say("似为截尾而未四舍五入")
    return _relation(page, kind, DISAGREES, claim, binding, note)


def _relation(page: Page, kind: str, state: str, claim: Figure, binding: Binding, note: str = "") -> Relation:
    return Relation(
        kind, state, (claim, *binding.figures), binding.formula, shown(page, claim), as_claimed(claim, binding.value), note
    )  # fmt: skip
