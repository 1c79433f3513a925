"""The worklist of who verifies: one's own facts wait for another, a batch says what it could not do."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from yinfeng.domain.projects.actions import facts, ledger
from yinfeng.domain.projects.actions.evidence import EvidenceData
from yinfeng.domain.projects.models import FundsArrival, Milestone, Project
from yinfeng.domain.projects.rules.words import FactStatus, FundsBasis, FundsBoundary, Stage
from yinfeng.foundation.notices.models import Notice


@pytest.fixture
def director(client: Client, city: Any) -> Client:
    client.force_login(city.people["director"])
    return client


def declared(project: Project, city: Any, who: str = "officer", *, voucher: str = "") -> Milestone | FundsArrival:
    if voucher:
        data = facts.FundsData(10**7, city.today, FundsBasis.CAPITAL, FundsBoundary.OUTSIDE_CITY, voucher=voucher)
        return facts.declare_funds(project=project, phase=None, data=data, actor=city.people[who], at=city.tick())
    return facts.declare_milestone(
        phase=project.phases.get(), stage=Stage.PRE_REVIEWED, happened_on=city.today,
        evidence=[EvidenceData("minutes", "纪要〔2026〕3号")], actor=city.people[who], at=city.tick(),
    )  # fmt: skip


def test_the_paper_stands_beside_its_fact(director: Client, city: Any, project: Project) -> None:
    declared(project, city)
    text = director.get(reverse("projects:verify")).content.decode()
    assert "纪要〔2026〕3号" in text
    assert "江小禾" in text


def test_one_fact_is_verified(director: Client, city: Any, project: Project) -> None:
    milestone = declared(project, city)
    director.post(reverse("projects:fact_verify", args=["milestone", milestone.pk]))
    milestone.refresh_from_db()
    assert (milestone.status, milestone.verified_by) == (FactStatus.VERIFIED, city.people["director"])


def test_ones_own_fact_is_greyed_and_refused(director: Client, city: Any, project: Project) -> None:
    milestone = declared(project, city, "director")
    page = director.get(reverse("projects:verify"))
    assert page.context["page"].cases[0].own
    assert reverse("projects:fact_verify", args=["milestone", milestone.pk]) not in page.content.decode()
    assert "本人填报，须由他人审核" in page.content.decode()
    answer = director.post(reverse("projects:fact_verify", args=["milestone", milestone.pk]))
    assert answer.status_code == 422
    assert "不能审核自己填报的事实" in answer.content.decode()
    milestone.refresh_from_db()
    assert (milestone.status, milestone.verified_by) == (FactStatus.DECLARED, None)


def test_a_fact_is_returned_with_its_reason_and_its_author_is_told(
    director: Client, city: Any, project: Project
) -> None:
    milestone = declared(project, city)
    url = reverse("projects:fact_return", args=["milestone", milestone.pk])
    assert director.post(url, {"reason": ""}).status_code == 422
    milestone.refresh_from_db()
    assert milestone.status == FactStatus.DECLARED
    assert director.post(url, {"reason": "纪要没有盖章"}).status_code == 302
    milestone.refresh_from_db()
    assert (milestone.status, milestone.end_reason) == (FactStatus.RETURNED, "纪要没有盖章")
    assert Notice.objects.filter(person=city.people["officer"], text__contains="纪要没有盖章").exists()
    director.force_login(city.people["officer"])
    page = director.get(reverse("projects:project", args=[project.pk]))
    assert "您 2026-03-02 的填报被方致远退回：纪要没有盖章" in page.content.decode()


def test_a_batch_verifies_what_it_can_and_names_the_rest(director: Client, city: Any, project: Project) -> None:
    mine = declared(project, city, "director", voucher="a")
    others = [declared(project, city, voucher=v) for v in ("b", "c")]
    answer = director.post(
        reverse("projects:verify_batch"), {"kind": "funds", "id": [f.pk for f in (mine, *others)]}, follow=True
    )
    words = " ".join(str(m) for m in answer.context["messages"])
    assert "已审核 2 条" in words
    assert "不能审核自己填报的事实" in words
    assert FundsArrival.objects.filter(status=FactStatus.VERIFIED).count() == 2
    mine.refresh_from_db()
    assert mine.status == FactStatus.DECLARED


def test_a_batch_reaches_only_what_the_verifier_may_see(director: Client, city: Any, project: Project) -> None:
    hidden = declared(project, city)
    ledger.edit_project(
        project=project, changes={"is_confidential": True}, actor=city.people["officer"], at=city.tick()
    )
    director.force_login(city.people["steward"])  # verifies all, but is not named in what is confidential
    director.post(reverse("projects:verify_batch"), {"kind": "milestone", "id": [hidden.pk]})
    hidden.refresh_from_db()
    assert hidden.status == FactStatus.DECLARED
    assert not director.get(reverse("projects:verify")).context["page"].cases


@pytest.mark.parametrize(("who", "status"), [("officer", 403), ("leader", 403), ("sysadmin", 404), ("park", 403)])
def test_who_may_not_verify(client: Client, city: Any, project: Project, who: str, status: int) -> None:
    milestone = declared(project, city)
    client.force_login(city.people[who])
    assert client.get(reverse("projects:verify")).status_code == status
    assert client.post(reverse("projects:fact_verify", args=["milestone", milestone.pk])).status_code == status
    assert (
        client.post(reverse("projects:verify_batch"), {"kind": "milestone", "id": milestone.pk}).status_code == status
    )
    milestone.refresh_from_db()
    assert milestone.status == FactStatus.DECLARED


@pytest.mark.parametrize("kind", ["milestone", "funds", "flag"])
def test_the_worklist_costs_the_same_for_one_and_for_many(
    director: Client, city: Any, project: Project, kind: str
) -> None:
    counts = []
    for count in (1, 9):
        for n in range(count):
            declared(project, city, voucher=f"{count}-{n}")
        director.get(reverse("projects:verify"), {"kind": kind})
        with CaptureQueriesContext(connection) as queries:
            assert director.get(reverse("projects:verify"), {"kind": kind, "q": "电梯"}).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_an_unknown_kind_of_fact_is_not_found(director: Client, project: Project) -> None:
    assert director.post(reverse("projects:fact_verify", args=["wish", 1])).status_code == 404
    assert director.post(reverse("projects:verify_batch"), {"kind": "wish", "id": 1}).status_code == 404
