"""Saved views: kept, listed, run."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from yinfeng.foundation.accounts.access import viewer_on
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.exchange.idempotency import DESCRIBED, idempotent
from yinfeng.foundation.exchange.shapes import answers

from ..actions import views as verbs
from ..models import SavedView
from ..queries import api_pages
from .inputs import ViewIn
from .shapes import ProjectPage, ViewOut, ViewsOut

router = Router(tags=["views"])


def _seen(viewer: Viewer) -> Any:
    """One's own views and those shared with everybody, for who sees projects at all."""
    if not viewer.may("project", "S"):
        raise PermissionDenied
    return SavedView.objects.filter(Q(owner_id=viewer.person_id) | Q(is_shared=True))


def _shown(view: SavedView, viewer: Viewer) -> dict[str, Any]:
    return {
        "id": view.pk, "name": view.name, "query": view.query, "is_mine": view.owner_id == viewer.person_id,
        "is_shared": view.is_shared,
    }  # fmt: skip


@router.get("/views", response=answers({200: ViewsOut}), summary="视图", operation_id="list_views")
def list_views(request: HttpRequest) -> Any:
    """The caller's own views, and those that are shared."""
    viewer = viewer_on(request)
    return {"items": [_shown(v, viewer) for v in _seen(viewer).order_by("pk")[:500]]}


@router.post(
    "/views", response=answers({201: ViewOut}), summary="保存视图", operation_id="save_view", openapi_extra=DESCRIBED
)
@idempotent()
def save_view(request: HttpRequest, data: ViewIn) -> Any:
    """Keep a query string under a name of one's own."""
    viewer = viewer_on(request)
    if not viewer.may("project", "S"):
        raise PermissionDenied
    api_pages.view_of(parse_qs(data.query.removeprefix("?"), keep_blank_values=True), saved=True)
    made = verbs.save_view(name=data.name, query=data.query, actor=viewer.person, at=timezone.now())
    return Status(201, _shown(made, viewer))


@router.api_operation(
    ["DELETE"], "/views/{id:pk}", response=answers({204: None}), summary="删除视图", operation_id="delete_view",
    openapi_extra=DESCRIBED,
)  # fmt: skip
@idempotent()
def delete_view(request: HttpRequest, pk: int) -> Any:
    """A view of one's own; a shared one of somebody else is 403."""
    viewer = viewer_on(request)
    view = _seen(viewer).filter(pk=pk).first()
    if view is None:
        raise Http404
    if view.owner_id != viewer.person_id:
        raise PermissionDenied
    verbs.delete_view(view=view, actor=viewer.person, at=timezone.now())
    return Status(204, None)


@router.get(
    "/views/{id:pk}/projects", response=answers({200: ProjectPage}), summary="运行视图", operation_id="run_view"
)
def run_view(
    request: HttpRequest,
    pk: int,
    cursor: str = Query("", max_length=400),
    limit: int = Query(50, ge=1, le=api_pages.MOST),
    totals: bool = False,
) -> Any:
    """The projects of a saved view: a shared view shares the question, each caller sees the own answer to it."""
    viewer = viewer_on(request)
    view = _seen(viewer).filter(pk=pk).first()
    if view is None:
        raise Http404
    asked = parse_qs(view.query, keep_blank_values=True)
    return api_pages.projects(viewer, asked, cursor, limit, counted=totals, saved=True)
