"""Declaring money and flags; verifying, returning, voiding and correcting one fact."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.accounts.viewer import Viewer

from ..access import may_end, project_for
from ..actions import facts as verbs
from ..forms.facts import CorrectForm, FlagForm, FundsForm, LiftForm, ReasonForm
from ..models import Fact, Flag, FundsArrival, Milestone, Phase, Project
from ..queries import choices
from ..rules.words import FlagKind
from .flow import FormPage, came_from, done, number_or_none, person_of, run

KINDS: dict[str, type[Fact]] = {"milestone": Milestone, "funds": FundsArrival, "flag": Flag}


def fact_for(viewer: Viewer, what: str, pk: int, verb: str) -> tuple[Fact, Project]:
    """A fact of a project on which the viewer may use ``verb``; 404 and 403 as for the project."""
    model = KINDS.get(what)
    fact = model._default_manager.filter(pk=pk).first() if model else None
    if fact is None:
        raise Http404
    return fact, project_for(viewer, fact.project_id, verb)


def _posted(request: HttpRequest) -> tuple[object, ...]:
    return (request.POST, request.FILES) if request.method == "POST" else ()


def _page(project: Project) -> str:
    return reverse("projects:project", args=[project.pk])


def _phase(project: Project, pk: int | None) -> Phase | None:
    if pk is None:
        return None
    phase = Phase.objects.filter(project=project, pk=pk).first()
    if phase is None:
        raise Http404
    return phase


@require_http_methods(["GET", "HEAD", "POST"])
@needs("project", "E")
def funds(request: HttpRequest, pk: int) -> HttpResponse:
    """Money arrived."""
    viewer = viewer_on(request)
    project = project_for(viewer, pk, "E")
    at = timezone.now()
    form = FundsForm(*_posted(request), project=project, actor=viewer.person)
    if request.method == "POST":
        form.keep_uploads(at)
    page = FormPage(
        title=_("登记到位资金"), form=form, back=_page(project), action=reverse("projects:funds", args=[pk]),
        submit=_("提交审核"), trail=project.name, body="projects/papers_body.html", multipart=True,
        wide=("amount", "value_kind"),
    )  # fmt: skip
    return run(
        request, page,
        lambda: verbs.declare_funds(
            project=project, phase=_phase(project, form.cleaned_data.get("phase_id")), data=form.funds(),
            evidence=form.evidence(), actor=viewer.person, at=at,
        ),
        _("已登记到位资金，待他人审核。"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("project", "E")
def flag(request: HttpRequest, pk: int) -> HttpResponse:
    """Something is the matter; with ``?lift=`` it is over again."""
    viewer = viewer_on(request)
    project = project_for(viewer, pk, "E")
    lifted = request.GET.get("lift", "")
    if lifted:
        if lifted not in FlagKind:
            raise Http404
        return _lift(request, project, FlagKind(lifted))
    at = timezone.now()
    form = FlagForm(*_posted(request), project=project, units=choices.units(), actor=viewer.person)
    if request.method == "POST":
        form.keep_uploads(at)
    page = FormPage(
        title=_("标记项目状态"), form=form, back=_page(project), action=reverse("projects:flag", args=[pk]),
        submit=_("提交审核"), trail=project.name, body="projects/papers_body.html", multipart=True,
        intro=_("停滞、暂缓、中止、终止和流转都不改变阶段，只说明现状；须写明原因。"), wide=("kind", "to_unit"),
    )  # fmt: skip

    def save() -> None:
        told = form.cleaned_data
        verbs.raise_flag(
            project=project, phase=_phase(project, told.get("phase_id")), kind=FlagKind(told["kind"]),
            happened_on=told["happened_on"], reason=told["reason"], to_unit_id=told["to_unit"],
            evidence=form.evidence(), actor=viewer.person, at=at,
        )  # fmt: skip

    return run(request, page, save, _("已登记，待他人审核。"))


def _lift(request: HttpRequest, project: Project, kind: FlagKind) -> HttpResponse:
    phase = _phase(project, number_or_none(request.GET.get("phase")))
    form = LiftForm(*_posted(request))
    where = f"?lift={kind.value}" + (f"&phase={phase.pk}" if phase else "")
    page = FormPage(
        title=_("解除{flag}").format(flag=_(kind.label)), form=form, back=_page(project), submit=_("提交审核"),
        action=reverse("projects:flag", args=[project.pk]) + where, trail=project.name,
    )  # fmt: skip
    return run(
        request, page,
        lambda: verbs.lift_flag(
            project=project, phase=phase, kind=kind, happened_on=form.cleaned_data["happened_on"],
            reason=form.cleaned_data["reason"], actor=person_of(request), at=timezone.now(),
        ),
        _("已登记解除，待他人审核。"),
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ one fact


@require_POST
@needs("project", "V")
def fact_verify(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    """Confirm a fact against its papers. One's own is refused by the action."""
    fact, project = fact_for(viewer_on(request), what, pk, "V")
    verbs.verify(fact=fact, actor=person_of(request), at=timezone.now())
    words = _("已审核：{project} {fact}。").format(project=project.name, fact=verbs.noun(fact))
    return done(request, came_from(request, reverse("projects:verify")), words)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("project", "V")
def fact_return(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    """Send a fact back to its author, with the reason."""
    fact, project = fact_for(viewer_on(request), what, pk, "V")
    form = ReasonForm(*_posted(request))
    back = came_from(request, reverse("projects:verify"))
    page = FormPage(
        title=_("退回"), form=form, back=back, submit=_("退回"), trail=project.name, danger=True,
        action=reverse("projects:fact_return", args=[what, pk]) + "?" + urlencode({"next": back}),
        intro=_("{fact}。退回后不再计数，填报人会收到原因。").format(fact=verbs.noun(fact)),
    )  # fmt: skip
    return run(
        request, page,
        lambda: verbs.return_fact(
            fact=fact, reason=form.cleaned_data["reason"], actor=person_of(request), at=timezone.now()
        ),
        _("已退回，填报人会收到原因。"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("project", "S")
def fact_void(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    """Take a fact off the count, with the reason; it stays readable."""
    viewer = viewer_on(request)
    fact, project = fact_for(viewer, what, pk, "S")
    may_end(viewer, fact)
    form = ReasonForm(*_posted(request))
    page = FormPage(
        title=_("作废"), form=form, back=_page(project), submit=_("作废"), trail=project.name, danger=True,
        action=reverse("projects:fact_void", args=[what, pk]),
        intro=_("{fact}。作废后不再计数，但仍保留在时间轴上。").format(fact=verbs.noun(fact)),
    )  # fmt: skip
    return run(
        request, page,
        lambda: verbs.void_fact(
            fact=fact, reason=form.cleaned_data["reason"], actor=person_of(request), at=timezone.now()
        ),
        _("已作废。"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("project", "S")
def fact_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Another date for a milestone: the old one is voided and named by the new one."""
    viewer = viewer_on(request)
    fact, project = fact_for(viewer, "milestone", pk, "S")
    assert isinstance(fact, Milestone)
    may_end(viewer, fact)
    form = CorrectForm(*_posted(request), initial={"happened_on": fact.happened_on})
    page = FormPage(
        title=_("更正日期"), form=form, back=_page(project), submit=_("更正并重新提交审核"), trail=project.name,
        action=reverse("projects:fact_correct", args=[pk]),
        intro=_("{fact}。原记录作废保留，凭证转到新记录。").format(fact=verbs.noun(fact)),
    )  # fmt: skip
    return run(
        request, page,
        lambda: verbs.correct_milestone(
            milestone=fact, happened_on=form.cleaned_data["happened_on"], reason=form.cleaned_data["reason"],
            actor=person_of(request), at=timezone.now(),
        ),
        _("已更正，待他人审核。"),
    )  # fmt: skip
