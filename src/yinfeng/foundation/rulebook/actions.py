"""Editing the rulebook: propose an edition, and have another person approve it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from yinfeng.foundation.audit.actions import record
from yinfeng.kernel.errors import DomainError

from .models import Rule
from .queries import standard
from .rules import digest_of

if TYPE_CHECKING:
    from yinfeng.foundation.accounts.models import Person


@transaction.atomic
def propose(
    *, kind: str, body: Any, valid_from: date, note: str, actor: Person, at: datetime, unit_id: int | None = None
) -> Rule:
    """Write the next edition of a rule, not yet in force. DomainError where the body cannot be used."""
    try:
        standard(kind).check(body)
    except (AttributeError, TypeError, KeyError) as fault:
        raise DomainError(
            _("规则内容的结构与标准版不同，无法读取。"),
            code="rule_body",
            field="body",
            fix=_("请对照标准版逐项核对缩进与层次。"),
        ) from fault
    except ValueError as fault:
        raise DomainError(_("规则内容有误：{fault}").format(fault=fault), code="rule_body", field="body") from fault
    if not note.strip():
        raise DomainError(_("请写明修改说明。"), code="rule_note", field="note")
    last = Rule.objects.filter(kind=kind, unit_id=unit_id).aggregate(last=Max("version"))["last"] or 0
    rule = Rule.objects.create(
        kind=kind, unit_id=unit_id, version=last + 1, valid_from=valid_from, body=body, digest=digest_of(body),
        note=note, author=actor, at=at,
    )  # fmt: skip
    record(
        actor=actor, at=at, verb="rule.propose", kind="rule", object_id=rule.pk,
        after={"kind": kind, "version": rule.version, "valid_from": valid_from, "digest": rule.digest}, note=note,
    )  # fmt: skip
    return rule


@transaction.atomic
def approve(*, rule: Rule, actor: Person, at: datetime) -> Rule:
    """Put an edition in force from its day on. Its author cannot approve it; a past day is refused: last quarter's
    figure was computed by last quarter's rule."""
    rule = Rule.objects.select_for_update().get(pk=rule.pk)
    if rule.approver_id:
        raise DomainError(_("这一版规则已经批准。"), code="rule_approved")
    if rule.author_id == actor.pk:
        raise DomainError(_("起草人不能批准自己起草的规则，请由另一人批准。"), code="rule_second_person")
    if rule.valid_from < at.date():
        raise DomainError(
            _("生效日期 {day} 已过：规则不能追溯。请另拟一版并选择今天或以后的日期。").format(day=rule.valid_from),
            code="rule_past",
        )
    rule.approver = actor
    rule.save(update_fields=["approver"])
    record(
        actor=actor, at=at, verb="rule.approve", kind="rule", object_id=rule.pk,
        after={"kind": rule.kind, "version": rule.version, "valid_from": rule.valid_from},
    )  # fmt: skip
    return rule
