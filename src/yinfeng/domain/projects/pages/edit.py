"""Editing a project group by group, its phases, investors, listings, task force and industry groups."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.kernel.errors import DomainError

from ..access import project_for
from ..actions import ledger as verbs
from ..actions.phases import add_phase as write_phase
from ..actions.phases import edit_phase as change_phase
from ..forms.project import EDIT_FORMS, InvestorsForm, ListingForm, PhaseForm, TaskForceForm
from ..models import Phase, Project
from ..queries import choices
from ..queries.conflicts import conflict_of
from ..queries.project_rows import around
from .flow import FormPage, person_of, posted, run, saved


def _page(project: Project) -> str:
    return reverse("projects:project", args=[project.pk])


@require_http_methods(["GET", "HEAD", "POST"])
@needs("project", "E")
def edit(request: HttpRequest, pk: int, group: str) -> HttpResponse:
    """One group of attributes. Two people at once: the second is told who was quicker and what differs."""
    project = project_for(viewer_on(request), pk, "E")
    if further := {"investors": _investors, "listing": _listing, "team": _team}.get(group):
        return further(request, project)
    if group not in EDIT_FORMS:
        raise Http404
    title, shape = EDIT_FORMS[group]
    form = shape(*posted(request), project=project, units=choices.units())
    page = FormPage(
        title=title, form=form, back=_page(project), submit=_("保存"), trail=project.name,
        action=reverse("projects:edit", args=[pk, group]), wide=("name", "is_confidential", "investment"),
        body="projects/edit_body.html",
    )  # fmt: skip

    def save() -> None:
        try:
            verbs.edit_project(
                project=project, changes=form.changes(), expected_version=form.cleaned_data["version"],
                actor=person_of(request), at=timezone.now(),
            )  # fmt: skip
        except DomainError as error:
            if error.code == "project.changed":
                page.extra["conflict"] = conflict_of(project, form)
                # The newer version goes with the form: sending it again is then a choice made knowingly.
                form.renew("version", str(project.version))
            raise

    return run(request, page, save, saved())


# ------------------------------------------------------------------------------------------------ phases


@require_http_methods(["GET", "HEAD", "POST"])
@needs("project", "E")
def add_phase(request: HttpRequest, pk: int) -> HttpResponse:
    """A further phase."""
    project = project_for(viewer_on(request), pk, "E")
    form = PhaseForm(*posted(request))
    page = FormPage(
        title=_("增加分期"), form=form, back=_page(project), submit=_("增加"), trail=project.name,
        action=reverse("projects:add_phase", args=[pk]),
        intro=_("新的一期从“在谈”开始，单独走阶段；原来不分期的部分成为一期。"),
    )  # fmt: skip
    return run(
        request, page,
        lambda: write_phase(project=project, data=form.data_of(), actor=person_of(request), at=timezone.now()),
        _("已增加分期。"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("project", "E")
def edit_phase(request: HttpRequest, pk: int, phase_pk: int) -> HttpResponse:
    """A phase's sum, site and plan; its stage only ever follows from milestones."""
    project = project_for(viewer_on(request), pk, "E")
    phase = Phase.objects.filter(project=project, pk=phase_pk).first()
    if phase is None:
        raise Http404
    form = PhaseForm(*posted(request), phase=phase)
    page = FormPage(
        title=_("修改{phase}").format(phase=phase.name), form=form, back=_page(project), submit=_("保存"),
        trail=project.name, action=reverse("projects:edit_phase", args=[pk, phase_pk]), body="projects/edit_body.html",
    )  # fmt: skip

    def save() -> None:
        try:
            change_phase(
                phase=phase, changes=form.changes(), expected_version=form.cleaned_data["version"],
                actor=person_of(request), at=timezone.now(),
            )  # fmt: skip
        except DomainError as error:
            if error.code == "phase.changed":
                page.extra["conflict"] = conflict_of(project, form, phase=phase)
                form.renew("version", str(phase.version))
            raise

    return run(request, page, save, saved())


# ------------------------------------------------------------------------------------------------ what hangs on it


def _investors(request: HttpRequest, project: Project) -> HttpResponse:
    near = around(project.pk, viewer_on(request).person_id)
    form = InvestorsForm(*posted(request), investors=near.investors, project=project)
    page = FormPage(
        title=_("投资方与项目公司"), form=form, back=_page(project), submit=_("保存"), trail=project.name,
        action=reverse("projects:edit", args=[project.pk, "investors"]), body="projects/investors_body.html",
        intro=_("去掉的投资方保留历史，换业主的先后可查。信用代码按国家标准校验。"),
    )  # fmt: skip

    def save() -> None:
        at = timezone.now()
        with transaction.atomic():
            verbs.set_investors(project=project, investors=form.investors(), actor=person_of(request), at=at)
            if company := form.company_data():
                verbs.set_company(project=project, company=company, actor=person_of(request), at=at)

    return run(request, page, save, saved())


def _listing(request: HttpRequest, project: Project) -> HttpResponse:
    form = ListingForm(*posted(request), initial={"year": timezone.localdate().year})
    page = FormPage(
        title=_("列入清单"), form=form, back=_page(project), submit=_("列入"), trail=project.name,
        action=reverse("projects:edit", args=[project.pk, "listing"]),
    )  # fmt: skip
    return run(
        request, page,
        lambda: verbs.add_listing(
            project=project, name=form.cleaned_data["name"], level=form.cleaned_data["level"],
            year=form.cleaned_data["year"], document=form.cleaned_data["document"], actor=person_of(request),
            at=timezone.now(),
        ),
        _("已列入清单。"),
    )  # fmt: skip


def _team(request: HttpRequest, project: Project) -> HttpResponse:
    near = around(project.pk, viewer_on(request).person_id)
    form = TaskForceForm(
        *posted(request), groups=choices.groups(),
        initial={
            "task_force": project.task_force, "members": [pk for pk, _name in near.members],
            "groups": [pk for pk, _name in near.groups],
        },
    )  # fmt: skip
    page = FormPage(
        title=_("专班与产业组群"), form=form, back=_page(project), submit=_("保存"), trail=project.name,
        action=reverse("projects:edit", args=[project.pk, "team"]), intro=_("专班成员此后可见本项目。"),
        wide=("task_force", "members", "groups"),
    )  # fmt: skip

    def save() -> None:
        at, told = timezone.now(), form.cleaned_data
        with transaction.atomic():
            verbs.set_task_force(
                project=project, name=told["task_force"], member_ids=told["members"], actor=person_of(request), at=at
            )
            verbs.set_industry_groups(project=project, group_ids=told["groups"], actor=person_of(request), at=at)

    return run(request, page, save, saved())
