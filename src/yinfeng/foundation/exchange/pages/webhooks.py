"""One's own webhooks, their delivery log, stopping and starting them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.errors import DomainError

from ..actions import webhooks
from ..forms import SubscriptionForm
from ..models import Subscription
from ..queries import SIZE, DeliveryRow, SubscriptionRow, deliveries, offered, subscription_row
from .tokens import ShownOnce, place_of


@dataclass(frozen=True)
class WebhookFormPage:
    form: SubscriptionForm


@dataclass(frozen=True)
class WebhookPage:
    row: SubscriptionRow
    is_own: bool
    log: list[DeliveryRow]
    pager: dict[str, Any]


def webhook_for(viewer: Viewer, pk: int) -> Subscription:
    """One's own, or anybody's for who looks after rights."""
    found = Subscription.objects.select_related("person").filter(pk=pk).first()
    if found is None or not (found.person_id == viewer.person_id or viewer.may("rights", "S")):
        raise Http404
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(None)
def make(request: HttpRequest) -> HttpResponse:
    """A new webhook; its secret is shown once."""
    viewer = viewer_on(request)
    choices = offered(viewer, only="X")
    if not choices:
        raise Http404
    form = SubscriptionForm(request.POST or None, offered=choices + offered_secret(viewer))
    if request.method == "POST" and form.is_valid():
        try:
            made = webhooks.make_subscription(
                viewer=viewer, actor=viewer.person, at=timezone.now(), **form.cleaned_data
            )
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            shown = ShownOnce(made.name, webhooks.secret_of(made))
            return render(request, "exchange/shown_once.html", {"page": shown})
    status = 422 if form.errors else 200
    return render(request, "exchange/webhook_form.html", {"page": WebhookFormPage(form)}, status=status)


def offered_secret(viewer: Viewer) -> list[tuple[str, str]]:
    return [line for line in offered(viewer, only="S") if line[0] == "confidential:S"]


@require_safe
@needs(None)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_on(request)
    found = webhook_for(viewer, pk)
    log = deliveries(found, before=place_of(request))
    page = WebhookPage(
        subscription_row(found), found.person_id == viewer.person_id, [row for _pk, row in log[:SIZE]],
        {"after": log[SIZE - 1][0] if len(log) > SIZE else None},
    )  # fmt: skip
    return render(request, "exchange/webhook.html", {"page": page})


@require_POST
@needs(None)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop it, or let it go on. Somebody else's may only be stopped."""
    viewer = viewer_on(request)
    found = webhook_for(viewer, pk)
    is_own = found.person_id == viewer.person_id
    if not is_own and not viewer.may("rights", "A"):
        raise PermissionDenied
    if request.POST.get("verb") == "start":
        if not is_own:
            raise PermissionDenied
        webhooks.start(subscription=found, actor=viewer.person, at=timezone.now())
        messages.success(request, _("已恢复推送。"))
    else:
        reason = "" if is_own else _("由安全管理员停用。")
        webhooks.stop(subscription=found, reason=reason, actor=viewer.person, at=timezone.now())
        messages.success(request, _("已停用推送。"))
    return HttpResponseRedirect(reverse("exchange:webhook", args=[pk]))
