"""The assessment of one lead or project: clocks, checks, scores, opinions, consultations."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yinfeng.domain.projects.access import lead_for
from yinfeng.domain.projects.pages.flow import FormPage, person_of, posted, run
from yinfeng.domain.projects.queries import choices
from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.accounts.models import Unit
from yinfeng.foundation.accounts.rules import UnitKind

from .. import access
from ..actions import consultations as meetings
from ..actions import leads as lead_verbs
from ..actions import opinions, scoring
from ..forms import AskForm, GiveForm, PutForm, ReasonForm, ScoreForm, StepForm
from ..models import Consultation, LeadStep
from ..queries import rulings
from ..queries.consultations import planned_for
from ..queries.subject import opinion_shown, running_clocks, subject_page
from ..rules.words import SubjectKind
from ..subjects import Subject, subject_of


def _subject(request: HttpRequest, kind: str, pk: int, verb: str = "S") -> Subject:
    """``needs`` asked for leads or projects alike: the kind at hand decides."""
    viewer = viewer_on(request)
    if kind not in SubjectKind or not viewer.may(kind):
        raise Http404
    if not viewer.may(kind, verb):
        raise PermissionDenied
    return access.subject_for(viewer, kind, pk, verb)


@require_safe
@needs("project", "S")
def subject(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Everything that was found, scored, said and decided about it."""
    viewer = viewer_on(request)
    found = _subject(request, kind, pk)
    enter = viewer.may(kind, "E") and _may_enter(request, found)
    page = subject_page(viewer, found, timezone.localdate(), enter=enter)
    return render(request, "assessment/subject.html", {"page": page})


def _may_enter(request: HttpRequest, found: Subject) -> bool:
    try:
        access.subject_for(viewer_on(request), found.kind, found.pk, "E")
    except PermissionDenied:
        return False
    return True


@require_safe
@needs("lead", "S")
def clocks(request: HttpRequest) -> HttpResponse:
    """The leads whose clocks run out, the most pressing first; ``?mine=1`` one's own only."""
    mine = request.GET.get("mine") == "1"
    rows = running_clocks(viewer_on(request), timezone.localdate(), mine=mine)
    late = sum(r.late_days > 0 for r in rows)
    return render(request, "assessment/clocks.html", {"rows": rows, "mine": mine, "late": late})


# ------------------------------------------------------------------------------------------------ steps, scores


@require_http_methods(["GET", "HEAD", "POST"])
@needs("lead", "E")
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a step of a lead's clocks on record."""
    lead = lead_for(viewer_on(request), pk, "E")
    form = StepForm(*posted(request), initial={"kind": request.GET.get("kind", "")})
    page = FormPage(
        title=_("登记步骤"), form=form, back=reverse("assessment:subject", args=["lead", pk]), submit=_("登记"),
        trail=lead.name, action=reverse("assessment:step", args=[pk]), wide=("kind",),
        intro=_("登记往来也算响应和跟进，不必重复登记。"),
    )  # fmt: skip
    return run(
        request, page,
        lambda: lead_verbs.take_step(lead=lead, **form.cleaned_data, actor=person_of(request), at=timezone.now()),
        _("已登记。"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("lead", "E")
def step_void(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step off the record."""
    row = get_object_or_404(LeadStep, pk=pk)
    lead = lead_for(viewer_on(request), row.lead_id, "E")
    form = ReasonForm(*posted(request))
    page = FormPage(
        title=_("作废步骤"), form=form, back=reverse("assessment:subject", args=["lead", lead.pk]), submit=_("作废"),
        trail=lead.name, action=reverse("assessment:step_void", args=[pk]), danger=True,
    )  # fmt: skip
    return run(
        request, page,
        lambda: lead_verbs.void_step(
            step=row, reason=form.cleaned_data["reason"], actor=person_of(request), at=timezone.now()
        ),
        _("已作废。"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("project", "S")
def score(request: HttpRequest, kind: str, pk: int, scheme: str) -> HttpResponse:
    """Score by one of the schemes in force."""
    found = _subject(request, kind, pk, "E")
    schemes, _stamp = rulings.admission(timezone.localdate())
    if scheme not in schemes:
        raise Http404
    form = ScoreForm(*posted(request), scheme=schemes[scheme])
    page = FormPage(
        title=_("准入评分"), form=form, back=found.page, submit=_("保存评分"), trail=found.name,
        action=reverse("assessment:score", args=[kind, pk, scheme]), wide=("vetoes",),
        intro=_("{scheme}：逐项填写，留空为未评；算式和规则版本随评分保存。").format(scheme=schemes[scheme].name),
    )  # fmt: skip
    return run(
        request, page,
        lambda: scoring.score_subject(
            subject=found, scheme=scheme, values=form.values(), vetoes=form.cleaned_data.get("vetoes", ()),
            note=form.cleaned_data["note"], actor=person_of(request), at=timezone.now(),
        ),
        _("评分已保存。"),
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ opinions


@require_http_methods(["GET", "HEAD", "POST"])
@needs("project", "S")
def ask(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Ask a department or an adviser."""
    found = _subject(request, kind, pk, "E")
    lines = [u for u in choices.units().lines if u.is_active and u.kind in (UnitKind.DEPARTMENT, UnitKind.BUREAU)]
    form = AskForm(*posted(request), units=lines)
    page = FormPage(
        title=_("征求预审意见"), form=form, back=found.page, submit=_("发出"), trail=found.name,
        action=reverse("assessment:ask", args=[kind, pk]),
    )  # fmt: skip

    def save() -> None:
        told = form.cleaned_data
        unit = Unit.objects.get(pk=told["unit"]) if told["unit"] else None
        opinions.ask_opinion(
            subject=found, unit=unit, adviser=told["adviser"], question=told["question"], due_on=told["due_on"],
            actor=person_of(request), at=timezone.now(),
        )  # fmt: skip

    return run(request, page, save, _("已发出，对方会收到通知。"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("consultation", "S")
def opinion(request: HttpRequest, pk: int) -> HttpResponse:
    """One opinion; those who may, put it on record here."""
    viewer = viewer_on(request)
    row = access.opinion_for(viewer, pk, giving=request.method == "POST")
    found = subject_of(row)
    shown = opinion_shown(row, timezone.localdate(), access.may_give(viewer, row), access.may_enter(viewer, row))
    if not shown.may_give:
        return render(request, "assessment/opinion.html", {"subject": found, "opinion": shown})
    form = GiveForm(*posted(request))
    page = FormPage(
        title=_("出具预审意见"), form=form, back=reverse("assessment:index"), submit=_("登记意见"), trail=found.name,
        action=reverse("assessment:opinion", args=[pk]), wide=("verdict",),
        intro=_("{whom}，请于 {due} 前就以下事项出具意见：{question}").format(
            whom=shown.whom, due=row.due_on, question=row.question
        ),
    )  # fmt: skip
    return run(
        request, page,
        lambda: opinions.give_opinion(opinion=row, **form.cleaned_data, actor=person_of(request), at=timezone.now()),
        _("意见已登记。"), url=reverse("assessment:opinion", args=[pk]),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("consultation", "E")
def opinion_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """No longer asked."""
    viewer = viewer_on(request)
    row = access.opinion_for(viewer, pk)
    if not access.may_enter(viewer, row):
        raise PermissionDenied
    found = subject_of(row)
    form = ReasonForm(*posted(request))
    page = FormPage(
        title=_("撤回征求"), form=form, back=found.page, submit=_("撤回"), trail=found.name, danger=True,
        action=reverse("assessment:opinion_withdraw", args=[pk]),
    )  # fmt: skip
    return run(
        request, page,
        lambda: opinions.withdraw_opinion(
            opinion=row, reason=form.cleaned_data["reason"], actor=person_of(request), at=timezone.now()
        ),
        _("已撤回。"),
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ to the table


@require_http_methods(["GET", "HEAD", "POST"])
@needs("consultation", "E")
def put(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Put it on the table of a consultation still to come."""
    viewer = viewer_on(request)
    found = _subject(request, kind, pk, "E")
    planned = planned_for(viewer)
    form = PutForm(*posted(request), planned=planned)
    page = FormPage(
        title=_("列入会商"), form=form, back=found.page, submit=_("列入"), trail=found.name,
        action=reverse("assessment:put", args=[kind, pk]), wide=("consultation",),
        intro="" if planned else _("还没有待召开的会商，请先在“研判会商”中发起。"),
    )  # fmt: skip

    def save() -> None:
        meetings.put_on_agenda(
            consultation=Consultation.objects.get(pk=form.cleaned_data["consultation"]), subject=found,
            question=form.cleaned_data["question"], actor=person_of(request), at=timezone.now(),
        )  # fmt: skip

    return run(request, page, save, _("已列入议题。"))
