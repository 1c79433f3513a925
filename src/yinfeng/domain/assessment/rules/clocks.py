"""The clocks of a lead: respond, assess, tell the referrer, report on the follow-up. Pure.

Body of the rule (kind ``lead_clocks``)::

    respond_days, assess_days, feedback_days, follow_up_days   days allowed; 0 switches a clock off
    major_assess_days        days for a major lead, which outside experts assess
    major_from_cny           from which expected investment on a lead is major
    from_cny                 leads below this sum have no clocks (unknown sums have)
    working_days             true: working days; false: calendar days (follow-up is always calendar days)

The days are those of Jiangmen's published measures for leads (2024): 1, 3 (major 7), 7, every 14.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from yinfeng.kernel.voice import say
from yinfeng.kernel.working_days import Calendar

from .words import ClockKind

STANDARD_CLOCKS: dict[str, Any] = {
    "respond_days": 1, "assess_days": 3, "major_assess_days": 7, "major_from_cny": 1_000_000_000, "feedback_days": 7,
    "follow_up_days": 14, "from_cny": 0, "working_days": True,
}  # fmt: skip


@dataclass(frozen=True)
class ClockRule:
    respond_days: int
    assess_days: int
    major_assess_days: int
    major_from_cny: int
    feedback_days: int
    follow_up_days: int
    from_cny: int
    working_days: bool


def parse_clocks(body: Mapping[str, Any]) -> ClockRule:
    """ValueError names what cannot be used."""
    if not isinstance(body, Mapping):
        raise ValueError("线索时限应写作“名称: 天数”")
    if unknown := sorted(set(body) - set(STANDARD_CLOCKS)):
        raise ValueError(f"没有“{unknown[0]}”这一项，可用：{'、'.join(STANDARD_CLOCKS)}")
    told: dict[str, Any] = {}
    for name in STANDARD_CLOCKS:
        value = body.get(name)
        if name == "working_days":
            if not isinstance(value, bool):
                raise ValueError("working_days 应为 true（工作日）或 false（自然日）")
        elif isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise ValueError(f"{name} 应为不小于 0 的整数，而不是“{value}”")
        elif name.endswith("_days") and value > 365:
            raise ValueError(f"{name} 应不超过 365 天，而不是“{value}”")
        told[name] = value
    return ClockRule(**told)


@dataclass(frozen=True)
class LeadTimes:
    """What is known of a lead: when it came, and when each step was taken (None: not yet)."""

    reported_on: date
    investment_cny: int | None
    responded_on: date | None
    assessed_on: date | None
    fed_back_on: date | None
    followed_on: date | None  # the latest report or visit
    closed: bool


@dataclass(frozen=True)
class Clock:
    """One clock: due, done, and whether it is late on the day asked about."""

    kind: ClockKind
    due_on: date
    done_on: date | None
    late_days: int  # how much later than due it was done, or is waiting still; 0 = in time
    reason: str

    @property
    def is_open(self) -> bool:
        return self.done_on is None


def clocks_of(times: LeadTimes, rule: ClockRule, calendar: Calendar, today: date) -> tuple[Clock, ...]:
    """The clocks that run for a lead, in their order. A closed lead keeps what was done and waits for nothing."""
    sum_cny = times.investment_cny
    if sum_cny is not None and sum_cny < rule.from_cny:
        return ()
    major = sum_cny is not None and rule.major_from_cny > 0 and sum_cny >= rule.major_from_cny

    def due(start: date, days: int) -> date:
        return calendar.add(start, days) if rule.working_days else start + timedelta(days=days)

    assess = rule.major_assess_days if major else rule.assess_days
    found: list[Clock] = []

    def run(kind: ClockKind, start: date | None, days: int, done_on: date | None) -> None:
        if not days or start is None or (times.closed and done_on is None):
            return
        by = due(start, days)
        late = max(0, ((done_on or today) - by).days)
        unit = say("个工作日") if rule.working_days else say("天")
        reason = say("{start} 起 {days}{unit}内，应在 {by} 前完成", start=start, days=days, unit=unit, by=by)
        found.append(Clock(kind, by, done_on, late, reason))

    run(ClockKind.RESPOND, times.reported_on, rule.respond_days, times.responded_on)
    run(ClockKind.ASSESS, times.reported_on, assess, times.assessed_on)
    # The referrer is told after the opinion; without one, the clock waits for it.
    run(ClockKind.FEEDBACK, times.assessed_on, rule.feedback_days, times.fed_back_on)
    if rule.follow_up_days and not times.closed and times.assessed_on is not None:
        last = max(d for d in (times.assessed_on, times.followed_on) if d is not None)
        by = last + timedelta(days=rule.follow_up_days)
        reason = say("每 {days} 天至少报告一次，上次 {last}", days=rule.follow_up_days, last=last)
        found.append(Clock(ClockKind.FOLLOW_UP, by, None, max(0, (today - by).days), reason))
    return tuple(found)


def next_of(clocks: Sequence[Clock]) -> Clock | None:
    """The open clock that is due first."""
    waiting = [c for c in clocks if c.is_open]
    return min(waiting, key=lambda c: c.due_on) if waiting else None
