"""The whole city as a plan: what is invented, and every event in the order of its recording. Pure, no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from yinfeng.domain.projects.rules.view import View
from yinfeng.domain.projects.rules.words import CeremonyKind, Light, Stage

from .diary import CALENDAR, Diary, Event, random_of
from .making import Maker, opening
from .specs import CitySpec, LeadSpec, ProjectSpec
from .timeline import ProjectTimeline, lead_events

# Whose, name, view, shared with everybody and at the top of the list.
VIEWS = (
    ("director", "红灯项目", View(lights=(Light.RED,)), True),
    ("director", "已签约未开工", View(stages=(Stage.SIGNED, Stage.REGISTERED, Stage.SITE_SECURED)), True),
    ("steward", "待审核事实", View(unverified=True, sort="-changed"), False),
    ("officer_bureau", "五亿元以上", View(low=Decimal(5)), False),
)
CITY = "city"  # the subject of what belongs to no single project


@dataclass(frozen=True)
class Plan:
    """``events`` in the order in which they are recorded; the last of them is yesterday's."""

    base: date
    city: CitySpec
    projects: Mapping[str, ProjectSpec]
    leads: Mapping[str, LeadSpec]
    events: tuple[Event, ...]

    @property
    def faults(self) -> list[str]:
        """What has been left wrong on purpose, in words."""
        specs: list[ProjectSpec | LeadSpec] = [*self.leads.values(), *self.projects.values()]
        named = {s.fault: s.name for s in specs if s.fault}
        return [f"{name}：{fault}" for fault, name in named.items()]


def make_plan(*, projects: int, seed: int, base: date) -> Plan:
    """The city of so many projects (and half as many leads) as it stands on ``base``. The same arguments, the same plan."""
    city = CitySpec()
    maker = Maker(city, seed=seed, base=base)
    specs = {s.key: s for s in maker.projects(projects)}
    leads = {s.key: s for s in maker.leads(max(6, projects // 2 - sum(s.from_lead for s in specs.values())))}
    events: list[Event] = []
    for spec in specs.values():
        events += ProjectTimeline(spec, city, seed=seed, base=base).events()
    for lead in leads.values():
        events += lead_events(lead, city, seed=seed, base=base)
    events += _of_the_city(events, seed, base)
    events += _of_late(city, seed, base)
    return Plan(base, city, specs, leads, tuple(sorted(events)))


def _of_the_city(events: list[Event], seed: int, base: date) -> list[Event]:
    """Ceremonies twice a year, and the monthly round of the claims' clock."""
    diary = Diary(CITY, random_of(seed, "city"), base - timedelta(days=1))
    year, month = opening(base).year, opening(base).month
    while (first := date(year, month, 1)) < base:
        diary.add("lapse", "", CALENDAR.on_or_after(first))
        if month in (4, 10):
            on = CALENDAR.on_or_after(date(year, month, 18))
            started = [
                (e.subject, e.args["phase"])
                for e in events
                if e.verb == "milestone" and e.args["stage"] == Stage.STARTED and not e.args["name"].endswith("tried")
                and timedelta(0) <= on - e.args["on"] < timedelta(days=100) and e.at.date() < on
            ]  # fmt: skip
            signed = [
                (e.subject, e.args["name"])
                for e in events
                if e.verb == "agreement" and timedelta(0) <= on - e.args["on"] < timedelta(days=60) and e.at.date() < on
            ]  # fmt: skip
            season = "春季" if month == 4 else "秋季"
            for kind, word, agreements, phases in (
                (CeremonyKind.START, "重大项目集中开工活动", [], started),
                (CeremonyKind.SIGNING, "招商项目集中签约活动", signed, []),
            ):  # fmt: skip
                if agreements or phases:
                    diary.add(
                        "ceremony", "deputy", on, kind=kind, title=f"{year}年{season}{word}", on=on,
                        agreements=agreements[:12], phases=phases[:12],
                    )  # fmt: skip
        if month == 1 and (on := CALENDAR.on_or_after(date(year, 1, 15))) < base:
            diary.add("targets", "director", on, year=year, of_all=_targets(events, year))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    diary.add("lapse", "", CALENDAR.on_or_before(base - timedelta(days=1)))
    return diary.events


AIMED_AT = {"signed_count": Stage.SIGNED, "started_count": Stage.STARTED, "producing_count": Stage.PRODUCING}


def _targets(events: list[Event], year: int) -> dict[str, int]:
    """A tenth more than was done in the year before."""
    done = dict.fromkeys(AIMED_AT, 0)
    for event in events:
        if event.verb == "milestone" and event.args["on"].year == year - 1 and not event.args["name"].endswith("tried"):
            for name, stage in AIMED_AT.items():
                done[name] += event.args["stage"] == stage
    return {name: -(-count * 11 // 10) for name, count in done.items() if count}


NEIGHBOURS = ("岱屿市", "汀洲市", "湄川市")  # cities that do not exist


def _of_late(city: CitySpec, seed: int, base: date) -> list[Event]:
    """What lies about on the desks today: notices up to last week are read, some views are kept, documents wait."""
    diary = Diary("desk", random_of(seed, "desk"), base - timedelta(days=1))
    diary.add("read_notices", "", base - timedelta(days=6))
    for person, name, view, shared in VIEWS:
        diary.add("view", person, base - timedelta(days=30), within=9, name=name, view=view, shared=shared)
    diary.add("desk", "director", base - timedelta(days=90), neighbours=NEIGHBOURS)
    for document in city.documents:
        diary.add(
            "document", document["actor"], base - timedelta(days=document["days"]), unit=document["unit"],
            title=document["title"], text=document["text"], source=document.get("source", ""),
            is_dated=document.get("dated", False), way=document.get("from", "paste"),
        )  # fmt: skip
    return diary.events
