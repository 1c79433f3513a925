"""The API is what its committed description says; a change of it is a visible diff."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

SNAPSHOT = Path(__file__).resolve().parent.parent / "docs" / "formats" / "openapi.json"


def described() -> str:
    from yinfeng.portal.api import api

    return json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"


def test_the_api_is_as_described() -> None:
    """After a wanted change: ``python -m tests.test_openapi`` writes the description anew; commit both together."""
    assert SNAPSHOT.read_text(encoding="utf-8") == described()


@pytest.mark.django_db
def test_the_list_pages_through_everything_once(city, project, client) -> None:
    from yinfeng.domain.projects.actions.entries import ProjectData
    from yinfeng.domain.projects.actions.ledger import create_project
    from yinfeng.domain.projects.rules.words import ProjectKind

    for number in range(6):
        create_project(
            data=ProjectData(f"第{number}号项目", ProjectKind.SERVICE, city.units["east"].pk, investment_amount=10**8 + number),
            actor=city.people["officer"], at=city.tick(),
        )  # fmt: skip
    client.force_login(city.people["officer"], backend="django.contrib.auth.backends.ModelBackend")
    seen, cursor = [], ""
    while cursor is not None:
        page = client.get("/api/v1/projects", {"limit": 3, "totals": "true", "cursor": cursor}).json()
        assert page["totals"]["count"] == 7
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == 7
    assert page["totals"]["sums"] == [{"currency": "CNY", "projects": 7, "amount": 360_000_000 + 6 * 10**8 + 15}]


@pytest.mark.django_db
def test_api_refusals(city, project, client) -> None:
    from yinfeng.domain.projects.models import Milestone

    assert client.get("/api/v1/projects").status_code == 401
    phase = project.phases.get()
    url = f"/api/v1/projects/{project.pk}/phases/1/milestones"
    body = {"stage": "started", "happened_on": "2026-02-01", "expected_version": phase.version}
    for person, expected in (("stranger", 404), ("agent", 404), ("steward", 403), ("officer", 422)):
        client.force_login(city.people[person], backend="django.contrib.auth.backends.ModelBackend")
        answer = client.post(url, body, content_type="application/json")
        assert answer.status_code == expected, person
        assert answer["Content-Type"].startswith("application/problem+json")
        assert answer.json()["detail"]
    assert "须先完成“落地”" in answer.json()["detail"]
    assert not Milestone.objects.exists()
    body["stage"], body["evidence"] = "pre_reviewed", [{"kind": "minutes", "number": "1号"}]
    assert client.post(url, body, content_type="application/json").status_code == 201
    gate = client.get(f"/api/v1/projects/{project.pk}/phases/1/gates/consulted").json()
    assert [m["label"] for m in gate["missing"]] == ["会议纪要"]


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinfeng.config.settings.test")
    import django

    django.setup()
    SNAPSHOT.write_text(described(), encoding="utf-8")
