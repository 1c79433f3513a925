"""Saved views of the ledger, and following projects."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db import transaction
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.audit.actions import record
from yinfeng.kernel.errors import DomainError

from ..models import Follow, Project, SavedView
from .guards import told

MOST_VIEWS = 100
LONGEST_QUERY = 1000


@transaction.atomic
def save_view(*, name: str, query: str, actor: Person, at: datetime) -> SavedView:
    """Keep a query string under a name of one's own; the same name again overwrites it."""
    name = told(name, _("视图名称"), 40, "view", "name")
    query = _query(query)
    view = SavedView.objects.select_for_update().filter(owner=actor, name=name).first()
    before = {"query": view.query} if view else None
    if view is None:
        if SavedView.objects.filter(owner=actor).count() >= MOST_VIEWS:
            raise DomainError(
                _("最多保存 {most} 个视图。").format(most=MOST_VIEWS),
                code="view.too_many",
                fix=_("请先删除不用的视图。"),
            )
        view = SavedView(owner=actor, name=name)
    view.query, view.at = query, at
    view.save()
    _record(view, "view.save", actor, at, before=before, after={"name": name, "query": query})
    return view


@transaction.atomic
def rename_view(*, view: SavedView, name: str, actor: Person, at: datetime) -> SavedView:
    view = _own(view, actor)
    name = told(name, _("视图名称"), 40, "view", "name")
    if SavedView.objects.filter(owner=actor, name=name).exclude(pk=view.pk).exists():
        raise DomainError(_("您已有名为“{name}”的视图。").format(name=name), code="view.name_taken", field="name")
    before, view.name = {"name": view.name}, name
    view.save(update_fields=["name"])
    _record(view, "view.rename", actor, at, before=before, after={"name": name})
    return view


@transaction.atomic
def delete_view(*, view: SavedView, actor: Person, at: datetime) -> None:
    view = _own(view, actor)
    _record(view, "view.delete", actor, at, before={"name": view.name, "query": view.query})
    view.delete()


@transaction.atomic
def pin_view(*, view: SavedView, pinned: bool = True, actor: Person, at: datetime) -> SavedView:
    """Put a view of one's own at the top, or take it down."""
    return _switch(view, "is_pinned", pinned, "view.pin", actor, at)


@transaction.atomic
def share_view(*, view: SavedView, shared: bool = True, actor: Person, at: datetime) -> SavedView:
    """Let everybody use a view of one's own: it shares the question, each sees their own answer to it."""
    return _switch(view, "is_shared", shared, "view.share", actor, at)


@transaction.atomic
def follow(*, project: Project, actor: Person, at: datetime) -> Follow:
    """Follow a project (again: nothing happens). The caller has it from ``project_for``."""
    row, made = Follow.objects.get_or_create(person=actor, project=project, defaults={"at": at})
    if made:
        record(actor=actor, at=at, verb="project.follow", kind="project", object_id=project.pk)
    return row


@transaction.atomic
def unfollow(*, project: Project, actor: Person, at: datetime) -> None:
    gone, _rows = Follow.objects.filter(person=actor, project=project).delete()
    if gone:
        record(actor=actor, at=at, verb="project.unfollow", kind="project", object_id=project.pk)


def _own(view: SavedView, actor: Person) -> SavedView:
    fresh = SavedView.objects.select_for_update().filter(pk=view.pk).first()
    if fresh is None:
        raise DomainError(_("这个视图已被删除。"), code="view.gone", fix=_("请刷新后查看。"))
    if fresh.owner_id != actor.pk:
        raise DomainError(
            _("“{name}”是他人的视图，不能修改。").format(name=fresh.name), code="view.not_own",
            fix=_("可以另存为自己的视图。"),
        )  # fmt: skip
    return fresh


def _switch(view: SavedView, field: str, on: bool, verb: str, actor: Person, at: datetime) -> SavedView:
    view = _own(view, actor)
    if getattr(view, field) != on:
        setattr(view, field, on)
        view.save(update_fields=[field])
        _record(view, verb, actor, at, before={field: not on}, after={field: on})
    return view


def _query(query: str) -> str:
    """The query string without page and cursor: a view is a question, not a place in its answer."""
    query = query.strip().lstrip("?")
    if len(query) > LONGEST_QUERY * 4:
        raise DomainError(_("筛选条件过长，不能保存为视图。"), code="view.query", field="query", fix=_("请减少条件。"))
    kept = [
        (k, v) for k, v in parse_qsl(query, keep_blank_values=False) if k not in ("page", "after", "before", "cursor")
    ]
    clean = urlencode(kept)
    if len(clean) > LONGEST_QUERY:
        raise DomainError(_("筛选条件过长，不能保存为视图。"), code="view.query", field="query", fix=_("请减少条件。"))
    return clean


def _record(
    view: SavedView, verb: str, actor: Person, at: datetime, *, before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    record(actor=actor, at=at, verb=verb, kind="view", object_id=view.pk, before=before, after=after)
