"""What a person decides on the review screen."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yinfeng.domain.projects.access import project_for
from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.accounts.models import Unit
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.errors import DomainError

from .. import access, actions
from ..forms import DateForm, RecordForms
from ..models import Proposal
from ..queries import records as record_reads
from ..queries import review as reads
from ..queries.drafts import current_draft
from ..queries.similar import search_projects, similar_projects
from ..queries.stories import others_of
from ..rules.checks import Problem
from ..rules.words import Target
from .parts import document_url, number, target_is
from .review import forms_of, review


@require_POST
@needs("document", "E")
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_on(request)
    proposal = access.proposal_for(viewer, pk, "E")
    return _with_forms(request, viewer, proposal, None)


@require_POST
@needs("document", "V")
def accept_lead(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_on(request)
    proposal = access.proposal_for(viewer, pk, "V")
    _must_make(viewer, Target.LEAD)
    return _with_forms(request, viewer, proposal, Target.LEAD)


@require_POST
@needs("document", "V")
def accept_project(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_on(request)
    proposal = access.proposal_for(viewer, pk, "V")
    _must_make(viewer, Target.PROJECT)
    return _with_forms(request, viewer, proposal, Target.PROJECT)


@require_POST
@needs("document", "V")
def accept_into(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_on(request)
    proposal = access.proposal_for(viewer, pk, "V")
    _must_make(viewer, Target.INTO)
    return _with_forms(request, viewer, proposal, Target.INTO)


@require_POST
@needs("document", "V")
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_on(request)
    proposal = access.proposal_for(viewer, pk, "V")
    done = actions.reject_proposal(
        proposal=proposal, reason=request.POST.get("reason", ""), actor=viewer.person, at=timezone.now()
    )
    messages.info(request, _("已标为不采用。"))
    return _onward(request, viewer, done)


@require_POST
@needs("document", "V")
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_on(request)
    proposal = access.proposal_for(viewer, pk, "V")
    done = actions.reopen_proposal(proposal=proposal, actor=viewer.person, at=timezone.now())
    return _back(request, viewer, done.document_id, done.pk)


@require_POST
@needs("document", "V")
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_on(request)
    found = access.document_for(viewer, pk, "V")
    actions.finish_document(
        document=found, reason=request.POST.get("reason", ""), actor=viewer.person, at=timezone.now()
    )
    messages.success(request, _("“{title}”已研判完成。").format(title=found.title))
    return HttpResponseRedirect(reverse("intelligence:queue"))


@require_POST
@needs("document", "E")
def read_again(request: HttpRequest, pk: int) -> HttpResponse:
    """With the day of publication that a person gives, so that 昨天 and 今年 are resolved."""
    viewer = viewer_on(request)
    found = access.document_for(viewer, pk, "E")
    form = DateForm(request.POST)
    if not form.is_valid():
        raise DomainError(_("日期应为“年-月-日”。"), code="document.date", field="doc_date")
    day = form.cleaned_data["doc_date"]
    if day is not None and day > timezone.localdate():
        raise DomainError(_("发布日期晚于今天。"), code="document.future", field="doc_date", fix=_("请核对年份。"))
    found = actions.read_again(document=found, doc_date=day, actor=viewer.person, at=timezone.now())
    messages.success(request, _("已按发布日期重新读取。"))
    return HttpResponseRedirect(document_url(found))


@require_GET
@needs("document", "S")
def targets(request: HttpRequest, pk: int) -> HttpResponse:
    """Projects on record for the chooser: those that fit the words, or without words the similar ones."""
    viewer = viewer_on(request)
    proposal = access.proposal_for(viewer, pk)
    words = request.GET.get("target", "").strip()
    draft = current_draft(proposal)
    found = search_projects(viewer, words) if words else similar_projects(viewer, draft)
    return render(request, "intelligence/_targets.html", {"similar": found, "words": words})


@require_POST
@needs("document", "V")
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Further documents that tell of an accepted record's project become its evidence."""
    viewer = viewer_on(request)
    proposal = access.proposal_for(viewer, pk, "V")
    if proposal.project_id is not None:
        project_for(viewer, proposal.project_id, "E")
    wanted = {number(text) for text in request.POST.getlist("other")}
    may = {p.pk for p in record_reads.chosen(viewer, [n for n in wanted if n])}
    others = [p for p in others_of(viewer, proposal) if p.pk in may]
    if not others:
        raise DomainError(_("请选择要补充的文档。"), code="attach.none")
    lines = actions.attach_others(proposal=proposal, others=others, actor=viewer.person, at=timezone.now())
    done = sum(line.is_done for line in lines)
    messages.success(request, _("已补充 {n} 处凭证。").format(n=done))
    for line in lines:
        if line.fault:
            messages.warning(request, f"{line.proposal.document.title}：{line.fault}")
    return _back(request, viewer, proposal.document_id, proposal.pk)


def _with_forms(request: HttpRequest, viewer: Viewer, proposal: Proposal, target: Target | None) -> HttpResponse:
    """Keep what was typed, and accept where a target is given; what is in the way is shown at its input."""
    bound = forms_of(viewer, proposal, current_draft(proposal), request.POST)
    chosen = number(request.POST.get("project"))
    if not bound.is_valid():
        return _again(request, viewer, proposal, bound, chosen)
    given: dict[str, Any] = {
        "proposal": proposal, "draft": bound.draft(), "expected_version": bound.version, "actor": viewer.person,
        "at": timezone.now(),
    }  # fmt: skip
    try:
        match target:
            case None:
                actions.correct_proposal(**given)
                messages.success(request, _("已保存更正。"))
                return _back(request, viewer, proposal.document_id, proposal.pk)
            case Target.INTO:
                if chosen is None:
                    bound.record.add_error(None, _("请先选择要并入的项目。"))
                    return _again(request, viewer, proposal, bound, chosen)
                made = actions.accept_into_project(project=project_for(viewer, chosen, "E"), **given)
            case Target.LEAD:
                made = actions.accept_as_lead(placement=_placement(bound, viewer, proposal, target), **given)
            case Target.PROJECT:
                made = actions.accept_as_project(placement=_placement(bound, viewer, proposal, target), **given)
    except actions.ProposalRefused as refusal:
        bound.show(refusal.problems)
        return _again(request, viewer, proposal, bound, chosen)
    except DomainError as refusal:
        if refusal.code in ("proposal.handled", "proposal.changed"):
            raise
        name = refusal.field if refusal.field in bound.record.fields else None
        bound.record.add_error(name, str(refusal))
        return _again(request, viewer, proposal, bound, chosen)
    messages.success(request, _done_words(made))
    return _onward(request, viewer, made.proposal)


def _placement(bound: RecordForms, viewer: Viewer, proposal: Proposal, target: Target) -> actions.Placement:
    held = bound.record.cleaned_data
    unit: Unit | None = held["lead_unit"]
    allowed = access.lead_units(viewer, target)
    if unit is None:
        unit = allowed.filter(pk=proposal.document.unit_id).first()
    if unit is None or not allowed.filter(pk=unit.pk).exists():
        raise actions.ProposalRefused([Problem("proposal.no_unit", "lead_unit", _("请选择牵头单位。"))])
    landing: Unit | None = held["landing_unit"]
    return actions.Placement(unit.pk, landing.pk if landing else None, held["channel"])


def _done_words(made: actions.Accepted) -> str:
    if made.lead is not None:
        return _("已转为线索 {code}。").format(code=made.lead.code)
    assert made.project is not None
    words = _("已进入项目 {code}，登记事实 {n} 条，待审核。").format(code=made.project.code, n=made.declared)
    return words + (_("另有 {n} 条已在册，补充了凭证。").format(n=made.supported) if made.supported else "")


def _again(
    request: HttpRequest, viewer: Viewer, proposal: Proposal, bound: RecordForms, chosen: int | None
) -> HttpResponse:
    found = access.document_for(viewer, proposal.document_id)
    return review(request, viewer, found, wanted=proposal.pk, bound=bound, chosen=chosen, status=422)


def _onward(request: HttpRequest, viewer: Viewer, decided: Proposal) -> HttpResponse:
    """To the next open record; when none is left, the decided one is shown with what became of it."""
    found = access.document_for(viewer, decided.document_id)
    following = reads.next_open(reads.proposals_of(found), decided)
    return _back(request, viewer, found.pk, following.pk)


def _back(request: HttpRequest, viewer: Viewer, document_id: int, proposal_id: int) -> HttpResponse:
    if target_is(request, "review-side"):
        found = access.document_for(viewer, document_id)
        response = review(request, viewer, found, wanted=proposal_id)
        response["HX-Push-Url"] = document_url(found, p=proposal_id)
        return response
    return HttpResponseRedirect(reverse("intelligence:document", args=[document_id]) + f"?p={proposal_id}")


def _must_make(viewer: Viewer, target: Target) -> None:
    if not access.may_make(viewer, target):
        raise PermissionDenied
