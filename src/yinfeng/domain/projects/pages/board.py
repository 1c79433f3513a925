"""The stage board: cards by present stage, filtered like the ledger, moved by mouse or keys through the gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape as esc

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.ui.middleware import asks_for_part
from yinfeng.foundation.ui.templatetags.yf import icon

from ..access import project_for
from ..queries import choices
from ..queries.board import FIRST, board, more
from ..queries.ledger_list import HOME
from ..queries.lights import rule_in_force
from ..queries.project_phases import STAGE_TONES
from ..rules.view import Parsed, View, parse
from ..rules.words import DATE_COLUMNS, PROJECT_STAGES, STAGE_ORDER, Stage
from .cells import Look, Row, day, due, light_mark, yi
from .ledger import Condition, QueryForm, conditions, query_form

# Days in one stage from which a card is tinted; the days are printed too.
AGES = (90, 180, 365)


@dataclass(frozen=True)
class LaneView:
    """A column, ready to be drawn."""

    stage: str
    label: str
    tone: str
    count: int
    sums: list[tuple[str, str]]
    cards: SafeString
    more_url: str
    more: int
    is_folded: bool
    list_url: str


@dataclass(frozen=True)
class BoardPage:
    view: View
    query: str
    faults: Sequence[str]
    form: QueryForm
    conditions: list[Condition]
    lanes: list[LaneView]
    count: int
    first: int
    may_move: bool
    list_url: str


@require_safe
@needs("project", "S")
def board_page(request: HttpRequest) -> HttpResponse:
    """The board under the filters in the address; the region alone where htmx asks."""
    page = build(viewer_on(request), parse(dict(request.GET.lists())), timezone.localdate())
    part = asks_for_part(request)
    response = render(request, "projects/board_body.html" if part else "projects/board.html", {"page": page})
    if part:
        response["HX-Push-Url"] = reverse("projects:board") + (f"?{page.query}" if page.query else "")
    return response


@require_safe
@needs("project", "S")
def board_more(request: HttpRequest, stage: str) -> HttpResponse:
    """The next cards of one column: ``?after=20`` and the filters."""
    if stage not in PROJECT_STAGES:
        raise Http404
    lists = dict(request.GET.lists())
    after = lists.pop("skip", ["0"])[-1]
    if not (after.isascii() and after.isdigit() and len(after) < 8):
        raise Http404
    viewer, today = viewer_on(request), timezone.localdate()
    view = parse(lists).view.conditions()
    rule, units = rule_in_force(today), choices.units()
    rows = more(viewer, view, Stage(stage), int(after), today=today, rule=rule, units=units)
    look = Look(today, rule, units, view.query())
    url = _more_url(view, stage, int(after) + FIRST) if len(rows) == FIRST else ""
    told = {"cards": cards(rows, look, may_move=viewer.may("project", "E")), "more_url": url}
    return render(request, "projects/board_more.html", told)


@require_safe
@needs("project", "E")
def board_drop(request: HttpRequest) -> HttpResponse:
    """A card was moved: on to the gate of that step, which says what is missing. ``?id=&to=&from=``"""
    pk, to = request.GET.get("id", ""), request.GET.get("to", "")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19) or to not in PROJECT_STAGES:
        raise Http404
    project = project_for(viewer_on(request), int(pk), "E")
    back = reverse("projects:board")
    query = parse(request.GET.get("view", "")).view.conditions().query()
    told = urlencode({"to": to, "next": back + (f"?{query}" if query else "")})
    return HttpResponseRedirect(reverse("projects:advance", args=[project.pk]) + f"?{told}")


def build(viewer: Viewer, parsed: Parsed, today: date) -> BoardPage:
    """The board: five queries, six with a text."""
    view = parsed.view.conditions()
    rule, units, menu = rule_in_force(today), choices.units(), choices.menu(viewer)
    found = board(viewer, view, today=today, rule=rule, units=units)
    query = view.query()
    look = Look(today, rule, units, query)
    may_move = viewer.may("project", "E")
    lanes = []
    for lane in found.lanes:
        if view.stages and lane.stage not in view.stages:
            continue
        lanes.append(
            LaneView(
                stage=lane.stage.value, label=_(lane.stage.label), tone=STAGE_TONES[lane.stage], count=lane.count,
                sums=[("" if code == HOME else code, yi(total, 1)) for code, total in lane.sums],
                cards=cards(lane.cards, look, may_move=may_move),
                more_url=_more_url(view, lane.stage.value, FIRST) if lane.more > 0 else "", more=lane.more,
                is_folded=not lane.count,
                list_url=reverse("projects:ledger") + "?" + view.query(stages=(lane.stage,)),
            )
        )  # fmt: skip
    return BoardPage(
        view=view, query=query, faults=parsed.faults, form=query_form(view, units, menu),
        conditions=list(conditions(view, units, menu)), lanes=lanes, count=sum(lane.count for lane in lanes), first=FIRST,
        may_move=may_move, list_url=reverse("projects:ledger") + (f"?{query}" if query else ""),
    )  # fmt: skip


def _more_url(view: View, stage: str, skip: int) -> str:
    query = view.query()
    return reverse("projects:board_more", args=[stage]) + f"?skip={skip}" + (f"&{query}" if query else "")


def cards(rows: Sequence[Row], look: Look, *, may_move: bool) -> SafeString:
    """The cards of one column."""
    address = reverse("projects:advance", args=[0])
    head, tail = address[: address.rindex("0")], address[address.rindex("0") + 1 :]
    back = esc(urlencode({"next": reverse("projects:board") + (f"?{look.query}" if look.query else "")}))
    forward, move = str(icon("arrow-right")), look.word("推进")
    due_word, untold = look.word("节点时限"), look.word("未填")
    out = []
    for row in rows:
        pk, name = row["pk"], esc(row["name"])
        unit = esc(look.units.name(row["landing_unit_id"] or row["lead_unit_id"]))
        where = f"{esc(row['segment__name'])} · {unit}" if row["segment__name"] else unit
        amount = (
            f"{yi(row['investment_cny'])}</span> {look.word('亿元')}" if row["investment_cny"] else f"{untold}</span>"
        )
        days = _days_in_stage(row, look.today)
        age = sum(days > limit for limit in AGES) if days is not None and _ages(row) else 0
        stay = f"{look.word('停留')}{days}{look.word('天')}" if days is not None and not row["ended_on"] else ""
        light = look.light(row)
        if row["phase_count"] > 1:
            least = look.word(Stage(row["least_stage"]).label)
            where += f" · {row['phase_count']}{look.word('期')}（{look.word('最后')}{least}）"
        if row["ended_on"]:
            deadline = f"<span>{look.word('已终止')} {day(row['ended_on'], look.today)}</span>"
        elif row["next_due_on"]:
            deadline = f"<span>{due_word} {day(row['next_due_on'], look.today)}</span>{due(row['next_due_on'], look)}"
        else:
            deadline = f"<span>{look.word('未排期')}</span>"
        link = f"{head}{pk}{tail}?{back}"
        step = (
            f'<a class="yf-ticket__move" href="{link}" hx-get="{link}" hx-target="#drawer"'
            f' aria-label="{move} {name}">{move}{forward}</a>'
            if may_move
            else ""
        )
        out.append(
            f'<li class="yf-ticket yf-age--{age}" data-id="{pk}" tabindex="0">'
            f'<a class="yf-ticket__name" href="{look.url(pk)}" title="{name}">{name}</a>'
            f'<div class="yf-ticket__row"><span class="yf-one">{where}</span></div>'
            f'<div class="yf-ticket__row"><span><span class="yf-amount">{amount}</span>'
            f'<span title="{esc(light.reason)}">{light_mark(light, look)}</span></div>'
            f'<div class="yf-ticket__row yf-ticket__foot">{deadline}</div>'
            f'<div class="yf-ticket__row"><span class="yf-dim">{stay}</span>{step}</div></li>'
        )
    return mark_safe("".join(out))


def _days_in_stage(row: Row, today: date) -> int | None:
    column = DATE_COLUMNS.get(row["furthest_stage"])
    since = row[column] if column else None
    return (today - since).days if since else None


def _ages(row: Row) -> bool:
    """Whether a long stay says something: before production, and while the project lives."""
    return row["ended_on"] is None and STAGE_ORDER[row["furthest_stage"]] < STAGE_ORDER[Stage.PRODUCING]
