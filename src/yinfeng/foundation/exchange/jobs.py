"""What the worker does for exchange: deliveries, and the cleaning of what is kept for a time only."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task

from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.foundation.jobs.registry import Periodic, add_periodic

from . import feed, sending, settings
from .actions import answers, webhooks
from .authentication import narrowed
from .models import DeliveryOutcome, Subscription
from .rules.secrets import signature

log = logging.getLogger(__name__)
PAGE = 100  # changes of one message
MOST_PAGES = 20  # messages of one turn
LOG_KEPT = timedelta(days=30)


def register_all() -> None:
    minute = timedelta(minutes=1)
    add_periodic(Periodic("webhooks", gettext_lazy("推送变更"), minute, enqueue_due))
    add_periodic(Periodic("exchange-clean", gettext_lazy("清理接口已存应答与推送记录"), timedelta(hours=1), _clean))


def enqueue_due(at: datetime) -> int:
    """Hand every webhook that is due and has something new to the queue; how many."""
    newest = feed.newest()
    due = Subscription.objects.filter(stopped_at=None, next_try_at__lte=at, position__lt=newest)
    ids = list(due.order_by("next_try_at").values_list("pk", flat=True)[:200])
    for pk in ids:
        deliver.enqueue(pk)
    return len(ids)


@task()
def deliver(subscription_id: int) -> None:
    """Send what is new to one webhook, page by page, until there is no more or it fails."""
    subscription = webhooks.claim(subscription_id=subscription_id, at=timezone.now())
    if subscription is None:
        return
    for _page in range(MOST_PAGES):
        if not _deliver_page(subscription):
            return
    webhooks.pass_over(subscription=subscription, position=subscription.position, at=timezone.now())


def _deliver_page(subscription: Subscription) -> bool:
    """Whether there may be more to send at once."""
    at = timezone.now()
    person = subscription.person
    person.refresh_from_db()
    if not person.is_active:
        webhooks.stop(subscription=subscription, reason=_("所有人已停用。"), actor=None, at=at)
        return False
    viewer = narrowed(viewer_of(person, timezone.localdate(at)), subscription.scopes)
    found = feed.step(viewer, subscription.position, size=PAGE)
    if not found.entries:
        webhooks.pass_over(subscription=subscription, position=found.position, at=at)
        subscription.position = found.position
        return found.more
    first, last = subscription.position + 1, found.position
    body = json.dumps(message(subscription, found, first), ensure_ascii=False, cls=DjangoJSONEncoder).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Yinfeng-Webhook/1",
        "Yinfeng-Webhook": str(subscription.pk),
        "Yinfeng-Delivery": f"{subscription.pk}-{first}-{last}",
        "Yinfeng-Signature": signature(webhooks.secret_of(subscription), int(at.timestamp()), body, settings.digest()),
    }
    sent = sending.post(subscription.url, body, headers, settings.webhook_networks())
    if sent.outcome != DeliveryOutcome.DELIVERED:
        log.info("webhook %s: %s %s", subscription.pk, sent.outcome, sent.status)
    on = webhooks.note_delivery(
        subscription=subscription, sent=sent, first=first, last=last, changes=len(found.entries),
        position=found.position, at=timezone.now(),
    )  # fmt: skip
    subscription.position = found.position if on else subscription.position
    return on and found.more


def message(subscription: Subscription, found: feed.Step, first: int) -> dict[str, object]:
    """What is sent: numbers and kinds, no content. The receiver reads with a token."""
    return {
        "webhook": subscription.pk, "first": first, "last": found.position,
        "changes": [entry.as_json() for entry in found.entries],
    }  # fmt: skip


def _clean(at: datetime) -> None:
    answers.clean(before=at - timedelta(hours=settings.answers_kept_hours()))
    webhooks.clean(before=at - LOG_KEPT)
