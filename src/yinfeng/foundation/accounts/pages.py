"""Signing in and out, and what a person sets for himself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as open_session
from django.contrib.auth import logout as close_session
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import i18n
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from yinfeng.kernel.errors import DomainError

from . import actions
from .access import needs
from .forms import ChangePasswordForm, LoginForm


@dataclass(frozen=True)
class LoginPage:
    form: LoginForm
    next: str


@dataclass(frozen=True)
class LockedPage:
    minutes: int
    most: int


@dataclass(frozen=True)
class PasswordPage:
    form: ChangePasswordForm
    first: bool  # the password was given by another and has to be changed before anything else


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """The door. Stranger's page: no right is asked."""
    target = _target(request)
    if request.user.is_authenticated:
        return HttpResponseRedirect(target or resolve_url(settings.LOGIN_REDIRECT_URL))
    form = LoginForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        open_session(request, form.get_user())
        return HttpResponseRedirect(target or resolve_url(settings.LOGIN_REDIRECT_URL))
    return render(request, "accounts/login.html", {"page": LoginPage(form, target)})


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Leave. Also what a stranger may ask for."""
    close_session(request)
    return HttpResponseRedirect(resolve_url(settings.LOGOUT_REDIRECT_URL))


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """What axes shows after too many failures (429)."""
    page = LockedPage(minutes=round(settings.AXES_COOLOFF_TIME * 60), most=settings.AXES_FAILURE_LIMIT)
    return render(request, "accounts/locked.html", {"page": page}, status=429)


@never_cache
@needs(None)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    person = request.viewer.person  # type: ignore[attr-defined]
    form = ChangePasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not person.check_password(form.cleaned_data["old_password"]):
            form.add_error("old_password", _("原密码不正确。"))
        else:
            try:
                changed = actions.set_password(
                    person=person, password=form.cleaned_data["new_password"], actor=person, at=timezone.now()
                )
            except DomainError as refusal:
                form.add_error("new_password", str(refusal))
            else:
                update_session_auth_hash(request, changed)  # this session stays, all others end
                messages.success(request, _("密码已修改，其他设备上的登录已退出。"))
                return HttpResponseRedirect(resolve_url(settings.LOGIN_REDIRECT_URL))
    status = 422 if form.errors else 200
    shown = PasswordPage(form, person.must_change_password)
    return render(request, "accounts/change_password.html", {"page": shown}, status=status)


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Read the house in another language: in a cookie for strangers, and with the person where one is signed in."""
    response = i18n.set_language(request)
    viewer = request.viewer  # type: ignore[attr-defined]
    language = request.POST.get("language", "")
    if viewer and language in dict(settings.LANGUAGES):
        actions.set_language(person=viewer.person, language=language, actor=viewer.person, at=timezone.now())
    return response


def _target(request: HttpRequest) -> str:
    """Where the person was going, if it is a page of ours."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if ours else ""
