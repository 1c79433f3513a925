"""Whatever is thrown at the interface, it answers in words: schemathesis over the committed description, and by hand what
no description lets through. In-process, seeded, and every example is taken back."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from yinfeng.domain.projects.models import SavedView
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.exchange import limiting
from yinfeng.foundation.exchange.actions.tokens import make_token
from yinfeng.foundation.exchange.idempotency import HEADER
from yinfeng.foundation.exchange.rules import cursors

from .permissions import ROWS
from .scene import Scene, fill, more_people

EXAMPLES = int(os.environ.get("YINFENG_API_EXAMPLES", "4"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SCOPES = ["project:E", "project:X", "confidential:S", "lead:E", "lead:X", "agreement:E", "list:E", "document:E"]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """The application itself is called: it must not close the connection in which the test takes everything back."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def scene(city: Any, project: Any, settings: Any, tmp_path: Any) -> Scene:
    settings.FILES_ROOT = tmp_path
    settings.API_REQUESTS_A_MINUTE = 10**6
    limiting.forget()
    more_people(city)
    return fill(city, project)


def token_for(person: Any, scopes: list[str]) -> str:
    made = make_token(
        viewer=viewer_of(person, timezone.localdate()), name="乱试", scopes=scopes, days=1, actor=person,
        at=timezone.now(),
    )  # fmt: skip
    return made.text


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def numbers(scene: Scene, operation: Any) -> dict[str, Any]:
    """Real numbers for the address, so that the write itself is met and not only its 404."""
    rows = {row.name.removeprefix("api:"): row for row in ROWS if row.name.startswith("api:")}
    name = OPERATIONS.get(operation.definition.raw["operationId"], operation.definition.raw["operationId"])
    return dict(rows[name].of(scene.made))


OPERATIONS = {"declare_milestone": "post_milestone", "declare_funds": "post_funds"}


def operations() -> list[Any]:
    from yinfeng.config.wsgi import application

    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    return [result.ok() for result in schema.get_all_operations()]


@pytest.mark.slow
@pytest.mark.parametrize("who", ["officer", "stranger"])
def test_no_input_is_a_fault_of_the_server(scene: Scene, who: str) -> None:
    """As a right person, and as one who holds every right elsewhere."""
    text = token_for(scene.city.people[who], [s for s in SCOPES if s not in ("agreement:X",)])
    headers = {"Authorization": f"Bearer {text}"}
    faults: list[str] = []
    tried = 0
    for operation in operations():
        real = numbers(scene, operation)
        kinds = [(GenerationMode.POSITIVE, real), (GenerationMode.NEGATIVE, real if operation.body else {})]
        for mode, numbers_ in kinds:
            told = {"path_parameters": numbers_} if numbers_ else {}
            try:
                strategy = operation.as_strategy(generation_mode=mode, **told)
            except Exception:  # nothing to negate
                continue

            @settings(
                max_examples=EXAMPLES,
                derandomize=True,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=strategy)
            def check(case: Any) -> None:
                nonlocal tried
                tried += 1
                with taken_back():
                    response = case.call(headers=headers)
                    case.validate_response(response, checks=CHECKS)

            try:
                check()
            except BaseExceptionGroup as group:
                faults += [f"{operation.label}: {e}" for e in group.exceptions]
            except Exception as fault:
                if "Unsatisfiable" not in type(fault).__name__:
                    faults.append(f"{operation.label} ({mode.value}): {type(fault).__name__} {fault}")
    assert not faults, "\n\n".join(faults)
    assert tried > 100


# ------------------------------------------------------------------------------------------------ by hand

BROKEN: dict[str, tuple[bytes, int]] = {
    "nothing": (b"", 422),
    "no JSON": (b"{", 400),
    "not UTF-8": (b'{"name": "\xff\xfe"}', 400),
    "UTF-16": ('{"name": "甲"}'.encode("utf-16"), 400),
    "NaN": (b'{"investment_amount": NaN}', 422),
    "infinity": (b'{"investment_amount": -Infinity}', 422),
    "10^400": (b'{"investment_amount": 1' + b"0" * 400 + b"}", 422),
    "1e400": (b'{"investment_amount": 1e400}', 422),
    "5,000 digits": (b'{"investment_amount": ' + b"9" * 5_000 + b"}", 422),
    "fraction of a yuan": (b'{"investment_amount": 1.5}', 422),
    "lone surrogate": (b'{"name": "\\ud800"}', 422),
    "NUL": (b'{"name": "a\\u0000b"}', 422),
    "NUL in a key": (b'{"na\\u0000me": "a"}', 422),
    "unknown field": (b'{"nmae": "a"}', 422),
    "twice": (b'{"name": "a", "name": 3}', 422),
    "a list": (b"[]", 422),
    "a number": (b"7", 422),
    "null": (b"null", 422),
    "deep": (b'{"name": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400),
    "deep enough": (b'{"name": ' + b"[" * 30 + b"]" * 30 + b"}", 400),
    "long": (b'{"name": "' + b"x" * 200_000 + b'"}', 422),
}


def writes(scene: Scene) -> list[tuple[str, str]]:
    return [(row.methods[0], row.url(scene.made)) for row in ROWS if row.api and row.methods[0] in ("POST", "PATCH")]


def as_problem(answer: Any) -> dict[str, Any]:
    assert answer["Content-Type"].startswith("application/problem+json")
    told = json.loads(answer.content.decode("utf-8"))
    assert told["status"] == answer.status_code
    assert told["detail"]
    assert told["title"]
    assert "Traceback" not in answer.content.decode()
    return told


@pytest.fixture
def director(scene: Scene) -> Client:
    text = token_for(scene.city.people["director"], SCOPES)
    return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {text}"})


def test_broken_bodies_are_refused_in_words_by_every_write(scene: Scene, director: Client) -> None:
    before = AuditRow.objects.count()
    wrong = []
    for method, url in writes(scene):
        for name, (body, wanted) in BROKEN.items():
            if method == "PATCH" and name in ("fraction of a yuan", "infinity"):
                continue
            answer = director.generic(method, url, body, content_type="application/json")
            if answer.status_code != wanted:
                wrong.append(f"{method} {url} {name}: {answer.status_code}, not {wanted}")
            else:
                as_problem(answer)
    assert wrong == []
    assert AuditRow.objects.count() == before


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=-1", "limit=" + "9" * 400, "limit=NaN", "limit=1e3", "cursor=%00", "cursor=AAAA",
     "cursor=" + "A" * 399, "cursor=%F0%9F%92%A9", "totals=maybe", "cursor=%ED%A0%80", "limit=%00"],
)  # fmt: skip
def test_broken_queries_are_refused_in_words(scene: Scene, director: Client, query: str) -> None:
    SavedView.objects.update(is_shared=True)
    for name in ("projects", "leads", "documents", "undertakings", f"views/{scene.made.view.pk}/projects"):
        if query.startswith("totals") and "projects" not in name:
            continue
        answer = director.get(f"/api/v1/{name}?{query}")
        assert answer.status_code == 422, (name, query)
        as_problem(answer)
    if not query.startswith("totals"):
        assert director.get(f"/api/v1/changes?{query.replace('cursor', 'since')}").status_code == 422


@pytest.mark.parametrize(
    "query", ["stage=nowhere", "unit=x", "min=NaN", "min=1e999", "page=2", "size=50", "nonsense=1", "signed_from=2026-13-01",
              "sort=name", "after=1~2~3", "q=" + "长" * 200],
)  # fmt: skip
def test_a_filter_that_cannot_be_read_is_refused(scene: Scene, director: Client, query: str) -> None:
    """A program would take the whole ledger for its answer."""
    assert as_problem(director.get(f"/api/v1/projects?{query}"))["code"].startswith("view.")


def test_a_cursor_belongs_to_its_question(scene: Scene, director: Client) -> None:
    first = director.get("/api/v1/projects?limit=1&sort=-funds").json()
    assert first["next"]
    good = director.get("/api/v1/projects", {"limit": 1, "sort": "-funds", "cursor": first["next"]})
    assert good.json()["items"][0]["id"] != first["items"][0]["id"]
    for more in ({}, {"sort": "funds"}, {"sort": "-funds", "stage": "signed"}):
        answer = director.get("/api/v1/projects", {"limit": 1, "cursor": first["next"], **more})
        assert as_problem(answer)["code"] == "cursor.damaged"
    answer = director.get("/api/v1/leads", {"cursor": first["next"]})
    assert as_problem(answer)["code"] == "cursor.damaged"


@given(place=st.integers(0, 60), letter=st.sampled_from("AZaz09-_"))
def test_a_damaged_cursor_is_never_another_place(place: int, letter: str) -> None:
    good = cursors.write("projects", ["abc", "5~6~7"])
    bad = good[: place % len(good)] + letter + good[place % len(good) + 1 :]
    if bad != good:
        with pytest.raises(cursors.Damaged):
            cursors.read("projects", bad)
    with pytest.raises(cursors.Damaged):
        cursors.read("leads", good)


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [
        ("GET", "/api/", 404), ("GET", "/api/v2/projects", 404), ("GET", "/api/v1/", 404), ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v1/projects/0", 404), ("GET", "/api/v1/projects/999999999999999", 404),
        ("GET", "/api/v1/projects/" + "9" * 60, 404), ("GET", "/api/v1/projects/-1", 404),
        ("GET", "/api/v1/projects/1/facts/%00", 404), ("PUT", "/api/v1/projects", 405), ("DELETE", "/api/v1/projects/1", 405),
        ("POST", "/api/v1/changes", 405), ("OPTIONS", "/api/v1/projects", 405), ("GET", "/api/v1/milestones/1/void", 405),
        ("GET", "/api/v1/projects/1/phases/1/gates/%ED%A0%80", 404),
    ],
)  # fmt: skip
def test_addresses_and_methods_that_are_none(
    scene: Scene, director: Client, method: str, url: str, status: int
) -> None:
    answer = director.generic(method, url)
    assert answer.status_code == status
    as_problem(answer)
    if status == 405:
        assert answer["Allow"]


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "application/xml", ""])
def test_only_json_is_taken(scene: Scene, director: Client, kind: str) -> None:
    answer = director.generic("POST", "/api/v1/leads", b'{"name": "a"}', content_type=kind)
    assert as_problem(answer)["code"] == "media_type"
    assert answer.status_code == 415


def test_too_large_is_told_before_it_is_read(scene: Scene, director: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
    answer = director.generic("POST", "/api/v1/documents", b"x" * 1_000_001, content_type="application/json")
    assert answer.status_code == 413
    assert "MB" in as_problem(answer)["detail"]


def test_a_fault_of_ours_tells_nothing_of_itself(scene: Scene, director: Client) -> None:
    """A table is taken away beneath the server."""
    with taken_back():
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE projects_lead RENAME TO projects_lost")
        answer = director.get("/api/v1/leads")
    told = as_problem(answer)
    assert answer.status_code == 500
    assert "projects_lead" not in answer.content.decode()
    assert told["code"] == "fault"


def test_numbers_that_name_nothing_are_refused_and_nothing_is_changed(scene: Scene, director: Client) -> None:
    before = AuditRow.objects.count()
    base = {"name": "试", "kind": "service", "lead_unit_id": scene.project.lead_unit_id}
    for field, value in (
        ("lead_unit_id", 10**14), ("landing_unit_id", 10**14), ("owner_id", 10**14), ("leader_id", 10**14),
        ("segment_id", 10**14), ("industry_id", "Z99"), ("industry_group_ids", [10**14]),
    ):  # fmt: skip
        answer = director.post("/api/v1/projects", {**base, field: value}, content_type="application/json")
        assert as_problem(answer)["code"] == "reference", field
        assert answer.json()["field"] == field
    assert AuditRow.objects.count() == before


def test_every_write_takes_an_idempotency_key() -> None:
    for operation in operations_of_ninja():
        if set(operation.methods) & {"POST", "PATCH", "PUT", "DELETE"}:
            assert getattr(operation.run, "is_idempotent", False), operation.view_func.__name__
            assert operation.openapi_extra["parameters"][0]["name"] == HEADER


def operations_of_ninja() -> list[Any]:
    from yinfeng.portal.api import api

    found = []
    for _prefix, router in api._routers:
        for view in router.path_operations.values():
            found += view.operations
    return found
