"""One's own tokens, and for the security administrator everybody's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.kernel.errors import DomainError

from ..actions.tokens import make_token, revoke_token
from ..forms import ReasonForm, TokenForm
from ..models import Token
from ..queries import SIZE, SubscriptionRow, TokenRow, offered, subscriptions, tokens


@dataclass(frozen=True)
class TokensPage:
    rows: list[TokenRow]
    subscriptions: list[SubscriptionRow]
    may_make: bool
    pager: dict[str, Any]


@dataclass(frozen=True)
class TokenFormPage:
    form: TokenForm


@dataclass(frozen=True)
class ShownOnce:
    """The token stands nowhere else."""

    name: str
    text: str


def place_of(request: HttpRequest) -> int | None:
    told = request.GET.get("after", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else None


@require_safe
@needs(None)
def own(request: HttpRequest) -> HttpResponse:
    viewer = viewer_on(request)
    rows = tokens(timezone.now(), person_id=viewer.person_id, before=place_of(request))
    page = TokensPage(
        rows[:SIZE], subscriptions(person_id=viewer.person_id), bool(offered(viewer)),
        {"after": rows[SIZE - 1].pk if len(rows) > SIZE else None},
    )  # fmt: skip
    return render(request, "exchange/own.html", {"page": page})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(None)
def make(request: HttpRequest) -> HttpResponse:
    """A new token; it is shown once."""
    viewer = viewer_on(request)
    choices = offered(viewer)
    if not choices:
        raise Http404
    form = TokenForm(request.POST or None, offered=choices)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = make_token(
                viewer=viewer, name=told["name"], scopes=told["scopes"], days=told["days"], actor=viewer.person,
                at=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            return render(request, "exchange/shown_once.html", {"page": ShownOnce(made.token.name, made.text)})
    status = 422 if form.errors else 200
    return render(request, "exchange/token_form.html", {"page": TokenFormPage(form)}, status=status)


@require_POST
@needs(None)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own token."""
    viewer = viewer_on(request)
    token = get_object_or_404(Token, pk=pk, person_id=viewer.person_id)
    revoke_token(token=token, reason="", actor=viewer.person, at=timezone.now())
    messages.success(request, _("令牌已停用。"))
    return HttpResponseRedirect(reverse("exchange:own"))


@require_safe
@needs("rights", "S")
def every(request: HttpRequest) -> HttpResponse:
    rows = tokens(timezone.now(), before=place_of(request))
    page = TokensPage(
        rows[:SIZE], subscriptions(), viewer_on(request).may("rights", "A"),
        {"after": rows[SIZE - 1].pk if len(rows) > SIZE else None},
    )  # fmt: skip
    return render(request, "exchange/every.html", {"page": page})


@require_POST
@needs("rights", "A")
def revoke_any(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody's token, with the reason."""
    token = get_object_or_404(Token, pk=pk)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    revoke_token(token=token, reason=reason, actor=viewer_on(request).person, at=timezone.now())
    messages.success(request, _("令牌已停用，并已通知其所有人。"))
    return HttpResponseRedirect(reverse("exchange:every"))
