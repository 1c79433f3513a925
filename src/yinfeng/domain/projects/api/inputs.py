"""What the ledger takes: shapes bounded as its columns are, so that nothing reaches the database that it cannot hold."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from yinfeng.domain.enterprises.rules import CapitalKind
from yinfeng.foundation.exchange.shapes import Day, Id, In, Sum

from ..rules.words import (
    AgreementKind,
    Channel,
    EvidenceKind,
    FundsBasis,
    FundsBoundary,
    Origin,
    ProjectKind,
    SiteRoute,
    Stage,
    ValueKind,
)

Name = Annotated[str, Field(min_length=1, max_length=120)]
Long = Annotated[str, Field(max_length=20_000)]
Short = Annotated[str, Field(max_length=120)]
Note = Annotated[str, Field(max_length=300)]
Area = Annotated[Decimal, Field(gt=0, max_digits=10, decimal_places=2)]
Plant = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2)]
Rate = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=6)]
Share = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]


class InvestorIn(In):
    name: Name
    uscc: Annotated[str, Field(max_length=30)] = ""
    share_percent: Share | None = None


class PhaseIn(In):
    """Sums in yuan."""

    name: Annotated[str, Field(max_length=60)] = ""
    investment_cny: Sum | None = None
    site_route: SiteRoute | None = None
    land_area_mu: Area | None = None
    plant_area_sqm: Plant | None = None
    planned_start_on: Day | None = None
    planned_production_on: Day | None = None


class PhasePatch(PhaseIn):
    """Only what is sent is changed; ``expected_version`` refuses where somebody was quicker."""

    name: Annotated[str, Field(min_length=1, max_length=60)] = ""
    expected_version: Version | None = None


class ProjectIn(In):
    """``investment_amount`` in whole units of ``investment_currency``; other sums in yuan."""

    name: Name
    kind: ProjectKind
    lead_unit_id: Id
    investors: Annotated[list[InvestorIn], Field(max_length=30)] = []
    phases: Annotated[list[PhaseIn], Field(max_length=30)] = []
    origin: Origin = Origin.NEW
    capital_kind: CapitalKind = CapitalKind.DOMESTIC
    content: Long = ""
    product: Short = ""
    investment_amount: Sum | None = None
    investment_currency: Currency = "CNY"
    exchange_rate: Rate | None = None
    exchange_rate_source: Annotated[str, Field(max_length=80)] = ""
    exchange_rate_on: Day | None = None
    fixed_investment_cny: Sum | None = None
    annual_output_cny: Sum | None = None
    annual_tax_cny: Sum | None = None
    trade_volume_cny: Sum | None = None
    jobs: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    land_area_mu: Area | None = None
    plant_area_sqm: Plant | None = None
    platform_code: Annotated[str, Field(max_length=40)] = ""
    industry_id: Annotated[str, Field(max_length=10)] | None = None
    segment_id: Id | None = None
    industry_group_ids: Annotated[list[Id], Field(max_length=50)] = []
    landing_unit_id: Id | None = None
    outpost_id: Id | None = None
    channel: Channel | None = None
    referrer: Annotated[str, Field(max_length=60)] = ""
    owner_id: Id | None = None
    leader_id: Id | None = None
    is_confidential: bool = False


class ProjectPatch(In):
    """Only what is sent is changed; derived columns and facts never are."""

    name: Name | None = None
    kind: ProjectKind | None = None
    origin: Origin | None = None
    capital_kind: CapitalKind | None = None
    content: Long | None = None
    product: Short | None = None
    investment_amount: Sum | None = None
    investment_currency: Currency | None = None
    exchange_rate: Rate | None = None
    exchange_rate_source: Annotated[str, Field(max_length=80)] | None = None
    exchange_rate_on: Day | None = None
    fixed_investment_cny: Sum | None = None
    annual_output_cny: Sum | None = None
    annual_tax_cny: Sum | None = None
    trade_volume_cny: Sum | None = None
    jobs: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    land_area_mu: Area | None = None
    plant_area_sqm: Plant | None = None
    platform_code: Annotated[str, Field(max_length=40)] | None = None
    industry_id: Annotated[str, Field(max_length=10)] | None = None
    segment_id: Id | None = None
    channel: Channel | None = None
    referrer: Annotated[str, Field(max_length=60)] | None = None
    expected_version: Version | None = None


class LeadIn(In):
    name: Name
    kind: ProjectKind
    channel: Channel
    owner_unit_id: Id
    investor: InvestorIn | None = None
    content: Long = ""
    product: Short = ""
    investment_cny: Sum | None = None
    land_area_mu: Area | None = None
    needs: Annotated[str, Field(max_length=400)] = ""
    segment_id: Id | None = None
    referrer: Annotated[str, Field(max_length=60)] = ""
    reported_on: Day | None = None
    is_confidential: bool = False


class LeadPatch(In):
    name: Name | None = None
    kind: ProjectKind | None = None
    channel: Channel | None = None
    content: Long | None = None
    product: Short | None = None
    investment_cny: Sum | None = None
    land_area_mu: Area | None = None
    needs: Annotated[str, Field(max_length=400)] | None = None
    segment_id: Id | None = None
    referrer: Annotated[str, Field(max_length=60)] | None = None
    expected_version: Version | None = None


class EvidenceIn(In):
    """One paper by its number; a file is uploaded on the page."""

    kind: EvidenceKind
    number: Annotated[str, Field(min_length=1, max_length=120)]


class MilestoneIn(In):
    stage: Stage
    happened_on: Day
    evidence: Annotated[list[EvidenceIn], Field(max_length=20)] = []
    note: Note = ""
    expected_version: Version


class FundsIn(In):
    """Whole units of ``currency``; ``rate`` is CNY for one unit where it is not CNY."""

    amount: Sum
    arrived_on: Day
    basis: FundsBasis
    boundary: FundsBoundary
    value_kind: ValueKind = ValueKind.ACTUAL
    currency: Currency = "CNY"
    rate: Rate | None = None
    voucher: Annotated[str, Field(max_length=80)] = ""
    note: Note = ""
    phase_number: Annotated[int, Field(ge=1, le=1000)] | None = None
    evidence: Annotated[list[EvidenceIn], Field(max_length=20)] = []


class ReasonIn(In):
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class AgreementIn(In):
    """``phases``: the numbers of the phases it covers; all of them where none are named."""

    kind: AgreementKind
    title: Annotated[str, Field(min_length=1, max_length=160)]
    parties: Annotated[str, Field(min_length=1, max_length=300)]
    signed_on: Day
    number: Annotated[str, Field(max_length=80)] = ""
    investment_cny: Sum | None = None
    fixed_investment_cny: Sum | None = None
    ends_on: Day | None = None
    is_legacy: bool = False
    phases: Annotated[list[Annotated[int, Field(ge=1, le=1000)]], Field(max_length=30)] | None = None


class UndertakingIn(In):
    what: Annotated[str, Field(min_length=1, max_length=80)]
    unit_id: Id
    due_on: Day
    phase_number: Annotated[int, Field(ge=1, le=1000)] = 1
    person_id: Id | None = None
    stage: Stage | None = None
    after_id: Id | None = None
    note: Note = ""


class DoneIn(In):
    done_on: Day
    note: Note = ""


class ViewIn(In):
    """``query``: a query string of the ledger, such as ``stage=signed&min=1``. The same name again overwrites."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    query: Annotated[str, Field(max_length=4_000)]
