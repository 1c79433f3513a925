"""What every part of a project's story leans on: who does it, when, and in which words. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from yinfeng.domain.projects.rules.words import Stage

from .diary import Diary, random_of
from .making import opening
from .specs import CitySpec, PhaseSpec, ProjectSpec


@dataclass
class PhaseStory:
    """A phase as its story goes on."""

    number: int
    spec: PhaseSpec
    reached: dict[Stage, date] = field(default_factory=dict)
    told_at: datetime | None = None  # the last thing recorded that the next one builds on

    @property
    def last_on(self) -> date:
        return max(self.reached.values())


class Story:
    """One project: its spec, its diary, and the people around it."""

    def __init__(self, spec: ProjectSpec, city: CitySpec, *, seed: int, base: date) -> None:
        self.spec, self.city, self.base = spec, city, base
        self.rng = random_of(seed, spec.key, "timeline")
        self.open_on = opening(base)
        # The last day that is told is yesterday: today belongs to who looks at the city.
        self.last_day = base - timedelta(days=1)
        self.diary = Diary(spec.key, self.rng, self.last_day)
        self.is_old = "old_ledger" in spec.features
        self.number = int(spec.key.strip("pt"))
        self.created_at: datetime | None = None
        self.signed_on: date | None = None
        self.arrivals = 0

    @property
    def park(self) -> str:
        """Who reports for the landing unit (where the project moves on, for the one it moves to)."""
        city = self.city.city
        unit = self.destination or self.spec.landing_unit
        return str(city["park_people"].get(unit) or city["officers"].get(unit, [self.spec.owner])[0])

    @property
    def destination(self) -> str:
        """The unit that a transferred project goes to."""
        if not self.has("transferred"):
            return ""
        told = next((f.removeprefix("to:") for f in self.spec.features if f.startswith("to:")), "")
        own = (self.spec.landing_unit, self.spec.lead_unit)
        return told or next(u for u in ("economic", "chengyan", "muyun") if u not in own)

    def verifier(self, declarer: str) -> str:
        """Another person than the one who declared."""
        return self.rng.choice([p for p in ("steward", "steward_b", "steward", "deputy") if p != declarer])

    def has(self, *features: str) -> bool:
        return bool(self.spec.features & set(features))

    def days(self, least: int, most: int) -> int:
        return round(self.rng.uniform(least, most) * self.spec.pace)

    def words(self, *path: str) -> Any:
        """One of the words that ``words.yaml`` has under a path."""
        found: Any = self.city.words
        for part in path:
            found = found[part]
        return self.rng.choice(found)

    def document(self, prefix: str, on: date) -> str:
        """The number of an official paper."""
        return f"{prefix}〔{on.year}〕{self.number % 400 + self.rng.randint(1, 40)}号"

    def is_before_opening(self, on: date) -> bool:
        """Facts of an old project from before the bureau had this ledger."""
        return self.is_old and on < self.open_on

    def told(self, verb: str, name: str) -> datetime | None:
        """When something of that name was recorded."""
        return next((e.at for e in self.diary.events if e.args.get("name") == name and e.verb == verb), None)

    def add(self, verb: str, actor: str, on: date, /, **told: Any) -> datetime | None:
        return self.diary.add(verb, actor, on, **told)
