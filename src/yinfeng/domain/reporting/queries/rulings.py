"""The cycle's rules as they are in force on a day, parsed once an edition."""

from __future__ import annotations

from datetime import date

from yinfeng.domain.projects.rules.stages import StageTable, parse_stages
from yinfeng.foundation.rulebook.queries import in_force, in_force_many

from ..rules.schedule import Schedule, parse_reporting
from ..rules.suspicions import SuspicionRule, parse_suspicions

_schedules: dict[str, Schedule] = {}
_suspicions: dict[str, SuspicionRule] = {}
_tables: dict[str, StageTable] = {}


def schedule(on: date) -> Schedule:
    """Who reports what until when. One query."""
    rule = in_force("reporting", on)
    if rule.digest not in _schedules:
        _schedules[rule.digest] = parse_reporting(rule.body, rule.stamp)
    return _schedules[rule.digest]


def looking(on: date) -> tuple[SuspicionRule, StageTable]:
    """What is looked for, and the stage table whose evidence is asked for. One query."""
    rules = in_force_many(("suspicions", "stages"), on)
    wrong, stages = rules["suspicions"], rules["stages"]
    if wrong.digest not in _suspicions:
        _suspicions[wrong.digest] = parse_suspicions(wrong.body, wrong.stamp)
    if stages.digest not in _tables:
        _tables[stages.digest] = parse_stages(stages.body, stages.stamp)
    return _suspicions[wrong.digest], _tables[stages.digest]
