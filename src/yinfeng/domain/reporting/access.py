"""Who sees which tasks: those of the units on whose projects the person may use the verb.

The rights are the ledger's own: who enters a unit's facts reports for it, who verifies facts verifies reports, and who
decides on imports closes months. Reports are a unit's affair, so leader links and names on single projects open none.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from yinfeng.domain.projects.access import visible_projects
from yinfeng.domain.projects.models import Correction
from yinfeng.foundation.accounts.viewer import Viewer

from .models import ReportingTask


def visible_tasks(viewer: Viewer, verb: str = "S") -> QuerySet[ReportingTask]:
    """The tasks of the units that the verb reaches."""
    rows = ReportingTask.objects.all()
    reach = viewer.reach("project", verb)
    if reach.everything:
        return rows
    return rows.filter(unit_id__in=reach.unit_ids) if reach.unit_ids else rows.none()


def task_for(viewer: Viewer, pk: int, verb: str = "S") -> ReportingTask:
    """The one task: Http404 when not visible, PermissionDenied when visible but not allowed."""
    task = visible_tasks(viewer).filter(pk=pk).select_related("unit", "declared_by", "verified_by").first()
    if task is None:
        raise Http404
    if verb != "S" and not visible_tasks(viewer, verb).filter(pk=pk).exists():
        raise PermissionDenied
    return task


def visible_corrections(viewer: Viewer) -> QuerySet[Correction]:
    """The corrections of projects that the viewer sees."""
    rows = Correction.objects.all()
    if viewer.reach("project").everything and viewer.reach("confidential").everything:
        return rows
    return rows.filter(project__in=visible_projects(viewer, merged=True))


def correction_for(viewer: Viewer, pk: int, *, decide: bool = False) -> Correction:
    """The one correction. To decide it the viewer must reach the project with the right to close."""
    found = (
        visible_corrections(viewer)
        .filter(pk=pk)
        .select_related("period", "project", "proposed_by", "decided_by", "milestone", "arrival", "flag", "file")
        .first()
    )
    if found is None:
        raise Http404
    if decide and not visible_projects(viewer, "D", right="import", among=[found.project_id], merged=True).exists():
        raise PermissionDenied
    return found
