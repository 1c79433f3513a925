"""The queue of documents."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yinfeng.foundation.accounts.access import needs, viewer_on

from ..queries import queue as queue_reads
from ..rules.words import DocumentStatus
from .parts import number, target_is


@dataclass(frozen=True)
class StatusTab:
    key: str
    label: str
    count: int
    here: bool


@dataclass(frozen=True)
class QueueShown:
    page: queue_reads.QueuePage
    chosen: queue_reads.QueueFilter
    tabs: tuple[StatusTab, ...]
    units: tuple[tuple[int, str], ...]
    may_take_in: bool
    is_filtered: bool


@require_safe
@needs("document", "S")
def queue(request: HttpRequest) -> HttpResponse:
    viewer = viewer_on(request)
    asked = request.GET
    status = asked.get("status", DocumentStatus.QUEUE)
    chosen = queue_reads.QueueFilter(
        status=status if status in DocumentStatus else "",
        unit_id=number(asked.get("unit")),
        words=asked.get("q", ""),
        order=asked.get("order", "") if asked.get("order") in ("newest", "oldest") else "",
    )
    page = queue_reads.queue(viewer, chosen, after=number(asked.get("after")), before=number(asked.get("before")))
    everything = sum(page.counts.values())
    labels = [(s.value, _(s.label), page.counts[s.value]) for s in DocumentStatus] + [("all", _("全部"), everything)]
    shown = QueueShown(
        page,
        chosen,
        tuple(StatusTab(key, label, n, key == (chosen.status or "all")) for key, label, n in labels),
        tuple(queue_reads.units_in_sight(viewer)),
        viewer.may("document", "E") and bool(viewer.unit_ids),
        bool(chosen.words or chosen.unit_id),
    )
    template = "intelligence/_queue.html" if target_is(request, "queue") else "intelligence/queue.html"
    return render(request, template, {"page": shown, "here": "queue"})
