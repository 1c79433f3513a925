"""Signing in and out."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.conf import settings as conf
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from yinfeng.foundation.accounts import actions
from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.audit.models import AuditRow

from .people import AT, PASSWORD, client_of, make_person

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture
def officer() -> Person:
    return make_person("officer", username="wang")


def sign_in(client: Client, username: str = "wang", password: str = PASSWORD, **more):
    return client.post(LOGIN, {"username": username, "password": password, **more})


def is_in(client: Client) -> bool:
    return client.get(reverse("notices:list")).status_code == 200


def test_signing_in_leads_to_where_one_was_going(officer: Person) -> None:
    client = Client()
    asked = client.get(reverse("notices:list"))
    assert asked.status_code == 302
    assert asked["Location"] == f"{LOGIN}?next=/notices/"
    assert b'name="next"' in client.get(asked["Location"]).content
    assert sign_in(client, next="/notices/")["Location"] == "/notices/"
    assert is_in(client)


@pytest.mark.parametrize("target", ["https://example.com/", "//example.com/", "javascript:alert(1)", "\\\\example.com"])
def test_signing_in_never_leads_out_of_the_house(officer: Person, target: str) -> None:
    assert sign_in(Client(), next=target)["Location"] == reverse("portal:workbench")


def test_a_refusal_does_not_tell_whether_the_person_exists(officer: Person) -> None:
    actions.deactivate_person(person=make_person(username="gone"), actor=None, at=AT)
    known, unknown, closed = (
        sign_in(Client(), name, word).content.decode()
        for name, word in (("wang", "wrong"), ("nobody", "wrong"), ("gone", PASSWORD))
    )
    for page in (known, unknown, closed):
        assert "用户名或密码不正确，或账号已停用" in page


def test_five_failures_lock_the_door_for_a_quarter_of_an_hour(officer: Person) -> None:
    client = Client()
    for _n in range(4):
        assert sign_in(client, password="wrong").status_code == 200
    locked = sign_in(client, password="wrong")
    assert locked.status_code == 429
    assert "15" in locked.content.decode()
    assert sign_in(client).status_code == 429  # even the right password
    assert not is_in(client)
    assert sign_in(Client(REMOTE_ADDR="192.0.2.7"))["Location"]  # the person elsewhere is not locked out
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert sign_in(client).status_code == 302


def test_a_reset_by_the_administrator_ends_the_lock(officer: Person) -> None:
    client = Client()
    for _n in range(5):
        sign_in(client, password="wrong")
    assert AccessAttempt.objects.exists()
    answer = client_of(make_person("sysadmin")).post(reverse("administration:person_password", args=[officer.pk]))
    assert not AccessAttempt.objects.exists()
    assert sign_in(client, password=answer.context["page"].password).status_code == 302


def test_leaving_is_a_post_and_ends_the_session(officer: Person) -> None:
    client = client_of(officer)
    assert client.get("/accounts/logout/").status_code == 405
    assert is_in(client)
    client.post("/accounts/logout/")
    assert not is_in(client)


def test_an_idle_session_ends_and_an_active_one_stays(officer: Person) -> None:
    start = timezone.now()
    client = Client()
    with time_machine.travel(start) as clock:
        sign_in(client)
        assert is_in(client)
        for _n in range(5):
            clock.shift(timedelta(seconds=conf.SESSION_COOKIE_AGE - 60))
            assert is_in(client)
        clock.shift(timedelta(seconds=conf.SESSION_COOKIE_AGE + 60))
        assert not is_in(client)


def test_looking_at_pages_writes_the_session_at_most_once_a_minute(officer: Person) -> None:
    client = client_of(officer)
    with time_machine.travel(timezone.now(), tick=False):
        client.get(reverse("notices:list"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("notices:list"))
    assert not [q for q in queries if not q["sql"].startswith("SELECT")]


def change(client: Client, old: str = PASSWORD, new: str = "Nest-building-1", repeated: str = ""):
    told = {"old_password": old, "new_password": new, "repeated": repeated or new}
    return client.post("/accounts/password/", told)


def test_a_first_password_has_to_be_changed_before_anything_else(officer: Person) -> None:
    actions.set_password(person=officer, password="First-time-12", actor=None, at=AT)
    client = Client()
    sign_in(client, password="First-time-12")
    for url in ("/notices/", "/jobs/", "/"):
        assert client.get(url)["Location"] == "/accounts/password/"
    assert change(client, "First-time-12").status_code == 302
    assert is_in(client)


def test_changing_the_password_ends_the_other_sessions(officer: Person) -> None:
    here, elsewhere = client_of(officer), client_of(officer)
    assert change(here).status_code == 302
    assert is_in(here)
    assert not is_in(elsewhere)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"old": "wrong"}, "原密码不正确"),
        ({"new": "short"}, "密码"),
        ({"new": "alllowercaseletters"}, "三种"),
        ({"new": PASSWORD}, "不能与原密码相同"),
        ({"repeated": "Another-one-12"}, "不一致"),
    ],
)
def test_a_faulty_change_is_refused_beside_the_field(officer: Person, told: dict, words: str) -> None:
    client, trail = client_of(officer), AuditRow.objects.count()
    answer = change(client, **told)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Person.objects.get(pk=officer.pk).check_password(PASSWORD)
    assert AuditRow.objects.count() == trail


def test_a_deactivated_person_is_out_with_the_next_click(officer: Person) -> None:
    client = client_of(officer)
    actions.deactivate_person(person=officer, actor=None, at=AT)
    assert not is_in(client)


def test_the_language_is_kept_with_the_person(officer: Person) -> None:
    client = client_of(officer)
    assert client.post("/accounts/language/", {"language": "en", "next": "/jobs/"})["Location"] == "/jobs/"
    assert Person.objects.get(pk=officer.pk).language == "en"
    client.post("/accounts/language/", {"language": "tlh", "next": "https://example.com"})
    assert Person.objects.get(pk=officer.pk).language == "en"
    stranger = Client()
    stranger.post("/accounts/language/", {"language": "en"})
    assert 'lang="en"' in stranger.get(LOGIN).content.decode()
