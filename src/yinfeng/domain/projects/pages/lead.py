"""Leads 线索: the list, one lead, and what is done with it until it is a project."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.ui import slots
from yinfeng.kernel.errors import DomainError

from ..access import lead_for
from ..actions import leads as verbs
from ..forms.entry import DropForm, LeadForm, PromoteForm, ScreenForm
from ..models import Lead
from ..queries import choices
from ..queries.leads import lead_list, lead_page, read_filter
from ..rules.words import Channel, LeadStatus, Stage
from .entry import units_of
from .flow import FormPage, done, person_of, posted, run, saved, show


def _page(lead: Lead) -> str:
    return reverse("projects:lead", args=[lead.pk])


@require_safe
@needs("lead", "S")
def leads(request: HttpRequest) -> HttpResponse:
    """The list: ``?q=&status=&stage=&unit=&channel=&mine=1&page=``."""
    viewer, units = viewer_on(request), choices.units()
    found = lead_list(viewer, read_filter(request.GET.dict()), units, timezone.localdate())
    context = {
        "page": found, "units": units.leading, "channels": [(c.value, _(c.label)) for c in Channel],
        "statuses": [(s.value, _(s.label)) for s in LeadStatus if s != LeadStatus.WITHDRAWN],
        "stages": [(s.value, _(s.label)) for s in (Stage.LEAD, Stage.SCREENED)],
        "may_enter": viewer.may("lead", "E"),
    }  # fmt: skip
    return render(request, "projects/leads.html", context)


@require_safe
@needs("lead", "S")
def lead(request: HttpRequest, pk: int) -> HttpResponse:
    """One lead."""
    viewer = viewer_on(request)
    found = lead_for(viewer, pk)
    page = lead_page(viewer, found, choices.units(), timezone.localdate())
    panels = slots.panels_of("lead", viewer, found)
    return render(request, "projects/lead.html", {"page": page, "panels": panels})


@require_http_methods(["GET", "HEAD", "POST"])
@needs("lead", "E")
def lead_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a lead. Two people at once: the second is told, and loses nothing."""
    found = lead_for(viewer_on(request), pk, "E")
    form = LeadForm(*posted(request), lead=found)
    page = FormPage(
        title=_("修改线索"), form=form, back=_page(found), submit=_("保存"), trail=found.name,
        action=reverse("projects:lead_edit", args=[pk]), wide=("name", "is_confidential"),
    )  # fmt: skip

    def save() -> None:
        try:
            verbs.edit_lead(
                lead=found, changes=form.changes(), expected_version=form.cleaned_data["version"],
                actor=person_of(request), at=timezone.now(),
            )  # fmt: skip
        except DomainError as error:
            if error.code == "lead.changed":
                found.refresh_from_db()
                form.renew("version", str(found.version))
            raise

    return run(request, page, save, saved())


@require_http_methods(["GET", "HEAD", "POST"])
@needs("lead", "E")
def lead_screen(request: HttpRequest, pk: int) -> HttpResponse:
    """The lead passed its assessment."""
    found = lead_for(viewer_on(request), pk, "E")
    form = ScreenForm(*posted(request))
    page = FormPage(
        title=_("登记研判意见"), form=form, back=_page(found), submit=_("通过研判"), trail=found.name,
        action=reverse("projects:lead_screen", args=[pk]), intro=_("通过后即为有效线索。未通过的，请放弃并写明原因。"),
    )  # fmt: skip
    return run(
        request, page,
        lambda: verbs.screen_lead(
            lead=found, screened_on=form.cleaned_data["screened_on"], opinion=form.cleaned_data["opinion"],
            actor=person_of(request), at=timezone.now(),
        ),
        _("已登记，线索为有效线索。"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("lead", "E")
def lead_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a lead up, with the reason."""
    found = lead_for(viewer_on(request), pk, "E")
    form = DropForm(*posted(request))
    page = FormPage(
        title=_("放弃线索"), form=form, back=_page(found), submit=_("放弃"), trail=found.name, danger=True,
        action=reverse("projects:lead_drop", args=[pk]), intro=_("线索仍留在库中，可查原因。"),
    )  # fmt: skip
    return run(
        request, page,
        lambda: verbs.drop_lead(
            lead=found, reason=form.cleaned_data["reason"], actor=person_of(request), at=timezone.now()
        ),
        _("已放弃。"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("lead", "E")
def lead_promote(request: HttpRequest, pk: int) -> HttpResponse:
    """The lead becomes a project; the form begins with what is known."""
    viewer = viewer_on(request)
    found = lead_for(viewer, pk, "E")
    if found.status != LeadStatus.OPEN:
        raise Http404
    units = choices.units()
    leading = units_of(viewer, "lead")
    form = PromoteForm(*posted(request), lead=found, leading=leading, landing=units.landing)
    page = FormPage(
        title=_("转为项目"), form=form, back=_page(found), submit=_("转为项目"), trail=found.name,
        action=reverse("projects:lead_promote", args=[pk]), wide=("name", "investor", "investment"),
        intro=_("项目从“在谈”开始；线索的首报申报和往来记录随之保留。"),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            project = verbs.promote_lead(lead=found, data=form.project(), actor=person_of(request), at=timezone.now())
        except DomainError as error:
            form.blame(error)
        else:
            return done(request, reverse("projects:project", args=[project.pk]), _("已转为项目。"))
    return show(request, page, status=422 if request.method == "POST" else 200)
