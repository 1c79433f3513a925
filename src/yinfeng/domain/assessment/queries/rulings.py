"""The rules of assessment as they are in force on a day."""

from __future__ import annotations

from datetime import date

from yinfeng.domain.projects.queries.rulings import calendar
from yinfeng.foundation.rulebook.queries import parsed

from ..rules.check_pack import CheckRule, parse_checks
from ..rules.clocks import ClockRule, parse_clocks
from ..rules.scoring import Scheme, parse_admission


def clocks(on: date) -> ClockRule:
    return parsed("lead_clocks", on, parse_clocks)[0]


def checks(on: date) -> CheckRule:
    return parsed("investor_checks", on, parse_checks)[0]


def admission(on: date) -> tuple[dict[str, Scheme], str]:
    """The schemes by key, and the stamp of their edition."""
    return parsed("admission", on, parse_admission)


def papers_due(meets_on: date, today: date) -> date:
    """The working day before the meeting, by which its papers are with the members."""
    days = calendar(today)
    return days.on_or_before(date.fromordinal(meets_on.toordinal() - 1))
