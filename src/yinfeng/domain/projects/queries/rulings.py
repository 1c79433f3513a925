"""The ledger's rules as they are in force on a day, parsed once an edition."""

from __future__ import annotations

from datetime import date

from yinfeng.foundation.rulebook.queries import in_force, in_force_many, parsed
from yinfeng.foundation.rulebook.rules import InForce
from yinfeng.kernel.working_days import Calendar

from ..rules.lights import LightRule, parse_lights
from ..rules.matching import DuplicateRule, parse_duplicates
from ..rules.planning import Template, parse_overrides, parse_templates
from ..rules.protection import Protection, parse_protection
from ..rules.stages import StageTable, parse_stages
from ..rules.teams import TeamTemplate, parse_teams

_parsed: dict[str, StageTable] = {}


def stage_table(on: date) -> StageTable:
    """The stage table in force (one query; the parsing is remembered by digest)."""
    return _stages(in_force("stages", on))


def stages_and_lights(on: date) -> tuple[StageTable, LightRule]:
    """The stage table and the lights rule in force (one query)."""
    rules = in_force_many(("stages", "lights"), on)
    lights = rules["lights"]
    return _stages(rules["stages"]), parse_lights(lights.body, lights.stamp)


def _stages(rule: InForce) -> StageTable:
    if rule.digest not in _parsed:
        _parsed[rule.digest] = parse_stages(rule.body, rule.stamp)
    return _parsed[rule.digest]


def protection(on: date) -> Protection:
    """How long a first report is protected."""
    return parsed("protection", on, parse_protection)[0]


def undertaking_templates(on: date) -> dict[str, Template]:
    """The templates of back-planning by key."""
    return parsed("undertaking_templates", on, parse_templates)[0]


def service_teams(on: date) -> dict[str, TeamTemplate]:
    """The models of service teams by key."""
    return parsed("service_teams", on, parse_teams)[0]


def duplicates(on: date) -> DuplicateRule:
    """From which likeness on to warn, and how often a person may ask."""
    return parsed("duplicates", on, parse_duplicates)[0]


def calendar(on: date) -> Calendar:
    """The working days: the public table and the bureau's own holidays and make-up days."""
    return parsed("working_days", on, lambda body: Calendar(parse_overrides(body)))[0]
