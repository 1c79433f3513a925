"""Reporting tasks, what was done about them, and which unit was urged when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from yinfeng.kernel.periods import Period, PeriodKind

from .rules.words import TaskScope, TaskStatus, TaskStepKind

PERSON = settings.AUTH_USER_MODEL


class ReportingTask(models.Model):
    """What a unit reports of a period until a day 填报任务. The facts themselves stand in the ledger: the task says that the
    unit has told all there was, or that there was nothing."""

    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("填报单位"))
    key = models.CharField(_("任务"), max_length=20)
    label = models.CharField(_("任务名称"), max_length=40)
    scope = models.CharField(_("填报范围"), max_length=12, choices=TaskScope.choices)
    every = models.CharField(
        _("周期"), max_length=8, choices=[(k.value, k.label) for k in (PeriodKind.MONTH, PeriodKind.QUARTER)]
    )
    starts_on = models.DateField(_("起始日期"))
    ends_on = models.DateField(_("截止日期"))
    due_on = models.DateField(_("填报时限"))
    order = models.PositiveSmallIntegerField(_("排序"), default=0)
    rule = models.CharField(_("规则版本"), max_length=60)
    at = models.DateTimeField(_("下达时间"))
    inserted_at = models.DateTimeField(_("入库时间"), db_default=Now(), editable=False)
    status = models.CharField(_("任务状态"), max_length=10, choices=TaskStatus.choices, default=TaskStatus.OPEN)
    is_nil = models.BooleanField(_("零报告"), default=False)
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")
    declared_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("填报人")
    )
    declared_at = models.DateTimeField(_("填报时间"), null=True, blank=True)
    # Whether it came in time is judged by the first report; a returned one keeps its day.
    first_declared_on = models.DateField(_("首次填报日期"), null=True, blank=True)
    verified_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("审核人")
    )
    verified_at = models.DateTimeField(_("审核时间"), null=True, blank=True)
    return_reason = models.CharField(_("退回原因"), max_length=300, blank=True, default="")
    reminded_on = models.DateField(_("提醒日期"), null=True, blank=True, editable=False)  # by the clock, before the day

    class Meta:
        verbose_name = _("填报任务")
        verbose_name_plural = _("填报任务")
        constraints = [
            models.UniqueConstraint(fields=["unit", "key", "starts_on", "ends_on"], name="one_task_a_period"),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("declared_by")), name="task_second_person"
            ),
            models.CheckConstraint(
                condition=Q(status=TaskStatus.OPEN)
                | Q(declared_by__isnull=False, declared_at__isnull=False, first_declared_on__isnull=False),
                name="task_declared_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(status=TaskStatus.RETURNED) | ~Q(return_reason=""), name="task_returned_with_reason"
            ),
            models.CheckConstraint(
                condition=~Q(status=TaskStatus.VERIFIED) | Q(verified_by__isnull=False, verified_at__isnull=False),
                name="task_verified_by_someone",
            ),
        ]
        indexes = [
            models.Index(fields=["ends_on", "unit"], name="task_by_period"),
            models.Index(fields=["status", "due_on"], name="task_by_due"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.key} {self.ends_on:%Y-%m}"

    @property
    def period(self) -> Period:
        if self.every == PeriodKind.QUARTER:
            return Period.quarter(self.starts_on.year, self.ends_on.month // 3)
        return Period.month(self.starts_on.year, self.starts_on.month)


class TaskStep(models.Model):
    """One thing that was done about a task 填报经过."""

    task = models.ForeignKey(ReportingTask, models.CASCADE, related_name="steps", verbose_name=_("填报任务"))
    kind = models.CharField(_("经过"), max_length=10, choices=TaskStepKind.choices)
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name=_("经办人"))
    at = models.DateTimeField(_("记录时间"))
    reason = models.CharField(_("原因或说明"), max_length=300, blank=True, default="")
    document = models.CharField(_("依据"), max_length=120, blank=True, default="")
    facts = models.PositiveIntegerField(_("当时的事实数"), default=0)

    class Meta:
        verbose_name = _("填报经过")
        verbose_name_plural = _("填报经过")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=TaskStepKind.RETURNED) | (~Q(reason="") & ~Q(document="")),
                name="step_returned_with_evidence",
            )
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.kind}"


class Urging(models.Model):
    """A unit was urged on a day 催报: at most once, whoever presses the button."""

    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("填报单位"))
    on = models.DateField(_("催报日期"))
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name=_("催报人"))
    at = models.DateTimeField(_("记录时间"))
    tasks = models.PositiveSmallIntegerField(_("未报任务数"))
    people = models.PositiveSmallIntegerField(_("通知人数"))

    class Meta:
        verbose_name = _("催报")
        verbose_name_plural = _("催报")
        constraints = [models.UniqueConstraint(fields=["unit", "on"], name="urged_once_a_day")]
        indexes = [models.Index(fields=["-on"], name="urging_by_day")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.on}"
