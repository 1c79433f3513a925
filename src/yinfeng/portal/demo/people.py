"""Units, people, chains and industry groups of the demo city: written through the actions before the story begins."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from yinfeng.domain.chains import actions as chains
from yinfeng.domain.chains.models import IndustryGroup, Segment
from yinfeng.foundation.accounts import actions as accounts
from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.accounts.passwords import one_time_password
from yinfeng.foundation.accounts.rules import Role

from .specs import CitySpec


@dataclass(frozen=True)
class LogIn:
    """What is printed once: a person of the city who can sign in."""

    role: str
    unit: str
    name: str
    username: str
    password: str = field(repr=False)


@dataclass
class Ground:
    """What the story stands on, by the keys of ``city.yaml``."""

    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    segments: dict[tuple[str, str], Segment] = field(default_factory=dict)
    groups: dict[tuple[str, str], IndustryGroup] = field(default_factory=dict)
    log_ins: list[LogIn] = field(default_factory=list)


def lay_ground(spec: CitySpec, *, at: datetime) -> Ground:
    """The city on the eve of its story. ``actor`` None: the system itself, as in every set-up."""
    ground = Ground()
    city = spec.city
    for row in city["units"]:
        ground.units[row["key"]] = accounts.create_unit(
            code=row["key"], name=row["name"], short_name=row["short"], kind=row["kind"],
            parent=ground.units.get(row.get("parent", "")), actor=None, at=at,
        )  # fmt: skip
    _people(ground, city["people"], since=at.date() - timedelta(days=30), at=at)
    for row in city["chains"]:
        chain = chains.add_chain(code=row["code"], name=row["name"], actor=None, at=at)
        for part in row["segments"]:
            ground.segments[row["code"], part["code"]] = chains.add_segment(
                chain=chain, code=part["code"], name=part["name"], position=part["position"], actor=None, at=at
            )
    for scheme, names in city["schemes"].items():
        for name in names:
            ground.groups[scheme, name] = chains.add_industry_group(scheme=scheme, name=name, actor=None, at=at)
    return ground


def _people(ground: Ground, rows: list[dict[str, Any]], *, since: date, at: datetime) -> None:
    for row in rows:
        unit = ground.units[row["unit"]]
        # Who has no log-in only appears in the story: an account without a usable password.
        password = one_time_password() if row.get("log_in") else None
        person = accounts.create_person(
            username=row["username"], name=row["name"], password=password, must_change_password=False, actor=None, at=at
        )
        accounts.give_post(
            person=person, unit=unit, role=row["role"], title=row["title"], from_date=since, actor=None, at=at
        )
        ground.people[row["key"]] = person
        if password:
            ground.log_ins.append(
                LogIn(Role(row["role"]).label, unit.short_name, person.name, person.username, password)
            )
