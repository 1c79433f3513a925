"""Making, stopping and serving webhooks.

Delivered in order and at least once: the position moves on only when the receiver has answered 2xx, so that a receiver
that was away gets everything, and one that answered too late may get a page twice (its ``first`` and ``last`` tell).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.audit.actions import record
from yinfeng.foundation.notices.actions import notify
from yinfeng.kernel.errors import DomainError

from .. import feed, sending, settings
from ..models import Delivery, DeliveryOutcome, Subscription
from ..rules.addresses import parts, wait_minutes
from .tokens import chosen_scopes, named

MOST_SUBSCRIPTIONS = 10  # of one person, in use
STOP_AFTER = 10  # failures in a row
CLAIM = timedelta(minutes=5)  # as long as one worker may be at one webhook


def secret_of(subscription: Subscription) -> str:
    """Follows from the installation's key and the row's salt: nothing to steal stands in the table."""
    return "whsec_" + salted_hmac("yinfeng.webhook", subscription.salt, algorithm="sha256").hexdigest()


@transaction.atomic
def make_subscription(
    *, viewer: Viewer, name: str, url: str, scopes: Iterable[str], actor: Person, at: datetime
) -> Subscription:
    """Changes from now on go to ``url``. The scopes are what the person may export."""
    if viewer.person_id != actor.pk:
        raise ValueError("a webhook is made for oneself")
    name = named(name, _("推送名称"))
    chosen = chosen_scopes(viewer, scopes)
    url = url.strip()
    _check_address(url)
    if Subscription.objects.filter(person=actor, stopped_at=None).count() >= MOST_SUBSCRIPTIONS:
        raise DomainError(
            _("一个人最多有 {most} 个在用的推送。").format(most=MOST_SUBSCRIPTIONS), code="webhook.too_many",
            fix=_("请先停用不再使用的推送。"),
        )  # fmt: skip
    made = Subscription.objects.create(
        person=actor, name=name, url=url, scopes=chosen, salt=secrets.token_urlsafe(32), made_at=at, next_try_at=at,
        position=feed.newest(),
    )  # fmt: skip
    record(
        actor=actor, at=at, verb="webhook.create", kind="webhook", object_id=made.pk,
        after={"name": name, "url": url, "scopes": chosen},
    )  # fmt: skip
    return made


@transaction.atomic
def stop(*, subscription: Subscription, reason: str, actor: Person | None, at: datetime) -> Subscription:
    """Nothing is sent any more; its owner is told where somebody or something else did it."""
    subscription = Subscription.objects.select_for_update(of=("self",)).get(pk=subscription.pk)
    if subscription.stopped_at is not None:
        raise DomainError(_("推送“{name}”已经停用。").format(name=subscription.name), code="webhook.stopped")
    subscription.stopped_at, subscription.stop_reason = at, reason[:200]
    subscription.save(update_fields=["stopped_at", "stop_reason"])
    record(actor=actor, at=at, verb="webhook.deactivate", kind="webhook", object_id=subscription.pk, note=reason)
    if actor is None or actor.pk != subscription.person_id:
        with override(None):
            text = _("变更推送“{name}”已停用：{reason}").format(name=subscription.name, reason=reason)
        url = f"/exchange/webhooks/{subscription.pk}/"
        notify(persons=[subscription.person_id], kind="webhook", text=text, url=url, at=at)
    return subscription


@transaction.atomic
def start(*, subscription: Subscription, actor: Person, at: datetime) -> Subscription:
    """Go on where it stopped."""
    subscription = Subscription.objects.select_for_update(of=("self",)).get(pk=subscription.pk)
    if subscription.stopped_at is None:
        raise DomainError(_("推送“{name}”正在使用。").format(name=subscription.name), code="webhook.running")
    _check_address(subscription.url)
    subscription.stopped_at, subscription.stop_reason, subscription.failures = None, "", 0
    subscription.next_try_at = at
    subscription.save(update_fields=["stopped_at", "stop_reason", "failures", "next_try_at"])
    record(actor=actor, at=at, verb="webhook.reactivate", kind="webhook", object_id=subscription.pk)
    return subscription


def _check_address(url: str) -> None:
    try:
        _scheme, host, port, _path = parts(url)
    except ValueError:
        raise DomainError(
            _("推送地址须为 http 或 https 地址，不含用户名和密码。"), code="webhook.url", field="url"
        ) from None
    good, address = sending.allowed(host, port, settings.webhook_networks())
    if not address:
        raise DomainError(_("“{host}”无法解析。").format(host=host), code="webhook.unknown", field="url")
    if not good:
        raise DomainError(
            _("“{host}”不是内网地址，不能推送。").format(host=host), code="webhook.address", field="url",
            fix=_("如确需推送，请由系统管理员加入允许的网段。"),
        )  # fmt: skip


@transaction.atomic
def claim(*, subscription_id: int, at: datetime) -> Subscription | None:
    """Take a webhook that is due; None when another worker has it."""
    taken = Subscription.objects.filter(pk=subscription_id, stopped_at=None, next_try_at__lte=at).update(
        next_try_at=at + CLAIM
    )
    return Subscription.objects.select_related("person").get(pk=subscription_id) if taken else None


@transaction.atomic
def pass_over(*, subscription: Subscription, position: int, at: datetime) -> None:
    """Up to here nothing concerned it."""
    Subscription.objects.filter(pk=subscription.pk).update(position=position, next_try_at=at, failures=0)


@transaction.atomic
def note_delivery(
    *, subscription: Subscription, sent: sending.Sent, first: int, last: int, changes: int, position: int, at: datetime
) -> bool:
    """Write the log, move on after a success, wait longer after each failure, stop after ten. Whether to go on."""
    Delivery.objects.create(
        subscription=subscription, at=at, first=first, last=last, changes=changes, outcome=sent.outcome,
        status=sent.status, milliseconds=sent.milliseconds,
    )  # fmt: skip
    row = Subscription.objects.select_for_update(of=("self",)).get(pk=subscription.pk)
    if sent.outcome == DeliveryOutcome.DELIVERED:
        row.position, row.failures, row.next_try_at = position, 0, at
        row.save(update_fields=["position", "failures", "next_try_at"])
        return row.stopped_at is None
    row.failures += 1
    row.next_try_at = at + timedelta(minutes=wait_minutes(row.failures))
    row.save(update_fields=["failures", "next_try_at"])
    if row.stopped_at is None and row.failures >= STOP_AFTER:
        stop(subscription=row, reason=_("连续 {n} 次推送失败。").format(n=row.failures), actor=None, at=at)
    return False


def clean(*, before: datetime) -> int:
    """Drop the delivery log older than ``before``; how many rows."""
    gone, _rows = Delivery.objects.filter(at__lt=before).delete()
    return gone
