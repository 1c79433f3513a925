"""The events of one lead or project, dated and in an order in which each can be recorded. Pure."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from yinfeng.kernel.working_days import Calendar

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar()


def random_of(*names: object) -> random.Random:
    """A stream of its own for each name: one more project moves no other."""
    return random.Random(" ".join(map(str, names)))  # noqa: S311 (a story, no secret)


@dataclass(frozen=True, order=True)
class Event:
    """At this moment this person does this verb. ``args`` name units, people and facts by the plan's own keys."""

    at: datetime
    subject: str
    number: int
    verb: str
    actor: str
    args: Mapping[str, Any]


class Diary:
    """Collects events. Whatever would be recorded after ``last_day`` does not happen (the method answers None), so that
    each project's story ends where the calendar does."""

    def __init__(self, subject: str, rng: random.Random, last_day: date) -> None:
        self.subject, self.rng, self.last_day = subject, rng, last_day
        self.events: list[Event] = []
        self._taken: set[datetime] = set()

    def add(
        self, verb: str, actor: str, on: date, /, *, after: datetime | None = None, within: int = 0, **args: Any
    ) -> datetime | None:
        """Record ``verb`` on a working day from ``on`` to ``within`` days later, and after the moment ``after``."""
        if on > self.last_day:
            return None
        day = CALENDAR.on_or_after(on + timedelta(days=self.rng.randint(0, within)))
        day = max(day, after.date()) if after else day
        if day > self.last_day:  # recorded the sooner, if that is possible
            day = CALENDAR.on_or_before(self.last_day)
            if day < on or (after and day < after.date()):
                return None
        at = datetime.combine(day, time(8, 30), ZONE) + timedelta(seconds=self.rng.randrange(9 * 3600))
        if after is not None and at <= after:
            at = after + timedelta(seconds=self.rng.randrange(60, 1500))
        while at in self._taken:
            at += timedelta(seconds=37)
        if at.date() > self.last_day:
            return None
        self._taken.add(at)
        self.events.append(Event(at, self.subject, len(self.events), verb, actor, args))
        return at
