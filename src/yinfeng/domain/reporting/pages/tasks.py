"""填报任务: the month by unit, one task, and urging who is late."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinfeng.domain.projects.pages.flow import FormPage, came_from, number_or_none, person_of, run
from yinfeng.domain.projects.queries import choices
from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.periods import Period, PeriodKind

from ..access import task_for, visible_tasks
from ..actions import tasks as verbs
from ..actions.urging import urge as urge_units
from ..forms import DeclareForm, ReturnForm
from ..queries.facts_of import facts_of
from ..queries.tasks import task_page, tasks_page
from ..rules.words import OUTSTANDING


def month_asked(text: str | None, today: date) -> Period:
    """The month of an address; last month where it says none."""
    try:
        found = Period.parse(text or "")
    except DomainError:
        found = Period.month(today.year, today.month).previous()
    return found if found.kind is PeriodKind.MONTH else Period.month(today.year, today.month).previous()


@require_safe
@needs("project", "S")
def tasks(request: HttpRequest) -> HttpResponse:
    """The month by unit: ``?month=2026-03&late=1``."""
    viewer = viewer_on(request)
    today = timezone.localdate()
    month = month_asked(request.GET.get("month"), today)
    page = tasks_page(viewer, month=month, units=choices.units(), today=today, only_late=bool(request.GET.get("late")))
    return render(request, "reporting/tasks.html", {"page": page, "here": request.get_full_path()})


@require_POST
@needs("import", "D")
def issue(request: HttpRequest) -> HttpResponse:
    """Issue a month's tasks by hand: the clock does it by itself on the first of the next month."""
    today = timezone.localdate()
    month = month_asked(request.POST.get("month"), today)
    made = verbs.issue_tasks(month=month, actor=person_of(request), at=timezone.now())
    messages.success(request, _("已下达 {month} 填报任务 {n} 项。").format(month=month.label, n=len(made)))
    return HttpResponseRedirect(reverse("reporting:tasks") + f"?month={month.code}")


@require_POST
@needs("project", "V")
def urge(request: HttpRequest) -> HttpResponse:
    """催报 the chosen units, or all that owe something for the month."""
    viewer = viewer_on(request)
    back = came_from(request, reverse("reporting:tasks"))
    mine = visible_tasks(viewer, "V").filter(status__in=OUTSTANDING)
    ids = {pk for text in request.POST.getlist("id")[:500] if (pk := number_or_none(text)) is not None}
    units = set(mine.filter(unit_id__in=ids).values_list("unit_id", flat=True))
    if not units:
        messages.warning(request, _("没有选中需要催报的单位。"))
        return HttpResponseRedirect(back)
    result = urge_units(unit_ids=units, actor=person_of(request), at=timezone.now())
    if result.urged:
        messages.success(request, _("已催报 {n} 个单位。").format(n=result.urged))
    if result.left:
        told = _("；").join(_("{unit}：{why}").format(unit=unit, why=why) for unit, why in result.left[:8])
        messages.warning(request, _("未催报：{told}").format(told=told))
    return HttpResponseRedirect(back)


@require_safe
@needs("project", "S")
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """One task: what is on record for it, what looks wrong, and what can be done."""
    viewer = viewer_on(request)
    found = task_for(viewer, pk)
    page = task_page(viewer, found, units=choices.units(), today=timezone.localdate())
    return render(request, "reporting/task.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@needs("project", "E")
def declare(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit reports, or says that there was nothing."""
    viewer = viewer_on(request)
    found = task_for(viewer, pk, "E")
    form = DeclareForm(
        *((request.POST,) if request.method == "POST" else ()), task=found, standing=facts_of(found).standing
    )
    back = reverse("reporting:task", args=[pk])
    page = FormPage(
        title=_("填报"), form=form, back=back, action=reverse("reporting:declare", args=[pk]), submit=_("提交审核"),
        trail=f"{found.unit.short_name} · {found.period.label} · {_(found.label)}", wide=("is_nil",),
    )  # fmt: skip
    return run(
        request, page,
        lambda: verbs.declare_task(
            task=found, is_nil=form.cleaned_data["is_nil"] == "1", note=form.cleaned_data["note"],
            actor=viewer.person, at=timezone.now(),
        ),
        _("已提交，待他人审核。"),
    )  # fmt: skip


@require_POST
@needs("project", "V")
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Another person accepts the report."""
    viewer = viewer_on(request)
    found = task_for(viewer, pk, "V")
    verbs.verify_task(task=found, actor=viewer.person, at=timezone.now())
    messages.success(request, _("已审核通过“{task}”。").format(task=_(found.label)))
    return HttpResponseRedirect(reverse("reporting:task", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("project", "V")
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The report goes back with reason and evidence."""
    viewer = viewer_on(request)
    found = task_for(viewer, pk, "V")
    form = ReturnForm(*((request.POST,) if request.method == "POST" else ()))
    page = FormPage(
        title=_("退回填报"), form=form, back=reverse("reporting:task", args=[pk]), submit=_("退回"), danger=True,
        action=reverse("reporting:send_back", args=[pk]),
        trail=f"{found.unit.short_name} · {found.period.label} · {_(found.label)}", wide=("document",),
    )  # fmt: skip
    return run(
        request, page,
        lambda: verbs.return_task(
            task=found, reason=form.cleaned_data["reason"], document=form.cleaned_data["document"], actor=viewer.person,
            at=timezone.now(),
        ),
        _("已退回，填报人会收到原因。"),
    )  # fmt: skip
