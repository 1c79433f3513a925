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
from django.db import close_old_connections, transaction
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

from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.foundation.exchange import limiting
from yinfeng.foundation.exchange.actions.tokens import make_token
from yinfeng.foundation.exchange.idempotency import HEADER

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
                max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
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
