"""Watching one's own jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yinfeng.foundation.accounts.access import needs

from .queries import JobRow, job_of, jobs_of, workers_alive

SIZE = 20


@dataclass(frozen=True)
class JobsPage:
    rows: list[JobRow]
    pager: dict[str, Any]
    worker_missing: bool


@require_safe
@needs(None)
def index(request: HttpRequest) -> HttpResponse:
    """The viewer's own jobs; open ones renew themselves."""
    person = request.viewer.person  # type: ignore[attr-defined]
    before = request.GET.get("after", "")
    rows = jobs_of(person, before=int(before) if before.isdigit() else None, size=SIZE + 1)
    more = len(rows) > SIZE
    rows = rows[:SIZE]
    waiting = any(row.state == "queued" for row in rows)
    page = JobsPage(rows, {"after": rows[-1].pk if more else None}, waiting and not workers_alive(timezone.now()))
    return render(request, "jobs/list.html", {"page": page})


@require_safe
@needs(None)
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of a page that shows one job; it asks for itself again until the job has ended."""
    row = job_of(request.viewer.person, pk)  # type: ignore[attr-defined]
    if row is None:
        raise Http404
    return render(request, "jobs/partials/job.html", {"job": row})
