"""Leads: registered, edited, assessed, dropped, turned into projects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.audit.actions import record
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.text import normalise_name

from ..models import Lead, Project
from ..queries import search
from ..rules.words import Channel, LeadStatus, ProjectKind, Stage
from .entries import InvestorData, ProjectData, check_sum, clean_name, enterprise_of, today_of
from .granting import grant_lead
from .ledger import create_project


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


@transaction.atomic
def create_lead(*, data: LeadData, actor: Person, at: datetime) -> Lead:
    """Register a lead; the first-report clock starts with ``reported_on`` (today where it is not told)."""
    name = clean_name(data.name, _("线索名称"))
    check_sum(data.investment_cny, _("预计总投资"), "investment_cny")
    reported_on = data.reported_on or today_of(at)
    if reported_on > today_of(at):
        raise DomainError(_("首报日期 {on} 晚于今天。").format(on=reported_on), code="lead.future", field="reported_on")
    investor = enterprise_of(data.investor, actor=actor, at=at) if data.investor and data.investor.name else None
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


def lead_text(lead: Lead) -> str:
    """The words by which a lead is found."""
    return search.text_of(lead.name, lead.code, lead.investor_name, lead.product)


def index_lead(lead: Lead) -> None:
    search.index(lead.pk, lead_text(lead), kind="lead")


def _open_lead(lead: Lead, expected_version: int | None) -> Lead:
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
    if expected_version is not None and lead.version != expected_version:
        raise DomainError(_("线索刚被他人更新，您的修改没有保存。"), code="lead.changed", fix=_("请刷新后再改。"))
    if lead.status != LeadStatus.OPEN:
        raise DomainError(
            _("线索已是“{status}”，不能再改。").format(status=_(LeadStatus(lead.status).label)), code="lead.closed"
        )
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
    lead.name = clean_name(lead.name, _("线索名称"))
    lead.name_key = normalise_name(lead.name)
    check_sum(lead.investment_cny, _("预计总投资"), "investment_cny")
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
        raise DomainError(_("线索已通过研判。"), code="lead.screened")
    if not opinion.strip():
        raise DomainError(_("请写明研判意见。"), code="lead.opinion", field="opinion")
    if not lead.reported_on <= screened_on <= today_of(at):
        raise DomainError(
            _("研判日期 {on} 须在首报日期 {reported} 与今天之间。").format(on=screened_on, reported=lead.reported_on),
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
        raise DomainError(_("请写明放弃原因。"), code="lead.reason", field="reason")
    lead.status, lead.dropped_reason = LeadStatus.DROPPED, reason.strip()
    _touch_lead(lead, at)
    record(actor=actor, at=at, verb="lead.drop", kind="lead", object_id=lead.pk, note=reason)
    return lead


@transaction.atomic
def withdraw_lead(*, lead: Lead, reason: str, actor: Person, at: datetime) -> Lead:
    """Take a lead back that should never have been registered: it leaves lists and figures, and stays on record."""
    lead = _open_lead(lead, None)
    lead.status, lead.dropped_reason = LeadStatus.WITHDRAWN, reason[:300]
    _touch_lead(lead, at)
    record(actor=actor, at=at, verb="lead.withdraw", kind="lead", object_id=lead.pk, note=reason)
    return lead


RESTORABLE = (*LEAD_FIELDS, "stage", "screened_on", "status", "dropped_reason")


@transaction.atomic
def set_back_lead(*, lead: Lead, values: Mapping[str, Any], reason: str, actor: Person, at: datetime) -> Lead:
    """Set attributes of a lead back to what they were, its assessment and its being given up included."""
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
    if unknown := set(values) - set(RESTORABLE):
        raise ValueError(f"not to be set back: {unknown}")
    before = {name: getattr(lead, name) for name in values}
    for name, value in values.items():
        setattr(lead, name, value)
    lead.name_key = normalise_name(lead.name)
    _touch_lead(lead, at)
    grant_lead(lead)
    index_lead(lead)
    record(
        actor=actor, at=at, verb="lead.set_back", kind="lead", object_id=lead.pk, before=before, after=dict(values),
        note=reason,
    )  # fmt: skip
    return lead


@transaction.atomic
def promote_lead(*, lead: Lead, data: ProjectData, actor: Person, at: datetime) -> Project:
    """A qualified lead becomes a project in negotiation; its claims and visits stay with it."""
    lead = _open_lead(lead, None)
    if lead.stage != Stage.SCREENED:
        raise DomainError(
            _("线索还没有通过研判，不能转为项目。"), code="lead.not_screened", fix=_("请先登记研判意见。")
        )
    project = create_project(data=data, actor=actor, at=at)
    lead.status, lead.project = LeadStatus.PROMOTED, project
    _touch_lead(lead, at)
    record(actor=actor, at=at, verb="lead.promote", kind="lead", object_id=lead.pk, after={"project": project.pk})
    return project
