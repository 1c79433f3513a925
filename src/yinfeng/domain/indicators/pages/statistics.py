"""Reconciling with the statistics office: take in its list, and see what differs. Its figures are never overwritten."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.money import display

from ..actions import import_statistics
from ..forms import StatisticsForm
from ..queries.drafting import refused
from ..queries.statistics import ListLine, lists, reconciliation
from ..rules.statistics import DifferenceKind
from .common import Tab, tabs

SHOWN = 300


@dataclass(frozen=True)
class StatisticsPage:
    tabs: list[Tab]
    lists: list[ListLine]
    may_import: bool


@dataclass(frozen=True)
class DifferenceLine:
    project: int  # 0 where the ledger has none
    name: str
    code: str
    unit: str
    there: str
    here: str


@dataclass(frozen=True)
class Group:
    kind: DifferenceKind
    count: int
    lines: list[DifferenceLine]


@dataclass(frozen=True)
class ReconciliationPage:
    line: ListLine
    agreed: int
    groups: list[Group]


@dataclass(frozen=True)
class ImportPage:
    form: StatisticsForm
    fault: str


@require_safe
@needs("indicator", "X")
def statistics(request: HttpRequest) -> HttpResponse:
    """The lists that were taken in."""
    viewer = viewer_on(request)
    page = StatisticsPage(tabs(viewer, "statistics"), lists(), viewer.may("import", "V"))
    return render(request, "indicators/statistics.html", {"page": page})


@require_safe
@needs("indicator", "X")
def statistics_list(request: HttpRequest, pk: int) -> HttpResponse:
    """One list against the ledger."""
    found = reconciliation(pk, viewer_on(request))
    if found is None:
        raise Http404
    groups = []
    for kind in DifferenceKind:
        lines = []
        for one in found.found:
            if one.kind != kind:
                continue
            entry, held = one.entry, one.held
            there = here = "—"
            if kind == DifferenceKind.DATE and entry and held:
                there, here = f"{entry.enrolled_on:%Y-%m}", f"{held.enrolled_on:%Y-%m}"
            elif kind == DifferenceKind.MISSING_THERE and held:
                here = f"{held.enrolled_on:%Y-%m}"
            else:
                there = _yuan(entry.investment_cny if entry else None)
                here = _yuan(held.investment_cny if held else None)
            lines.append(
                DifferenceLine(
                    held.id if held else 0, held.name if held else entry.name if entry else "",
                    entry.platform_code if entry else held.platform_code if held else "", held.unit if held else "", there, here,
                )
            )  # fmt: skip
        if lines:
            groups.append(Group(kind, len(lines), lines[:SHOWN]))
    return render(
        request, "indicators/statistics_list.html", {"page": ReconciliationPage(found.line, found.agreed, groups)}
    )


def _yuan(value: int | None) -> str:
    return "—" if value is None else display(value)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("indicator", "X")
def statistics_import(request: HttpRequest) -> HttpResponse:
    """Take in a list: all of it, or nothing and the faults by row."""
    if not viewer_on(request).may("import", "V"):
        raise PermissionDenied
    form, fault = StatisticsForm(request.POST or None, request.FILES or None), ""
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            made = import_statistics(
                content=upload.read(), name=upload.name, as_of=form.cleaned_data["as_of"],
                actor=viewer_on(request).person, at=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("已导入统计名单。"))
            return HttpResponseRedirect(reverse("indicators:statistics_list", args=[made.pk]))
        except DomainError as refusal:
            fault = refused(refusal)
    bad = bool(fault or form.errors)
    return render(
        request, "indicators/statistics_import.html", {"page": ImportPage(form, fault)}, status=422 if bad else 200
    )
