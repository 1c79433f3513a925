"""Every address is tried as stranger, wrong unit, reader and right person; a refusal changes nothing.

What a row of ``permissions.ROWS`` says is also what the view says at its head, so that a check that is taken away fails
here; that each object is checked too is proved by people who hold the verb elsewhere.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from yinfeng.foundation.accounts.models import Person

from .permissions import BUSINESS, OUTSIDERS, ROWS, Row, addresses
from .scene import Scene, fill, more_people, narrow_policy

WRITE = re.compile(r'^\s*(INSERT|UPDATE|DELETE|REPLACE)\b.*?"(\w+)"', re.IGNORECASE | re.DOTALL)
PASSED = {200, 201, 204, 302, 303, 422}


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Hundreds of refusals are meant; they need no line each in the log of a failure."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def scene(city: Any, project: Any, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Scene:
    settings.FILES_ROOT = tmp_path
    # On a busy machine the whole table takes longer than a session's minute; each answer is rolled back, and so its mark.
    monkeypatch.setattr("yinfeng.foundation.accounts.middleware.RENEW_AFTER_SECONDS", 10**9)
    more_people(city)
    return fill(city, project)


def ask(scene: Scene, row: Row, key: str, method: str) -> tuple[HttpResponse, list[str]]:
    """Ask for the row's address, take everything back, and tell which tables were written."""
    client, url = scene.client(key), row.url(scene.made)
    client.raise_request_exception = False  # a fault of the server is one line among the others, with its log
    data: dict[str, Any] = row.data(scene.made) if method in ("POST", "PATCH") else {}
    content = {"content_type": "application/json"} if row.api and method in ("POST", "PATCH") else {}
    with transaction.atomic():
        with CaptureQueriesContext(connection) as queries:
            answer = client.generic(method, url) if method in ("PUT", "DELETE") else getattr(client, method.lower())(
                url, data, **content
            )  # fmt: skip
            if hasattr(answer, "streaming_content"):
                list(answer.streaming_content)
        transaction.set_rollback(True)
    return answer, [m[2] for q in queries if (m := WRITE.match(q["sql"]))]


class Faults(list[str]):
    """What was found over the whole table, so that one run tells everything."""

    def expect(self, row: Row, key: str, method: str, told: int, wanted: int | set[int]) -> None:
        if told not in (wanted if isinstance(wanted, set) else {wanted}):
            self.append(f"{row.name} {row.query} {method} as {key}: {told}, not {wanted}")

    def unchanged(self, row: Row, key: str, method: str, written: list[str]) -> None:
        if written:
            self.append(f"{row.name} {row.query} {method} as {key}: refused or only read, but wrote {written}")


@contextmanager
def no_faults() -> Iterator[Faults]:
    found = Faults()
    yield found
    assert not found, "\n" + "\n".join(found)


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    mounted = {name for name, _route, _view in addresses()}
    rows = {row.name for row in ROWS}
    assert sorted(mounted - rows) == []
    assert sorted(rows - mounted) == []


def test_every_view_asks_what_its_row_says() -> None:
    """Taking ``needs`` off a view, or asking for another verb, fails here."""
    views = {name: view for name, _route, view in addresses()}
    wrong = [
        f"{row.name}: row {row.needs}, view {asked}"
        for row in ROWS
        if (asked := getattr(views[row.name], "needs", None)) != row.needs
    ]
    assert wrong == []
    unguarded = {row.name for row in ROWS if row.needs is None}
    assert unguarded == {row.name for row in ROWS if row.public or row.api}, (
        "what asks nothing is named as public or API"
    )


def test_only_the_api_goes_without_the_forms_token() -> None:
    """The API asks for the token itself, see below."""
    free = {name for name, _route, view in addresses() if getattr(view, "csrf_exempt", False)}
    assert all(name.startswith("api:") for name in free), free


def test_a_row_says_who_is_turned_away() -> None:
    faults = []
    for row in ROWS:
        kind, verb = row.needs or (None, "S")
        if row.about and not row.stranger:
            faults.append(f"{row.name}: an object, and nobody to whom it is closed")
        if kind in BUSINESS and verb != "S" and not row.reader:
            faults.append(f"{row.name}: nobody who sees and may not")
        if kind and kind not in OUTSIDERS:
            faults.append(f"{row.name}: nobody is outside {kind}")
    assert faults == []


def test_strangers_stand_at_the_door(scene: Scene) -> None:
    """Nobody who is not signed in gets further than to the log-in, and what is public is named in the table."""
    door = reverse(settings.LOGIN_URL)
    with no_faults() as faults:
        for row in ROWS:
            for method in row.methods:
                answer, written = ask(scene, row, "anonymous", method)
                if row.public:
                    faults.expect(row, "anonymous", method, answer.status_code, PASSED)
                elif row.api:
                    faults.expect(row, "anonymous", method, answer.status_code, 401)
                else:
                    faults.expect(row, "anonymous", method, answer.status_code, 302)
                    if not answer.get("Location", "").startswith(f"{door}?next="):
                        faults.append(f"{row.name}: sent to {answer.get('Location')}")
                if not row.public:
                    faults.unchanged(row, "anonymous", method, written)


def test_the_right_person_gets_in_and_a_get_writes_nothing(scene: Scene) -> None:
    with no_faults() as faults:
        for row in ROWS:
            for method in row.methods:
                key = "anonymous" if row.public else row.right
                answer, written = ask(scene, row, key, method)
                faults.expect(row, key, method, answer.status_code, PASSED)
                if method == "GET" and not row.writes_on_get:
                    faults.unchanged(row, key, method, written)


def test_other_methods_are_not_taken(scene: Scene) -> None:
    with no_faults() as faults:
        for row in ROWS:
            key = "anonymous" if row.public else row.right
            for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(row.methods) - set(row.also):
                answer, written = ask(scene, row, key, method)
                faults.expect(row, key, method, answer.status_code, {403, 404, 405} if row.public else 405)
                faults.unchanged(row, key, method, written)


def test_whoever_has_nothing_to_do_with_a_kind_finds_nothing(scene: Scene) -> None:
    """The administrators read no business, and the others no administration."""
    with no_faults() as faults:
        for row in ROWS:
            for key in OUTSIDERS.get(row.needs[0] or "", ()) if row.needs else ():
                for method in row.methods:
                    answer, written = ask(scene, row, key, method)
                    faults.expect(row, key, method, answer.status_code, 404)
                    faults.unchanged(row, key, method, written)


def test_wrong_unit_and_readers_are_turned_away(scene: Scene) -> None:
    """404 for what is out of sight, 403 for what is seen and not allowed, and nothing is changed."""
    with no_faults() as faults:
        for row in ROWS:
            for key, wanted in ((row.stranger, 404), (row.reader, 403)):
                for method in row.methods if key else ():
                    answer, written = ask(scene, row, key, method)
                    told = _as_refusal(answer)
                    faults.expect(row, key, method, told, row.by_role or wanted)
                    faults.unchanged(row, key, method, written)


def test_each_object_is_checked_for_its_verb(scene: Scene) -> None:
    """Under a policy where directors reach their own unit only: the director of 西区 holds every verb there and sees
    nothing here; with a leader's post besides, everything is seen and nothing may be done."""
    narrow_policy(scene.city)
    tried = 0
    with no_faults() as faults:
        for row in ROWS:
            if not row.about or (row.needs or ("", ""))[0] not in BUSINESS or row.name == "projects:view_change":
                continue
            tried += 1
            for method in row.methods:
                answer, written = ask(scene, row, "deputy", method)
                faults.expect(row, "deputy", method, answer.status_code, 404)
                faults.unchanged(row, "deputy", method, written)
                if row.reader:
                    answer, written = ask(scene, row, "overseer", method)
                    faults.expect(row, "overseer", method, _as_refusal(answer), 403)
                    faults.unchanged(row, "overseer", method, written)
    assert tried > 60


def test_the_worklist_verifies_nothing_out_of_sight(scene: Scene) -> None:
    """It takes ids in a form, not in its address."""
    narrow_policy(scene.city)
    for what in ("milestone", "funds", "flag"):
        fact = getattr(scene.made, what)
        for key in ("deputy", "overseer"):
            answer = scene.client(key).post(reverse("projects:verify_batch"), {"kind": what, "id": fact.pk})
            assert answer.status_code == 302
            fact.refresh_from_db()
            assert fact.status == "declared"


def test_a_first_password_opens_nothing(scene: Scene) -> None:
    """Until it is changed, every address leads to the page where that is done."""
    Person.objects.filter(pk=scene.city.people["director"].pk).update(must_change_password=True)
    page = reverse("accounts:change_password")
    with no_faults() as faults:
        for row in ROWS:
            if row.public or row.name == "accounts:change_password":
                continue
            for method in row.methods:
                answer, written = ask(scene, row, "director", method)
                faults.expect(row, "director", method, answer.status_code, 302)
                if answer.get("Location") != page:
                    faults.append(f"{row.name}: {answer.get('Location')}")
                faults.unchanged(row, "director", method, written)


def test_a_write_through_the_api_carries_the_token(scene: Scene) -> None:
    row = next(row for row in ROWS if row.name == "api:post_milestone")
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene.city.people["officer"], backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(row.url(scene.made), row.data(scene.made), content_type="application/json")
    assert answer.status_code == 403
    assert scene.project.milestones.count() == 1


def _as_refusal(answer: HttpResponse) -> int:
    """A bulk deed on rows that are seen but not one's own is refused in words (422)."""
    words = answer.content.decode() if answer.status_code == 422 else ""
    return 403 if "无权修改" in words else answer.status_code
