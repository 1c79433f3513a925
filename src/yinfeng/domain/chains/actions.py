"""Keeping chains, segments and the bureau's industry groups: the only writer of the three."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Model
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.audit.actions import record
from yinfeng.kernel.errors import DomainError

from .models import Chain, IndustryGroup, Segment
from .rules import Position

_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@transaction.atomic
def add_chain(*, code: str, name: str, actor: Person | None, at: datetime) -> Chain:
    """A chain, last in order; without a code it gets a number. ``actor`` None is the system itself (set-up, import)."""
    code = _code(code) if code.strip() else f"chain{_last(Chain) + 1}"
    name = _name(name, 60)
    if Chain.objects.filter(code=code).exists():
        raise DomainError(_("产业链代码“{code}”已被使用。").format(code=code), code="chain.code_taken", field="code")
    chain = Chain.objects.create(code=code, name=name, order=_last(Chain) + 1)
    record(actor=actor, at=at, verb="chain.add", kind="chain", object_id=chain.pk, after={"code": code, "name": name})
    return chain


@transaction.atomic
def edit_chain(*, chain: Chain, name: str, is_active: bool, actor: Person | None, at: datetime) -> Chain:
    """Rename a chain, or take it out of use (projects keep it; choosers no longer offer it)."""
    chain = Chain.objects.select_for_update().get(pk=chain.pk)
    before = {"name": chain.name, "is_active": chain.is_active}
    chain.name, chain.is_active = _name(name, 60), is_active
    after = {"name": chain.name, "is_active": chain.is_active}
    if after != before:
        chain.save(update_fields=["name", "is_active"])
        record(actor=actor, at=at, verb="chain.edit", kind="chain", object_id=chain.pk, before=before, after=after)
    return chain


@transaction.atomic
def add_segment(*, chain: Chain, code: str, name: str, position: str, actor: Person | None, at: datetime) -> Segment:
    """A segment, last of its chain; without a code it gets a number."""
    chain = Chain.objects.select_for_update().get(pk=chain.pk)
    last = Segment.objects.filter(chain=chain).aggregate(last=Max("order"))["last"] or 0
    code = _code(code) if code.strip() else f"segment{last + 1}"
    name = _name(name, 60)
    if position not in Position:
        raise DomainError(
            _("所处位置不可选“{position}”。").format(position=position), code="segment.position", field="position",
            fix=_("可选：上游、中游、下游。"),
        )  # fmt: skip
    if Segment.objects.filter(chain=chain, code=code).exists():
        raise DomainError(
            _("“{chain}”已有代码为“{code}”的环节。").format(chain=chain.name, code=code), code="segment.code_taken",
            field="code",
        )  # fmt: skip
    segment = Segment.objects.create(chain=chain, code=code, name=name, position=position, order=last + 1)
    record(
        actor=actor, at=at, verb="chain.add_segment", kind="chain", object_id=chain.pk,
        after={"segment": segment.pk, "code": code, "name": name, "position": position},
    )  # fmt: skip
    return segment


@transaction.atomic
def edit_segment(*, segment: Segment, name: str, position: str, actor: Person | None, at: datetime) -> Segment:
    segment = Segment.objects.select_for_update().get(pk=segment.pk)
    if position not in Position:
        raise DomainError(
            _("所处位置不可选“{position}”。").format(position=position), code="segment.position", field="position"
        )
    before = {"name": segment.name, "position": segment.position}
    segment.name, segment.position = _name(name, 60), position
    after = {"name": segment.name, "position": segment.position}
    if after != before:
        segment.save(update_fields=["name", "position"])
        record(
            actor=actor, at=at, verb="chain.edit_segment", kind="chain", object_id=segment.chain_id,
            before=before | {"segment": segment.pk}, after=after,
        )  # fmt: skip
    return segment


@transaction.atomic
def add_industry_group(*, scheme: str, name: str, actor: Person | None, at: datetime) -> IndustryGroup:
    """One group of a scheme ("4+3+1"), last in order."""
    scheme, name = _name(scheme, 40), _name(name, 40)
    if IndustryGroup.objects.filter(scheme=scheme, name=name).exists():
        raise DomainError(
            _("“{scheme}”中已有“{name}”。").format(scheme=scheme, name=name), code="group.taken", field="name"
        )
    group = IndustryGroup.objects.create(scheme=scheme, name=name, order=_last(IndustryGroup) + 1)
    record(
        actor=actor, at=at, verb="industry_group.add", kind="industry_group", object_id=group.pk,
        after={"scheme": scheme, "name": name},
    )  # fmt: skip
    return group


@transaction.atomic
def edit_industry_group(
    *, group: IndustryGroup, name: str, is_active: bool, actor: Person | None, at: datetime
) -> IndustryGroup:
    group = IndustryGroup.objects.select_for_update().get(pk=group.pk)
    name = _name(name, 40)
    if IndustryGroup.objects.filter(scheme=group.scheme, name=name).exclude(pk=group.pk).exists():
        raise DomainError(
            _("“{scheme}”中已有“{name}”。").format(scheme=group.scheme, name=name), code="group.taken", field="name"
        )
    before = {"name": group.name, "is_active": group.is_active}
    group.name, group.is_active = name, is_active
    after = {"name": group.name, "is_active": group.is_active}
    if after != before:
        group.save(update_fields=["name", "is_active"])
        record(
            actor=actor, at=at, verb="industry_group.edit", kind="industry_group", object_id=group.pk, before=before,
            after=after,
        )  # fmt: skip
    return group


def _last(model: type[Model]) -> int:
    return model._default_manager.aggregate(last=Max("order"))["last"] or 0


def _code(code: str) -> str:
    clean = code.strip().lower()
    if not _CODE.fullmatch(clean):
        raise DomainError(
            _("代码“{code}”不可用。").format(code=code[:60]), code="chain.code", field="code",
            fix=_("请用小写字母、数字、下划线或短横线，以字母或数字开头，最多 40 位。"),
        )  # fmt: skip
    return clean


def _name(name: str, most: int) -> str:
    clean = " ".join(name.split())
    if not clean or len(clean) > most:
        raise DomainError(_("名称应为 1 至 {most} 个字。").format(most=most), code="chain.name", field="name")
    return clean
