"""The list of indicators, and one figure: its formula in words and in numbers, its lines, and the rows one click away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.audit.actions import record_look
from yinfeng.foundation.audit.models import LookKind
from yinfeng.foundation.workbook.write import About, CellKind, Column, stream_rows
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.money import ratio
from yinfeng.kernel.periods import Period, shift_months

from ..access import may_export
from ..forms import QuestionForm, end_of
from ..queries import editions
from ..queries.answers import Answer, answered, ask_of, rows_behind
from ..queries.asking import Ask
from ..queries.bridge import BRIDGED
from ..queries.periods import period_between
from ..queries.sanity import findings
from ..rules.definition import Definition
from ..rules.sanity import Finding
from ..rules.wording import said_percent
from .common import XLSX, Tab, definition_of, label_of, query_of, sought, tabs

ROWS_SHOWN = 200


@dataclass(frozen=True)
class IndexLine:
    name: str
    label: str
    words: str


@dataclass(frozen=True)
class IndexGroup:
    key: str
    label: str
    lines: list[IndexLine]


@dataclass(frozen=True)
class IndexPage:
    groups: list[IndexGroup]
    stamp: str
    tabs: list[Tab]
    sought: str
    count: int


@dataclass(frozen=True)
class ShownLine:
    label: str
    display: str
    formula: str
    words: str
    rows_query: str
    is_chosen: bool


@dataclass(frozen=True)
class ShownRow:
    pk: int
    code: str
    name: str
    unit: str
    on: date | None
    amount: str
    part: str


@dataclass(frozen=True)
class CohortRow:
    label: str
    size: int
    cells: list[str]


@dataclass(frozen=True)
class Shortcut:
    label: str
    query: str
    is_current: bool


@dataclass(frozen=True)
class FigurePage:
    """``answer`` is None where the question cannot be answered; ``fault`` then says why."""

    label: str
    definition: Definition
    stamp: str
    form: QuestionForm
    shortcuts: list[Shortcut]
    answer: Answer | None
    fault: str
    dimension: str
    lines: list[ShownLine]
    cohort_heads: list[str]
    cohort_rows: list[CohortRow]
    rows: list[ShownRow] | None
    rows_cut: bool
    rows_title: str
    rows_query: str
    has_part: bool
    export_query: str
    bridge_query: str
    asked: list[tuple[str, str]]
    published: str
    findings: list[Finding] | None  # None where no check was asked for
    may_export: bool


@require_safe
@needs("indicator")
def index(request: HttpRequest) -> HttpResponse:
    """Every indicator of the edition in force, by group; ``q`` are words that stand in it."""
    known, stamp = editions.definitions(timezone.localdate())
    english = (get_language() or "").startswith("en")
    words = request.GET.get("q", "").strip()[:60]
    there = [d for d in known.by_name.values() if sought(d, words)]
    groups = [
        IndexGroup(
            key, names[1] if english else names[0],
            [IndexLine(d.name, label_of(d), _(d.words)) for d in there if d.group == key],
        )
        for key, names in known.groups.items()
    ]  # fmt: skip
    page = IndexPage([g for g in groups if g.lines], stamp, tabs(viewer_on(request), "index"), words, len(there))
    return render(request, "indicators/index.html", {"page": page})


@require_safe
@needs("indicator")
def figure(request: HttpRequest, name: str) -> HttpResponse:
    """One indicator: the whole and its lines; ``line`` opens the rows of a line, ``rows`` those of the whole."""
    definition, _known, stamp, dimensions = definition_of(name)
    form = _form(request.GET, definition, dimensions)
    answer, ask, fault = _answer(viewer_on(request), definition, form)
    if answer is not None:  # of a past moment the definition of that moment
        definition, stamp = answer.definition, answer.stamp
    page = _page(request, definition, stamp, form, answer, ask, fault, dimensions)
    return render(request, "indicators/figure.html", {"page": page}, status=400 if fault else 200)


@require_GET
@needs("indicator", "X")
def export(request: HttpRequest, name: str) -> FileResponse:
    """The rows behind a figure as a workbook, with its formula and both dates; logged."""
    definition, _known, _stamp, dimensions = definition_of(name)
    form = _form(request.GET, definition, dimensions)
    viewer, at = viewer_on(request), timezone.now()
    answer, ask, fault = _answer(viewer, definition, form)
    if answer is None or ask is None:
        raise DomainError(fault, code="indicator.question")
    made = _workbook(answer.definition, answer, ask, viewer, at)
    record_look(
        actor=viewer.person, at=at, look=LookKind.EXPORT, kind="indicator", rows=made[1],
        detail=f"{definition.name} {request.GET.urlencode()}",
    )  # fmt: skip
    file = made[0].open("rb")
    made[0].unlink()  # the open file lives on until it is sent
    return FileResponse(
        file, as_attachment=True, filename=f"{label_of(definition)}-{timezone.localtime(at):%Y%m%d-%H%M}.xlsx",
        content_type=XLSX,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ the question


def _form(data: QueryDict, definition: Definition, dimensions: list[tuple[str, str]]) -> QuestionForm:
    """What the address asks; without one, this year to date by unit."""
    today = timezone.localdate()
    asked = {key: value for key, value in data.items() if key in QuestionForm.base_fields}
    if "start" not in asked and "end" not in asked:
        first = "band" if definition.bands else "unit"
        asked = {
            "start": f"{today.year}-01-01", "end": today.isoformat(),
            "by": first if any(key == first for key, _label in dimensions) else "", **asked,
        }  # fmt: skip
    return QuestionForm(asked, dimensions=dimensions)


def _answer(viewer: Viewer, definition: Definition, form: QuestionForm) -> tuple[Answer | None, Ask | None, str]:
    if not form.is_valid():
        return None, None, " ".join(str(e) for errors in form.errors.values() for e in errors)
    asked = form.cleaned_data
    try:
        question = ask_of(
            definition.name, viewer=viewer, period=period_between(asked["start"], asked["end"]),
            by=(asked["by"],) if asked["by"] else (), as_of=asked["as_of"],
            known_at=end_of(asked["known"]) if asked["known"] else None,
        )  # fmt: skip
        return answered(*question), question[1], ""
    except DomainError as fault:
        return None, None, str(fault)


# ------------------------------------------------------------------------------------------------ the page


def _page(
    request: HttpRequest, definition: Definition, stamp: str, form: QuestionForm, answer: Answer | None,
    ask: Ask | None, fault: str, dimensions: list[tuple[str, str]],
) -> FigurePage:  # fmt: skip
    asked = {key: form.data.get(key, "") for key in QuestionForm.base_fields if form.data.get(key)}
    chosen = request.GET.get("line")
    lines, rows, cut, title = [], None, False, ""
    if answer is not None and ask is not None:
        for place, line in enumerate(answer.lines):
            here = chosen == str(place)
            lines.append(
                ShownLine(
                    line.labels[0],
                    line.display,
                    line.formula,
                    line.words,
                    query_of(asked, line=str(place)) + "#rows",
                    here,
                )
            )
            if here:
                rows, cut = _shown_rows(definition, ask, line.key)
                title = line.labels[0]
        if rows is None and "rows" in request.GET:
            rows, cut = _shown_rows(definition, ask, None)
            title = _("合计")
    heads, table = _cohorts(definition, answer)
    checked, published = None, request.GET.get("published", "")[:40]
    if answer is not None and ask is not None and answer.state == "ok" and "check" in request.GET:
        try:
            checked = findings(answer, ask, published)
        except DomainError as unreadable:
            checked = [Finding("published", True, str(unreadable))]
    return FigurePage(
        label=label_of(definition), definition=definition, stamp=stamp, form=form, shortcuts=_shortcuts(asked),
        answer=answer, fault=fault, dimension=dict(dimensions).get(asked.get("by", ""), ""), lines=lines,
        cohort_heads=heads, cohort_rows=table, rows=rows, rows_cut=cut, rows_title=title,
        rows_query=query_of(asked, rows="1") + "#rows", has_part=definition.numerator is not None,
        export_query=query_of(asked),
        bridge_query=query_of({k: asked[k] for k in ("start", "end") if k in asked})
        if definition.measure in BRIDGED else "", asked=list(asked.items()), published=published,
        findings=checked, may_export=may_export(viewer_on(request)),
    )  # fmt: skip


def _shortcuts(asked: dict[str, str]) -> list[Shortcut]:
    """The periods that are asked for most."""
    today = timezone.localdate()
    last = shift_months(today.replace(day=1), -1)
    found = []
    for label, period in (
        (_("本月"), Period.month(today.year, today.month)), (_("上月"), Period.month(last.year, last.month)),
        (_("年初至今"), Period.ytd(today)), (_("上年"), Period.year(today.year - 1)),
    ):  # fmt: skip
        dates = {"start": period.start.isoformat(), "end": period.end.isoformat()}
        found.append(
            Shortcut(label, query_of({**asked, **dates}), all(asked.get(key) == value for key, value in dates.items()))
        )
    return found


def _shown_rows(definition: Definition, ask: Ask, key: Any) -> tuple[list[ShownRow], bool]:
    found = rows_behind(definition, ask, key, ROWS_SHOWN)
    return [
        ShownRow(
            r.project_id, r.code, r.name, r.unit, r.on, r.told,
            "" if r.in_part is None else _("是") if r.in_part else _("否"),
        )
        for r in found.rows
    ], found.is_cut  # fmt: skip


def _cohorts(definition: Definition, answer: Answer | None) -> tuple[list[str], list[CohortRow]]:
    if answer is None or answer.cohorts is None:
        return [], []
    table = answer.cohorts
    rows = [
        CohortRow(c.period.label, c.size, [said_percent(r, definition.places) for r in c.rates()]) for c in table.rows
    ]
    pooled = [said_percent(ratio(n, size), definition.places) for size, n in table.pooled]
    rows.append(CohortRow(_("合计"), sum(c.size for c in table.rows), pooled))
    return [_("{n} 个月内").format(n=n) for n in table.months], rows


def _workbook(definition: Definition, answer: Answer, ask: Ask, viewer: Viewer, at: Any) -> tuple[Path, int]:
    columns = [
        Column(_("项目编号")), Column(_("项目名称"), width=30), Column(_("单位")), Column(_("日期"), CellKind.DATE),
        Column(_("金额"), CellKind.NUMBER), Column(_("币种")), Column(_("计入分子")), Column(_("所属指标")),
    ]  # fmt: skip
    found = rows_behind(definition, ask)
    known = _("现在") if answer.known_at is None else f"{timezone.localtime(answer.known_at):%F %H:%M}"
    about = About(
        title=label_of(definition), view_name=f"{answer.period.label}", data_time=at, exported_by=viewer.person.name,
        facts=[
            (_("公式"), answer.total.formula), (_("口径"), _(definition.words)), (_("截至"), answer.as_of.isoformat()),
            (_("按当时所知"), known), (_("指标定义"), answer.stamp), *((_("注"), note) for note in answer.notes),
            *(((_("行数已截断"), _("只导出前 {n} 行").format(n=f"{len(found.rows):,}")),) if found.is_cut else ()),
        ],
    )  # fmt: skip
    lines = (
        [
            r.code,
            r.name,
            r.unit,
            r.on,
            r.amount,
            r.currency,
            "" if r.in_part is None else r.in_part,
            r.of or definition.name,
        ]
        for r in found.rows
    )
    made = stream_rows(columns, lines, about)
    return made.path, made.rows
