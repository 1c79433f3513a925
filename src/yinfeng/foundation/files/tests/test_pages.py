"""Downloading: only who sees the owner, always as an attachment, always in the log of looks."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from yinfeng.foundation.accounts.tests.people import AT, client_of, make_person
from yinfeng.foundation.audit.models import LookRow
from yinfeng.foundation.files import owners
from yinfeng.foundation.files.actions import store
from yinfeng.foundation.files.models import StoredFile

pytestmark = pytest.mark.django_db
PAGE = b"<!DOCTYPE html><script>alert(1)</script>"


@pytest.fixture
def files(settings, tmp_path: Path) -> dict[str, StoredFile]:
    settings.FILES_ROOT = tmp_path
    officer = make_person("officer", username="owner")
    owners.register("test-kind", lambda viewer, file: "director" in viewer.roles and file.owner_id == 1)

    def keep(name: str, kind: str, owner_id: int | None) -> StoredFile:
        return store(content=PAGE, name=name, owner_kind=kind, owner_id=owner_id, actor=officer, at=AT)

    yield {
        "seen": keep("公告（一）.html", "test-kind", 1),
        "unseen": keep("公告.html", "test-kind", 2),
        "unknown": keep("公告.html", "nobodys-kind", 1),
        "draft": keep("公告.html", "test-kind", None),
    }
    owners._owners.pop("test-kind")


def url(file: StoredFile) -> str:
    return reverse("files:download", args=[file.pk])


def test_who_sees_the_owner_gets_the_file_as_an_attachment_and_the_look_is_logged(files) -> None:
    director = make_person("director")
    answer = client_of(director).get(url(files["seen"]))
    assert b"".join(answer.streaming_content) == PAGE
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''" + quote("公告（一）.html")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    look = LookRow.objects.get()
    assert (look.person, look.kind, look.object_kind, look.object_id) == (director, "download", "test-kind", 1)


@pytest.mark.parametrize("which", ["unseen", "unknown", "draft"])
def test_what_is_not_visible_does_not_exist(files, which: str) -> None:
    assert client_of(make_person("director")).get(url(files[which])).status_code == 404
    assert not LookRow.objects.exists()


def test_an_unattached_file_is_its_uploaders_alone(files) -> None:
    owner = files["draft"].uploaded_by
    assert client_of(owner).get(url(files["draft"])).status_code == 200
    assert client_of(owner).get(url(files["seen"])).status_code == 404  # given away: who sees the object decides


def test_a_stranger_is_sent_to_log_in_and_other_methods_are_refused(files) -> None:
    answer = Client().get(url(files["seen"]))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("accounts:login"))
    assert client_of(make_person("director")).post(url(files["seen"])).status_code == 405
