"""Targets by year: every indicator that has one, and one indicator by unit with the form that sets the next edition."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yinfeng.domain.projects.queries import choices
from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.accounts.models import Unit
from yinfeng.kernel.errors import DomainError

from ..actions import save_targets
from ..forms import TargetsForm
from ..queries import drafting, editions
from ..queries.target_lines import TargetTable, completions, table_of_units, table_of_year, written
from .common import Tab, label_of, tabs


@dataclass(frozen=True)
class YearLink:
    year: int
    is_current: bool


@dataclass(frozen=True)
class TargetsPage:
    tabs: list[Tab]
    years: list[YearLink]
    table: TargetTable
    others: list[tuple[str, str]]  # indicators without a target
    year: int


@dataclass(frozen=True)
class TargetsOfPage:
    """``form`` is None on the page that only shows."""

    name: str
    label: str
    year: int
    table: TargetTable
    form: TargetsForm | None
    fault: str
    is_waiting: bool
    may_edit: bool


@require_safe
@needs("indicator")
def targets(request: HttpRequest) -> HttpResponse:
    """The year's targets for the whole."""
    today = timezone.localdate()
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else today.year
    table = table_of_year(year, viewer_on(request))
    known, _stamp = editions.definitions(today)
    there = {line.code for line in table.lines}
    others = [(name, label_of(known.by_name[name])) for name in completions(today) if name not in there]
    years = [YearLink(y, y == year) for y in range(today.year - 3, today.year + 2)]
    page = TargetsPage(tabs(viewer_on(request), "targets"), years, table, others, year)
    return render(request, "indicators/targets.html", {"page": page})


@require_safe
@needs("indicator")
def targets_of(request: HttpRequest, name: str, year: int) -> HttpResponse:
    """One indicator by unit."""
    _there(name, year)
    return _of(request, name, year, None, "")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("definition", "E")
def targets_set(request: HttpRequest, name: str, year: int) -> HttpResponse:
    """The form in which the next edition of the targets is proposed."""
    _there(name, year)
    viewer, ground = viewer_on(request), drafting.targets_ground()
    codes = dict(Unit.objects.values_list("pk", "code"))
    units = [(codes[line.id], line.short_name) for line in choices.units().leading]
    form = TargetsForm(request.POST or None, units=units, now=written(name, year, ground.body), version=ground.version)
    fault = ""
    if request.method == "POST" and form.is_valid():
        try:
            values = form.cleaned_data
            rule = save_targets(
                indicator=name, year=year, targets=form.targets(), valid_from=values["valid_from"], note=values["note"],
                actor=viewer.person, at=timezone.now(), based_on=values["based_on"],
            )  # fmt: skip
            messages.success(request, _("已提交第 {n} 版，须由另一人批准后生效。").format(n=rule.version))
            return HttpResponseRedirect(reverse("indicators:targets_of", args=[name, year]))
        except DomainError as refused:
            if refused.field in form.fields:
                form.add_error(refused.field, str(refused))
            else:
                fault = drafting.refused(refused)
    return _of(request, name, year, form, fault)


def _there(name: str, year: int) -> None:
    if name not in completions(timezone.localdate()) or not 2000 <= year <= 2100:
        raise Http404


def _of(request: HttpRequest, name: str, year: int, form: TargetsForm | None, fault: str) -> HttpResponse:
    viewer = viewer_on(request)
    known, _stamp = editions.definitions(timezone.localdate())
    page = TargetsOfPage(
        name, label_of(known.by_name[name]), year, table_of_units(name, year, viewer), form, fault,
        drafting.targets_ground().is_waiting, viewer.may("definition", "E"),
    )  # fmt: skip
    bad = bool(fault or (form and form.errors))
    return render(request, "indicators/targets_of.html", {"page": page}, status=422 if bad else 200)
