"""The front pages: workbench, cockpit, search and the palette."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yinfeng.foundation.accounts.access import needs
from yinfeng.foundation.ui import slots

from . import charts
from .queries import cockpit as figures_of
from .queries import workbench as desk

HITS_IN_PALETTE = 8
HITS_ON_PAGE = 50


@require_safe
@needs(None)
def workbench(request: HttpRequest) -> HttpResponse:
    """What is due, overdue, waiting for me, and what changed in what I follow."""
    viewer = request.viewer  # type: ignore[attr-defined]
    return render(request, "portal/workbench.html", {"page": desk.workbench(viewer, timezone.localdate())})


@dataclass(frozen=True)
class CockpitPage:
    figures: figures_of.Cockpit
    trend_count: dict[str, object]
    trend_sum: dict[str, object]
    today: date


@require_safe
@needs("project")
def cockpit(request: HttpRequest) -> HttpResponse:
    """Counts, sums, red list, funnel, trend and the units in their official order."""
    viewer = request.viewer  # type: ignore[attr-defined]
    today = timezone.localdate()
    figures = figures_of.cockpit(viewer, today)
    page = CockpitPage(figures, charts.signings(figures.months), charts.sums(figures.months), today)
    return render(request, "portal/cockpit.html", {"page": page})


@dataclass(frozen=True)
class SearchPage:
    words: str
    hits: list[slots.Hit]


def _words(request: HttpRequest) -> str:
    return " ".join(request.GET.get("q", "").replace("\x00", "").split())[:60]


@require_safe
@needs(None)
def palette(request: HttpRequest) -> HttpResponse:
    """What Ctrl+K shows: pages this person may open whose name holds the words, then what the searches find."""
    viewer = request.viewer  # type: ignore[attr-defined]
    words = _words(request)
    hits = [*desk.page_hits(viewer, words), *(slots.search(viewer, words, HITS_IN_PALETTE) if words else [])]
    return render(request, "ui/partials/palette_hits.html", {"hits": hits})


@require_safe
@needs(None)
def search(request: HttpRequest) -> HttpResponse:
    """The same as a page."""
    viewer = request.viewer  # type: ignore[attr-defined]
    words = _words(request)
    page = SearchPage(words, slots.search(viewer, words, HITS_ON_PAGE) if words else [])
    return render(request, "portal/search.html", {"page": page})
