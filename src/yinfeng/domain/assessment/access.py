"""Who sees which consultation and opinion, and who may do what with it.

A subject is seen by the ledger's own rules. A consultation is seen by its host, the units invited and its chair; an
opinion by whoever sees its subject, and by the department that was asked.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from yinfeng.domain.projects.access import lead_for, project_for, visible_leads, visible_projects
from yinfeng.foundation.accounts import access
from yinfeng.foundation.accounts.viewer import Viewer

from .models import Consultation, Opinion
from .rules.words import SubjectKind
from .subjects import Subject


def subject_for(viewer: Viewer, kind: str, pk: int, verb: str = "S") -> Subject:
    """The lead or project: Http404 when not visible, PermissionDenied when visible but not allowed."""
    if kind == SubjectKind.LEAD:
        return Subject(SubjectKind.LEAD, lead_for(viewer, pk, verb))
    if kind == SubjectKind.PROJECT:
        return Subject(SubjectKind.PROJECT, project_for(viewer, pk, verb))
    raise Http404


def visible_opinions(viewer: Viewer) -> QuerySet[Opinion]:
    """Opinions on what the viewer sees, and those asked of the viewer's units."""
    seen = Q(lead__in=visible_leads(viewer).values("pk")) | Q(project__in=visible_projects(viewer).values("pk"))
    if viewer.may("consultation"):
        seen |= Q(unit_id__in=viewer.unit_ids)
    return Opinion.objects.filter(seen)


def opinion_for(viewer: Viewer, pk: int, *, giving: bool = False) -> Opinion:
    """The one opinion; ``giving`` asks for the right to put it on record: the asked department's own people, or
    whoever enters facts on the subject (with the paper's number)."""
    found = (
        visible_opinions(viewer).select_related("lead", "project", "unit", "asked_by", "given_by").filter(pk=pk).first()
    )
    if found is None:
        raise Http404
    if giving and not may_give(viewer, found):
        raise PermissionDenied
    return found


def may_give(viewer: Viewer, opinion: Opinion) -> bool:
    if opinion.unit_id in viewer.unit_ids and viewer.may("consultation", "E"):
        return True
    return may_enter(viewer, opinion)


def may_enter(viewer: Viewer, opinion: Opinion) -> bool:
    """Whether the viewer enters facts on the opinion's subject."""
    if opinion.lead_id:
        return visible_leads(viewer, "E", among=[opinion.lead_id]).exists()
    return visible_projects(viewer, "E", among=[opinion.project_id or 0]).exists()


def visible_consultations(viewer: Viewer, verb: str = "S") -> QuerySet[Consultation]:
    return access.within(Consultation.objects.all(), viewer, "consultation", verb)


def consultation_for(viewer: Viewer, pk: int, verb: str = "S") -> Consultation:
    rows = Consultation.objects.select_related("host_unit", "chair", "created_by", "concluded_by")
    return access.get(rows, viewer, "consultation", verb, pk=pk)
