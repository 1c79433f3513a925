"""The three lists as one table read three ways, and what is overdue or due soon for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.ui.slots import Todo

from ..access import visible_projects
from ..models import Project, Undertaking
from ..rules.words import Stage
from . import claims

DUE_SOON_DAYS = 7
MOST_ASKED = 50


@dataclass(frozen=True)
class UndertakingRow:
    """One line of the lists. ``state``: done, cancelled, overdue, waiting (for another line), soon or open."""

    pk: int
    project_id: int
    project: str
    phase: str
    what: str
    stage: str
    unit_id: int
    unit: str
    person: str
    due_on: date
    first_due_on: date
    done_on: date | None
    cancelled_reason: str
    after: str
    note: str
    state: str
    days: int  # until the deadline; negative: overdue; when done: how many days early (negative: late)

    @property
    def was_moved(self) -> bool:
        return self.due_on != self.first_due_on


@dataclass(frozen=True)
class Group:
    """Lines under a heading, with how many are done of how many."""

    title: str
    rows: tuple[UndertakingRow, ...]
    done: int
    total: int
    overdue: int


@dataclass(frozen=True)
class ThreeLists:
    """项目清单 (what, by phase), 责任清单 (who, by unit), 时间清单 (by when, by month): the same lines three times."""

    by_project: tuple[Group, ...]
    by_responsibility: tuple[Group, ...]
    by_time: tuple[Group, ...]
    done: int
    total: int
    overdue: int


def three_lists(project: Project, today: date) -> ThreeLists:
    """The lists of one project (one query)."""
    lines = _with_names(project.undertakings.all()).order_by("due_on", "order", "pk")
    found = list(lines)
    rows = [row_of(u, today) for u in found]
    phase_order = {u.phase.name: u.phase.number for u in found}
    unit_order = {u.unit.short_name: u.unit.path for u in found}
    live = [r for r in rows if r.state != "cancelled"]
    return ThreeLists(
        _grouped(rows, lambda r: r.phase, lambda title: phase_order[title]),
        _grouped(rows, lambda r: r.unit, lambda title: unit_order[title]),
        _grouped(rows, lambda r: _("{year}年{month}月").format(year=r.due_on.year, month=r.due_on.month), None),
        sum(r.state == "done" for r in live), len(live), sum(r.state == "overdue" for r in live),
    )  # fmt: skip


def overdue(viewer: Viewer, today: date, limit: int = 50) -> list[UndertakingRow]:
    """Overdue lines the viewer may see, the longest overdue first."""
    rows = _open(viewer).filter(due_on__lt=today).order_by("due_on", "pk")
    return [row_of(u, today) for u in _with_names(rows)[:limit]]


def due_soon(viewer: Viewer, today: date, days: int = DUE_SOON_DAYS, limit: int = 50) -> list[UndertakingRow]:
    """Lines due from today on, within ``days``, the nearest first."""
    rows = _open(viewer).filter(due_on__range=(today, today + timedelta(days=days))).order_by("due_on", "pk")
    return [row_of(u, today) for u in _with_names(rows)[:limit]]


def mine(viewer: Viewer, today: date, until: date, limit: int = MOST_ASKED) -> list[UndertakingRow]:
    """Open lines that fall to this person, or to their unit and nobody in particular, due by ``until``; most pressing
    first. One query of two halves, each by its own index."""
    seen = _open(viewer).filter(due_on__lte=until).order_by()
    own = seen.filter(person_id=viewer.person_id).values("pk")
    units = seen.filter(unit_id__in=viewer.unit_ids, person=None).values("pk")
    found = _with_names(Undertaking.objects.filter(pk__in=own.union(units))).order_by("due_on", "pk")
    return [row_of(u, today) for u in found[:limit]]


def todos(viewer: Viewer, today: date) -> list[Todo]:
    """What the three lists and the claims ask of a person this week (for the workbench)."""
    found = [
        Todo(
            _("{what}：已逾期 {days} 天").format(what=r.what, days=-r.days) if r.days < 0 else r.what,
            f"/projects/{r.project_id}/", r.due_on, _("清单事项"), r.project,
        )
        for r in mine(viewer, today, today + timedelta(days=DUE_SOON_DAYS))
        if r.state != "waiting"
    ]  # fmt: skip
    found += [
        Todo(
            _("首报保护还有 {days} 天：{cause}").format(days=row.clock.days_left, cause=_(row.clock.cause.label)), row.url,
            row.clock.ends_on, _("首报首谈"), row.subject,
        )
        for row in claims.countdown(viewer, today)
        if row.clock and row.clock.light == "yellow"
    ]  # fmt: skip
    found += [
        Todo(_("裁定首报争议：{unit}").format(unit=row.unit), row.url, None, _("首报首谈"), row.subject)
        for row in claims.disputes(viewer)
    ]
    return found


def _open(viewer: Viewer) -> QuerySet[Undertaking]:
    projects = visible_projects(viewer, right="list").filter(ended_on=None)
    return Undertaking.objects.filter(project__in=projects.values("pk"), done_on=None, cancelled_reason="")


def _with_names(rows: QuerySet[Undertaking]) -> QuerySet[Undertaking]:
    return rows.select_related("project", "phase", "unit", "person", "after")


def row_of(u: Undertaking, today: date) -> UndertakingRow:
    """The line as people read it, on a day."""
    waits = u.after is not None and u.after.done_on is None and not u.after.cancelled_reason
    days = (u.due_on - (u.done_on or today)).days
    if u.cancelled_reason:
        state = "cancelled"
    elif u.done_on:
        state = "done"
    elif days < 0:
        state = "overdue"
    elif waits:
        state = "waiting"
    else:
        state = "soon" if days <= DUE_SOON_DAYS else "open"
    return UndertakingRow(
        u.pk, u.project_id, u.project.name, u.phase.name, u.what, _(Stage(u.stage).label) if u.stage else "", u.unit_id,
        u.unit.short_name, u.person.name if u.person else "", u.due_on, u.first_due_on, u.done_on, u.cancelled_reason,
        u.after.what if u.after else "", u.note, state, days,
    )  # fmt: skip


def _grouped(rows: Sequence[UndertakingRow], title_of, order_of) -> tuple[Group, ...]:  # type: ignore[no-untyped-def]
    groups: dict[str, list[UndertakingRow]] = {}
    for row in rows:
        groups.setdefault(title_of(row), []).append(row)
    titles = sorted(groups, key=order_of) if order_of else list(groups)
    return tuple(
        Group(
            title, tuple(groups[title]), sum(r.state == "done" for r in groups[title]),
            sum(r.state != "cancelled" for r in groups[title]), sum(r.state == "overdue" for r in groups[title]),
        )
        for title in titles
    )  # fmt: skip
