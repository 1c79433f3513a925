"""Who sees which import, and who may do what with it.

E brings workbooks in for the own unit and takes them into the ledger; what a row may touch is decided row by row
(``actions/staging.py: rules_of``). A workbook with a confidential project in it, or one that could not be read, is seen
by who brought it or took it, and by those who see every confidential project. An import is undone by whoever took it, or
by whoever holds D.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from yinfeng.domain.projects.models import Project
from yinfeng.foundation.accounts.models import Unit
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.files.models import StoredFile

from .models import Import, ImportRow


def visible_imports(viewer: Viewer, verb: str = "S") -> QuerySet[Import]:
    reach = viewer.reach("import", verb)
    rows = Import.objects.select_related("file", "unit", "started_by", "applied_by", "undone_by", "job")
    if not reach.everything:
        if not reach.unit_ids:
            return rows.none()
        rows = rows.filter(unit_id__in=reach.unit_ids)
    if viewer.reach("confidential", "S").everything:
        return rows
    secret = ImportRow.objects.filter(project__in=Project.objects.filter(is_confidential=True)).values("of_id")
    own = Q(started_by=viewer.person_id) | Q(applied_by=viewer.person_id)
    return rows.filter(own | (Q(is_confidential=False) & ~Q(pk__in=secret)))


def import_for(viewer: Viewer, pk: int, verb: str = "S") -> Import:
    """The one import: Http404 when not visible, PermissionDenied when visible but not allowed."""
    found = visible_imports(viewer).filter(pk=pk).first()
    if found is None:
        raise Http404
    if verb != "S" and not visible_imports(viewer, verb).filter(pk=pk).exists():
        raise PermissionDenied
    return found


def may_undo(viewer: Viewer, of: Import) -> bool:
    reach = viewer.reach("import", "D")
    return reach.everything or of.unit_id in reach.unit_ids or of.applied_by_id == viewer.person_id


def own_units(viewer: Viewer) -> QuerySet[Unit]:
    """The units for which the viewer may bring a workbook in."""
    rows = Unit.objects.filter(is_active=True).order_by("path")
    reach = viewer.reach("import", "E")
    return rows if reach.everything else rows.filter(pk__in=reach.unit_ids)


def may_see_file(viewer: Viewer, file: StoredFile) -> bool:
    return visible_imports(viewer).filter(pk=file.owner_id).exists()
