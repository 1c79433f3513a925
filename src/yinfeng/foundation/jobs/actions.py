"""Starting long work, and what becomes of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.audit.actions import record
from yinfeng.foundation.notices.actions import notify
from yinfeng.kernel.errors import DomainError

from .models import Job, JobState, WorkerBeat
from .registry import Outcome, kind_of

# A running job is renewed by its worker every few seconds; silent for this long, its worker is gone.
DEAD_AFTER = timedelta(minutes=2)
MOST_WAITING = 20  # jobs of one person that are not done yet


@transaction.atomic
def start(*, kind: str, label: str, arguments: dict[str, Any], actor: Person | None, at: datetime) -> Job:
    """Put long work in the queue, in the caller's transaction. ``arguments`` is JSON and holds ids, no personal data.
    ``actor`` None: the system itself, by the clock."""
    from .runner import run_job

    if kind_of(kind) is None:
        raise DomainError(_("没有“{kind}”这类后台任务。").format(kind=kind), code="job.kind")
    open_jobs = Job.objects.filter(owner=actor, state__in=[JobState.QUEUED, JobState.RUNNING]).count()
    if open_jobs >= MOST_WAITING:
        raise DomainError(
            _("您已有 {n} 个后台任务未完成。").format(n=open_jobs),
            code="job.too_many",
            fix=_("请等前面的任务完成后再提交。"),
        )
    job = Job.objects.create(kind=kind, label=label[:120], owner=actor, arguments=arguments, at=at)
    record(
        actor=actor, at=at, verb="job.start", kind="job", object_id=job.pk,
        after={"kind": kind, "label": job.label, "arguments": arguments},
    )  # fmt: skip
    run_job.enqueue(job.pk)
    return job


@transaction.atomic
def claim(*, job_id: int, at: datetime) -> Job | None:
    """Take a queued job for this worker; None when somebody else has it or it is done."""
    taken = Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(
        state=JobState.RUNNING, started_at=at, beat_at=at
    )
    return Job.objects.select_related("owner").get(pk=job_id) if taken else None


@transaction.atomic
def finish(*, job: Job, outcome: Outcome, at: datetime) -> None:
    """The job is done; its owner is told."""
    message = outcome.message[:300]
    done = Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
        state=JobState.DONE, message=message, result=outcome.file, finished_at=at
    )
    if done:
        _tell(job, _("“{label}”已完成。{message}").format(label=job.label, message=message), at)
        record(actor=job.owner, at=at, verb="job.finish", kind="job", object_id=job.pk, note=message)


@transaction.atomic
def fail(*, job: Job, message: str, at: datetime) -> None:
    """The job has failed, with words for its owner; its owner is told."""
    failed = Job.objects.filter(pk=job.pk, state__in=[JobState.RUNNING, JobState.QUEUED]).update(
        state=JobState.FAILED, message=message[:300], finished_at=at
    )
    if failed:
        _tell(job, _("“{label}”未完成：{message}").format(label=job.label, message=message), at)
        record(actor=job.owner, at=at, verb="job.fail", kind="job", object_id=job.pk, note=message)


def fail_the_dead(*, at: datetime) -> int:
    """Mark running jobs whose worker is gone (kill -9, power cut) as failed; how many."""
    silent = Q(beat_at__lt=at - DEAD_AFTER) | Q(beat_at__isnull=True, started_at__lt=at - DEAD_AFTER)
    dead = list(Job.objects.filter(silent, state=JobState.RUNNING).select_related("owner"))
    for job in dead:
        fail(
            job=job,
            message=_("后台进程中断（重启、断电或被终止），任务没有完成，已写入的内容保持完整。请重新提交。"),
            at=at,
        )
    return len(dead)


@transaction.atomic
def fail_the_lost(*, at: datetime) -> int:
    """After a restore: the queue that carried them is gone, so open jobs can never be done; how many."""
    return Job.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING]).update(
        state=JobState.FAILED, message=_("数据由备份恢复，任务没有完成。请重新提交。"), finished_at=at
    )


def beat(*, worker: str, running: list[int], started_at: datetime, at: datetime) -> None:
    """The worker, and each job it is running, are alive."""
    WorkerBeat.objects.update_or_create(worker=worker, defaults={"started_at": started_at, "beat_at": at})
    if running:
        Job.objects.filter(pk__in=running, state=JobState.RUNNING).update(beat_at=at)


def sign_off(*, worker: str) -> None:
    """The worker has stopped as it should."""
    WorkerBeat.objects.filter(worker=worker).delete()


def _tell(job: Job, text: str, at: datetime) -> None:
    if job.owner_id:
        notify(persons=[job.owner_id], kind="job", text=text, url=f"{reverse('jobs:list')}#job-{job.pk}", at=at)
