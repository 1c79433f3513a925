"""What stands between a phase and its next step, from the ledger as it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from ..models import Milestone, Phase, Project
from ..rules.stages import Gate, Missing, StageTable
from ..rules.words import COUNTING, Stage


def lack(missing: Missing) -> str:
    """What is missing, in the reader's language; papers of which one will do are parted by " / "."""
    return " / ".join(_(part) for part in missing.label.split(" / "))


def reached_by(phase: Phase) -> dict[str, date]:
    """Stage -> date of the phase's standing milestones."""
    standing = Milestone.objects.filter(phase=phase, status__in=COUNTING)
    return dict(standing.values_list("stage", "happened_on"))


def told_of(phase: Phase, project: Project, *, has_investors: bool | None = None) -> dict[str, object]:
    """The values a gate may ask for (one query, for the investors, unless ``has_investors`` is known)."""
    if has_investors is None:
        has_investors = project.investors.filter(until=None).exists()
    return {
        "investment_cny": project.investment_cny,
        "fixed_investment_cny": project.fixed_investment_cny,
        "annual_output_cny": project.annual_output_cny,
        "annual_tax_cny": project.annual_tax_cny,
        "trade_volume_cny": project.trade_volume_cny,
        "content": project.content,
        "investors": has_investors or None,
        "company": project.company_id,
        "landing_unit": project.landing_unit_id,
        "industry": project.industry_id,
        "platform_code": project.platform_code,
        "site_route": phase.site_route,
        "phase_land_area_mu": phase.land_area_mu,
        "phase_plant_area_sqm": phase.plant_area_sqm,
        "phase_investment_cny": phase.investment_cny,
    }


def gate_of(
    phase: Phase,
    project: Project,
    stage: Stage,
    table: StageTable,
    *,
    evidence: Iterable[str] | None = None,
    happened_on: date | None = None,
    today: date | None = None,
) -> Gate:
    """The gate of one step for one phase (two queries)."""
    return table.gate(
        stage,
        kind=project.kind,
        reached=reached_by(phase),
        told=told_of(phase, project),
        evidence=evidence,
        happened_on=happened_on,
        today=today,
    )


def gaps_of(project: Project, table: StageTable) -> list[tuple[Phase, Stage, list[str]]]:
    """What facts already on record lack by the table: steps jumped over and papers missing. Facts that came in with
    a document or an old ledger are never refused; their gaps are listed here (four queries)."""
    phases = list(project.phases.all())
    standing: Iterable[Any] = Milestone.objects.filter(project=project, status__in=COUNTING).prefetch_related(
        "evidence"
    )
    by_phase: dict[int, list[Milestone]] = {p.pk: [] for p in phases}
    for milestone in standing:
        if milestone.phase_id is not None:
            by_phase[milestone.phase_id].append(milestone)
    found = []
    has_investors = project.investors.filter(until=None).exists()
    for phase in phases:
        reached = {m.stage: m.happened_on for m in by_phase[phase.pk]}
        told = told_of(phase, project, has_investors=has_investors)
        for milestone in by_phase[phase.pk]:
            stage = Stage(milestone.stage)
            others = {s: on for s, on in reached.items() if s != stage}
            gate = table.gate(
                stage, kind=project.kind, reached=others, told=told, evidence=[e.kind for e in milestone.evidence.all()]
            )
            lacks = [*gate.faults, *(_("缺少{what}").format(what=lack(m)) for m in gate.missing)]
            if lacks:
                found.append((phase, stage, lacks))
    return found
