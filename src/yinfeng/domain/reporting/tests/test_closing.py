"""Closing on the pages: what is open is said and kept, the lock holds on every page, a correction takes two people."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from yinfeng.domain.projects import checks
from yinfeng.domain.projects.actions import facts, ledger
from yinfeng.domain.projects.models import ClosedPeriod, Correction, FundsArrival, Project
from yinfeng.domain.projects.rules.words import FactStatus
from yinfeng.domain.reporting.actions.tasks import issue_tasks
from yinfeng.foundation.accounts.tests.people import client_of
from yinfeng.kernel.periods import Period

from .test_worklist import another, arrive

NOW = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)


@pytest.fixture
def february(city: Any, project: Project) -> Any:
    city.fact = arrive(city, project, 10_000_001, date(2026, 2, 10), "回单1")
    issue_tasks(month=Period.month(2026, 2), actor=None, at=city.tick())
    with time_machine.travel(NOW, tick=False):
        city.director = client_of(city.people["director"])
        city.officer = client_of(city.people["officer"])
        city.steward = client_of(city.people["steward"])
        yield city


def close(city: Any, reason: str = "月报须按时上报") -> ClosedPeriod:
    answer = city.director.post(reverse("reporting:close") + "?month=2026-02", {"reason": reason})
    assert answer.status_code == 302, answer.content.decode()
    return ClosedPeriod.objects.get()


def test_what_is_open_is_said_by_unit_and_closing_it_needs_a_reason(february: Any) -> None:
    page = february.director.get(reverse("reporting:closing")).context["page"]
    east = next(r for r in page.rows if r.unit == "东屏区")
    assert (page.month, east.unreported, east.unverified, page.is_first) == (Period.month(2026, 2), 3, 1, True)
    url = reverse("reporting:close") + "?month=2026-02"
    assert february.director.post(url, {"reason": ""}).status_code == 422
    assert not ClosedPeriod.objects.exists()
    closed = close(february)
    assert {"unit": february.units["east"].pk, "what": "unverified", "count": 1} in closed.left_open
    text = february.director.get(reverse("reporting:closed", args=[closed.pk])).content.decode()
    assert "月报须按时上报" in text
    assert "待审核事实" in text


def test_only_who_may_close_closes(february: Any) -> None:
    url = reverse("reporting:close") + "?month=2026-02"
    # Officers and parks see the imports and closings and may not decide them; for a leader there are none.
    for who, told in (("officer", 403), ("leader", 404), ("park", 403)):
        assert client_of(february.people[who]).post(url, {"reason": "关"}).status_code == told
    assert not ClosedPeriod.objects.exists()
    assert february.steward.post(url, {"reason": "关"}).status_code == 302
    assert ClosedPeriod.objects.get().closed_by == february.people["steward"]
    # The next is March, which still runs.
    assert february.steward.get(reverse("reporting:closing")).context["page"].month is None


def test_the_lock_holds_on_the_pages_and_names_the_mend(february: Any, project: Project) -> None:
    close(february)
    for client, url, told in (
        (february.director, reverse("projects:fact_verify", args=["funds", february.fact.pk]), {}),
        (february.director, reverse("projects:fact_return", args=["funds", february.fact.pk]), {"reason": "不清"}),
        (february.director, reverse("projects:fact_void", args=["funds", february.fact.pk]), {"reason": "错"}),
        (
            february.officer, reverse("projects:funds", args=[project.pk]),
            {"amount_0": "100", "amount_1": "万元", "arrived_on": "2026-02-11", "value_kind": "actual", "basis": "capital",
             "boundary": "outside_city", "voucher": "回单9"},
        ),
    ):  # fmt: skip
        answer = client.post(url, told)
        text = answer.content.decode()
        assert answer.status_code == 422, url
        assert "2026年2月已关账" in text
        assert "关账后更正" in text
    assert list(FundsArrival.objects.values_list("status", "amount")) == [(FactStatus.DECLARED, 10_000_001)]
    answer = february.director.post(
        reverse("reporting:worklist_do"), {"kind": "funds", "do": "verify", "id": february.fact.pk}, follow=True
    )
    assert "2026年2月已关账" in " ".join(str(m) for m in answer.context["messages"])


def test_a_correction_from_the_project_page_to_its_effect(february: Any, project: Project) -> None:
    february.director.post(reverse("projects:fact_verify", args=["funds", february.fact.pk]))
    close(february)
    panels = february.officer.get(reverse("projects:project_part", args=[project.pk, "panels"])).content.decode()
    url = reverse("reporting:change", args=["funds", february.fact.pk])
    assert url in panels
    told = {"kind": "replace", "happened_on": "2026-02-10", "amount_0": "800", "amount_1": "万元", "voucher": "回单1",
            "reason": "银行更正", "document": ""}  # fmt: skip
    assert february.officer.post(url, told).status_code == 422  # no paper
    assert february.officer.post(url, {**told, "document": "银函〔2026〕7号"}).status_code == 302
    asked = Correction.objects.get()
    approve = reverse("reporting:approve", args=[asked.pk])
    assert february.officer.post(approve).status_code == 403
    assert FundsArrival.objects.count() == 1
    assert february.steward.post(approve, {"note": "已核银行函"}).status_code == 302
    project.refresh_from_db()
    assert project.funds_cny == 8_000_000
    text = february.officer.get(reverse("reporting:corrections")).content.decode()
    for words in ("银函〔2026〕7号", "已核银行函", "1000.0001 万元", "800 万元"):
        assert words in text.replace(",", ""), words
    assert [*checks.derived_columns(), *checks.history(), *checks.closed_periods()] == []


def test_one_s_own_correction_waits_for_another(february: Any, project: Project) -> None:
    close(february)
    february.director.post(
        reverse("reporting:change", args=["funds", february.fact.pk]),
        {"kind": "void", "reason": "重复", "document": "纪要"},
    )
    asked = Correction.objects.get()
    assert february.director.post(reverse("reporting:approve", args=[asked.pk])).status_code == 422
    february.fact.refresh_from_db()
    assert february.fact.status == FactStatus.DECLARED


def test_a_stranger_sees_neither_correction_nor_changes(february: Any, project: Project) -> None:
    closed = close(february)
    february.officer.post(
        reverse("reporting:change", args=["funds", february.fact.pk]),
        {"kind": "void", "reason": "重复登记", "document": "纪要"},
    )
    asked = Correction.objects.get()
    ledger.edit_project(
        project=project, changes={"investment_amount": 500_000_000}, actor=february.people["officer"],
        at=NOW + timedelta(minutes=1),
    )  # fmt: skip
    page = reverse("reporting:closed", args=[closed.pk])
    mine = february.officer.get(page).content.decode()
    assert "重复登记" in mine
    assert "5 亿元" in mine
    stranger = client_of(february.people["stranger"])
    theirs = stranger.get(page).content.decode()
    assert "重复登记" not in theirs
    assert "云梯" not in theirs
    assert stranger.get(reverse("reporting:correction", args=[asked.pk])).status_code == 404
    assert stranger.get(reverse("reporting:change", args=["funds", february.fact.pk])).status_code == 404


def test_what_looks_wrong_of_the_month_is_counted_by_unit(february: Any) -> None:
    arrive(february, another(february, "汀兰文旅", total=5_000_000), 9_000_001, date(2026, 2, 9), "回单3")
    text = february.director.get(reverse("reporting:closing_wrong") + "?month=2026-02").content.decode()
    assert "到位超过总投资 1" in text


def test_a_fact_of_an_open_month_is_told_to_go_the_ordinary_way(february: Any, project: Project) -> None:
    late = arrive(february, project, 3_000_001, date(2026, 3, 2), "三月")
    close(february)
    answer = february.officer.post(
        reverse("reporting:change", args=["funds", late.pk]), {"kind": "void", "reason": "重复", "document": "纪要"}
    )
    assert answer.status_code == 422
    assert "没有关账" in answer.content.decode()
    facts.void_fact(fact=late, reason="重复", actor=february.people["officer"], at=NOW)
