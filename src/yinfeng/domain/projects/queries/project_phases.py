"""Each phase of a project with its way: what was reached, by whom and whether verified, what is planned, what is late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..models import Phase, Project, Undertaking
from ..rules.stages import StageTable
from ..rules.words import STAGE_ORDER, SiteRoute, Stage
from .project_rows import FactRow

STAGE_TONES: dict[str, str] = {
    Stage.LEAD: "grey", Stage.SCREENED: "slate", Stage.NEGOTIATING: "slate", Stage.PRE_REVIEWED: "slate",
    Stage.CONSULTED: "slate", Stage.APPROVED: "indigo", Stage.SIGNED: "violet", Stage.REGISTERED: "violet",
    Stage.SITE_SECURED: "cyan", Stage.STARTED: "blue", Stage.STAT_ENROLLED: "blue", Stage.COMPLETED: "teal",
    Stage.PRODUCING: "teal", Stage.ABOVE_SCALE: "green", Stage.AT_CAPACITY: "green",
    Stage.PERFORMANCE_REVIEWED: "green",
}  # fmt: skip


def stage_word(stage: str) -> str:
    """A stage in the reader's language; remembered, since a page says them dozens of times."""
    return _stage_word(stage, get_language() or "")


@lru_cache(maxsize=128)
def _stage_word(stage: str, _language: str) -> str:
    return _(Stage(stage).label)


@dataclass(frozen=True)
class Step:
    """One step of a phase's way; what the stepper tag draws."""

    label: str
    state: str  # done | now | late | next
    on: date | None
    by: str
    note: str


@dataclass(frozen=True)
class PhaseBlock:
    """A phase with its way."""

    pk: int
    name: str
    stage_label: str
    tone: str
    stage_on: date | None
    investment_cny: int | None
    site: str
    planned_start_on: date | None
    planned_production_on: date | None
    steps: tuple[Step, ...]
    has_ended: bool
    is_behind: bool  # the one the project waits for
    advance_url: str
    advance_label: str
    edit_url: str


def phase_block(
    project: Project,
    phase: Phase,
    table: StageTable,
    reached: Mapping[str, FactRow],
    undertakings: Sequence[Undertaking],
    today: date,
    *,
    is_behind: bool,
    has_ended: bool,
) -> PhaseBlock:
    suggested = None if has_ended else table.suggested(project.kind, reached)
    advance = reverse("projects:advance", args=[project.pk]) + f"?phase={phase.pk}"
    if suggested:
        advance += f"&stage={suggested.value}"
    return PhaseBlock(
        pk=phase.pk,
        name=phase.name,
        stage_label=stage_word(phase.stage),
        tone=STAGE_TONES[phase.stage],
        stage_on=phase.stage_on,
        investment_cny=phase.investment_cny,
        site=_site_words(phase),
        planned_start_on=phase.planned_start_on,
        planned_production_on=phase.planned_production_on,
        steps=_steps(project, phase, table, reached, undertakings, today),
        has_ended=has_ended,
        is_behind=is_behind,
        advance_url="" if has_ended else advance,
        advance_label=_("登记{stage}").format(stage=stage_word(suggested)) if suggested else _("登记进展"),
        edit_url=reverse("projects:edit_phase", args=[project.pk, phase.pk]),
    )


def _site_words(phase: Phase) -> str:
    parts = [_(SiteRoute(phase.site_route).label)] if phase.site_route else []
    if phase.land_area_mu is not None:
        parts.append(_("用地 {n} 亩").format(n=f"{phase.land_area_mu.normalize():,f}"))
    if phase.plant_area_sqm is not None:
        parts.append(_("厂房 {n} ㎡").format(n=f"{phase.plant_area_sqm.normalize():,f}"))
    return _("，").join(parts)


def _steps(
    project: Project,
    phase: Phase,
    table: StageTable,
    reached: Mapping[str, FactRow],
    undertakings: Sequence[Undertaking],
    today: date,
) -> tuple[Step, ...]:
    planned = _planned(phase, undertakings)
    furthest = max((STAGE_ORDER[s] for s in reached), default=STAGE_ORDER[Stage.NEGOTIATING])
    steps = []
    for stage in table.route(project.kind):
        label, place = stage_word(stage), STAGE_ORDER[stage]
        if fact := reached.get(stage):
            word = _("已审核") if fact.is_verified else _("待审核")
            steps.append(Step(label, "now" if place == furthest else "done", fact.happened_on, fact.author, word))
        elif stage == Stage.NEGOTIATING:
            steps.append(Step(label, "now" if place == furthest else "done", None, "", ""))
        elif place < furthest:
            steps.append(Step(label, "next", None, "", _("未登记")))
        elif (due := planned.get(stage)) and project.ended_on is None:
            late = due < today
            words = _("逾期{n}天").format(n=(today - due).days) if late else _("计划")
            steps.append(Step(label, "late" if late else "next", due, "", words))
        else:
            steps.append(Step(label, "next", None, "", ""))
    return tuple(steps)


def _planned(phase: Phase, undertakings: Sequence[Undertaking]) -> dict[str, date]:
    """Stage -> the day by which everything open for it is due; the phase's own plan where no line says so."""
    found: dict[str, date] = {}
    for line in undertakings:
        if line.phase_id == phase.pk and line.stage and line.done_on is None and not line.cancelled_reason:
            found[line.stage] = max(line.due_on, found.get(line.stage, line.due_on))
    for stage, on in ((Stage.STARTED, phase.planned_start_on), (Stage.PRODUCING, phase.planned_production_on)):
        if on is not None:
            found.setdefault(stage.value, on)
    return found
