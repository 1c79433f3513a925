"""The worklist: what is wrong is pointed out, what is right goes in one click, a return reaches its author."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from yinfeng.domain.projects import checks
from yinfeng.domain.projects.actions import agreements, ceremonies, facts, ledger
from yinfeng.domain.projects.actions.entries import InvestorData, ProjectData
from yinfeng.domain.projects.actions.evidence import EvidenceData
from yinfeng.domain.projects.actions.facts import FundsData
from yinfeng.domain.projects.models import FundsArrival, Milestone, Project
from yinfeng.domain.projects.rules.words import Channel, FactStatus, FundsBasis, FundsBoundary, ProjectKind, Stage
from yinfeng.domain.reporting.actions.tasks import issue_tasks
from yinfeng.foundation.accounts.tests.people import client_of
from yinfeng.kernel.periods import Period

URL = "reporting:worklist"


def another(city: Any, name: str, unit: str = "east", total: int = 200_000_000) -> Project:
    return ledger.create_project(
        data=ProjectData(
            name=name, kind=ProjectKind.MANUFACTURING, lead_unit_id=city.units[unit].pk, investment_amount=total,
            investors=[InvestorData(f"{name[:4]}有限公司")], channel=Channel.CHAIN,
        ),
        actor=city.people["officer" if unit == "east" else "stranger"], at=city.tick(),
    )  # fmt: skip


def arrive(city: Any, project: Project, amount: int, on: date, voucher: str, who: str = "officer") -> FundsArrival:
    data = FundsData(amount, on, FundsBasis.CAPITAL, FundsBoundary.OUTSIDE_CITY, voucher=voucher)
    return facts.declare_funds(project=project, phase=None, data=data, actor=city.people[who], at=city.tick())


def sign(city: Any, project: Project, on: date, papers: list[EvidenceData]) -> Milestone:
    return facts.declare_milestone(
        phase=project.phases.get(), stage=Stage.SIGNED, happened_on=on, evidence=papers, gated=False,
        actor=city.people["officer"], at=city.tick(),
    )  # fmt: skip


def seen(city: Any, kind: str, who: str = "director", **query: Any) -> dict[str, set[str]]:
    """Project -> the suspicions on the page."""
    page = client_of(city.people[who]).get(reverse(URL), {"kind": kind, **query}).context["page"]
    return {item.case.project: {f.kind.value for f in item.findings} for group in page.groups for item in group.wrong}


def test_planted_money_faults_are_each_pointed_out(city: Any, project: Project) -> None:
    other = another(city, "霁光光学元件", "west")
    arrive(city, project, 11_000_001, date(2026, 1, 8), "回单1")
    arrive(city, project, 88_000_001, date(2026, 2, 8), "回单2")
    arrive(city, other, 11_500_001, date(2026, 2, 9), "回单2", "stranger")
    arrive(city, another(city, "汀兰文旅", total=5_000_000), 9_000_001, date(2026, 2, 9), "回单3")
    found = seen(city, "funds", month="2026-02")
    assert found["云梯智能电梯部件项目"] == {"jump", "voucher_twice"}
    assert found["霁光光学元件"] == {"voucher_twice"}
    assert found["汀兰文旅"] == {"above_investment"}
    issue_tasks(month=Period.month(2026, 2), actor=None, at=city.tick())
    assert "no_statement" in seen(city, "funds", month="2026-02")["汀兰文旅"]


def test_planted_milestone_faults_are_each_pointed_out(city: Any, project: Project) -> None:
    officer = city.people["officer"]
    agreement = agreements.record_agreement(
        project=project, kind="formal", title="投资合同", parties="甲乙", signed_on=date(2026, 1, 12), actor=officer,
        at=city.tick(),
    ).agreement  # fmt: skip
    ceremonies.hold_ceremony(
        kind="signing", name="春季集中签约", held_on=date(2026, 2, 12), host_unit=city.units["east"], agreements=[agreement],
        actor=officer, at=city.tick(),
    )  # fmt: skip
    sign(city, project, date(2026, 2, 12), [EvidenceData("contract", "合1")])
    bare = another(city, "霁光光学元件")
    sign(city, bare, date(2026, 2, 11), [EvidenceData("ledger", workbook="台账.xlsx", cell="签约!C5")])
    changed = another(city, "青梧包装材料")
    sign(city, changed, date(2026, 2, 11), [EvidenceData("contract", "合2")])
    ledger.edit_project(project=changed, changes={"investment_amount": 900_000_000}, actor=officer, at=city.tick())
    found = seen(city, "milestone")
    assert found == {
        "云梯智能电梯部件项目": {"ceremony"}, "霁光光学元件": {"no_evidence"}, "青梧包装材料": {"amount_changed"}
    }  # fmt: skip


def test_the_same_file_for_two_projects_is_one_voucher_twice(
    city: Any, project: Project, settings: Any, tmp_path: Any
) -> None:
    from yinfeng.foundation.files import actions as files

    settings.FILES_ROOT = tmp_path
    sheet = files.store(
        content=b"a,b",
        name="台账.csv",
        owner_kind="import",
        owner_id=1,
        actor=city.people["officer"],
        at=city.tick(),
    )
    for name in ("石桥酿造", "青梧材料"):  # one workbook holds many projects
        cell = EvidenceData("ledger", file_id=sheet.pk, workbook="台账.csv", cell="C5")
        sign(city, another(city, name), date(2026, 2, 11), [cell, EvidenceData("contract", f"合{name}")])
    for one in (project, another(city, "霁光光学元件")):
        paper = files.store(
            content=b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", name="合同.pdf", owner_kind="project",
            owner_id=None, actor=city.people["officer"], at=city.tick(),
        )  # fmt: skip
        sign(city, one, date(2026, 2, 11), [EvidenceData("contract", "合1", file_id=paper.pk)])
    assert set(seen(city, "milestone")) == {"云梯智能电梯部件项目", "霁光光学元件"}


def test_all_that_look_right_are_verified_in_one_click_and_nothing_else(city: Any, project: Project) -> None:
    good = [arrive(city, project, 1_000_001 + n, date(2026, 2, 8), f"回单{n}") for n in range(5)]
    odd = arrive(city, project, 30_000_000, date(2026, 2, 8), "整数")
    own = arrive(city, project, 2_000_003, date(2026, 2, 8), "自报", "director")
    director = client_of(city.people["director"])
    page = director.get(reverse(URL), {"kind": "funds"}).context["page"]
    assert (page.right_count, page.wrong_count, page.groups[0].own_count) == (5, 1, 1)
    late = arrive(city, project, 3_000_007, date(2026, 2, 9), "后到")
    director.post(reverse("reporting:worklist_do"), {"kind": "funds", "do": "right", "until": page.until})
    assert set(FundsArrival.objects.filter(status=FactStatus.VERIFIED)) == set(good)
    assert {odd.pk, own.pk, late.pk} == set(
        FundsArrival.objects.filter(status=FactStatus.DECLARED).values_list("pk", flat=True)
    )
    assert [*checks.derived_columns(), *checks.history()] == []


def test_one_units_right_ones_leave_the_other_units_alone(city: Any, project: Project) -> None:
    east = arrive(city, project, 1_000_001, date(2026, 2, 8), "东1")
    west = arrive(city, another(city, "霁光光学元件", "west"), 1_000_001, date(2026, 2, 8), "西1", "stranger")
    director = client_of(city.people["director"])
    until = director.get(reverse(URL), {"kind": "funds"}).context["page"].until
    director.post(
        reverse("reporting:worklist_do") + f"?group={city.units['west'].pk}",
        {"kind": "funds", "do": "right", "until": until},
    )
    east.refresh_from_db()
    west.refresh_from_db()
    assert (east.status, west.status) == (FactStatus.DECLARED, FactStatus.VERIFIED)


def test_several_are_returned_with_one_reason(city: Any, project: Project) -> None:
    rows = [arrive(city, project, 1_000_001 + n, date(2026, 2, 8), f"回单{n}") for n in range(3)]
    director = client_of(city.people["director"])
    told = {"kind": "funds", "do": "return", "id": [r.pk for r in rows[:2]]}
    assert director.post(reverse("reporting:worklist_do"), {**told, "reason": " "}).status_code == 422
    assert FundsArrival.objects.filter(status=FactStatus.RETURNED).count() == 0
    director.post(reverse("reporting:worklist_do"), {**told, "reason": "回单不清"})
    assert FundsArrival.objects.filter(status=FactStatus.RETURNED, end_reason="回单不清").count() == 2
    project.refresh_from_db()
    assert (project.funds_cny, project.unverified_count) == (1_000_003, 1)


@pytest.mark.parametrize("kind", ["milestone", "funds", "flag"])
def test_the_page_costs_the_same_for_few_and_for_many(city: Any, project: Project, kind: str) -> None:
    director = client_of(city.people["director"])
    counts = []
    for first, last in ((0, 3), (3, 12)):
        for n in range(first, last):
            one = another(city, f"第{n}光学元件", "west" if n % 2 else "east")
            arrive(city, one, 1_000_001 + n, date(2026, 2, 8), f"回单{n}")
            sign(city, one, date(2026, 2, 11), [EvidenceData("contract", f"合{n}")])
        director.get(reverse(URL), {"kind": kind})
        with CaptureQueriesContext(connection) as queries:
            assert director.get(reverse(URL), {"kind": kind}).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12, counts


def test_a_confidential_project_raises_no_suspicion_with_who_may_not_see_it(city: Any, project: Project) -> None:
    secret = another(city, "玄羽载荷", "west")
    arrive(city, project, 1_000_001, date(2026, 2, 8), "同一回单")
    arrive(city, secret, 1_000_003, date(2026, 2, 8), "同一回单", "stranger")
    assert seen(city, "funds", "steward")["云梯智能电梯部件项目"] == {"voucher_twice"}
    ledger.edit_project(
        project=secret, changes={"is_confidential": True}, actor=city.people["director"], at=city.tick()
    )
    assert seen(city, "funds", "steward") == {}
    assert "云梯智能电梯部件项目" in seen(city, "funds")
