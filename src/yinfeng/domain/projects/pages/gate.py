"""The gate dialog: from the project page and from the board, in a drawer or on a page of its own."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yinfeng.foundation.accounts.access import needs, viewer_on

from ..access import project_for
from ..actions.advance import advance as take_step
from ..forms.gate import GateForm
from ..models import Phase, Project
from ..queries import choices
from ..queries.rulings import stage_table
from ..rules.words import STAGE_ORDER, Stage
from .flow import FormPage, came_from, number_or_none, person_of, run


@require_http_methods(["GET", "HEAD", "POST"])
@needs("project", "E")
def advance(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the next step of a phase: ``?phase=&stage=`` (or the board's ``to``); without them the obvious one."""
    viewer = viewer_on(request)
    project = project_for(viewer, pk, "E")
    asked = request.POST if request.method == "POST" else request.GET
    phase = _phase(project, number_or_none(asked.get("phase")))
    wanted = request.GET.get("stage") or request.GET.get("to") or ""
    form = GateForm(
        *((request.POST, request.FILES) if request.method == "POST" else ()), project=project, of_phase=phase,
        step=Stage(wanted) if wanted in Stage else None, table=stage_table(timezone.localdate()),
        units=choices.units(), actor=viewer.person,
    )  # fmt: skip
    at = timezone.now()
    if request.method == "POST":
        form.keep_uploads(at)
    step = form.step
    if step is None:
        raise Http404
    back = came_from(request, reverse("projects:project", args=[project.pk]))
    page = FormPage(
        title=_("登记{stage}").format(stage=_(step.label)), form=form, back=back,
        action=reverse("projects:advance", args=[project.pk])
        + "?" + urlencode({"phase": phase.pk, "stage": step.value, "next": back}),
        submit=_("提交审核"), trail=project.name if project.phase_count == 1 else f"{project.name} · {phase.name}",
        intro=_("目前阶段：{stage}。提交后由另一人审核。").format(stage=_(Stage(phase.stage).label)),
        body="projects/gate_body.html", multipart=True, refresh=True,
    )  # fmt: skip
    return run(
        request, page,
        lambda: take_step(
            phase=phase, stage=step, happened_on=form.cleaned_data["happened_on"], told=form.values(),
            evidence=form.evidence(), note=form.cleaned_data["note"],
            expected_version=form.cleaned_data["version"], actor=person_of(request), at=at,
        ),
        _("已登记“{stage}”，待他人审核。").format(stage=_(step.label)),
    )  # fmt: skip


def _phase(project: Project, pk: int | None) -> Phase:
    """The phase that was named, else the least advanced one."""
    phases = list(Phase.objects.filter(project=project).order_by("number"))
    if pk is not None:
        phases = [p for p in phases if p.pk == pk]
    if not phases:
        raise Http404
    return min(phases, key=lambda p: (STAGE_ORDER[p.stage], p.number))
