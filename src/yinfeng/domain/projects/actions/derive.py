"""Bringing a project's derived columns, its history and its search row up to its facts.

Every action that records a fact or changes an attribute ends here, inside its own transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _

from yinfeng.kernel.errors import DomainError

from ..models import Flag, FundsArrival, Milestone, Phase, Project, ProjectState, Undertaking
from ..models.state import OPEN_END, STATE_FIELDS
from ..queries import search
from ..rules.derive import Derived, StandingFlag, derive
from ..rules.words import COUNTING, FactStatus, FundsBasis, ValueKind

# Clocks of two servers may differ a little; more than that is an action given a wrong moment.
CLOCK_SLACK = timedelta(minutes=5)
SHOWN_IN_HISTORY = frozenset(STATE_FIELDS)


def lock(project_id: int) -> Project:
    """The project's row, held until the transaction ends: two people changing one project take turns."""
    return Project.objects.select_for_update(of=("self",)).get(pk=project_id)


@dataclass(frozen=True)
class _Standing:
    """What the standing facts of a project say, read in four queries."""

    derived: Derived
    stored: dict[int, tuple[str, date | None]]  # phase -> stage and date as they are stored
    funds_cny: int
    unverified: int


def _standing(project_id: int) -> _Standing:
    phases = Phase.objects.filter(project_id=project_id).order_by("number").values_list("pk", "stage", "stage_on")
    stored = {pk: (stage, on) for pk, stage, on in phases}
    reached: dict[int, dict[str, date]] = {pk: {} for pk in stored}
    counting = {"project_id": project_id, "status__in": COUNTING}
    waiting = 0
    for phase_id, stage, on, status in Milestone.objects.filter(**counting).values_list(
        "phase_id", "stage", "happened_on", "status"
    ):
        reached[phase_id][stage] = on
        waiting += status == FactStatus.DECLARED
    flags = []
    for pk, kind, is_raised, on, phase_id, status in Flag.objects.filter(**counting).values_list(
        "pk", "kind", "is_raised", "happened_on", "phase_id", "status"
    ):
        flags.append(StandingFlag(kind, is_raised, on, phase_id, pk))
        waiting += status == FactStatus.DECLARED
    # Capital that actually arrived. Estimates, flash figures and the other basis (fixed assets formed) are never
    # added in; the figures layer offers them apart.
    arrived = FundsArrival.objects.filter(**counting).aggregate(
        total=Sum("amount_cny", filter=Q(value_kind=ValueKind.ACTUAL, basis=FundsBasis.CAPITAL)),
        waiting=Count("pk", filter=Q(status=FactStatus.DECLARED)),
    )
    return _Standing(derive(reached, flags), stored, arrived["total"] or 0, waiting + arrived["waiting"])


def refresh(project_id: int, *, at: datetime, words_changed: bool = False, locked: Project | None = None) -> Project:
    """Recompute everything derived of a project from its facts and write what changed. ``at`` opens the new row of
    its history; ``words_changed`` where its name, code, investor or product may have; ``locked`` is its row as the
    caller holds it, where no attribute was changed since. Returns the project as it is."""
    project = locked or Project.objects.get(pk=project_id)
    standing = _standing(project_id)
    for pk, (stage, on) in standing.derived.phases.items():
        if standing.stored[pk] != (stage, on):
            Phase.objects.filter(pk=pk).update(stage=stage, stage_on=on, version=F("version") + 1)
    due_on, due_text = _next_due(project_id, standing.derived.ended_on)
    wanted: dict[str, object] = {
        **standing.derived.columns(),
        "funds_cny": standing.funds_cny,
        "unverified_count": standing.unverified,
        "next_due_on": due_on,
        "next_due_text": due_text,
    }
    changes = {name: value for name, value in wanted.items() if getattr(project, name) != value}
    changes |= {"changed_at": max(project.changed_at, at), "version": project.version + 1}
    Project.objects.filter(pk=project_id).update(**changes)
    for name, value in changes.items():
        setattr(project, name, value)
    if locked is None or changes.keys() & SHOWN_IN_HISTORY:
        _write_state(project, at)
    if words_changed:
        search.index(project_id, search_text(project))
    return project


def _next_due(project_id: int, ended_on: date | None) -> tuple[date | None, str]:
    """The first open line of the lists; nothing is due of a project that has ended."""
    if ended_on is not None:
        return None, ""
    open_ones = Undertaking.objects.filter(project_id=project_id, done_on=None, cancelled_reason="")
    return open_ones.order_by("due_on", "order", "pk").values_list("due_on", "what").first() or (None, "")


def refresh_due(project: Project, *, at: datetime) -> None:
    """A line of a locked project's lists changed: only the next deadline can follow from it."""
    project.next_due_on, project.next_due_text = _next_due(project.pk, project.ended_on)
    Project.objects.filter(pk=project.pk).update(
        next_due_on=project.next_due_on, next_due_text=project.next_due_text,
        changed_at=max(project.changed_at, at), version=F("version") + 1,
    )  # fmt: skip


def one_less_waiting(project: Project, *, at: datetime) -> None:
    """A fact of a locked project was verified: it counted before and counts now, so nothing but the number that waits
    has changed. A refresh would read all facts to say the same, at three times the cost."""
    Project.objects.filter(pk=project.pk).update(
        unverified_count=F("unverified_count") - 1, changed_at=max(project.changed_at, at), version=F("version") + 1
    )


def search_text(project: Project) -> str:
    """The words by which a project is found."""
    return search.text_of(project.name, project.code, project.platform_code, project.investor_name, project.product)


def _write_state(project: Project, at: datetime) -> None:
    now = {name: getattr(project, name) for name in STATE_FIELDS}
    row = ProjectState.objects.filter(project=project, valid_to=OPEN_END).first()
    if project.merged_into_id:  # from its merging on it is no project of its own, in any figure as known at a moment
        if row is not None and row.valid_from < at:
            ProjectState.objects.filter(pk=row.pk).update(valid_to=at)
        elif row is not None:
            row.delete()
        return
    if row is not None:
        if {name: getattr(row, name) for name in STATE_FIELDS} == now:
            return
        if at < row.valid_from - CLOCK_SLACK:
            raise DomainError(
                _("记录时间 {at} 早于本项目上一次变更（{last}）。").format(
                    at=f"{at:%F %T}", last=f"{row.valid_from:%F %T}"
                ),
                code="project.moment",
                fix=_("请按先后顺序登记，或核对服务器时间。"),
            )
        if at <= row.valid_from:  # the same moment: the row as it ends up is what was known from then on
            for name, value in now.items():
                setattr(row, name, value)
            row.save()
            return
        ProjectState.objects.filter(pk=row.pk).update(valid_to=at)
    ProjectState.objects.create(project=project, valid_from=at, **now)
