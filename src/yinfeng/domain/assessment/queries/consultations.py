"""Consultations: the list, and one with its agenda as far as the viewer sees what is on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from yinfeng.domain.projects.access import visible_leads, visible_projects
from yinfeng.foundation.accounts import access
from yinfeng.foundation.accounts.viewer import Viewer

from ..access import visible_consultations
from ..models import Consultation, Opinion
from ..rules.words import ConsultationStatus, Decision, OpinionStatus, Verdict
from ..subjects import subject_of
from .subject import DECISION_TONES, VERDICT_TONES

PAGE = 20
STATUS_TONES = {
    ConsultationStatus.PLANNED: "blue", ConsultationStatus.HELD: "green", ConsultationStatus.CANCELLED: "grey",
}  # fmt: skip


@dataclass(frozen=True)
class ConsultationRow:
    pk: int
    title: str
    meets_at: datetime
    place: str
    host: str
    chair: str
    items: int
    status: str
    tone: str
    papers_due_on: date
    papers_sent_on: date | None
    papers_late: bool


@dataclass(frozen=True)
class ConsultationList:
    rows: tuple[ConsultationRow, ...]
    number: int
    has_next: bool
    may_call: bool


def consultations(viewer: Viewer, today: date, number: int = 1) -> ConsultationList:
    """A page of the consultations in sight, the latest first (one query)."""
    first = (number - 1) * PAGE
    rows = list(
        visible_consultations(viewer)
        .select_related("host_unit", "chair")
        .annotate(items=Count("agenda"))
        .order_by("-meets_at", "-pk")[first : first + PAGE + 1]
    )
    return ConsultationList(
        tuple(_row(c, c.items, today) for c in rows[:PAGE]), number, len(rows) > PAGE, viewer.may("consultation", "E")
    )


def _row(c: Consultation, items: int, today: date) -> ConsultationRow:
    status = ConsultationStatus(c.status)
    late = status == ConsultationStatus.PLANNED and c.papers_sent_on is None and c.papers_due_on < today
    return ConsultationRow(
        c.pk, c.title, c.meets_at, c.place, c.host_unit.short_name, c.chair.name if c.chair else "", items,
        _(status.label), STATUS_TONES[status], c.papers_due_on, c.papers_sent_on, late,
    )  # fmt: skip


@dataclass(frozen=True)
class ItemShown:
    """One matter. Of a confidential one out of the viewer's sight only the number is told."""

    pk: int
    order: int
    hidden: bool
    name: str
    url: str
    question: str
    opinions: tuple[tuple[str, str, str], ...]  # (whom, verdict or status, tone)
    decision: str
    tone: str
    words: str
    tasks: tuple[tuple[str, str, date], ...]  # (what, unit, due)


@dataclass(frozen=True)
class ConsultationPage:
    row: ConsultationRow
    units: tuple[str, ...]
    items: tuple[ItemShown, ...]
    minutes_number: str
    minutes: str
    concluded_by: str
    cancel_reason: str
    is_planned: bool
    has_met: bool
    may_enter: bool
    may_conclude: bool


def consultation_page(viewer: Viewer, c: Consultation, now: datetime, today: date) -> ConsultationPage:
    """One consultation (at most nine queries)."""
    rows = list(c.agenda.select_related("lead", "project").prefetch_related("undertakings__unit").order_by("order"))
    leads = {r.lead_id for r in rows if r.lead_id}
    projects = {r.project_id for r in rows if r.project_id}
    seen_leads = set(visible_leads(viewer, among=leads).values_list("pk", flat=True)) if leads else set()
    seen_projects = set(visible_projects(viewer, among=projects).values_list("pk", flat=True)) if projects else set()
    asked: dict[tuple[int | None, int | None], list[tuple[str, str, str]]] = {}
    for o in Opinion.objects.filter(lead_id__in=leads).select_related("unit") | Opinion.objects.filter(
        project_id__in=projects
    ).select_related("unit"):
        if o.status != OpinionStatus.WITHDRAWN:
            told = _(Verdict(o.verdict).label) if o.verdict else _(OpinionStatus(o.status).label)
            tone = VERDICT_TONES[Verdict(o.verdict)] if o.verdict else "grey"
            asked.setdefault((o.lead_id, o.project_id), []).append(
                (o.unit.short_name if o.unit else o.adviser, told, tone)
            )
    items = []
    for r in rows:
        subject = subject_of(r)
        sees = r.lead_id in seen_leads if r.lead_id else r.project_id in seen_projects
        hidden = not sees and subject.row.is_confidential
        items.append(
            ItemShown(
                r.pk, r.order, hidden, _("保密议题") if hidden else subject.name, subject.page if sees else "",
                "" if hidden else r.question, () if hidden else tuple(asked.get((r.lead_id, r.project_id), ())),
                "" if hidden or not r.decision else _(Decision(r.decision).label),
                DECISION_TONES[Decision(r.decision)] if r.decision else "grey", "" if hidden else r.words,
                () if hidden else tuple((u.what, u.unit.short_name, u.due_on) for u in r.undertakings.all()),
            )
        )  # fmt: skip
    planned = c.status == ConsultationStatus.PLANNED
    return ConsultationPage(
        _row(c, len(items), today), tuple(c.units.order_by("path").values_list("short_name", flat=True)), tuple(items),
        c.minutes_number, c.minutes, c.concluded_by.name if c.concluded_by else "", c.cancel_reason, planned,
        c.meets_at <= now, planned and access.allows(viewer, "consultation", "E", c),
        planned and access.allows(viewer, "consultation", "D", c),
    )  # fmt: skip


def planned_for(viewer: Viewer) -> list[tuple[int, str]]:
    """The consultations still to come onto whose table the viewer may put something (one query)."""
    rows = visible_consultations(viewer, "E").filter(status=ConsultationStatus.PLANNED).order_by("meets_at")[:50]
    return [(c.pk, f"{c.meets_at:%Y-%m-%d} {c.title}") for c in rows]


def address(pk: int) -> str:
    return reverse("assessment:consultation", args=[pk])
