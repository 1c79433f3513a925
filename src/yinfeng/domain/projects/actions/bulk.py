"""The bulk verb of the ledger: fifty thousand projects opened, or brought up to a workbook, in one short write.

Everything is worked out beforehand: firms found, ids reserved, derived columns computed by the same pure rules that
``derive.refresh`` uses, words indexed for search. What is left for the one transaction is inserting rows. It agrees with
the single verbs row for row (a test says so), and takes nothing where anybody changed a project meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from copy import copy
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.models import AccessGrant, Person
from yinfeng.foundation.accounts.rules import GrantWhy
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.text import normalise_name

from ..models import (
    Agreement,
    Evidence,
    Flag,
    FundsArrival,
    Listing,
    Milestone,
    Phase,
    Project,
    ProjectInvestor,
    ProjectState,
)
from ..models.state import OPEN_END, STATE_FIELDS
from ..queries import search
from ..rules.derive import StandingFlag, derive
from ..rules.words import AgreementKind, FactStatus, FlagKind, FundsBasis, ValueKind
from .bulk_changes import Changes
from .bulk_events import Events
from .bulk_firms import AUDIT, Firms, audit
from .bulk_plans import Ended, Loaded, NewFunds, NewMilestone, PhaseFacts, ProjectPlan, Source
from .bulk_rows import Table, reserve
from .bulk_staging import LARGE, Staging, checkpoint
from .bulk_titles import Titles
from .entries import today_of
from .ledger import EDITABLE, _converted
from .periods import closed_error, closed_months, is_closed
from .phases import phase_name

Watch = Callable[[int, int], None]  # (projects worked out, of how many)

_FACT = (
    "id", "project_id", "phase_id", "happened_on", "status", "note", "at", "declared_by_id", "end_reason", "replaces_id",
)  # fmt: skip
_DERIVED = (
    "furthest_stage", "least_stage", "phase_count", "negotiating_on", "approved_on", "signed_on", "registered_on",
    "site_on", "started_on", "enrolled_on", "completed_on", "producing_on", "above_scale_on", "at_capacity_on",
    "stalled_on", "ended_on",
)  # fmt: skip
_PROJECT = (
    "id", "code", "name_key", *EDITABLE, "company_id", "investor_name", "investment_cny", *_DERIVED, "funds_cny",
    "next_due_text", "unverified_count", "version", "created_by_id", "created_at", "changed_at",
)  # fmt: skip
_PHASE = (
    "id", "project_id", "number", "name", "investment_cny", "site_route", "land_area_mu", "plant_area_sqm",
    "planned_start_on", "planned_production_on", "stage", "stage_on", "version",
)  # fmt: skip
_TEXT = ("content", "product", "exchange_rate_source", "channel", "referrer", "task_force")


WORDS = 500  # projects indexed in one short write
LEFT_AFTER = 3_600.0  # seconds after which a load that has not come is dead


class Load:
    """The rows of one load, worked out and not yet written."""

    def __init__(
        self, plans: list[ProjectPlan], source: Source, actor: Person, at: datetime, note: str, *,
        staging: Staging, verb: str = "project.import", reason: str = "",
    ) -> None:  # fmt: skip
        self.staging = staging
        self.verb, self.reason = verb, reason
        self.copies: list[tuple[int, int]] = []  # (milestone, the one whose papers it takes over)
        self.plans, self.source, self.actor, self.at, self.note = plans, source, actor, at, note
        self.projects = Table(Project, _PROJECT, staging)
        self.phases = Table(Phase, _PHASE, staging)
        self.milestones = Table(Milestone, (*_FACT, "stage"), staging)
        self.arrivals = Table(
            FundsArrival,
            (*_FACT, "amount", "currency", "amount_cny", "basis", "boundary", "value_kind", "voucher"),
            staging,
        )
        self.flags = Table(Flag, (*_FACT, "kind", "is_raised", "reason"), staging)
        self.evidence = Table(
            Evidence,
            ("project_id", "milestone_id", "arrival_id", "flag_id", "kind", "number", "file_id", "quote", "workbook", "cell",
             "added_by_id", "at"), staging,
        )  # fmt: skip
        self.investors = Table(
            ProjectInvestor, ("project_id", "enterprise_id", "share_percent", "order", "since", "at"), staging
        )
        self.groups = Table(Project.industry_groups.through, ("project_id", "industrygroup_id"), staging)
        self.states = Table(ProjectState, ("project_id", "valid_from", "valid_to", *STATE_FIELDS), staging)
        self.grants = Table(AccessGrant, ("kind", "object_id", "unit_id", "person_id", "why"), staging)
        self.trail = Table(AuditRow, AUDIT, staging)
        self.words: list[tuple[int, str]] = []
        self.created: list[int] = []
        self.by_row: dict[int, int] = {}
        self.frameworks: list[tuple[int, str, date, str]] = []
        self.events = Events(self.staging)
        opened = [p for p in plans if p.pk is None]
        phases = [f for p in plans for f in p.phases]
        self._firms = Firms(
            entry
            for p in plans
            for entry in (*(p.investors or ()), *([p.company] if p.company else ()), *(t.firm for t in p.titles))
            if entry.name
        )
        self._firms.resolve()
        self.titles = Titles(
            [(title, self._firms.of(title.firm)) for p in plans for title in p.titles], staging, actor.pk, at
        )
        self.listings = Table(
            Listing,
            ("id", "project_id", "name", "level", "year", "document", "at", "recorded_by_id", "void_reason"),
            staging,
        )
        listed = sum(len(p.listings) for p in plans)
        self._listing = reserve(Listing, listed)
        self.listing_ids = (self._listing + 1, self._listing + listed)
        self._project = reserve(Project, len(opened))
        self._phase = reserve(Phase, sum(f.pk is None for f in phases) + sum(not p.phases for p in opened))
        counts = sum(len(f.milestones) for f in phases), sum(len(f.funds) for f in phases)
        self._milestone, self._arrival = reserve(Milestone, counts[0]), reserve(FundsArrival, counts[1])
        ended = sum(f.ended is not None for f in phases)
        self._flag = reserve(Flag, ended)
        self.flag_ids = (self._flag + 1, self._flag + ended)
        self.milestone_ids = (self._milestone + 1, self._milestone + counts[0])
        self.arrival_ids = (self._arrival + 1, self._arrival + counts[1])
        self._days = {m.happened_on for f in phases for m in f.milestones}
        self._days |= {money.happened_on for f in phases for money in f.funds}
        self._days |= {f.ended.happened_on for f in phases if f.ended}
        self._today = today_of(at)
        self.changes = Changes(self)

    # ------------------------------------------------------------------------------------------ a new project

    def open(self, plan: ProjectPlan) -> None:
        self._project += 1
        pk = self._project
        values: dict[str, Any] = dict.fromkeys(EDITABLE) | dict.fromkeys(_TEXT, "")
        values |= {
            "origin": "new", "capital_kind": "domestic", "investment_currency": "CNY", "is_confidential": False,
            **plan.attributes,
        }  # fmt: skip
        values["platform_code"] = values["platform_code"] or None
        values["investment_cny"] = _converted(
            values["investment_amount"], values["investment_currency"], values["exchange_rate"]
        )
        named = [e for e in plan.investors or () if e.name]
        firms = list(dict.fromkeys(self._firms.of(e) for e in named))
        code = f"P{self._today:%Y}{pk:05d}"
        values |= {
            "id": pk, "code": code, "name_key": normalise_name(values["name"]),
            "company_id": self._firms.of(plan.company) if plan.company and plan.company.name else None,
            "investor_name": self._firms.names[firms[0]] if firms else "", "next_due_text": "", "version": 1,
            "created_by_id": self.actor.pk, "created_at": self.at, "changed_at": self.at,
        }  # fmt: skip
        phases = plan.phases or [PhaseFacts(1)]
        reached: dict[int, dict[str, date]] = {}
        funds = waiting = 0
        held = []
        for phase in sorted(phases, key=lambda f: f.number):
            phase_id = self.next_phase()
            reached[phase_id] = {m.stage: m.happened_on for m in phase.milestones}
            held.append((phase_id, phase))
            waiting += len(phase.milestones) + len(phase.funds)
            funds += counted(phase.funds)
        flags: list[StandingFlag] = []
        for phase_id, phase in held:
            flags += self.add_end(pk, phase_id, phase, alone=len(phases) == 1)
        waiting += len(flags)
        derived = derive(reached, flags)
        values |= {**derived.columns(), "funds_cny": funds, "unverified_count": waiting}
        self.projects.add(values)
        for phase_id, phase in held:
            self.add_phase(pk, phase_id, phase, values, derived.phases[phase_id], alone=len(phases) == 1)
            self.add_facts(pk, phase_id, phase)
        shares = {self._firms.of(e): e.share_percent for e in named}
        for order, firm in enumerate(firms):
            self.investors.add({
                "project_id": pk, "enterprise_id": firm, "share_percent": shares[firm], "order": order,
                "since": self._today, "at": self.at,
            })  # fmt: skip
        for group in dict.fromkeys(plan.group_ids or ()):
            self.groups.add({"project_id": pk, "industrygroup_id": group})
        self.states.add({
            "project_id": pk, "valid_from": self.at, "valid_to": OPEN_END, **{name: values[name] for name in STATE_FIELDS},
        })  # fmt: skip
        for why, unit in (("lead", "lead_unit_id"), ("landing", "landing_unit_id"), ("outpost", "outpost_id")):
            if values[unit]:
                self.grant(pk, values[unit], None, GrantWhy(why))
        for why, person in (("leader", "leader_id"), ("named", "owner_id")):
            if values[person]:
                self.grant(pk, None, values[person], GrantWhy(why))
        self.words.append(
            (
                pk,
                search.text_of(
                    values["name"], code, values["platform_code"], values["investor_name"], values["product"]
                ),
            )
        )
        self.trail.add(audit(
            self.actor.pk, self.at, "project.create", "project", pk, note=self.note,
            after={"name": values["name"], "code": code, "investment_cny": values["investment_cny"],
                   "phases": len(phases), "row": plan.row, "facts": waiting},
        ))  # fmt: skip
        if plan.framework:
            self.frameworks.append((pk, values["investor_name"] or values["name"], *plan.framework))
        self.add_titles(pk, plan)
        self.created.append(pk)
        self.by_row[plan.row] = pk

    # ----------------------------------------------------------------------------------------------- pieces

    def next_phase(self) -> int:
        self._phase += 1
        return self._phase

    def grant(self, pk: int, unit: int | None, person: int | None, why: GrantWhy) -> None:
        self.grants.add({"kind": "project", "object_id": pk, "unit_id": unit, "person_id": person, "why": str(why)})

    def add_titles(self, pk: int, plan: ProjectPlan) -> None:
        """Titles of its investors, and the lists it stands on."""
        for listing in plan.listings:
            self._listing += 1
            told = {
                "name": listing.name,
                "level": listing.level,
                "year": listing.year,
                "document": listing.document[:120],
            }
            recorded = {"at": self.at, "recorded_by_id": self.actor.pk, "void_reason": ""}
            self.listings.add({"id": self._listing, "project_id": pk, **told, **recorded})
            self.trail.add(audit(self.actor.pk, self.at, "listing.add", "project", pk, note=self.note, after=told))
        for title in plan.titles:
            if after := self.titles.add(title, self._firms.of(title.firm), pk):
                self.trail.add(
                    audit(
                        self.actor.pk,
                        self.at,
                        "enterprise.add_title",
                        "enterprise",
                        self._firms.of(title.firm),
                        note=self.note,
                        after=after,
                    )
                )

    def add_phase(
        self, pk: int, phase_id: int, phase: PhaseFacts, project: dict[str, Any], stage: tuple[str, date | None], *,
        alone: bool,
    ) -> None:  # fmt: skip
        """As ``phases.write_phase``: a project of one phase is entered once, its land and sum are the phase's."""
        told = {name: phase.attributes.get(name) for name in _PHASE[3:-3]}
        told["site_route"] = told["site_route"] or ""
        told["name"] = told.get("name") or phase_name(phase.number, alone=alone)
        if alone:
            for name in ("land_area_mu", "plant_area_sqm", "investment_cny"):
                told[name] = told[name] or project[name]
        self.phases.add(
            {"id": phase_id, "project_id": pk, "number": phase.number, **told, "stage": stage[0], "stage_on": stage[1],
             "version": 1}
        )  # fmt: skip

    def add_facts(self, pk: int, phase_id: int, phase: PhaseFacts) -> None:
        self.events.list(phase_id, phase.events)
        for milestone in phase.milestones:
            self._milestone += 1
            self.milestones.add({**self._fact(self._milestone, pk, phase_id, milestone), "stage": milestone.stage})
            if milestone.papers_of is not None:
                self.copies.append((self._milestone, milestone.papers_of))
            else:
                self._paper(pk, milestone.cell, milestone=self._milestone)
        for funds in phase.funds:
            self._arrival += 1
            self.arrivals.add({
                **self._fact(self._arrival, pk, phase_id, funds), "amount": funds.amount, "currency": funds.currency,
                "amount_cny": funds.amount_cny, "basis": funds.basis, "boundary": funds.boundary,
                "value_kind": funds.value_kind, "voucher": funds.voucher,
            })  # fmt: skip
            self._paper(pk, funds.cell, arrival=self._arrival)

    def add_end(self, pk: int, phase_id: int, phase: PhaseFacts, *, alone: bool) -> list[StandingFlag]:
        """The flag of a phase that was terminated; of an only phase the project was. What it derives from."""
        if phase.ended is None:
            return []
        self._flag += 1
        where = None if alone else phase_id
        self.flags.add({
            **self._fact(self._flag, pk, where, phase.ended), "kind": FlagKind.TERMINATED, "is_raised": True,
            "reason": (self.note or _("按导入的表格登记。"))[:300],
        })  # fmt: skip
        self._paper(pk, phase.ended.cell, flag=self._flag)
        return [StandingFlag(FlagKind.TERMINATED, True, phase.ended.happened_on, where, self._flag)]

    def _fact(
        self, fact_id: int, pk: int, phase_id: int | None, fact: NewMilestone | NewFunds | Ended
    ) -> dict[str, Any]:
        return {
            "id": fact_id, "project_id": pk, "phase_id": phase_id, "happened_on": fact.happened_on,
            "status": FactStatus.DECLARED, "note": fact.note[:300], "at": self.at, "declared_by_id": self.actor.pk,
            "end_reason": "", "replaces_id": fact.replaces if isinstance(fact, NewMilestone) else None,
        }  # fmt: skip

    def _paper(
        self, pk: int, cell: str, *, milestone: int | None = None, arrival: int | None = None, flag: int | None = None
    ) -> None:
        self.evidence.add({
            "project_id": pk, "milestone_id": milestone, "arrival_id": arrival, "flag_id": flag, "kind": "ledger", "number": "",
            "file_id": self.source.file_id, "quote": "", "workbook": self.source.workbook[:200], "cell": cell[:80],
            "added_by_id": self.actor.pk, "at": self.at,
        })  # fmt: skip

    def firm(self, entry: Any) -> int:
        return self._firms.of(entry)

    def firm_name(self, pk: int) -> str:
        return self._firms.names[pk]

    # ---------------------------------------------------------------------------------------------- writing

    def index_words(self) -> None:
        """The dear half of making the new projects findable, before they are there: their ids are nobody else's, and
        nothing is found by them. Short writes, each by itself; what a killed load leaves of it, a later one takes away."""
        now = time.time()
        while left := search.left_ahead(now - LEFT_AFTER, WORDS):
            with transaction.atomic():
                search.forget_ahead(left)
        for start in range(0, len(self.words), WORDS):
            with transaction.atomic():
                search.index_ahead(self.words[start : start + WORDS], now)

    def forget_words(self) -> None:
        for start in range(0, len(self.words), WORDS):
            with transaction.atomic():
                search.forget_ahead([pk for pk, _ in self.words[start : start + WORDS]])

    def write(self, finish: Callable[[Loaded], None] | None) -> Loaded:
        """The one write."""
        firms, trail = self._firms.tables(actor_id=self.actor.pk, at=self.at, staging=self.staging)
        tables = (
            firms, trail, self.projects, self.phases, self.milestones, self.arrivals, self.flags, self.evidence,
            self.investors, self.groups, self.states, self.grants, self.trail, self.events.listed,
            self.titles.table, self.listings,
        )  # fmt: skip
        self.staging.seal(tables)
        rows = sum(table.count for table in tables)
        loaded = Loaded(
            tuple(self.created),
            self.by_row,
            self.changes.record,
            self.milestone_ids,
            self.arrival_ids,
            self.flag_ids,
            (),
            self.listing_ids,
            tuple(self.titles.made),
        )
        spent = loaded.processor_seconds
        with self.staging.at_hand(rows):
            with transaction.atomic():
                started, busy = time.monotonic(), time.process_time()
                self.changes.hold()
                self._refuse_closed()
                self._firms.write_codes()
                self.changes.write()
                loaded.events = self.events.hold(self.source.unit_id, self.note, self.actor, self.at)
                if rows >= LARGE:
                    self.staging.refuse_orphans(tables)
                for table in tables:
                    began = time.process_time()
                    table.write()
                    spent[table.name] = spent.get(table.name, 0.0) + time.process_time() - began
                search.index_new(self.words)
                self._copy_papers()
                loaded.agreements = tuple(self._agree(*framework) for framework in self.frameworks)
                self.changes.afterwards()
                if finish is not None:
                    finish(loaded)
            loaded.lock_seconds = time.monotonic() - started
            spent["all"] = time.process_time() - busy
            if rows >= LARGE:
                checkpoint()
        return loaded

    def _copy_papers(self) -> None:
        for start in range(0, len(self.copies), WORDS):
            copies: dict[int, list[int]] = {}
            for milestone, source in self.copies[start : start + WORDS]:
                copies.setdefault(source, []).append(milestone)
            papers = []
            for paper in Evidence.objects.filter(milestone_id__in=copies).order_by("pk"):
                for milestone in copies[paper.milestone_id or 0]:
                    taken = copy(paper)
                    taken.pk, taken.milestone_id = None, milestone
                    taken.at, taken.added_by = self.at, self.actor
                    papers.append(taken)
            Evidence.objects.bulk_create(papers)

    def _refuse_closed(self) -> None:
        closed = closed_months()
        if wrong := sorted(day for day in self._days | self.changes.days_replaced if is_closed(day, closed)):
            raise closed_error(wrong[0])

    def _agree(self, pk: int, parties: str, on: date, cell: str) -> int:
        made = Agreement.objects.create(
            project_id=pk, kind=AgreementKind.FRAMEWORK, title="框架协议", parties=parties[:300], signed_on=on,
            recorded_by=self.actor, at=self.at,
        )  # fmt: skip
        made.phases.set(Phase.objects.filter(project_id=pk))
        Evidence.objects.create(
            project_id=pk, agreement=made, kind="ledger", file_id=self.source.file_id,
            workbook=self.source.workbook[:200], cell=cell, added_by=self.actor, at=self.at,
        )  # fmt: skip
        return made.pk


def counted(funds: Sequence[NewFunds]) -> int:
    """What of them counts as money in place: see ``derive``."""
    return sum(f.amount_cny or 0 for f in funds if f.basis == FundsBasis.CAPITAL and f.value_kind == ValueKind.ACTUAL)


def load(
    *, plans: list[ProjectPlan], source: Source, actor: Person, at: datetime, note: str = "",
    verb: str = "project.import", reason: str = "", watch: Watch | None = None,
    finish: Callable[[Loaded], None] | None = None,
) -> Loaded:  # fmt: skip
    """Open and change projects as the plans say, all or none. The caller has checked the plans and the rights.

    ``plans`` is emptied. ``reason`` is given to facts that are voided. ``finish`` is called inside the one transaction:
    what must be so if, and only if, the load is.

    DomainError ``bulk.changed`` where a project is no longer of the version its plan was made for: nothing is written.
    """
    with Staging() as staging:
        work = Load(plans, source, actor, at, note, staging=staging, verb=verb, reason=reason)
        return _carry_out(work, watch, finish)


def _carry_out(work: Load, watch: Watch | None, finish: Callable[[Loaded], None] | None) -> Loaded:
    plans = work.plans
    total = len(plans)
    plans.reverse()
    while plans:  # fifty thousand plans are a quarter of the memory: each goes as soon as its rows are put by
        plan = plans.pop()
        if plan.pk is None:
            work.open(plan)
        else:
            work.changes.plan(plan)
        if watch and len(plans) % 500 == 0:
            watch(total - len(plans), total)
    work.index_words()
    try:
        return work.write(finish)
    except IntegrityError as fault:
        work.forget_words()
        raise DomainError(
            _("导入期间有人登记了相同的编号、信用代码或事实，没有写入任何内容。"),
            code="bulk.changed",
            fix=_("请重新检查后再导入。"),
        ) from fault
    except BaseException:
        work.forget_words()
        raise
