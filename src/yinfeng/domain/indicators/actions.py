"""Editing indicators: a definition is saved by proposing the next edition of the whole set, which another approves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.rulebook import actions as rulebook
from yinfeng.foundation.rulebook.models import Rule
from yinfeng.kernel.errors import DomainError

from .queries.drafting import ground, targets_ground, with_definition
from .queries.editions import DEFINITIONS, TARGETS


@transaction.atomic
def save_definition(
    *, name: str, body: Any, valid_from: date, note: str, actor: Person, at: datetime, based_on: int | None = None
) -> Rule:
    """Put a definition (``body`` None takes it out) into the next edition. The edition in force, or the newest that waits
    for approval, is its ground; DomainError where that is no longer ``based_on``, or where the set would not be sound."""
    edition = ground()
    _unchanged(based_on, edition.version)
    proposed = with_definition(edition.body, name, body)
    if proposed == edition.body:
        raise DomainError(_("与现有的定义完全相同，没有需要提交的修改。"), code="indicator.same", field="body")
    return rulebook.propose(kind=DEFINITIONS, body=proposed, valid_from=valid_from, note=note, actor=actor, at=at)


@transaction.atomic
def save_targets(
    *, indicator: str, year: int, targets: Mapping[str, Any], valid_from: date, note: str, actor: Person, at: datetime,
    based_on: int | None = None,
) -> Rule:  # fmt: skip
    """The year's targets of one indicator, by unit code; an empty mapping takes them out."""
    edition = targets_ground()
    _unchanged(based_on, edition.version)
    body: dict[str, Any] = {name: dict(years) for name, years in edition.body.items()}
    years = body.setdefault(indicator, {})
    years.pop(year, None)
    years[str(year)] = dict(targets)
    if not targets:
        del years[str(year)]
    if not years:
        del body[indicator]
    if body == edition.body:
        raise DomainError(_("目标没有变化。"), code="indicator.same", field="targets")
    return rulebook.propose(kind=TARGETS, body=body, valid_from=valid_from, note=note, actor=actor, at=at)


def _unchanged(based_on: int | None, version: int) -> None:
    if based_on is not None and based_on != version:
        raise DomainError(
            _("他人刚提交了新的一版，您的修改没有保存。"), code="indicator.changed", fix=_("请刷新后在新版上修改。")
        )
