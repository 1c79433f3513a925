"""Log lines: a request each, and nothing in them that somebody typed."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection
from django.test import Client, RequestFactory

from yinfeng.foundation.accounts.addresses import client_address
from yinfeng.foundation.custody.logs import JsonFormatter

SECRETS = ("13912345678", "Phoenix-2026", "唐小满", "wrong-Pass-99", "老张的项目")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the handler of production would write, of every logger from INFO up."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonFormatter())
    root, ours = logging.getLogger(), logging.getLogger("yinfeng.requests")
    levels = root.level, ours.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    ours.setLevel(logging.INFO)
    yield out
    root.removeHandler(handler)
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def requests_of(out: io.StringIO) -> list[dict[str, Any]]:
    return [line for line in lines(out) if line["logger"] == "yinfeng.requests"]


@pytest.mark.django_db
def test_nothing_that_somebody_typed_is_in_the_log(written: io.StringIO, city: Any, project: Any) -> None:
    client = Client(raise_request_exception=False)
    client.post("/accounts/login/", {"username": "唐小满", "password": "wrong-Pass-99"})
    client.post("/accounts/login/", {"username": "officer", "password": "Phoenix-2026"})
    client.post(
        "/administration/people/new/", {"name": "唐小满", "username": "tang", "phone": "13912345678"}
    )  # refused: no right
    sysadmin = Client(raise_request_exception=False)
    sysadmin.post("/accounts/login/", {"username": "sysadmin", "password": "Phoenix-2026"})
    made = sysadmin.post("/administration/people/new/", {"name": "唐小满", "username": "tang", "phone": "13912345678"})
    assert made.status_code in (200, 302)
    client.get("/projects/", {"q": "老张的项目"})
    client.get("/search/", {"q": "13912345678"})
    client.get("/唐小满/13912345678/")
    client.get("/", headers={"host": "13912345678.example"})
    client.post(f"/projects/{project.pk}/visit/", {"their_side": "唐小满", "minutes": "13912345678"})
    text = written.getvalue()
    found = [word for word in SECRETS if word in text or word in json.loads(json.dumps(text)).encode().decode()]
    assert found == [], text
    assert len(requests_of(written)) >= 9


@pytest.mark.django_db
def test_a_request_is_a_line_with_a_number_a_person_and_its_end(written: io.StringIO, city: Any, project: Any) -> None:
    officer = city.people["officer"]
    client = Client()
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(f"/projects/{project.pk}/?tab=x")
    (line,) = requests_of(written)
    assert line["person"] == officer.pk
    assert line["status"] == answer.status_code
    assert line["path"] == f"/projects/{project.pk}/"
    assert line["request"] == answer["X-Request-ID"]
    assert line["ms"] >= 0
    assert officer.name not in json.dumps(line, ensure_ascii=False)
    client.get("/healthz")
    client.get("/readyz")
    assert len(requests_of(written)) == 1  # who asks every second is not written each time


@pytest.mark.django_db
def test_the_words_of_an_exception_stay_out(written: io.StringIO) -> None:
    """A database repeats the value that it refuses."""
    log = logging.getLogger("yinfeng.test")
    try:
        with connection.cursor() as cursor:
            for _twice in range(2):
                cursor.execute(
                    "INSERT INTO accounts_person (username, name, phone, language, password, is_active,"
                    " must_change_password, created_at) VALUES ('13912345678', '唐小满', '', '', '', %s, %s, '2026-01-01')",
                    [True, False],
                )
    except IntegrityError:
        log.exception("a job failed")
    (line,) = lines(written)
    assert line["fault"]["kind"].endswith("IntegrityError")
    assert any("test_logs.py" in where for where in line["fault"]["where"])
    assert not any(word in written.getvalue() for word in SECRETS)


def test_a_library_says_its_pattern_and_not_its_values(written: io.StringIO) -> None:
    logging.getLogger("some.library").warning("cannot send to %s", "13912345678")
    logging.getLogger("yinfeng.jobs").warning("job %s failed", 7)
    assert [line["message"] for line in lines(written)] == ["cannot send to %s", "job 7 failed"]


# ------------------------------------------------------------------------------------------------ behind a proxy


def asked_from(near: str, forwarded: str = "") -> str:
    more = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=near, **more))


def test_nobody_is_believed_unless_we_say_so(settings: Any) -> None:
    settings.TRUSTED_PROXIES = []
    assert asked_from("10.0.0.9", "1.2.3.4") == "10.0.0.9"


@pytest.mark.parametrize(
    ("near", "forwarded", "wanted"),
    [
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),  # the first is what the visitor wrote
        ("127.0.0.1", "203.0.113.7, 10.1.2.3", "203.0.113.7"),  # two proxies of ours
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("127.0.0.1", "10.1.2.3", "10.1.2.3"),
        ("", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "2001:db8::7", "2001:db8::7"),
    ],
)
def test_the_address_behind_trusted_proxies(settings: Any, near: str, forwarded: str, wanted: str) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1", "10.0.0.0/8"]
    assert asked_from(near, forwarded) == wanted


def test_a_setting_that_is_no_address_is_told(settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["nginx"]
    with pytest.raises(ImproperlyConfigured, match="YINFENG_TRUSTED_PROXIES"):
        asked_from("127.0.0.1", "203.0.113.7")


@pytest.mark.django_db
def test_the_lock_out_sees_the_visitor_and_not_the_proxy(settings: Any, city: Any) -> None:
    """Five failures of one visitor lock nobody else out."""
    settings.TRUSTED_PROXIES = ["127.0.0.1"]

    def sign_in(password: str, address: str) -> int:
        asked = {"username": "officer", "password": password}
        return Client().post("/accounts/login/", asked, headers={"x-forwarded-for": address}).status_code

    for _try in range(settings.AXES_FAILURE_LIMIT):
        sign_in("wrong", "203.0.113.7")
    assert sign_in("Phoenix-2026", "203.0.113.7") == 429
    assert sign_in("Phoenix-2026", "198.51.100.20") == 302


def test_the_web_servers_own_lines_are_json_without_addresses_and_queries(capfd: Any) -> None:
    from gunicorn.config import Config

    from yinfeng.config.gunicorn_log import JsonLogger

    logger = JsonLogger(Config())
    logger.warning("Invalid request from ip=%s: %s", "10.0.0.9", "GET /?q=老张的项目")
    try:
        raise ValueError("13912345678")
    except ValueError:
        logger.exception("Error handling request %s", "/projects/?q=13912345678")
    told = capfd.readouterr().err
    assert [json.loads(line)["level"] for line in told.splitlines()] == ["WARNING", "ERROR"]
    assert not [word for word in (*SECRETS, "10.0.0.9") if word in told]
