"""The page of backups: made and checked in the background, listed, never handed out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from yinfeng.foundation.custody.queries import lying
from yinfeng.foundation.jobs.models import Job

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sysadmin(city: Any, settings: Any, tmp_path: Path) -> Client:
    settings.HOME = tmp_path
    settings.FILES_ROOT = tmp_path / "files"
    client = Client()
    client.force_login(city.people["sysadmin"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_one_is_made_listed_and_checked(sysadmin: Client, tmp_path: Path) -> None:
    page = reverse("custody:backups")
    assert "还没有做过备份" in sysadmin.get(page).content.decode()
    assert sysadmin.post(reverse("custody:make")).status_code == 302
    (made,) = lying()
    told = sysadmin.get(page).content.decode()
    assert made.name in told
    assert "手动" in told
    assert "已通过校验" in told
    assert "还没有做过备份" not in told
    assert "files/" not in told.split("<main")[1]  # no way to take it out
    sysadmin.post(reverse("custody:check"), {"name": made.name})
    assert Job.objects.latest("pk").state == "done"
    path = tmp_path / "backups" / made.name
    path.write_bytes(path.read_bytes()[:-1])
    sysadmin.post(reverse("custody:check"), {"name": made.name})
    assert Job.objects.latest("pk").state == "failed"
    assert "无法读取" in sysadmin.get(page).content.decode()


@pytest.mark.parametrize("name", ["", "../secret_key", "yinfeng-20260101T000000Z-daily.yfb", "a/../b.yfb"])
def test_only_what_lies_in_the_folder_is_checked(sysadmin: Client, name: str) -> None:
    answer = sysadmin.post(reverse("custody:check"), {"name": name})
    assert answer.status_code == 422
    assert Job.objects.count() == 0


def test_one_at_a_time(sysadmin: Client, city: Any) -> None:
    Job.objects.create(kind="backup", label="x", owner=city.people["sysadmin"], at=city.at, state="running")
    answer = sysadmin.post(reverse("custody:make"))
    assert answer.status_code == 422
    assert lying() == []


def test_the_state_of_the_system_tells_of_backups(sysadmin: Client) -> None:
    page = reverse("administration:system")
    assert "还没有备份" in sysadmin.get(page).content.decode()
    sysadmin.post(reverse("custody:make"))
    assert "最近一次" in sysadmin.get(page).content.decode()
