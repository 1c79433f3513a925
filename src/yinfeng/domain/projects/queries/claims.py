"""First-report claims with their clocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.viewer import Viewer

from ..access import visible_leads, visible_projects
from ..models import Claim, Lead, Milestone, Project, Visit
from ..rules import protection
from ..rules.protection import RUNNING, STANDING, Clock
from ..rules.words import COUNTING, ClaimKind, ClaimStatus
from . import rulings


@dataclass(frozen=True)
class ClaimRow:
    """A claim as people read it; ``clock`` only while it runs."""

    pk: int
    subject: str
    url: str
    unit: str
    kind: str
    status: str
    status_label: str
    claimed_on: date
    protected_until: date
    grounds: str
    dispute: str
    decision: str
    clock: Clock | None


def of_subject(*, lead: Lead | None = None, project: Project | None = None) -> QuerySet[Claim]:
    """All claims about one thing: a lead and the project it became are one."""
    lead_id = lead.pk if lead else Lead.objects.filter(project=project).values_list("pk", flat=True).first()
    project_id = project.pk if project else (lead.project_id if lead else None)
    about = Q(pk__in=[])
    if lead_id is not None:
        about |= Q(lead_id=lead_id)
    if project_id is not None:
        about |= Q(project_id=project_id)
    return Claim.objects.filter(about).select_related("unit", "lead__project", "project").order_by("claimed_on", "pk")


def last_progress(claims: Sequence[Claim]) -> dict[int, date]:
    """Claim -> the last day on which its unit got somewhere: the claim itself, a visit of the unit, a milestone of the
    project, the lead's screening, the ruling that upheld it. Three queries for any number of claims."""
    project_of = {c.pk: c.project_id or (c.lead.project_id if c.lead else None) for c in claims}
    leads_of = dict(
        Lead.objects.filter(project_id__in=[p for p in project_of.values() if p]).values_list("project_id", "pk")
    )
    lead_of = {c.pk: c.lead_id or (leads_of.get(c.project_id) if c.project_id else None) for c in claims}
    visits: dict[tuple[str, int | None, int], date] = {}
    rows = Visit.objects.filter(
        Q(lead_id__in=[x for x in lead_of.values() if x]) | Q(project_id__in=[x for x in project_of.values() if x]),
        voided_at=None, unit_id__in={c.unit_id for c in claims},
    )  # fmt: skip
    for lead_id, project_id, unit_id, on in (
        rows.order_by().values_list("lead_id", "project_id", "unit_id").annotate(on=Max("held_on"))
    ):
        visits["lead", lead_id, unit_id] = max(on, visits.get(("lead", lead_id, unit_id), on))
        visits["project", project_id, unit_id] = max(on, visits.get(("project", project_id, unit_id), on))
    milestones = dict(
        Milestone.objects.filter(project_id__in=[x for x in project_of.values() if x], status__in=COUNTING)
        .order_by().values_list("project_id").annotate(on=Max("happened_on"))
    )  # fmt: skip
    found = {}
    for claim in claims:
        lead_id, project_id = lead_of[claim.pk], project_of[claim.pk]
        days = [
            claim.claimed_on,
            timezone.localdate(claim.decided_at) if claim.decided_at and claim.status == ClaimStatus.UPHELD else None,
            visits.get(("lead", lead_id, claim.unit_id)) if lead_id else None,
            visits.get(("project", project_id, claim.unit_id)) if project_id else None,
            milestones.get(project_id) if project_id else None,
            claim.lead.screened_on if claim.lead else None,
        ]
        found[claim.pk] = max(day for day in days if day is not None)
    return found


def clocks(claims: Iterable[Claim], today: date) -> dict[int, Clock]:
    """The clock of each claim that runs (four queries for any number)."""
    running = [c for c in claims if c.status in RUNNING]
    if not running:
        return {}
    rule = rulings.protection(today)
    progress = last_progress(running)
    return {
        c.pk: protection.clock(c.protected_until, progress[c.pk], today, rule, is_signed=_is_signed(c)) for c in running
    }


def claims_of(*, today: date, lead: Lead | None = None, project: Project | None = None) -> list[ClaimRow]:
    """The claims of one lead or project (the caller has it from ``lead_for`` or ``project_for``)."""
    claims = list(of_subject(lead=lead, project=project))
    ticking = clocks(claims, today)
    return [_row(c, ticking.get(c.pk)) for c in claims]


def countdown(viewer: Viewer, today: date, limit: int = 50) -> list[ClaimRow]:
    """The running claims of the viewer's own units, the nearest end first."""
    mine = visible_claims(viewer).filter(unit_id__in=viewer.unit_ids, status__in=RUNNING).order_by("protected_until")
    claims = list(mine[: limit * 2])
    ticking = clocks(claims, today)
    rows = [_row(c, ticking[c.pk]) for c in claims]
    return sorted(rows, key=lambda r: r.clock.ends_on if r.clock else date.max)[:limit]


def disputes(viewer: Viewer, limit: int = 50) -> list[ClaimRow]:
    """Disputed claims that wait for a ruling, for those who may give one; the oldest first."""
    if not viewer.may("lead", "D"):
        return []
    rows = visible_claims(viewer, "D").filter(status=ClaimStatus.DISPUTED).order_by("at", "pk")
    return [_row(c, None) for c in rows[:limit]]


def visible_claims(viewer: Viewer, verb: str = "S") -> QuerySet[Claim]:
    """Claims on the leads and projects the viewer may see. Claims are ruled by the line ``lead`` of the rights table."""
    seen = Q(lead__in=visible_leads(viewer, verb).values("pk")) | Q(
        project__in=visible_projects(viewer, verb, right="lead").values("pk")
    )
    return Claim.objects.filter(seen).select_related("unit", "lead__project", "project")


def standing_elsewhere(unit_id: int, *, lead: Lead | None = None, project: Project | None = None) -> bool:
    """Whether another unit's claim on this stands."""
    return of_subject(lead=lead, project=project).filter(status__in=STANDING).exclude(unit_id=unit_id).exists()


def url_of(claim: Claim) -> str:
    return f"/projects/{claim.project_id}/" if claim.project_id else f"/projects/leads/{claim.lead_id}/"


def name_of(claim: Claim) -> str:
    subject = claim.project or claim.lead
    return subject.name if subject else ""


def _is_signed(claim: Claim) -> bool:
    project = claim.project or (claim.lead.project if claim.lead else None)
    return project is not None and project.signed_on is not None


def _row(claim: Claim, clock: Clock | None) -> ClaimRow:
    return ClaimRow(
        claim.pk, name_of(claim), url_of(claim), claim.unit.short_name, _(ClaimKind(claim.kind).label), claim.status,
        _(ClaimStatus(claim.status).label), claim.claimed_on, claim.protected_until, claim.grounds, claim.dispute,
        claim.decision, clock,
    )  # fmt: skip
