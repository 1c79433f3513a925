"""The change feed under ``/api/v1/changes``."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema

from yinfeng.foundation.audit.actions import record_look
from yinfeng.foundation.audit.models import LookKind

from . import feed
from .shapes import answers

router = Router(tags=["changes"])


class ChangeOut(Schema):
    """One change: ``verb`` what was done to the object, ``named`` the parts it concerned. ``gone``: the object has left
    the caller's sight (``verb`` is then ``left``)."""

    sequence: int
    at: datetime
    kind: str
    id: int
    verb: str
    named: dict[str, int]
    gone: bool


class FeedOut(Schema):
    """``cursor`` is where to go on from. ``more``: ask again at once. ``scope_changed``: rights have changed since the
    cursor was written, read the lists anew. ``objects``: what changed, as it is now, by noun."""

    items: list[ChangeOut]
    cursor: str
    more: bool
    scope_changed: bool
    objects: dict[str, list[Any]]


@router.get(
    "/changes", response=answers({200: FeedOut}), summary="变更流", operation_id="list_changes",
    openapi_extra={"description": "自游标以来的变更，按封存次序；需要导出权限（X）。"},
)  # fmt: skip
def list_changes(
    request: HttpRequest,
    since: str = Query("", max_length=400),
    limit: int = Query(feed.SIZE, ge=1, le=feed.MOST),
    objects: bool = True,
) -> Any:
    """What changed since the cursor, in the order of the audit chain. What is told is logged as an export."""
    viewer = request.viewer  # type: ignore[attr-defined]
    if not any(viewer.may(kind, "X") for kind in ("project", "lead", "agreement", "list", "document")):
        raise PermissionDenied
    found = feed.page(viewer, since, size=limit)
    if found.entries:
        record_look(
            actor=viewer.person, at=timezone.now(), look=LookKind.EXPORT, kind="changes", rows=len(found.entries),
            detail=f"{found.entries[0].sequence}–{found.entries[-1].sequence}",
        )  # fmt: skip
    told = {
        "items": [entry.as_json() for entry in found.entries], "cursor": found.cursor, "more": found.more,
        "scope_changed": found.scope_changed, "objects": feed.show(viewer, found.entries) if objects else {},
    }  # fmt: skip
    # Written as it is: to check a hundred objects once more against their shape would cost a third of the page.
    body = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(body, content_type="application/json; charset=utf-8")
