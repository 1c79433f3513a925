"""Backups, for the system administrator: made, checked and listed here, never handed out (see docs/adr/0014)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from yinfeng.foundation.accounts.access import needs

from .actions.keeping import ask_for_backup, ask_for_check
from .queries import backups_page


@require_safe
@needs("setting", "S")
def index(request: HttpRequest) -> HttpResponse:
    page = backups_page(request.viewer, timezone.now())  # type: ignore[attr-defined]
    return render(request, "custody/backups.html", {"page": page})


@require_POST
@needs("setting", "A")
def make(request: HttpRequest) -> HttpResponse:
    """One now, in the background."""
    person = request.viewer.person  # type: ignore[attr-defined]
    ask_for_backup(actor=person, at=timezone.now(), why="page")
    return HttpResponseRedirect(reverse("custody:backups"))


@require_POST
@needs("setting", "A")
def check(request: HttpRequest) -> HttpResponse:
    """Whether one is whole, in the background."""
    person = request.viewer.person  # type: ignore[attr-defined]
    ask_for_check(name=request.POST.get("name", "")[:120], actor=person, at=timezone.now())
    return HttpResponseRedirect(reverse("custody:backups"))
