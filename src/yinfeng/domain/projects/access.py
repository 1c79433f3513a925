"""Who sees which lead and project, and who may do what with it.

Scope comes from the one access table; what is added here is confidentiality: a confidential object is seen by those
whom the rights table says (the director, the linked leader, whoever is named), whatever their scope is.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404

from yinfeng.foundation.accounts import access
from yinfeng.foundation.accounts.viewer import Viewer

from .models import Ceremony, Fact, Lead, Project
from .rules.words import FactStatus, LeadStatus

M = TypeVar("M", bound=Model)
FactT = TypeVar("FactT", bound=Fact)


def _within(
    rows: QuerySet[M], viewer: Viewer, kind: str, right: str, verb: str, among: Collection[int] | None = None
) -> QuerySet[M]:
    """``kind`` names the access rows, ``right`` the line of the rights table (agreement, contact, list …); ``among``
    the few objects asked about, where they are few."""
    if among is not None:
        rows = rows.filter(pk__in=among)
    reach = viewer.reach(right, verb)
    if not reach:
        return rows.none()
    if not reach.everything:
        rows = rows.filter(access.granted(kind, viewer, reach, among=among))
    secret = viewer.reach("confidential", "S")
    if secret.everything:
        return rows
    if not secret:
        return rows.filter(is_confidential=False)
    return rows.filter(Q(is_confidential=False) | access.granted(kind, viewer, secret, among=among))


def visible_projects(
    viewer: Viewer,
    verb: str = "S",
    *,
    right: str = "project",
    among: Collection[int] | None = None,
    merged: bool = False,
) -> QuerySet[Project]:
    """The projects on which the viewer may use ``verb``; merged ones stand under the project they went into, unless
    ``merged`` asks for them too: a past figure counted them."""
    rows = Project.objects.all() if merged else Project.objects.filter(merged_into=None)
    return _within(rows, viewer, "project", right, verb, among)


def visible_leads(
    viewer: Viewer, verb: str = "S", *, among: Collection[int] | None = None, withdrawn: bool = False
) -> QuerySet[Lead]:
    """The leads on which the viewer may use ``verb``; those taken back with their import only where ``withdrawn`` asks for
    them too."""
    rows = Lead.objects.all() if withdrawn else Lead.objects.exclude(status=LeadStatus.WITHDRAWN)
    return _within(rows, viewer, "lead", "lead", verb, among)


def project_for(viewer: Viewer, pk: int, verb: str = "S", *, right: str = "project") -> Project:
    """The one project: Http404 when not visible, PermissionDenied when visible but not allowed.

    ``right`` is the line of the rights table that the verb is looked up in: an outpost may log a visit
    (``contact``) on a project whose facts it may only see.
    """
    project = _within(Project.objects.all(), viewer, "project", "project", "S", [pk]).first()
    if project is None or project.merged_into_id == project.pk:  # withdrawn with its import: docs/adr/0012
        raise Http404
    if (verb, right) != ("S", "project") and not (
        _within(Project.objects.all(), viewer, "project", right, verb, [pk]).exists()
    ):
        raise PermissionDenied
    return project


def lead_for(viewer: Viewer, pk: int, verb: str = "S", *, right: str = "lead") -> Lead:
    """The one lead, under the same rules as :func:`project_for`."""
    lead = visible_leads(viewer, among=[pk]).select_related("owner", "investor").first()
    if lead is None:
        raise Http404
    if (verb, right) != ("S", "lead") and not (_within(Lead.objects.all(), viewer, "lead", right, verb, [pk]).exists()):
        raise PermissionDenied
    return lead


def visible_ceremonies(viewer: Viewer) -> QuerySet[Ceremony]:
    """Events that put something of a visible project on the stage: each event lists at least one thing."""
    if not viewer.may("agreement"):
        return Ceremony.objects.none()
    seen = visible_projects(viewer, right="agreement").values("pk")
    standing = Ceremony.objects.filter(voided_at=None)
    return standing.filter(Q(agreements__project__in=seen) | Q(phases__project__in=seen)).distinct()


def may_end(viewer: Viewer, fact: Fact) -> None:
    """PermissionDenied for those who may neither enter nor verify here. Else one's own declaration while nobody has
    verified it; whoever verifies may touch any fact."""
    if not visible_projects(viewer, "E").filter(pk=fact.project_id).exists():
        project_for(viewer, fact.project_id, "V")
        return
    if fact.declared_by_id == viewer.person_id and fact.status == FactStatus.DECLARED:
        return
    if not visible_projects(viewer, "V").filter(pk=fact.project_id).exists():
        raise PermissionDenied


def fact_to_end(viewer: Viewer, model: type[FactT], pk: int) -> FactT:
    """The one fact that the viewer may take back: Http404 when its project is out of sight, else as :func:`may_end`."""
    fact: FactT | None = model._default_manager.filter(pk=pk).first()  # type: ignore[assignment]
    if fact is None:
        raise Http404
    project_for(viewer, fact.project_id)
    may_end(viewer, fact)
    return fact
