"""Pages of the interface's lists: keyset paging behind opaque cursors, and filters that are refused where they cannot be
read (a page may leave a condition out and say so; a program would take the whole ledger for its answer)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.exchange.rules import cursors
from yinfeng.foundation.exchange.shapes import cursor_of
from yinfeng.kernel.errors import DomainError

from ..access import visible_leads, visible_projects
from ..models import Lead, Project, Undertaking
from ..rules.view import View, parse
from . import choices, ledger_list, lights, search

MOST = 200
SHOWS = ("columns", "density", "view", "by")  # how a screen shows a list: nothing to a program
PAGES = ("page", "size", "after", "before")


def view_of(asked: Mapping[str, Sequence[str]], *, saved: bool = False) -> View:
    """The view of a query string. DomainError names every condition that cannot be read.

    A ``saved`` view may hold what only a screen needs, a page size included.
    """
    if not saved and (paging := sorted(set(asked) & set(PAGES))):
        raise DomainError(
            _("接口不用 {names} 翻页。").format(names=_("、").join(paging)), code="view.paging", field=paging[0],
            fix=_("请用 limit 指定条数，用 cursor 翻页。"),
        )  # fmt: skip
    kept = {k: v for k, v in asked.items() if k not in (*SHOWS, *PAGES)}
    parsed = parse(kept)
    if parsed.faults:
        raise DomainError(_("；").join(f.rstrip("。") for f in parsed.faults) + "。", code="view.filter")
    return parsed.view


def projects(
    viewer: Viewer, asked: Mapping[str, Sequence[str]], cursor: str, limit: int, *, counted: bool = False,
    saved: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """One page of projects: the rows, the next cursor, and the totals where they are asked for."""
    view = view_of(asked, saved=saved).with_(size=limit, columns=("name",))
    question = cursors.fingerprint(view.with_(size=50).query())
    if cursor:
        view = view.with_(after=_place(view, question, cursor))
    today = timezone.localdate()
    found = ledger_list.ledger(
        viewer, view, today=today, rule=lights.rule_in_force(today), units=choices.units(), counted=counted
    )
    by_id = Project.objects.in_bulk([row["pk"] for row in found.page.rows])
    after = found.page.after
    return {
        "items": [by_id[row["pk"]] for row in found.page.rows if row["pk"] in by_id],
        "next": cursors.write("projects", [question, str(after)]) if after else None,
        "totals": {
            "count": found.totals.count,
            "sums": [{"currency": c, "projects": n, "amount": a} for c, n, a in found.totals.sums],
        }
        if counted
        else None,
    }


def _place(view: View, question: str, cursor: str) -> Any:
    told, place = cursor_of("projects", cursor, 2)
    parsed = parse({"sort": [view.sort], "after": [place]}) if isinstance(place, str) else None
    if told != question or parsed is None or parsed.faults or parsed.view.after is None:
        raise DomainError(
            _("游标属于另一组条件，或已损坏。"), code="cursor.damaged", field="cursor",
            fix=_("换了条件或排序，请不带 cursor 从头开始。"),
        )  # fmt: skip
    return parsed.view.after


@dataclass(frozen=True)
class LeadsWanted:
    words: str = ""
    status: str = ""
    stage: str = ""
    channel: str = ""
    unit: int | None = None


def leads(viewer: Viewer, wanted: LeadsWanted, cursor: str, limit: int) -> dict[str, Any]:
    """One page of leads, the newest first."""
    rows: QuerySet[Lead] = visible_leads(viewer)
    for name, value in (("status", wanted.status), ("stage", wanted.stage), ("channel", wanted.channel)):
        if value:
            rows = rows.filter(**{name: value})
    if wanted.unit:
        rows = rows.filter(owner_unit_id__in=choices.units().below(wanted.unit))
    if wanted.words.strip():
        rows = rows.filter(search.matching(wanted.words.strip(), kind="lead"))
    question = cursors.fingerprint(repr(wanted))
    if cursor:
        rows = rows.filter(pk__lt=_after_pk("leads", question, cursor))
    found = list(rows.order_by("-pk")[: limit + 1])
    return {"items": found[:limit], "next": _next("leads", question, found, limit)}


@dataclass(frozen=True)
class LinesWanted:
    state: str = ""
    unit: int | None = None
    person: int | None = None


def undertakings(viewer: Viewer, wanted: LinesWanted, cursor: str, limit: int, today: date) -> dict[str, Any]:
    """One page of the lists' lines, the earliest deadline first."""
    rows = Undertaking.objects.filter(project__in=visible_projects(viewer, right="list").values("pk"))
    if not viewer.may("project", "S"):
        rows = rows.none()
    state = {
        "open": Q(done_on=None, cancelled_reason=""), "overdue": Q(done_on=None, cancelled_reason="", due_on__lt=today),
        "done": Q(done_on__isnull=False), "cancelled": ~Q(cancelled_reason=""),
    }  # fmt: skip
    if wanted.state:
        rows = rows.filter(state[wanted.state])
    if wanted.unit:
        rows = rows.filter(unit_id__in=choices.units().below(wanted.unit))
    if wanted.person:
        rows = rows.filter(person_id=wanted.person)
    question = cursors.fingerprint(repr(wanted))
    if cursor:
        told, day, pk = cursor_of("undertakings", cursor, 3)
        due_on = _day(day)
        if told != question or type(pk) is not int or not 0 < pk < 2**62 or due_on is None:
            raise _other_question()
        rows = rows.filter(due_on__gte=due_on).exclude(due_on=due_on, pk__lte=pk)
    found = list(rows.order_by("due_on", "pk")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    following = cursors.write("undertakings", [question, last.due_on.isoformat(), last.pk]) if last else None
    return {"items": found[:limit], "next": following}


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def _after_pk(kind: str, question: str, cursor: str) -> int:
    told, pk = cursor_of(kind, cursor, 2)
    if told != question or type(pk) is not int or not 0 < pk < 2**62:
        raise _other_question()
    return pk


def _next(kind: str, question: str, found: Sequence[Any], limit: int) -> str | None:
    return cursors.write(kind, [question, found[limit - 1].pk]) if len(found) > limit else None


def _other_question() -> DomainError:
    return DomainError(
        _("游标属于另一组条件，或已损坏。"), code="cursor.damaged", field="cursor",
        fix=_("换了条件或排序，请不带 cursor 从头开始。"),
    )  # fmt: skip
