"""One timeline of everything, within one's rights, as known then, in four queries."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from yinfeng.domain.projects.actions import agreements, ceremonies, claims, facts, merge, undertakings, visits
from yinfeng.domain.projects.actions.entries import ProjectData
from yinfeng.domain.projects.actions.evidence import EvidenceData
from yinfeng.domain.projects.actions.facts import FundsData
from yinfeng.domain.projects.actions.leads import LeadData, create_lead
from yinfeng.domain.projects.actions.ledger import create_project, edit_project
from yinfeng.domain.projects.models import Project
from yinfeng.domain.projects.queries.timeline import timeline
from yinfeng.domain.projects.rules.words import Channel, FlagKind, FundsBasis, FundsBoundary, ProjectKind
from yinfeng.foundation.accounts.viewer import viewer_of

pytestmark = pytest.mark.django_db


def by(city, who: str = "officer") -> dict:
    return {"actor": city.people[who], "at": city.tick()}


def of(city, project, who: str = "director", **more):
    return timeline(Project.objects.get(pk=project.pk), viewer_of(city.people[who], city.today), **more)


@pytest.fixture
def full(city, project):
    """A project to which one of everything has happened."""
    phase = project.phases.get()
    lead = create_lead(
        data=LeadData("云梯线索", ProjectKind.MANUFACTURING, city.units["east"].pk, Channel.CHAIN), **by(city)
    )
    lead.project, lead.status = project, "promoted"
    lead.save()
    claims.claim(lead=lead, unit=city.units["east"], kind="report", grounds="首报登记表", **by(city))
    visits.log_visit(
        lead=lead, unit=city.units["east"], direction="outbound", held_on=date(2026, 1, 5), our_side="江小禾",
        our_count=1, their_count=2, minutes="面谈", next_step="来访", place="南湾", **by(city),
    )  # fmt: skip
    milestone = facts.declare_milestone(
        phase=phase, stage="signed", happened_on=date(2026, 2, 4), gated=False, evidence=[EvidenceData("contract", "1号")],
        **by(city),
    )  # fmt: skip
    money = FundsData(2_000_000, date(2026, 2, 8), FundsBasis.CAPITAL, FundsBoundary.OUTSIDE_CITY, voucher="回单 8 号")
    facts.declare_funds(project=project, phase=None, data=money, **by(city))
    facts.raise_flag(
        project=project, kind=FlagKind.STALLED, happened_on=date(2026, 2, 20), reason="等待供地", **by(city)
    )
    facts.lift_flag(project=project, kind=FlagKind.STALLED, happened_on=date(2026, 2, 25), reason="已供地", **by(city))
    made = agreements.record_agreement(
        project=project, kind="formal", title="投资合同", parties="甲、乙", signed_on=date(2026, 2, 4), **by(city)
    ).agreement
    ceremonies.hold_ceremony(
        kind="signing", name="集中签约", held_on=date(2026, 2, 10), host_unit=city.units["bureau"], agreements=[made],
        phases=[phase], **by(city, "director"),
    )  # fmt: skip
    line = undertakings.add(phase=phase, what="注册公司", unit=city.units["east"], due_on=city.today, **by(city))
    undertakings.complete(undertaking=line, done_on=city.today, **by(city))
    edit_project(project=project, changes={"jobs": 120}, **by(city))
    return milestone


def test_everything_is_there_once_newest_first(city, project, full):
    items = of(city, project)
    assert {i.source for i in items} == {
        "milestone", "funds", "flag", "agreement", "ceremony", "undertaking", "visit", "claim", "change",
    }  # fmt: skip
    assert [i.at for i in items] == sorted((i.at for i in items), reverse=True)
    assert len({(i.source, i.pk) for i in items}) == len(items)
    by_source = {i.source: i for i in items}
    assert (by_source["milestone"].title, by_source["milestone"].evidence, by_source["milestone"].status) == (
        "签约", 1, "已申报",
    )  # fmt: skip
    assert by_source["funds"].title == "到位 200 万元（资本到位，实际）"
    assert {i.title for i in items if i.source == "flag"} == {"停滞", "解除停滞"}
    assert by_source["agreement"].title == "签署正式合同：投资合同"
    assert by_source["undertaking"].status == "按期办结"
    assert by_source["visit"].title == "外出拜访 · 南湾"
    assert by_source["visit"].origin.startswith("L2026")
    assert by_source["claim"].title == "东屏区申报首报"
    assert "修改预计用工" in {i.title for i in items if i.source == "change"}
    assert by_source["milestone"].by == "江小禾"


def test_returned_and_voided_stay_readable_with_the_reason(city, project, full):
    facts.return_fact(fact=full, reason="合同缺页", **by(city, "steward"))
    item = next(i for i in of(city, project) if i.source == "milestone")
    assert (item.voided, item.status, item.detail) == (True, "已退回", "合同缺页")


def test_as_known_then_it_stood(city, project, full):
    before = city.tick()
    facts.verify(fact=full, **by(city, "steward"))
    verified = city.tick()
    facts.void_fact(fact=full, reason="误录", **by(city, "director"))

    def signed(moment):
        item = next(i for i in of(city, project, as_known_at=moment) if i.source == "milestone")
        return item.status, item.voided, item.detail

    assert signed(before) == ("已申报", False, "")
    assert signed(verified) == ("已审核", False, "")
    assert signed(city.tick()) == ("已作废", True, "误录")
    assert of(city, project, as_known_at=city.at - timedelta(days=30)) == []


def test_what_one_has_no_right_to_is_left_out(city, project, full):
    line = undertakings.add(
        phase=project.phases.get(), what="净地", unit=city.units["land"], due_on=city.today, **by(city)
    )
    agent = {i.source for i in of(city, project, "agent")}
    assert "milestone" in agent
    assert not agent & {"agreement", "ceremony", "claim"}
    assert line.pk


def test_a_merged_projects_history_is_read_through(city, project, full):
    twin = create_project(
        data=ProjectData(name="云梯二号", kind=ProjectKind.MANUFACTURING, lead_unit_id=city.units["west"].pk),
        **by(city, "stranger"),
    )
    facts.declare_milestone(
        phase=twin.phases.get(), stage="started", happened_on=date(2026, 2, 27), gated=False, **by(city, "stranger")
    )
    merge.merge_projects(keep=project, lose=twin, choices={}, reason="同一项目", **by(city, "steward"))
    started = next(i for i in of(city, project) if i.title == "开工")
    assert started.origin == twin.code
    assert any(i.title == f"并入了另一项目：{twin.code}" for i in of(city, project))


def test_it_costs_four_queries_however_long(city, project, full, django_assert_num_queries):
    fresh = Project.objects.get(pk=project.pk)
    viewer = viewer_of(city.people["director"], city.today)
    with django_assert_num_queries(4):
        few = len(timeline(fresh, viewer))
    for number in range(9):
        money = FundsData(
            1_000 + number, date(2026, 2, 8), FundsBasis.CAPITAL, FundsBoundary.OUTSIDE_CITY, voucher=str(number)
        )
        facts.declare_funds(project=project, phase=None, data=money, **by(city))
    with django_assert_num_queries(4):
        assert len(timeline(fresh, viewer)) == few + 9
