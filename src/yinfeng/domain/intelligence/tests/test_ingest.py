"""`yinfeng ingest`: what it prints, its exit codes, and that a kill leaves nothing half-done."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from yinfeng.domain.intelligence.models import Document

from .conftest import House
from .documents import PAGE


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("ingest", *arguments, stdout=out, stderr=err)
    except SystemExit as stop:
        return int(stop.code or 0), out.getvalue(), err.getvalue()
    except CommandError as refusal:
        return refusal.returncode, out.getvalue(), str(refusal)
    return 0, out.getvalue(), err.getvalue()


def write(folder: Path, count: int) -> None:
    for number in range(count):
        (folder / f"简报{number:02}.txt").write_text(f"第{number}期。{PAGE}" + "园区服务专班现场办公。" * 40, "utf-8")


@pytest.mark.django_db
def test_files_and_folders_go_in(house: House, tmp_path: Path) -> None:
    write(tmp_path, 2)
    (tmp_path / "简报00.meta.json").write_text('{"doc_date": "2026-03-01"}', "utf-8")
    code, out, err = run(
        str(tmp_path), str(tmp_path / "简报01.txt"), "--unit", house.park.code, "--as", house.officer.username
    )
    assert (code, err) == (0, "")
    assert "[1/2] 简报00.txt: 文档" in out
    assert "收录 2 份，已有 0 份，有误 0 份" in out
    one, _two = Document.objects.order_by("title")
    assert (one.title, str(one.doc_date), one.unit, one.uploaded_by) == (
        "简报00",
        "2026-03-01",
        house.park,
        house.officer,
    )
    code, out, _err = run(str(tmp_path))
    assert code == 0
    assert "收录 0 份，已有 2 份" in out


@pytest.mark.django_db
def test_faults_are_named_and_the_others_go_in(house: House, tmp_path: Path) -> None:
    write(tmp_path, 1)
    (tmp_path / "空白.txt").write_text("  ")
    code, out, err = run(str(tmp_path), str(tmp_path / "没有.txt"), "--date", "2026-01-05")
    assert code == 1
    assert "空白.txt" in err
    assert "没有.txt: 找不到文件" in err
    assert "收录 1 份，已有 0 份，有误 2 份" in out
    assert str(Document.objects.get().doc_date) == "2026-01-05"
    assert Document.objects.get().unit == house.city


@pytest.mark.django_db
@pytest.mark.parametrize("options", [["--unit", "没有"], ["--as", "没有"], ["--date", "昨天"]])
def test_usage(house: House, tmp_path: Path, options: list[str]) -> None:
    write(tmp_path, 1)
    code, _out, _err = run(str(tmp_path), *options)
    assert code in (1, 2) if options[0] == "--date" else code == 2
    assert not Document.objects.exists()


PREPARE = """
import django; django.setup()
from datetime import UTC, datetime
from yinfeng.foundation.accounts import actions as accounts
accounts.create_unit(code="u", name="澜屏市", short_name="澜屏市", kind="city", parent=None, actor=None,
                     at=datetime(2026, 3, 2, tzinfo=UTC))
accounts.create_person(username="p", name="江小禾", password="Phoenix-2026", actor=None, at=datetime(2026, 3, 2, tzinfo=UTC))
"""
PROVE = """
import django; django.setup()
from yinfeng.domain.intelligence import checks
from yinfeng.domain.intelligence.models import Document
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.files.models import StoredFile
faults = [*checks.quotes(), *checks.access_rows(), *checks.settled()]
whole = [d for d in Document.objects.all() if d.proposals.filter(kind="project").count() == len(d.reading["projects"])]
print(Document.objects.count(), len(whole), AuditRow.objects.filter(verb="document.take_in").count(),
      StoredFile.objects.filter(owner_id__in=Document.objects.values("pk")).count(), len(faults), *faults[:3])
"""


@pytest.mark.slow
@pytest.mark.sqlite
def test_a_kill_leaves_whole_documents_only_and_the_run_can_be_repeated(tmp_path: Path, blank_database: Path) -> None:
    environment = os.environ | {
        "YINFENG_HOME": str(tmp_path / "home"),
        "DATABASE_URL": f"sqlite:///{blank_database}",
        "DJANGO_SETTINGS_MODULE": "yinfeng.config.settings.test",
    }

    def python(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *arguments], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def finished(process: subprocess.Popen[str]) -> str:
        out, err = process.communicate(timeout=240)
        assert process.returncode == 0, err[-2000:]
        return out

    folder = tmp_path / "in"
    folder.mkdir()
    write(folder, 40)
    finished(python("-c", PREPARE))
    command = ["-c", "from yinfeng.config.cli import main; main()", "ingest", str(folder), "--as", "p", "--unit", "u"]
    chance = random.Random(11)
    for _ in range(3):
        process = python(*command)
        assert process.stdout is not None
        process.stdout.readline()  # one document is in, the next is on its way
        time.sleep(chance.uniform(0.0, 0.15))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    documents, whole, audited, files, faults, *words = finished(python("-c", PROVE)).split()
    assert int(documents) > 0
    assert documents == whole == audited == files
    assert (faults, words) == ("0", [])
    assert "有误 0 份" in finished(python(*command))
    documents, whole, audited, files, faults, *words = finished(python("-c", PROVE)).split()
    assert documents == whole == audited == files == "40"
    assert (faults, words) == ("0", [])
