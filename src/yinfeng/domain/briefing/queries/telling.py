"""What a bulletin tells beside its figures: the place, one project's facts, what happened in the period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from yinfeng.domain.projects.access import visible_projects
from yinfeng.domain.projects.models import FundsArrival, Milestone, Project, Visit
from yinfeng.domain.projects.rules.words import FundsBasis, ProjectKind, Stage, VisitDirection
from yinfeng.foundation.accounts.models import Unit
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.money import display
from yinfeng.kernel.periods import Period

MOST = 60


def place_name() -> str:
    """The place whose bulletins these are: the name of the first unit."""
    root = Unit.objects.order_by("path").first()
    return _("全市") if root is None else root.short_name


def project_told(project: Project) -> dict[str, str]:
    amount = project.investment_amount
    firms = project.investors.filter(until=None).values_list("enterprise__name", flat=True)
    due = project.next_due_text
    if due and project.next_due_on:
        due = f"{due}（{project.next_due_on:%Y-%m-%d}）"
    return {
        "name": project.name,
        "code": project.code,
        "investors": "、".join(firms) or "—",
        "next": due or _("无"),
        "kind": _(ProjectKind(project.kind).label),
        "investment": "—"
        if amount is None
        else display(amount, "auto", None, project.investment_currency).replace(" ", ""),
        "unit": project.lead_unit.short_name if project.lead_unit else "—",
        "stage": _(Stage(project.furthest_stage).label) if project.furthest_stage else "—",
    }


def milestones_told(viewer: Viewer | None, period: Period, as_of: date, project: Project | None) -> list[Sequence[str]]:
    """Of one project all of them; else those of the period, of the projects that the viewer sees."""
    rows = Milestone.objects.counting().filter(happened_on__lte=as_of)
    if project is not None:
        rows = rows.filter(project=project)
    else:
        rows = rows.filter(happened_on__gte=period.start, project__merged_into=None, project__is_confidential=False)
        if viewer is not None:
            rows = rows.filter(project__in=visible_projects(viewer).order_by().values("pk"))
    found = rows.order_by("-happened_on", "pk").values_list("project__name", "stage", "happened_on")[:MOST]
    return [(name, _(Stage(stage).label), f"{on:%Y-%m-%d}") for name, stage, on in found]


def signed_told(viewer: Viewer | None, period: Period, as_of: date) -> list[Sequence[str]]:
    """The projects whose first formal agreement lies in the period: what a notice of a signing lists."""
    rows = Project.objects.filter(
        signed_on__gte=period.start, signed_on__lte=as_of, merged_into=None, is_confidential=False
    )
    if viewer is not None:
        rows = rows.filter(pk__in=visible_projects(viewer).order_by().values("pk"))
    found: list[Sequence[str]] = []
    for one in rows.select_related("lead_unit").prefetch_related("investors__enterprise").order_by("signed_on", "pk"):
        firms = "、".join(i.enterprise.name for i in one.investors.all() if i.until is None)
        amount = one.investment_amount
        told = "—" if amount is None else display(amount, "auto", None, one.investment_currency).replace(" ", "")
        unit = one.lead_unit.short_name if one.lead_unit else "—"
        found.append((one.name, firms or "—", told, unit, f"{one.signed_on:%Y-%m-%d}"))
        if len(found) == MOST:
            break
    return found


def leaders_told(viewer: Viewer | None, period: Period, as_of: date) -> list[Sequence[str]]:
    """By the leader they are linked to 挂联: the projects that moved in the period, have stalled, or are overdue. Two
    queries; in the order of the leaders' accounts, so that nobody is ranked."""
    linked = Project.objects.filter(leader__isnull=False, merged_into=None, ended_on=None, is_confidential=False)
    if viewer is not None:
        linked = linked.filter(pk__in=visible_projects(viewer).order_by().values("pk"))
    moved: dict[int, list[str]] = {}
    rows = Milestone.objects.counting().filter(
        happened_on__gte=period.start, happened_on__lte=as_of, project__in=linked
    )
    for pk, stage, on in rows.order_by("happened_on", "pk").values_list("project_id", "stage", "happened_on"):
        moved.setdefault(pk, []).append(f"{_(Stage(stage).label)} {on:%m-%d}")
    told = linked.filter(Q(pk__in=list(moved)) | Q(stalled_on__lte=as_of) | Q(next_due_on__lt=as_of))
    found: list[Sequence[str]] = []
    for one in told.select_related("leader", "lead_unit").order_by("leader_id", "pk")[:MOST]:
        news = _("、").join(moved.get(one.pk, ())) or (_("停滞") if one.stalled_on else _("无"))
        due = f"{one.next_due_text} {one.next_due_on:%m-%d}" if one.next_due_on else ""
        if one.next_due_on and one.next_due_on < as_of:
            due += _("（已超期）")
        found.append((one.leader.name if one.leader else "", one.name, one.lead_unit.short_name, news, due))
    return found


def arrivals_told(project: Project | None) -> list[Sequence[str]]:
    rows: Any = FundsArrival.objects.counting().filter(project=project).order_by("-happened_on", "pk")[:MOST]
    return [
        (f"{one.happened_on:%Y-%m-%d}", display(one.amount, "auto", None, one.currency), _(FundsBasis(one.basis).label))
        for one in rows
    ]


def visits_told(project: Project | None) -> list[Sequence[str]]:
    rows = Visit.objects.filter(project=project, voided_at=None).order_by("-held_on", "pk")[:12]
    return [(f"{one.held_on:%Y-%m-%d}", _(VisitDirection(one.direction).label), one.minutes[:120]) for one in rows]
