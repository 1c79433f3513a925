"""What the ledger answers."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from ninja import Schema


class PhaseOut(Schema):
    id: int
    number: int
    name: str
    stage: str
    stage_on: date | None
    investment_cny: int | None
    site_route: str
    land_area_mu: Decimal | None
    plant_area_sqm: Decimal | None
    planned_start_on: date | None
    planned_production_on: date | None
    version: int


class PhasesOut(Schema):
    items: list[PhaseOut]


class ProjectOut(Schema):
    """A project as a list shows it. Sums in whole units of the currency named; dates are derived from the facts."""

    id: int
    code: str
    platform_code: str | None
    name: str
    kind: str
    capital_kind: str
    investor_name: str
    investment_amount: int | None
    investment_currency: str
    investment_cny: int | None
    funds_cny: int
    furthest_stage: str
    least_stage: str
    lead_unit_id: int
    landing_unit_id: int | None
    signed_on: date | None
    registered_on: date | None
    site_on: date | None
    started_on: date | None
    enrolled_on: date | None
    producing_on: date | None
    stalled_on: date | None
    ended_on: date | None
    next_due_on: date | None
    merged_into_id: int | None
    changed_at: datetime


class SumOut(Schema):
    currency: str
    projects: int
    amount: int


class TotalsOut(Schema):
    """Sums of currencies stand side by side and are never added."""

    count: int
    sums: list[SumOut]


class ProjectPage(Schema):
    """``next`` is the ``cursor`` of the next page, null on the last; ``totals`` only where they were asked for."""

    items: list[ProjectOut]
    next: str | None
    totals: TotalsOut | None


class ProjectDetail(ProjectOut):
    origin: str
    content: str
    product: str
    channel: str
    fixed_investment_cny: int | None
    land_area_mu: Decimal | None
    plant_area_sqm: Decimal | None
    jobs: int | None
    industry_id: str | None
    segment_id: int | None
    owner_id: int | None
    leader_id: int | None
    is_confidential: bool
    version: int
    phases: list[PhaseOut]


class EvidenceOut(Schema):
    kind: str
    number: str
    file_id: int | None
    document_id: int | None
    quote: str


class FactOut(Schema):
    id: int
    project_id: int
    phase_id: int | None
    happened_on: date
    status: str
    at: datetime
    verified_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    evidence: list[EvidenceOut]


class MilestoneOut(FactOut):
    stage: str


class FundsOut(FactOut):
    amount: int
    currency: str
    amount_cny: int | None
    basis: str
    boundary: str
    value_kind: str
    voucher: str


class FlagOut(FactOut):
    kind: str
    is_raised: bool
    reason: str


class FactsOut(Schema):
    milestones: list[MilestoneOut]
    funds: list[FundsOut]
    flags: list[FlagOut]


class MissingOut(Schema):
    key: str
    label: str
    where: str


class GateOut(Schema):
    """What stands between a phase and a step; ``is_open`` when nothing does."""

    stage: str
    is_open: bool
    fields: list[str]
    evidence: list[list[str]]
    missing: list[MissingOut]
    faults: list[str]


class LeadOut(Schema):
    id: int
    code: str
    name: str
    stage: str
    status: str
    kind: str
    channel: str
    investor_name: str
    content: str
    product: str
    investment_cny: int | None
    owner_unit_id: int
    owner_id: int | None
    reported_on: date
    screened_on: date | None
    project_id: int | None
    version: int
    changed_at: datetime


class LeadPage(Schema):
    items: list[LeadOut]
    next: str | None


class AgreementOut(Schema):
    id: int
    project_id: int
    kind: str
    title: str
    number: str
    parties: str
    investment_cny: int | None
    fixed_investment_cny: int | None
    signed_on: date
    effective_on: date | None
    ends_on: date | None
    is_legacy: bool
    voided_at: datetime | None
    void_reason: str
    at: datetime


class AgreementsOut(Schema):
    items: list[AgreementOut]


class AgreementMade(Schema):
    """``remarks``: what a person should look at again."""

    agreement: AgreementOut
    remarks: list[str]


class UndertakingOut(Schema):
    """One line of the three lists: what, who, by when, after what. ``first_due_on`` is the day before any move."""

    id: int
    project_id: int
    phase_id: int
    what: str
    stage: str
    unit_id: int
    person_id: int | None
    due_on: date
    first_due_on: date
    after_id: int | None
    done_on: date | None
    cancelled_reason: str
    note: str


class UndertakingPage(Schema):
    items: list[UndertakingOut]
    next: str | None


class UndertakingsOut(Schema):
    items: list[UndertakingOut]


class ViewOut(Schema):
    """A saved view: ``query`` is the query string of the ledger and of ``/projects``."""

    id: int
    name: str
    query: str
    is_mine: bool
    is_shared: bool


class ViewsOut(Schema):
    items: list[ViewOut]
