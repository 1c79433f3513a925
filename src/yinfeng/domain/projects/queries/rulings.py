"""The ledger's rules as they are in force on a day, parsed once an edition."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from yinfeng.foundation.rulebook.queries import in_force
from yinfeng.kernel.working_days import Calendar

from ..rules.matching import DuplicateRule, parse_duplicates
from ..rules.planning import Template, parse_overrides, parse_templates
from ..rules.protection import Protection, parse_protection
from ..rules.stages import StageTable, parse_stages
from ..rules.teams import TeamTemplate, parse_teams

T = TypeVar("T")
_parsed: dict[str, StageTable] = {}
_others: dict[tuple[str, str], Any] = {}


def stage_table(on: date) -> StageTable:
    """The stage table in force (one query; the parsing is remembered by digest)."""
    rule = in_force("stages", on)
    if rule.digest not in _parsed:
        _parsed[rule.digest] = parse_stages(rule.body, rule.stamp)
    return _parsed[rule.digest]


def _ruling(kind: str, on: date, parse: Callable[[Any], T]) -> T:
    """The rule of a kind in force on a day, as ``parse`` reads it (one query; remembered by digest)."""
    rule = in_force(kind, on)
    if (kind, rule.digest) not in _others:
        _others[kind, rule.digest] = parse(rule.body)
    found: T = _others[kind, rule.digest]
    return found


def protection(on: date) -> Protection:
    """How long a first report is protected."""
    return _ruling("protection", on, parse_protection)


def undertaking_templates(on: date) -> dict[str, Template]:
    """The templates of back-planning by key."""
    return _ruling("undertaking_templates", on, parse_templates)


def service_teams(on: date) -> dict[str, TeamTemplate]:
    """The models of service teams by key."""
    return _ruling("service_teams", on, parse_teams)


def duplicates(on: date) -> DuplicateRule:
    """From which likeness on to warn, and how often a person may ask."""
    return _ruling("duplicates", on, parse_duplicates)


def calendar(on: date) -> Calendar:
    """The working days: the public table and the bureau's own holidays and make-up days."""
    return _ruling("working_days", on, lambda body: Calendar(parse_overrides(body)))
