"""Reporting tasks: issued for every unit, declared (also that there was nothing), verified or returned by another person."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yinfeng.domain.projects.actions.guards import day_of, kept, short, told
from yinfeng.domain.projects.queries.rulings import calendar
from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.audit.actions import record
from yinfeng.foundation.notices.actions import notify
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.periods import Period

from ..models import ReportingTask, TaskStep
from ..queries.facts_of import FactCount, facts_of
from ..queries.rulings import schedule
from ..rules.schedule import due_on
from ..rules.words import TaskStatus, TaskStepKind


@transaction.atomic
def issue_tasks(*, month: Period, actor: Person | None, at: datetime) -> list[ReportingTask]:
    """The tasks of a month that has ended (and of the quarter that ends with it) for every reporting unit. What has been
    issued stands: calling it again adds only what is missing. ``actor`` None is the clock."""
    if month.end >= day_of(at):
        raise DomainError(
            _("{month}还没有结束，不能下达填报任务。").format(month=month.label), code="task.early", field="month"
        )
    plan = schedule(day_of(at))
    days = calendar(day_of(at))
    units = list(Unit.objects.filter(kind__in=plan.units, is_active=True).order_by("path"))
    wanted = [(unit, task, period) for unit in units for task, period in plan.due_in(month)]
    periods = {(p.start, p.end) for _u, _t, p in wanted}
    there = {
        (t.unit_id, t.key, t.starts_on, t.ends_on)
        for t in ReportingTask.objects.filter(ends_on=month.end, starts_on__in={s for s, _e in periods})
    }
    fresh = [
        ReportingTask(
            unit=unit, key=task.key, label=task.label, scope=task.scope, every=task.every, starts_on=period.start,
            ends_on=period.end, due_on=due_on(task, period, days), order=plan.tasks.index(task), rule=plan.stamp, at=at,
        )
        for unit, task, period in wanted
        if (unit.pk, task.key, period.start, period.end) not in there
    ]  # fmt: skip
    if not fresh:
        return []
    # Two clocks may come at once: the constraint lets one of them have each task.
    made = ReportingTask.objects.bulk_create(fresh, ignore_conflicts=True)
    record(
        actor=actor, at=at, verb="task.issue", kind="period", object_id=None,
        after={"month": month.code, "tasks": len(made), "units": len({t.unit_id for t in made}), "rule": plan.stamp},
    )  # fmt: skip
    return list(ReportingTask.objects.filter(ends_on=month.end, at=at))


def issue_due(at: datetime) -> int:
    """What the clock does: the tasks of the month before this one."""
    today = day_of(at)
    return len(issue_tasks(month=Period.month(today.year, today.month).previous(), actor=None, at=at))


def _lock(task: ReportingTask) -> ReportingTask:
    return ReportingTask.objects.select_for_update(of=("self",)).select_related("unit").get(pk=task.pk)


@transaction.atomic
def declare_task(
    *, task: ReportingTask, is_nil: bool = False, note: str = "", actor: Person, at: datetime
) -> ReportingTask:
    """The unit has told everything of the period; or, with ``is_nil``, says that there was nothing to tell (本月无变化)."""
    task = _lock(task)
    if task.status not in (TaskStatus.OPEN, TaskStatus.RETURNED):
        raise DomainError(
            _("“{task}”已是“{status}”，不必再报。").format(task=task.label, status=_(TaskStatus(task.status).label)),
            code="task.handled", fix=_("请刷新后查看。"),
        )  # fmt: skip
    note = short(note, _("说明"), 300, "task", "note")
    count = facts_of(task)
    if is_nil and count.standing:
        raise DomainError(
            _("{period}已登记 {n} 条事实，不能报“无变化”。").format(period=task.period.label, n=count.standing),
            code="task.not_nil", field="is_nil", fix=_("请改为正常填报；登记有误的，请先作废。"),
        )  # fmt: skip
    if not is_nil and not count.standing and task.scope != "ledger":
        raise DomainError(
            _("{period}还没有登记任何事实。").format(period=task.period.label), code="task.empty", field="is_nil",
            fix=_("请先登记；确实没有的，请选“本期无变化”。"),
        )  # fmt: skip
    if task.status == TaskStatus.RETURNED and not note:
        raise DomainError(
            _("退回后重新填报，请写明改了什么。"), code="task.note", field="note",
            fix=_("退回原因：{reason}").format(reason=task.return_reason),
        )  # fmt: skip
    task.status, task.is_nil, task.note = TaskStatus.DECLARED, is_nil, note
    task.declared_by, task.declared_at = actor, at
    task.first_declared_on = task.first_declared_on or day_of(at)
    task.verified_by, task.verified_at, task.return_reason = None, None, ""
    task.save()
    _step(task, TaskStepKind.NIL if is_nil else TaskStepKind.DECLARED, note, "", count, actor, at)
    return task


@transaction.atomic
def verify_task(*, task: ReportingTask, actor: Person, at: datetime) -> ReportingTask:
    """Another person accepts the report. Each of its facts must have been verified or returned before."""
    task = _declared(task, actor)
    count = facts_of(task)
    if count.declared:
        raise DomainError(
            _("{unit}{period}还有 {n} 条事实待审核。").format(
                unit=task.unit.short_name, period=task.period.label, n=count.declared
            ), code="task.facts_wait", fix=_("请先在审核清单中审核或退回这些事实。"),
        )  # fmt: skip
    task.status, task.verified_by, task.verified_at = TaskStatus.VERIFIED, actor, at
    task.save(update_fields=["status", "verified_by", "verified_at"])
    _step(task, TaskStepKind.VERIFIED, "", "", count, actor, at)
    _tell(task, gettext_noop("{period}“{task}”已审核通过"), at)
    return task


@transaction.atomic
def return_task(*, task: ReportingTask, reason: str, document: str, actor: Person, at: datetime) -> ReportingTask:
    """Send a report back, with the reason and what it rests on (a record, a paper, a voucher number)."""
    task = _declared(task, actor)
    reason = told(reason, _("退回原因"), 300, "task", "reason")
    document = told(document, _("退回依据"), 120, "task", "document")
    task.status, task.return_reason = TaskStatus.RETURNED, reason
    task.save(update_fields=["status", "return_reason"])
    _step(task, TaskStepKind.RETURNED, reason, document, facts_of(task), actor, at)
    _tell(task, gettext_noop("{period}“{task}”被退回，原因：{reason}"), at, reason)
    return task


def _declared(task: ReportingTask, actor: Person) -> ReportingTask:
    task = _lock(task)
    if task.status != TaskStatus.DECLARED:
        raise DomainError(
            _("“{task}”现为“{status}”，不能审核。").format(task=task.label, status=_(TaskStatus(task.status).label)),
            code="task.handled", fix=_("请刷新后查看。"),
        )  # fmt: skip
    if task.declared_by_id == actor.pk:
        raise DomainError(
            _("不能审核自己填报的任务。"), code="task.second_person", fix=_("请由另一位有审核权限的同事审核。")
        )
    return task


def _step(
    task: ReportingTask, kind: TaskStepKind, reason: str, document: str, count: FactCount, actor: Person, at: datetime
) -> None:
    TaskStep.objects.create(
        task=task, kind=kind, by=actor, at=at, reason=reason, document=document, facts=count.standing
    )
    record(
        actor=actor, at=at, verb=f"task.{kind}", kind="task", object_id=task.pk,
        after={"unit": task.unit_id, "key": task.key, "period": task.period.code, "facts": count.standing,
               "document": document},
        note=reason,
    )  # fmt: skip


def _tell(task: ReportingTask, message: str, at: datetime, reason: str = "") -> None:
    assert task.declared_by_id is not None
    text = kept(message, period=task.period.label, task=task.label, reason=reason)
    notify(persons=[task.declared_by_id], kind="task", text=text, url=f"/reporting/tasks/{task.pk}/", at=at)
