"""Reading one's notices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from yinfeng.foundation.accounts.access import needs

from .actions import mark_read
from .models import Notice
from .queries import notices_of, unread_count

SIZE = 30


@dataclass(frozen=True)
class NoticesPage:
    rows: list[Notice]
    unread_only: bool
    unread: int
    pager: dict[str, Any]


@require_safe
@needs(None)
def index(request: HttpRequest) -> HttpResponse:
    """All notices, or with ``?unread=1`` those not read yet."""
    viewer = request.viewer  # type: ignore[attr-defined]
    after = request.GET.get("after", "")
    unread_only = request.GET.get("unread") == "1"
    rows = notices_of(
        viewer.person, unread_only=unread_only, before=int(after) if after.isdigit() else None, size=SIZE + 1
    )
    more, rows = len(rows) > SIZE, rows[:SIZE]
    page = NoticesPage(rows, unread_only, unread_count(viewer), {"after": rows[-1].pk if more else None})
    return render(request, "notices/list.html", {"page": page})


@require_POST
@needs(None)
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one notice as read and go where it points."""
    person = request.viewer.person  # type: ignore[attr-defined]
    notice = Notice.objects.filter(person=person, pk=pk).first()
    if notice is None:
        raise Http404
    mark_read(actor=person, at=timezone.now(), notice_ids=[notice.pk])
    ours = notice.url and url_has_allowed_host_and_scheme(notice.url, {request.get_host()})
    return HttpResponseRedirect(notice.url if ours else reverse("notices:list"))


@require_POST
@needs(None)
def read_all(request: HttpRequest) -> HttpResponse:
    mark_read(actor=request.viewer.person, at=timezone.now())  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("notices:list"))
