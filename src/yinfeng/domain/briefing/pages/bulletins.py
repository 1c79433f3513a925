"""The list of bulletins, one bulletin with its figures, and the verbs on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Page as Leaf
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinfeng.domain.projects.access import visible_projects
from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.accounts.models import Unit
from yinfeng.kernel.errors import DomainError

from .. import access, actions
from ..forms import DecideForm, EditForm, IssueForm, NewForm, ObjectionForm, ReasonForm
from ..models import Bulletin, Objection
from ..queries.changes import Moved, moved_since
from ..queries.composing import compose
from ..queries.kinds import kinds, label_of
from ..rules.proof import Checked
from ..rules.words import BulletinState
from ..rules.writing import as_source

PAGE_SIZE = 30


@dataclass(frozen=True)
class Line:
    pk: int
    title: str
    kind: str
    state: str
    state_label: str
    as_of: Any
    by: str
    issued_at: Any


@dataclass(frozen=True)
class ListPage:
    leaf: Leaf[Any]
    lines: list[Line]
    may_enter: bool


@dataclass(frozen=True)
class Run:
    """A piece of text, or a figure that can be opened."""

    text: str
    number: int = 0


@dataclass(frozen=True)
class Shown:
    """One block as the page shows it."""

    kind: str
    runs: tuple[Run, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[tuple[Run, ...], ...], ...] = ()
    title: str = ""
    chart: Any = None


@dataclass(frozen=True)
class BulletinPage:
    bulletin: Bulletin
    kind: str
    state_label: str
    blocks: tuple[Shown, ...]
    figure: dict[str, Any] | None
    figure_known: datetime | None
    wrong: tuple[Checked, ...]
    objections: tuple[Objection, ...]
    corrections: tuple[Bulletin, ...]
    sees_rows: bool
    may_edit: bool
    may_check: bool
    may_issue: bool
    may_object: bool
    may_decide: bool
    issue_form: IssueForm
    reason_form: ReasonForm
    objection_form: ObjectionForm
    decide_form: DecideForm


@dataclass(frozen=True)
class FormPage:
    form: forms.Form
    bulletin: Bulletin | None = None


@dataclass(frozen=True)
class ChangesPage:
    bulletin: Bulletin
    moved: list[Moved]


@require_safe
@needs("bulletin", "S")
def index(request: HttpRequest) -> HttpResponse:
    viewer = viewer_on(request)
    rows = access.visible_bulletins(viewer).select_related("drafted_by").order_by("-id").defer("blocks", "figures")
    leaf = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    names = _kind_names()
    lines = [
        Line(
            b.pk, b.title, names.get(b.kind, b.kind), b.state, _(BulletinState(b.state).label), b.as_of, b.drafted_by.name,
            b.issued_at,
        )
        for b in leaf
    ]  # fmt: skip
    return render(request, "briefing/index.html", {"page": ListPage(leaf, lines, viewer.may("bulletin", "E"))})


def _kind_names() -> dict[str, str]:
    known, _stamp = kinds(timezone.localdate())
    return {**{key: label_of(kind) for key, kind in known.items()}, "correction": _("更正")}


@require_http_methods(["GET", "HEAD", "POST"])
@needs("bulletin", "E")
def new(request: HttpRequest) -> HttpResponse:
    viewer = viewer_on(request)
    known, _stamp = kinds(timezone.localdate())
    offered = [(key, label_of(kind)) for key, kind in known.items()]
    form = NewForm(request.POST or None, kinds=offered, initial={"as_of": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        project = None
        if given["project"]:
            project = visible_projects(viewer).filter(code=given["project"].strip()).select_related("lead_unit").first()
            if project is None:
                form.add_error("project", _("没有这个项目，或不在您的可见范围内。"))
        if not form.errors:
            try:
                at = timezone.now()
                composed = compose(given["kind"], viewer=viewer, as_of=given["as_of"], at=at, project=project)
                about = project if composed.kind.about else None
                made = actions.draft(composed=composed, actor=viewer.person, at=at, project=about)
            except DomainError as fault:
                form.add_error(fault.field if fault.field in form.fields else None, str(fault))
            else:
                return HttpResponseRedirect(reverse("briefing:bulletin", args=[made.pk]))
    status = 422 if request.method == "POST" else 200
    return render(request, "briefing/new.html", {"page": FormPage(form)}, status=status)


@require_safe
@needs("bulletin", "S")
def bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_on(request)
    found = access.bulletin_for(viewer, pk)
    by_number = {figure["n"]: figure for figure in found.figures}
    asked = request.GET.get("figure", "")
    figure = by_number.get(int(asked)) if asked.isdigit() and len(asked) < 6 else None
    today = timezone.localdate()
    window = found.objections_until is not None and today <= found.objections_until
    everything = access.sees_everything(viewer)
    if figure is not None and not everything:
        codes = [row[0] for row in figure["rows"]]
        mine = set(visible_projects(viewer).filter(code__in=codes).values_list("code", flat=True))
        figure = {**figure, "rows": [row for row in figure["rows"] if row[0] in mine]}
    page = BulletinPage(
        bulletin=found,
        kind=_kind_names().get(found.kind, found.kind),
        state_label=_(BulletinState(found.state).label),
        blocks=tuple(_shown(block, by_number) for block in found.blocks),
        figure=figure,
        figure_known=datetime.fromisoformat(figure["known_at"]) if figure else None,
        wrong=actions.disagreements(found) if found.state == BulletinState.DRAFT else (),
        objections=tuple(found.objections.select_related("unit", "raised_by", "decided_by").order_by("id")),
        corrections=tuple(
            found.corrections.filter(state=BulletinState.ISSUED).order_by("id").defer("blocks", "figures")
        ),
        sees_rows=everything,
        may_edit=viewer.may("bulletin", "E") and everything,
        may_check=viewer.may("bulletin", "V") and everything,
        may_issue=viewer.may("bulletin", "D") and found.drafted_by_id != viewer.person_id,
        may_object=found.state == BulletinState.ISSUED and window and bool(viewer.unit_ids),
        may_decide=viewer.may("bulletin", "V"),
        issue_form=IssueForm(),
        reason_form=ReasonForm(),
        objection_form=ObjectionForm(),
        decide_form=DecideForm(),
    )
    return render(request, "briefing/bulletin.html", {"page": page})


def _shown(block: dict[str, Any], figures: dict[int, dict[str, Any]]) -> Shown:
    def runs(given: Any) -> tuple[Run, ...]:
        return tuple(Run(str(figures[v]["shown"]), v) if kind == "figure" else Run(str(v)) for kind, v in given)

    if block["type"] == "table":
        rows = tuple(tuple(runs(cell) for cell in row) for row in block["rows"])
        return Shown("table", head=tuple(block["head"]), rows=rows, title=block.get("title", ""))
    if block["type"] == "chart":
        option = {
            "grid": {"left": 48, "right": 12, "top": 24, "bottom": 64},
            "xAxis": {"type": "category", "data": block["labels"], "axisLabel": {"rotate": 30, "interval": 0}},
            "yAxis": {"type": "value", "minInterval": block.get("step", 0)},
            "tooltip": {},
            "series": [{"type": "bar", "data": block["values"], "barMaxWidth": 36}],
        }
        return Shown("chart", title=block["title"], chart=option)
    return Shown(block["type"], runs(block["runs"]))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("bulletin", "E")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_on(request)
    found = access.bulletin_for(viewer, pk, "E")
    form = EditForm(request.POST or None, initial={"title": found.title, "source": as_source(found.blocks)})
    if request.method == "POST" and form.is_valid():
        try:
            actions.rewrite(
                bulletin=found, title=form.cleaned_data["title"], source=form.cleaned_data["source"],
                actor=viewer.person, at=timezone.now(),
            )  # fmt: skip
        except DomainError as fault:
            form.add_error(fault.field if fault.field in form.fields else None, str(fault))
        else:
            messages.success(request, _("已保存。"))
            return HttpResponseRedirect(reverse("briefing:bulletin", args=[pk]))
    status = 422 if request.method == "POST" else 200
    return render(request, "briefing/edit.html", {"page": FormPage(form, found)}, status=status)


def _back(pk: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("briefing:bulletin", args=[pk]))


@require_POST
@needs("bulletin", "E")
def compute_again(request: HttpRequest, pk: int) -> HttpResponse:
    viewer, at = viewer_on(request), timezone.now()
    found = access.bulletin_for(viewer, pk, "E")
    if found.kind == "correction":
        raise DomainError(_("更正不能重新计算，请另拟一份。"), code="bulletin.correction")
    composed = compose(found.kind, viewer=viewer, as_of=found.as_of, at=at, project=found.project)
    actions.compute_again(bulletin=found, composed=composed, actor=viewer.person, at=at)
    messages.success(request, _("已按台账现状重新计算。"))
    return _back(pk)


@require_POST
@needs("bulletin", "E")
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_on(request)
    actions.discard(bulletin=access.bulletin_for(viewer, pk, "E"), actor=viewer.person, at=timezone.now())
    messages.success(request, _("草稿已删除。"))
    return HttpResponseRedirect(reverse("briefing:index"))


@require_POST
@needs("bulletin", "V")
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_on(request)
    actions.check(bulletin=access.bulletin_for(viewer, pk, "V"), actor=viewer.person, at=timezone.now())
    messages.success(request, _("已核对，可以签发。"))
    return _back(pk)


@require_POST
@needs("bulletin", "V")
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_on(request)
    actions.reopen(bulletin=access.bulletin_for(viewer, pk, "V"), actor=viewer.person, at=timezone.now())
    return _back(pk)


@require_POST
@needs("bulletin", "D")
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_on(request)
    found = access.bulletin_for(viewer, pk, "D")
    given = _valid(IssueForm(request.POST))
    actions.issue(
        bulletin=found, actor=viewer.person, at=timezone.now(), viewer=viewer, window_days=given["window_days"],
        red_head=given["red_head"], number=given["number"],
    )  # fmt: skip
    messages.success(request, _("已印发，从此不可更改。"))
    return _back(pk)


@require_POST
@needs("bulletin", "S")
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_on(request)
    found = access.bulletin_for(viewer, pk)
    given = _valid(ObjectionForm(request.POST))
    unit = Unit.objects.filter(pk__in=viewer.unit_ids).order_by("path").first()
    if unit is None:
        raise DomainError(_("只有单位的人员可以提出异议。"), code="objection.unit")
    actions.raise_objection(bulletin=found, unit=unit, text=given["text"], actor=viewer.person, at=timezone.now())
    messages.success(request, _("异议已提出。"))
    return _back(pk)


@require_POST
@needs("bulletin", "V")
def decide(request: HttpRequest, pk: int, objection_pk: int) -> HttpResponse:
    viewer = viewer_on(request)
    found = access.bulletin_for(viewer, pk, "V")
    one = found.objections.filter(pk=objection_pk).first()
    if one is None:
        raise DomainError(_("没有这条异议。"), code="objection.missing")
    given = _valid(DecideForm(request.POST))
    actions.decide(
        objection=one, outcome=given["outcome"], reply=given["reply"], actor=viewer.person, at=timezone.now()
    )
    return _back(pk)


@require_POST
@needs("bulletin", "E")
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_on(request)
    found = access.bulletin_for(viewer, pk, "E")
    given = _valid(ReasonForm(request.POST))
    made = actions.correct(
        bulletin=found, reason=given["reason"], viewer=viewer, actor=viewer.person, at=timezone.now()
    )
    return _back(made.pk)


@require_safe
@needs("bulletin", "V")
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """What changed since it was computed, figure by figure and fact by fact."""
    viewer = viewer_on(request)
    found = access.bulletin_for(viewer, pk, "V")
    return render(
        request, "briefing/changes.html", {"page": ChangesPage(found, moved_since(found, viewer, timezone.now()))}
    )


def _valid(form: forms.Form) -> dict[str, Any]:
    if form.is_valid():
        return form.cleaned_data
    field, faults = next(iter(form.errors.items()))
    label = form.fields[field].label if field in form.fields else ""
    raise DomainError(f"{label}：{faults[0]}", code="bulletin.form", field=field)
