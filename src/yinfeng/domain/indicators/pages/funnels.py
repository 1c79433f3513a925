"""The funnel of those signed in a period, and their cohorts by month, quarter or year of signing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.money import ratio
from yinfeng.kernel.periods import Period, shift_months

from ..forms import CohortForm, FunnelForm, end_of
from ..queries import editions
from ..queries.funnels import Cohorts, Funnel, cohorts_of
from ..queries.funnels import funnel as solve_funnel
from ..queries.periods import period_between
from ..rules.wording import said_percent
from .common import Tab, label_of, query_of, tabs


@dataclass(frozen=True)
class FunnelPage:
    tabs: list[Tab]
    form: FunnelForm
    funnel: Funnel | None
    fault: str
    heads: list[str]
    period: str
    query: str  # of the figures behind it
    said: str  # both dates and the edition


@dataclass(frozen=True)
class HeatCell:
    """Of so many so many got there; ``heat`` 0 to 4."""

    display: str
    detail: str
    heat: int
    name: str = ""  # the indicator behind it


@dataclass(frozen=True)
class CohortRow:
    label: str
    size: int
    cells: list[HeatCell]
    query: str = ""  # of the figure of this period, with its rows


@dataclass(frozen=True)
class CohortPage:
    tabs: list[Tab]
    form: CohortForm
    fault: str
    label: str
    heads: list[str]
    rows: list[CohortRow]
    step_heads: list[str]
    step_rows: list[CohortRow]
    name: str
    said: str


@require_safe
@needs("indicator")
def funnel(request: HttpRequest) -> HttpResponse:
    """Of those signed in the period: registered, with a site, started, enrolled, producing."""
    today = timezone.localdate()
    form = FunnelForm(_spanned(request, FunnelForm.base_fields, f"{today.year}-01-01"))
    found, fault, period = None, "", ""
    labels = (_("已注册"), _("已落实用地"), _("已开工"), _("已入统"), _("已竣工或投产"))
    if form.is_valid():
        values = form.cleaned_data
        span = period_between(values["start"], values["end"])
        period = span.label
        try:
            found = solve_funnel(
                _("签约"), labels, viewer=viewer_on(request), period=span, as_of=values["as_of"],
                known_at=end_of(values["known"]) if values["known"] else None,
            )  # fmt: skip
        except DomainError as refused:
            fault = str(refused)
    else:
        fault = " ".join(str(e) for errors in form.errors.values() for e in errors)
    heads = [step.label for step in found.steps[1:]] if found else []
    page = FunnelPage(
        tabs(viewer_on(request), "funnel"), form, found, fault, heads, period, _question(form, "by=unit&rows=1"),
        found.said if found else "",
    )  # fmt: skip
    return render(request, "indicators/funnel.html", {"page": page}, status=400 if fault else 200)


@require_safe
@needs("indicator")
def cohorts(request: HttpRequest) -> HttpResponse:
    """Signed in one month (quarter, year): how many got there after n months, and how far they are by now."""
    today = timezone.localdate()
    first = shift_months(today.replace(day=1), -23)
    known, _stamp = editions.definitions(today)
    choices = [(d.name, label_of(d)) for d in known.by_name.values() if d.measure == "cohort"]
    data = {"step": "start_cohort", "grain": "month", **_spanned(request, CohortForm.base_fields, first.isoformat())}
    form = CohortForm(data, steps=choices)
    found, fault = None, ""
    if form.is_valid():
        values = form.cleaned_data
        try:
            found = cohorts_of(
                values["step"], values["grain"], viewer=viewer_on(request),
                period=period_between(values["start"], values["end"]), as_of=values["as_of"],
                known_at=end_of(values["known"]) if values["known"] else None,
            )  # fmt: skip
        except DomainError as refused:
            fault = str(refused)
    else:
        fault = " ".join(str(e) for errors in form.errors.values() for e in errors)
    return render(
        request, "indicators/cohorts.html", {"page": _cohort_page(request, form, found, fault)},
        status=400 if fault else 200,
    )  # fmt: skip


def _spanned(request: HttpRequest, fields: Any, start: str) -> dict[str, Any]:
    asked: dict[str, Any] = {k: v for k, v in request.GET.items() if k in fields and v}
    if "start" not in asked and "end" not in asked:
        asked |= {"start": start, "end": timezone.localdate().isoformat()}
    return asked


def _question(form: FunnelForm | CohortForm, more: str, period: Period | None = None) -> str:
    """The address of the same question on the page of a figure, with its rows; of one period of it where one is told."""
    asked = {key: form.data[key] for key in ("start", "end", "as_of", "known") if form.data.get(key)}
    if period is not None:
        asked |= {"start": period.start.isoformat(), "end": min(period.end, _last(form)).isoformat()}
    return f"{query_of(asked)}&{more}"


def _last(form: FunnelForm | CohortForm) -> date:
    last: date = form.cleaned_data["end"]
    return last


def _cell(size: int, n: int | None) -> HeatCell:
    rate = None if n is None else ratio(n, size)
    if n is None or rate is None:
        return HeatCell("", "", 0)
    return HeatCell(said_percent(rate, 0), f"{n} / {size}", min(4, -(-rate * 4 // 1)) if rate else 0)


def _cohort_page(request: HttpRequest, form: CohortForm, found: Cohorts | None, fault: str) -> CohortPage:
    if found is None:
        return CohortPage(tabs(viewer_on(request), "cohorts"), form, fault, "", [], [], [], [], "", "")
    rows = [
        CohortRow(
            c.period.label, c.size, [_cell(c.size, n) for n in c.reached], _question(form, "rows=1#rows", c.period)
        )
        for c in reversed(found.table.rows)
    ]
    if rows:
        sizes = sum(c.size for c in found.table.rows)
        rows.append(CohortRow(_("合计"), sizes, [_cell(size, n) for size, n in found.table.pooled]))
    steps = [
        CohortRow(
            c.period.label,
            c.size,
            [replace(_cell(*step.to_date.get(c.period, (0, 0))), name=step.definition.name) for step in found.steps],
            _question(form, "rows=1#rows", c.period),
        )
        for c in reversed(found.table.rows)
    ]
    return CohortPage(
        tabs(viewer_on(request), "cohorts"), form, fault, label_of(found.chosen),
        [_("{n} 个月内").format(n=n) for n in found.table.months], rows,
        [label_of(step.definition).removesuffix(_("同期群")) for step in found.steps], steps, found.chosen.name,
        found.said,
    )  # fmt: skip
