"""Playing a plan: each event is one action, by its person, at its moment. Nothing is written here directly."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction

from yinfeng.domain.compliance import actions as compliance
from yinfeng.domain.enterprises import actions as enterprises
from yinfeng.domain.intelligence.actions import intake, sources
from yinfeng.domain.intelligence.actions.alerts import raise_alerts
from yinfeng.domain.intelligence.models import Source
from yinfeng.domain.intelligence.rules.watch import STANDARD_WATCH
from yinfeng.domain.intelligence.rules.words import SourceKind, Trust
from yinfeng.domain.projects.actions import (
    agreements,
    ceremonies,
    claims,
    facts,
    leads,
    ledger,
    phases,
    teams,
    undertakings,
    views,
    visits,
)
from yinfeng.domain.projects.actions.entries import InvestorData, PhaseData, ProjectData
from yinfeng.domain.projects.actions.evidence import EvidenceData
from yinfeng.domain.projects.models import (
    Agreement,
    Claim,
    Fact,
    Lead,
    Milestone,
    Phase,
    Project,
    TeamSeat,
    Undertaking,
)
from yinfeng.domain.projects.rules.view import View
from yinfeng.domain.projects.rules.words import ServiceRole
from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.notices import actions as notices
from yinfeng.foundation.rulebook import actions as rulebook

from .diary import ZONE, Event
from .making import opening
from .people import Ground, lay_ground
from .plan import Plan
from .specs import Firm, LeadSpec, ProjectSpec

STEP = 50  # events between two words about progress
RATE_SOURCE = "演示汇率（虚构）"


class Loader:
    """``load()`` an empty database with the plan, all of it or nothing."""

    def __init__(self, plan: Plan, *, progress: Callable[[int, int], None] = lambda done, total: None) -> None:
        self.plan, self.progress = plan, progress
        self.ground = Ground()
        self.projects: dict[str, Project] = {}
        self.leads: dict[str, Lead] = {}
        self.phases: dict[tuple[str, int], Phase] = {}
        self.facts: dict[tuple[str, str], Fact] = {}
        self.agreements: dict[tuple[str, str], Agreement] = {}
        self.claims: dict[tuple[str, str], Claim] = {}
        self.lines: dict[tuple[str, int], dict[str, Undertaking]] = {}
        self.sources: dict[str, Source] = {}
        self.targets: dict[str, dict[str, dict[str, int]]] = {}

    def load(self) -> Ground:
        """One transaction: a demo that is interrupted leaves the database as empty as it was."""
        events = self.plan.events
        eve = datetime.combine(opening(self.plan.base) - timedelta(days=7), time(9), ZONE)
        with transaction.atomic(), _no_collecting():
            self.ground = lay_ground(self.plan.city, at=eve)
            for number, event in enumerate(events, start=1):
                try:
                    self._play(event)
                except Exception as fault:
                    fault.add_note(f"演示第 {number} 步：{event}")
                    raise
                if number % STEP == 0 or number == len(events):
                    self.progress(number, len(events))
            raise_alerts(at=events[-1].at)
        return self.ground

    def _play(self, event: Event) -> None:
        getattr(self, f"_{event.verb}")(event, **event.args)

    # -- helps

    def _by(self, event: Event) -> dict[str, Any]:
        """Who and when, as every action asks."""
        return {"actor": self.ground.people[event.actor], "at": event.at}

    def _spec(self, event: Event) -> ProjectSpec:
        return self.plan.projects[event.subject]

    def _unit_id(self, key: str) -> int | None:
        return self.ground.units[key].pk if key else None

    def _person_id(self, key: str) -> int | None:
        return self.ground.people[key].pk if key else None

    def _papers(self, event: Event, papers: Iterable[Mapping[str, Any]]) -> list[EvidenceData]:
        return [
            EvidenceData(
                kind=p["kind"], number=p.get("number", ""), workbook=p.get("workbook", ""), cell=p.get("cell", ""),
                agreement_id=self.agreements[event.subject, p["agreement"]].pk if "agreement" in p else None,
            )
            for p in papers
        ]  # fmt: skip

    def _about(self, event: Event) -> dict[str, Any]:
        """The project, or the lead where it is none yet."""
        if event.subject in self.projects:
            return {"project": self.projects[event.subject]}
        return {"lead": self.leads[event.subject]}

    # -- leads and projects

    def _lead(self, event: Event) -> None:
        spec: LeadSpec | ProjectSpec
        if event.subject in self.plan.leads:
            spec = self.plan.leads[event.subject]
            unit, sum_, needs = spec.owner_unit, spec.investment, spec.needs
        else:
            spec = self._spec(event)
            unit, sum_, needs = spec.lead_unit, spec.amount_cny, ""
        self.leads[event.subject] = leads.create_lead(
            data=leads.LeadData(
                name=spec.name, kind=spec.kind, owner_unit_id=self.ground.units[unit].pk, channel=spec.channel,
                investor=_investor(spec.firm), content=spec.content, product=spec.product, investment_cny=sum_,
                land_area_mu=spec.land_mu, needs=needs, referrer=spec.referrer, owner_id=self._person_id(spec.owner),
                segment_id=self.ground.segments[spec.segment].pk if spec.segment else None,
                is_confidential=spec.is_confidential,
            ),
            **self._by(event),
        )  # fmt: skip

    def _screen(self, event: Event, opinion: str) -> None:
        leads.screen_lead(
            lead=self.leads[event.subject], screened_on=event.at.date(), opinion=opinion, **self._by(event)
        )

    def _drop(self, event: Event, reason: str) -> None:
        leads.drop_lead(lead=self.leads[event.subject], reason=reason, **self._by(event))

    def _create(self, event: Event) -> None:
        self._remember(event, ledger.create_project(data=self._data(event), **self._by(event)))

    def _promote(self, event: Event) -> None:
        made = leads.promote_lead(lead=self.leads[event.subject], data=self._data(event), **self._by(event))
        self._remember(event, made)

    def _remember(self, event: Event, project: Project) -> None:
        self.projects[event.subject] = project
        for phase in project.phases.all():
            self.phases[event.subject, phase.number] = phase

    def _data(self, event: Event) -> ProjectData:
        spec = self._spec(event)
        investors = [_investor(spec.firm)]
        return ProjectData(
            name=spec.name, kind=spec.kind, lead_unit_id=self.ground.units[spec.lead_unit].pk, investors=investors,
            phases=[
                PhaseData(
                    investment_cny=p.investment, site_route=p.route, land_area_mu=p.land_mu, plant_area_sqm=p.plant_sqm
                )
                for p in spec.phases
            ],
            origin=spec.origin, capital_kind=spec.capital_kind, content=spec.content, product=spec.product,
            investment_amount=spec.amount, investment_currency=spec.currency, exchange_rate=spec.rate,
            exchange_rate_source=RATE_SOURCE if spec.rate else "", exchange_rate_on=spec.contact_on if spec.rate else None,
            fixed_investment_cny=spec.fixed, annual_output_cny=spec.output, annual_tax_cny=spec.tax,
            trade_volume_cny=spec.trade, jobs=spec.jobs, land_area_mu=spec.land_mu, plant_area_sqm=spec.plant_sqm,
            company=_investor(spec.company) if "old_ledger" in spec.features else None, industry_id=spec.industry,
            segment_id=self.ground.segments[spec.segment].pk if spec.segment else None,
            industry_group_ids=[self.ground.groups[g].pk for g in spec.groups],
            landing_unit_id=self._unit_id(spec.landing_unit), outpost_id=self._unit_id(spec.outpost),
            channel=spec.channel, referrer=spec.referrer, owner_id=self._person_id(spec.owner),
            leader_id=self._person_id(spec.leader), is_confidential=spec.is_confidential,
        )  # fmt: skip

    def _company(self, event: Event) -> None:
        ledger.set_company(
            project=self.projects[event.subject], company=_investor(self._spec(event).company), **self._by(event)
        )

    def _edit(self, event: Event, name: str, changes: Mapping[str, Any]) -> None:
        ledger.edit_project(project=self.projects[event.subject], changes=changes, **self._by(event))

    def _plan_phase(self, event: Event, phase: int, changes: Mapping[str, Any]) -> None:
        phases.edit_phase(phase=self.phases[event.subject, phase], changes=changes, **self._by(event))

    def _investors(self, event: Event) -> None:
        firms = [self._spec(event).partner, self._spec(event).firm]
        ledger.set_investors(
            project=self.projects[event.subject], investors=[_investor(f) for f in firms if f], **self._by(event)
        )

    def _listing(self, event: Event, title: str, level: str, year: int, document: str) -> None:
        ledger.add_listing(
            project=self.projects[event.subject],
            name=title,
            level=level,
            year=year,
            document=document,
            **self._by(event),
        )

    def _task_force(self, event: Event, title: str, members: list[str]) -> None:
        ledger.set_task_force(
            project=self.projects[event.subject], name=title, member_ids=[self.ground.people[m].pk for m in members],
            **self._by(event),
        )  # fmt: skip

    # -- the investor

    def _firm_of(self, event: Event) -> Any:
        return enterprises.find_or_create(
            name=self._spec(event).firm.name, uscc=self._spec(event).firm.uscc, **self._by(event)
        )

    def _title(self, event: Event, kind: str, year: int, rank: int | None) -> None:
        enterprises.add_title(
            enterprise=self._firm_of(event),
            kind=kind,
            year=year,
            rank=rank,
            source="演示名单（虚构）",
            **self._by(event),
        )

    def _founded(self, event: Event, on: Any) -> None:
        firm = self._firm_of(event)
        enterprises.edit_enterprise(
            enterprise=firm, name=firm.name, capital_kind=firm.capital_kind, home_country=firm.home_country,
            region_code=firm.region_code, registered_on=on, **self._by(event),
        )  # fmt: skip

    def _contact(self, event: Event, person: str, position: str, phone: str, unit: str) -> None:
        enterprises.add_contact(
            enterprise=self._firm_of(event), name=person, position=position, phone=phone, purpose="项目洽谈联络",
            consent="当面递交名片并同意登记", unit=self.ground.units[unit], **self._by(event),
        )  # fmt: skip

    # -- facts

    def _milestone(
        self, event: Event, phase: int, stage: Any, on: Any, papers: Any, name: str, old: bool
    ) -> None:  # fmt: skip
        self.facts[event.subject, name] = facts.declare_milestone(
            phase=self.phases[event.subject, phase], stage=stage, happened_on=on, evidence=self._papers(event, papers),
            gated=not old, note="由旧台账录入" if old else "", **self._by(event),
        )  # fmt: skip

    def _funds(self, event: Event, phase: int, on: Any, papers: Any, name: str, **told: Any) -> None:
        self.facts[event.subject, name] = facts.declare_funds(
            project=self.projects[event.subject], phase=self.phases[event.subject, phase],
            data=facts.FundsData(arrived_on=on, **told), evidence=self._papers(event, papers), **self._by(event),
        )  # fmt: skip

    def _flag(self, event: Event, kind: Any, on: Any, reason: str, name: str, to_unit: str = "") -> None:
        self.facts[event.subject, name] = facts.raise_flag(
            project=self.projects[event.subject], kind=kind, happened_on=on, reason=reason,
            to_unit_id=self._unit_id(to_unit), **self._by(event),
        )  # fmt: skip

    def _lift(self, event: Event, kind: Any, on: Any, reason: str, name: str) -> None:
        self.facts[event.subject, name] = facts.lift_flag(
            project=self.projects[event.subject], kind=kind, happened_on=on, reason=reason, **self._by(event)
        )

    def _verify(self, event: Event, name: str) -> None:
        facts.verify(fact=self.facts[event.subject, name], **self._by(event))

    def _return(self, event: Event, name: str, reason: str) -> None:
        facts.return_fact(fact=self.facts[event.subject, name], reason=reason, **self._by(event))

    def _correct(self, event: Event, name: str, on: Any, reason: str) -> None:
        milestone = self.facts[event.subject, name]
        assert isinstance(milestone, Milestone)
        self.facts[event.subject, name] = facts.correct_milestone(
            milestone=milestone, happened_on=on, reason=reason, **self._by(event)
        )

    # -- agreements and ceremonies

    def _agreement(
        self, event: Event, kind: Any, on: Any, title: str, name: str, phases: list[int] | None, amount: int | None,
        number: str, legacy: bool,
    ) -> None:  # fmt: skip
        spec = self._spec(event)
        city = self.ground.units["city"].name
        self.agreements[event.subject, name] = agreements.record_agreement(
            project=self.projects[event.subject], kind=kind, title=title, signed_on=on, number=number,
            parties=f"{self.ground.units[spec.landing_unit].name}、{spec.firm.name}（见证方：{city}人民政府）",
            phases=[self.phases[event.subject, n] for n in phases] if phases else None, investment_cny=amount,
            is_legacy=legacy, **self._by(event),
        ).agreement  # fmt: skip

    def _review(
        self, event: Event, kind: Any, conclusion: Any, on: Any, reviewer: str, number: str, name: str, grounds: str
    ) -> None:
        by: dict[str, Any] = self._by(event)
        agreement = self.agreements[event.subject, name]
        review = compliance.record_review(
            kind=kind, subject=agreement.title, conclusion=conclusion, concluded_on=on, reviewer=reviewer,
            document_number=number, grounds=grounds, unit=self.ground.units["bureau"], **by,
        )  # fmt: skip
        agreements.add_review(agreement=agreement, review=review, **by)

    def _effect(self, event: Event, name: str, on: Any) -> None:
        agreements.make_effective(agreement=self.agreements[event.subject, name], effective_on=on, **self._by(event))

    def _ceremony(
        self, event: Event, kind: Any, title: str, on: Any, agreements: list[Any], phases: list[Any]
    ) -> None:  # fmt: skip
        ceremonies.hold_ceremony(
            kind=kind, name=title, held_on=on, host_unit=self.ground.units["bureau"], place="栖梧市会展中心",
            agreements=[self.agreements[a if isinstance(a, tuple) else (event.subject, a)] for a in agreements],
            phases=[self.phases[p] for p in phases], **self._by(event),
        )  # fmt: skip

    # -- claims

    def _claim(self, event: Event, unit: str, kind: Any, name: str, grounds: str) -> None:
        self.claims[event.subject, name] = claims.claim(
            **self._about(event), unit=self.ground.units[unit], kind=kind, grounds=grounds, **self._by(event)
        )

    def _contest(self, event: Event, name: str, words: str) -> None:
        claims.dispute(claim=self.claims[event.subject, name], words=words, **self._by(event))

    def _adjudicate(self, event: Event, name: str, upheld: bool, decision: str) -> None:
        claims.adjudicate(
            claim=self.claims[event.subject, name], upheld=upheld, decision=decision, **self._by(event)
        )  # fmt: skip

    def _release(self, event: Event, name: str, reason: str) -> None:
        claims.release(claim=self.claims[event.subject, name], reason=reason, **self._by(event))

    def _lapse(self, event: Event) -> None:
        claims.lapse_due(at=event.at)

    # -- lists, team, visits

    def _lists(self, event: Event, phase: int, template: str, anchor: Any) -> None:
        made = undertakings.back_plan(
            phase=self.phases[event.subject, phase], template=template, anchor_on=anchor, **self._by(event)
        )
        self.lines[event.subject, phase] = {u.what: u for u in made.undertakings}

    def _complete(self, event: Event, phase: int, what: str, on: Any) -> None:
        line = self.lines[event.subject, phase][what]
        undertakings.complete(undertaking=line, done_on=on, **self._by(event))

    def _line(self, event: Event, phase: int, what: str, stage: Any, due: Any) -> None:
        undertakings.add(
            phase=self.phases[event.subject, phase], what=what, stage=stage, due_on=due,
            unit=self.ground.units[self._spec(event).lead_unit], person=self.ground.people[event.actor],
            **self._by(event),
        )  # fmt: skip

    def _cancel(self, event: Event, phase: int, what: str, reason: str) -> None:
        undertakings.cancel(undertaking=self.lines[event.subject, phase][what], reason=reason, **self._by(event))

    def _team(self, event: Event, template: str) -> None:
        by: dict[str, Any] = self._by(event)
        for seat in teams.form_team(project=self.projects[event.subject], template=template, **by):
            self._fill(seat, by)

    def _fill(self, seat: TeamSeat, by: dict[str, Any]) -> None:
        department = self.plan.city.city["department_roles"].get(seat.role)
        if seat.role == ServiceRole.LEADER and seat.person_id is None:
            teams.fill_seat(seat=seat, person=self.ground.people["leader_b"], **by)
        elif department and seat.role not in ("finance", "talent"):  # two seats wait to be filled
            teams.fill_seat(seat=seat, unit=self.ground.units[department], person=self._agent(department), **by)

    def _agent(self, department: str) -> Person | None:
        rows = self.plan.city.city["people"]
        return next((self.ground.people[r["key"]] for r in rows if r["unit"] == department), None)

    def _visit(self, event: Event, unit: str, on: Any, leader: str, **told: Any) -> None:
        visits.log_visit(
            **self._about(event), unit=self.ground.units[unit], held_on=on,
            our_side="、".join(filter(None, [leader and self.ground.people[leader].name, self.ground.people[event.actor].name])),
            leader=self.ground.people[leader] if leader else None, **told, **self._by(event),
        )  # fmt: skip

    # -- on the desks

    def _follow(self, event: Event) -> None:
        views.follow(project=self.projects[event.subject], **self._by(event))

    def _view(self, event: Event, name: str, view: View, shared: bool) -> None:
        by: dict[str, Any] = self._by(event)
        saved = views.save_view(name=name, query=view.query(), **by)
        views.pin_view(view=saved, **by)
        if shared:
            views.share_view(view=saved, **by)

    def _read_notices(self, event: Event) -> None:
        for person in self.ground.people.values():
            notices.mark_read(actor=person, at=event.at)

    def _desk(self, event: Event, neighbours: Sequence[str]) -> None:
        """Where documents come from, and which cities are watched."""
        bureau, director = self.ground.units["bureau"], self.ground.people["director"]
        for kind, name, address, trust, every in (
            (SourceKind.FEED, "友邻城市新闻汇集", "http://news.intranet.example/rss", Trust.ORDINARY, 0),
            (SourceKind.FOLDER, "市办文电收件箱", "市办文电", Trust.OFFICIAL, 0),
        ):
            data = sources.SourceData(
                kind=kind, name=name, unit=bureau, owner=director, trust=trust, address=address, every_minutes=every
            )
            self.sources[kind] = sources.add_source(data=data, **self._by(event))
        rule = rulebook.propose(
            kind="city_watch", body={**STANDARD_WATCH, "neighbours": list(neighbours)}, valid_from=event.at.date(),
            note="监测三个友邻城市", actor=self.ground.people["steward"], at=event.at,
        )  # fmt: skip
        rulebook.approve(rule=rule, **self._by(event))

    def _targets(self, event: Event, year: int, of_all: Mapping[str, int]) -> None:
        """The year's targets, shared out evenly among the places."""
        places = [unit["key"] for unit in self.plan.city.city["units"] if unit.get("place")]
        for name, whole in of_all.items():
            share, over = divmod(whole, len(places))
            shares = {self.ground.units[key].code: share + (n < over) for n, key in enumerate(places)}
            parts = {code: number for code, number in shares.items() if number}
            self.targets.setdefault(name, {})[str(year)] = {"all": whole, **parts}
        rule = rulebook.propose(
            kind="indicator_targets", body=self.targets, valid_from=event.at.date(), note=f"下达{year}年目标",
            actor=self.ground.people["steward"], at=event.at,
        )  # fmt: skip
        rulebook.approve(rule=rule, **self._by(event))

    def _document(self, event: Event, unit: str, title: str, text: str, source: str, is_dated: bool, way: str) -> None:
        intake.take_in(
            content=text, title=title, unit=self.ground.units[unit], source=source,
            doc_date=event.at.date() if is_dated else None,
            came_by=self.sources[SourceKind.FEED] if way == "news" else SourceKind.PASTE, **self._by(event),
        )  # fmt: skip

    def summary(self) -> dict[str, int]:
        """How much stands in the ledger now, for the last line of the command."""
        return {
            "projects": len(self.projects), "leads": len(self.leads), "facts": len(self.facts),
            "agreements": len(self.agreements), "events": len(self.plan.events),
        }  # fmt: skip


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Hundreds of thousands of small objects that live for one query: looking for cycles among them costs a tenth."""
    was = gc.get_threshold()
    gc.set_threshold(200_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*was)


def _investor(firm: Firm) -> InvestorData:
    return InvestorData(name=firm.name, uscc=firm.uscc, capital_kind=firm.capital_kind)
