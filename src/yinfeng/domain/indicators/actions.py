"""What people do with indicators: propose definitions and targets, take in lists of statistics, share credit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.domain.projects.models import Project
from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.audit.actions import record
from yinfeng.foundation.rulebook import actions as rulebook
from yinfeng.foundation.rulebook.models import Rule
from yinfeng.foundation.workbook.read import read_workbook
from yinfeng.kernel.errors import DomainError

from .models import CreditShare, StatisticsList, StatisticsRow
from .queries.drafting import ground, targets_ground, with_definition
from .queries.editions import DEFINITIONS, TARGETS, definitions
from .rules.statistics import Entry, UnreadableError, read_list
from .rules.targets import CURVE, check_unit


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
    known, _stamp = definitions(timezone.localdate(at))
    if (measured := known.by_name.get(indicator)) is not None:
        measured = known.amounts_of(measured) or measured
        for unit, value in targets.items():
            try:
                if unit != CURVE:
                    check_unit(measured, value)
            except ValueError as fault:
                raise DomainError(f"{fault}。", code="target.unit", field=f"unit-{unit}") from fault
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


@transaction.atomic
def import_statistics(*, content: bytes, name: str, as_of: date, actor: Person, at: datetime) -> StatisticsList:
    """Keep a list of the statistics office as it came: all of it, or nothing and the faults. A later list of the same day
    stands beside the earlier one; nothing in either is ever changed."""
    entries: list[Entry] = []
    faults: list[str] = []
    for sheet in read_workbook(content, name=name):
        try:
            entries = read_list(sheet.rows)
            break
        except UnreadableError as fault:
            faults.append(f"“{sheet.name}”：{fault}" if sheet.name else str(fault))
    if not entries:
        raise DomainError(
            _("名单不能读取：{faults}。").format(faults="；".join(faults)), code="statistics.unreadable", field="file",
            fix=_("请改正后重新导入；没有导入任何一行。"),
        )  # fmt: skip
    made = StatisticsList.objects.create(name=name[:120] or _("统计名单"), as_of=as_of, imported_by=actor, at=at)
    StatisticsRow.objects.bulk_create(
        [
            StatisticsRow(
                list=made, number=e.number, platform_code=e.platform_code, name=e.name, investment_cny=e.investment_cny,
                invested_cny=e.invested_cny, enrolled_on=e.enrolled_on,
            )
            for e in entries
        ],
        batch_size=1000,
    )  # fmt: skip
    record(
        actor=actor, at=at, verb="statistics.import", kind="statistics", object_id=made.pk,
        after={"name": made.name, "as_of": as_of, "rows": len(entries)},
    )  # fmt: skip
    return made


@transaction.atomic
def share_credit(
    *, project: Project, shares: Mapping[int, Decimal], grounds: str, actor: Person, at: datetime
) -> list[CreditShare]:
    """Share a project's credit between units, by unit id in percent, in place of what was shared before; an empty mapping
    gives it back to the lead unit. Assessment views follow it, statistics never do."""
    if not grounds.strip():
        raise DomainError(_("请写明分享依据。"), code="share.grounds", field="grounds")
    if shares and (sum(shares.values()) != 100 or min(shares.values()) <= 0):
        raise DomainError(
            _("分享比例之和为 {sum}%，应为 100%，且各单位大于零。").format(sum=sum(shares.values())),
            code="share.sum",
            field="shares",
        )
    standing = CreditShare.objects.select_for_update().filter(project=project, ended_at=None)
    before = {str(one.unit_id): str(one.percent) for one in standing}
    if not shares and not before:
        raise DomainError(_("这个项目没有分享，不需要取消。"), code="share.none", field="shares")
    standing.update(ended_at=at)
    made = [
        CreditShare(
            project=project, unit_id=unit, percent=percent, grounds=grounds.strip()[:300], recorded_by=actor, at=at
        )
        for unit, percent in shares.items()
    ]
    CreditShare.objects.bulk_create(made)
    record(
        actor=actor, at=at, verb="project.share_credit", kind="project", object_id=project.pk, before={"shares": before},
        after={"shares": {str(one.unit_id): str(one.percent) for one in made}}, note=grounds.strip(),
    )  # fmt: skip
    return made
