"""Real processes on a real database file: nobody is refused by a lock, nothing is half-done after a kill."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]

PREPARE = """
import django; django.setup()
from datetime import UTC, date, datetime
from yinfeng.foundation.accounts import actions as accounts
from yinfeng.domain.projects.actions.ledger import *
from yinfeng.domain.projects.rules.words import *
at = datetime(2026, 3, 2, tzinfo=UTC)
unit = accounts.create_unit(code="u", name="澜屏市", short_name="澜屏市", kind="city", parent=None, actor=None, at=at)
person = accounts.create_person(username="p", name="江小禾", password="Phoenix-2026", actor=None, at=at)
for number in range({projects}):
    create_project(data=ProjectData(name=f"第{{number}}号项目", kind=ProjectKind.MANUFACTURING, lead_unit_id=unit.pk,
                   investment_amount=10**8), actor=person, at=at)
"""

READ_THEN_WRITE = """
import django; django.setup()
import sys
from datetime import UTC, datetime, timedelta
from django.db import transaction
from yinfeng.foundation.accounts.models import Person
from yinfeng.domain.projects.models import Project
from yinfeng.domain.projects.actions.ledger import edit_project
person = Person.objects.get()
for number in range(150):
    with transaction.atomic():
        project = Project.objects.order_by("pk")[number % 5]
        edit_project(project=project, changes={"jobs": (project.jobs or 0) + 1}, actor=person,
                     at=datetime.now(UTC))
"""


@pytest.fixture
def house(tmp_path: Path, blank_database: Path) -> dict[str, str]:
    return os.environ | {
        "YINFENG_HOME": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{blank_database}",
        "DJANGO_SETTINGS_MODULE": "yinfeng.config.settings.test",
    }


def python(code: str, house: dict[str, str], **kwargs: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code], env=house, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **kwargs
    )


def finish(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err[-2000:]
    return out


def test_four_processes_read_then_write_without_a_lock_error(house: dict[str, str]) -> None:
    finish(python(PREPARE.format(projects=5), house))
    for process in [python(READ_THEN_WRITE, house) for _ in range(4)]:
        finish(process)
    total = finish(
        python(
            "import django; django.setup()\n"
            "from yinfeng.domain.projects.models import Project\n"
            "print(sum(Project.objects.values_list('jobs', flat=True)))",
            house,
        )
    )
    assert int(total) == 600  # no read was stale, no write was lost


def test_a_kill_in_the_middle_of_an_import_or_a_verification_leaves_nothing_half_done() -> None:
    """A few of the kills that ``tests/kill_acts.py`` counts by the fifty; it looks at every table after each."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.kill_acts", "--engine", "sqlite", "--imports", "4", "--verifications", "2"],
        cwd=Path(__file__).parent.parent, env=os.environ, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert "done again" in done.stdout
