"""Who sees which bulletin: the rights table says all of them, or the issued ones."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from yinfeng.domain.projects.access import visible_projects
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.files.models import StoredFile

from .models import Bulletin
from .rules.words import BulletinState


def visible_bulletins(viewer: Viewer) -> QuerySet[Bulletin]:
    """What the viewer may read; of those about one project only where the project may be seen."""
    reach = viewer.reach("bulletin", "S")
    rows = Bulletin.objects.all()
    if not reach.everything:
        rows = rows.filter(state=BulletinState.ISSUED) if reach.issued else rows.none()
    return rows.filter(project=None) | rows.filter(project__in=visible_projects(viewer).values("pk"))


def bulletin_for(viewer: Viewer, pk: int, verb: str = "S") -> Bulletin:
    """The one bulletin: Http404 when not visible, PermissionDenied when visible but not allowed."""
    people = ("drafted_by", "checked_by", "issued_by", "word_file", "annex_file", "corrects", "project")
    found = visible_bulletins(viewer).select_related(*people).filter(pk=pk).first()
    if found is None:
        raise Http404
    if verb != "S" and not viewer.may("bulletin", verb):
        raise PermissionDenied
    return found


def can_see_file(viewer: Viewer, file: StoredFile) -> bool:
    """The paper is for whoever reads the bulletin; its annex lists projects of all units, for whoever sees all drafts."""
    rows = visible_bulletins(viewer).filter(pk=file.owner_id)
    if not sees_everything(viewer):
        rows = rows.filter(word_file=file)
    return rows.exists()


def sees_everything(viewer: Viewer) -> bool:
    """Whether the viewer sees drafts and the rows of all units."""
    return viewer.reach("bulletin", "S").everything
