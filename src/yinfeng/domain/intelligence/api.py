"""Documents under ``/api/v1``: pushed into the review queue, and how far each is. What becomes of a record, people decide."""

from __future__ import annotations

import base64
import binascii
from datetime import date, datetime
from typing import Annotated, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from yinfeng.foundation.accounts.models import Unit
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.audit.actions import record_look
from yinfeng.foundation.audit.models import LookKind
from yinfeng.foundation.exchange.idempotency import DESCRIBED, idempotent
from yinfeng.foundation.exchange.shapes import Day, Id, In, answers
from yinfeng.kernel.errors import DomainError

from . import access, actions
from .queries import api_pages
from .rules.words import DocumentStatus, SourceKind

router = Router(tags=["documents"])


class DocumentIn(In):
    """Either ``text``, or a file as ``content_base64`` with its ``name`` (.docx .pdf .html .txt …)."""

    unit_id: Id
    text: Annotated[str, Field(max_length=3_000_000)] = ""
    content_base64: Annotated[str, Field(max_length=14_000_000)] = ""
    name: Annotated[str, Field(max_length=200)] = ""
    title: Annotated[str, Field(max_length=200)] = ""
    source: Annotated[str, Field(max_length=300)] = ""
    doc_date: Day | None = None


class DocumentOut(Schema):
    """``open`` of ``proposals`` records still wait for a person; ``status`` queue or done."""

    id: int
    title: str
    source: str
    doc_date: date | None
    media: str
    unit_id: int
    at: datetime
    status: str
    size: int
    proposals: int
    open: int
    accepted: int
    rejected: int


class DocumentPage(Schema):
    items: list[DocumentOut]
    next: str | None


class ProposalOut(Schema):
    """A record as read, with what became of it."""

    number: int
    kind: str
    status: str
    certain: bool
    confidence: float
    fields: dict[str, Any]
    project_id: int | None
    lead_id: int | None
    reason: str


class DocumentDetail(DocumentOut):
    records: list[ProposalOut]


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


@router.get("/documents", response=answers({200: DocumentPage}), summary="文档列表", operation_id="list_documents")
def list_documents(
    request: HttpRequest,
    status: DocumentStatus | None = None,
    unit: Id | None = None,
    cursor: str = Query("", max_length=400),
    limit: int = Query(50, ge=1, le=200),
) -> Any:
    """Documents within the caller's scope, the newest first."""
    return api_pages.documents(_viewer(request), str(status or ""), unit, cursor, limit)


@router.get("/documents/{id:pk}", response=answers({200: DocumentDetail}), summary="文档", operation_id="get_document")
def get_document(request: HttpRequest, pk: int) -> Any:
    """How far a document is, record by record."""
    return api_pages.document(access.document_for(_viewer(request), pk))


@router.post(
    "/documents", response=answers({201: DocumentOut, 200: DocumentOut}), summary="送入文档",
    operation_id="push_document", openapi_extra=DESCRIBED,
)  # fmt: skip
@idempotent(long=True)
def push_document(request: HttpRequest, data: DocumentIn) -> Any:
    """Put a document into the review queue. The very same text again answers 200 with the document on record."""
    viewer = _viewer(request)
    if not viewer.may("document", "E"):
        raise PermissionDenied
    unit = Unit.objects.filter(pk=data.unit_id, pk__in=viewer.unit_ids, is_active=True).first()
    if unit is None:
        raise DomainError(_("您不能以这个单位的名义登记。"), code="unit.not_own", field="unit_id")
    if bool(data.text.strip()) == bool(data.content_base64):
        raise DomainError(_("请在 text 与 content_base64 中提供一项。"), code="document.content", field="text")
    try:
        made = actions.take_in(
            content=_content(data), name=data.name, title=data.title, source=data.source, doc_date=data.doc_date,
            unit=unit, came_by=SourceKind.API, actor=viewer.person, at=timezone.now(),
        )  # fmt: skip
    except actions.AlreadyKnown as known:
        if access.visible_documents(viewer).filter(pk=known.document.pk).exists():
            return Status(200, api_pages.document(known.document))
        # Of a document out of sight nothing is told, and the look is on record.
        record_look(
            actor=viewer.person, at=timezone.now(), look=LookKind.DUPLICATE, kind="document",
            object_id=known.document.pk, detail="api",
        )  # fmt: skip
        raise DomainError(
            _("同一文档已由其他单位收录。"), code="document.known", field="text", fix=_("请联系上级。")
        ) from None
    return Status(201, api_pages.document(made))


def _content(data: DocumentIn) -> bytes | str:
    if data.text.strip():
        return data.text
    try:
        return base64.b64decode(data.content_base64, validate=True)
    except (binascii.Error, ValueError):
        raise DomainError(
            _("content_base64 不是合格的 Base64。"), code="document.base64", field="content_base64"
        ) from None
