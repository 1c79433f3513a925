"""The audit trail, the log of looks and the log of log-ins: the auditor's pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from axes.models import AccessFailureLog, AccessLog
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.audit.models import AuditRow, LookRow
from yinfeng.foundation.jobs.actions import start

from ..forms import TrailFilterForm
from ..queries import TRAIL_SIZE, TrailFilter, TrailRow, looks, trail, trail_row
from .common import whole_number


@dataclass(frozen=True)
class TrailPage:
    rows: list[TrailRow]
    filters: TrailFilterForm
    pager: dict[str, Any]
    sealed: int
    unsealed: int


@dataclass(frozen=True)
class LooksPage:
    rows: list[LookRow]
    filters: TrailFilterForm
    pager: dict[str, Any]


@dataclass(frozen=True)
class LoginRow:
    at: Any
    username: str
    address: str
    worked: bool
    locked: bool
    left_at: Any


@dataclass(frozen=True)
class LoginsPage:
    rows: list[LoginRow]
    failures_only: bool


def asked_of(form: TrailFilterForm) -> TrailFilter:
    told = form.cleaned_data if form.is_valid() else {}
    return TrailFilter(**{name: value for name, value in told.items() if value})


@require_safe
@needs("audit", "S")
def index(request: HttpRequest) -> HttpResponse:
    """The trail, the newest first, 50 a page (keyset)."""
    form = TrailFilterForm(request.GET)
    rows, pager = _page(request, trail(asked_of(form)))
    sealed = AuditRow.objects.exclude(seal_number=None).order_by("-seal_number").values_list("seal_number", flat=True)
    unsealed = AuditRow.objects.filter(seal_number=None)[:1_000].count()
    page = TrailPage([trail_row(row) for row in rows], form, pager, sealed.first() or 0, unsealed)
    return render(request, "administration/trail.html", {"page": page})


@require_safe
@needs("audit", "S")
def look_log(request: HttpRequest) -> HttpResponse:
    """Who looked at personal data, exported rows or took a file."""
    form = TrailFilterForm(request.GET)
    rows, pager = _page(request, looks(asked_of(form)))
    return render(request, "administration/looks.html", {"page": LooksPage(rows, form, pager)})


@require_safe
@needs("audit", "S")
def logins(request: HttpRequest) -> HttpResponse:
    """The last hundred log-ins and failures."""
    failures_only = request.GET.get("failures") == "1"
    rows = [
        LoginRow(f.attempt_time, f.username or "", f.ip_address or "", False, f.locked_out, None)
        for f in AccessFailureLog.objects.order_by("-pk")[:100]
    ]
    if not failures_only:
        rows += [
            LoginRow(e.attempt_time, e.username or "", e.ip_address or "", True, False, e.logout_time)
            for e in AccessLog.objects.order_by("-pk")[:100]
        ]
    rows = sorted(rows, key=lambda row: row.at, reverse=True)[:100]
    return render(request, "administration/logins.html", {"page": LoginsPage(rows, failures_only)})


@require_POST
@needs("audit", "S")
def verify(request: HttpRequest) -> HttpResponse:
    """Prove the chain in the background; the answer comes as a job and a notice."""
    start(kind="audit.verify", label=_("核验审计链"), arguments={}, actor=viewer_on(request).person, at=timezone.now())
    return HttpResponseRedirect(reverse("jobs:list"))


@require_POST
@needs("audit", "X")
def export(request: HttpRequest) -> HttpResponse:
    """The rows asked for as a workbook, made in the background."""
    form = TrailFilterForm(request.POST)
    told = {name: str(value) for name, value in vars(asked_of(form)).items() if value}
    start(
        kind="audit.export", label=_("导出审计日志"), arguments=told, actor=viewer_on(request).person, at=timezone.now()
    )  # fmt: skip
    return HttpResponseRedirect(reverse("jobs:list"))


def _page(request: HttpRequest, rows: Any) -> tuple[list[Any], dict[str, Any]]:
    after = whole_number(request.GET.get("after"), otherwise=0)
    if after:
        rows = rows.filter(pk__lt=after)
    found = list(rows[: TRAIL_SIZE + 1])
    more = len(found) > TRAIL_SIZE
    found = found[:TRAIL_SIZE]
    return found, {"after": found[-1].pk if more else None}
