"""Phases: added and edited. Their stage only ever follows from milestones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.audit.actions import record
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.money import display

from ..models import Phase, Project
from . import derive
from .entries import PhaseData, check_sum

EDITABLE_PHASE = (
    "name", "investment_cny", "site_route", "land_area_mu", "plant_area_sqm", "planned_start_on", "planned_production_on",
)  # fmt: skip


def write_phase(project: Project, number: int, data: PhaseData, *, alone: bool) -> Phase:
    check_sum(data.investment_cny, _("分期投资"), "investment_cny")
    name = data.name.strip() or phase_name(number, alone=alone)
    values = {f: getattr(data, f) for f in EDITABLE_PHASE if f != "name"}
    if alone:  # a project of one phase is entered once: its land and sum are the phase's
        values["land_area_mu"] = values["land_area_mu"] or project.land_area_mu
        values["plant_area_sqm"] = values["plant_area_sqm"] or project.plant_area_sqm
        values["investment_cny"] = values["investment_cny"] or project.investment_cny
    return Phase.objects.create(project=project, number=number, name=name, **values)


def phase_name(number: int, *, alone: bool) -> str:
    """What a phase without a name is called."""
    return "全部" if alone else f"{_NUMERALS[number] if number < len(_NUMERALS) else number}期"


_NUMERALS = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十")


@transaction.atomic
def add_phase(*, project: Project, data: PhaseData, actor: Person, at: datetime) -> Phase:
    """A further phase, in negotiation. Where the project had one phase for everything, that one becomes 一期."""
    project = derive.lock(project.pk)
    last = Phase.objects.filter(project=project).order_by("-number").first()
    number = (last.number if last else 0) + 1
    Phase.objects.filter(project=project, number=1, name="全部").update(name="一期")
    phase = write_phase(project, number, data, alone=False)
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
        raise DomainError(
            _("{phase}刚被他人更新，您的修改没有保存。").format(phase=phase.name), code="phase.changed",
            fix=_("请刷新后再改。"),
        )  # fmt: skip
    if unknown := set(changes) - set(EDITABLE_PHASE):
        raise ValueError(f"not editable: {unknown}")
    before = {n: getattr(phase, n) for n, v in changes.items() if getattr(phase, n) != v}
    if not before:
        return phase
    for name, value in changes.items():
        setattr(phase, name, value)
    check_sum(phase.investment_cny, _("分期投资"), "investment_cny")
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
    return _("各期投资合计 {phases}，与总投资 {total} 不一致").format(
        phases=display(total), total=display(project.investment_cny)
    )
