"""Each example of ``docs/formats/api.md`` is run as it stands there."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from yinfeng.domain.projects.models import FundsArrival
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.foundation.audit import actions as audit
from yinfeng.foundation.exchange import limiting
from yinfeng.foundation.exchange.actions.tokens import make_token
from yinfeng.foundation.exchange.rules.secrets import signature

PAGE = Path(__file__).resolve().parent.parent / "docs" / "formats" / "api.md"
BLOCK = re.compile(r"```(sh|json|python)\n(.*?)```", re.DOTALL)
ANYTHING = "…"


def blocks() -> list[tuple[str, str]]:
    return BLOCK.findall(PAGE.read_text(encoding="utf-8"))


def examples() -> Iterator[tuple[str, str]]:
    """(command, what it answers)."""
    found = blocks()
    for (kind, text), (next_kind, answer) in pairwise(found):
        if kind == "sh":
            assert next_kind == "json", f"no answer after {text}"
            yield text, answer


def run(command: str, client: Client) -> Any:
    words = shlex.split(command.replace("\\\n", " "))
    assert words.pop(0) == "curl"
    method, headers, body, url = "GET", {}, None, ""
    while words:
        match words.pop(0):
            case "-X":
                method = words.pop(0)
            case "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            case "-d":
                body = words.pop(0)
            case other:
                url = other
    content = headers.pop("Content-Type", "application/octet-stream")
    return client.generic(method, url, body or "", content_type=content, headers=headers)


def differs(wanted: Any, told: Any, place: str = "") -> list[str]:
    """Where an answer does not hold what the page shows: what the page leaves out may be there."""
    if wanted == ANYTHING:
        return []
    if isinstance(wanted, dict) and isinstance(told, dict):
        lost = [f"{place}.{key} is missing" for key in wanted if key not in told]
        return lost + [f for k, v in wanted.items() if k in told for f in differs(v, told[k], f"{place}.{k}")]
    if isinstance(wanted, list) and isinstance(told, list):
        if len(told) < len(wanted):
            return [f"{place}: {len(told)} entries"]
        return [f for n, v in enumerate(wanted) for f in differs(v, told[n], f"{place}[{n}]")]
    return [] if wanted == told else [f"{place}: {told!r}, not {wanted!r}"]


@pytest.mark.django_db
def test_the_examples_answer_what_they_say(city: Any, project: Any) -> None:
    limiting.forget()
    officer = city.people["officer"]
    made = make_token(
        viewer=viewer_of(officer, timezone.localdate()), name="示例", days=30, actor=officer, at=timezone.now(),
        scopes=["project:S", "project:E", "project:X", "document:E"],
    )  # fmt: skip
    from yinfeng.foundation.audit.models import AuditRow

    AuditRow.objects.update(inserted_at=timezone.now() - timedelta(minutes=5))
    audit.seal(at=timezone.now())
    client, ran = Client(), 0
    east = str(city.units["east"].pk)

    def real(text: str) -> str:
        text = text.replace("$TOKEN", made.text).replace("$YINFENG", "")
        text = re.sub(r"(?<=/projects/)42\b", str(project.pk), text)
        text = re.sub(r'("(?:id|project_id)": )42\b', rf"\g<1>{project.pk}", text)
        return re.sub(r'("unit_id": )7\b', rf"\g<1>{east}", text)

    for command, answer in examples():
        told = run(real(command), client)
        wanted = json.loads(real(answer))
        assert told.status_code == wanted.get("status", told.status_code) or isinstance(wanted.get("status"), str), (
            command
        )
        assert told.status_code < 500
        assert differs(wanted, told.json()) == [], f"{command}\n{told.content.decode()}"
        ran += 1
    assert ran >= 10
    assert FundsArrival.objects.filter(project=project).count() == 1  # asked twice, done once


def test_the_receiver_of_the_page_knows_a_genuine_message() -> None:
    (code,) = [text for kind, text in blocks() if kind == "python"]
    told: dict[str, Any] = {}
    exec(code, told)
    body = '{"webhook": 3, "名": "值"}'.encode()
    header = signature("whsec_x", 1_772_323_200, body)
    genuine = told["is_genuine"]
    assert genuine("whsec_x", header, body, 1_772_323_210)
    assert not genuine("whsec_y", header, body, 1_772_323_210)
    assert not genuine("whsec_x", header, body + b" ", 1_772_323_210)
    assert not genuine("whsec_x", header, body, 1_772_323_200 + 301)
    assert not genuine("whsec_x", "", body, 1_772_323_210)


def test_the_page_names_every_address() -> None:
    """What the machine's description knows, the page tells."""
    described = json.loads((PAGE.parent / "openapi.json").read_text(encoding="utf-8"))
    page = PAGE.read_text(encoding="utf-8")
    lost = []
    for path in described["paths"]:
        short = re.sub(r"\{\w+\}", "{}", path.removeprefix("/api/v1"))
        plain = re.sub(r"\{\w+\}", "{}", page).replace("…/phases", "/projects/{}/phases")
        if short not in plain:
            lost.append(path)
    assert lost == []
