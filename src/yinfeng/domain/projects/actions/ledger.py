"""Projects: opened and edited; nothing derived is ever written here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yinfeng.domain.enterprises.actions import void_rows
from yinfeng.domain.enterprises.models import Enterprise
from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.audit.actions import record
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.money import display, round_half_up
from yinfeng.kernel.text import normalise_name

from ..models import Listing, Milestone, Project, ProjectInvestor
from ..queries.rulings import stage_table
from ..rules.words import COUNTING, ProjectKind, Stage
from . import derive
from .entries import InvestorData, PhaseData, ProjectData, check_sum, clean_name, enterprise_of, today_of
from .granting import grant_project
from .phases import write_phase

# Attributes that ``edit_project`` may change, each with its name in words.
EDITABLE: dict[str, str] = {
    name: str(getattr(Project._meta.get_field(name), "verbose_name", name))
    for name in (
        "name", "kind", "origin", "capital_kind", "content", "product", "investment_amount", "investment_currency",
        "exchange_rate", "exchange_rate_source", "exchange_rate_on", "fixed_investment_cny", "annual_output_cny",
        "annual_tax_cny", "trade_volume_cny", "jobs", "land_area_mu", "plant_area_sqm", "platform_code",
        "industry_id", "segment_id", "lead_unit_id", "landing_unit_id", "outpost_id", "channel", "referrer",
        "owner_id", "leader_id", "task_force", "is_confidential",
    )
    if not name.endswith("_id")
} | {
    "industry_id": gettext_noop("国民经济行业"), "segment_id": gettext_noop("产业链环节"),
    "lead_unit_id": gettext_noop("牵头单位"), "landing_unit_id": gettext_noop("落地单位"),
    "outpost_id": gettext_noop("驻点组"), "owner_id": gettext_noop("项目专员"), "leader_id": gettext_noop("联系领导"),
}  # fmt: skip
GRANTING = {"lead_unit_id", "landing_unit_id", "outpost_id", "owner_id", "leader_id"}


def _converted(amount: int | None, currency: str, rate: Decimal | None) -> int | None:
    """The sum in yuan: itself, or by the rate; not told without one."""
    if amount is None or currency == "CNY":
        return amount
    return int(round_half_up(amount * rate)) if rate is not None else None


def _check_project_sums(values: Mapping[str, Any]) -> None:
    for name, what in (
        ("investment_amount", _("总投资")), ("fixed_investment_cny", _("固定资产投资")),
        ("annual_output_cny", _("预计年产值")), ("annual_tax_cny", _("预计年税收")),
        ("trade_volume_cny", _("预计年贸易额")),
    ):  # fmt: skip
        check_sum(values.get(name), what, name)
    for name, what in (("land_area_mu", _("用地面积")), ("plant_area_sqm", _("厂房面积"))):
        if (area := values.get(name)) is not None and not 0 < area < 10**8:
            raise DomainError(_("{what} {area} 须大于零。").format(what=what, area=area), code="area.range", field=name)
    fixed, total = values.get("fixed_investment_cny"), values.get("investment_cny")
    if fixed is not None and total is not None and fixed > total:
        raise DomainError(
            _("固定资产投资（{fixed}）大于总投资（{total}）。").format(fixed=display(fixed), total=display(total)),
            code="sum.fixed", field="fixed_investment_cny", fix=_("请核对两个数字。"),
        )  # fmt: skip


@transaction.atomic
def create_project(*, data: ProjectData, actor: Person, at: datetime) -> Project:
    """Open a project in the ledger, with its phases and investors, in negotiation."""
    name = clean_name(data.name, _("项目名称"))
    values = {
        f: getattr(data, f)
        for f in (
            "kind", "origin", "capital_kind", "content", "product", "investment_amount", "investment_currency",
            "exchange_rate", "exchange_rate_source", "exchange_rate_on", "fixed_investment_cny", "annual_output_cny",
            "annual_tax_cny", "trade_volume_cny", "jobs", "land_area_mu", "plant_area_sqm", "industry_id",
            "segment_id", "lead_unit_id", "landing_unit_id", "outpost_id", "channel", "referrer", "owner_id",
            "leader_id", "is_confidential",
        )
    }  # fmt: skip
    values["investment_cny"] = _converted(data.investment_amount, data.investment_currency, data.exchange_rate)
    values["platform_code"] = data.platform_code.strip() or None
    _check_project_sums(values)
    _check_platform_code(values["platform_code"], None)
    investors = [
        enterprise_of(i, actor=actor, at=at, capital=data.capital_kind) for i in data.investors if i.name.strip()
    ]
    project = Project(
        code="-", name=name, name_key=normalise_name(name), created_by=actor, created_at=at, changed_at=at,
        investor_name=investors[0].name if investors else "",
        company=enterprise_of(data.company, actor=actor, at=at) if data.company and data.company.name else None, **values,
    )  # fmt: skip
    project.save()
    project.code = f"P{today_of(at):%Y}{project.pk:05d}"
    project.save(update_fields=["code"])
    if data.industry_group_ids:
        project.industry_groups.set(data.industry_group_ids)
    _write_investors(project, investors, data.investors, at)
    phases = list(data.phases) or [PhaseData()]
    for number, phase in enumerate(phases, start=1):
        write_phase(project, number, phase, alone=len(phases) == 1)
    grant_project(project)
    project = derive.refresh(project.pk, at=at, words_changed=True)
    record(
        actor=actor, at=at, verb="project.create", kind="project", object_id=project.pk,
        after={"name": name, "code": project.code, "investment_cny": project.investment_cny, "phases": len(phases)},
    )  # fmt: skip
    return project


def _check_platform_code(code: str | None, own_id: int | None) -> None:
    if code and Project.objects.filter(platform_code=code).exclude(pk=own_id).exists():
        # The other project may be out of the person's sight: nothing of it is told.
        raise DomainError(
            _("在线平台代码 {code} 已被使用。").format(code=code), code="project.platform_code", field="platform_code"
        )


def _write_investors(project: Project, firms: Sequence[Enterprise], data: Iterable[InvestorData], at: datetime) -> None:
    shares = {i.name.strip(): i.share_percent for i in data}
    total = sum((s for s in shares.values() if s is not None), Decimal(0))
    if total > 100:
        raise DomainError(
            _("出资比例合计 {total}% 超过 100%。").format(total=total), code="investor.share", field="investors"
        )
    standing = {row.enterprise_id: row for row in ProjectInvestor.objects.filter(project=project, until=None)}
    for row in standing.values():
        if row.enterprise_id not in {f.pk for f in firms}:
            row.until, row.ended_at = today_of(at), at
            row.save(update_fields=["until", "ended_at"])
    for order, firm in enumerate(firms):
        row = standing.get(firm.pk) or ProjectInvestor(project=project, enterprise=firm, since=today_of(at), at=at)
        row.order, row.share_percent = order, shares.get(firm.name)
        row.save()


@transaction.atomic
def set_investors(*, project: Project, investors: Sequence[InvestorData], actor: Person, at: datetime) -> Project:
    """The investors as they now are; former ones keep their row with its end, so that a change of owner is told."""
    project = derive.lock(project.pk)
    before = list(project.investors.filter(until=None).values_list("enterprise__name", flat=True))
    firms = [enterprise_of(i, actor=actor, at=at) for i in investors if i.name.strip()]
    _write_investors(project, firms, investors, at)
    Project.objects.filter(pk=project.pk).update(investor_name=firms[0].name if firms else "")
    project = derive.refresh(project.pk, at=at, words_changed=True)
    record(
        actor=actor, at=at, verb="project.investors", kind="project", object_id=project.pk,
        before={"investors": before}, after={"investors": [f.name for f in firms]},
    )  # fmt: skip
    return project


@transaction.atomic
def set_company(*, project: Project, company: InvestorData, actor: Person, at: datetime) -> Project:
    """Name the project company."""
    project = derive.lock(project.pk)
    before = {"company": project.company_id}
    project.company = enterprise_of(company, actor=actor, at=at)
    project.save(update_fields=["company"])
    project = derive.refresh(project.pk, at=at)
    record(
        actor=actor, at=at, verb="project.company", kind="project", object_id=project.pk, before=before,
        after={"company": project.company_id},
    )  # fmt: skip
    return project


@transaction.atomic
def edit_project(
    *, project: Project, changes: Mapping[str, Any], actor: Person, at: datetime, expected_version: int | None = None
) -> Project:
    """Change attributes; nothing derived can be changed here. One audit row with old and new values."""
    project = derive.lock(project.pk)
    if expected_version is not None and project.version != expected_version:
        raise DomainError(_("项目刚被他人更新，您的修改没有保存。"), code="project.changed", fix=_("请刷新后再改。"))
    if project.merged_into_id:
        raise DomainError(_("该项目已并入另一项目，不能再改。"), code="project.merged")
    if unknown := set(changes) - set(EDITABLE):
        raise ValueError(f"not editable: {unknown}")
    before = {n: getattr(project, n) for n, v in changes.items() if getattr(project, n) != v}
    if not before:
        return project
    for name, value in changes.items():
        setattr(project, name, value)
    project.name = clean_name(project.name, _("项目名称"))
    project.name_key = normalise_name(project.name)
    project.platform_code = (project.platform_code or "").strip() or None
    project.investment_cny = _converted(project.investment_amount, project.investment_currency, project.exchange_rate)
    _check_project_sums({f.name: getattr(project, f.attname) for f in Project._meta.concrete_fields})
    _check_platform_code(project.platform_code, project.pk)
    if "kind" in before:
        _check_kind(project)
    project.save()
    if before.keys() & GRANTING:
        grant_project(project)
    project = derive.refresh(project.pk, at=at, words_changed=True)
    record(
        actor=actor, at=at, verb="project.edit", kind="project", object_id=project.pk, before=before,
        after={n: changes[n] for n in before},
    )  # fmt: skip
    return project


def _check_kind(project: Project) -> None:
    """A class may be corrected, but not so that facts on record fall off its route."""
    route = set(stage_table(timezone.localdate()).route(project.kind))
    standing = Milestone.objects.filter(project=project, status__in=COUNTING).exclude(stage__in=route)
    if (stage := standing.values_list("stage", flat=True).first()) is not None:
        raise DomainError(
            _("已登记“{stage}”，不能改为{kind}类项目。").format(
                stage=_(Stage(stage).label), kind=_(ProjectKind(project.kind).label)
            ), code="project.kind", field="kind", fix=_("请先作废不适用的里程碑。"),
        )  # fmt: skip


@transaction.atomic
def assign(
    *, projects: Sequence[Project], owner_id: int | None = None, leader_id: int | None = None, actor: Person,
    at: datetime,
) -> int:  # fmt: skip
    """Give several projects an owner, or a linked leader, at once; the number that changed."""
    changes = {n: v for n, v in (("owner_id", owner_id), ("leader_id", leader_id)) if v is not None}
    return sum(
        edit_project(project=p, changes=changes, actor=actor, at=at).version != p.version
        for p in sorted(projects, key=lambda p: p.pk)
    )


@transaction.atomic
def set_task_force(*, project: Project, name: str, member_ids: Sequence[int], actor: Person, at: datetime) -> Project:
    """Form or change the task force 专班; its members see the project."""
    project = derive.lock(project.pk)
    before = {"name": project.task_force, "members": list(project.task_force_members.values_list("pk", flat=True))}
    project.task_force = name.strip()
    project.save(update_fields=["task_force"])
    project.task_force_members.set(member_ids)
    grant_project(project)
    project = derive.refresh(project.pk, at=at)
    record(
        actor=actor, at=at, verb="project.task_force", kind="project", object_id=project.pk, before=before,
        after={"name": project.task_force, "members": list(member_ids)},
    )  # fmt: skip
    return project


@transaction.atomic
def add_listing(
    *, project: Project, name: str, level: str, year: int, document: str, actor: Person, at: datetime
) -> Listing:
    """The project entered a list (省长工程, 市重点 …) by a document."""
    derive.lock(project.pk)
    if not (name.strip() and document.strip()):
        raise DomainError(_("请填写清单名称和文件依据。"), code="listing.empty", field="name")
    if Listing.objects.standing().filter(project=project, name=name.strip(), year=year).exists():
        raise DomainError(
            _("本项目 {year} 年已在“{name}”清单上。").format(year=year, name=name.strip()), code="listing.twice",
            field="name",
        )  # fmt: skip
    listing = Listing.objects.create(
        project=project, name=name.strip(), level=level, year=year, document=document.strip(), at=at, recorded_by=actor
    )
    record(
        actor=actor, at=at, verb="listing.add", kind="project", object_id=project.pk,
        after={"name": listing.name, "level": level, "year": year, "document": listing.document},
    )  # fmt: skip
    return listing


@transaction.atomic
def remove_listings(
    first: int, last: int, *, projects: Collection[int | None], reason: str, actor: Person, at: datetime
) -> int:
    """Take listings of these projects off again, by the range of ids that a load was given; how many there were. They
    are voided with the reason, so that what was known of them stays known."""
    gone = []
    standing = Listing.objects.standing().filter(pk__range=(first, last))
    for row in standing.select_for_update(of=("self",)).order_by("pk"):
        if row.project_id in projects:
            gone.append(row.pk)
            record(
                actor=actor, at=at, verb="listing.remove", kind="project", object_id=row.project_id, note=reason,
                before={"name": row.name, "level": row.level, "year": row.year, "document": row.document},
            )  # fmt: skip
    for start in range(0, len(gone), 500):
        void_rows(Listing.objects.filter(pk__in=gone[start : start + 500]), actor=actor, at=at, reason=reason)
    return len(gone)


@transaction.atomic
def set_industry_groups(*, project: Project, group_ids: Sequence[int], actor: Person, at: datetime) -> Project:
    """Which of the bureau's industry groups the project counts for."""
    project = derive.lock(project.pk)
    before = list(project.industry_groups.values_list("pk", flat=True))
    project.industry_groups.set(group_ids)
    record(
        actor=actor, at=at, verb="project.groups", kind="project", object_id=project.pk, before={"groups": before},
        after={"groups": list(group_ids)},
    )  # fmt: skip
    return project
