"""A piece of long work, with progress people can watch."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yinfeng.kernel.enums import LabelledEnum


class JobState(LabelledEnum):
    QUEUED = "queued", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "失败"


class Job(models.Model):
    """What the worker did or is doing for somebody; the queue itself is django-tasks'."""

    kind = models.CharField(_("任务类别"), max_length=40)
    label = models.CharField(_("任务名称"), max_length=120)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="jobs", verbose_name=_("发起人")
    )
    arguments = models.JSONField(_("参数"), default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=JobState.choices, default=JobState.QUEUED.value)
    done = models.IntegerField(_("已完成数"), default=0)
    total = models.IntegerField(_("总数"), default=0)
    message = models.CharField(_("进展"), max_length=300, blank=True, default="")
    result = models.ForeignKey(
        "files.StoredFile", models.SET_NULL, null=True, related_name="+", verbose_name=_("结果文件")
    )
    at = models.DateTimeField(_("提交时间"))
    started_at = models.DateTimeField(_("开始时间"), null=True)
    finished_at = models.DateTimeField(_("结束时间"), null=True)
    # A running job that has not said so for a while died with its worker (kill -9, power cut).
    beat_at = models.DateTimeField(_("最近心跳"), null=True)

    class Meta:
        verbose_name = _("后台任务")
        verbose_name_plural = _("后台任务")
        indexes = [
            models.Index(fields=["owner", "-id"], name="jobs_of_owner"),
            models.Index(fields=["state"], condition=models.Q(state="running"), name="running_jobs"),
        ]

    def __str__(self) -> str:
        return self.label


class WorkerBeat(models.Model):
    """That a worker process is alive: one row a worker, renewed while it runs."""

    worker = models.CharField(_("工作进程"), max_length=64, primary_key=True)
    started_at = models.DateTimeField(_("开始时间"))
    beat_at = models.DateTimeField(_("最近心跳"))

    class Meta:
        verbose_name = _("工作进程")
        verbose_name_plural = _("工作进程")

    def __str__(self) -> str:
        return self.worker


class PeriodicRun(models.Model):
    """When a periodic task last ran, and how it went: one row a task."""

    key = models.CharField(_("定时任务"), max_length=40, primary_key=True)
    ran_at = models.DateTimeField(_("最近运行时间"))
    fault = models.CharField(_("故障"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("定时任务记录")
        verbose_name_plural = _("定时任务记录")

    def __str__(self) -> str:
        return self.key
