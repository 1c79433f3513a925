"""The project page and what is done from it: by role, within its budget, told truly, refused without loss."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from yinfeng.domain.projects.access import project_for
from yinfeng.domain.projects.actions import facts, ledger, undertakings
from yinfeng.domain.projects.actions.entries import PhaseData
from yinfeng.domain.projects.actions.evidence import EvidenceData
from yinfeng.domain.projects.actions.phases import add_phase
from yinfeng.domain.projects.models import Flag, FundsArrival, Milestone, Phase, Project
from yinfeng.domain.projects.queries.abilities import grants_of, may
from yinfeng.domain.projects.rules.words import FactStatus, FlagKind, FundsBasis, FundsBoundary, Stage, ValueKind
from yinfeng.foundation.accounts.models import AccessGrant
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.foundation.audit.models import AuditRow

BUDGET = 12


@pytest.fixture
def at(client: Client, city: Any) -> Any:
    """``at("officer")`` signs the client in as that person."""

    def sign_in(who: str) -> Client:
        client.force_login(city.people[who])
        return client

    return sign_in


def page_of(project: Project) -> str:
    return reverse("projects:project", args=[project.pk])


def review(project: Project, city: Any, *, days: int = 10) -> Milestone:
    return facts.declare_milestone(
        phase=project.phases.get(number=1), stage=Stage.PRE_REVIEWED, happened_on=city.today - timedelta(days=days),
        evidence=[EvidenceData("pre_review_opinion", "预审〔2026〕1号")], actor=city.people["officer"], at=city.tick(),
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ who sees it


@pytest.mark.parametrize(
    ("who", "status", "may_enter"),
    [
        ("officer", 200, True), ("colleague", 200, True), ("director", 200, True), ("park", 200, True),
        ("leader", 200, False), ("steward", 200, False), ("stranger", 404, False), ("agent", 404, False),
        ("sysadmin", 404, False), ("auditor", 404, False),
    ],
)  # fmt: skip
def test_the_page_by_role(at: Any, project: Project, who: str, status: int, may_enter: bool) -> None:
    answer = at(who).get(page_of(project))
    assert answer.status_code == status
    if status == 200:
        text = answer.content.decode()
        assert project.name in text
        assert (reverse("projects:advance", args=[project.pk]) in text) is may_enter
        assert (reverse("projects:edit", args=[project.pk, "basic"]) in text) is may_enter


def test_a_stranger_is_sent_to_log_in(client: Client, project: Project) -> None:
    answer = client.get(page_of(project))
    assert answer.status_code == 302
    assert "/accounts/" in answer["Location"]


def test_a_confidential_project_hides_from_its_own_unit(at: Any, city: Any, project: Project) -> None:
    ledger.edit_project(
        project=project, changes={"is_confidential": True}, actor=city.people["officer"], at=city.tick()
    )
    assert at("colleague").get(page_of(project)).status_code == 404
    assert at("officer").get(page_of(project)).status_code == 200  # named as its owner


@pytest.mark.parametrize("secret", [False, True])
def test_the_buttons_say_what_access_says(city: Any, project: Project, secret: bool) -> None:
    """Abilities read off the access rows agree with ``project_for`` for every role, right and verb."""
    Project.objects.filter(pk=project.pk).update(is_confidential=secret)
    grants = grants_of("project", project.pk)
    for person in city.people.values():
        viewer = viewer_of(person, timezone.localdate())
        for right in ("project", "agreement", "list", "contact", "lead", "document"):
            for verb in "SEVDX":
                try:
                    project_for(viewer, project.pk, verb, right=right)
                    allowed = True
                except (Http404, PermissionDenied):
                    allowed = False
                told = may(viewer, "project", "S", grants, is_confidential=secret) and may(
                    viewer, right, verb, grants, is_confidential=secret
                )
                assert told is allowed, (person.name, right, verb)


# ------------------------------------------------------------------------------------------------ what it costs


def many_facts(project: Project, city: Any, *, count: int) -> None:
    officer = city.people["officer"]
    review(project, city)
    for n in range(count):
        facts.declare_funds(
            project=project, phase=None,
            data=facts.FundsData(1_000_000 + n, city.today, FundsBasis.CAPITAL, FundsBoundary.OUTSIDE_CITY, voucher=f"凭{n}"),
            actor=officer, at=city.tick(),
        )  # fmt: skip
        undertakings.add(
            phase=project.phases.get(number=1), what=f"事项{n}", unit=city.units["east"], person=officer,
            due_on=city.today + timedelta(days=n), actor=officer, at=city.tick(),
        )  # fmt: skip


@pytest.mark.parametrize("who", ["officer", "director"])
def test_the_page_stays_within_its_queries(at: Any, city: Any, project: Project, who: str) -> None:
    client = at(who)
    counts = []
    for count in (1, 12):
        many_facts(project, city, count=0 if count == 1 else count) if count > 1 else review(project, city)
        client.get(page_of(project))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page_of(project)).status_code == 200
        counts.append(len(queries))
        Milestone.objects.update(
            status=FactStatus.VOIDED, ended_at=city.at, ended_by=city.people["officer"], end_reason="x"
        )
    assert counts[0] == counts[1] <= BUDGET


@pytest.mark.parametrize("part", ["papers", "deals", "claims", "life", "panels", "lists"])
def test_the_later_parts_stay_within_their_queries(at: Any, city: Any, project: Project, part: str) -> None:
    many_facts(project, city, count=6)
    client = at("officer")
    url = reverse("projects:project_part", args=[project.pk, part])
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    assert len(queries) <= BUDGET


def test_a_part_that_is_none_and_a_part_of_a_hidden_project_are_not_found(at: Any, project: Project) -> None:
    assert at("officer").get(reverse("projects:project_part", args=[project.pk, "nothing"])).status_code == 404
    assert at("stranger").get(reverse("projects:project_part", args=[project.pk, "life"])).status_code == 404


# ------------------------------------------------------------------------------------------------ what it says


def test_the_next_step_says_what_is_missing(at: Any, city: Any, project: Project) -> None:
    text = at("officer").get(page_of(project)).content.decode()
    assert "登记“预审”" in text
    assert "预审意见书 / 会议纪要" in text


def test_a_stall_comes_before_every_other_step(at: Any, city: Any, project: Project) -> None:
    facts.raise_flag(
        project=project, kind=FlagKind.STALLED, happened_on=city.today, reason="土地手续未批", actor=city.people["officer"],
        at=city.tick(),
    )  # fmt: skip
    page = at("officer").get(page_of(project)).context["page"]
    assert page.next_step.title == "停滞中：排除原因后解除"
    assert "土地手续未批" in page.next_step.hint


def test_estimates_and_flash_figures_are_never_added_to_what_arrived(at: Any, city: Any, project: Project) -> None:
    for n, kind in enumerate(ValueKind):
        facts.declare_funds(
            project=project, phase=None,
            data=facts.FundsData(10**7 * (n + 1), city.today, FundsBasis.CAPITAL, FundsBoundary.OUTSIDE_CITY, kind,
                                 voucher=f"v{n}"),
            actor=city.people["officer"], at=city.tick(),
        )  # fmt: skip
    funds = at("officer").get(page_of(project)).context["page"].funds
    assert (funds.estimate_cny, funds.flash_cny, funds.actual_cny) == (10**7, 2 * 10**7, 3 * 10**7)


def test_sums_of_phases_that_do_not_add_up_are_pointed_out(at: Any, city: Any, project: Project) -> None:
    add_phase(project=project, data=PhaseData(investment_cny=10**8), actor=city.people["officer"], at=city.tick())
    assert "各期投资合计 4.6 亿元，与总投资 3.6 亿元 不一致" in at("officer").get(page_of(project)).content.decode()


def test_gaps_of_facts_that_came_in_ungated_are_listed(at: Any, city: Any, project: Project) -> None:
    facts.declare_milestone(
        phase=project.phases.get(), stage=Stage.STARTED, happened_on=city.today, gated=False,
        actor=city.people["officer"], at=city.tick(),
    )  # fmt: skip
    text = at("officer").get(reverse("projects:project_part", args=[project.pk, "papers"])).content.decode()
    assert "还不能登记“开工”" in text
    assert "缺少施工许可证" in text


def test_the_three_readings_hold_the_same_lines(at: Any, city: Any, project: Project) -> None:
    many_facts(project, city, count=3)
    client = at("officer")
    seen = []
    for reading in ("project", "responsibility", "time"):
        page = client.get(page_of(project), {"list": reading}).context["page"]
        seen.append(sorted(line.what for group in page.lists.groups for line in group.lines))
    assert seen[0] == seen[1] == seen[2] == ["事项0", "事项1", "事项2"]


def test_the_printed_page_brings_everything_along(at: Any, city: Any, project: Project) -> None:
    review(project, city)
    text = at("officer").get(page_of(project), {"all": "1"}).content.decode()
    assert "预审〔2026〕1号" in text
    assert "时间轴" in text


def test_walking_on_keeps_the_filter_and_stops_at_its_end(at: Any, city: Any, project: Project) -> None:
    other = ledger.create_project(
        data=ledger.ProjectData(name="远岚涂料项目", kind="manufacturing", lead_unit_id=city.units["east"].pk),
        actor=city.people["officer"], at=city.tick(),
    )  # fmt: skip
    client = at("officer")
    ways = {
        client.get(reverse("projects:walk", args=[project.pk, way]), {"kind": "list"})["Location"]
        for way in ("back", "on")
    }
    assert any(location.startswith(page_of(other)) for location in ways)
    assert any(location.startswith(page_of(project)) for location in ways)
    assert client.get(reverse("projects:walk", args=[project.pk, "up"])).status_code == 404


def test_following_and_no_longer(at: Any, project: Project) -> None:
    client = at("leader")
    for expected in (True, False):
        client.post(reverse("projects:follow", args=[project.pk]))
        assert client.get(page_of(project)).context["page"].is_followed is expected
    assert at("stranger").post(reverse("projects:follow", args=[project.pk])).status_code == 404


# ------------------------------------------------------------------------------------------------ facts


def test_money_is_declared_and_a_refusal_changes_nothing(at: Any, city: Any, project: Project) -> None:
    client = at("officer")
    url = reverse("projects:funds", args=[project.pk])
    told = {
        "amount_0": "2000", "amount_1": "万元", "arrived_on": city.today.isoformat(), "value_kind": "actual",
        "basis": "capital", "boundary": "outside_city", "note": "首笔",
    }  # fmt: skip
    refused = client.post(url, told)
    assert refused.status_code == 422
    assert "实际到位资金须有凭证" in refused.content.decode()
    assert 'value="首笔"' in refused.content.decode()
    assert not FundsArrival.objects.exists()
    assert client.post(url, told | {"voucher": "回单1"}).status_code == 302
    assert FundsArrival.objects.get().amount == 20_000_000


@pytest.mark.parametrize(
    ("number", "words"),
    [("0", "须大于零"), ("-3", "须大于零"), ("10000000", "过大"), ("三亿", "带单位的金额"), ("0.000000001", "整数元")],
)  # fmt: skip
def test_sums_that_cannot_be_are_refused_at_the_field(
    at: Any, city: Any, project: Project, number: str, words: str
) -> None:
    url = reverse("projects:edit", args=[project.pk, "money"])
    answer = at("officer").post(url, {"version": project.version, "investment_0": number, "investment_1": "亿元"})
    assert answer.status_code == 422
    assert words in str(answer.context["page"].form.errors["investment"])
    project.refresh_from_db()
    assert project.investment_cny == 360_000_000


def test_a_flag_needs_its_reason_and_is_lifted_with_another(at: Any, city: Any, project: Project) -> None:
    client = at("officer")
    url = reverse("projects:flag", args=[project.pk])
    told = {"kind": "stalled", "happened_on": city.today.isoformat()}
    assert client.post(url, told).status_code == 422
    assert not Flag.objects.exists()
    assert client.post(url, told | {"reason": "资金链紧张"}).status_code == 302
    lift = {"happened_on": city.today.isoformat(), "reason": "已增资"}
    assert client.post(url + "?lift=stalled", lift).status_code == 302
    project.refresh_from_db()
    assert project.stalled_on is None
    assert client.get(url + "?lift=nothing").status_code == 404


def test_only_its_author_or_a_verifier_voids_a_fact(at: Any, city: Any, project: Project) -> None:
    milestone = review(project, city)
    url = reverse("projects:fact_void", args=["milestone", milestone.pk])
    assert at("colleague").post(url, {"reason": "手误"}).status_code == 403
    assert at("leader").post(url, {"reason": "手误"}).status_code == 403
    assert at("stranger").post(url, {"reason": "手误"}).status_code == 404
    assert at("officer").post(url, {"reason": ""}).status_code == 422
    milestone.refresh_from_db()
    assert milestone.status == FactStatus.DECLARED
    assert at("officer").post(url, {"reason": "日期手误"}).status_code == 302
    milestone.refresh_from_db()
    assert milestone.status == FactStatus.VOIDED
    project.refresh_from_db()
    assert project.furthest_stage == Stage.NEGOTIATING


def test_correcting_a_date_keeps_both_records(at: Any, city: Any, project: Project) -> None:
    milestone = review(project, city, days=10)
    url = reverse("projects:fact_correct", args=[milestone.pk])
    new_day = city.today - timedelta(days=5)
    assert at("officer").post(url, {"happened_on": new_day.isoformat(), "reason": "按会议纪要"}).status_code == 302
    milestone.refresh_from_db()
    assert milestone.status == FactStatus.VOIDED
    newer = Milestone.objects.get(replaces=milestone)
    assert (newer.happened_on, newer.evidence.count()) == (new_day, 1)


# ------------------------------------------------------------------------------------------------ editing


def money(project: Project, number: str) -> dict[str, Any]:
    return {"version": project.version, "investment_0": number, "investment_1": "亿元"}


def test_two_people_edit_at_once_and_nothing_is_lost(at: Any, city: Any, project: Project) -> None:
    url = reverse("projects:edit", args=[project.pk, "money"])
    seen = money(project, "5")
    ledger.edit_project(
        project=project, changes={"investment_amount": 400_000_000}, actor=city.people["colleague"], at=city.tick()
    )
    answer = at("officer").post(url, seen | {"jobs": "88"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "白露 刚刚修改过这个项目" in text
    assert 'value="88"' in text
    project.refresh_from_db()
    assert (project.investment_cny, project.jobs) == (400_000_000, None)
    conflict = answer.context["page"].extra["conflict"]
    assert ("协议总投资", "4 亿元", "5 亿元") in conflict.rows
    again = seen | {"jobs": "88", "version": answer.context["page"].form.data["version"]}
    assert at("officer").post(url, again).status_code == 302
    project.refresh_from_db()
    assert (project.investment_cny, project.jobs) == (500_000_000, 88)


def test_a_phase_is_edited_against_the_version_that_was_seen(at: Any, city: Any, project: Project) -> None:
    phase = project.phases.get()
    url = reverse("projects:edit_phase", args=[project.pk, phase.pk])
    told = {"name": "全部", "version": phase.version + 7, "land_area_mu": "12.5"}
    assert at("officer").post(url, told).status_code == 422
    assert Phase.objects.get(pk=phase.pk).land_area_mu is None
    assert at("officer").post(url, told | {"version": phase.version}).status_code == 302
    assert Phase.objects.get(pk=phase.pk).land_area_mu == 12.5


def test_a_wrong_credit_code_is_told_at_its_field(at: Any, project: Project) -> None:
    url = reverse("projects:edit", args=[project.pk, "investors"])
    told = {"name_0": "云梯科技有限公司", "company": "云梯（东屏）有限公司", "company_uscc": "91330000MA27U0TN88"}
    answer = at("officer").post(url, told)
    assert answer.status_code == 422
    assert "company_uscc" in answer.context["page"].form.errors
    project.refresh_from_db()
    assert project.company is None


@pytest.mark.parametrize("group", ["basic", "money", "land", "charge", "investors", "listing", "team"])
def test_a_reader_may_not_edit(at: Any, project: Project, group: str) -> None:
    url = reverse("projects:edit", args=[project.pk, group])
    before = AuditRow.objects.count()
    assert at("leader").get(url).status_code == 403
    assert at("stranger").post(url, {}).status_code == 404
    assert at("officer").get(url).status_code == 200
    assert AuditRow.objects.count() == before


def test_members_of_a_task_force_see_the_project(at: Any, city: Any, project: Project) -> None:
    url = reverse("projects:edit", args=[project.pk, "team"])
    told = {"task_force": "电梯专班", "members": [city.people["stranger"].pk]}
    assert at("officer").post(url, told).status_code == 302
    assert AccessGrant.objects.filter(object_id=project.pk, person=city.people["stranger"]).exists()
    assert at("stranger").get(page_of(project)).status_code == 200


def test_the_way_is_drawn_as_the_house_draws_it(at: Any, city: Any, project: Project) -> None:
    """The page writes its stepper out for speed: what it writes is what the house's own template writes."""
    review(project, city)
    steps = at("officer").get(page_of(project)).context["page"].phases[0].steps
    drawn = Template("{% load projects %}{% way steps %}|{% stepper steps %}").render(Context({"steps": steps}))
    ours, theirs = drawn.split("|")
    assert ours.strip() == theirs.strip()


def test_milestones_are_corrected_and_voided_from_the_page(at: Any, city: Any, project: Project) -> None:
    milestone = review(project, city)
    part = reverse("projects:project_part", args=[project.pk, "papers"])
    links = [
        reverse("projects:fact_void", args=["milestone", milestone.pk]),
        reverse("projects:fact_correct", args=[milestone.pk]),
    ]
    for who, offered in (("officer", True), ("director", True), ("colleague", False), ("leader", False)):
        text = at(who).get(part).content.decode()
        assert [link in text for link in links] == [offered, offered]
