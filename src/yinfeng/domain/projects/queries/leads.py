"""Leads: the list and the page of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.money import display

from ..access import visible_leads
from ..models import Claim, Lead
from ..rules.protection import RUNNING
from ..rules.words import Channel, ClaimStatus, LeadStatus, ProjectKind, Stage
from . import search
from .abilities import Abilities, grants_of, lead_abilities
from .changes import Change, changes_of
from .choices import Units
from .claims import ClaimRow, claims_of, clocks
from .project_parts import CLAIM_TONES, VisitRow, visits_of

PAGE = 20
COUNT_CAP = 10_000
STATUS_TONES = {
    LeadStatus.OPEN: "blue",
    LeadStatus.PROMOTED: "green",
    LeadStatus.DROPPED: "grey",
    LeadStatus.WITHDRAWN: "grey",
}


@dataclass(frozen=True)
class LeadRow:
    pk: int
    code: str
    name: str
    investor: str
    kind: str
    unit: str
    owner: str
    channel: str
    investment_cny: int | None
    stage: str
    stage_tone: str
    status: str
    status_tone: str
    is_open: bool
    reported_on: date
    protected_until: date | None
    changed_at: datetime


@dataclass(frozen=True)
class LeadFilter:
    """What of the leads is asked for; addressable."""

    words: str = ""
    status: str = LeadStatus.OPEN.value
    stage: str = ""
    unit: int | None = None
    channel: str = ""
    mine: bool = False
    number: int = 1


@dataclass(frozen=True)
class LeadList:
    rows: tuple[LeadRow, ...]
    filter: LeadFilter
    count: int
    is_capped: bool
    has_next: bool

    @property
    def pager(self) -> dict[str, Any]:
        first = (self.filter.number - 1) * PAGE + 1
        return {
            "number": self.filter.number, "has_next": self.has_next, "has_previous": self.filter.number > 1,
            "total": self.count, "total_is_capped": self.is_capped, "first_row": first if self.rows else None,
            "last_row": first + len(self.rows) - 1 if self.rows else None,
        }  # fmt: skip


def read_filter(asked: Mapping[str, str]) -> LeadFilter:
    """A filter out of an address; what makes no sense is left out."""

    def one(name: str, allowed: Any, otherwise: str = "") -> str:
        value = asked.get(name, otherwise)
        return value if value in allowed else ("" if name in asked else otherwise)

    unit, number = asked.get("unit", ""), asked.get("page", "")
    return LeadFilter(
        words=asked.get("q", "").strip()[:60],
        status=one("status", LeadStatus, LeadStatus.OPEN.value),
        stage=one("stage", (Stage.LEAD.value, Stage.SCREENED.value)),
        unit=int(unit) if unit.isascii() and unit.isdigit() and len(unit) < 10 else None,
        channel=one("channel", Channel),
        mine=asked.get("mine") == "1",
        number=min(int(number), 500)
        if number.isascii() and number.isdigit() and 0 < len(number) < 6 and int(number)
        else 1,
    )


def lead_list(viewer: Viewer, wanted: LeadFilter, units: Units, today: date) -> LeadList:
    """A page of leads, the newest change first (five queries)."""
    rows = visible_leads(viewer)
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    if wanted.stage:
        rows = rows.filter(stage=wanted.stage)
    if wanted.channel:
        rows = rows.filter(channel=wanted.channel)
    if wanted.unit:
        rows = rows.filter(owner_unit_id__in=units.below(wanted.unit))
    if wanted.mine:
        rows = rows.filter(owner_id=viewer.person_id)
    if wanted.words:
        rows = rows.filter(search.matching(wanted.words, kind="lead"))
    count = rows.order_by()[: COUNT_CAP + 1].count()
    first = (wanted.number - 1) * PAGE
    found = list(rows.select_related("owner").order_by("-changed_at", "-pk")[first : first + PAGE + 1])
    until = _protected([r.pk for r in found if r.status == LeadStatus.OPEN], today)
    return LeadList(
        tuple(_row(r, units, until.get(r.pk)) for r in found[:PAGE]), wanted, min(count, COUNT_CAP), count > COUNT_CAP,
        len(found) > PAGE,
    )  # fmt: skip


def _protected(lead_ids: list[int], today: date) -> dict[int, date]:
    """Lead -> the day on which the first of its running claims ends as things are (three queries for any number)."""
    claims = list(
        Claim.objects.filter(lead_id__in=lead_ids, status__in=RUNNING).select_related("lead__project", "project")
    )
    ticking = clocks(claims, today)
    found: dict[int, date] = {}
    for claim in claims:
        clock = ticking.get(claim.pk)
        if clock is not None and claim.lead_id is not None:
            found[claim.lead_id] = min(clock.ends_on, found.get(claim.lead_id, clock.ends_on))
    return found


def _row(lead: Lead, units: Units, until: date | None) -> LeadRow:
    return LeadRow(
        lead.pk, lead.code, lead.name, lead.investor_name, _(ProjectKind(lead.kind).label),
        units.name(lead.owner_unit_id), lead.owner.name if lead.owner else "", _(Channel(lead.channel).label),
        lead.investment_cny, _(Stage(lead.stage).label), "blue" if lead.stage == Stage.SCREENED else "slate",
        _(LeadStatus(lead.status).label), STATUS_TONES[LeadStatus(lead.status)], lead.status == LeadStatus.OPEN,
        lead.reported_on, until, lead.changed_at,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ one lead


@dataclass(frozen=True)
class Deed:
    """Something to do with a lead."""

    label: str
    url: str
    icon: str


@dataclass(frozen=True)
class LeadPage:
    pk: int
    lead: Lead
    row: LeadRow
    may: Abilities
    next_title: str
    next_hint: str
    next_deed: Deed | None
    deeds: tuple[Deed, ...]
    items: tuple[tuple[Any, ...], ...]
    claims: tuple[tuple[ClaimRow, str], ...]
    visits: tuple[VisitRow, ...]
    changes: tuple[Change, ...]


def lead_page(viewer: Viewer, lead: Lead, units: Units, today: date) -> LeadPage:
    """The page of a lead that ``lead_for`` returned (at most twelve queries with the names it needs)."""
    may = lead_abilities(viewer, grants_of("lead", lead.pk), is_confidential=lead.is_confidential)
    claims = claims_of(today=today, lead=lead)
    until = min((c.clock.ends_on for c in claims if c.clock), default=None)
    row = _row(lead, units, until)
    title, hint, deed = _next(lead, may, has_claim=bool(claims))
    return LeadPage(
        pk=lead.pk, lead=lead, row=row, may=may, next_title=title, next_hint=hint, next_deed=deed,
        deeds=tuple(_deeds(lead, may)), items=tuple(_items(lead, row)),
        claims=tuple((c, CLAIM_TONES[ClaimStatus(c.status)]) for c in claims),
        visits=visits_of(lead_id=lead.pk), changes=changes_of("lead", lead.pk),
    )  # fmt: skip


def _next(lead: Lead, may: Abilities, *, has_claim: bool) -> tuple[str, str, Deed | None]:
    args = [lead.pk]
    if lead.status == LeadStatus.PROMOTED:
        return (
            _("已转为项目"),
            "",
            Deed(_("打开项目"), reverse("projects:project", args=[lead.project_id]), "arrow-right"),
        )
    if lead.status == LeadStatus.DROPPED:
        return _("线索已放弃"), lead.dropped_reason, None
    if lead.stage == Stage.SCREENED:
        deed = Deed(_("转为项目"), reverse("projects:lead_promote", args=args), "arrow-right") if may.enter else None
        return _("转为项目"), _("已通过研判，洽谈意向明确后转为项目。"), deed
    if not has_claim and may.enter:
        deed = Deed(_("申报首报"), reverse("projects:lead_claim", args=args), "hand-stop")
        return _("申报首报首谈"), _("申报后起算保护期；之后登记研判意见。"), deed
    deed = Deed(_("登记研判意见"), reverse("projects:lead_screen", args=args), "clipboard-check") if may.enter else None
    return _("登记研判意见"), _("通过研判即为有效线索，可转为项目。"), deed


def _deeds(lead: Lead, may: Abilities) -> list[Deed]:
    if lead.status != LeadStatus.OPEN:
        return []
    args = [lead.pk]
    found = []
    if may.visit:
        found.append(Deed(_("记往来"), reverse("projects:lead_visit", args=args), "message-2"))
    if may.enter:
        if lead.stage != Stage.SCREENED:
            found.append(Deed(_("登记研判意见"), reverse("projects:lead_screen", args=args), "clipboard-check"))
        found += [
            Deed(_("申报首报首谈"), reverse("projects:lead_claim", args=args), "hand-stop"),
            Deed(_("修改"), reverse("projects:lead_edit", args=args), "edit"),
            Deed(_("放弃"), reverse("projects:lead_drop", args=args), "ban"),
        ]
    return found


def _items(lead: Lead, row: LeadRow) -> list[tuple[Any, ...]]:
    def area(value: Decimal | None) -> str | None:
        return _("{n} 亩").format(n=f"{value.normalize():,f}") if value is not None else None

    def money(value: int | None) -> str | None:
        return display(value) if value is not None else None

    segment = lead.segment
    return [
        (_("投资方"), lead.investor_name),
        (_("信用代码"), lead.investor.uscc if lead.investor else None),
        (_("项目类别"), row.kind),
        (_("招商方式"), row.channel),
        (_("预计总投资"), money(lead.investment_cny)),
        (_("预计年产值"), money(lead.expected_output_cny)),
        (_("预计年税收"), money(lead.expected_tax_cny)),
        (_("用地需求"), area(lead.land_area_mu)),
        (_("主要产品"), lead.product),
        (_("产业链环节"), f"{segment.chain.name} · {segment.name}" if segment else None),
        (_("填报单位"), row.unit),
        (_("负责人"), row.owner),
        (_("引荐人"), lead.referrer),
        (_("研判通过日期"), lead.screened_on),
        (_("建设内容"), lead.content, "wide"),
        (_("要素需求"), lead.needs, "wide"),
    ]
