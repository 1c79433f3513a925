"""One step of a phase: what the gate still asked for and the milestone itself, together or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.models import Person
from yinfeng.kernel.errors import DomainError

from ..models import Milestone, Phase, Project
from ..rules.stages import GATE_FIELDS
from ..rules.words import Stage
from . import derive
from .evidence import EvidenceData
from .facts import declare_milestone
from .ledger import edit_project, set_company, set_investors
from .phases import edit_phase

# Fields of the gate -> attributes of the project and of the phase.
_OF_PROJECT = {
    "fixed_investment_cny": "fixed_investment_cny", "annual_output_cny": "annual_output_cny",
    "annual_tax_cny": "annual_tax_cny", "trade_volume_cny": "trade_volume_cny", "content": "content",
    "landing_unit": "landing_unit_id", "industry": "industry_id", "platform_code": "platform_code",
}  # fmt: skip
_OF_PHASE = {
    "site_route": "site_route", "phase_land_area_mu": "land_area_mu", "phase_plant_area_sqm": "plant_area_sqm",
    "phase_investment_cny": "investment_cny",
}  # fmt: skip


@transaction.atomic
def advance(
    *,
    phase: Phase,
    stage: Stage,
    happened_on: date,
    told: Mapping[str, Any],
    evidence: Sequence[EvidenceData],
    note: str = "",
    expected_version: int | None = None,
    actor: Person,
    at: datetime,
) -> Milestone:
    """Tell what the gate asked for and take the step.

    ``told``  gate field -> value: ``investment_cny`` as (whole units, currency), ``investors`` as a sequence of
    ``InvestorData``, ``company`` as one, the others as they are stored. A refusal undoes everything.
    """
    if unknown := set(told) - set(GATE_FIELDS):
        raise ValueError(f"not a gate field: {unknown}")
    project = derive.lock(phase.project_id)
    fresh = Phase.objects.get(pk=phase.pk)
    if expected_version is not None and fresh.version != expected_version:
        raise DomainError(
            _("{phase}刚被他人更新，目前阶段为“{stage}”。您的登记没有保存。").format(
                phase=fresh.name, stage=_(Stage(fresh.stage).label)
            ), code="phase.changed", fix=_("请核对下面的内容后再登记一次。"),
        )  # fmt: skip
    _tell_project(project, told, actor, at)
    if changes := {_OF_PHASE[k]: v for k, v in told.items() if k in _OF_PHASE}:
        fresh = edit_phase(phase=fresh, changes=changes, actor=actor, at=at)
    return declare_milestone(
        phase=fresh, stage=stage, happened_on=happened_on, evidence=evidence, note=note, actor=actor, at=at
    )


def _tell_project(project: Project, told: Mapping[str, Any], actor: Person, at: datetime) -> None:
    changes = {_OF_PROJECT[k]: v for k, v in told.items() if k in _OF_PROJECT}
    if "investment_cny" in told:
        changes["investment_amount"], changes["investment_currency"] = told["investment_cny"]
    if changes:
        edit_project(project=project, changes=changes, actor=actor, at=at)
    if told.get("investors"):
        set_investors(project=project, investors=told["investors"], actor=actor, at=at)
    if told.get("company"):
        set_company(project=project, company=told["company"], actor=actor, at=at)
