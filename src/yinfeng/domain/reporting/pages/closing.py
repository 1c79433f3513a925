"""关账: what is still open, closing with or without it, and what has changed since."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yinfeng.domain.projects.actions.periods import close_period
from yinfeng.domain.projects.models import ClosedPeriod
from yinfeng.domain.projects.queries import choices
from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.periods import Period, PeriodKind

from ..forms import CloseForm
from ..queries import closing as read


def _asked(request: HttpRequest) -> Period | None:
    try:
        found = Period.parse(request.GET.get("month") or "")
    except DomainError:
        return None
    return found if found.kind is PeriodKind.MONTH else None


@require_safe
@needs("project", "S")
def closing(request: HttpRequest) -> HttpResponse:
    """What is still open of the next month, and the months that are closed."""
    page = read.closing_page(
        viewer_on(request), units=choices.units(), today=timezone.localdate(), asked=_asked(request)
    )
    return render(request, "reporting/closing.html", {"page": page})


@require_safe
@needs("project", "V")
def closing_wrong(request: HttpRequest) -> HttpResponse:
    """What looks wrong about the month's facts: a part of the page, asked for after it is shown."""
    month = _asked(request)
    if month is None:
        raise Http404
    rows = read.what_looks_wrong(viewer_on(request), month, units=choices.units(), today=timezone.localdate())
    return render(request, "reporting/_wrong.html", {"rows": rows, "month": month})


@require_http_methods(["GET", "HEAD", "POST"])
@needs("import", "D")
def close(request: HttpRequest) -> HttpResponse:
    """Close the next month. With things open, only with the reason why."""
    viewer = viewer_on(request)
    units = choices.units()
    page = read.closing_page(viewer, units=units, today=timezone.localdate(), asked=_asked(request))
    if page.month is None:
        messages.warning(request, _("没有可以关账的月份：下一个月还没有结束。"))
        return HttpResponseRedirect(reverse("reporting:closing"))
    lines = [line for row in page.rows for line in row.open_lines]
    form = CloseForm(*((request.POST,) if request.method == "POST" else ()), must=bool(lines))
    if request.method == "POST" and form.is_valid():
        try:
            closed = close_period(
                year=page.month.start.year, month=page.month.start.month, left_open=lines,
                reason=form.cleaned_data["reason"], actor=viewer.person, at=timezone.now(),
            )  # fmt: skip
        except DomainError as error:
            form.blame(error)
        else:
            messages.success(request, _("{month}已关账。").format(month=page.month.label))
            return HttpResponseRedirect(reverse("reporting:closed", args=[closed.pk]))
    return render(request, "reporting/close.html", {"page": page, "form": form}, status=422 if form.errors else 200)


@require_safe
@needs("project", "S")
def closed(request: HttpRequest, pk: int) -> HttpResponse:
    """A closed month: how it was closed, its corrections, and what else changed since."""
    period = get_object_or_404(ClosedPeriod.objects.select_related("closed_by"), pk=pk)
    page = read.closed_page(viewer_on(request), period, units=choices.units())
    return render(request, "reporting/closed.html", {"page": page})
