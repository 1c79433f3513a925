"""The ledger, the board, the export and the search as people meet them: budgets, scope, and what is seen is what goes out."""

from __future__ import annotations

import io
import re
from datetime import date

import openpyxl
import pytest
from bench import bulk
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from yinfeng.domain.projects.models import Project, SavedView
from yinfeng.domain.projects.rules.view import parse
from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.accounts.tests.people import client_of
from yinfeng.foundation.audit.models import AuditRow, LookRow

pytestmark = pytest.mark.django_db

BUDGET = 12


@pytest.fixture
def ground(db):
    return bulk.load(80, today=date.today())


@pytest.fixture
def director(ground):
    return warm(client_of(Person.objects.get(pk=ground.director)))


@pytest.fixture
def officer(ground):
    return warm(client_of(Person.objects.get(pk=ground.officer)))


def warm(client):
    client.get(reverse("accounts:change_password"))  # renews the session, as once a minute
    return client


def queries(client, url: str, **headers: str) -> tuple[int, object]:
    warm(client)  # on a busy machine a minute may have passed
    with CaptureQueriesContext(connection) as caught:
        response = client.get(url, **headers)
    assert response.status_code == 200, url
    return len(caught), response


def test_lists_keep_their_budget_whatever_the_number_of_rows(ground, director, officer) -> None:
    ledger = reverse("projects:ledger")
    unit = ground.units[0]
    for query in ("", f"unit={unit}&min=1&stage=signed,started&q=项目", "view=grouped", "light=red&sort=-due"):
        for client in (director, officer):
            few, _ = queries(client, f"{ledger}?{query}&size=10")
            many, _ = queries(client, f"{ledger}?{query}&size=1000")
            assert few <= BUDGET, query
            # A page that reaches the rows without a sort value asks once more; nothing asks per row.
            assert many - few in (0, 1), query


def test_the_board_and_the_front_pages_keep_their_budget(director, officer) -> None:
    for name in ("projects:board", "portal:cockpit"):
        for client in (director, officer):
            count, _ = queries(client, reverse(name))
            assert count <= BUDGET, name
    count, _ = queries(director, reverse("projects:board") + "?q=项目&light=red")
    assert count <= BUDGET


def test_the_board_asks_no_more_when_it_holds_more(db) -> None:
    ground = bulk.load(12, today=date.today())
    client = warm(client_of(Person.objects.get(pk=ground.director)))
    before, _ = queries(client, reverse("projects:board"))
    with_more = bulk.load(150, seed=8, today=date.today(), again=True)
    client = warm(client_of(Person.objects.get(pk=with_more.director)))
    after, _ = queries(client, reverse("projects:board"))
    assert after == before


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_bad_values_are_told_and_never_break_the_page(director) -> None:
    for query in (
        "stage=sgned", "min=abc", "after=~~~", "page=99999", "sort=name", "unit=99999999999999999999", "size=0",
        "signed_from=9999-99-99", "chain=%00", "q=%ED%A0%80%25_", "columns=nope", "view=tree", "unit=4242&min=-1",
        "stage=signed&stage=sgned", "owner=you", "before=1~1~1&after=2~2~2", "owner=4242", "group=4242",
    ):  # fmt: skip
        for name in ("projects:ledger", "projects:board"):
            response = director.get(f"{reverse(name)}?{query}")
            assert response.status_code == 200, query
    response = director.get(reverse("projects:ledger") + "?stage=sgned")
    assert "“阶段”的值“sgned”无法识别，已忽略。" in response.content.decode()


def test_words_of_users_are_shown_as_words(director) -> None:
    project = Project.objects.exclude(investment_cny=None).order_by("-investment_cny").first()
    Project.objects.filter(pk=project.pk).update(
        name="<script>alert(1)</script>",
        investor_name='"><img src=x onerror=1>',
        next_due_text="<b>x</b>",
        product="<i>",
    )
    everything = ",".join(
        ["name", "stage", "investment", "light", "due", "product", "lead_unit", "landing_unit", "segment", "owner"]
    )
    for url in (reverse("projects:ledger") + f"?columns={everything}&q=", reverse("projects:board")):
        html = director.get(url).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "&lt;script&gt;" in html
    echoed = director.get(reverse("projects:ledger") + "?q=%22%3E%3Cscript%3Ealert(1)").content.decode()
    assert "<script>alert" not in echoed


def test_htmx_gets_the_region_and_the_canonical_address(director) -> None:
    response = director.get(
        reverse("projects:ledger") + "?q=&unit=&stage=started&stage=signed&page=1", headers={"HX-Request": "true"}
    )
    assert response["HX-Push-Url"] == reverse("projects:ledger") + "?stage=signed,started"
    assert b"<html" not in response.content
    assert b'id="ledger"' in response.content


def sheet_of(response) -> list[tuple]:
    content = b"".join(response.streaming_content)
    return list(openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0].iter_rows(values_only=True))


def test_excel_holds_exactly_what_is_seen_and_the_export_is_logged(director, ground) -> None:
    query = "stage=signed,registered,started&columns=name,stage,investment,funds,light,due,lead_unit&sort=investment"
    response = director.get(reverse("projects:ledger_export") + f"?{query}&page=2")
    head, *rows = sheet_of(response)
    assert head[:3] == ("项目编号", "项目名称", "投资方")
    page = director.get(reverse("projects:ledger") + f"?{query}&size=1000").content.decode()
    shown = re.findall(r'<span class="yf-sub" title="[^"]*">(B\d+)', page)
    assert [row[0] for row in rows] == shown
    assert len(shown) > 3
    by_code = {p.code: p for p in Project.objects.filter(code__in=shown)}
    for row in rows:
        told = dict(zip(head, row, strict=True))
        project = by_code[told["项目编号"]]
        assert round((told["总投资（亿元）"] or 0) * 10**8) == (project.investment_cny or 0)
        assert round((told["到位资金（亿元）"] or 0) * 10**8) == project.funds_cny
        assert told["进度灯"] in ("红灯", "黄灯", "正常", "未排期")
    look = LookRow.objects.get()
    assert (look.kind, look.rows, look.person_id) == ("export", len(rows), ground.director)
    assert "stage=signed,registered,started" in look.detail


def test_a_person_of_another_unit_meets_a_project_nowhere(ground, officer) -> None:
    """List, count, sums, board, export, search, palette and cockpit of an officer hold nothing that is not granted."""
    mine = {p.pk for p in Project.objects.all()}
    hidden = Project.objects.exclude(lead_unit_id__in=ground.units[1:2]).exclude(
        landing_unit_id__in=ground.units[1:2]
    ).exclude(owner_id=ground.officer).order_by("-investment_cny").first()  # fmt: skip
    assert hidden.pk in mine
    Project.objects.filter(pk=hidden.pk).update(
        name="绝无仅有的隐藏项目", investment_cny=999_999_999_990_000, investment_amount=999_999_999_990_000
    )
    from yinfeng.domain.projects.queries import search

    search.index(hidden.pk, "绝无仅有的隐藏项目\n" + hidden.code)
    for url in (
        reverse("projects:ledger"), reverse("projects:ledger") + "?size=1000", reverse("projects:ledger") + "?q=绝无仅有",
        reverse("projects:ledger") + "?view=grouped", reverse("projects:board"), reverse("projects:board") + "?q=绝无",
        reverse("portal:cockpit"), reverse("portal:search") + "?q=绝无仅有", reverse("portal:palette") + "?q=绝无仅有",
        reverse("projects:board_more", args=[hidden.furthest_stage]) + "?skip=0",
        reverse("projects:ledger") + f"?unit={hidden.lead_unit_id}",
    ):  # fmt: skip
        seen = text_of(officer.get(url)).replace("关键词： 绝无仅有", "").replace("关键词： 绝无", "")
        assert "隐藏项目" not in seen, url
        assert hidden.code not in seen, url
        assert "9,999,999.9" not in seen, url
    rows = sheet_of(officer.get(reverse("projects:ledger_export") + "?sort=-investment"))
    assert hidden.code not in [row[0] for row in rows]
    assert officer.get(reverse("projects:board_drop") + f"?id={hidden.pk}&to=signed").status_code == 404


def test_strangers_are_sent_to_the_door(client, ground) -> None:
    for name in ("projects:ledger", "projects:board", "projects:ledger_export", "projects:ledger_fold"):
        assert client.get(reverse(name)).status_code == 302


def test_bulk_assignment_takes_all_or_none(ground, director, officer) -> None:
    own = list(Project.objects.filter(lead_unit_id=ground.units[1], is_confidential=False)[:2])
    other = Project.objects.exclude(lead_unit_id=ground.units[1]).exclude(landing_unit_id=ground.units[1]).exclude(
        owner_id=ground.officer
    ).first()  # fmt: skip
    person = ground.people_of[ground.units[1]][1]
    url = reverse("projects:bulk_assign")
    before = list(Project.objects.order_by("pk").values("pk", "owner_id", "version"))
    assert officer.post(url, {"id": [own[0].pk, other.pk], "owner": person}).status_code == 404
    assert officer.post(url, {"id": [own[0].pk]}).status_code == 422
    assert officer.post(url, {"owner": person}).status_code == 422
    assert list(Project.objects.order_by("pk").values("pk", "owner_id", "version")) == before
    answer = officer.post(url, {"id": [p.pk for p in own], "owner": person, "back": "stage=signed&bad=1"})
    assert answer["Location"] == reverse("projects:ledger") + "?stage=signed"
    assert set(Project.objects.filter(pk__in=[p.pk for p in own]).values_list("owner_id", flat=True)) == {person}


def test_a_view_is_saved_shared_shown_and_deleted(ground, director, officer) -> None:
    save = reverse("projects:view_save")
    director.post(save, {"name": "大项目", "back": "min=10&page=3&sort=-funds", "shared": "1", "pinned": "1"})
    view = SavedView.objects.get()
    assert (parse(view.query).view, view.is_shared, view.is_pinned) == (parse("min=10&sort=-funds").view, True, True)
    page = officer.get(reverse("projects:ledger") + "?min=10&sort=-funds").content.decode()
    assert "大项目" in page
    assert officer.post(reverse("projects:view_change", args=[view.pk]), {"verb": "delete"}).status_code == 404
    assert SavedView.objects.count() == 1
    director.post(reverse("projects:view_change", args=[view.pk]), {"verb": "unshare"})
    assert "大项目" not in officer.get(reverse("projects:ledger")).content.decode()
    director.post(reverse("projects:view_change", args=[view.pk]), {"verb": "delete"})
    assert not SavedView.objects.exists()


def test_looking_writes_nothing(ground, director) -> None:
    before = (AuditRow.objects.count(), LookRow.objects.count())
    for name in ("projects:ledger", "projects:board", "portal:cockpit", "portal:workbench", "projects:ledger_fold"):
        with CaptureQueriesContext(connection) as caught:
            director.get(reverse(name))
        assert not [q for q in caught if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")], name
    assert (AuditRow.objects.count(), LookRow.objects.count()) == before
