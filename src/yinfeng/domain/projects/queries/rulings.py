"""The ledger's rules as they are in force on a day, parsed once an edition."""

from __future__ import annotations

from datetime import date

from yinfeng.foundation.rulebook.queries import in_force

from ..rules.stages import StageTable, parse_stages

_parsed: dict[str, StageTable] = {}


def stage_table(on: date) -> StageTable:
    """The stage table in force (one query; the parsing is remembered by digest)."""
    rule = in_force("stages", on)
    if rule.digest not in _parsed:
        _parsed[rule.digest] = parse_stages(rule.body, rule.stamp)
    return _parsed[rule.digest]
