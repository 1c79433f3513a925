"""Puts the viewer on the request, keeps an active session alive, and sends people to change a first password."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation

from yinfeng.foundation.rulebook.queries import read_once

from .models import Person
from .viewer import viewer_of

RENEW_AFTER_SECONDS = 60


class ViewerMiddleware:
    """``request.viewer`` is a ``Viewer``, or None for a stranger."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.viewer = None  # type: ignore[attr-defined]
        if request.path.startswith((f"/{settings.STATIC_URL}", settings.STATIC_URL, "/healthz", "/readyz")):
            return self.get_response(request)
        person = request.user
        if not person.is_authenticated:
            return self.get_response(request)
        if request.method == "GET":  # it writes nothing: the rules are read once for the whole page
            with read_once():
                return self._serve(request, person)
        return self._serve(request, person)

    def _serve(self, request: HttpRequest, person: Person) -> HttpResponse:
        viewer = viewer_of(person, timezone.localdate())
        request.viewer = viewer  # type: ignore[attr-defined]
        _keep_alive(request)
        if person.must_change_password and not _may_pass(request):
            return HttpResponseRedirect(reverse("accounts:change_password"))
        if person.language and person.language != translation.get_language():
            with translation.override(person.language):
                request.LANGUAGE_CODE = person.language
                return self.get_response(request)
        return self.get_response(request)


def _may_pass(request: HttpRequest) -> bool:
    return request.path in {reverse("accounts:change_password"), reverse("accounts:logout")}


def _keep_alive(request: HttpRequest) -> None:
    """An active session is renewed at most once a minute, so that looking at pages hardly ever writes."""
    now = int(timezone.now().timestamp())
    if now - request.session.get("renewed", 0) >= RENEW_AFTER_SECONDS:
        request.session["renewed"] = now
