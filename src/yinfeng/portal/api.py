"""The one API object: ``/api/v1``. What it promises stands in ``docs/formats/openapi.json``; a change is a visible diff."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from ninja.security import APIKeyCookie

from yinfeng.domain.projects.api import router as projects
from yinfeng.kernel.errors import DomainError


class SignedIn(APIKeyCookie):
    """The session of a signed-in person who need not change the password first; writes carry the CSRF token."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> object | None:
        viewer = getattr(request, "viewer", None)
        return None if viewer is None or viewer.person.must_change_password else viewer


api = NinjaAPI(
    title="引凤 Yinfeng",
    version="1",
    description="招商引资台账接口：与页面同一口径、同一权限、同一门槛。",
    urls_namespace="api",
    auth=SignedIn(),
    docs_url=None,  # the interactive page would load scripts from elsewhere
)
api.add_router("", projects)


def problem(request: HttpRequest, status: int, code: str, detail: str, field: str | None = None) -> HttpResponse:
    """RFC 9457: an error as people and programs can read it."""
    body = {"type": f"about:blank#{code}", "title": _TITLES[status], "detail": detail, "status": status, "field": field}
    answer = api.create_response(request, body, status=status)
    answer["Content-Type"] = "application/problem+json; charset=utf-8"
    return answer


_TITLES = {401: "未登录", 403: "没有权限", 404: "不存在", 422: "内容有误"}


@api.exception_handler(DomainError)
def refused(request: HttpRequest, fault: DomainError) -> HttpResponse:
    return problem(request, 422, fault.code or "refused", str(fault), fault.field)


@api.exception_handler(ValidationError)
def unreadable(request: HttpRequest, fault: ValidationError) -> HttpResponse:
    told = "；".join(f"{'.'.join(str(p) for p in e['loc'][1:])}：{e['msg']}" for e in fault.errors)
    return problem(request, 422, "input", told)


@api.exception_handler(Http404)
def missing(request: HttpRequest, fault: Http404) -> HttpResponse:
    return problem(request, 404, "missing", _("没有这个对象，或您无权查看。"))


@api.exception_handler(PermissionDenied)
def forbidden(request: HttpRequest, fault: PermissionDenied) -> HttpResponse:
    return problem(request, 403, "forbidden", _("您的岗位没有这项权限。"))


@api.exception_handler(AuthenticationError)
def stranger(request: HttpRequest, fault: AuthenticationError) -> HttpResponse:
    return problem(request, 401, "stranger", _("请先登录。"))
