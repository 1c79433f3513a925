"""Agreements: on record, reviewed, in effect; the service team."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yinfeng.domain.compliance import queries as compliance
from yinfeng.domain.compliance.actions import record_review
from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.accounts.models import Unit
from yinfeng.foundation.accounts.viewer import Viewer

from ..access import project_for
from ..actions import agreements as verbs
from ..actions import teams
from ..forms.deeds import AgreementForm, EffectForm, ReviewForm, SeatForm, TeamForm
from ..forms.facts import ReasonForm
from ..forms.fields import Base, ChooserField
from ..models import Agreement, Phase, Project, TeamSeat
from ..queries import choices, rulings
from ..rules.words import ServiceRole
from .flow import FormPage, person_of, posted, run, saved
from .undertaking import person_or_none


def _page(project: Project) -> str:
    return reverse("projects:project", args=[project.pk])


def _agreement(viewer: Viewer, pk: int, verb: str) -> tuple[Agreement, Project]:
    row = Agreement.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row, project_for(viewer, row.project_id, verb, right="agreement")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("agreement", "E")
def agreement_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an agreement on record; it advances no stage."""
    project = project_for(viewer_on(request), pk, "E", right="agreement")
    form = AgreementForm(*posted(request), project=project)
    page = FormPage(
        title=_("登记协议"), form=form, back=_page(project), submit=_("登记"), trail=project.name,
        action=reverse("projects:agreement_add", args=[pk]), wide=("kind", "title", "parties", "phases", "is_legacy"),
        intro=_("登记协议不改变阶段：签约是里程碑，另行登记并以协议为凭证。没有审查结论的协议不能生效。"),
    )  # fmt: skip

    def save() -> None:
        told = dict(form.cleaned_data)
        ids = told.pop("phases", None)
        phases = list(Phase.objects.filter(project=project, pk__in=ids)) if ids else None
        result = verbs.record_agreement(
            project=project, phases=phases, actor=person_of(request), at=timezone.now(), **told
        )
        for remark in result.remarks:
            messages.warning(request, remark)

    return run(request, page, save, _("已登记协议。"))


class PickReview(Base):
    """A review record that stands already, among those the viewer may see."""

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

        def name_of(pk: int) -> str | None:
            row = compliance.visible_reviews(viewer).filter(pk=pk).first()
            return f"{row.document_number} {row.subject}" if row else None

        self.fields["review"] = field = ChooserField(
            label=_("审查记录"), url="/projects/choose/review/", name_of=name_of, placeholder=_("输入文号或事项查找")
        )
        field.show(self.data.get("review") if self.is_bound else None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("agreement", "E")
def agreement_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a review conclusion to an agreement; those who may record reviews enter a new one with ``?new=1``."""
    viewer = viewer_on(request)
    row, project = _agreement(viewer, pk, "E")
    new = viewer.may("review", "E") and request.GET.get("new", "1") == "1"
    form: Base = ReviewForm(*posted(request)) if new else PickReview(*posted(request), viewer=viewer)
    page = FormPage(
        title=_("附审查结论"), form=form, back=_page(project), submit=_("附上"), trail=row.title,
        action=reverse("projects:agreement_review", args=[pk]) + f"?new={int(new)}", wide=("kind", "conclusion", "review"),
        intro="" if new else _("从已登记的审查记录中选择；没有的，请由有权登记审查记录的人员先登记。"),
    )  # fmt: skip

    def save() -> None:
        at, told = timezone.now(), form.cleaned_data
        if new:
            review = record_review(subject=row.title, unit=project.lead_unit, actor=viewer.person, at=at, **told)
        else:
            found = compliance.visible_reviews(viewer).filter(pk=told["review"]).first()
            if found is None:
                raise Http404
            review = found
        verbs.add_review(agreement=row, review=review, actor=viewer.person, at=at)

    return run(request, page, save, _("已附上审查结论。"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("agreement", "E")
def agreement_effect(request: HttpRequest, pk: int) -> HttpResponse:
    """The agreement takes effect; without its reviews it cannot."""
    row, project = _agreement(viewer_on(request), pk, "E")
    form = EffectForm(*posted(request))
    page = FormPage(
        title=_("登记生效"), form=form, back=_page(project), submit=_("登记生效"), trail=row.title,
        action=reverse("projects:agreement_effect", args=[pk]),
    )  # fmt: skip
    return run(
        request, page,
        lambda: verbs.make_effective(
            agreement=row, effective_on=form.cleaned_data["effective_on"], actor=person_of(request), at=timezone.now()
        ),
        _("协议已生效。"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("agreement", "E")
def agreement_void(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an agreement off the record, with the reason."""
    row, project = _agreement(viewer_on(request), pk, "E")
    form = ReasonForm(*posted(request))
    page = FormPage(
        title=_("作废协议"), form=form, back=_page(project), submit=_("作废"), trail=row.title, danger=True,
        action=reverse("projects:agreement_void", args=[pk]),
    )  # fmt: skip
    return run(
        request, page,
        lambda: verbs.void_agreement(
            agreement=row, reason=form.cleaned_data["reason"], actor=person_of(request), at=timezone.now()
        ),
        _("已作废。"),
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ service team


@require_http_methods(["GET", "HEAD", "POST"])
@needs("list", "E")
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """Form a service team by a model; once it stands, its seats with a link to fill each."""
    project = project_for(viewer_on(request), pk, "E", right="list")
    models = rulings.service_teams(timezone.localdate())
    seats = list(TeamSeat.objects.filter(project=project).select_related("unit", "person").order_by("order"))
    form = TeamForm(*posted(request))
    form.fields["template"].choices = [(m.key, _(m.label)) for m in models.values()]  # type: ignore[attr-defined]
    page = FormPage(
        title=_("服务专班"), form=form, back=_page(project), submit=_("组建") if not seats else _("关闭"), trail=project.name,
        action=reverse("projects:team", args=[pk]), wide=("template",),
        body="projects/team_body.html" if seats else "projects/form_fields.html",
        extra={"seats": [(s.pk, _(ServiceRole(s.role).label), s.unit, s.person) for s in seats]},
    )  # fmt: skip
    if seats and request.method == "POST":
        raise Http404
    return run(
        request, page,
        lambda: teams.form_team(
            project=project, template=form.cleaned_data["template"], actor=person_of(request), at=timezone.now()
        ),
        _("已组建，请逐席落实单位和人员。"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("list", "E")
def seat(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill one seat."""
    row = TeamSeat.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    project = project_for(viewer_on(request), row.project_id, "E", right="list")
    units = [u for u in choices.units().lines if u.is_active]
    form = SeatForm(*posted(request), units=units, initial={"unit": row.unit_id, "person": row.person_id})
    page = FormPage(
        title=_(ServiceRole(row.role).label), form=form, back=_page(project), submit=_("保存"), trail=project.name,
        action=reverse("projects:seat", args=[pk]), intro=_("被指定的单位和人员此后可见本项目。"),
    )  # fmt: skip

    def save() -> None:
        told = form.cleaned_data
        unit = Unit.objects.get(pk=told["unit"]) if told["unit"] else None
        teams.fill_seat(
            seat=row, unit=unit, person=person_or_none(told["person"]), actor=person_of(request), at=timezone.now()
        )

    return run(request, page, save, saved())
