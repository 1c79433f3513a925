"""关账后更正: asking for a change to a closed month, and deciding on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinfeng.domain.projects.access import project_for, visible_projects
from yinfeng.domain.projects.actions import corrections as verbs
from yinfeng.domain.projects.actions.facts import noun
from yinfeng.domain.projects.forms.facts import ReasonForm
from yinfeng.domain.projects.models import Project
from yinfeng.domain.projects.pages.flow import FormPage, number_or_none, run
from yinfeng.domain.projects.queries import choices
from yinfeng.domain.projects.rules.words import CorrectionStatus
from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.files import actions as files

from ..access import correction_for
from ..forms import SLOT_MODELS, AddForm, ChangeForm
from ..queries.closing import correction_row, corrections_page


def _sent(request: HttpRequest) -> tuple[Any, ...]:
    return (request.POST, request.FILES) if request.method == "POST" else ()


@require_safe
@needs("project", "S")
def corrections(request: HttpRequest) -> HttpResponse:
    """All corrections, the newest first: ``?status=proposed&page=``."""
    status = request.GET.get("status", "")
    page = corrections_page(
        viewer_on(request), status=status if status in CorrectionStatus else "", units=choices.units(),
        number=min(number_or_none(request.GET.get("page")) or 1, 500),
    )  # fmt: skip
    return render(request, "reporting/corrections.html", {"page": page})


@require_safe
@needs("project", "S")
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """One correction with what it moved."""
    viewer = viewer_on(request)
    found = correction_for(viewer, pk)
    row = correction_row(found, viewer, choices.units())
    may = viewer.may("import", "D") and row.is_open
    return render(request, "reporting/correction.html", {"row": row, "may_decide": may})


def _may_propose(viewer: Viewer, project: Project) -> None:
    """Who enters or verifies facts of the project may ask for their correction."""
    for verb in ("E", "V"):
        if visible_projects(viewer, verb, among=[project.pk]).exists():
            return
    raise PermissionDenied


def _propose(request: HttpRequest, project: Project, form: Any, page: FormPage, viewer: Viewer) -> HttpResponse:
    at = timezone.now()

    def save() -> None:
        file_id = None
        if form.upload:
            file_id = files.store(
                content=form.upload,
                name=form.upload.name,
                owner_kind="project",
                owner_id=None,
                actor=viewer.person,
                at=at,
            ).pk
        verbs.propose_correction(
            project=project, data=form.correction(), reason=form.cleaned_data["reason"],
            document=form.cleaned_data["document"], file_id=file_id, actor=viewer.person, at=at,
        )  # fmt: skip

    return run(request, page, save, _("更正已提出，待有关账权限的另一人批准。"), reverse("reporting:corrections"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("project", "S")
def change(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    """Ask for a change of a fact that lies in a closed month."""
    viewer = viewer_on(request)
    model = SLOT_MODELS.get(what)
    fact = model._default_manager.filter(pk=pk).first() if model else None
    if fact is None:
        raise Http404
    project = project_for(viewer, fact.project_id)
    _may_propose(viewer, project)
    form = ChangeForm(*_sent(request), fact=fact)
    page = FormPage(
        title=_("提出更正"), form=form, back=reverse("projects:project", args=[project.pk]), multipart=True,
        action=reverse("reporting:change", args=[what, pk]), submit=_("提出更正"), trail=project.name,
        intro=_("{fact}。该月已关账：更正须写明原因和依据，由另一人批准后才生效，前后数字都留档。").format(fact=noun(fact)),
        wide=("kind",),
    )  # fmt: skip
    return _propose(request, project, form, page, viewer)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("project", "E")
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a fact to be added to a closed month."""
    viewer = viewer_on(request)
    project = project_for(viewer, pk, "E")
    form = AddForm(*_sent(request), project=project)
    page = FormPage(
        title=_("补登事实"), form=form, back=reverse("projects:project", args=[pk]), multipart=True,
        action=reverse("reporting:add", args=[pk]), submit=_("提出更正"), trail=project.name, wide=("what",),
        intro=_("只用于已关账的月份；月份未关账的，请在项目页直接登记。"),
    )  # fmt: skip
    return _propose(request, project, form, page, viewer)


@require_POST
@needs("import", "D")
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry it out: another person than who proposed it."""
    viewer = viewer_on(request)
    found = correction_for(viewer, pk, decide=True)
    verbs.approve_correction(
        correction=found, note=request.POST.get("note", ""), actor=viewer.person, at=timezone.now()
    )
    messages.success(request, _("更正已批准并生效。"))
    return HttpResponseRedirect(reverse("reporting:correction", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("import", "D")
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Not so, with the reason."""
    viewer = viewer_on(request)
    found = correction_for(viewer, pk, decide=True)
    form = ReasonForm(*((request.POST,) if request.method == "POST" else ()))
    page = FormPage(
        title=_("不予批准"), form=form, back=reverse("reporting:correction", args=[pk]), submit=_("不予批准"), danger=True,
        action=reverse("reporting:reject", args=[pk]), trail=found.project.name,
    )  # fmt: skip
    return run(
        request, page,
        lambda: verbs.reject_correction(
            correction=found, note=form.cleaned_data["reason"], actor=viewer.person, at=timezone.now()
        ),
        _("已记录，提出人会收到原因。"),
    )  # fmt: skip
