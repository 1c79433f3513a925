"""Labelled data out: what people decided and corrected, as JSON Lines. Every export is on record."""

from __future__ import annotations

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.audit.actions import record_look
from yinfeng.foundation.audit.models import LookKind

from ..queries import labels as reads


@require_safe
@needs("document", "X")
def export(request: HttpRequest) -> StreamingHttpResponse:
    viewer = viewer_on(request)
    ids = reads.documents(viewer)
    record_look(
        actor=viewer.person, at=timezone.now(), look=LookKind.EXPORT, kind="document", object_id=None, rows=len(ids),
        detail="labels",
    )  # fmt: skip
    answer = StreamingHttpResponse(reads.lines(ids), content_type="application/x-ndjson; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="labels.jsonl"'
    return answer
