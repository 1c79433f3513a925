"""How jobs and workers stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.files.models import StoredFile

from .models import Job, JobState, PeriodicRun, WorkerBeat
from .registry import kind_of, periodic_tasks

ALIVE_WITHIN = timedelta(seconds=60)


@dataclass(frozen=True)
class JobRow:
    """A job as its owner sees it; ``share`` in percent, None where the total is not known."""

    pk: int
    label: str
    kind: str
    state: JobState
    message: str
    done: int
    total: int
    share: int | None
    at: datetime
    finished_at: datetime | None
    result_id: int | None
    result_name: str

    @property
    def is_open(self) -> bool:
        return self.state in (JobState.QUEUED, JobState.RUNNING)

    @property
    def tone(self) -> str:
        return {"queued": "grey", "running": "blue", "done": "green", "failed": "red"}[self.state]


@dataclass(frozen=True)
class PeriodicRow:
    label: str
    every: timedelta
    ran_at: datetime | None
    fault: str
    late: bool


def row_of(job: Job) -> JobRow:
    kind = kind_of(job.kind)
    return JobRow(
        pk=job.pk, label=job.label, kind=str(kind.label) if kind else job.kind, state=JobState(job.state),
        message=job.message, done=job.done, total=job.total,
        share=min(100, job.done * 100 // job.total) if job.total else None,
        at=job.at, finished_at=job.finished_at, result_id=job.result_id,
        result_name=job.result.name if job.result else "",
    )  # fmt: skip


def jobs_of(person: Person, *, before: int | None = None, size: int = 20) -> list[JobRow]:
    """The person's jobs, the newest first (keyset: those with a smaller number than ``before``)."""
    rows = Job.objects.filter(owner=person).select_related("result").order_by("-pk")
    if before:
        rows = rows.filter(pk__lt=before)
    return [row_of(job) for job in rows[:size]]


def job_of(person: Person, pk: int) -> JobRow | None:
    job = Job.objects.filter(owner=person, pk=pk).select_related("result").first()
    return row_of(job) if job else None


def owns_result(person_id: int, file: StoredFile) -> bool:
    return Job.objects.filter(pk=file.owner_id, owner_id=person_id).exists()


def workers_alive(at: datetime) -> list[WorkerBeat]:
    return list(WorkerBeat.objects.filter(beat_at__gte=at - ALIVE_WITHIN).order_by("worker"))


def periodic_rows(at: datetime) -> list[PeriodicRow]:
    """Each periodic task with its last run; late when twice its time has passed."""
    runs = {run.key: run for run in PeriodicRun.objects.all()}
    return [
        PeriodicRow(
            str(t.label), t.every, run.ran_at if (run := runs.get(t.key)) else None, run.fault if run else "",
            run is None or at - run.ran_at > 2 * t.every + timedelta(minutes=1),
        )
        for t in periodic_tasks()
    ]  # fmt: skip
