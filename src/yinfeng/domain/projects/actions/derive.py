"""Bringing a project's derived columns, its history and its search row up to its facts.

Every action that records a fact or changes an attribute ends here, inside its own transaction.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.db.models import F, Sum

from yinfeng.kernel.errors import DomainError

from ..models import Flag, FundsArrival, Milestone, Phase, Project, ProjectState, Undertaking
from ..models.state import OPEN_END, STATE_FIELDS
from ..queries import search
from ..rules.derive import Derived, StandingFlag, derive
from ..rules.words import COUNTING, FactStatus, FundsBasis, ValueKind

# Clocks of two servers may differ a little; more than that is an action given a wrong moment.
CLOCK_SLACK = timedelta(minutes=5)


def lock(project_id: int) -> Project:
    """The project's row, held until the transaction ends: two people changing one project take turns."""
    return Project.objects.select_for_update(of=("self",)).get(pk=project_id)


def derived_from_facts(project_id: int) -> Derived:
    """What the standing facts say now (three queries)."""
    reached: dict[int, dict[str, date]] = {
        pk: {} for pk in Phase.objects.filter(project_id=project_id).order_by("number").values_list("pk", flat=True)
    }
    milestones = Milestone.objects.filter(project_id=project_id, status__in=COUNTING)
    for phase_id, stage, on in milestones.values_list("phase_id", "stage", "happened_on"):
        reached[phase_id][stage] = on
    flags = [
        StandingFlag(kind, is_raised, on, phase_id, pk)
        for kind, is_raised, on, phase_id, pk in Flag.objects.filter(
            project_id=project_id, status__in=COUNTING
        ).values_list("kind", "is_raised", "happened_on", "phase_id", "pk")
    ]
    return derive(reached, flags)


def funds_in_place(project_id: int) -> int:
    """Capital that actually arrived, in yuan. Estimates, flash figures and the other basis (fixed assets formed)
    are never added in; the figures layer offers them apart."""
    arrived = FundsArrival.objects.filter(
        project_id=project_id, status__in=COUNTING, value_kind=ValueKind.ACTUAL, basis=FundsBasis.CAPITAL
    )
    return arrived.aggregate(total=Sum("amount_cny"))["total"] or 0


def unverified(project_id: int) -> int:
    """How many declared facts wait for a second person."""
    return sum(
        model.objects.filter(project_id=project_id, status=FactStatus.DECLARED).count()
        for model in (Milestone, FundsArrival, Flag)
    )


def refresh(project_id: int, *, at: datetime) -> Project:
    """Recompute everything derived of a project from its facts and write what changed. ``at`` opens the new row of
    its history. Returns the project as it now is."""
    project = Project.objects.get(pk=project_id)
    derived = derived_from_facts(project_id)
    _store_phases(project_id, derived)
    for name, value in derived.columns().items():
        setattr(project, name, value)
    project.funds_cny = funds_in_place(project_id)
    project.unverified_count = unverified(project_id)
    project.next_due_on, project.next_due_text = None, ""
    if project.ended_on is None:
        due = Undertaking.objects.filter(project_id=project_id, done_on=None, cancelled_reason="").order_by(
            "due_on", "order", "pk"
        )
        if first := due.values_list("due_on", "what").first():
            project.next_due_on, project.next_due_text = first
    project.changed_at = max(project.changed_at, at)
    project.version += 1
    project.save()
    _write_state(project, at)
    search.index(project_id, search_text(project))
    return project


def search_text(project: Project) -> str:
    """The words by which a project is found."""
    return search.text_of(project.name, project.code, project.platform_code, project.investor_name, project.product)


def _store_phases(project_id: int, derived: Derived) -> None:
    stored = defaultdict(
        tuple,
        {
            pk: (s, on)
            for pk, s, on in Phase.objects.filter(project_id=project_id).values_list("pk", "stage", "stage_on")
        },
    )
    for pk, (stage, on) in derived.phases.items():
        if stored[pk] != (stage, on):
            Phase.objects.filter(pk=pk).update(stage=stage, stage_on=on, version=F("version") + 1)


def _write_state(project: Project, at: datetime) -> None:
    now = {name: getattr(project, name) for name in STATE_FIELDS}
    row = ProjectState.objects.filter(project=project, valid_to=OPEN_END).first()
    if row is not None:
        if {name: getattr(row, name) for name in STATE_FIELDS} == now:
            return
        if at < row.valid_from - CLOCK_SLACK:
            raise DomainError(
                f"记录时间 {at:%F %T} 早于本项目上一次变更（{row.valid_from:%F %T}）。",
                code="project.moment",
                fix="请按先后顺序登记，或核对服务器时间。",
            )
        if at <= row.valid_from:  # the same moment: the row as it ends up is what was known from then on
            for name, value in now.items():
                setattr(row, name, value)
            row.save()
            return
        ProjectState.objects.filter(pk=row.pk).update(valid_to=at)
    ProjectState.objects.create(project=project, valid_from=at, **now)
