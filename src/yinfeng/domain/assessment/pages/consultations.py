"""Joint consultations: the list, one with its agenda, the minutes that issue the lists."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinfeng.domain.projects.pages.contact import own_units
from yinfeng.domain.projects.pages.flow import FormPage, done, number_or_none, person_of, posted, run
from yinfeng.domain.projects.pages.undertaking import person_or_none
from yinfeng.domain.projects.queries import choices
from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.accounts.models import Unit

from .. import access
from ..actions import consultations as verbs
from ..forms import TASKS_EACH, CallForm, MinutesForm, ReasonForm
from ..models import AgendaItem, Consultation
from ..queries.consultations import address, consultation_page, consultations
from ..queries.subject import waiting_opinions
from ..subjects import subject_of


@require_safe
@needs("consultation", "S")
def index(request: HttpRequest) -> HttpResponse:
    """Opinions that wait for one's own unit, and the consultations."""
    viewer = viewer_on(request)
    number = min(number_or_none(request.GET.get("page")) or 1, 500)
    today = timezone.localdate()
    waiting = [(o.pk, subject_of(o).name, o.question, o.due_on) for o in waiting_opinions(viewer)]
    page = consultations(viewer, today, number)
    pager = {"number": number, "has_next": page.has_next, "has_previous": number > 1}
    context = {"page": page, "waiting": waiting, "pager": pager}
    return render(request, "assessment/index.html", context)


@require_safe
@needs("consultation", "S")
def consultation(request: HttpRequest, pk: int) -> HttpResponse:
    """One consultation: agenda, opinions, decisions; fit to be printed as its papers."""
    viewer = viewer_on(request)
    row = access.consultation_for(viewer, pk)
    page = consultation_page(viewer, row, timezone.now(), timezone.localdate())
    return render(request, "assessment/consultation.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@needs("consultation", "E")
def call(request: HttpRequest) -> HttpResponse:
    """Call a consultation."""
    viewer = viewer_on(request)
    everyone = [u for u in choices.units().lines if u.is_active]
    form = CallForm(*posted(request), hosts=own_units(viewer, "consultation"), units=everyone)
    page = FormPage(
        title=_("发起会商"), form=form, back=reverse("assessment:index"), submit=_("发起并通知"),
        action=reverse("assessment:call"), wide=("title", "units"),
        intro=_("材料应在会前一个工作日送达；参会单位会收到通知。"),
    )  # fmt: skip
    made: list[Consultation] = []

    def save() -> None:
        told = form.cleaned_data
        units = list(Unit.objects.filter(pk__in=told["units"], is_active=True).order_by("path"))
        made.append(
            verbs.call_consultation(
                title=told["title"], meets_at=told["meets_at"], place=told["place"],
                host_unit=Unit.objects.get(pk=told["host_unit"]), chair=person_or_none(told["chair"]), units=units,
                actor=viewer.person, at=timezone.now(),
            )
        )  # fmt: skip

    return run(request, page, save, _("已发起。请在项目或线索的研判页“列入会商”。"))


@require_POST
@needs("consultation", "E")
def send_papers(request: HttpRequest, pk: int) -> HttpResponse:
    """The papers are with the members."""
    row = access.consultation_for(viewer_on(request), pk, "E")
    verbs.send_papers(consultation=row, actor=person_of(request), at=timezone.now())
    return done(request, address(pk), _("已送达，参会单位会收到通知。"))


@require_POST
@needs("consultation", "E")
def take_off(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """Take a matter off the table."""
    row = access.consultation_for(viewer_on(request), pk, "E")
    item = get_object_or_404(AgendaItem, pk=item_pk, consultation=row)
    verbs.take_off_agenda(item=item, actor=person_of(request), at=timezone.now())
    return done(request, address(pk), _("已移出议题。"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("consultation", "E")
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """The consultation does not take place."""
    row = access.consultation_for(viewer_on(request), pk, "E")
    form = ReasonForm(*posted(request))
    page = FormPage(
        title=_("取消会商"), form=form, back=address(pk), submit=_("取消会商"), trail=row.title, danger=True,
        action=reverse("assessment:cancel", args=[pk]),
    )  # fmt: skip
    return run(
        request, page,
        lambda: verbs.cancel_consultation(
            consultation=row, reason=form.cleaned_data["reason"], actor=person_of(request), at=timezone.now()
        ),
        _("已取消。"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("consultation", "D")
def conclude(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue the minutes: decisions, facts and tasks at once."""
    row = access.consultation_for(viewer_on(request), pk, "D")
    items = list(row.agenda.select_related("lead", "project").order_by("order"))
    lines = [u for u in choices.units().lines if u.is_active]
    form = MinutesForm(*posted(request), items=items, units=lines)
    page = FormPage(
        title=_("签发纪要"), form=form, back=address(pk), submit=_("签发并下达"), trail=row.title,
        action=reverse("assessment:conclude", args=[pk]), body="assessment/minutes_fields.html",
        intro=_("同意推进的线索同时登记为研判通过，已预审的项目同时登记会商；事项即时进入三张清单。"),
    )  # fmt: skip

    def save() -> None:
        told = form.cleaned_data
        decided = {}
        for item in items:
            at = f"item-{item.pk}"
            tasks = [
                verbs.TaskData(
                    told[f"{at}-what-{n}"], Unit.objects.get(pk=told[f"{at}-unit-{n}"]), told[f"{at}-due-{n}"]
                )
                for n in range(TASKS_EACH if item.project_id else 0)
                if told[f"{at}-what-{n}"]
            ]
            decided[item.pk] = verbs.Decided(told[at], told[f"{at}-words"], tasks=tasks)
        verbs.conclude(
            consultation=row, minutes_number=told["minutes_number"], minutes=told["minutes"], decided=decided,
            actor=person_of(request), at=timezone.now(),
        )  # fmt: skip

    return run(request, page, save, _("纪要已签发，事项已下达。"))
