"""What people enter about leads, projects and phases, and what is asked of every such entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.domain.enterprises import actions as enterprises
from yinfeng.domain.enterprises.models import Enterprise
from yinfeng.domain.enterprises.rules import CapitalKind
from yinfeng.foundation.accounts.models import Person
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.money import display

from ..models.ledger import SUM_LIMIT
from ..rules.words import Channel, Origin, ProjectKind


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


def today_of(at: datetime) -> date:
    return timezone.localtime(at).date()


def check_sum(value: int | None, what: str, name: str) -> None:
    """A sum of money in whole yuan (or units): above zero, below 10^15, or not told."""
    if value is not None and not 0 < value < SUM_LIMIT:
        shown = display(value) if 0 < abs(value) < 10**30 else str(value)
        raise DomainError(
            _("{what} {shown} 不在可登记的范围内。").format(what=what, shown=shown), code="sum.range", field=name,
            fix=_("金额须大于零、小于 1000 万亿元；请核对数字和单位。"),
        )  # fmt: skip


def clean_name(value: str, what: str) -> str:
    value = " ".join(value.split())
    if not value:
        raise DomainError(_("请填写{what}。").format(what=what), code="name.empty", field="name")
    if len(value) > 120:
        raise DomainError(_("{what}不能超过 120 个字。").format(what=what), code="name.long", field="name")
    return value


def enterprise_of(data: InvestorData, *, actor: Person, at: datetime, capital: CapitalKind | None = None) -> Enterprise:
    """The firm of an entry, found or put on record."""
    return enterprises.find_or_create(
        name=data.name, uscc=data.uscc or None, capital_kind=data.capital_kind or capital or CapitalKind.DOMESTIC,
        actor=actor, at=at,
    )  # fmt: skip
