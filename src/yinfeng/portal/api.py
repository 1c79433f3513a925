"""The one API object: ``/api/v1``. What it promises stands in ``docs/formats/openapi.json`` and, in words,
``docs/formats/api.md``; a change is a visible diff."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from yinfeng.domain.intelligence.api import router as documents
from yinfeng.domain.projects.api import router as projects
from yinfeng.foundation.exchange.api import router as changes
from yinfeng.foundation.exchange.authentication import BySession, ByToken
from yinfeng.foundation.exchange.faults import told
from yinfeng.foundation.exchange.middleware import stranger as door
from yinfeng.foundation.exchange.parsing import Foreign, Malformed, StrictParser
from yinfeng.foundation.exchange.problem import problem
from yinfeng.kernel.errors import DomainError


class Api(NinjaAPI):
    """Describes every refusal once, in the form in which it is sent."""

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        schema = super().get_openapi_schema(**kwargs)
        refusal = {"$ref": "#/components/responses/Problem"}
        for path in schema["paths"].values():
            for operation in path.values():
                told = operation["responses"]
                operation["responses"] = {s: refusal if int(s) >= 400 else answer for s, answer in told.items()}
        shape = {"schema": {"$ref": "#/components/schemas/Problem"}}
        schema["components"]["responses"] = {
            "Problem": {"description": "RFC 9457", "content": {"application/problem+json": shape}}
        }
        return schema


api = Api(
    title="引凤 Yinfeng",
    version="1",
    description="招商引资台账接口：与页面同一口径、同一权限、同一门槛。用法见 docs/formats/api.md。",
    urls_namespace="api",
    auth=[ByToken(), BySession()],
    parser=StrictParser(),
    docs_url=None,  # the interactive page would load scripts from elsewhere
)
api.add_router("", projects)
api.add_router("", documents)
api.add_router("", changes)


@api.exception_handler(DomainError)
def refused(request: HttpRequest, fault: DomainError) -> HttpResponse:
    return problem(422, fault.code or "refused", str(fault), field=fault.field)


@api.exception_handler(Malformed)
def malformed(request: HttpRequest, fault: Malformed) -> HttpResponse:
    return problem(400, fault.code, str(fault))


@api.exception_handler(ValidationError)
def unreadable(request: HttpRequest, fault: ValidationError) -> HttpResponse:
    words, field, faults = told(fault.errors)
    return problem(422, "input", words, field=field, faults=faults)


@api.exception_handler(Http404)
def missing(request: HttpRequest, fault: Http404) -> HttpResponse:
    return problem(404, "missing", _("没有这个对象，或您无权查看。"))


@api.exception_handler(PermissionDenied)
def forbidden(request: HttpRequest, fault: PermissionDenied) -> HttpResponse:
    return problem(403, "forbidden", _("您的岗位或令牌没有这项权限。"))


@api.exception_handler(AuthenticationError)
def stranger(request: HttpRequest, fault: AuthenticationError) -> HttpResponse:
    return door(_("请先登录，或在 Authorization 中提供令牌。"))


@api.exception_handler(HttpError)
def unfit(request: HttpRequest, fault: HttpError) -> HttpResponse:
    """What the framework refuses by itself; a fault of our own parser arrives here as its cause."""
    cause: Any = fault.__cause__
    if isinstance(cause, Foreign):
        return problem(415, cause.code, str(cause))
    if isinstance(cause, Malformed):
        return malformed(request, cause)
    if isinstance(cause, DomainError):
        return refused(request, cause)
    if fault.status_code == 403:
        return problem(403, "csrf", _("缺少或不符的 CSRF 令牌；程序请改用 Authorization 令牌。"))
    return problem(fault.status_code, "malformed", _("请求内容无法识别。"))
