"""Vocabulary of reviews, and what is missing before something may take effect. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yinfeng.kernel.enums import LabelledEnum


class ReviewKind(LabelledEnum):
    FAIR_COMPETITION = "fair_competition", "公平竞争审查"
    LEGALITY = "legality", "合法性审查"
    COLLECTIVE_DECISION = "collective_decision", "集体决策"


class Conclusion(LabelledEnum):
    PASSED = "passed", "通过"
    EXCEPTED = "excepted", "适用例外规定"
    FAILED = "failed", "未通过"


# What an agreement needs before it can be effective (a rule of the rulebook, kind "agreement_reviews").
# ``legacy_before``: the day the Regulation on Fair Competition Review took effect (State Council, 2024-08-01); what was
# signed before it may be on record as a legacy agreement 存量协议 without conclusions, and is never a template.
STANDARD_AGREEMENT_REVIEWS: dict[str, Any] = {
    "formal": ["fair_competition", "legality"],
    "framework": ["fair_competition"],
    "legacy_before": "2024-08-01",
}


@dataclass(frozen=True)
class Review:
    """What of a review record decides: which review, how it ended, on which day, and its place on record."""

    kind: str
    conclusion: str
    concluded_on: date
    order: int = 0


def needed_reviews(kind: str, rule: Mapping[str, Any]) -> list[ReviewKind]:
    """The reviews that an agreement of this kind needs."""
    return [ReviewKind(k) for k in rule[kind]]


def missing_reviews(
    kind: str, reviews: Iterable[Review], rule: Mapping[str, Any], *, on: date | None = None
) -> list[ReviewKind]:
    """The needed reviews without a favourable conclusion.

    Of several records of one kind the latest decides (a new one replaces the old). With ``on`` only what was concluded
    by that day counts: nothing takes effect before its review.
    """
    latest: dict[str, Review] = {}
    for review in sorted(reviews, key=lambda r: (r.concluded_on, r.order)):
        if on is None or review.concluded_on <= on:
            latest[review.kind] = review
    return [
        wanted
        for wanted in needed_reviews(kind, rule)
        if wanted not in latest or latest[wanted].conclusion == Conclusion.FAILED
    ]


def legacy_before(rule: Mapping[str, Any]) -> date:
    return date.fromisoformat(rule["legacy_before"])


def check_agreement_reviews(body: Any) -> None:
    """ValueError, in words, where a body of the rule cannot be used. Fair-competition review can never be left out:
    the Regulation (art. 18) lets nothing be issued without it."""
    if not isinstance(body, Mapping):
        raise ValueError("内容应为“formal、framework、legacy_before”三项")
    for kind in ("formal", "framework"):
        kinds = body.get(kind)
        if not isinstance(kinds, list):
            raise ValueError(f"{kind}：应列出所需审查")
        if unknown := [k for k in kinds if k not in ReviewKind]:
            raise ValueError(f"{kind}：没有“{unknown[0]}”这种审查，可用：{'、'.join(ReviewKind.values)}")
        if ReviewKind.FAIR_COMPETITION not in kinds:
            raise ValueError(f"{kind}：公平竞争审查是法定要求，不能取消")
    try:
        legacy_before(body)
    except (KeyError, TypeError, ValueError) as fault:
        raise ValueError("legacy_before：应为日期，例如 2024-08-01") from fault
