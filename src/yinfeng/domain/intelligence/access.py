"""Who sees which document and proposal, and who may do what with it.

E takes documents in and corrects what was read; V decides what becomes of it. What enters the ledger needs E on the
ledger's own line besides (:func:`may_make`).
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from yinfeng.foundation.accounts import access
from yinfeng.foundation.accounts.models import Unit
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.files.models import StoredFile

from .models import Alert, Document, Fetch, Proposal, Source
from .rules.words import Target


def visible_documents(viewer: Viewer, verb: str = "S") -> QuerySet[Document]:
    return access.within(Document.objects.all(), viewer, "document", verb)


def document_for(viewer: Viewer, pk: int, verb: str = "S") -> Document:
    """The one document: Http404 when not visible, PermissionDenied when visible but not allowed."""
    return access.get(Document.objects.select_related("unit", "uploaded_by", "file"), viewer, "document", verb, pk=pk)


def proposal_for(viewer: Viewer, pk: int, verb: str = "S") -> Proposal:
    """The one proposal, under the rights of its document."""
    rows = Proposal.objects.select_related("document", "document__unit", "decided_by")
    found = access.within(rows, viewer, "document", "S", key="document_id").filter(pk=pk).first()
    if found is None:
        raise Http404
    if verb != "S":
        document_for(viewer, found.document_id, verb)
    return found


def may_make(viewer: Viewer, target: str) -> bool:
    """Whether the viewer may enter such a thing in the ledger at all."""
    return viewer.may("lead" if target == Target.LEAD else "project", "E")


def own_units(viewer: Viewer) -> QuerySet[Unit]:
    """The units for which the viewer may take documents in: the person's own."""
    return Unit.objects.filter(pk__in=viewer.unit_ids, is_active=True).order_by("path")


def lead_units(viewer: Viewer, target: str) -> QuerySet[Unit]:
    """The units that may lead what the viewer enters: all of them for whoever enters for all, else the own ones."""
    rows = Unit.objects.filter(is_active=True).order_by("path")
    reach = viewer.reach("lead" if target == Target.LEAD else "project", "E")
    return rows if reach.everything else rows.filter(pk__in=reach.unit_ids)


def landing_units() -> QuerySet[Unit]:
    """Where a project can land: districts and parks, in the official order."""
    return Unit.objects.filter(is_active=True, kind__in=["district", "park"]).order_by("path")


def can_see_file(viewer: Viewer, file: StoredFile) -> bool:
    """A document's file is seen by whoever sees the document."""
    return visible_documents(viewer).filter(pk=file.owner_id).exists()


def visible_sources(viewer: Viewer, verb: str = "S") -> QuerySet[Source]:
    """Sources follow the right to documents, by the unit that takes in."""
    reach = viewer.reach("document", verb)
    rows = Source.objects.all()
    return rows if reach.everything else rows.filter(unit_id__in=reach.unit_ids)


def source_for(viewer: Viewer, pk: int, verb: str = "S") -> Source:
    """The one source: Http404 when not visible, PermissionDenied when visible but not allowed."""
    found = visible_sources(viewer).select_related("unit", "owner").filter(pk=pk).first()
    if found is None:
        raise Http404
    if verb != "S" and not visible_sources(viewer, verb).filter(pk=pk).exists():
        raise PermissionDenied
    return found


def fetch_for(viewer: Viewer, pk: int) -> Fetch:
    found = Fetch.objects.select_related("source").filter(pk=pk, source__in=visible_sources(viewer)).first()
    if found is None:
        raise Http404
    return found


def source_units(viewer: Viewer) -> QuerySet[Unit]:
    """For which units the viewer may set up sources: the person's own, and all of them for whoever decides for all."""
    rows = Unit.objects.filter(is_active=True).order_by("path")
    reach = viewer.reach("document", "V")
    return rows if reach.everything else rows.filter(pk__in=reach.unit_ids)


def alert_for(viewer: Viewer, pk: int, verb: str = "S") -> Alert:
    from .queries.watch import visible_alerts

    found = visible_alerts(viewer).filter(pk=pk).first()
    if found is None:
        raise Http404
    if verb != "S" and not visible_alerts(viewer, verb).filter(pk=pk).exists():
        raise PermissionDenied
    return found
