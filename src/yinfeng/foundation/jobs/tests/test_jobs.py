"""Long work: it runs, tells how far it is, ends in words, and never hangs for ever."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.accounts.tests.people import AT, client_of, make_person
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.jobs import actions, clockwork, registry
from yinfeng.foundation.jobs.models import Job, JobState, PeriodicRun, WorkerBeat
from yinfeng.foundation.jobs.progress import Progress
from yinfeng.foundation.jobs.queries import periodic_rows
from yinfeng.foundation.jobs.registry import JobKind, Outcome, Periodic
from yinfeng.foundation.jobs.runner import run_job
from yinfeng.foundation.notices.models import Notice
from yinfeng.kernel.errors import DomainError

pytestmark = pytest.mark.django_db


def count_up(progress: Progress, arguments: dict) -> Outcome:
    for number in progress.each(range(arguments["n"]), arguments["n"], "正在数"):
        if number == arguments.get("refuse_at"):
            raise DomainError("第 3 行的金额无法识别", fix="请改正后重试。")
        if number == arguments.get("break_at"):
            raise ZeroDivisionError
    if arguments.get("file"):
        return Outcome("数完了", progress.keep_file(b"%PDF-1.7", "结果.pdf"))
    return Outcome("数完了")


@pytest.fixture(autouse=True)
def kinds(settings, tmp_path: Path):
    settings.FILES_ROOT = tmp_path
    registry.register(JobKind("test-count", "数数", count_up))
    yield
    registry._kinds.pop("test-count")


@pytest.fixture
def officer() -> Person:
    return make_person("officer")


def start(officer: Person, **arguments) -> Job:
    job = actions.start(kind="test-count", label="数到十", arguments={"n": 10, **arguments}, actor=officer, at=AT)
    job.refresh_from_db()
    return job


def test_a_job_runs_and_tells_its_owner(officer: Person) -> None:
    job = start(officer)
    assert (job.state, job.message) == (JobState.DONE, "数完了")
    assert job.started_at
    assert job.finished_at
    assert "数到十" in Notice.objects.get(person=officer).text
    assert list(AuditRow.objects.filter(object_kind="job").order_by("pk").values_list("verb", flat=True)) == [
        "job.start",
        "job.finish",
    ]


def test_a_refusal_ends_the_job_in_words_with_the_mend(officer: Person) -> None:
    job = start(officer, refuse_at=3)
    assert job.state == JobState.FAILED
    assert "第 3 行" in job.message
    assert "改正" in job.message
    assert "第 3 行" in Notice.objects.get().text


def test_a_crash_ends_the_job_without_the_inner_words(officer: Person, caplog) -> None:
    job = start(officer, break_at=3)
    assert job.state == JobState.FAILED
    assert "ZeroDivision" not in job.message
    assert str(job.pk) in job.message
    assert "ZeroDivision" in caplog.text


def test_the_result_is_its_owners_alone(officer: Person) -> None:
    job = start(officer, file=True)
    url = reverse("files:download", args=[job.result_id])
    assert client_of(officer).get(url).status_code == 200
    assert client_of(make_person("director")).get(url).status_code == 404


def test_a_job_runs_once_however_often_it_is_queued(officer: Person) -> None:
    job = start(officer)
    run_job.enqueue(job.pk)
    assert Notice.objects.count() == 1


def test_an_unknown_kind_is_refused_and_nothing_queued(officer: Person) -> None:
    with pytest.raises(DomainError, match="nonsense"):
        actions.start(kind="nonsense", label="x", arguments={}, actor=officer, at=AT)
    assert not Job.objects.exists()


def test_one_person_cannot_fill_the_queue(officer: Person) -> None:
    Job.objects.bulk_create(
        Job(kind="test-count", label="x", owner=officer, at=AT) for _n in range(actions.MOST_WAITING)
    )
    with pytest.raises(DomainError, match="未完成"):
        start(officer)
    assert Job.objects.count() == actions.MOST_WAITING
    assert start(make_person("officer")).state == JobState.DONE


def test_a_job_whose_worker_is_gone_is_failed_and_a_living_one_left_alone(officer: Person) -> None:
    def running(beat: timedelta) -> Job:
        return Job.objects.create(
            kind="test-count",
            label="长任务",
            owner=officer,
            at=AT,
            state=JobState.RUNNING,
            started_at=AT,
            beat_at=AT - beat,
        )

    dead, alive = running(timedelta(minutes=3)), running(timedelta(seconds=30))
    assert actions.fail_the_dead(at=AT) == 1
    dead.refresh_from_db()
    alive.refresh_from_db()
    assert dead.state == JobState.FAILED
    assert "中断" in dead.message
    assert alive.state == JobState.RUNNING
    assert Notice.objects.count() == 1
    # the worker comes back after all: what was told stays told
    actions.finish(job=dead, outcome=Outcome("迟到"), at=AT)
    dead.refresh_from_db()
    assert dead.state == JobState.FAILED


def test_progress_is_written_at_most_once_a_second(officer: Person, django_assert_max_num_queries) -> None:
    job = Job.objects.create(kind="test-count", label="x", owner=officer, at=AT, state=JobState.RUNNING)
    progress = Progress(job)
    with django_assert_max_num_queries(3):
        for n in range(10_000):
            progress.report(n, 10_000)
    progress.report(10_000, 10_000, "完", force=True)
    job.refresh_from_db()
    assert (job.done, job.message) == (10_000, "完")


def test_pages_show_ones_own_jobs_only_and_renew_open_ones(officer: Person) -> None:
    own = start(officer)
    waiting = Job.objects.create(kind="test-count", label="等待中的任务", owner=officer, at=AT)
    other = start(make_person("officer"))
    client = client_of(officer)
    page = client.get(reverse("jobs:list")).content.decode()
    assert f'id="job-{own.pk}"' in page
    assert f'id="job-{other.pk}"' not in page
    assert "后台进程没有运行" in page
    assert reverse("jobs:progress", args=[waiting.pk]) in page
    part = client.get(reverse("jobs:progress", args=[own.pk])).content.decode()
    assert "hx-get" not in part
    assert client.get(reverse("jobs:progress", args=[other.pk])).status_code == 404
    WorkerBeat.objects.create(worker="w", started_at=timezone.now(), beat_at=timezone.now())
    assert "后台进程没有运行" not in client.get(reverse("jobs:list")).content.decode()


def test_the_list_is_paged(officer: Person) -> None:
    Job.objects.bulk_create(Job(kind="k", label=f"任务{n}号", owner=officer, at=AT) for n in range(45))
    client, url, seen = client_of(officer), reverse("jobs:list"), 0
    after: object = ""
    while after is not None:
        page = client.get(url, {"after": after}).context["page"]
        seen += len(page.rows)
        after = page.pager["after"]
    assert seen == 45


def test_the_clock_runs_what_is_due_once_and_survives_a_fault(caplog) -> None:
    ran: list[str] = []

    def broken(at) -> None:
        raise RuntimeError("坏了")

    registry.add_periodic(Periodic("test-good", "好", timedelta(hours=1), lambda at: ran.append("good")))
    registry.add_periodic(Periodic("test-bad", "坏", timedelta(hours=1), broken))
    try:
        assert {"test-good", "test-bad", "seal-audit", "dead-jobs"} <= set(clockwork.run_due(AT))
        assert not {"test-good", "test-bad"} & set(clockwork.run_due(AT + timedelta(minutes=59)))
        assert "test-good" in clockwork.run_due(AT + timedelta(minutes=60))
        assert ran == ["good", "good"]
        assert "坏了" in PeriodicRun.objects.get(key="test-bad").fault
        rows = {row.label: row for row in periodic_rows(AT + timedelta(hours=4))}
        assert rows["好"].late
    finally:
        registry._periodic.pop("test-good")
        registry._periodic.pop("test-bad")


def test_a_heartbeat_covers_the_worker_and_its_jobs(officer: Person) -> None:
    job = Job.objects.create(kind="k", label="x", owner=officer, at=AT, state=JobState.RUNNING, beat_at=AT)
    later = AT + timedelta(minutes=5)
    actions.beat(worker="w1", running=[job.pk], started_at=AT, at=later)
    job.refresh_from_db()
    assert job.beat_at == later
    assert actions.fail_the_dead(at=later) == 0
    actions.sign_off(worker="w1")
    assert not WorkerBeat.objects.exists()
