"""The ledger's projects in the columns of the ledger format: what an export prints and what a sheet is held against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from yinfeng.domain.enterprises.models import EnterpriseTitle
from yinfeng.domain.projects.models import (
    Agreement,
    Ceremony,
    Flag,
    FundsArrival,
    Listing,
    Milestone,
    Phase,
    Project,
    ProjectInvestor,
)
from yinfeng.domain.projects.rules.derive import StandingFlag, raised
from yinfeng.domain.projects.rules.words import COUNTING, AgreementKind, FlagKind, Stage, ValueKind

from ..rules.values import (
    ESTIMATE,
    EVENT_KEYS,
    FUNDS_SPANS,
    MILESTONE_KEYS,
    PHASE_ATTRIBUTES,
    PROJECT_ATTRIBUTES,
    decimal_text,
    plain,
)

BATCH = 500
_STAGE_KEYS = {stage: key for key, stage in MILESTONE_KEYS.items()}


@dataclass(slots=True)
class Standing:
    """A milestone that stands, with who answers for it."""

    pk: int
    status: str
    happened_on: date


@dataclass(slots=True)
class LedgerRow:
    """One phase of a project. ``values`` are plain (``rules/values.py``); ``funds`` are its arrivals by basis and
    currency, those of no phase with the first."""

    project_id: int
    phase_id: int
    number: int
    is_first: bool
    is_alone: bool
    version: int
    code: str
    values: dict[str, Any]
    milestones: dict[str, Standing] = field(default_factory=dict)
    funds: dict[tuple[str, str], list[tuple[date, int]]] = field(default_factory=dict)
    estimates: list[tuple[date, int]] = field(default_factory=list)
    events: set[tuple[str, str, str]] = field(default_factory=set)  # (kind, name, day): the stages it stood on
    boundaries: set[str] = field(default_factory=set)
    vouchers: list[str] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)  # for the computed columns

    def arrived(self, basis: str, currency: str, span: str, as_of: date) -> int:
        """What had arrived by ``as_of``: ever, in its year, in its month."""
        rows = self.funds.get((basis, currency), ())
        if span == "year":
            return sum(sum_ for on, sum_ in rows if on.year == as_of.year and on <= as_of)
        if span == "month":
            return sum(sum_ for on, sum_ in rows if (on.year, on.month) == (as_of.year, as_of.month) and on <= as_of)
        return sum(sum_ for on, sum_ in rows if on <= as_of)

    def estimated(self, as_of: date) -> int:
        """What was expected for the month of ``as_of``."""
        return sum(sum_ for on, sum_ in self.estimates if (on.year, on.month) == (as_of.year, as_of.month))

    def told_funds(self, as_of: date) -> dict[str, int]:
        """The columns of money, as they stand on a day; what is nothing is left out."""
        found = {
            key: self.arrived(basis, currency, span, as_of)
            for (basis, currency), spans in FUNDS_SPANS.items()
            for span, key in spans.items()
        }
        return {key: total for key, total in {**found, ESTIMATE: self.estimated(as_of)}.items() if total}


def ledger_rows(ids: Sequence[int]) -> Iterator[list[LedgerRow]]:
    """The rows of each project, a list a project, in the order of ``ids``; thirteen queries a batch."""
    for start in range(0, len(ids), BATCH):
        yield from _batch(list(ids[start : start + BATCH]))


def _batch(ids: list[int]) -> Iterator[list[LedgerRow]]:
    projects = Project.objects.in_bulk(ids)
    firms = {
        pk: (name, code or "")
        for pk, name, code in Project.objects.filter(pk__in=ids, company__isnull=False).values_list(
            "pk", "company__name", "company__uscc"
        )
    }
    phases = _grouped(Phase.objects.filter(project_id__in=ids).order_by("number"), "project_id")
    milestones: dict[int, dict[str, Standing]] = defaultdict(dict)
    for pk, phase_id, stage, status, on in Milestone.objects.filter(
        project_id__in=ids, status__in=COUNTING
    ).values_list("pk", "phase_id", "stage", "status", "happened_on"):
        milestones[phase_id][stage] = Standing(pk, status, on)
    ended, events = _ended(ids), _events(ids)
    arrivals: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for project_id, *rest in FundsArrival.objects.filter(
        project_id__in=ids, status__in=COUNTING, value_kind__in=(ValueKind.ACTUAL, ValueKind.ESTIMATE)
    ).values_list(
        "project_id", "phase_id", "basis", "currency", "happened_on", "amount", "boundary", "voucher", "value_kind"
    ):
        arrivals[project_id].append(tuple(rest))
    investors: dict[int, list[list[Any]]] = defaultdict(list)
    owners: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for pk, name, share, code, firm in (
        ProjectInvestor.objects.filter(project_id__in=ids, until=None)
        .order_by("order", "pk")
        .values_list("project_id", "enterprise__name", "share_percent", "enterprise__uscc", "enterprise_id")
    ):
        investors[pk].append([name, decimal_text(share) if share is not None else None, code or ""])
        owners[pk].append((firm, name))
    titles, listings = _titles(ids), _listings(ids)
    groups: dict[int, list[int]] = defaultdict(list)
    through: Any = Project.industry_groups.through
    for pk, group in (
        through.objects.filter(project_id__in=ids)
        .order_by("industrygroup_id")
        .values_list("project_id", "industrygroup_id")
    ):
        groups[pk].append(group)
    frameworks: dict[int, date] = {}
    for pk, on in (
        Agreement.objects.filter(project_id__in=ids, kind=AgreementKind.FRAMEWORK, voided_at=None)
        .order_by("-signed_on")
        .values_list("project_id", "signed_on")
    ):
        frameworks[pk] = on
    for pk in ids:
        project = projects[pk]
        common = _project_values(project, investors[pk], firms.get(pk), groups[pk])
        held = [  # whose it is goes without saying where there is one investor
            [name if len(owners[pk]) > 1 else "", *title] for firm, name in owners[pk] for title in titles.get(firm, ())
        ]  # fmt: skip
        if held:
            common["investor_titles"] = held
        if listings[pk]:
            common["listings"] = listings[pk]
        yield [
            _row(project, phase, number == 0, len(phases[pk]) == 1, common, milestones[phase.pk], arrivals[pk],
                 frameworks.get(pk), ended.get((pk, phase.pk)) or ended.get((pk, None)), events[phase.pk])
            for number, phase in enumerate(phases[pk])
        ]  # fmt: skip


def _ended(ids: list[int]) -> dict[tuple[int, int | None], date]:
    """(project, phase or None) -> since when it is terminated."""
    flags: dict[int, list[StandingFlag]] = defaultdict(list)
    for pk, project, is_raised, on, phase_id in Flag.objects.filter(
        project_id__in=ids, status__in=COUNTING, kind=FlagKind.TERMINATED
    ).values_list("pk", "project_id", "is_raised", "happened_on", "phase_id"):
        flags[project].append(StandingFlag(FlagKind.TERMINATED, is_raised, on, phase_id, pk))
    return {(pk, phase): on for pk, own in flags.items() for (_kind, phase), on in raised(own).items()}


def _events(ids: list[int]) -> dict[int, list[tuple[str, str, str]]]:
    """Phase -> the events on whose stage it stood, by itself or through an agreement, the earliest first."""
    standing = Ceremony.objects.filter(voided_at=None)
    found: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    rows = set()
    for way in ("phases", "agreements__phases"):
        told = standing.filter(**{f"{way}__project_id__in": ids}).order_by()
        rows |= set(told.values_list("held_on", "name", "kind", way))
    for held_on, name, kind, phase in sorted(rows):
        found[phase].append((kind, name, held_on.isoformat()))
    return found


def _listings(ids: list[int]) -> dict[int, list[list[Any]]]:
    """Project -> the lists it stands on: name, level, year, document."""
    found: dict[int, list[list[Any]]] = defaultdict(list)
    rows = Listing.objects.standing().filter(project_id__in=ids).order_by("project_id", "year", "pk")
    for pk, *listing in rows.values_list("project_id", "name", "level", "year", "document"):
        found[pk].append(listing)
    return found


def _titles(ids: list[int]) -> dict[int, list[list[Any]]]:
    """Present investor -> its titles: kind, year, rank, level, source."""
    firms = ProjectInvestor.objects.filter(project_id__in=ids, until=None).order_by().values("enterprise_id")
    found: dict[int, list[list[Any]]] = defaultdict(list)
    rows = EnterpriseTitle.objects.standing().filter(enterprise_id__in=firms).order_by("enterprise_id", "year", "pk")
    for firm, *title in rows.values_list("enterprise_id", "kind", "year", "rank", "subsidiary_level", "source"):
        found[firm].append(title)
    return found


def _project_values(
    project: Project, investors: list[list[Any]], company: tuple[str, str] | None, groups: list[int]
) -> dict[str, Any]:
    values = {key: plain(getattr(project, name)) for key, name in PROJECT_ATTRIBUTES.items()}
    values |= {"code": project.code, "investment_cny": project.investment_cny}
    if project.investment_currency == "CNY":
        for key in ("investment_amount", "investment_currency", "exchange_rate"):
            values[key] = None
    if investors:
        values["investors"] = investors
    if company:
        values["company"], values["company_uscc"] = company
    if groups:
        values["industry_groups"] = groups
    if not values["is_confidential"]:
        values["is_confidential"] = None
    return {key: value for key, value in values.items() if value not in (None, "")}


def _row(
    project: Project, phase: Phase, is_first: bool, is_alone: bool, common: dict[str, Any],
    milestones: dict[str, Standing], arrivals: Iterable[tuple[Any, ...]], framework: date | None,
    ended: date | None, events: Sequence[tuple[str, str, str]],
) -> LedgerRow:  # fmt: skip
    values = dict(common)
    for key, name in PHASE_ATTRIBUTES.items():
        told = plain(getattr(phase, name))
        if told not in (None, ""):
            values[key] = told
    if is_alone:
        _leave_out_what_is_the_project_s(values, common)
    else:
        values["phase_number"] = phase.number
    for stage, standing in milestones.items():
        values[_STAGE_KEYS[stage]] = standing.happened_on.isoformat()
    if Stage.SIGNED in milestones:
        values["agreement_kind"] = AgreementKind.FORMAL.value
    elif framework is not None and is_first:
        values |= {"agreement_kind": AgreementKind.FRAMEWORK.value, "signed_on": framework.isoformat()}
    if ended is not None:
        values["terminated_on"] = ended.isoformat()
    for kind, *told in events:  # the latest is printed
        values |= dict(zip(EVENT_KEYS.get(kind, ()), told, strict=False))
    row = LedgerRow(
        project.pk,
        phase.pk,
        phase.number,
        is_first,
        is_alone,
        project.version,
        project.code,
        values,
        milestones,
        events=set(events),
    )
    for phase_id, basis, currency, on, amount, boundary, voucher, kind in arrivals:
        if kind == ValueKind.ESTIMATE and currency == "CNY" and phase_id in (phase.pk, None if is_first else phase.pk):
            row.estimates.append((on, amount))
        elif kind == ValueKind.ACTUAL and (phase_id == phase.pk or (phase_id is None and is_first)):
            row.funds.setdefault((basis, currency), []).append((on, amount))
            row.boundaries.add(boundary)
            row.vouchers.append(voucher)
    row.extra = {
        "stage": phase.stage, "next_node": project.next_due_text, "next_due_on": project.next_due_on,
        "stalled_on": project.stalled_on, "ended_on": project.ended_on, "furthest_stage": project.furthest_stage,
        "funds_cny": project.funds_cny, "unverified_count": project.unverified_count, "changed_at": project.changed_at,
    }  # fmt: skip
    return row


def _leave_out_what_is_the_project_s(values: dict[str, Any], common: dict[str, Any]) -> None:
    """A project of one phase is entered once: what its phase has from it is not said twice."""
    if values.get("phase_name") == "全部":
        values.pop("phase_name")
    for key, own in (
        ("phase_investment_cny", "investment_cny"), ("phase_land_area_mu", "land_area_mu"),
        ("phase_plant_area_sqm", "plant_area_sqm"),
    ):  # fmt: skip
        if values.get(key) == common.get(own):
            values.pop(key, None)


def _grouped(rows: Iterable[Any], name: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found
