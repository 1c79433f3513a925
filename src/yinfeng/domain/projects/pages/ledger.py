"""The ledger: its list, the folded filters, saved views, and giving several projects an owner or a leader at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any
from urllib.parse import parse_qsl

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from yinfeng.domain.enterprises.rules import CapitalKind
from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.ui.middleware import asks_for_part
from yinfeng.kernel.errors import DomainError

from ..access import visible_projects
from ..actions import ledger as deeds
from ..actions import views as view_deeds
from ..models import SavedView
from ..queries import choices
from ..queries.grouped import Group, grouped
from ..queries.ledger_list import HOME, Ledger, Totals, ledger
from ..queries.lights import rule_in_force
from ..rules.view import Parsed, View, parse
from ..rules.view_words import COLUMNS, NUMBERED_PAGES, SIZES, WINDOWS, GroupBy, ViewKind
from ..rules.words import PROJECT_STAGES, Channel, Light, Origin, ProjectKind
from .cells import Head, Look, heads, short, table_rows, yi

CAP = 10_000
MOST_AT_ONCE = 200
SHOWN_WINDOWS = ("signed", "started", "enrolled", "producing", "registered", "site")


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    chosen: bool


class Options(tuple[Option, ...]):
    """Options of a select. Drawn here: a template takes ten times as long over a unit tree."""

    @property
    def html(self) -> SafeString:
        return mark_safe(
            "".join(
                f'<option value="{escape(o.value)}"{" selected" if o.chosen else ""}>{escape(o.label)}</option>'
                for o in self
            )
        )


@dataclass(frozen=True)
class Condition:
    """A filter that is on, in words, and the address without it."""

    label: str
    words: str
    url: str


@dataclass(frozen=True)
class ViewPill:
    id: int
    name: str
    url: str
    here: bool
    is_mine: bool
    is_shared: bool
    is_pinned: bool


@dataclass(frozen=True)
class QueryForm:
    """What the query form shows; the folded part only where something in it is on, else it follows when opened."""

    text: str
    chains: Options
    units: Options
    lights: Options
    low: str
    high: str
    carried: list[tuple[str, str]]
    fold_open: bool
    fold_url: str
    fold: Fold | None


@dataclass(frozen=True)
class Fold:
    stages: list[Option]
    kinds: list[Option]
    capitals: list[Option]
    channels: list[Option]
    origins: list[Option]
    landings: list[Option]
    segments: list[Option]
    groups: list[Option]
    listings: list[Option]
    windows: list[tuple[str, str, str, str]]  # stem, label, from, to
    ticks: list[tuple[str, str, bool]]
    stalled: list[Option]
    ended: list[Option]


@dataclass(frozen=True)
class LedgerPage:
    """What the template shows; nothing in it asks the database again."""

    view: View
    query: str
    faults: Sequence[str]
    form: QueryForm
    pills: list[ViewPill]
    saved: ViewPill | None
    stages: SafeString  # a chip a stage
    conditions: list[Condition]
    count: str
    sums: list[tuple[str, str]]
    untold: int
    heads: list[Head]
    rows: SafeString
    shown: int
    pages: dict[str, Any]
    columns: SafeString  # a tick a column
    carried: list[tuple[str, str]]  # everything of the view but its columns
    kinds: list[tuple[str, str, bool]]
    groups: Sequence[Group]
    group_by: list[Option]
    sorts: list[Option]
    may_enter: bool
    may_export: bool
    board_url: str
    export_url: str
    is_all: bool


@require_safe
@needs("project", "S")
def ledger_page(request: HttpRequest) -> HttpResponse:
    """The ledger under the view in the address; the region alone where htmx asks."""
    viewer = viewer_on(request)
    parsed = parse(dict(request.GET.lists()))
    if parsed.view.kind == ViewKind.BOARD:
        query = parsed.view.query(kind=ViewKind.LIST)
        return HttpResponseRedirect(reverse("projects:board") + (f"?{query}" if query else ""))
    page = build(viewer, parsed, timezone.localdate())
    part = asks_for_part(request)
    response = render(
        request, "projects/ledger_body.html" if part else "projects/ledger.html", {"page": page, "part": part}
    )
    if part:
        response["HX-Push-Url"] = reverse("projects:ledger") + (f"?{page.query}" if page.query else "")
    return response


@require_safe
@needs("project", "S")
def ledger_fold(request: HttpRequest) -> HttpResponse:
    """The folded part of the query form."""
    view = parse(dict(request.GET.lists())).view
    viewer = viewer_on(request)
    return render(request, "projects/ledger_fold.html", {"fold": _fold(view, choices.menu(viewer), choices.units())})


def build(viewer: Viewer, parsed: Parsed, today: date) -> LedgerPage:
    """The page: seven queries or so, whatever the number of rows."""
    view = parsed.view
    rule, units, menu = rule_in_force(today), choices.units(), choices.menu(viewer)
    groups: Sequence[Group] = ()
    if view.kind == ViewKind.GROUPED:
        found, groups = grouped(viewer, view, today=today, rule=rule, units=units, menu=menu)
    else:
        found = ledger(viewer, view, today=today, rule=rule, units=units)
    query = view.query()
    look = Look(today, rule, units, view.whole().query())
    may_enter = viewer.may("project", "E")
    pills = _pills(view, menu)
    return LedgerPage(
        view=view, query=query, faults=parsed.faults, form=query_form(view, units, menu), pills=pills,
        saved=next((p for p in pills if p.here and p.is_mine), None), stages=_stages(view),
        conditions=list(conditions(view, units, menu)), count=_count(found.totals), sums=_sums(found.totals),
        untold=found.totals.untold, heads=heads(view),
        rows=table_rows(found.page.rows, view.columns, look, may_pick=may_enter), shown=len(found.page.rows),
        pages=_pages(view, found), columns=_column_ticks(view),
        carried=[(key, value) for key, value in pairs(view) if key != "columns"],
        kinds=[(k.value, _(k.label), k == view.kind) for k in ViewKind], groups=groups,
        group_by=[Option("?" + view.query(kind=ViewKind.GROUPED, by=b), _(b.label), b == view.by) for b in GroupBy],
        sorts=[
            Option("?" + view.query(sort=f"-{key}" if key != "due" else key), _(short(key)), view.sort_key == key)
            for key in ("investment", "funds", "due", "signed", "changed")
        ],
        may_enter=may_enter, may_export=viewer.may("project", "X"),
        board_url=reverse("projects:board") + _q(view.conditions().query()),
        export_url=reverse("projects:ledger_export") + _q(view.whole().query()), is_all=not view.is_filtered,
    )  # fmt: skip


def _q(query: str) -> str:
    return f"?{query}" if query else ""


def _count(totals: Totals) -> str:
    return f"{totals.count:,}"


def _sums(totals: Totals) -> list[tuple[str, str]]:
    """(currency in words, sum in 亿): yuan first, side by side and never added."""
    return [(_("亿元") if code == HOME else f"{_('亿')} {code}", yi(total)) for code, _told, total in totals.sums]


def _pages(view: View, found: Ledger) -> dict[str, Any]:
    page = found.page
    numbered = min(NUMBERED_PAGES, -(-found.totals.count // view.size))
    return {
        "number": page.number, "size": view.size, "sizes": [s for s in SIZES if s <= 200],
        "total": found.totals.count, "first_pages": list(range(1, numbered + 1)) if numbered > 1 else [],
        "after": str(page.after) if page.after else "", "before": str(page.before) if page.before else "",
        "first_row": page.first_row, "last_row": page.last_row if page.rows else 0,
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------ views and conditions


def _pills(view: View, menu: choices.Menu) -> list[ViewPill]:
    here = view.whole().query()
    found = []
    for line in menu.views:
        canonical = parse(line.query).view.whole().query()
        found.append(
            ViewPill(
                line.id,
                line.name,
                _q(canonical) or "?",
                canonical == here,
                line.is_mine,
                line.is_shared,
                line.is_pinned,
            )
        )
    return found


def _stages(view: View) -> SafeString:
    """A chip for each present stage: chosen, or choosing it."""
    out = []
    for stage in PROJECT_STAGES:
        stages = tuple(s for s in PROJECT_STAGES if (s in view.stages) != (s == stage))
        here = ' aria-current="true"' if stage in view.stages else ""
        url = escape("?" + view.query(stages=stages))
        out.append(f'<a class="yf-pill yf-pill--small" href="{url}"{here}>{escape(_(stage.label))}</a>')
    return mark_safe("".join(out))


def _column_ticks(view: View) -> SafeString:
    out = []
    for key, (label, _shown) in COLUMNS.items():
        on = (" checked" if key in view.columns else "") + (" disabled" if key == "name" else "")
        box = f'<input type="checkbox" class="form-check-input" name="columns" value="{key}"{on}>'
        out.append(f'<label class="yf-tick">{box}<span>{escape(_(label))}</span></label>')
    return mark_safe("".join(out))


def conditions(view: View, units: choices.Units, menu: choices.Menu) -> Iterator[Condition]:
    """Every filter that is on, in words, with the address that takes it off."""

    def one(label: str, words: str, **without: Any) -> Condition:
        return Condition(_(label), words, "?" + view.query(**without))

    if view.text:
        yield one("关键词", view.text, text="")
    if view.stages:
        yield one("阶段", _("、").join(_(s.label) for s in view.stages), stages=())
    if view.reached:
        yield one("已到达阶段", _(view.reached.label), reached=None)
    for label, name in (("项目类别", "kinds"), ("项目来源", "origins"), ("资本属性", "capitals"),
                        ("招商方式", "channels"), ("进度灯", "lights")):  # fmt: skip
        if values := getattr(view, name):
            yield one(label, _("、").join(_(v.label) for v in values), **{name: ()})
    for label, name, alone in (("牵头单位", "lead_unit", "lead_alone"), ("落地单位", "landing_unit", "landing_alone")):
        if unit := getattr(view, name):
            told = units.name(unit) or _("（没有这个单位）")
            told += _("（不含下级）") if getattr(view, alone) else _("（含下级）")
            yield one(label, told, **{name: None, alone: False})
    if view.chains:
        names = dict(menu.chains)
        yield one("产业链", _("、").join(names.get(c, "?") for c in view.chains), chains=())
    if view.segments:
        yield one("产业链环节", _("、").join(menu.segment_name(s) or "?" for s in view.segments), segments=())
    if view.groups:
        group_names = {pk: name for pk, _scheme, name in menu.groups}
        yield one("产业组群", _("、").join(group_names.get(g, "?") for g in view.groups), groups=())
    if view.low is not None or view.high is not None:
        yield one("总投资", _band(view), low=None, high=None, low_open=False, high_open=False)
    for label, name in (("项目专员", "owner"), ("联系领导", "leader")):
        if who := getattr(view, name):
            yield one(label, _("本人") if who == "me" else choices.names([who]).get(who, "?"), **{name: None})
    for window in view.windows:
        words = f"{window.start or '…'} – {window.end or '…'}"
        left = tuple(w for w in view.windows if w != window)
        yield one(WINDOWS[window.stem][1], words, windows=left)
    if view.listing:
        yield one("入选清单", view.listing, listing="")
    if view.stalled is not None:
        yield one("停滞", _("是") if view.stalled else _("否"), stalled=None)
    if view.ended is not None:
        yield one("已终止", _("是") if view.ended else _("否"), ended=None)
    for label, name in (("关注", "followed"), ("待审核事实", "unverified"), ("保密项目", "confidential")):
        if getattr(view, name):
            yield one(label, _("是"), **{name: False})


def _band(view: View) -> str:
    low = f"{'>' if view.low_open else '≥'}{view.low:f}" if view.low is not None else ""
    high = f"{'<' if view.high_open else '≤'}{view.high:f}" if view.high is not None else ""
    return f"{low}{' ' if low and high else ''}{high} {_('亿元')}"


# ------------------------------------------------------------------------------------------------ the form

# What the unfolded form holds; everything else of the view rides along in hidden fields.
_OPEN_KEYS = {"q", "chain", "unit", "light", "min", "max"}
_FOLD_KEYS = {
    "stage", "kind", "capital", "channel", "origin", "landing", "landing_alone", "unit_alone", "segment", "group",
    "listing", "min_open", "max_open", "owner", "leader", "followed", "stalled", "ended", "unverified", "confidential",
    *(f"{stem}_{side}" for stem in SHOWN_WINDOWS for side in ("from", "to")),
}  # fmt: skip


def _options(vocabulary: Any, chosen: Any) -> list[Option]:
    return [Option(m.value, _(m.label), m in chosen) for m in vocabulary]


def pairs(view: View) -> list[tuple[str, str]]:
    """The view without its page, key by key."""
    return parse_qsl(view.whole().query())


def query_form(view: View, units: choices.Units, menu: choices.Menu) -> QueryForm:
    """The query form, filled in."""
    told = pairs(view)
    on = {key for key, _value in told}
    fold_open = bool(on & (_FOLD_KEYS - {"stage"}))
    held = _OPEN_KEYS | (_FOLD_KEYS if fold_open else set())
    return QueryForm(
        text=view.text,
        chains=Options(Option(str(pk), name, (pk,) == view.chains) for pk, name in menu.chains),
        units=Options(Option(str(u.id), u.indented, u.id == view.lead_unit) for u in units.leading),
        lights=Options(Option(m.value, _(m.label), (m,) == view.lights) for m in Light),
        low="" if view.low is None else f"{view.low:f}",
        high="" if view.high is None else f"{view.high:f}",
        carried=[(key, value) for key, value in told if key not in held],
        fold_open=fold_open,
        fold_url=reverse("projects:ledger_fold") + _q(view.whole().query()),
        fold=_fold(view, menu, units) if fold_open else None,
    )


def _fold(view: View, menu: choices.Menu, units: choices.Units) -> Fold:
    either = [("1", "是"), ("0", "否")]

    def which(value: bool | None) -> list[Option]:
        told = {True: "1", False: "0", None: ""}[value]
        return [Option(key, _(label), key == told) for key, label in either]

    windows = []
    for stem in SHOWN_WINDOWS:
        window = view.window(stem)
        start = window.start.isoformat() if window and window.start else ""
        end = window.end.isoformat() if window and window.end else ""
        windows.append((stem, _(WINDOWS[stem][1]), start, end))
    return Fold(
        stages=_options(PROJECT_STAGES, view.stages), kinds=_options(ProjectKind, view.kinds),
        capitals=_options(CapitalKind, view.capitals), channels=_options(Channel, view.channels),
        origins=_options(Origin, view.origins),
        landings=[Option(str(u.id), u.indented, u.id == view.landing_unit) for u in units.landing],
        segments=[Option(str(s.id), f"{s.chain} · {s.name}", s.id in view.segments) for s in menu.segments],
        groups=[Option(str(pk), f"{scheme} · {name}", pk in view.groups) for pk, scheme, name in menu.groups],
        listings=[Option(name, name, name == view.listing) for name in menu.listings], windows=windows,
        ticks=[
            ("owner", _("我是项目专员"), view.owner == "me"), ("leader", _("我联系的"), view.leader == "me"),
            ("followed", _("我关注的"), view.followed), ("unverified", _("有待审核事实"), view.unverified),
            ("confidential", _("保密项目"), view.confidential), ("unit_alone", _("牵头单位不含下级"), view.lead_alone),
            ("landing_alone", _("落地单位不含下级"), view.landing_alone), ("min_open", _("投资额不含下限"), view.low_open),
            ("max_open", _("投资额不含上限"), view.high_open),
        ],
        stalled=which(view.stalled), ended=which(view.ended),
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ deeds


def _back(request: HttpRequest) -> HttpResponse:
    query = parse(request.POST.get("back", "")).view.query()
    return HttpResponseRedirect(reverse("projects:ledger") + _q(query))


@require_POST
@needs("project", "E")
def bulk_assign(request: HttpRequest) -> HttpResponse:
    """Give the picked projects an owner or a linked leader. All of them or, where one may not be touched, none."""
    ids = sorted({int(pk) for pk in request.POST.getlist("id") if pk.isascii() and pk.isdigit() and len(pk) < 19})
    owner, leader = (_number(request.POST.get(name, "")) for name in ("owner", "leader"))
    if not ids or (owner is None and leader is None):
        raise DomainError(_("请选择项目，并指定项目专员或联系领导。"), code="assign.nothing", field="owner")
    if len(ids) > MOST_AT_ONCE:
        raise DomainError(_("一次最多指派 {n} 个项目。").format(n=MOST_AT_ONCE), code="assign.too_many")
    viewer = viewer_on(request)
    chosen = list(visible_projects(viewer, "E").filter(pk__in=ids))
    if len(chosen) < len(ids):
        if visible_projects(viewer).filter(pk__in=ids).count() < len(ids):
            raise Http404
        raise DomainError(
            _("所选项目中有 {n} 个您无权修改，未作任何改动。").format(n=len(ids) - len(chosen)), code="assign.forbidden",
            fix=_("请取消选择这些项目后重试。"),
        )  # fmt: skip
    changed = deeds.assign(projects=chosen, owner_id=owner, leader_id=leader, actor=viewer.person, at=timezone.now())
    messages.success(request, ngettext("已指派 %(n)d 个项目。", "已指派 %(n)d 个项目。", changed) % {"n": changed})
    return _back(request)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 19 else None


@require_POST
@needs("project", "S")
def view_save(request: HttpRequest) -> HttpResponse:
    """Keep the view in the address under a name."""
    query = parse(request.POST.get("back", "")).view.whole().query()
    at = timezone.now()
    view = view_deeds.save_view(name=request.POST.get("name", ""), query=query, actor=viewer_on(request).person, at=at)
    for name, verb in (("shared", view_deeds.share_view), ("pinned", view_deeds.pin_view)):
        if request.POST.get(name):
            verb(view=view, actor=viewer_on(request).person, at=at)
    messages.success(request, _("已保存视图“{name}”。").format(name=view.name))
    return _back(request)


@require_POST
@needs("project", "S")
def view_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Share, pin, rename or delete a view of one's own."""
    view = SavedView.objects.filter(pk=pk, owner_id=viewer_on(request).person_id).first()
    if view is None:
        raise Http404
    actor, at, verb = viewer_on(request).person, timezone.now(), request.POST.get("verb", "")
    match verb:
        case "share" | "unshare":
            view_deeds.share_view(view=view, shared=verb == "share", actor=actor, at=at)
        case "pin" | "unpin":
            view_deeds.pin_view(view=view, pinned=verb == "pin", actor=actor, at=at)
        case "rename":
            view_deeds.rename_view(view=view, name=request.POST.get("name", ""), actor=actor, at=at)
        case "delete":
            view_deeds.delete_view(view=view, actor=actor, at=at)
        case _:
            raise Http404
    return _back(request)
