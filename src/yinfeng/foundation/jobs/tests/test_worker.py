"""The real worker in a process of its own, on a database of its own: it works, and a kill -9 is told in words."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

SETUP = """
import sys, time, django
django.setup()
from django.core.management import call_command
from django.utils import timezone
from yinfeng.foundation.jobs import actions, registry
from yinfeng.foundation.jobs.models import Job

def nap(progress, arguments):
    progress.report(1, 2, "started", force=True)
    time.sleep(arguments["seconds"])
    return registry.Outcome("slept")

registry.register(registry.JobKind("nap", "nap", nap))
"""
FILL = """
from datetime import timedelta
from yinfeng.foundation.accounts.actions import create_person
p = create_person(username="a", name="a", password="Phoenix-2026", actor=None, at=timezone.now())
for seconds in (0, 60):
    actions.start(kind="nap", label="nap", arguments={"seconds": seconds}, actor=p, at=timezone.now())
"""
LATER = """
from datetime import timedelta
actions.fail_the_dead(at=timezone.now() + timedelta(minutes=3))
"""


def environment(home: Path) -> dict[str, str]:
    return os.environ | {
        "YINFENG_HOME": str(home),
        "DATABASE_URL": f"sqlite:///{home / 'house.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "yinfeng.config.settings.dev",
    }


def run(home: Path, script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", SETUP + script], env=environment(home), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def states(home: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(home / "house.sqlite3")) as database:
        return database.execute("SELECT state, message FROM jobs_job WHERE kind = 'nap' ORDER BY id").fetchall()


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.usefixtures("blank_database")
def test_the_worker_does_its_queue_and_a_killed_one_leaves_words(tmp_path: Path) -> None:
    run(tmp_path, FILL)
    worker = subprocess.Popen(
        [sys.executable, "-c", SETUP + "call_command('worker', interval=0.2)"], env=environment(tmp_path)
    )
    try:
        for _n in range(300):
            if states(tmp_path) == (wanted := [("done", "slept"), ("running", "started")]):
                break
            time.sleep(0.2)
        assert states(tmp_path) == wanted
        worker.send_signal(signal.SIGKILL)
        worker.wait(timeout=30)
    finally:
        if worker.poll() is None:
            worker.kill()
    run(tmp_path, LATER)
    state, message = states(tmp_path)[1]
    assert state == "failed"
    assert message.startswith("后台进程中断")
