"""Handing a file out."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest
from django.utils import timezone
from django.views.decorators.http import require_safe

from yinfeng.foundation.accounts.access import needs
from yinfeng.foundation.audit.actions import record_look
from yinfeng.foundation.audit.models import LookKind

from .models import StoredFile
from .owners import visible
from .queries import open_file


@require_safe
@needs(None)
def download(request: HttpRequest, pk: int) -> FileResponse:
    """The file as it was stored, to be saved and never shown inside the house. 404 where its owner is not visible."""
    viewer = request.viewer  # type: ignore[attr-defined]
    file = StoredFile.objects.filter(pk=pk).first()
    if file is None or not visible(viewer, file):
        raise Http404
    content = open_file(file)
    response = FileResponse(content, as_attachment=True, filename=file.name, content_type=file.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    if request.method == "GET":
        record_look(
            actor=viewer.person, at=timezone.now(), look=LookKind.DOWNLOAD, kind=file.owner_kind,
            object_id=file.owner_id, detail=f"file {file.pk} {file.name}",
        )  # fmt: skip
    return response
