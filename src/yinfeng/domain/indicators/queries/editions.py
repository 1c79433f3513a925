"""The definitions and the targets in force, read once an edition."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone

from yinfeng.foundation.rulebook import queries as rulebook
from yinfeng.foundation.rulebook.rules import InForce, digest_of

from ..rules.definition import DefinitionSet
from ..rules.parsing import parse_set

DEFINITIONS, TARGETS, RANKING = "indicators", "indicator_targets", "indicator_ranking"


@lru_cache(maxsize=8)
def _parsed(digest: str) -> list[DefinitionSet]:
    """A place to keep the set of an edition in."""
    return []


def definitions_in(rule: InForce) -> DefinitionSet:
    kept = _parsed(rule.digest)
    if not kept:
        kept.append(parse_set(rule.body))
    return kept[0]


def definitions(on: date) -> tuple[DefinitionSet, str]:
    """The set in force on a day, and its stamp. One query."""
    rule = rulebook.in_force(DEFINITIONS, on)
    return definitions_in(rule), rule.stamp


def standard_definitions() -> tuple[DefinitionSet, str]:
    """The set that ships with the house, whatever is in force."""
    body = rulebook.standard(DEFINITIONS).body
    rule = InForce(DEFINITIONS, 0, body, digest_of(body))
    return definitions_in(rule), rule.stamp


def day_known(known_at: datetime | None) -> date:
    """The day whose rules apply to what is asked as known at a moment: that day's, and today's to everything else."""
    now = timezone.now()
    return timezone.localdate(min(known_at or now, now))


def targets(on: date) -> Mapping[str, Any]:
    """Indicator -> year -> unit code -> target, as the rulebook holds it. One query."""
    body = rulebook.in_force(TARGETS, on).body
    return body if isinstance(body, Mapping) else {}


def ranks_are_shown(on: date, roles: Collection[str]) -> bool:
    """Whether units are ranked for somebody of these posts: off by default. One query."""
    body = rulebook.in_force(RANKING, on).body
    return bool(body["shown"]) and any(role in body["to"] for role in roles)
