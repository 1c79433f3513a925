"""Visits both ways and first reports, of projects and of leads."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.accounts.models import Unit
from yinfeng.foundation.accounts.viewer import Viewer

from ..access import lead_for, project_for
from ..actions import claims as claim_verbs
from ..actions.visits import log_visit, void_visit
from ..forms.deeds import ClaimForm, DisputeForm, RuleForm, VisitForm
from ..forms.facts import ReasonForm
from ..models import Claim, Lead, Project, Visit
from ..queries import choices
from ..queries.choices import UnitLine
from .flow import FormPage, came_from, person_of, posted, run
from .undertaking import person_or_none


def own_units(viewer: Viewer, right: str) -> Sequence[UnitLine]:
    """The viewer's own units first; those who enter everywhere may name any."""
    lines = [u for u in choices.units().lines if u.is_active]
    own = [u for u in lines if u.id in viewer.unit_ids]
    reach = viewer.reach(right, "E")
    return own if not reach.everything else [*own, *(u for u in lines if u.id not in viewer.unit_ids)]


def _home(subject: Project | Lead) -> str:
    return reverse("projects:project" if isinstance(subject, Project) else "projects:lead", args=[subject.pk])


# ------------------------------------------------------------------------------------------------ visits


@require_http_methods(["GET", "HEAD", "POST"])
@needs("contact", "E")
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    """A visit about a project."""
    return _visit(request, project=project_for(viewer_on(request), pk, "E", right="contact"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("contact", "E")
def lead_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """A visit about a lead."""
    return _visit(request, lead=lead_for(viewer_on(request), pk, "E", right="contact"))


def _visit(request: HttpRequest, *, project: Project | None = None, lead: Lead | None = None) -> HttpResponse:
    viewer = viewer_on(request)
    subject = project or lead
    assert subject is not None
    form = VisitForm(*posted(request), units=own_units(viewer, "contact"), person_name=viewer.person.name)
    name = "projects:visit" if project else "projects:lead_visit"
    page = FormPage(
        title=_("记往来"), form=form, back=_home(subject), submit=_("记下"), trail=subject.name,
        action=reverse(name, args=[subject.pk]), wide=("direction", "our_side", "their_side", "next_step"),
    )  # fmt: skip

    def save() -> None:
        told = form.cleaned_data
        log_visit(
            lead=lead, project=project, unit=Unit.objects.get(pk=told["unit"]), direction=told["direction"],
            held_on=told["held_on"], our_side=told["our_side"], our_count=told["our_count"],
            their_side=told["their_side"], their_count=told["their_count"], place=told["place"],
            leader=person_or_none(told["leader"]), minutes=told["minutes"], next_step=told["next_step"],
            actor=viewer.person, at=timezone.now(),
        )  # fmt: skip

    return run(request, page, save, _("已记下。"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("contact", "E")
def visit_void(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a visit off the record, with the reason."""
    viewer = viewer_on(request)
    row = Visit.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    subject = (
        project_for(viewer, row.project_id, "E", right="contact")
        if row.project_id
        else lead_for(viewer, row.lead_id or 0, "E", right="contact")
    )
    form = ReasonForm(*posted(request))
    page = FormPage(
        title=_("作废往来"), form=form, back=_home(subject), submit=_("作废"), trail=subject.name, danger=True,
        action=reverse("projects:visit_void", args=[pk]),
    )  # fmt: skip
    return run(
        request, page,
        lambda: void_visit(
            visit=row, reason=form.cleaned_data["reason"], actor=person_of(request), at=timezone.now()
        ),
        _("已作废。"),
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ first reports


@require_http_methods(["GET", "HEAD", "POST"])
@needs("lead", "E")
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """A first report on a project."""
    return _claim(request, project=project_for(viewer_on(request), pk, "E", right="lead"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("lead", "E")
def lead_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """A first report on a lead."""
    return _claim(request, lead=lead_for(viewer_on(request), pk, "E"))


def _claim(request: HttpRequest, *, project: Project | None = None, lead: Lead | None = None) -> HttpResponse:
    viewer = viewer_on(request)
    subject = project or lead
    assert subject is not None
    form = ClaimForm(*posted(request), units=own_units(viewer, "lead"))
    name = "projects:claim" if project else "projects:lead_claim"
    page = FormPage(
        title=_("申报首报首谈"), form=form, back=_home(subject), submit=_("申报"), trail=subject.name,
        action=reverse(name, args=[subject.pk]), intro=_("自首次接洽日起算保护期；其他单位已申报的，双方转入裁定。"),
        wide=("kind",),
    )  # fmt: skip

    def save() -> None:
        told = form.cleaned_data
        claim_verbs.claim(
            lead=lead, project=project, unit=Unit.objects.get(pk=told["unit"]), kind=told["kind"],
            grounds=told["grounds"], claimed_on=told["claimed_on"], actor=viewer.person, at=timezone.now(),
        )  # fmt: skip

    return run(request, page, save, _("已申报。"))


def _claim_for(viewer: Viewer, pk: int, verb: str) -> tuple[Claim, Project | Lead]:
    row = Claim.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    if row.project_id:
        return row, project_for(viewer, row.project_id, verb, right="lead")
    return row, lead_for(viewer, row.lead_id or 0, verb)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("lead", "E")
def claim_dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """Contest a claim: its clock stops until somebody rules."""
    row, subject = _claim_for(viewer_on(request), pk, "E")
    form = DisputeForm(*posted(request))
    page = FormPage(
        title=_("提出异议"), form=form, back=came_from(request, _home(subject)), submit=_("提出"), trail=subject.name,
        action=reverse("projects:claim_dispute", args=[pk]), intro=_("保护期暂停，等上级裁定。"),
    )  # fmt: skip
    return run(
        request, page,
        lambda: claim_verbs.dispute(
            claim=row, words=form.cleaned_data["words"], actor=person_of(request), at=timezone.now()
        ),
        _("已提出，等待裁定。"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("lead", "D")
def claim_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Rule on a contested claim."""
    row, subject = _claim_for(viewer_on(request), pk, "D")
    form = RuleForm(*posted(request))
    page = FormPage(
        title=_("裁定首报争议"), form=form, back=came_from(request, _home(subject)), submit=_("裁定"), trail=subject.name,
        action=reverse("projects:claim_rule", args=[pk]), wide=("upheld",),
        intro=_("{unit} {on} 申报：{grounds}").format(unit=row.unit.short_name, on=row.claimed_on, grounds=row.grounds),
    )  # fmt: skip
    return run(
        request, page,
        lambda: claim_verbs.adjudicate(
            claim=row, upheld=form.cleaned_data["upheld"], decision=form.cleaned_data["decision"],
            actor=person_of(request), at=timezone.now(),
        ),
        _("已裁定。"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("lead", "E")
def claim_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Give protection up."""
    row, subject = _claim_for(viewer_on(request), pk, "E")
    form = ReasonForm(*posted(request))
    page = FormPage(
        title=_("释放首报保护"), form=form, back=came_from(request, _home(subject)), submit=_("释放"), danger=True,
        trail=subject.name, action=reverse("projects:claim_release", args=[pk]), intro=_("释放后其他单位可以申报。"),
    )  # fmt: skip
    return run(
        request, page,
        lambda: claim_verbs.release(
            claim=row, reason=form.cleaned_data["reason"], actor=person_of(request), at=timezone.now()
        ),
        _("已释放。"),
    )  # fmt: skip
