"""Who has read up to a cursor misses nothing, sees nothing twice, and nothing that is not his to take away."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import close_old_connections, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.scene import confidential

from yinfeng.domain.projects.actions import agreements, facts, leads
from yinfeng.domain.projects.actions.entries import ProjectData
from yinfeng.domain.projects.actions.evidence import EvidenceData
from yinfeng.domain.projects.actions.ledger import create_project, edit_project
from yinfeng.domain.projects.actions.views import follow
from yinfeng.domain.projects.models import Project
from yinfeng.domain.projects.rules.words import Channel, FlagKind, ProjectKind, Stage
from yinfeng.foundation.accounts import actions as accounts
from yinfeng.foundation.audit.actions import record, seal
from yinfeng.foundation.audit.models import AuditRow, LookRow
from yinfeng.foundation.exchange import feed

ALL = ("project:X", "lead:X", "agreement:X", "list:X", "document:X", "confidential:S")


def sealed() -> int:
    """As if half a minute had passed."""
    return seal(at=timezone.now() + timedelta(minutes=1))


def pull(client: Any, since: str = "", **more: Any) -> dict[str, Any]:
    answer = client.get("/api/v1/changes", {"since": since, **more})
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def every(client: Any, since: str = "", **more: Any) -> tuple[list[dict[str, Any]], str]:
    """Everything since, and where to go on."""
    found: list[dict[str, Any]] = []
    for _page in range(500):
        page = pull(client, since, **more)
        found += page["items"]
        since = page["cursor"]
        if not page["more"]:
            return found, since
    raise AssertionError("no end")


def another(city: Any, name: str, unit: str = "east", who: str = "officer", **more: Any) -> Any:
    return create_project(
        data=ProjectData(name=name, kind=ProjectKind.SERVICE, lead_unit_id=city.units[unit].pk, **more),
        actor=city.people[who], at=city.tick(),
    )  # fmt: skip


def test_what_is_done_is_told_once_in_its_order(city, project, program) -> None:
    client = program("officer", "project:X")
    assert pull(client)["items"] == []  # nothing is sealed yet
    milestone = facts.declare_milestone(
        phase=project.phases.get(), stage=Stage.PRE_REVIEWED, happened_on=city.today, actor=city.people["officer"],
        at=city.tick(), evidence=[EvidenceData("pre_review_opinion", "1号")],
    )  # fmt: skip
    facts.verify(fact=milestone, actor=city.people["director"], at=city.tick())
    sealed()
    page = pull(client)
    told = [(e["verb"], e["id"], e["named"].get("milestone")) for e in page["items"]]
    assert told == [
        ("project.create", project.pk, None), ("milestone.declare", project.pk, milestone.pk),
        ("fact.verify", project.pk, milestone.pk),
    ]  # fmt: skip
    assert page["objects"]["milestones"][0]["status"] == "verified"
    assert [p["name"] for p in page["objects"]["projects"]] == [project.name]
    assert pull(client, page["cursor"])["items"] == []
    one_by_one, _cursor = every(client, limit=1)
    assert one_by_one == page["items"]


def test_what_is_no_business_of_a_receiver_is_not_told(city, project, program) -> None:
    follow(project=project, actor=city.people["officer"], at=city.tick())
    sealed()
    assert {e["verb"] for e in pull(program("officer", "project:X"))["items"]} == {"project.create"}


def test_it_is_an_export_and_logged_as_one(city, project, program) -> None:
    sealed()
    assert program("officer", "project:S").get("/api/v1/changes").status_code == 403
    assert program("leader", "project:S").get("/api/v1/changes").status_code == 403
    assert not LookRow.objects.exists()
    client = program("officer", "project:X")
    cursor = pull(client)["cursor"]
    look = LookRow.objects.get()
    assert (look.kind, look.object_kind, look.rows, look.person_id) == (
        "export",
        "changes",
        1,
        city.people["officer"].pk,
    )
    pull(client, cursor)
    assert LookRow.objects.count() == 1  # an empty page takes nothing away


def test_each_kind_needs_its_own_right(city, project, program) -> None:
    agreements.record_agreement(
        project=project, kind="framework", title="云梯框架协议", parties="甲乙", signed_on=city.today,
        actor=city.people["officer"], at=city.tick(),
    )  # fmt: skip
    leads.create_lead(
        data=leads.LeadData(name="鸣泉线索", kind=ProjectKind.SERVICE, owner_unit_id=city.units["east"].pk,
                            channel=Channel.CHAIN),
        actor=city.people["officer"], at=city.tick(),
    )  # fmt: skip
    sealed()

    def verbs(key: str, *scopes: str) -> set[str]:
        return {e["verb"] for e in pull(program(key, *scopes))["items"]}

    assert verbs("director", *ALL) == {"project.create", "agreement.record", "lead.create"}
    assert verbs("officer", "project:X", "lead:X") == {"project.create", "lead.create"}
    assert verbs("director", "lead:X") == {"lead.create"}
    only = pull(program("director", "agreement:X"))
    assert [e["verb"] for e in only["items"]] == ["agreement.record"]
    assert only["objects"]["projects"] == []  # who may take the agreement does not thereby see the project
    assert "云梯智能" not in str(only)


def test_nobody_reads_of_what_he_does_not_see(city, project, program) -> None:
    secret = confidential(city)
    sealed()
    assert every(program("stranger", "project:X"))[0] == []
    for scopes, seen in ((("project:X",), {project.pk}), (ALL, {project.pk, secret.pk})):
        page = pull(program("director", *scopes))
        assert {e["id"] for e in page["items"]} == seen
        assert ("玄羽" in str(page)) is (secret.pk in seen)


def test_old_and_new_values_and_reasons_are_not_told(city, project, program) -> None:
    edit_project(
        project=project, changes={"referrer": "柳先生"}, actor=city.people["officer"], at=city.tick()
    )  # fmt: skip
    facts.raise_flag(
        project=project, kind=FlagKind.STALLED, happened_on=city.today, reason="等待用地", actor=city.people["officer"],
        at=city.tick(),
    )  # fmt: skip
    sealed()
    bare = str(pull(program("officer", "project:X"), objects="false"))
    for word in ("柳先生", "等待用地", "云梯"):
        assert word not in bare


def test_what_goes_to_another_unit_is_told_to_have_gone(city, program) -> None:
    project = another(city, "海棠检测站", landing_unit_id=city.units["park"].pk)
    sealed()
    old, new = program("park", "project:X"), program("stranger", "project:X")
    (before, old_cursor), (_none, new_cursor) = every(old), every(new)
    assert [e["verb"] for e in before] == ["project.create"]
    facts.raise_flag(
        project=project, kind=FlagKind.TRANSFERRED, happened_on=city.today, reason="用地不足",
        to_unit_id=city.units["west"].pk, actor=city.people["officer"], at=city.tick(),
    )  # fmt: skip
    sealed()
    (gone,) = every(old, old_cursor)[0]
    assert (gone["verb"], gone["id"], gone["gone"], gone["named"]) == ("left", project.pk, True, {})
    page = pull(new, new_cursor)
    assert [(e["verb"], e["gone"]) for e in page["items"]] == [("flag.raise", False)]
    assert page["objects"]["projects"][0]["name"] == "海棠检测站"


def test_what_is_made_confidential_is_told_to_have_gone(city, project, program) -> None:
    sealed()
    mine, strangers = program("colleague", "project:X"), program("stranger", "project:X")
    (_all, cursor), (_none, other) = every(mine), every(strangers)
    edit_project(
        project=project, changes={"is_confidential": True}, actor=city.people["director"], at=city.tick()
    )  # fmt: skip
    sealed()
    page = pull(mine, cursor)
    assert [(e["verb"], e["gone"], e["id"]) for e in page["items"]] == [("left", True, project.pk)]
    assert "云梯" not in str(page)
    assert pull(strangers, other)["items"] == []  # who never saw it is told nothing


def test_a_change_of_rights_is_pointed_out(city, project, program) -> None:
    another(city, "西区项目", "west", "stranger")
    sealed()
    client = program("officer", "project:X")
    first = pull(client)
    assert [first["scope_changed"], len(first["items"])] == [False, 1]
    accounts.give_post(
        person=city.people["officer"], unit=city.units["west"], role="officer", from_date=date(2020, 1, 1), actor=None,
        at=timezone.now(),
    )  # fmt: skip
    again = pull(client, first["cursor"])
    assert again["scope_changed"] is True
    assert again["items"] == []
    assert pull(client, again["cursor"])["scope_changed"] is False
    assert len(pull(client)["items"]) == 2  # from the beginning, what was passed over is there


@pytest.mark.parametrize("since", ["x", "AAAA", "WyJjaGFuZ2VzIl0", "1", "0" * 400, "é", "%00"])
def test_a_damaged_cursor_is_refused_and_not_read_as_the_beginning(city, project, program, since) -> None:
    sealed()
    answer = program("officer", "project:X").get("/api/v1/changes", {"since": since})
    assert (answer.status_code, answer.json()["field"]) == (422, "since")


def test_a_row_committed_late_with_a_small_number_is_not_missed(city, project, program) -> None:
    """PostgreSQL hands out numbers before the commit: here a row appears below others that were sealed and read."""
    kept = AuditRow.objects.get(object_kind="project", object_id=project.pk)
    values = {f.attname: getattr(kept, f.attname) for f in AuditRow._meta.concrete_fields}
    AuditRow.objects.filter(pk=kept.pk).delete()
    other = another(city, "后来的项目")
    sealed()
    client = program("officer", "project:X")
    read, cursor = every(client)
    assert [e["id"] for e in read] == [other.pk]
    AuditRow.objects.create(**values)  # committed at last
    assert kept.pk < AuditRow.objects.get(object_id=other.pk, verb="project.create").pk
    sealed()
    late, _cursor = every(client, cursor)
    assert [e["id"] for e in late] == [project.pk]
    assert late[0]["sequence"] > read[0]["sequence"]


@pytest.mark.django_db(transaction=True)
def test_transactions_that_end_in_another_order_are_told_once_each(city, project, program) -> None:
    """Two real transactions: the one that began first ends last. (On SQLite the second waits for the first.)"""
    client = program("officer", "project:X")
    sealed()
    _read, cursor = every(client)
    begun, read_on = threading.Event(), threading.Event()
    officer = city.people["officer"]

    def slow() -> None:
        close_old_connections()
        try:
            with transaction.atomic():
                record(actor=officer, at=timezone.now(), verb="project.edit", kind="project", object_id=project.pk)
                begun.set()
                read_on.wait(1.5 if connection.vendor == "sqlite" else 20)
        finally:
            connection.close()

    def quick() -> None:
        close_old_connections()
        try:
            record(actor=officer, at=timezone.now(), verb="phase.add", kind="project", object_id=project.pk)
        finally:
            connection.close()

    first = threading.Thread(target=slow)
    first.start()
    assert begun.wait(10)
    second = threading.Thread(target=quick)
    second.start()
    second.join(30)
    sealed()
    seen, cursor = every(client, cursor)
    read_on.set()
    first.join(30)
    sealed()
    more, cursor = every(client, cursor)
    told = [e["verb"] for e in seen + more]
    assert sorted(told) == ["phase.add", "project.edit"]
    if connection.vendor == "postgresql":
        assert told == ["phase.add", "project.edit"]  # in the order of their ends, not of their numbers
        ids = list(AuditRow.objects.filter(verb__in=told).order_by("seal_number").values_list("pk", flat=True))
        assert ids != sorted(ids)
    assert every(client, cursor)[0] == []


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_give_no_number_twice(city, project) -> None:
    for n in range(60):
        record(actor=None, at=timezone.now(), verb="project.edit", kind="project", object_id=project.pk, note=str(n))
    gate = threading.Barrier(4)

    def work() -> None:
        close_old_connections()
        try:
            gate.wait(20)
            seal(at=timezone.now() + timedelta(minutes=1), most=17)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    while seal(at=timezone.now() + timedelta(minutes=1), most=17):
        pass
    numbers = list(AuditRow.objects.order_by("seal_number").values_list("seal_number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_page_looks_at_a_bounded_piece_whatever_the_trail_holds(city, project, program) -> None:
    """Three thousand changes of others: little is told, the work stays the same, and the end is reached."""
    seen = Project.objects.get(pk=project.pk)
    foreign = another(city, "西区项目", "west", "stranger")
    now = timezone.now()
    AuditRow.objects.bulk_create(
        AuditRow(at=now, verb="project.edit", object_kind="project", object_id=foreign.pk, after={})
        for _n in range(3_000)
    )
    record(actor=None, at=now, verb="project.edit", kind="project", object_id=seen.pk)
    while sealed():
        pass
    client = program("officer", "project:X")
    with CaptureQueriesContext(connection) as queries:
        first = pull(client)
    assert first["more"] is True
    assert [e["id"] for e in first["items"]] == [seen.pk]
    assert len(queries) <= 24
    rest, _cursor = every(client, first["cursor"])
    assert [e["verb"] for e in rest] == ["project.edit"]


def test_the_trail_is_walked_along_its_index(city, project) -> None:
    """On both engines: a search in the unique index of numbers, never a scan or a sort of the trail."""
    now = timezone.now()
    AuditRow.objects.bulk_create(
        AuditRow(at=now, verb="project.edit", object_kind="project", object_id=project.pk, after={})
        for _n in range(5_000)
    )
    while sealed():
        pass
    with CaptureQueriesContext(connection) as queries:
        feed._rows(4_000, 100)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE audit_auditrow")
        explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
        cursor.execute(explain + queries[-1]["sql"])
        plan = " ".join(str(cell) for row in cursor.fetchall() for cell in row)
    assert "seal_number" in plan
    if connection.vendor == "sqlite":
        assert "SEARCH" in plan
        assert "SCAN" not in plan
        assert "B-TREE" not in plan
    else:
        assert "Index Scan" in plan
        assert "Seq Scan" not in plan
        assert "Sort" not in plan
