"""Restoring: into another engine too, equal to the digest; refused without a change; never half."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook
from tests.scene import fill, more_people

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.audit.actions import seal
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.custody.actions.backing_up import make_backup
from yinfeng.foundation.custody.actions.restoring import digest_of
from yinfeng.foundation.custody.archive import Reader
from yinfeng.foundation.files.actions import store

from .elsewhere import ENGINES, Elsewhere, elsewhere

pytestmark = pytest.mark.django_db(transaction=True)
# What the restore itself writes: its own record, and the jobs whose queue is gone.
CHANGED = {"audit_auditrow", "jobs_job"}


@pytest.fixture
def made(city: Any, project: Any, settings: Any, tmp_path: Path) -> Path:
    """A backup of the city with a project, a file, a person who is gone, a job in the queue and a sealed trail."""
    from yinfeng.foundation.jobs.models import Job

    settings.FILES_ROOT = tmp_path / "files"
    more_people(city)
    fill(city, project)
    store(
        content="会商纪要（虚构）".encode(), name="会商纪要.txt", owner_kind="project", owner_id=project.pk,
        actor=city.people["officer"], at=city.at,
    )  # fmt: skip
    Person.objects.create(username="gone", name="离任").delete()
    Job.objects.create(kind="nap", label="睡", owner=city.people["officer"], at=city.at, arguments={"甲": [1.5, "x"]})
    AuditRow.objects.update(inserted_at=timezone.now() - timedelta(hours=1))
    seal(at=timezone.now())
    return make_backup(path=tmp_path / "made.yfb", actor=None, at=timezone.now()).path


def contents(path: Path) -> dict[str, tuple[int, str]]:
    with Reader(path) as backup:
        return {t.plan.name: (t.rows, t.content) for t in backup.manifest.tables}


def backed_up(place: Elsewhere, name: str) -> Path:
    path = place.home / name
    done = place.run("backup", str(path))
    assert done.returncode == 0, done.stderr
    return path


def exported(place: Elsewhere) -> list[list[Any]]:
    """The cells of the ledger as a workbook, but for the line that says when it was made."""
    path = place.home / "ledger.xlsx"
    done = place.run("ledger", "export", str(path))
    assert done.returncode == 0, done.stderr
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    told = [[cell for cell in row if "导出" not in str(cell)] for row in rows]
    assert any("云梯智能电梯部件项目" in map(str, row) for row in told)
    return told


@pytest.mark.parametrize("engine", ENGINES)
def test_everything_comes_back(engine: str, made: Path, city: Any, tmp_path: Path) -> None:
    """... and on to the other engine and back, without a difference in any table."""
    before = contents(made)
    with elsewhere(engine, tmp_path / "there") as there:
        done = there.run("restore", str(made))
        assert done.returncode == 0, done.stderr
        assert f"相符 projects_project {before['projects_project'][0]} 行" in done.stdout
        assert "0 处不符" in done.stdout
        after = contents(again := backed_up(there, "again.yfb"))
        assert {t: told for t, told in after.items() if t not in CHANGED} == {
            t: told for t, told in before.items() if t not in CHANGED
        }
        assert after["audit_auditrow"][0] == before["audit_auditrow"][0] + 1
        told = json.loads(there.python(QUESTIONS))
        assert told["found"] >= 1
        assert told["job"] == "failed"
        assert told["restored"]["name"] == "made.yfb"
        # A number that was given out once is not given to another.
        last = Person.objects.order_by("-pk").values_list("pk", flat=True)[0]
        assert told["next"] > last + 1
        assert told["sessions"] == 0
        with elsewhere(ENGINES[-1], tmp_path / "back") as back:
            assert back.run("restore", str(again)).returncode == 0
            home_again = contents(backed_up(back, "home.yfb"))
            assert exported(back) == exported(there)
        assert {t: v for t, v in home_again.items() if t not in CHANGED} == {
            t: v for t, v in before.items() if t not in CHANGED
        }


QUESTIONS = """
import json
from django.contrib.sessions.models import Session
from yinfeng.domain.projects.models import Project
from yinfeng.domain.projects.queries import search
from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.jobs.models import Job
print(json.dumps({
    "found": Project.objects.filter(search.matching("电梯")).count(),
    "job": Job.objects.get(label="睡").state,
    "restored": AuditRow.objects.get(verb="backup.restore").after,
    "next": Person.objects.create(username="next", name="后来").pk,
    "sessions": Session.objects.count(),
}))
"""


@pytest.mark.sqlite
def test_there_is_data_so_it_is_refused_and_replace_keeps_the_old(
    blank_database: Path, made: Path, tmp_path: Path
) -> None:
    with elsewhere("sqlite", tmp_path / "there", blank=blank_database) as there:
        assert there.run("restore", str(made)).returncode == 0
        there.python('from yinfeng.foundation.accounts.models import Person\nPerson.objects.update(name="改过")')
        changed = contents(backed_up(there, "changed.yfb"))
        refused = there.run("restore", str(made))
        assert refused.returncode == 1
        assert "没有恢复" in refused.stderr
        assert "--replace" in refused.stderr
        assert contents(backed_up(there, "still.yfb"))["accounts_person"] == changed["accounts_person"]
        done = there.run("restore", str(made), "--replace")
        assert done.returncode == 0, done.stderr
        assert contents(backed_up(there, "now.yfb"))["accounts_person"] == contents(made)["accounts_person"]
        (own,) = (there.home / "backups").glob("*-before-restore.yfb")
        assert contents(own)["accounts_person"] == changed["accounts_person"]
        assert there.run("backup", "--check", str(own)).returncode == 0


@pytest.mark.sqlite
def test_a_damaged_one_or_a_newer_one_changes_nothing(made: Path, tmp_path: Path) -> None:
    whole = made.read_bytes()
    harmed = tmp_path / "harmed.yfb"
    harmed.write_bytes(whole[:300] + bytes([whole[300] ^ 1]) + whole[301:])
    newer = tmp_path / "newer.yfb"
    newer.write_bytes(_with_migration(made, tmp_path, "9999_from_the_future"))
    with elsewhere("sqlite", tmp_path / "there") as there:
        for path, word in ((harmed, "校验和"), (newer, "请先把引凤升级"), (tmp_path / "none.yfb", "没有这个文件")):
            done = there.run("restore", str(path))
            assert done.returncode == 1
            assert word in done.stderr
            assert "Traceback" not in done.stderr
        assert [p.name for p in there.home.iterdir() if "sqlite" in p.name or "restor" in p.name] == []


def _with_migration(made: Path, folder: Path, name: str) -> bytes:
    """The same backup as a later version would have written it."""
    from dataclasses import replace

    from yinfeng.foundation.custody.archive import written
    from yinfeng.foundation.custody.rules.format import MANIFEST

    with Reader(made) as old, written(folder / "x.yfb", 1, overwrite=True) as new:
        told = old.manifest
        for entry in sorted(old.names - {MANIFEST}):
            with old.open(entry) as content:
                new.entry(entry, [content.read()])
        later = replace(told, migrations=told.migrations | {"projects": [*told.migrations["projects"], name]})
        new.entry(MANIFEST, [later.as_json().encode()])
    return (folder / "x.yfb").read_bytes()


@pytest.mark.sqlite
def test_nothing_is_restored_under_a_running_worker(blank_database: Path, made: Path, tmp_path: Path) -> None:
    with elsewhere("sqlite", tmp_path / "there", blank=blank_database) as there:
        there.python(
            "from django.utils import timezone\nfrom yinfeng.foundation.jobs.actions import beat\n"
            "beat(worker='w-1', running=[], started_at=timezone.now(), at=timezone.now())"
        )
        done = there.run("restore", str(made))
        assert done.returncode == 1
        assert "w-1" in done.stderr
        assert (
            there.python("from yinfeng.foundation.accounts.models import Person\nprint(Person.objects.count())") == "0"
        )


def test_one_digest_tells_of_all_tables(made: Path) -> None:
    with Reader(made) as backup:
        assert len(digest_of(backup.manifest)) == 64
