"""What an accepted record writes in the ledger: its data, its facts, its papers. Steps inside the verbs' transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, cast

from django.utils.translation import gettext as _

from yinfeng.domain.enterprises.rules import CapitalKind
from yinfeng.domain.projects.actions.agreements import record_agreement
from yinfeng.domain.projects.actions.entries import InvestorData, PhaseData, ProjectData
from yinfeng.domain.projects.actions.evidence import EvidenceData, attach
from yinfeng.domain.projects.actions.facts import declare_milestone
from yinfeng.domain.projects.models import Agreement, Milestone, Phase, Project
from yinfeng.domain.projects.rules.words import (
    COUNTING,
    AgreementKind,
    EvidenceKind,
    Origin,
    ProjectKind,
    Stage,
)
from yinfeng.foundation.accounts.models import Person

from ..models import Proposal
from ..rules.draft import FRAMEWORK, Draft, FactDraft, spans_for


@dataclass(frozen=True)
class Placement:
    """What the text does not tell and a person chooses: whose it is, where it lands, by which channel it came."""

    unit_id: int
    landing_unit_id: int | None = None
    channel: str = ""


def agrees(fact: FactDraft, on: date) -> bool:
    """A text that tells the month only agrees with any day of it."""
    return on == fact.day or (fact.is_assumed and on.isoformat().startswith(fact.read))


def standing(project: Project) -> dict[tuple[int, str], Milestone]:
    standing_ones = Milestone.objects.filter(project=project, status__in=COUNTING).select_related("phase")
    rows = cast("Iterable[Milestone]", standing_ones)
    return {(m.phase.number, m.stage): m for m in rows if m.phase is not None}


def project_data(draft: Draft, placement: Placement) -> ProjectData:
    """Land of a project in phases is told of the whole: which phase it belongs to is for a person to say."""
    phases = tuple(PhaseData(name=p.name, investment_cny=p.investment_cny) for p in draft.phases)
    if len(phases) < 2:
        only = phases[0] if phases else PhaseData()
        phases = (
            replace(only, site_route=draft.site_route, land_area_mu=draft.land_mu, plant_area_sqm=draft.plant_area_sqm),
        )
    return ProjectData(
        name=draft.name, kind=ProjectKind(draft.kind), lead_unit_id=placement.unit_id,
        investors=tuple(InvestorData(name) for name in draft.investors), phases=phases,
        origin=Origin(draft.origin), capital_kind=CapitalKind(draft.capital_kind), content=draft.content,
        investment_amount=draft.amount, investment_currency=draft.currency, annual_output_cny=draft.output_cny,
        annual_tax_cny=draft.tax_cny, land_area_mu=draft.land_mu, plant_area_sqm=draft.plant_area_sqm,
        landing_unit_id=placement.landing_unit_id, channel=placement.channel,
    )  # fmt: skip


def papers(proposal: Proposal, spans: Sequence[Mapping[str, Any]]) -> list[EvidenceData]:
    title = f"{proposal.document.title}（文档 {proposal.document_id}）"[:120]
    return [
        EvidenceData(
            EvidenceKind.DOCUMENT, number=title, document_id=proposal.document_id, span_start=span["start"],
            span_end=span["end"], quote=span["quote"],
        )
        for span in spans
    ] or [EvidenceData(EvidenceKind.DOCUMENT, number=title, document_id=proposal.document_id)]  # fmt: skip


def declare(proposal: Proposal, draft: Draft, project: Project, *, actor: Person, at: datetime) -> tuple[int, int]:
    """Each fact of the draft as a milestone or an agreement with its spans; how many, and how many stood already."""
    phases = {p.number: p for p in Phase.objects.filter(project=project)}
    on_record = standing(project)
    declared = supported = 0
    for fact in draft.facts:
        drawn = papers(proposal, spans_for(proposal.spans, fact.what))
        assert fact.day is not None  # checked in _ready
        if fact.what == FRAMEWORK:
            continue
        if known := on_record.get((fact.phase, fact.what)):
            attach(known, drawn, actor=actor, at=at)
            supported += 1
            continue
        declare_milestone(
            phase=phases[fact.phase], stage=Stage(fact.what), happened_on=fact.day, evidence=drawn,
            note=_("原文只到月，取当月 1 日。") if fact.is_assumed else "", actor=actor, at=at, gated=False,
        )  # fmt: skip
        declared += 1
    by_day: dict[date, list[FactDraft]] = {}
    for fact in draft.facts:
        if fact.what == FRAMEWORK and fact.day:
            by_day.setdefault(fact.day, []).append(fact)
    for on, facts in by_day.items():
        _framework(proposal, draft, project, [phases[f.phase] for f in facts], on, actor, at)
        declared += 1
    return declared, supported


def _framework(
    proposal: Proposal, draft: Draft, project: Project, phases: Sequence[Phase], on: date, actor: Person, at: datetime
) -> None:
    """A framework agreement is no milestone; the text seldom names its parties beyond the investor."""
    known = Agreement.objects.filter(
        project=project, kind=AgreementKind.FRAMEWORK, signed_on=on, voided_at=None
    ).first()
    agreement = known or record_agreement(
        project=project, kind=AgreementKind.FRAMEWORK, title=_("{name}框架协议").format(name=draft.name or project.name),
        parties="；".join(draft.investors) or project.investor_name or _("（原文未写）"), signed_on=on, phases=phases,
        investment_cny=draft.investment_cny, actor=actor, at=at,
    ).agreement  # fmt: skip
    attach(agreement, papers(proposal, spans_for(proposal.spans, FRAMEWORK)), actor=actor, at=at)
