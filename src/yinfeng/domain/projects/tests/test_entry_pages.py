"""Quick entry and leads: two minutes on a phone, refused with everything kept, on to a project."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from yinfeng.domain.projects.actions import claims, leads
from yinfeng.domain.projects.actions.entries import InvestorData
from yinfeng.domain.projects.models import Claim, Lead, Project, Visit
from yinfeng.domain.projects.rules.words import Channel, ClaimStatus, LeadStatus, ProjectKind, Stage


@pytest.fixture
def officer(client: Client, city: Any) -> Client:
    client.force_login(city.people["officer"])
    return client


@pytest.fixture
def lead(city: Any) -> Lead:
    return leads.create_lead(
        data=leads.LeadData(
            name="远岚扶梯整机线索", kind=ProjectKind.MANUFACTURING, owner_unit_id=city.units["east"].pk,
            channel=Channel.CHAIN, investor=InvestorData("远岚扶梯制造有限公司"), investment_cny=5 * 10**8,
            owner_id=city.people["officer"].pk, reported_on=city.today,
        ),
        actor=city.people["officer"], at=city.tick(),
    )  # fmt: skip


def entry(city: Any, **more: Any) -> dict[str, Any]:
    return {
        "what": "lead", "name": "年产五万套减速机项目", "investor": "齐岭传动有限公司", "investment_0": "2.5",
        "investment_1": "亿元", "kind": "manufacturing", "channel": "chain", "unit": city.units["east"].pk,
    } | more  # fmt: skip


def test_a_lead_is_entered_and_the_next_thing_to_do_is_offered(officer: Client, city: Any) -> None:
    answer = officer.post(reverse("projects:enter"), entry(city), follow=True)
    lead = Lead.objects.get()
    assert (lead.investment_cny, lead.owner, lead.owner_unit.code) == (250_000_000, city.people["officer"], "east")
    assert reverse("projects:lead_claim", args=[lead.pk]) in answer.content.decode()


def test_a_project_is_entered_with_its_sum_in_wan(officer: Client, city: Any) -> None:
    answer = officer.post(
        reverse("projects:enter"), entry(city, what="project", investment_0="8,600", investment_1="万元")
    )
    project = Project.objects.get()
    assert project.investment_cny == 86_000_000
    assert answer["Location"] == reverse("projects:entered", args=["project", project.pk])


@pytest.mark.parametrize(
    ("number", "words"), [("0", "须大于零"), ("-1", "须大于零"), ("10000000", "过大"), ("很多", "带单位的金额")]
)
def test_a_sum_that_cannot_be_is_refused_at_its_field(officer: Client, city: Any, number: str, words: str) -> None:
    answer = officer.post(reverse("projects:enter"), entry(city, investment_0=number))
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors["investment"])
    assert "齐岭传动有限公司" in answer.content.decode()
    assert not Lead.objects.exists()


def test_nobody_enters_in_the_name_of_another_unit(officer: Client, city: Any) -> None:
    answer = officer.post(reverse("projects:enter"), entry(city, unit=city.units["west"].pk))
    assert answer.status_code == 422
    assert not Lead.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("leader", 403), ("steward", 403), ("agent", 404), ("auditor", 404)])
def test_who_may_not_enter(client: Client, city: Any, who: str, status: int) -> None:
    client.force_login(city.people[who])
    assert client.get(reverse("projects:enter")).status_code == status
    assert client.post(reverse("projects:enter"), entry(city)).status_code == status
    assert not Lead.objects.exists()


def test_a_park_enters_projects_only(client: Client, city: Any) -> None:
    client.force_login(city.people["park"])
    form = client.get(reverse("projects:enter")).context["form"]
    assert [value for value, _label in form.fields["what"].choices] == ["project"]


def test_the_duplicate_warning_leaks_nothing(client: Client, city: Any, project: Project) -> None:
    asked = {"name": "云梯智能电梯部件项目", "investor": "云梯科技有限公司"}
    url = reverse("projects:entry_similar")
    client.force_login(city.people["officer"])
    assert project.code in client.post(url, asked).content.decode()
    client.force_login(city.people["stranger"])
    text = client.post(url, asked).content.decode()
    assert "已有首报，请联系上级" in text
    for secret in (project.code, project.name, "东屏", str(project.pk) + "/"):
        assert secret not in text
    assert client.get(url).status_code == 405


# ------------------------------------------------------------------------------------------------ leads


@pytest.mark.parametrize(
    ("who", "status"),
    [("officer", 200), ("leader", 200), ("steward", 200), ("stranger", 404), ("agent", 404), ("park", 404)],
)
def test_the_lead_page_by_role(client: Client, city: Any, lead: Lead, who: str, status: int) -> None:
    client.force_login(city.people[who])
    answer = client.get(reverse("projects:lead", args=[lead.pk]))
    assert answer.status_code == status
    listed = client.get(reverse("projects:leads"))
    if listed.status_code == 200:
        assert (lead.name in listed.content.decode()) is (status == 200)


def test_the_list_of_leads_costs_the_same_for_one_and_for_many(officer: Client, city: Any, lead: Lead) -> None:
    counts = []
    for more in range(2):
        for n in range(15 * more):
            leads.create_lead(
                data=leads.LeadData(f"线索{n}", ProjectKind.SERVICE, city.units["east"].pk, Channel.AGENT),
                actor=city.people["officer"], at=city.tick(),
            )  # fmt: skip
        for row in Lead.objects.filter(claims=None):
            claims.claim(
                lead=row, unit=city.units["east"], kind="report", grounds="来函", actor=city.people["officer"],
                at=city.tick(),
            )  # fmt: skip
        officer.get(reverse("projects:leads"))
        with CaptureQueriesContext(connection) as queries:
            assert officer.get(reverse("projects:leads"), {"q": "线索"}).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


@pytest.mark.parametrize(
    ("query", "found"),
    [({"q": "扶梯"}, 1), ({"q": "没有"}, 0), ({"stage": "screened"}, 0), ({"mine": "1"}, 1), ({"status": "dropped"}, 0),
     ({"status": "all", "channel": "chain"}, 1), ({"unit": "x", "page": "-4"}, 1)],
)  # fmt: skip
def test_leads_are_filtered(officer: Client, lead: Lead, query: dict[str, str], found: int) -> None:
    assert officer.get(reverse("projects:leads"), query).context["page"].count == found


def test_a_lead_is_screened_and_becomes_a_project(officer: Client, city: Any, lead: Lead) -> None:
    screen = reverse("projects:lead_screen", args=[lead.pk])
    assert officer.post(screen, {"screened_on": city.today.isoformat(), "opinion": ""}).status_code == 422
    lead.refresh_from_db()
    assert lead.stage == Stage.LEAD
    officer.post(screen, {"screened_on": city.today.isoformat(), "opinion": "契合主导产业"})
    promote = reverse("projects:lead_promote", args=[lead.pk])
    form = officer.get(promote).context["page"].form
    assert form["investor"].value() == "远岚扶梯制造有限公司"
    told = {
        "name": "远岚扶梯整机项目", "kind": "manufacturing", "investor": "远岚扶梯制造有限公司", "investment_0": "5",
        "investment_1": "亿元", "lead_unit": city.units["east"].pk, "channel": "chain",
    }  # fmt: skip
    answer = officer.post(promote, told)
    project = Project.objects.get()
    assert answer["Location"] == reverse("projects:project", args=[project.pk])
    lead.refresh_from_db()
    assert (lead.status, lead.project) == (LeadStatus.PROMOTED, project)
    assert officer.get(promote).status_code == 404


def test_a_lead_is_edited_against_the_version_that_was_seen(officer: Client, city: Any, lead: Lead) -> None:
    url = reverse("projects:lead_edit", args=[lead.pk])
    told = {"name": "改名的线索", "kind": "service", "channel": "agent", "version": lead.version + 3}
    answer = officer.post(url, told)
    assert answer.status_code == 422
    assert "改名的线索" in answer.content.decode()
    lead.refresh_from_db()
    assert lead.name == "远岚扶梯整机线索"
    assert officer.post(url, told | {"version": lead.version}).status_code == 302
    lead.refresh_from_db()
    assert lead.name == "改名的线索"


def test_a_lead_is_given_up_with_a_reason(officer: Client, lead: Lead) -> None:
    url = reverse("projects:lead_drop", args=[lead.pk])
    assert officer.post(url, {"reason": " "}).status_code == 422
    assert officer.post(url, {"reason": "企业转投外地"}).status_code == 302
    lead.refresh_from_db()
    assert (lead.status, lead.dropped_reason) == (LeadStatus.DROPPED, "企业转投外地")


def test_a_visit_is_logged_from_the_phone(officer: Client, city: Any, lead: Lead) -> None:
    told = {
        "direction": "inbound", "held_on": city.today.isoformat(), "our_side": "江小禾", "our_count": 1,
        "their_side": "投资总监", "their_count": 2, "minutes": "看了两处厂房", "unit": city.units["east"].pk,
    }  # fmt: skip
    url = reverse("projects:lead_visit", args=[lead.pk])
    assert officer.post(url, told | {"minutes": ""}).status_code == 422
    assert not Visit.objects.exists()
    assert officer.post(url, told).status_code == 302
    assert "看了两处厂房" in officer.get(reverse("projects:lead", args=[lead.pk])).content.decode()


def test_a_claim_is_filed_contested_and_ruled(officer: Client, city: Any, lead: Lead) -> None:
    told = {"kind": "report", "unit": city.units["east"].pk, "claimed_on": city.today.isoformat(), "grounds": "来函"}
    officer.post(reverse("projects:lead_claim", args=[lead.pk]), told)
    claim = Claim.objects.get()
    assert claim.status == ClaimStatus.PROTECTED
    officer.post(reverse("projects:claim_dispute", args=[claim.pk]), {"words": "并非首次接洽"})
    rule = reverse("projects:claim_rule", args=[claim.pk])
    assert officer.post(rule, {"upheld": "yes", "decision": "属实"}).status_code == 403
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.DISPUTED
    officer.force_login(city.people["director"])
    assert officer.post(rule, {"upheld": "yes", "decision": "属实"}).status_code == 302
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.UPHELD


def test_the_countdown_ends_when_protection_really_ends(officer: Client, city: Any, lead: Lead) -> None:
    claims.claim(
        lead=lead, unit=city.units["east"], kind="report", grounds="来函", claimed_on=city.today,
        actor=city.people["officer"], at=city.tick(),
    )  # fmt: skip
    row = officer.get(reverse("projects:lead", args=[lead.pk])).context["page"].row
    listed = officer.get(reverse("projects:leads")).context["page"].rows[0]
    assert listed.protected_until == row.protected_until
    assert row.protected_until == city.today + timedelta(days=30)  # no progress ends it before its 90 days
