"""Who calls: a program with a token, or a signed-in person in a browser."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings as django_settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import HttpError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from yinfeng.foundation.accounts.viewer import Viewer, viewer_of

from .models import Token
from .rules.scopes import covers
from .rules.secrets import matches, split


@dataclass(frozen=True)
class Caller:
    """Who calls the interface, and with what."""

    key: str  # "token:5", "person:3"
    viewer: Viewer
    token: Token | None = None


def narrowed(viewer: Viewer, scopes: dict[str, str]) -> Viewer:
    """The viewer with only the rights that the scopes name: whoever decides by this value cannot overlook a scope."""
    rights = {cell: scope for cell, scope in viewer.rights.items() if covers(scopes, cell[0], cell[2])}
    return replace(viewer, rights=rights, _reaches={})


def by_token(text: str, request: HttpRequest, at: datetime) -> Caller | None:
    """The caller that a token stands for, or None: unknown, expired, revoked, or of somebody who may not come in."""
    told = split(text)
    if told is None:
        return None
    public, secret = told
    token = Token.objects.select_related("person").filter(public=public).first()
    if token is None or not matches(secret, token.digest):
        return None
    person = token.person
    if token.revoked_at is not None or token.expires_at <= at or not person.is_active or person.must_change_password:
        return None
    if AxesProxyHandler.is_locked(request, {"username": person.username}):
        return None
    viewer = narrowed(viewer_of(person, timezone.localdate(at)), token.scopes)
    return Caller(f"token:{token.pk}", viewer, token)


class ByToken(HttpBearer):
    """``Authorization: Bearer yf_…``. The middleware has looked at it already; no CSRF token is asked for."""

    openapi_bearerFormat = "yf_"

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        caller = caller_of(request)
        return caller.viewer if caller and caller.token else None


class BySession(APIKeyCookie):
    """The session of a signed-in person who need not change the password first; writes carry the CSRF token."""

    param_name = django_settings.SESSION_COOKIE_NAME

    def __init__(self) -> None:
        super().__init__(csrf=False)  # asked below, so that a refusal has the form of the others

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        caller = caller_of(request)
        if caller is None or caller.token is not None:
            return None
        if check_csrf(request):
            raise HttpError(403, "csrf")
        return caller.viewer


def caller_of(request: HttpRequest) -> Caller | None:
    caller: Caller | None = getattr(request, "caller", None)
    return caller
