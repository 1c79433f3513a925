"""Which record is looked at first: size, news, confidence, our own places, the trust of its source. Pure.

Body of the rule (kind ``desk_priority``)::

    size            [{from_cny: yuan, points}, …]  the highest band that the sum reaches counts
    first_telling   points where no document on record tells the same news
    sure, fair      points where the reader is sure (0.85 and more), fairly sure (0.6 and more)
    our_place       points where one of our own districts or parks is named
    early_stage     points where the project is not signed yet: it can still be won
    trust           {official, ordinary, unsure: points}

The weights are ours, a starting point that a bureau makes its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from .words import ReadStage, Trust

SURE, FAIR = 0.85, 0.6


def gettext_noop(text: str) -> str:
    """Marks words for the translators; whoever shows them translates them, since rules know no Django."""
    return text


STANDARD_PRIORITY: dict[str, Any] = {
    "size": [
        {"from_cny": 10_000_000_000, "points": 40}, {"from_cny": 5_000_000_000, "points": 34},
        {"from_cny": 1_000_000_000, "points": 26}, {"from_cny": 500_000_000, "points": 18},
        {"from_cny": 100_000_000, "points": 10},
    ],
    "first_telling": 15, "sure": 10, "fair": 5, "our_place": 25, "early_stage": 5,
    "trust": {"official": 5, "ordinary": 2, "unsure": 0},
}  # fmt: skip

_POINTS = ("first_telling", "sure", "fair", "our_place", "early_stage")
_EARLY = frozenset({ReadStage.LEAD, ReadStage.NEGOTIATING, ReadStage.FRAMEWORK})
REASONS: dict[str, str] = {
    "size": gettext_noop("投资规模"),
    "first_telling": gettext_noop("首次见报"),
    "sure": gettext_noop("把握大"),
    "fair": gettext_noop("把握一般"),
    "our_place": gettext_noop("涉及本地"),
    "early_stage": gettext_noop("尚未签约"),
    "trust": gettext_noop("来源可信"),
}


@dataclass(frozen=True)
class PriorityRule:
    size: tuple[tuple[int, int], ...]  # (from yuan, points), the largest first
    points: Mapping[str, int]
    trust: Mapping[str, int]


@dataclass(frozen=True)
class Signs:
    """What is known of a record before anybody has looked at it. ``places``: names of our own units."""

    investment_cny: int | None
    confidence: float
    stage: str | None
    is_first: bool
    names_us: bool
    trust: str = Trust.ORDINARY


@dataclass(frozen=True)
class Ranked:
    """Points, and what they come from: [[reason, points], …] with the most telling first."""

    points: int
    reasons: tuple[tuple[str, int], ...]


def parse_priority(body: Mapping[str, Any]) -> PriorityRule:
    """ValueError names what cannot be used."""
    if not isinstance(body, Mapping):
        raise ValueError("研判排序应写作“名称: 分数”")
    if unknown := sorted(set(body) - set(STANDARD_PRIORITY)):
        raise ValueError(f"没有“{unknown[0]}”这一项，可用：{'、'.join(STANDARD_PRIORITY)}")
    bands = body.get("size")
    if not isinstance(bands, list) or not all(
        isinstance(b, Mapping) and set(b) == {"from_cny", "points"} for b in bands
    ):
        raise ValueError("size 应为若干行“from_cny: 元, points: 分数”")
    size = tuple((_whole(b["from_cny"], "from_cny", 10**15), _whole(b["points"], "points")) for b in bands)
    if any(a[0] <= b[0] for a, b in pairwise(size)):
        raise ValueError("size 各档应从大到小排列")
    trust = body.get("trust")
    if not isinstance(trust, Mapping) or set(trust) != set(Trust.values):
        raise ValueError(f"trust 应为 {'、'.join(Trust.values)} 各写一个分数")
    return PriorityRule(
        size, {name: _whole(body.get(name), name) for name in _POINTS}, {k: _whole(v, k) for k, v in trust.items()}
    )


def _whole(value: Any, name: str, most: int = 100) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise ValueError(f"{name} 应为 0 至 {most} 的整数，而不是“{value}”")
    return value


def rank(signs: Signs, rule: PriorityRule) -> Ranked:
    """The points of a record, each with its reason."""
    size = next((p for at, p in rule.size if signs.investment_cny is not None and signs.investment_cny >= at), 0)
    found = [("size", size), ("our_place", rule.points["our_place"] if signs.names_us else 0)]
    found.append(("first_telling", rule.points["first_telling"] if signs.is_first else 0))
    if signs.confidence >= SURE:
        found.append(("sure", rule.points["sure"]))
    elif signs.confidence >= FAIR:
        found.append(("fair", rule.points["fair"]))
    found.append(("early_stage", rule.points["early_stage"] if signs.stage in _EARLY else 0))
    found.append(("trust", rule.trust[signs.trust]))
    told = tuple(sorted(((name, p) for name, p in found if p), key=lambda r: -r[1]))
    return Ranked(sum(p for _name, p in told), told)


def in_words(reasons: Iterable[Iterable[Any]], translate: Callable[[str], str]) -> list[str]:
    """``投资规模 +26``, for people."""
    return [f"{translate(REASONS[name])} +{points}" for name, points in reasons if name in REASONS]
