"""Making, revoking and using tokens. The secret is handed out once and reaches no log, audit row or table."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.audit.actions import record
from yinfeng.foundation.notices.actions import notify
from yinfeng.kernel.errors import DomainError

from .. import settings
from ..models import Token
from ..rules.limits import Count
from ..rules.scopes import pack
from ..rules.secrets import digest_of, written

MOST_TOKENS = 20  # of one person, in use
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class NewToken:
    """``text`` is the whole token: shown once, kept nowhere."""

    token: Token
    text: str


@transaction.atomic
def make_token(*, viewer: Viewer, name: str, scopes: Iterable[str], days: int, actor: Person, at: datetime) -> NewToken:
    """A token for the actor's own use. Only what the person holds today can be chosen; rights lost later are lost to
    the token too."""
    if viewer.person_id != actor.pk:
        raise ValueError("a token is made for oneself")
    name = named(name, _("令牌名称"))
    chosen = chosen_scopes(viewer, scopes)
    if not 1 <= days <= settings.most_token_days():
        raise DomainError(
            _("有效期应为 1 到 {most} 天。").format(most=settings.most_token_days()), code="token.days", field="days"
        )
    if Token.objects.filter(person=actor, revoked_at=None, expires_at__gt=at).count() >= MOST_TOKENS:
        raise DomainError(
            _("一个人最多有 {most} 个在用的令牌。").format(most=MOST_TOKENS), code="token.too_many",
            fix=_("请先停用不再使用的令牌。"),
        )  # fmt: skip
    public, secret = "".join(secrets.choice(_LETTERS) for _n in range(12)), secrets.token_urlsafe(32)
    token = Token.objects.create(
        person=actor, name=name, public=public, digest=digest_of(secret, settings.digest()), scopes=chosen, made_at=at,
        expires_at=at + timedelta(days=days),
    )  # fmt: skip
    record(
        actor=actor, at=at, verb="token.create", kind="token", object_id=token.pk,
        after={"name": name, "public": public, "scopes": chosen, "expires_at": token.expires_at},
    )  # fmt: skip
    return NewToken(token, written(public, secret))


@transaction.atomic
def revoke_token(*, token: Token, reason: str, actor: Person, at: datetime) -> Token:
    """From this moment on the token opens nothing. Its owner is told where somebody else did it."""
    token = Token.objects.select_for_update(of=("self",)).get(pk=token.pk)
    reason = " ".join(reason.split())[:200]
    if token.revoked_at is not None:
        raise DomainError(_("令牌“{name}”已经停用。").format(name=token.name), code="token.revoked")
    if token.person_id != actor.pk and not reason:
        raise DomainError(_("停用他人的令牌须写明原因。"), code="token.reason", field="reason")
    token.revoked_at, token.revoked_by, token.revoke_reason = at, actor, reason
    token.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
    record(
        actor=actor, at=at, verb="token.revoke", kind="token", object_id=token.pk,
        after={"name": token.name, "public": token.public}, note=reason,
    )  # fmt: skip
    if token.person_id != actor.pk:
        text = _("您的接口令牌“{name}”已被安全管理员停用：{reason}").format(name=token.name, reason=reason)
        notify(persons=[token.person_id], kind="token", text=text, url="/exchange/", at=at)
    return token


@transaction.atomic
def lease(*, token_id: int, limit: int, most: int, at: datetime) -> tuple[int, int]:
    """Take up to ``most`` requests of the token's minute for this process: (how many, seconds to wait if none).

    One small write for many requests, and never more than the limit together, whatever the number of processes. Also
    notes that the token was used.
    """
    token = Token.objects.select_for_update(of=("self",)).get(pk=token_id)
    moment = at.timestamp()
    count = Count(token.window, token.used, token.used_before).at(moment)
    taken = max(0, min(most, count.room(limit, moment)))
    token.window, token.used, token.used_before = count.window, count.used + taken, count.used_before
    token.last_used_at = at
    token.save(update_fields=["window", "used", "used_before", "last_used_at"])
    return taken, 0 if taken else count.wait(limit, moment)


def named(name: str, what: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 60:
        raise DomainError(_("{what}应为 1 到 60 个字。").format(what=what), code="token.name", field="name")
    return name


def chosen_scopes(viewer: Viewer, scopes: Iterable[str], *, only: str = "") -> Mapping[str, str]:
    """What was ticked, refused where the person does not hold it."""
    try:
        chosen = pack(scopes)
    except ValueError as fault:
        raise DomainError(
            _("没有“{scope}”这项范围。").format(scope=fault), code="token.scope", field="scopes"
        ) from fault
    if not chosen:
        raise DomainError(_("请至少选择一项范围。"), code="token.scope", field="scopes")
    for kind, verbs in chosen.items():
        for verb in verbs:
            if not viewer.may(kind, verb):
                raise DomainError(
                    _("您没有“{scope}”这项权限，令牌也不能有。").format(scope=f"{kind}:{verb}"), code="token.scope",
                    field="scopes",
                )  # fmt: skip
    return chosen
