"""Tokens and webhooks as their pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.viewer import Viewer

from .models import Delivery, Subscription, Token
from .rules.scopes import OFFERED, ApiKind, ApiVerb

SIZE = 50


@dataclass(frozen=True)
class ScopeLine:
    """A kind with the words of its verbs: 项目与事实：读取、填报."""

    kind: str
    verbs: str


@dataclass(frozen=True)
class TokenRow:
    pk: int
    name: str
    public: str
    person: str
    username: str
    scopes: tuple[ScopeLine, ...]
    made_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    state: str  # in_use, expired, revoked
    revoke_reason: str

    @property
    def is_open(self) -> bool:
        return self.state == "in_use"


@dataclass(frozen=True)
class SubscriptionRow:
    pk: int
    name: str
    url: str
    person: str
    scopes: tuple[ScopeLine, ...]
    made_at: datetime
    failures: int
    next_try_at: datetime
    stopped_at: datetime | None
    stop_reason: str


@dataclass(frozen=True)
class DeliveryRow:
    at: datetime
    first: int
    last: int
    changes: int
    outcome: str
    is_good: bool
    status: int | None
    milliseconds: int


def scope_lines(scopes: dict[str, str]) -> tuple[ScopeLine, ...]:
    return tuple(
        ScopeLine(_(ApiKind(kind).label), _("、").join(_(ApiVerb(v).label) for v in verbs if v in ApiVerb))
        for kind, verbs in scopes.items()
        if kind in ApiKind
    )


def offered(viewer: Viewer, *, only: str = "SEX") -> list[tuple[str, str]]:
    """What the viewer may put into a token: ``("project:E", "项目与事实 · 填报")``."""
    return [
        (f"{kind}:{verb}", f"{_(ApiKind(kind).label)} · {_(ApiVerb(verb).label)}")
        for kind, verbs in OFFERED.items()
        for verb in verbs
        if verb in only and viewer.may(kind, verb)
    ]


def tokens(at: datetime, *, person_id: int | None = None, before: int | None = None) -> list[TokenRow]:
    """The newest first; of one person or of all (one query)."""
    rows = Token.objects.select_related("person").order_by("-pk")
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [_row(token, at) for token in rows[: SIZE + 1]]


def _row(token: Token, at: datetime) -> TokenRow:
    state = "revoked" if token.revoked_at else "expired" if token.expires_at <= at else "in_use"
    return TokenRow(
        token.pk, token.name, token.public, token.person.name, token.person.username, scope_lines(token.scopes),
        token.made_at, token.expires_at, token.last_used_at, state, token.revoke_reason,
    )  # fmt: skip


def subscriptions(*, person_id: int | None = None) -> list[SubscriptionRow]:
    rows: QuerySet[Subscription] = Subscription.objects.select_related("person").order_by("-pk")
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    return [subscription_row(s) for s in rows[:SIZE]]


def subscription_row(s: Subscription) -> SubscriptionRow:
    return SubscriptionRow(
        s.pk, s.name, s.url, s.person.name, scope_lines(s.scopes), s.made_at, s.failures, s.next_try_at, s.stopped_at,
        s.stop_reason,
    )  # fmt: skip


def deliveries(subscription: Subscription, *, before: int | None = None) -> list[tuple[int, DeliveryRow]]:
    from .models import DeliveryOutcome

    rows = Delivery.objects.filter(subscription=subscription).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [
        (d.pk, DeliveryRow(
            d.at, d.first, d.last, d.changes, _(DeliveryOutcome(d.outcome).label),
            d.outcome == DeliveryOutcome.DELIVERED, d.status, d.milliseconds,
        ))
        for d in rows[: SIZE + 1]
    ]  # fmt: skip
