"""One log line a request, and the barrier that closes the house while data is restored."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.addresses import is_trusted

from . import barrier
from .logs import request_id

log = logging.getLogger("yinfeng.requests")
Answer = Callable[[HttpRequest], HttpResponse]
HEALTH = ("/healthz", "/readyz")
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


class RequestLogMiddleware:
    """Who (a number), what, how it ended and how long it took. No name, no query string, no body; an address that leads
    nowhere is not written either, since anything may stand in it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith((f"/{settings.STATIC_URL.lstrip('/')}", *HEALTH)):
            return self.get_response(request)
        told = request.headers.get("X-Request-ID", "")
        known = is_trusted(str(request.META.get("REMOTE_ADDR") or "")) and _ID.fullmatch(told)
        number = told if known else secrets.token_hex(8)
        token = request_id.set(number)
        began = time.perf_counter()
        status = 500
        try:
            response = self.get_response(request)
            status = response.status_code
            response["X-Request-ID"] = number
            return response
        finally:
            match, viewer = request.resolver_match, getattr(request, "viewer", None)
            log.info(
                "request",
                extra={
                    "told": {
                        "person": viewer.person_id if viewer else None,
                        "method": request.method,
                        "path": request.path if match else "-",
                        "view": match.view_name if match else "-",
                        "status": status,
                        "ms": round((time.perf_counter() - began) * 1000, 1),
                    }
                },
            )
            request_id.reset(token)


class BarrierMiddleware:
    """While the barrier stands nobody is served: what they wrote would be lost, what they read may be about to go."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not barrier.stands() or request.path == "/readyz":
            return self.get_response(request)
        words = "restore" if request.path == "/healthz" else _("正在恢复数据，暂停服务，请稍后再来。")
        answer = HttpResponse(words, status=503, content_type="text/plain; charset=utf-8")
        answer["Retry-After"] = "60"
        answer["Cache-Control"] = "no-store"
        return answer
