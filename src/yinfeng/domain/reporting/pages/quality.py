"""填报质量: completeness and timeliness by unit, and the rows of one figure."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yinfeng.domain.projects.pages.flow import number_or_none
from yinfeng.domain.projects.queries import choices
from yinfeng.foundation.accounts.access import needs, viewer_on

from ..queries import quality as read
from .tasks import month_asked


@require_safe
@needs("project", "S")
def quality(request: HttpRequest) -> HttpResponse:
    """``?month=2026-03``, by unit in official order."""
    today = timezone.localdate()
    month = month_asked(request.GET.get("month"), today)
    page = read.quality_page(viewer_on(request), month=month, units=choices.units(), today=today)
    return render(request, "reporting/quality.html", {"page": page})


@require_safe
@needs("project", "S")
def quality_rows(request: HttpRequest, figure: str) -> HttpResponse:
    """The formula and the rows of one figure: ``?month=&unit=``."""
    if figure not in read.FIGURES:
        raise Http404
    today = timezone.localdate()
    month = month_asked(request.GET.get("month"), today)
    page = read.figure_page(
        viewer_on(request), figure, month=month, unit_id=number_or_none(request.GET.get("unit")), units=choices.units(),
        today=today,
    )  # fmt: skip
    return render(request, "reporting/quality_rows.html", {"page": page})
