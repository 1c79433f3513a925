"""The workbench: what one person should do and know today; and the pages by name, for the palette."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from yinfeng.domain.projects.access import visible_projects
from yinfeng.domain.projects.models import Follow
from yinfeng.domain.projects.rules.words import Stage
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.notices.models import Notice
from yinfeng.foundation.ui import slots


@dataclass(frozen=True)
class Followed:
    pk: int
    code: str
    name: str
    stage: str
    changed_at: Any
    why: str


@dataclass(frozen=True)
class Workbench:
    """What one person should do and know today."""

    greeting: str
    day: str
    overdue: list[slots.Todo]
    soon: list[slots.Todo]
    later: list[slots.Todo]
    notices: list[Notice]
    changed: list[Followed]
    may_enter: bool
    is_administrator: bool

    @property
    def count(self) -> int:
        return len(self.overdue) + len(self.soon) + len(self.later)


def workbench(viewer: Viewer, today: date) -> Workbench:
    """To-dos of every app by urgency, unread notices, and what changed in what the person follows or owns."""
    todos = slots.todos_of(viewer, today)
    soon = today + timedelta(days=7)
    return Workbench(
        greeting=viewer.person.name,
        day=date_format(today, _("Y年n月j日 l")),
        overdue=[t for t in todos if t.due_on and t.due_on < today],
        soon=[t for t in todos if t.due_on and today <= t.due_on <= soon],
        later=[t for t in todos if not t.due_on or t.due_on > soon],
        notices=list(Notice.objects.filter(person=viewer.person, read_at=None).order_by("-pk")[:8]),
        changed=_changed(viewer),
        may_enter=viewer.may("lead", "E") or viewer.may("project", "E"),
        is_administrator=viewer.is_administrator,
    )


def _changed(viewer: Viewer) -> list[Followed]:
    """The latest changes among followed and own projects."""
    if not viewer.may("project"):
        return []
    followed = Follow.objects.filter(person=viewer.person).values("project_id")
    rows = (
        visible_projects(viewer)
        .filter(Q(owner=viewer.person) | Q(leader=viewer.person) | Q(pk__in=followed))
        .order_by("-changed_at", "-pk")
        .values_list("pk", "code", "name", "furthest_stage", "changed_at", "owner_id", "leader_id")[:8]
    )
    return [
        Followed(
            pk, code, name, Stage(stage).label, changed,
            _("我负责") if owner == viewer.person_id else _("我联系") if leader == viewer.person_id else _("我关注"),
        )
        for pk, code, name, stage, changed, owner, leader in rows
    ]  # fmt: skip


def page_hits(viewer: Viewer, words: str) -> list[slots.Hit]:
    """The pages of the navigation whose name holds the words (all of them without words)."""
    found = []
    for item in slots.navigation(viewer):
        label = str(item.label)
        if words.casefold() in label.casefold():
            found.append(slots.Hit(label, reverse(item.url_name), _("页面")))
    return found[:8]
