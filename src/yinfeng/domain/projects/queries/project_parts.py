"""The later parts of the project page: papers and gaps, agreements and people, claims, and its whole life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yinfeng.domain.enterprises.queries import ContactRow, contacts_of
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.money import display

from ..models import Evidence, Phase, Project, TeamSeat, Visit
from ..rules.words import (
    ClaimStatus,
    EvidenceKind,
    FactStatus,
    FlagKind,
    ServiceRole,
    Stage,
    ValueKind,
    VisitDirection,
)  # fmt: skip
from .abilities import Abilities, grants_of, project_abilities
from .agreements import AgreementRow, agreements_of
from .changes import Change, changes_of
from .claims import ClaimRow, claims_of
from .firms import firms_of
from .gates import lack, told_of
from .project_funds import may_void
from .project_rows import FactRow, around, facts_of
from .rulings import stage_table
from .timeline import TimelineItem, timeline

RECENT = 12  # events shown at once; the older ones are folded


@dataclass(frozen=True)
class PaperRow:
    """One paper and the fact that rests on it."""

    kind: str
    number: str
    file_id: int | None
    file_name: str
    document_id: int | None
    span: str
    quote: str
    cell: str
    fact: str
    status: str
    status_label: str
    counts: bool
    by: str
    at: datetime


@dataclass(frozen=True)
class Gap:
    """What a fact on record lacks by the table in force."""

    phase: str
    stage: str
    lacks: tuple[str, ...]


@dataclass(frozen=True)
class RecordRow:
    """A milestone or a flag on record, ended ones too, and what the viewer may do with it."""

    what: str
    on: date
    by: str
    status: str
    tone: str
    verifier: str
    reason: str
    counts: bool
    void_url: str
    correct_url: str


@dataclass(frozen=True)
class Papers:
    pk: int
    records: tuple[RecordRow, ...]
    merged: tuple[tuple[int, str, str], ...]  # (id, code, name) of the projects that went into this one
    rows: tuple[PaperRow, ...]
    gaps: tuple[Gap, ...]
    stamp: str
    may: Abilities


@dataclass(frozen=True)
class SeatRow:
    pk: int
    role: str
    unit: str
    person: str

    @property
    def is_filled(self) -> bool:
        return bool(self.unit or self.person)


@dataclass(frozen=True)
class VisitRow:
    pk: int
    direction: str
    held_on: date
    place: str
    our_side: str
    their_side: str
    our_count: int
    their_count: int
    leader: str
    minutes: str
    next_step: str
    by: str
    unit: str
    is_voided: bool
    void_reason: str


@dataclass(frozen=True)
class Deals:
    """Agreements with their reviews, the service team, visits both ways."""

    pk: int
    agreements: tuple[AgreementRow, ...]
    template: str
    seats: tuple[SeatRow, ...]
    visits: tuple[VisitRow, ...]
    visit_count: int
    may: Abilities

    @property
    def open_seats(self) -> int:
        return sum(not s.is_filled for s in self.seats)


@dataclass(frozen=True)
class Claims:
    pk: int
    rows: tuple[tuple[ClaimRow, str], ...]  # with the tone of its status
    may: Abilities


@dataclass(frozen=True)
class Life:
    """Everything that happened, newest first, and every attribute that was changed."""

    pk: int
    events: tuple[Mapping[str, Any], ...]
    changes: tuple[Change, ...]

    @property
    def recent(self) -> tuple[Mapping[str, Any], ...]:
        return self.events[:RECENT]

    @property
    def older(self) -> tuple[Mapping[str, Any], ...]:
        return self.events[RECENT:]


CLAIM_TONES = {
    ClaimStatus.PROTECTED: "green", ClaimStatus.UPHELD: "green", ClaimStatus.LAPSED: "grey",
    ClaimStatus.RELEASED: "grey", ClaimStatus.REJECTED: "grey", ClaimStatus.DISPUTED: "red",
}  # fmt: skip


# ------------------------------------------------------------------------------------------------ papers


def papers(viewer: Viewer, project: Project, today: date) -> Papers:
    """Milestones and flags on record, evidence, and what the facts lack (six queries)."""
    near = around(project.pk, viewer.person_id)
    facts = {(f.what, f.pk): f for f in facts_of(project.pk)}
    phases = list(Phase.objects.filter(project=project).order_by("number"))
    rows = list(
        Evidence.objects.filter(project=project).select_related("file", "agreement", "added_by").order_by("-at", "-pk")
    )
    table = stage_table(today)
    kinds: dict[int, list[str]] = {}
    for row in rows:
        if row.milestone_id is not None:
            kinds.setdefault(row.milestone_id, []).append(row.kind)
    gaps = []
    for phase in phases:
        own = {
            f.word: f for f in facts.values() if f.what == "milestone" and f.counts and f.phase_id == phase.pk
        }  # fmt: skip
        told = told_of(phase, project, has_investors=bool(near.investors))
        for word, fact in own.items():
            others = {s: f.happened_on for s, f in own.items() if s != word}
            gate = table.gate(
                Stage(word), kind=project.kind, reached=others, told=told, evidence=kinds.get(fact.pk, ())
            )
            if lacks := [*gate.faults, *(_("缺少{what}").format(what=lack(m)) for m in gate.missing)]:
                gaps.append(Gap(phase.name if len(phases) > 1 else "", _(Stage(word).label), tuple(lacks)))
    names = {p.pk: p.name for p in phases} if len(phases) > 1 else {}
    may = project_abilities(viewer, near.grants, is_confidential=project.is_confidential)
    return Papers(
        project.pk, tuple(_record(f, names, viewer, may) for f in reversed(facts.values()) if f.what != "funds"),
        tuple(Project.objects.filter(merged_into=project).order_by("pk").values_list("pk", "code", "name")),
        tuple(_paper(row, facts, names) for row in rows), tuple(gaps), table.stamp, may,
    )  # fmt: skip


_STATUS_TONES = {
    FactStatus.DECLARED: "amber", FactStatus.VERIFIED: "green", FactStatus.RETURNED: "red", FactStatus.VOIDED: "grey",
}  # fmt: skip


def _record(fact: FactRow, phases: Mapping[int, str], viewer: Viewer, may: Abilities) -> RecordRow:
    touchable = may_void(fact, viewer.person_id, may)
    correct = reverse("projects:fact_correct", args=[fact.pk]) if touchable and fact.what == "milestone" else ""
    return RecordRow(
        fact_words(fact, phases, day=False), fact.happened_on, fact.author, _(FactStatus(fact.status).label),
        _STATUS_TONES[FactStatus(fact.status)], fact.verifier or fact.ended_by or "", fact.end_reason, fact.counts,
        reverse("projects:fact_void", args=[fact.what, fact.pk]) if touchable else "", correct,
    )  # fmt: skip


def _paper(row: Evidence, facts: Mapping[tuple[str, int], FactRow], phases: Mapping[int, str]) -> PaperRow:
    fact = (
        facts.get(("milestone", row.milestone_id or 0))
        or facts.get(("funds", row.arrival_id or 0))
        or facts.get(("flag", row.flag_id or 0))
    )
    about = fact_words(fact, phases) if fact else (row.agreement.title if row.agreement else "")
    span = ""
    if row.document_id and row.span_start is not None:
        span = _("第 {a}–{b} 字").format(a=row.span_start + 1, b=row.span_end)
    return PaperRow(
        _(EvidenceKind(row.kind).label), row.number, row.file_id, row.file.name if row.file else "", row.document_id,
        span, row.quote, f"{row.workbook} {row.cell}".strip(), about, fact.status if fact else "",
        _(FactStatus(fact.status).label) if fact else "", fact.counts if fact else True, row.added_by.name, row.at,
    )  # fmt: skip


def fact_words(fact: FactRow, phases: Mapping[int, str], *, day: bool = True) -> str:
    """A fact in a few words: "一期 · 开工（2026-03-01）"."""
    where = phases.get(fact.phase_id or 0, "")
    where = f"{where} · " if where else ""
    match fact.what:
        case "milestone":
            what = _(Stage(fact.word).label)
        case "flag":
            what = (
                _(FlagKind(fact.word).label)
                if fact.is_raised
                else _("解除{flag}").format(flag=_(FlagKind(fact.word).label))
            )
        case _:
            sum_ = display(fact.amount or 0, currency_code=fact.currency)
            what = _("{kind}到位 {sum}").format(kind=_(ValueKind(fact.value_kind).label), sum=sum_)
    return f"{where}{what}（{fact.happened_on}）" if day else f"{where}{what}"


# ------------------------------------------------------------------------------------------------ agreements, people


def deals(viewer: Viewer, project: Project, today: date) -> Deals:
    """Agreements, team and visits (seven queries)."""
    may = project_abilities(viewer, grants_of("project", project.pk), is_confidential=project.is_confidential)
    seats = TeamSeat.objects.filter(project=project).select_related("unit", "person").order_by("order")
    return Deals(
        project.pk,
        tuple(agreements_of(project, today)),
        next((s.template for s in seats), ""),
        tuple(
            SeatRow(
                s.pk, _(ServiceRole(s.role).label), s.unit.short_name if s.unit else "",
                s.person.name if s.person else "",
            )
            for s in seats
        ),
        (visits := visits_of(project_id=project.pk)),
        sum(not v.is_voided for v in visits),
        may,
    )  # fmt: skip


def visits_of(*, project_id: int | None = None, lead_id: int | None = None) -> tuple[VisitRow, ...]:
    """Visits about one project or lead, the latest first, at most 100 (one query)."""
    about = {"project_id": project_id} if project_id else {"lead_id": lead_id}
    rows = Visit.objects.filter(**about).select_related("leader", "recorded_by", "unit").order_by("-held_on", "-pk")
    return tuple(
        VisitRow(
            v.pk, _(VisitDirection(v.direction).label), v.held_on, v.place, v.our_side, v.their_side, v.our_count,
            v.their_count, v.leader.name if v.leader else v.led_by, v.minutes, v.next_step, v.recorded_by.name,
            v.unit.short_name, v.voided_at is not None, v.void_reason,
        )
        for v in rows[:100]
    )  # fmt: skip


@dataclass(frozen=True)
class Contacts:
    """Contacts of the project's firms, masked; each says whether the viewer may lift its mask (which is logged)."""

    pk: int
    rows: tuple[tuple[str, ContactRow], ...]  # (firm, contact)
    may_add: bool = False


def contacts(viewer: Viewer, project: Project, today: date) -> Contacts:
    """Who is to be called at the investors and the project company (two queries, and two a firm)."""
    if not viewer.may("person_data", "S"):
        return Contacts(project.pk, ())
    firms = firms_of(project)
    may = project_abilities(viewer, grants_of("project", project.pk), is_confidential=project.is_confidential)
    rows = tuple((f.name, row) for f in firms for row in contacts_of(viewer, f))
    return Contacts(project.pk, rows, may.visit and bool(firms))


def claims(viewer: Viewer, project: Project, today: date) -> Claims:
    """First reports of the project and of the lead it was (at most seven queries)."""
    may = project_abilities(viewer, grants_of("project", project.pk), is_confidential=project.is_confidential)
    rows = claims_of(today=today, project=project) if viewer.may("lead", "S") else ()
    return Claims(project.pk, tuple((row, CLAIM_TONES[ClaimStatus(row.status)]) for row in rows), may)


# ------------------------------------------------------------------------------------------------ life


# The timeline's tones in the words of the chips.
_TONES = {"purple": "violet", "gray": "grey", "yellow": "amber"}


def life(viewer: Viewer, project: Project, today: date) -> Life:
    """The timeline of everything and the changes with their old and new values."""
    items = timeline(project, viewer)
    return Life(project.pk, tuple(map(_event, items)), changes_of("project", project.pk))


def _event(item: TimelineItem) -> dict[str, Any]:
    where = "".join(f"{part} · " for part in (item.origin, item.phase) if part)
    detail = item.detail
    if item.evidence:
        papers = _("凭证 {n} 份").format(n=item.evidence)
        detail = f"{detail}（{papers}）" if detail else papers
    by = f"{item.by} · {item.status}" if item.status else item.by
    return {
        "at": item.at, "title": where + item.title, "tone": _TONES.get(item.tone, item.tone), "by": by,
        "kind": item.kind, "detail": detail, "voided": item.voided, "url": item.url,
    }  # fmt: skip
