"""审核清单: what looks wrong first; what looks right in one go; returning several with one reason."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yinfeng.domain.projects.actions.verification import BatchResult, return_many, verify_many
from yinfeng.domain.projects.pages.flow import came_from, number_or_none, person_of
from yinfeng.domain.projects.queries import choices
from yinfeng.domain.projects.queries.verify_list import KINDS, waiting
from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.periods import Period, PeriodKind

from ..queries.worklist import Filter, looking_right
from ..queries.worklist import worklist as read_worklist
from ..rules.suspicions import Suspicion

MOST_PICKED = 2_000
MOST_TOLD = 5


def _filter(told: dict[str, str]) -> Filter:
    kind = told.get("kind", "")
    only = told.get("only", "")
    try:
        month: Period | None = Period.parse(told.get("month", ""))
    except DomainError:
        month = None
    return Filter(
        kind if kind in KINDS else "milestone", number_or_none(told.get("unit")),
        month if month and month.kind is PeriodKind.MONTH else None, only if only in Suspicion else "",
    )  # fmt: skip


@require_safe
@needs("project", "V")
def worklist(request: HttpRequest) -> HttpResponse:
    """``?kind=milestone|funds|flag&unit=&month=2026-03&only=jump``."""
    wanted = _filter(request.GET.dict())
    page = read_worklist(viewer_on(request), wanted, units=choices.units(), today=timezone.localdate())
    return render(request, "reporting/worklist.html", {"page": page, "here": request.get_full_path()})


@require_POST
@needs("project", "V")
def worklist_do(request: HttpRequest) -> HttpResponse:
    """Verify what was picked (``do=verify``), all that looks right (``do=right``), or return what was picked with one
    reason (``do=return``)."""
    viewer = viewer_on(request)
    wanted = _filter(request.POST.dict())
    back = came_from(request, reverse("reporting:worklist"))
    at = timezone.now()
    do = request.POST.get("do", "")
    if do == "right":
        only_unit = number_or_none(request.GET.get("group"))
        if only_unit:
            wanted = Filter(wanted.kind, only_unit, wanted.month)
        rows = looking_right(
            viewer, wanted, until=number_or_none(request.POST.get("until")) or 0, units=choices.units(),
            today=timezone.localdate(at),
        )  # fmt: skip
        if only_unit:  # the group shows the unit itself, not what lies below it
            rows = [r for r in rows if r.project.lead_unit_id == only_unit]
    else:
        ids = [pk for text in request.POST.getlist("id")[:MOST_PICKED] if (pk := number_or_none(text)) is not None]
        rows = list(waiting(viewer, wanted.kind).filter(pk__in=ids).select_related("project"))
    if not rows:
        messages.warning(request, _("没有选中可以审核的记录，可能已被他人处理。"))
        return HttpResponseRedirect(back)
    if do == "return":
        result = return_many(facts=rows, reason=request.POST.get("reason", ""), actor=person_of(request), at=at)
        done = _("已退回 {n} 条，填报人会收到原因。")
    else:
        result = verify_many(facts=rows, actor=person_of(request), at=at)
        done = _("已审核 {n} 条。")
    _tell(request, result, done)
    return HttpResponseRedirect(back)


def _tell(request: HttpRequest, result: BatchResult, done: str) -> None:
    if result.verified:
        messages.success(request, done.format(n=result.verified))
    if result.refused:
        shown = _("；").join(
            _("{what}：{told}").format(what=what, told=why) for what, why in result.refused[:MOST_TOLD]
        )
        messages.warning(request, _("{n} 条未处理：{told}").format(n=len(result.refused), told=shown))
