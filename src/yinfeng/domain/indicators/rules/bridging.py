"""Why a figure differs from another: what entered, left and changed, and by how much each moved it. Exact. Pure.

Of a sum each item moves the figure by its own difference. Of a ratio n ÷ d that was r, an item that stood for (a, b) and
now stands for (a', b') moves it by ((a' − r·b') − (a − r·b)) ÷ d': these add up to the difference, because r·d = n.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from yinfeng.kernel.enums import LabelledEnum

K = TypeVar("K", bound=Hashable)
Pair = tuple[Fraction, Fraction]  # what an item adds to the numerator (or the sum), and to the denominator
NOTHING: Pair = (Fraction(0), Fraction(0))


class StepKind(LabelledEnum):
    ENTERED = "entered", "新计入"
    LEFT = "left", "不再计入"
    CHANGED = "changed", "有变动"


@dataclass(frozen=True)
class Step(Generic[K]):
    """``by`` is how far the item moved the figure; None where the figure has no value before or after."""

    item: K
    kind: StepKind
    before: Pair
    after: Pair
    by: Fraction | None


@dataclass(frozen=True)
class Span(Generic[K]):
    """``steps`` add up to ``after`` − ``before`` where both have a value."""

    before: Fraction | None
    after: Fraction | None
    steps: tuple[Step[K], ...]

    @property
    def difference(self) -> Fraction | None:
        return None if self.before is None or self.after is None else self.after - self.before


def bridge(
    before: Mapping[K, Pair], after: Mapping[K, Pair], *, is_ratio: bool, scale: Fraction = Fraction(1)
) -> Span[K]:
    """From the items of a figure then to those now; ``scale`` divides the figure of both by the same number."""
    was, now = _value(before, is_ratio, scale), _value(after, is_ratio, scale)
    whole = sum((b for _a, b in after.values()), Fraction(0))
    steps = []
    for item in {**before, **after}:
        then, here = before.get(item), after.get(item)
        if then == here:
            continue
        kind = StepKind.ENTERED if then is None else StepKind.LEFT if here is None else StepKind.CHANGED
        a, b = then or NOTHING
        c, d = here or NOTHING
        by: Fraction | None = None
        if was is not None and now is not None:
            by = ((c - was * d) - (a - was * b)) / whole if is_ratio else (c - a) / scale
        steps.append(Step(item, kind, then or NOTHING, here or NOTHING, by))
    return Span(was, now, tuple(steps))


def _value(items: Mapping[K, Pair], is_ratio: bool, scale: Fraction) -> Fraction | None:
    above = sum((a for a, _b in items.values()), Fraction(0))
    if not is_ratio:
        return above / scale
    below = sum((b for _a, b in items.values()), Fraction(0))
    return above / below if below else None
