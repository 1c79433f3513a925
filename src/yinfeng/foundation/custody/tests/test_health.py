"""Health and readiness, the barrier, and what commands say of a database that is not ready."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from yinfeng.foundation.audit.actions import record
from yinfeng.foundation.custody import barrier
from yinfeng.foundation.custody.queries import todos
from yinfeng.foundation.jobs.actions import beat

from .elsewhere import elsewhere


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    settings.FILES_ROOT = tmp_path / "files"
    return tmp_path


def ready() -> tuple[int, str, dict[str, str]]:
    answer = Client().get("/readyz")
    told = json.loads(answer.content)
    return answer.status_code, told["status"], told["signs"]


def backed_up(at: Any) -> None:
    record(actor=None, at=at, verb="backup.take", kind="backup", object_id=None, after={"name": "a.yfb", "size": 5})


@pytest.mark.django_db
def test_ready_when_all_is_well(home: Path) -> None:
    now = timezone.now()
    beat(worker="w", running=[], started_at=now, at=now)
    backed_up(now - timedelta(hours=47))
    status, word, signs = ready()
    assert status == 200
    assert {k: v for k, v in signs.items() if k != "disk"} == dict.fromkeys(
        ("restore", "database", "migrations", "worker", "backup"), "ok"
    )
    assert word in ("ok", "degraded")


@pytest.mark.django_db
def test_what_somebody_should_look_at_does_not_close_the_house(home: Path) -> None:
    assert ready()[2]["worker"] == "missing"
    assert ready()[:2] == (200, "degraded")
    assert ready()[2]["backup"] == "none"
    backed_up(timezone.now() - timedelta(hours=49))
    assert ready()[2]["backup"] == "old"


@pytest.mark.django_db
def test_not_ready_without_a_migration(home: Path) -> None:
    MigrationRecorder(connection).record_unapplied("projects", "0002_search")
    assert ready()[:2] == (503, "unready")
    assert ready()[2]["migrations"] == "waiting"


@pytest.mark.django_db
def test_the_barrier_closes_the_house(home: Path, city: Any) -> None:
    (home / barrier.NAME).write_text('{"file": "a.yfb", "at": "2026-03-02"}')
    client = Client()
    client.force_login(city.people["officer"], backend="django.contrib.auth.backends.ModelBackend")
    for url in ("/", "/healthz", "/accounts/login/", "/api/v1/projects"):
        answer = client.get(url)
        assert answer.status_code == 503, url
        assert answer["Retry-After"]
    assert "恢复" in client.get("/").content.decode()
    assert ready()[:2] == (503, "unready")
    assert ready()[2]["restore"] == "unfinished"
    standing = barrier.standing()
    assert standing is not None
    assert "a.yfb" in standing.words
    (home / barrier.NAME).unlink()
    assert client.get("/healthz").content == b"ok"


def test_the_barrier_knows_a_running_restore_from_a_killed_one(home: Path) -> None:
    with barrier.raised(file="a.yfb", at="now") as was_there:
        assert not was_there
        standing = barrier.standing()
        assert standing is not None
        assert standing.held
        assert "正在恢复" in standing.words
    assert barrier.standing() is None


def test_commands_refuse_behind_the_barrier_and_name_the_mend(tmp_path: Path, db: None) -> None:
    with elsewhere("sqlite", tmp_path / "there") as there:
        (there.home / barrier.NAME).write_text("{}")
        for command in ("serve", "migrate"):
            done = there.run(command)
            assert done.returncode == 1, command
            assert "yinfeng restore" in done.stderr
        assert not (there.home / "elsewhere.sqlite3").exists()
        assert there.run("restore", "--abandon").returncode == 0
        assert not (there.home / barrier.NAME).exists()


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_database_without_tables_is_told_in_words(command: str, tmp_path: Path, db: None) -> None:
    with elsewhere("sqlite", tmp_path / "there") as there:
        done = there.run(command)
        assert done.returncode == 1
        assert "请先运行 yinfeng migrate" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.django_db
def test_the_system_administrator_is_told_that_a_backup_is_due(home: Path, city: Any) -> None:
    from yinfeng.foundation.accounts.viewer import viewer_of

    today = timezone.localdate()
    sysadmin, officer = (viewer_of(city.people[key], today) for key in ("sysadmin", "officer"))
    assert [str(t.text) for t in todos(sysadmin, today)] == ["还没有做过备份"]
    assert list(todos(officer, today)) == []
    backed_up(timezone.now())
    assert list(todos(sysadmin, today)) == []
