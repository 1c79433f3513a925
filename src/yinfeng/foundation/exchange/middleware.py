"""What stands before and after every address under ``/api/``: who calls, how often, in what form, and that each refusal
has the form of RFC 9457."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from . import limiting
from .authentication import Caller, by_token
from .problem import problem

Answer = Callable[[HttpRequest], HttpResponse]
UNDER = "/api/"
WRITING = ("POST", "PUT", "PATCH", "DELETE")
KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")


class ApiMiddleware:
    """Placed after the viewer is known and before the view."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(UNDER):
            return self.get_response(request)
        response = _refused(request) or self.get_response(request)
        if response.status_code >= 400 and not response.get("Content-Type", "").startswith("application/problem+json"):
            return _as_problem(response)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def _refused(request: HttpRequest) -> HttpResponse | None:
    """Why the request gets no further; None where it may pass. Sets ``request.caller`` and ``request.viewer``."""
    at = timezone.now()
    caller: Caller | None = None
    told = request.headers.get("Authorization")
    if told is not None:
        scheme, _blank, text = told.partition(" ")
        caller = by_token(text, request, at) if scheme.lower() == "bearer" else None
        if caller is None:
            return stranger(_("令牌无效、已过期或已停用。"), "token.refused")
    elif (viewer := getattr(request, "viewer", None)) is not None:
        caller = Caller(f"person:{viewer.person_id}", viewer)
    request.caller = caller  # type: ignore[attr-defined]
    request.viewer = caller.viewer if caller else None  # type: ignore[attr-defined]
    if caller and (wait := limiting.refusal(caller, at)):
        answer = problem(429, "rate", _("请求过于频繁，请 {n} 秒后再试。").format(n=wait))
        answer["Retry-After"] = str(wait)
        return answer
    return _too_large(request) if request.method in WRITING else None


def _too_large(request: HttpRequest) -> HttpResponse | None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    size = int(length) if length.isascii() and length.isdigit() and len(length) < 16 else 0
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
    if most and size > most:
        return problem(413, "too_large", _("请求内容超过 {n} MB。").format(n=most // 2**20))
    return None


def stranger(words: str, code: str = "stranger") -> HttpResponse:
    answer = problem(401, code, words)
    answer["WWW-Authenticate"] = 'Bearer realm="yinfeng"'
    return answer


def _as_problem(response: HttpResponse) -> HttpResponse:
    """What Django or a middleware answered as a page."""
    status = response.status_code
    code, words = {
        400: ("malformed", _("请求无法识别。")),
        403: ("forbidden", _("您的岗位没有这项权限。")),
        404: ("missing", _("没有这个地址或对象，或您无权查看。")),
        405: ("method", _("这个地址不支持此方法，可用的见 Allow。")),
        413: ("too_large", _("请求内容过大。")),
        500: ("fault", _("系统内部错误，已记录。请稍后再试，或告知系统管理员。")),
    }.get(status, ("refused", _("请求没有完成。")))  # fmt: skip
    answer = problem(status, code, words)
    for name in KEPT_HEADERS:
        if name in response:
            answer[name] = response[name]
    return answer
