"""The rules of assessment as they are in force on a day, parsed once an edition."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from yinfeng.domain.projects.queries.rulings import calendar
from yinfeng.foundation.rulebook.queries import in_force

from ..rules.check_pack import CheckRule, parse_checks
from ..rules.clocks import ClockRule, parse_clocks
from ..rules.scoring import Scheme, parse_admission

T = TypeVar("T")
_parsed: dict[tuple[str, str], Any] = {}


def _ruling(kind: str, on: date, parse: Callable[[Any], T]) -> tuple[T, str]:
    rule = in_force(kind, on)
    if (kind, rule.digest) not in _parsed:
        _parsed[kind, rule.digest] = parse(rule.body)
    found: T = _parsed[kind, rule.digest]
    return found, rule.stamp


def clocks(on: date) -> ClockRule:
    return _ruling("lead_clocks", on, parse_clocks)[0]


def checks(on: date) -> CheckRule:
    return _ruling("investor_checks", on, parse_checks)[0]


def admission(on: date) -> tuple[dict[str, Scheme], str]:
    """The schemes by key, and the stamp of their edition."""
    return _ruling("admission", on, parse_admission)


def papers_due(meets_on: date, today: date) -> date:
    """The working day before the meeting, by which its papers are with the members."""
    days = calendar(today)
    return days.on_or_before(date.fromordinal(meets_on.toordinal() - 1))
