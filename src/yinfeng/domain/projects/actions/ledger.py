"""Creating and editing leads, projects and phases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from yinfeng.domain.enterprises import actions as enterprises
from yinfeng.domain.enterprises.models import Enterprise
from yinfeng.domain.enterprises.rules import CapitalKind
from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.audit.actions import record
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.money import display, round_half_up
from yinfeng.kernel.text import normalise_name

from ..access import grant_lead, grant_project
from ..models import Lead, Listing, Milestone, Phase, Project, ProjectInvestor
from ..models.ledger import SUM_LIMIT
from ..queries import search
from ..queries.rulings import stage_table
from ..rules.words import COUNTING, Channel, LeadStatus, Origin, ProjectKind, Stage
from . import derive


@dataclass(frozen=True)
class InvestorData:
    """A firm that invests; with a USCC where it is known."""

    name: str
    uscc: str = ""
    share_percent: Decimal | None = None
    capital_kind: CapitalKind | None = None


@dataclass(frozen=True)
class PhaseData:
    """A phase as it is first entered; sums in yuan."""

    name: str = ""
    investment_cny: int | None = None
    site_route: str = ""
    land_area_mu: Decimal | None = None
    plant_area_sqm: Decimal | None = None
    planned_start_on: date | None = None
    planned_production_on: date | None = None


@dataclass(frozen=True)
class ProjectData:
    """A project as it is first entered. ``investment_amount`` in whole units of ``investment_currency``."""

    name: str
    kind: ProjectKind
    lead_unit_id: int
    investors: Sequence[InvestorData] = ()
    phases: Sequence[PhaseData] = (PhaseData(),)
    origin: Origin = Origin.NEW
    capital_kind: CapitalKind = CapitalKind.DOMESTIC
    content: str = ""
    product: str = ""
    investment_amount: int | None = None
    investment_currency: str = "CNY"
    exchange_rate: Decimal | None = None
    exchange_rate_source: str = ""
    exchange_rate_on: date | None = None
    fixed_investment_cny: int | None = None
    annual_output_cny: int | None = None
    annual_tax_cny: int | None = None
    trade_volume_cny: int | None = None
    jobs: int | None = None
    land_area_mu: Decimal | None = None
    plant_area_sqm: Decimal | None = None
    platform_code: str = ""
    company: InvestorData | None = None
    industry_id: str | None = None
    segment_id: int | None = None
    industry_group_ids: Sequence[int] = ()
    landing_unit_id: int | None = None
    outpost_id: int | None = None
    channel: Channel | str = ""
    referrer: str = ""
    owner_id: int | None = None
    leader_id: int | None = None
    is_confidential: bool = False


@dataclass(frozen=True)
class LeadData:
    """A lead as it is entered on the phone in two minutes: the rest can follow."""

    name: str
    kind: ProjectKind
    owner_unit_id: int
    channel: Channel
    investor: InvestorData | None = None
    content: str = ""
    product: str = ""
    investment_cny: int | None = None
    land_area_mu: Decimal | None = None
    needs: str = ""
    expected_output_cny: int | None = None
    expected_tax_cny: int | None = None
    segment_id: int | None = None
    referrer: str = ""
    owner_id: int | None = None
    is_confidential: bool = False
    reported_on: date | None = None


# Attributes that ``edit_project`` may change, each with its name in words.
EDITABLE: dict[str, str] = {
    name: str(Project._meta.get_field(name).verbose_name)
    for name in (
        "name", "kind", "origin", "capital_kind", "content", "product", "investment_amount", "investment_currency",
        "exchange_rate", "exchange_rate_source", "exchange_rate_on", "fixed_investment_cny", "annual_output_cny",
        "annual_tax_cny", "trade_volume_cny", "jobs", "land_area_mu", "plant_area_sqm", "platform_code",
        "industry_id", "segment_id", "lead_unit_id", "landing_unit_id", "outpost_id", "channel", "referrer",
        "owner_id", "leader_id", "task_force", "is_confidential",
    )
    if not name.endswith("_id")
} | {
    "industry_id": "国民经济行业", "segment_id": "产业链环节", "lead_unit_id": "牵头单位", "landing_unit_id": "落地单位",
    "outpost_id": "驻点组", "owner_id": "项目专员", "leader_id": "联系领导",
}  # fmt: skip
EDITABLE_PHASE = ("name", "investment_cny", "site_route", "land_area_mu", "plant_area_sqm", "planned_start_on", "planned_production_on")  # fmt: skip
GRANTING = {"lead_unit_id", "landing_unit_id", "outpost_id", "owner_id", "leader_id"}


def _today(at: datetime) -> date:
    return timezone.localtime(at).date()


def check_sum(value: int | None, what: str, name: str) -> None:
    """A sum of money in whole yuan (or units): above zero, below 10^15, or not told."""
    if value is not None and not 0 < value < SUM_LIMIT:
        shown = display(value) if 0 < abs(value) < 10**30 else str(value)
        raise DomainError(
            f"{what} {shown} 不在可登记的范围内。", code="sum.range", field=name,
            fix="金额须大于零、小于 1000 万亿元；请核对数字和单位。",
        )  # fmt: skip


def _name(value: str, what: str) -> str:
    value = " ".join(value.split())
    if not value:
        raise DomainError(f"请填写{what}。", code="name.empty", field="name")
    if len(value) > 120:
        raise DomainError(f"{what}不能超过 120 个字。", code="name.long", field="name")
    return value


def _converted(amount: int | None, currency: str, rate: Decimal | None) -> int | None:
    """The sum in yuan: itself, or by the rate; not told without one."""
    if amount is None or currency == "CNY":
        return amount
    return int(round_half_up(amount * rate)) if rate is not None else None


def _check_project_sums(values: Mapping[str, Any]) -> None:
    for name, what in (
        ("investment_amount", "总投资"), ("fixed_investment_cny", "固定资产投资"), ("annual_output_cny", "预计年产值"),
        ("annual_tax_cny", "预计年税收"), ("trade_volume_cny", "预计年贸易额"),
    ):  # fmt: skip
        check_sum(values.get(name), what, name)
    for name, what in (("land_area_mu", "用地面积"), ("plant_area_sqm", "厂房面积")):
        if (area := values.get(name)) is not None and not 0 < area < 10**8:
            raise DomainError(f"{what} {area} 须大于零。", code="area.range", field=name)
    fixed, total = values.get("fixed_investment_cny"), values.get("investment_cny")
    if fixed is not None and total is not None and fixed > total:
        raise DomainError(
            f"固定资产投资（{display(fixed)}）大于总投资（{display(total)}）。", code="sum.fixed",
            field="fixed_investment_cny", fix="请核对两个数字。",
        )  # fmt: skip


# -- leads


@transaction.atomic
def create_lead(*, data: LeadData, actor: Person, at: datetime) -> Lead:
    """Register a lead; the first-report clock starts with ``reported_on`` (today where it is not told)."""
    name = _name(data.name, "线索名称")
    check_sum(data.investment_cny, "预计总投资", "investment_cny")
    reported_on = data.reported_on or _today(at)
    if reported_on > _today(at):
        raise DomainError(f"首报日期 {reported_on} 晚于今天。", code="lead.future", field="reported_on")
    investor = _enterprise(data.investor, actor, at) if data.investor and data.investor.name else None
    lead = Lead.objects.create(
        code="-", name=name, name_key=normalise_name(name), kind=data.kind, investor=investor,
        investor_name=investor.name if investor else "", content=data.content, product=data.product,
        investment_cny=data.investment_cny, land_area_mu=data.land_area_mu, needs=data.needs,
        expected_output_cny=data.expected_output_cny, expected_tax_cny=data.expected_tax_cny,
        segment_id=data.segment_id, channel=data.channel, referrer=data.referrer, owner_unit_id=data.owner_unit_id,
        owner_id=data.owner_id, is_confidential=data.is_confidential, reported_on=reported_on, created_by=actor,
        created_at=at, changed_at=at,
    )  # fmt: skip
    lead.code = f"L{reported_on:%Y}{lead.pk:05d}"
    lead.save(update_fields=["code"])
    grant_lead(lead)
    index_lead(lead)
    record(
        actor=actor, at=at, verb="lead.create", kind="lead", object_id=lead.pk, after={"name": name, "code": lead.code}
    )
    return lead


def index_lead(lead: Lead) -> None:
    search.index(lead.pk, search.text_of(lead.name, lead.code, lead.investor_name, lead.product), kind="lead")


def _open_lead(lead: Lead, expected_version: int | None) -> Lead:
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
    if expected_version is not None and lead.version != expected_version:
        raise DomainError("线索刚被他人更新，您的修改没有保存。", code="lead.changed", fix="请刷新后再改。")
    if lead.status != LeadStatus.OPEN:
        raise DomainError(f"线索已是“{LeadStatus(lead.status).label}”，不能再改。", code="lead.closed")
    return lead


LEAD_FIELDS = (
    "name", "kind", "content", "product", "investment_cny", "land_area_mu", "needs", "expected_output_cny",
    "expected_tax_cny", "segment_id", "channel", "referrer", "owner_id", "is_confidential",
)  # fmt: skip


@transaction.atomic
def edit_lead(
    *, lead: Lead, changes: Mapping[str, Any], actor: Person, at: datetime, expected_version: int | None = None
) -> Lead:
    """Change attributes of an open lead; one audit row with old and new values."""
    lead = _open_lead(lead, expected_version)
    if unknown := set(changes) - set(LEAD_FIELDS):
        raise ValueError(f"not editable: {unknown}")
    before = {n: getattr(lead, n) for n, v in changes.items() if getattr(lead, n) != v}
    if not before:
        return lead
    for name, value in changes.items():
        setattr(lead, name, value)
    lead.name = _name(lead.name, "线索名称")
    lead.name_key = normalise_name(lead.name)
    check_sum(lead.investment_cny, "预计总投资", "investment_cny")
    _touch_lead(lead, at)
    grant_lead(lead)
    index_lead(lead)
    record(
        actor=actor, at=at, verb="lead.edit", kind="lead", object_id=lead.pk, before=before,
        after={n: changes[n] for n in before},
    )  # fmt: skip
    return lead


def _touch_lead(lead: Lead, at: datetime) -> None:
    lead.version += 1
    lead.changed_at = max(lead.changed_at, at)
    lead.save()


@transaction.atomic
def screen_lead(*, lead: Lead, screened_on: date, opinion: str, actor: Person, at: datetime) -> Lead:
    """The lead passed its assessment 研判: it is a qualified lead from that day."""
    lead = _open_lead(lead, None)
    if lead.stage == Stage.SCREENED:
        raise DomainError("线索已通过研判。", code="lead.screened")
    if not opinion.strip():
        raise DomainError("请写明研判意见。", code="lead.opinion", field="opinion")
    if not lead.reported_on <= screened_on <= _today(at):
        raise DomainError(
            f"研判日期 {screened_on} 须在首报日期 {lead.reported_on} 与今天之间。",
            code="lead.date",
            field="screened_on",
        )
    lead.stage, lead.screened_on = Stage.SCREENED, screened_on
    _touch_lead(lead, at)
    record(
        actor=actor, at=at, verb="lead.screen", kind="lead", object_id=lead.pk, after={"on": screened_on}, note=opinion
    )
    return lead


@transaction.atomic
def drop_lead(*, lead: Lead, reason: str, actor: Person, at: datetime) -> Lead:
    """Give a lead up, with the reason."""
    lead = _open_lead(lead, None)
    if not reason.strip():
        raise DomainError("请写明放弃原因。", code="lead.reason", field="reason")
    lead.status, lead.dropped_reason = LeadStatus.DROPPED, reason.strip()
    _touch_lead(lead, at)
    record(actor=actor, at=at, verb="lead.drop", kind="lead", object_id=lead.pk, note=reason)
    return lead


@transaction.atomic
def promote_lead(*, lead: Lead, data: ProjectData, actor: Person, at: datetime) -> Project:
    """A qualified lead becomes a project in negotiation; its claims and visits stay with it."""
    lead = _open_lead(lead, None)
    if lead.stage != Stage.SCREENED:
        raise DomainError("线索还没有通过研判，不能转为项目。", code="lead.not_screened", fix="请先登记研判意见。")
    project = create_project(data=data, actor=actor, at=at)
    lead.status, lead.project = LeadStatus.PROMOTED, project
    _touch_lead(lead, at)
    record(actor=actor, at=at, verb="lead.promote", kind="lead", object_id=lead.pk, after={"project": project.pk})
    return project


# -- projects


def _enterprise(data: InvestorData, actor: Person, at: datetime, capital: CapitalKind | None = None) -> Enterprise:
    return enterprises.find_or_create(
        name=data.name, uscc=data.uscc or None, capital_kind=data.capital_kind or capital or CapitalKind.DOMESTIC,
        actor=actor, at=at,
    )  # fmt: skip


@transaction.atomic
def create_project(*, data: ProjectData, actor: Person, at: datetime) -> Project:
    """Open a project in the ledger, with its phases and investors, in negotiation."""
    name = _name(data.name, "项目名称")
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
    investors = [_enterprise(i, actor, at, data.capital_kind) for i in data.investors if i.name.strip()]
    project = Project(
        code="-", name=name, name_key=normalise_name(name), created_by=actor, created_at=at, changed_at=at,
        investor_name=investors[0].name if investors else "",
        company=_enterprise(data.company, actor, at) if data.company and data.company.name else None, **values,
    )  # fmt: skip
    project.save()
    project.code = f"P{_today(at):%Y}{project.pk:05d}"
    project.save(update_fields=["code"])
    if data.industry_group_ids:
        project.industry_groups.set(data.industry_group_ids)
    _write_investors(project, investors, data.investors, _today(at))
    phases = list(data.phases) or [PhaseData()]
    for number, phase in enumerate(phases, start=1):
        _write_phase(project, number, phase, alone=len(phases) == 1)
    grant_project(project)
    project = derive.refresh(project.pk, at=at)
    record(
        actor=actor, at=at, verb="project.create", kind="project", object_id=project.pk,
        after={"name": name, "code": project.code, "investment_cny": project.investment_cny, "phases": len(phases)},
    )  # fmt: skip
    return project


def _check_platform_code(code: str | None, own_id: int | None) -> None:
    if code and Project.objects.filter(platform_code=code).exclude(pk=own_id).exists():
        # The other project may be out of the person's sight: nothing of it is told.
        raise DomainError(f"在线平台代码 {code} 已被使用。", code="project.platform_code", field="platform_code")


def _write_phase(project: Project, number: int, data: PhaseData, *, alone: bool) -> Phase:
    check_sum(data.investment_cny, "分期投资", "investment_cny")
    name = data.name.strip() or ("全部" if alone else f"{_NUMERALS[number] if number < len(_NUMERALS) else number}期")
    values = {f: getattr(data, f) for f in EDITABLE_PHASE if f != "name"}
    if alone:  # a project of one phase is entered once: its land and sum are the phase's
        values["land_area_mu"] = values["land_area_mu"] or project.land_area_mu
        values["plant_area_sqm"] = values["plant_area_sqm"] or project.plant_area_sqm
        values["investment_cny"] = values["investment_cny"] or project.investment_cny
    return Phase.objects.create(project=project, number=number, name=name, **values)


_NUMERALS = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十")


def _write_investors(project: Project, firms: Sequence[Enterprise], data: Iterable[InvestorData], on: date) -> None:
    shares = {i.name.strip(): i.share_percent for i in data}
    total = sum((s for s in shares.values() if s is not None), Decimal(0))
    if total > 100:
        raise DomainError(f"出资比例合计 {total}% 超过 100%。", code="investor.share", field="investors")
    standing = {row.enterprise_id: row for row in ProjectInvestor.objects.filter(project=project, until=None)}
    for row in standing.values():
        if row.enterprise_id not in {f.pk for f in firms}:
            row.until = on
            row.save(update_fields=["until"])
    for order, firm in enumerate(firms):
        row = standing.get(firm.pk) or ProjectInvestor(project=project, enterprise=firm, since=on)
        row.order, row.share_percent = order, shares.get(firm.name)
        row.save()


@transaction.atomic
def set_investors(*, project: Project, investors: Sequence[InvestorData], actor: Person, at: datetime) -> Project:
    """The investors as they now are; former ones keep their row with its end, so that a change of owner is told."""
    project = derive.lock(project.pk)
    before = list(project.investors.filter(until=None).values_list("enterprise__name", flat=True))
    firms = [_enterprise(i, actor, at) for i in investors if i.name.strip()]
    _write_investors(project, firms, investors, _today(at))
    Project.objects.filter(pk=project.pk).update(investor_name=firms[0].name if firms else "")
    project = derive.refresh(project.pk, at=at)
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
    project.company = _enterprise(company, actor, at)
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
        raise DomainError("项目刚被他人更新，您的修改没有保存。", code="project.changed", fix="请刷新后再改。")
    if project.merged_into_id:
        raise DomainError("该项目已并入另一项目，不能再改。", code="project.merged")
    if unknown := set(changes) - set(EDITABLE):
        raise ValueError(f"not editable: {unknown}")
    before = {n: getattr(project, n) for n, v in changes.items() if getattr(project, n) != v}
    if not before:
        return project
    for name, value in changes.items():
        setattr(project, name, value)
    project.name = _name(project.name, "项目名称")
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
    project = derive.refresh(project.pk, at=at)
    record(
        actor=actor, at=at, verb="project.edit", kind="project", object_id=project.pk, before=before,
        after={n: changes[n] for n in before},
    )  # fmt: skip
    return project


def _check_kind(project: Project) -> None:
    """A class may be corrected, but not so that facts on record fall off its route."""
    route = set(stage_table(timezone.localdate()).route(project.kind))
    off = Milestone.objects.filter(project=project, status__in=COUNTING).exclude(stage__in=route).first()
    if off is not None:
        raise DomainError(
            f"已登记“{Stage(off.stage).label}”，不能改为{ProjectKind(project.kind).label}类项目。", code="project.kind",
            field="kind", fix="请先作废不适用的里程碑。",
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
        raise DomainError("请填写清单名称和文件依据。", code="listing.empty", field="name")
    if Listing.objects.filter(project=project, name=name.strip(), year=year).exists():
        raise DomainError(f"本项目 {year} 年已在“{name.strip()}”清单上。", code="listing.twice", field="name")
    listing = Listing.objects.create(
        project=project, name=name.strip(), level=level, year=year, document=document.strip()
    )
    record(
        actor=actor, at=at, verb="listing.add", kind="project", object_id=project.pk,
        after={"name": listing.name, "level": level, "year": year, "document": listing.document},
    )  # fmt: skip
    return listing


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


# -- phases


@transaction.atomic
def add_phase(*, project: Project, data: PhaseData, actor: Person, at: datetime) -> Phase:
    """A further phase, in negotiation. Where the project had one phase for everything, that one becomes 一期."""
    project = derive.lock(project.pk)
    last = Phase.objects.filter(project=project).order_by("-number").first()
    number = (last.number if last else 0) + 1
    Phase.objects.filter(project=project, number=1, name="全部").update(name="一期")
    phase = _write_phase(project, number, data, alone=False)
    derive.refresh(project.pk, at=at)
    record(
        actor=actor, at=at, verb="phase.add", kind="project", object_id=project.pk,
        after={"phase": phase.pk, "name": phase.name, "investment_cny": phase.investment_cny},
    )  # fmt: skip
    return phase


@transaction.atomic
def edit_phase(
    *, phase: Phase, changes: Mapping[str, Any], actor: Person, at: datetime, expected_version: int | None = None
) -> Phase:
    """Change a phase's sum, land or plan; its stage only ever follows from milestones."""
    project = derive.lock(phase.project_id)
    phase = Phase.objects.get(pk=phase.pk)
    if expected_version is not None and phase.version != expected_version:
        raise DomainError(f"{phase.name}刚被他人更新，您的修改没有保存。", code="phase.changed", fix="请刷新后再改。")
    if unknown := set(changes) - set(EDITABLE_PHASE):
        raise ValueError(f"not editable: {unknown}")
    before = {n: getattr(phase, n) for n, v in changes.items() if getattr(phase, n) != v}
    if not before:
        return phase
    for name, value in changes.items():
        setattr(phase, name, value)
    check_sum(phase.investment_cny, "分期投资", "investment_cny")
    phase.version += 1
    phase.save()
    derive.refresh(project.pk, at=at)
    record(
        actor=actor, at=at, verb="phase.edit", kind="project", object_id=project.pk, before=before,
        after={n: changes[n] for n in before},
    )  # fmt: skip
    return phase


def phase_sum_note(project: Project, phases: Iterable[Phase]) -> str:
    """In words, where the phases' sums do not add up to the project's; empty where they do or are not all told."""
    sums = [p.investment_cny for p in phases]
    if project.investment_cny is None or any(s is None for s in sums) or len(sums) < 2:
        return ""
    total = sum(s for s in sums if s is not None)
    if total == project.investment_cny:
        return ""
    return f"各期投资合计 {display(total)}，与总投资 {display(project.investment_cny)} 不一致"
