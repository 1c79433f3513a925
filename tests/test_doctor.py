"""``yinfeng doctor`` finds nothing in what the actions wrote, and names what somebody changed behind their back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from yinfeng.domain.projects.models import Project
from yinfeng.foundation.accounts.models import AccessGrant
from yinfeng.foundation.audit.actions import seal
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.files.models import StoredFile
from yinfeng.foundation.files.vault import place_of

from .scene import Scene, confidential, fill, more_people


def doctor() -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    out, err = StringIO(), StringIO()
    try:
        call_command("doctor", stdout=out, stderr=err)
    except SystemExit as stopped:
        return int(str(stopped.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture
def scene(city: Any, project: Any, settings: Any, tmp_path: Path) -> Scene:
    settings.FILES_ROOT = tmp_path
    more_people(city)
    scene = fill(city, project)
    scene.made.secret = confidential(city)
    AuditRow.objects.update(inserted_at=timezone.now() - timedelta(hours=1))
    seal(at=timezone.now())
    assert doctor()[0] == 0
    return scene


def sql(statement: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def told(key: str, *words: str) -> None:
    """Exit code 1, and one line of this check that names all the words."""
    code, out, err = doctor()
    assert code == 1
    lines = [line for line in err.splitlines() if line.startswith(f"{key}\t")]
    assert any(all(word in line for word in words) for line in lines), err
    assert f"不符 {len(lines)}\t{key}" in out


@pytest.mark.django_db
def test_the_demo_is_sound(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path
    call_command("demo", projects=8, stdout=StringIO(), stderr=StringIO())
    code, out, err = doctor()
    assert (code, err) == (0, "")
    assert "0 处不符" in out


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("UPDATE projects_project SET furthest_stage = 'producing' WHERE id = %s", "存为 producing"),
        ("UPDATE projects_project SET signed_on = '2026-01-15' WHERE id = %s", "2026-01-15"),
        ("UPDATE projects_project SET funds_cny = 1 WHERE id = %s", "52000000"),
        ("UPDATE projects_project SET next_due_on = NULL WHERE id = %s", "存为 None"),
        ("UPDATE projects_phase SET stage = 'signed' WHERE project_id = %s", "signed"),
        ("UPDATE projects_milestone SET happened_on = '2026-01-08' WHERE project_id = %s", "datetime.date(2026, 1, 8)"),
    ],
)
def test_a_derived_column_that_disagrees_with_the_facts(scene: Scene, statement: str, word: str) -> None:
    sql(statement, scene.project.pk)
    told("projects.derived", scene.project.code, word)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE projects_projectstate SET investment_cny = 1 WHERE project_id = %s AND valid_to > '9000-01-01'",
        "DELETE FROM projects_projectstate WHERE project_id = %s",
        "DELETE FROM projects_projectstate WHERE project_id = %s AND valid_to > '9000-01-01'",
    ],
)
def test_a_history_that_was_rewritten(scene: Scene, statement: str) -> None:
    sql(statement, scene.project.pk)
    told("projects.history", scene.project.code)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditrow SET note = '改过' WHERE id = %s",
        "UPDATE audit_auditrow SET actor_id = NULL WHERE id = %s",
        "DELETE FROM audit_auditrow WHERE id = %s",
    ],
)
def test_an_audit_row_that_was_changed_or_taken_away(scene: Scene, statement: str) -> None:
    row = AuditRow.objects.filter(verb="milestone.declare").get()
    sql(statement, row.pk)
    told("audit", str(row.pk if "DELETE" not in statement else row.seal_number))


@pytest.mark.parametrize(
    ("harm", "word"),
    [(lambda p: p.write_bytes(b"%PDF-1.4 other"), "不符"), (lambda p: p.unlink(), "")],
    ids=["changed", "gone"],
)
def test_a_file_that_was_changed_or_is_gone(scene: Scene, harm: Callable[[Path], None], word: str) -> None:
    path = place_of(StoredFile.objects.get(pk=scene.made.file.pk).sha256)
    path.chmod(0o600)
    harm(path)
    told("files", "预审意见.pdf", word)


def test_a_grant_that_nothing_speaks_for(scene: Scene) -> None:
    """The side door: a row that opens a confidential project to a stranger."""
    stranger = scene.city.people["stranger"]
    secret: Project = scene.made.secret
    AccessGrant.objects.create(kind="project", object_id=secret.pk, person=stranger, why="named")
    told("projects.access", secret.code, f"人员 {stranger.pk}", "没有依据")


@pytest.mark.parametrize("why", ["lead", "landing", "leader"])
def test_a_grant_that_is_missing(scene: Scene, why: str) -> None:
    AccessGrant.objects.filter(kind="project", object_id=scene.project.pk, why=why).delete()
    told("projects.access", scene.project.code, "没有访问授权")


def test_a_grant_of_a_lead_in_other_hands(scene: Scene) -> None:
    west = scene.city.units["west"]
    AccessGrant.objects.filter(kind="lead", object_id=scene.made.lead.pk, why="owner").update(unit=west)
    told("projects.access", scene.made.lead.code, f"单位 {west.pk}", "没有依据")


def test_a_grant_of_nothing(scene: Scene) -> None:
    AccessGrant.objects.create(kind="project", object_id=10**9, unit=scene.city.units["west"], why="lead")
    told("projects.access", str(10**9))


def test_a_document_opened_to_another_unit(scene: Scene) -> None:
    AccessGrant.objects.filter(kind="document", object_id=scene.made.document.pk).delete()
    told("documents.access", str(scene.made.document.pk))
