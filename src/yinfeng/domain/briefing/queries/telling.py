"""What a bulletin tells beside its figures: the place, one project's facts, what happened in the period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

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
    return {
        "name": project.name,
        "code": project.code,
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


def arrivals_told(project: Project | None) -> list[Sequence[str]]:
    rows: Any = FundsArrival.objects.counting().filter(project=project).order_by("-happened_on", "pk")[:MOST]
    return [
        (f"{one.happened_on:%Y-%m-%d}", display(one.amount, "auto", None, one.currency), _(FundsBasis(one.basis).label))
        for one in rows
    ]


def visits_told(project: Project | None) -> list[Sequence[str]]:
    rows = Visit.objects.filter(project=project, voided_at=None).order_by("-held_on", "pk")[:12]
    return [(f"{one.held_on:%Y-%m-%d}", _(VisitDirection(one.direction).label), one.minutes[:120]) for one in rows]
