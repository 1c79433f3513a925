"""Ceremonies 集中活动: an event on a stage, held against what the ledger says really happened."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.accounts.models import Unit
from yinfeng.kernel.errors import DomainError

from ..access import visible_ceremonies, visible_projects
from ..actions.ceremonies import hold_ceremony
from ..forms.deeds import CeremonyForm
from ..models import Agreement, Phase
from ..queries.agreements import ceremony_facts
from ..rules.words import CeremonyKind
from .contact import own_units
from .flow import number_or_none, person_of

PAGE = 20


@require_safe
@needs("agreement", "S")
def ceremonies(request: HttpRequest) -> HttpResponse:
    """The events, the latest first."""
    viewer = viewer_on(request)
    number = min(number_or_none(request.GET.get("page")) or 1, 500)
    first = (number - 1) * PAGE
    rows = list(
        visible_ceremonies(viewer).select_related("host_unit").order_by("-held_on", "-pk")[first : first + PAGE + 1]
    )
    told = [(c.pk, c.name, _(CeremonyKind(c.kind).label), c.held_on, c.place, c.host_unit.short_name) for c in rows]
    pager = {"number": number, "has_next": len(rows) > PAGE, "has_previous": number > 1}
    context = {"rows": told[:PAGE], "pager": pager, "may_hold": viewer.may("agreement", "E")}
    return render(request, "projects/ceremonies.html", context)


@require_safe
@needs("agreement", "S")
def ceremony(request: HttpRequest, pk: int) -> HttpResponse:
    """One event, line by line."""
    viewer = viewer_on(request)
    row = visible_ceremonies(viewer).filter(pk=pk).first()
    if row is None:
        raise Http404
    return render(request, "projects/ceremony.html", {"page": ceremony_facts(row, viewer), "row": row})


@require_http_methods(["GET", "HEAD", "POST"])
@needs("agreement", "E")
def ceremony_hold(request: HttpRequest) -> HttpResponse:
    """Record an event that took place. It changes no stage."""
    viewer = viewer_on(request)
    # What is listed must be the viewer's to enter: others' agreements cannot be put on a stage.
    mine = visible_projects(viewer, "E", right="agreement").values("pk")
    agreements, phases = Agreement.objects.filter(project__in=mine), Phase.objects.filter(project__in=mine)
    form = CeremonyForm(
        *((request.POST,) if request.method == "POST" else ()), units=own_units(viewer, "agreement"),
        agreements=agreements, phases=phases,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            result = hold_ceremony(
                kind=told["kind"], name=told["name"], held_on=told["held_on"], place=told["place"], note=told["note"],
                host_unit=Unit.objects.get(pk=told["host_unit"]),
                agreements=list(agreements.filter(pk__in=told["agreements"])),
                phases=list(phases.filter(pk__in=told["phases"])),
                actor=person_of(request), at=timezone.now(),
            )  # fmt: skip
        except DomainError as error:
            form.blame(error)
        else:
            for warning in result.warnings[:8]:
                messages.warning(request, warning)
            messages.success(request, _("已登记活动。"))
            return HttpResponseRedirect(reverse("projects:ceremony", args=[result.ceremony.pk]))
    return render(request, "projects/ceremony_hold.html", {"form": form}, status=422 if form.errors else 200)
