"""The watch on other cities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yinfeng.foundation.accounts.access import needs, viewer_on

from .. import access
from ..actions.alerts import close_alert
from ..queries import watch as reads
from ..queries.stories import Told


@dataclass(frozen=True)
class SentencesShown:
    city: str
    month: date | None
    industry: str
    rows: tuple[Told, ...]


@require_safe
@needs("document", "S")
def index(request: HttpRequest) -> HttpResponse:
    shown = reads.watch(viewer_on(request), timezone.localdate())
    return render(request, "intelligence/watch.html", {"page": shown, "here": "watch"})


@require_safe
@needs("document", "S")
def sentences(request: HttpRequest) -> HttpResponse:
    """What stands behind a figure."""
    asked = request.GET
    city, industry = asked.get("city", "")[:40], asked.get("industry", "")[:40]
    month = _month(asked.get("month", ""))
    rows = reads.sentences(viewer_on(request), timezone.localdate(), city, month, industry)
    shown = SentencesShown(city, month, industry, tuple(rows[:200]))
    return render(request, "intelligence/sentences.html", {"page": shown, "here": "watch"})


@require_POST
@needs("document", "V")
def close(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_on(request)
    alert = access.alert_for(viewer, pk, "V")
    close_alert(alert=alert, note=request.POST.get("note", ""), actor=viewer.person, at=timezone.now())
    messages.success(request, _("提示已处理。"))
    return HttpResponseRedirect(reverse("intelligence:watch"))


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01") if text else None
    except ValueError:
        return None
