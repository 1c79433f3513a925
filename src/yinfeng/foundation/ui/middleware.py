"""What every answer obeys: the content security policy, and errors that are written for people."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.http import urlencode

from yinfeng.kernel.errors import DomainError

POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",  # chart tooltips are placed by style attributes
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "base-uri 'self'",
    ]
)

Answer = Callable[[HttpRequest], HttpResponse]


def asks_for_part(request: HttpRequest) -> bool:
    """Whether htmx asked, so that a part of a page is wanted and not a whole one."""
    return request.headers.get("HX-Request") == "true"


class ContentSecurityPolicyMiddleware:
    """Adds the policy to every answer that has none of its own."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), payment=()")
        return response


class DomainErrorMiddleware:
    """A refusal of the domain becomes a page (or, for htmx, a toast) that says what is wrong and how to mend it.

    Also keeps the log-in page out of the middle of another page when a session ends between two htmx requests.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if asks_for_part(request) and response.status_code == 302:
            return self._to_login_if_asked(request, response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        shown = {"error": error, "message": error.message, "field": error.field, "fix": error.fix, "code": error.code}
        if asks_for_part(request):
            response = render(request, "ui/partials/domain_error.html", shown, status=422)
            response["HX-Retarget"] = "#yf-toasts"
            response["HX-Reswap"] = "beforeend"
            return response
        return render(request, "ui/errors/domain.html", shown | {"back": _came_from(request)}, status=422)

    def _to_login_if_asked(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        login = resolve_url(settings.LOGIN_URL)
        if urlsplit(response["Location"]).path != login:
            return response
        here = urlsplit(request.headers.get("HX-Current-URL", ""))
        target = login + "?" + urlencode({"next": here.path + ("?" + here.query if here.query else "")})
        answer = HttpResponse(status=200)
        answer["HX-Redirect"] = target
        return answer


def _came_from(request: HttpRequest) -> str:
    """The page of ours that the person came from, else the front page."""
    referrer = urlsplit(request.headers.get("Referer", ""))
    if referrer.netloc == request.get_host() and (request.method != "GET" or referrer.path != request.path):
        return referrer.path + ("?" + referrer.query if referrer.query else "")
    return "/"
