"""Giving posts and ending them: the only source of rights."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yinfeng.foundation.audit.actions import record
from yinfeng.kernel.errors import DomainError

from ..models import Person, Post, Unit
from ..rules import Role, may_hold_together
from .checking import check


@transaction.atomic
def give_post(
    *,
    person: Person,
    unit: Unit,
    role: str,
    from_date: date,
    actor: Person | None,
    at: datetime,
    title: str = "",
    until_date: date | None = None,
) -> Post:
    """A person holds a role in a unit from a day (until a day, inclusive). Nobody gives a post to himself, and each of
    the three administrators stands alone."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    if actor is not None and actor.pk == person.pk:
        raise DomainError(_("不能给自己授予岗位。"), code="post.self", fix=_("请由另一位系统管理员操作。"))
    if not person.is_active:
        raise DomainError(
            _("“{name}”已停用，不能任职。").format(name=person.name), code="post.inactive", field="person"
        )
    if not unit.is_active:
        raise DomainError(_("“{unit}”已停用，不能任职。").format(unit=unit.name), code="post.inactive", field="unit")
    post = Post(person=person, unit=unit, role=role, title=title.strip(), from_date=from_date, until_date=until_date)
    check(post, constraints=False)
    if until_date and until_date < from_date:
        raise _ends_too_early(until_date, from_date)
    overlap = Q(until_date__isnull=True) | Q(until_date__gte=from_date)
    if until_date:
        overlap &= Q(from_date__lte=until_date)
    at_once = list(Post.objects.filter(overlap, person=person))
    if any(p.unit_id == unit.pk and p.role == role for p in at_once):
        raise DomainError(
            _("“{name}”在“{unit}”已任“{role}”。").format(name=person.name, unit=unit.name, role=_(Role(role).label)),
            code="post.twice",
        )
    held = {p.role for p in at_once}
    if not may_hold_together(held | {role}):
        raise DomainError(
            _("系统管理员、安全管理员、审计管理员不得兼任其他岗位：“{name}”现任 {held}。").format(
                name=person.name, held=_("、").join(_(Role(r).label) for r in sorted(held))
            ),
            code="post.separate",
            field="role",
            fix=_("请先结束原岗位，或为另一人授予该岗位。"),
        )
    post.save()
    record(actor=actor, at=at, verb="post.give", kind="person", object_id=person.pk, after=_post_values(post))
    return post


@transaction.atomic
def end_post(*, post: Post, on: date, actor: Person | None, at: datetime) -> Post:
    """The post ends on a day, which is still served. The last system administrator cannot be ended."""
    post = Post.objects.select_for_update().get(pk=post.pk)
    if post.until_date and post.until_date < at.date():
        raise DomainError(_("这个岗位已于 {day} 结束。").format(day=post.until_date), code="post.ended")
    return close(post, on, actor=actor, at=at)


def close(post: Post, on: date, *, actor: Person | None, at: datetime) -> Post:
    if on < post.from_date:
        raise _ends_too_early(on, post.from_date)
    others = open_posts(at.date()).filter(role=Role.SYSADMIN, person__is_active=True).exclude(pk=post.pk)
    if post.role == Role.SYSADMIN and not others.filter(until_date__isnull=True).exists():
        raise DomainError(
            _("这是最后一位系统管理员，结束后将无人能管理账号。"),
            code="post.last_sysadmin", fix=_("请先任命另一位系统管理员。"),
        )  # fmt: skip
    before, post.until_date = _post_values(post), on
    post.save(update_fields=["until_date"])
    record(
        actor=actor, at=at, verb="post.end", kind="person", object_id=post.person_id,
        before=before, after=_post_values(post),
    )  # fmt: skip
    return post


def _ends_too_early(until_date: date, from_date: date) -> DomainError:
    return DomainError(
        _("离任日期 {day} 早于任职日期 {start}。").format(day=until_date, start=from_date),
        code="post.order", field="until_date", fix=_("请填写任职日期当天或以后的日期。"),
    )  # fmt: skip


def open_posts(today: date) -> QuerySet[Post]:
    """Posts that have not ended by a day."""
    return Post.objects.filter(Q(until_date__isnull=True) | Q(until_date__gte=today))


def _post_values(post: Post) -> dict[str, Any]:
    names = ("unit_id", "role", "title", "from_date", "until_date")
    return {name: getattr(post, name) for name in names}
