"""Storing: refused files leave nothing behind, kept ones can be proved."""

from __future__ import annotations

import io
import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, transaction

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.accounts.tests.people import AT, make_person
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.files import vault
from yinfeng.foundation.files.actions import attach, clean, store
from yinfeng.foundation.files.models import StoredFile
from yinfeng.foundation.files.queries import broken_files, files_of, orphans, read_bytes
from yinfeng.kernel.errors import DomainError

from . import hostile

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 agreement"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    settings.FILES_ROOT = tmp_path / "files"
    return settings.FILES_ROOT


@pytest.fixture
def officer() -> Person:
    return make_person("officer")


def keep(actor: Person, content=PDF, name: str = "投资协议.pdf", owner_id: int | None = 7) -> StoredFile:
    return store(content=content, name=name, owner_kind="project", owner_id=owner_id, actor=actor, at=AT)


def on_disk(folder: Path) -> list[str]:
    return [p.name for p in folder.rglob("*") if p.is_file()]


def test_a_file_is_kept_once_by_its_content_and_written_to_the_trail(officer: Person, folder: Path) -> None:
    first = keep(officer)
    second = keep(officer, SimpleUploadedFile("x.pdf", PDF), "另一份.pdf")
    third = keep(officer, io.BytesIO(PDF), "第三份.pdf", owner_id=8)
    assert first.sha256 == second.sha256 == third.sha256
    assert on_disk(folder) == [first.sha256]
    assert vault.place_of(first.sha256).relative_to(folder).parts[:2] == (first.sha256[:2], first.sha256[2:4])
    assert read_bytes(second) == PDF
    assert [f.name for f in files_of("project", 7)] == ["另一份.pdf", "投资协议.pdf"]
    row = AuditRow.objects.get(verb="file.store", object_id=first.pk)
    assert row.after["sha256"] == first.sha256
    assert not list(broken_files())


@pytest.mark.parametrize(
    ("content", "name", "code", "words"),
    [
        (b"", "空.pdf", "file.empty", "空文件"),
        (b"MZ\x90", "报告.pdf", "file.executable", "可执行程序"),
        (hostile.zip_bomb(), "台账.xlsx", "file.bomb", "解压后体积异常"),
        (hostile.docx({"word/vbaProject.bin": b"x"}), "纪要.docx", "file.macros", "宏"),
        (hostile.packed({"a": "b"}), "材料.zip", "file.archive", "解压"),
        (PDF, "../../etc/passwd", "file.name", "文件名"),
        (PDF, "报告\u202efdp.exe", "file.name", "文件名"),
        (b"x" * 2001, "大.txt", "file.too_big", "MB"),
    ],
)
def test_a_refusal_names_the_file_and_the_mend_and_leaves_nothing(
    content: bytes, name: str, code: str, words: str, officer: Person, folder: Path, settings
) -> None:
    settings.FILES_MAX_BYTES = 2000 if code == "file.too_big" else settings.FILES_MAX_BYTES
    trail = AuditRow.objects.count()
    with pytest.raises(DomainError) as refusal:
        keep(officer, content, name)
    assert refusal.value.code == code
    assert words in str(refusal.value)
    assert refusal.value.fix
    assert name[-6:].replace("\u202e", "·") in refusal.value.message
    assert refusal.value.message.isprintable()
    assert not StoredFile.objects.exists()
    assert AuditRow.objects.count() == trail
    assert on_disk(folder) == []


def test_a_stop_between_content_and_row_leaves_an_orphan_that_is_cleaned_when_old(officer: Person) -> None:
    with pytest.raises(KeyboardInterrupt), transaction.atomic():  # noqa: PT012
        lost = keep(officer, b"%PDF-1.7 lost")
        raise KeyboardInterrupt
    kept = keep(officer)
    place = vault.place_of(lost.sha256)
    assert list(orphans()) == [place]
    assert not list(broken_files())  # an orphan harms nobody
    assert clean(at=AT, older_than=timedelta(hours=24)) == []
    old = (AT - timedelta(hours=25)).timestamp()
    os.utime(place, (old, old))
    os.utime(vault.place_of(kept.sha256), (old, old))
    assert clean(at=AT, older_than=timedelta(hours=24)) == [place]
    assert read_bytes(kept) == PDF


def test_the_clean_command_says_what_it_did(officer: Person, folder: Path, capsys) -> None:
    (folder / vault.INCOMING).mkdir(parents=True)
    (folder / vault.INCOMING / "half").write_bytes(b"x")
    os.utime(folder / vault.INCOMING / "half", (0, 0))
    call_command("files", "clean")
    assert "已清理 1 个" in capsys.readouterr().out
    assert on_disk(folder) == []


def test_missing_and_changed_contents_are_found_and_storing_again_heals(officer: Person) -> None:
    changed, missing = keep(officer), keep(officer, b"%PDF-1.7 other", "另.pdf")
    vault.place_of(changed.sha256).write_bytes(b"%PDF-1.7 Agreement")
    vault.place_of(missing.sha256).unlink()
    faults = "\n".join(broken_files())
    assert "投资协议.pdf" in faults
    assert "摘要不符" in faults
    assert "内容缺失" in faults
    with pytest.raises(DomainError, match="缺失"):
        read_bytes(missing)
    keep(officer)
    keep(officer, b"%PDF-1.7 other")
    assert not list(broken_files())


def test_a_file_without_owner_is_given_to_an_object_once_and_only_by_its_uploader(officer: Person) -> None:
    file = keep(officer, owner_id=None)
    other = make_person("officer")
    with pytest.raises(DomainError, match="本人上传"):
        attach(file=file, owner_kind="project", owner_id=3, actor=other, at=AT)
    attach(file=file, owner_kind="project", owner_id=3, actor=officer, at=AT)
    with pytest.raises(DomainError, match="已归属"):
        attach(file=file, owner_kind="project", owner_id=4, actor=officer, at=AT)
    file.refresh_from_db()
    assert file.owner_id == 3


@pytest.mark.django_db(transaction=True)
def test_many_people_storing_the_same_content_at_once_all_succeed(folder: Path) -> None:
    officer = make_person("officer")
    faults: list[BaseException] = []

    def work() -> None:
        try:
            for _n in range(5):
                keep(officer)
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert StoredFile.objects.count() == 20
    assert len(on_disk(folder)) == 1
    assert not list(broken_files())
