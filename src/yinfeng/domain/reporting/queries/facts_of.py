"""The facts a reporting task is about: those of its unit's projects that happened in its period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from yinfeng.domain.projects.models import Flag, FundsArrival, Milestone
from yinfeng.domain.projects.rules.words import COUNTING, FactStatus

from ..models import ReportingTask
from ..rules.words import TaskScope

MODELS: dict[str, tuple[tuple[str, Any], ...]] = {
    TaskScope.LEDGER: (("milestone", Milestone), ("funds", FundsArrival), ("flag", Flag)),
    TaskScope.FUNDS: (("funds", FundsArrival),),
    TaskScope.MILESTONES: (("milestone", Milestone), ("flag", Flag)),
}


@dataclass(frozen=True)
class FactCount:
    """Standing facts (declared or verified), of these declared, and returned ones."""

    standing: int
    declared: int
    returned: int


def period_facts(model: Any, unit_id: int, start: date, end: date) -> QuerySet[Any]:
    """The facts of a kind of a unit's projects in a period. A unit's report is about the projects it leads."""
    rows: QuerySet[Any] = model._default_manager.filter(
        project__lead_unit_id=unit_id, project__merged_into=None, happened_on__range=(start, end)
    )
    return rows


def facts_of(task: ReportingTask) -> FactCount:
    """What stands on record for a task. Confidential projects are reported apart and are not counted here: a number that
    some may not see must not decide what they are told."""
    standing = declared = returned = 0
    for _what, model in MODELS[task.scope]:
        rows = period_facts(model, task.unit_id, task.starts_on, task.ends_on).filter(project__is_confidential=False)
        told = rows.aggregate(
            standing=Count("pk", filter=Q(status__in=COUNTING)),
            declared=Count("pk", filter=Q(status=FactStatus.DECLARED)),
            returned=Count("pk", filter=Q(status=FactStatus.RETURNED)),
        )
        standing += told["standing"]
        declared += told["declared"]
        returned += told["returned"]
    return FactCount(standing, declared, returned)
