"""The three lists: adding, doing, moving their lines, and planning backwards with a look before it is saved."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.errors import DomainError

from ..access import project_for
from ..actions import undertakings as verbs
from ..forms.deeds import DoneForm, MoveForm, PlanForm, UndertakingForm
from ..models import Phase, Project, Undertaking
from ..queries import choices, rulings
from ..rules.planning import back_plan as plan_backwards
from ..rules.planning import templates_for
from .flow import FormPage, done, person_of, posted, run, saved


def _page(project: Project) -> str:
    return reverse("projects:project", args=[project.pk]) + "#lists"


def person_or_none(pk: int | None) -> Person | None:
    return Person.objects.filter(pk=pk, is_active=True).first() if pk else None


def _line(viewer: Viewer, pk: int) -> tuple[Undertaking, Project]:
    line = Undertaking.objects.filter(pk=pk).first()
    if line is None:
        raise Http404
    return line, project_for(viewer, line.project_id, "E", right="list")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("list", "E")
def undertaking_add(request: HttpRequest, pk: int) -> HttpResponse:
    """One more line."""
    project = project_for(viewer_on(request), pk, "E", right="list")
    units = [u for u in choices.units().lines if u.is_active]
    form = UndertakingForm(*posted(request), project=project, units=units)
    page = FormPage(
        title=_("增加清单事项"), form=form, back=_page(project), submit=_("增加"), trail=project.name,
        action=reverse("projects:undertaking_add", args=[pk]), wide=("what", "note"),
    )  # fmt: skip

    def save() -> None:
        told = form.cleaned_data
        verbs.add(
            phase=Phase.objects.get(pk=told["phase"], project=project), what=told["what"],
            unit=Unit.objects.get(pk=told["unit"]), person=person_or_none(told["person"]), due_on=told["due_on"],
            stage=told["stage"], after=Undertaking.objects.filter(pk=told["after"], project=project).first(),
            note=told["note"], actor=person_of(request), at=timezone.now(),
        )  # fmt: skip

    return run(request, page, save, _("已增加。"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("list", "E")
def undertaking_done(request: HttpRequest, pk: int) -> HttpResponse:
    """It is done."""
    line, project = _line(viewer_on(request), pk)
    form = DoneForm(*posted(request))
    page = FormPage(
        title=_("办结"), form=form, back=_page(project), submit=_("办结"), trail=f"{project.name} · {line.what}",
        action=reverse("projects:undertaking_done", args=[pk]),
    )  # fmt: skip
    return run(
        request, page,
        lambda: verbs.complete(
            undertaking=line, done_on=form.cleaned_data["done_on"], note=form.cleaned_data["note"],
            actor=person_of(request), at=timezone.now(),
        ),
        _("已办结“{what}”。").format(what=line.what),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("list", "E")
def undertaking_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another day, another holder, or no longer to be done."""
    line, project = _line(viewer_on(request), pk)
    units = [u for u in choices.units().lines if u.is_active]
    initial = {"due_on": line.due_on, "unit": line.unit_id, "person": line.person_id}
    form = MoveForm(*posted(request), units=units, initial=initial)
    page = FormPage(
        title=_("调整事项"), form=form, back=_page(project), submit=_("保存"), trail=f"{project.name} · {line.what}",
        action=reverse("projects:undertaking_edit", args=[pk]), body="projects/move_body.html",
    )  # fmt: skip

    def save() -> None:
        told, actor, at = form.cleaned_data, person_of(request), timezone.now()
        match told["deed"]:
            case "move":
                moved = verbs.move_deadline(
                    undertaking=line, due_on=told["due_on"], reason=told["reason"], actor=actor, at=at
                )
                for remark in moved.remarks:
                    messages.warning(request, remark)
            case "reassign":
                verbs.reassign(
                    undertaking=line, unit=Unit.objects.get(pk=told["unit"]), person=person_or_none(told["person"]),
                    reason=told["reason"], actor=actor, at=at,
                )  # fmt: skip
            case _:
                verbs.cancel(undertaking=line, reason=told["reason"], actor=actor, at=at)

    return run(request, page, save, saved())


@require_http_methods(["GET", "HEAD", "POST"])
@needs("list", "E")
def back_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan backwards: GET with a template and a day shows what would be written, POST writes it."""
    project = project_for(viewer_on(request), pk, "E", right="list")
    today = timezone.localdate()
    templates = rulings.undertaking_templates(today)
    fitting = templates_for(project.kind, "", templates.values())
    asked = request.POST if request.method == "POST" else request.GET
    form = PlanForm(*((asked,) if "template" in asked else ()), project=project, templates=fitting)
    planned: list[Any] = []
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        phase = Phase.objects.get(pk=told["phase"], project=project)
        if request.method == "POST":
            try:
                result = verbs.back_plan(
                    phase=phase, anchor_on=told["anchor_on"], template=told["template"], actor=person_of(request),
                    at=timezone.now(),
                )  # fmt: skip
            except DomainError as error:
                form.blame(error)
            else:
                for remark in result.remarks[:5]:
                    messages.warning(request, remark)
                words = _("已排出 {n} 项。").format(n=len(result.undertakings))
                return done(request, _page(project), words)
        planned = plan_backwards(templates[told["template"]], told["anchor_on"], today, rulings.calendar(today))
    context = {"project": project, "form": form, "planned": planned, "late": sum(p.days_late > 0 for p in planned)}
    return render(request, "projects/plan.html", context, status=422 if form.errors else 200)
