"""Backups: everything as of one moment, whole or not at all, and a check that sees every harm."""

from __future__ import annotations

import hashlib
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.custody.actions import backing_up
from yinfeng.foundation.custody.actions.backing_up import Made, faults_of, make_backup
from yinfeng.foundation.custody.archive import Reader
from yinfeng.foundation.custody.snapshot import snapshot
from yinfeng.foundation.custody.tables import plans_of, why_left_out
from yinfeng.foundation.files import vault
from yinfeng.foundation.files.actions import store
from yinfeng.kernel.errors import DomainError

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kept(city: Any, settings: Any, tmp_path: Path) -> Any:
    """The city with one file in its vault."""
    settings.FILES_ROOT = tmp_path / "files"
    city.file = store(
        content="会商纪要（虚构）".encode(), name="会商纪要.txt", owner_kind="job", owner_id=None,
        actor=city.people["officer"], at=city.at,
    )  # fmt: skip
    return city


def backup(path: Path, **more: Any) -> Made:
    return make_backup(path=path, actor=None, at=timezone.now(), **more)


def rows_of(path: Path, table: str) -> list[list[Any]]:
    with Reader(path) as held, held.open(f"tables/{table}.jsonl") as entry:
        return [json.loads(line) for line in entry]


def test_everything_is_in_it_but_sessions_and_the_queue(kept: Any, tmp_path: Path) -> None:
    Client().force_login(kept.people["officer"], backend="django.contrib.auth.backends.ModelBackend")
    made = backup(tmp_path / "a.yfb")
    assert list(faults_of(made.path)) == []
    assert len(rows_of(made.path, "accounts_person")) == Person.objects.count()
    assert made.manifest.rows > 40
    with zipfile.ZipFile(made.path) as held:
        names = set(held.namelist())
        assert held.read(f"files/{kept.file.sha256[:2]}/{kept.file.sha256}").decode() == "会商纪要（虚构）"
    assert "tables/django_session.jsonl" not in names
    assert "登录会话" in made.manifest.left_out["django_session"]
    assert made.path.stat().st_mode & 0o077 == 0
    row = AuditRow.objects.get(verb="backup.take")
    assert row.after is not None
    assert row.after["rows"] == made.manifest.rows


def test_the_file_proves_itself_with_ordinary_tools(kept: Any, tmp_path: Path) -> None:
    content = backup(tmp_path / "a.yfb").path.read_bytes()
    assert hashlib.sha256(content[:-64]).hexdigest() == content[-64:].decode()


def test_it_shows_one_moment_while_people_write(kept: Any, tmp_path: Path) -> None:
    plans = {p.name: p for p in plans_of(apps)[0]}
    before = Person.objects.count()
    with snapshot() as taken:
        Person.objects.create(username="late", name="晚来")
        AuditRow.objects.create(at=timezone.now(), verb="late", object_kind="person")
        assert sum(map(len, taken.rows(plans["accounts_person"]))) == before
        assert not any("late" in row for batch in taken.rows(plans["audit_auditrow"]) for row in batch)
    assert Person.objects.count() == before + 1  # and the writer did not wait


def test_a_name_that_is_taken_is_not_touched(kept: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.yfb"
    path.write_bytes(b"an older backup")
    with pytest.raises(DomainError, match="没有改动它"):
        backup(path)
    assert path.read_bytes() == b"an older backup"
    assert list(tmp_path.glob("*.part")) == []
    backup(path, overwrite=True)
    assert list(faults_of(path)) == []


def test_a_backup_that_breaks_off_leaves_the_old_one(kept: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.yfb"
    old = backup(path).path.read_bytes()

    def stop(done: int, total: int, what: str) -> None:
        if what == "projects_project":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup(path, overwrite=True, tick=stop)
    assert path.read_bytes() == old
    assert [p.name for p in tmp_path.glob("a.*")] == ["a.yfb"]


def test_what_a_killed_process_left_is_written_over(kept: Any, tmp_path: Path) -> None:
    (tmp_path / "a.yfb.part").write_bytes(b"x" * 10_000_000)
    assert list(faults_of(backup(tmp_path / "a.yfb").path)) == []
    assert (tmp_path / "a.yfb").stat().st_size < 1_000_000


def test_a_content_that_is_lost_is_told_and_the_rest_kept(kept: Any, tmp_path: Path) -> None:
    vault.place_of(kept.file.sha256).unlink()
    made = backup(tmp_path / "a.yfb")
    assert any(kept.file.sha256 in fault and "缺失" in fault for fault in made.faults)
    assert made.manifest.missing_files == (kept.file.sha256,)
    with pytest.raises(SystemExit) as stopped:
        call_command("backup", str(tmp_path / "b.yfb"))
    assert stopped.value.code == 1
    assert len(rows_of(tmp_path / "b.yfb", "files_storedfile")) == 1


def harmed(whole: Path, to: Path, harm: Any) -> Path:
    to.write_bytes(harm(whole.read_bytes()))
    return to


@pytest.mark.parametrize(
    ("harm", "word"),
    [
        (lambda b: b[: len(b) // 2], "完整"),
        (lambda b: b[:-1], "完整|校验和"),
        (lambda b: b[:200] + bytes([b[200] ^ 1]) + b[201:], "校验和不符"),
        (lambda b: b"", "完整"),
        (lambda b: b"PK\x05\x06" + b"\0" * 18, "不是引凤的备份"),
    ],
    ids=["cut in half", "cut by a byte", "a bit turned", "empty", "another zip"],
)
def test_a_harmed_file_is_seen(kept: Any, tmp_path: Path, harm: Any, word: str, capsys: Any) -> None:
    path = harmed(backup(tmp_path / "a.yfb").path, tmp_path / "b.yfb", harm)
    with pytest.raises(SystemExit) as stopped:
        call_command("backup", "--check", str(path))
    assert stopped.value.code == 1
    import re

    assert re.search(word, capsys.readouterr().err)


def test_a_changed_row_is_seen_even_with_new_sums_of_the_zip(kept: Any, tmp_path: Path) -> None:
    """Somebody who packs the ZIP again, comment and all, still does not agree with the manifest."""
    whole, other = backup(tmp_path / "a.yfb").path, tmp_path / "b.yfb"
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace("江小禾".encode(), "江大禾".encode()) if "person" in name else content)
        new.comment = old.comment
    told = "\n".join(faults_of(other))
    assert "accounts_person" in told


def test_an_empty_place_has_nothing_to_back_up(monkeypatch: Any, tmp_path: Path, db: None) -> None:
    monkeypatch.setattr(backing_up, "applied", lambda taken: [])
    with pytest.raises(DomainError, match="yinfeng migrate"):
        backup(tmp_path / "a.yfb")
    assert list(tmp_path.iterdir()) == []


def test_each_table_of_the_house_has_its_form_and_points_only_at_what_is_kept() -> None:
    plans, left = plans_of(apps)
    names = {plan.name for plan in plans}
    assert {"accounts_person", "projects_project", "rulebook_rule", "audit_auditrow", "files_storedfile"} <= names
    dangling = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        if why_left_out(model) is None
        for field in model._meta.local_concrete_fields
        if field.remote_field is not None and why_left_out(field.related_model)  # type: ignore[arg-type]
    ]
    assert dangling == []
    assert all(left.values())


def test_no_table_is_forgotten(tmp_path: Path, db: None) -> None:
    """A table that no model knows of is a model's, the engine's, or registered as made anew."""
    made = backup(tmp_path / "a.yfb")
    assert [t for t, why in made.manifest.left_out.items() if why == "不是引凤的表"] == []


def test_the_last_backup_is_known_by_its_record(kept: Any, tmp_path: Path) -> None:
    from yinfeng.foundation.custody.queries import last_backup

    assert last_backup() is None
    make_backup(path=tmp_path / "a.yfb", actor=None, at=kept.at)
    make_backup(path=tmp_path / "b.yfb", actor=None, at=kept.at + timedelta(hours=1))
    told = last_backup()
    assert told is not None
    assert (told.name, told.at) == ("b.yfb", kept.at + timedelta(hours=1))
