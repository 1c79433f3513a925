"""催报: telling the units that have not reported, once a day at most; and reminding them before their day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yinfeng.domain.projects.actions.guards import day_of, kept
from yinfeng.domain.projects.queries.rulings import calendar
from yinfeng.foundation.accounts.models import Person, Post
from yinfeng.foundation.accounts.rules import Role
from yinfeng.foundation.audit.actions import record
from yinfeng.foundation.notices.actions import notify

from ..models import ReportingTask, TaskStep, Urging
from ..queries.rulings import schedule
from ..rules.words import OUTSTANDING, TaskStepKind

REPORTERS = (Role.OFFICER, Role.PARK, Role.DIRECTOR)


@dataclass(frozen=True)
class UrgeResult:
    """How many units were told, and for each other unit why it was not."""

    urged: int
    left: tuple[tuple[str, str], ...]  # (unit, why)


@transaction.atomic
def urge(*, unit_ids: Collection[int], actor: Person, at: datetime) -> UrgeResult:
    """Send one notice to each person who reports for a unit with outstanding tasks. A unit that was urged today, by whom
    ever, is left in peace; so is one that has nobody to tell, and both are said."""
    today = day_of(at)
    tasks = list(
        ReportingTask.objects.select_for_update(of=("self",))
        .filter(unit_id__in=unit_ids, status__in=OUTSTANDING)
        .select_related("unit")
        .order_by("unit__path", "due_on", "order")
    )
    by_unit: dict[int, list[ReportingTask]] = {}
    for task in tasks:
        by_unit.setdefault(task.unit_id, []).append(task)
    urged_today = set(Urging.objects.filter(unit_id__in=by_unit, on=today).values_list("unit_id", flat=True))
    people = _reporters(by_unit, today)
    done, left = 0, []
    for unit_id, own in by_unit.items():
        name = own[0].unit.short_name
        if unit_id in urged_today:
            left.append((name, _("今天已经催报过")))
        elif unit_id not in people:
            left.append((name, _("没有在岗的填报人员，请先在人员管理中设岗")))
        else:
            _urge(own, people[unit_id], actor, at)
            done += 1
    return UrgeResult(done, tuple(left))


@transaction.atomic
def remind_due(at: datetime) -> int:
    """What the clock does: units whose day comes within the rule's ``remind_working_days`` and that have not reported are
    told once, before anybody has to urge them. How many units were told."""
    today = day_of(at)
    days = schedule(today).remind_working_days
    if not days:
        return 0
    tasks = (
        ReportingTask.objects.select_for_update(of=("self",))
        .filter(status__in=OUTSTANDING, reminded_on=None, due_on__range=(today, calendar(today).add(today, days)))
        .select_related("unit")
        .order_by("unit__path", "due_on", "order")
    )
    by_unit: dict[int, list[ReportingTask]] = {}
    for task in tasks:
        by_unit.setdefault(task.unit_id, []).append(task)
    people = _reporters(by_unit, today)
    told = {unit_id: own for unit_id, own in by_unit.items() if unit_id in people}
    for unit_id, own in told.items():
        _tell(own, people[unit_id], at)
        ReportingTask.objects.filter(pk__in=[t.pk for t in own]).update(reminded_on=today)
    if told:
        record(
            actor=None, at=at, verb="task.remind", kind="period", object_id=None,
            after={"units": sorted(told), "tasks": [t.pk for own in told.values() for t in own]},
        )  # fmt: skip
    return len(told)


def _reporters(unit_ids: Collection[int], today: date) -> dict[int, list[int]]:
    """Unit -> who reports for it."""
    people: dict[int, list[int]] = {}
    posts = Post.objects.filter(unit_id__in=unit_ids, role__in=REPORTERS, from_date__lte=today, person__is_active=True)
    for unit_id, person_id in (
        posts.filter(Q(until_date=None) | Q(until_date__gte=today)).order_by("pk").values_list("unit_id", "person_id")
    ):
        people.setdefault(unit_id, []).append(person_id)
    return people


def _urge(tasks: list[ReportingTask], people: list[int], actor: Person, at: datetime) -> None:
    unit, told = tasks[0].unit, set(people)
    Urging.objects.create(unit=unit, on=day_of(at), by=actor, at=at, tasks=len(tasks), people=len(told))
    TaskStep.objects.bulk_create(TaskStep(task=t, kind=TaskStepKind.URGED, by=actor, at=at) for t in tasks)
    _tell(tasks, people, at)
    record(
        actor=actor, at=at, verb="task.urged", kind="unit", object_id=unit.pk,
        after={"tasks": [t.pk for t in tasks], "people": sorted(told)},
    )  # fmt: skip


def _tell(tasks: list[ReportingTask], people: list[int], at: datetime) -> None:
    first = tasks[0]
    late = (day_of(at) - first.due_on).days
    message = (
        gettext_noop("请填报：{unit}还有 {n} 项任务未报，最早的“{task}”（{period}）已逾期 {late} 天")
        if late > 0
        else gettext_noop("请填报：{unit}还有 {n} 项任务未报，最早的“{task}”（{period}）须于 {due} 前报送")
    )
    text = kept(
        message, unit=first.unit.short_name, n=len(tasks), task=first.label, period=first.period.label, late=late,
        due=first.due_on,
    )  # fmt: skip
    notify(persons=sorted(set(people)), kind="task", text=text, url="/reporting/tasks/", at=at)
