"""Opinions and consultations: what is decided becomes facts and lines of the three lists, whole or not at all."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from yinfeng.domain.assessment.actions import consultations, leads, opinions, scoring
from yinfeng.domain.assessment.actions.consultations import Decided, TaskData
from yinfeng.domain.assessment.models import AgendaItem, Consultation, LeadStep, Opinion, ScoringSheet
from yinfeng.domain.assessment.queries.subject import clocks_by_lead, running_clocks, subject_page
from yinfeng.domain.assessment.rules.words import ClockKind, SubjectKind
from yinfeng.domain.assessment.subjects import Subject
from yinfeng.domain.projects.actions import facts
from yinfeng.domain.projects.actions.entries import InvestorData
from yinfeng.domain.projects.actions.evidence import EvidenceData
from yinfeng.domain.projects.actions.leads import LeadData, create_lead
from yinfeng.domain.projects.models import Lead, Milestone, Undertaking
from yinfeng.domain.projects.rules.words import Channel, LeadStatus, ProjectKind, Stage
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.foundation.notices.models import Notice
from yinfeng.kernel.errors import DomainError

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(city):
    data = LeadData(
        name="鸣泉膜材料线索", kind=ProjectKind.MANUFACTURING, owner_unit_id=city.units["east"].pk, channel=Channel.CHAIN,
        investor=InvestorData("鸣泉膜科技有限公司"), investment_cny=300_000_000, owner_id=city.people["officer"].pk,
    )  # fmt: skip
    return create_lead(data=data, actor=city.people["officer"], at=city.tick())


def about(row) -> Subject:
    return Subject(SubjectKind.LEAD if isinstance(row, Lead) else SubjectKind.PROJECT, row)


def called(city, *subjects, **changes) -> Consultation:
    told = {
        "title": "十一月联合会商", "meets_at": city.tick(), "host_unit": city.units["east"], "units": [city.units["land"]],
        "chair": city.people["leader"], "agenda": [(about(s), "是否引进") for s in subjects],
    }  # fmt: skip
    return consultations.call_consultation(**(told | changes), actor=city.people["officer"], at=city.tick())


def concluded(city, meeting, decided, **changes):
    told = {"minutes_number": "会商纪要〔2026〕3号", "decided": decided, **changes}
    return consultations.conclude(consultation=meeting, actor=city.people["director"], at=city.tick(), **told)


def pre_reviewed(city, project):
    facts.declare_milestone(
        phase=project.phases.get(), stage=Stage.PRE_REVIEWED, happened_on=city.today, actor=city.people["officer"],
        at=city.tick(), evidence=[EvidenceData("pre_review_opinion", "预〔2026〕1号")],
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ clocks


def test_a_visit_answers_a_lead_and_nobody_enters_it_twice(city, lead):
    from yinfeng.domain.projects.actions.visits import log_visit

    today = city.today
    before = {c.kind: c for c in clocks_by_lead([lead], today)[lead.pk]}
    assert before[ClockKind.RESPOND].is_open
    log_visit(
        lead=lead, unit=city.units["east"], direction="outbound", held_on=today, our_side="江小禾", our_count=1,
        their_side="总经理", their_count=1, minutes="介绍厂房", actor=city.people["officer"], at=city.tick(),
    )  # fmt: skip
    assert not {c.kind: c for c in clocks_by_lead([lead], today)[lead.pk]}[ClockKind.RESPOND].is_open


def test_a_voided_step_no_longer_stops_its_clock(city, lead):
    officer = city.people["officer"]
    step = leads.take_step(
        lead=lead, kind="respond", happened_on=city.today, words="电话联系", actor=officer, at=city.tick()
    )
    assert not clocks_by_lead([lead], city.today)[lead.pk][0].is_open
    leads.void_step(step=step, reason="打错了号码", actor=officer, at=city.tick())
    assert clocks_by_lead([lead], city.today)[lead.pk][0].is_open
    with pytest.raises(DomainError, match="已经作废"):
        leads.void_step(step=step, reason="再来", actor=officer, at=city.tick())


def test_a_step_before_the_lead_or_in_the_future_is_refused(city, lead):
    for day in (city.today - timedelta(days=400), city.today + timedelta(days=1)):
        with pytest.raises(DomainError):
            leads.take_step(
                lead=lead, kind="respond", happened_on=day, words="x", actor=city.people["officer"], at=city.tick()
            )
    assert not LeadStep.objects.exists()


def test_clocks_of_many_leads_cost_no_more_queries(city, lead, django_assert_num_queries):
    for n in range(8):
        data = LeadData(
            name=f"线索{n}", kind=ProjectKind.SERVICE, owner_unit_id=city.units["east"].pk, channel=Channel.CHAIN
        )
        create_lead(data=data, actor=city.people["officer"], at=city.tick())
    viewer = viewer_of(city.people["officer"], city.today)
    running_clocks(viewer, city.today)
    with django_assert_num_queries(5):
        assert len(running_clocks(viewer, city.today)) == 9


# ------------------------------------------------------------------------------------------------ scores, opinions


def test_a_sheet_keeps_values_formulas_and_the_edition(city, lead):
    sheet = scoring.score_subject(
        subject=about(lead), scheme="park", values={"industry": "鼓励类", "output_per_mu": "385"},
        actor=city.people["officer"], at=city.tick(),
    )  # fmt: skip
    assert (sheet.total, sheet.outcome) == (Decimal("14.9"), "open")
    assert sheet.rule.startswith("admission v0")
    assert any("5 − 1 × 0.1 = 4.9" in line[4] for line in sheet.lines)


def test_a_score_above_the_full_points_stores_nothing(city, lead):
    with pytest.raises(DomainError, match="超过满分"):
        scoring.score_subject(
            subject=about(lead), scheme="county", values={"industry": "6"}, actor=city.people["officer"], at=city.tick()
        )
    assert not ScoringSheet.objects.exists()


def ask(city, row, **changes) -> Opinion:
    told = {"unit": city.units["land"], "question": "用地指标可否保障", "due_on": city.today + timedelta(days=3)}
    return opinions.ask_opinion(subject=about(row), **(told | changes), actor=city.people["officer"], at=city.tick())


def test_the_asked_department_is_told_and_answers_itself(city, project):
    opinion = ask(city, project)
    agent = city.people["agent"]
    assert Notice.objects.filter(person=agent, kind="opinion").exists()
    opinions.give_opinion(
        opinion=opinion,
        verdict="conditions",
        words="需先完成林地调整",
        given_on=city.today,
        actor=agent,
        at=city.tick(),
    )
    assert Notice.objects.filter(person=city.people["officer"], text__contains="有条件同意").exists()
    with pytest.raises(DomainError, match="不能再登记"):
        opinions.give_opinion(
            opinion=opinion, verdict="agree", words="", given_on=city.today, actor=agent, at=city.tick()
        )


def test_others_name_the_paper_and_reservations_say_why(city, project):
    opinion = ask(city, project)
    officer = city.people["officer"]
    with pytest.raises(DomainError, match="文号"):
        opinions.give_opinion(
            opinion=opinion, verdict="agree", words="", given_on=city.today, actor=officer, at=city.tick()
        )
    with pytest.raises(DomainError, match="条件或理由"):
        opinions.give_opinion(
            opinion=opinion, verdict="disagree", words=" ", paper="资规函3号", given_on=city.today, actor=officer,
            at=city.tick(),
        )  # fmt: skip
    assert Opinion.objects.get().status == "asked"


def test_a_department_or_an_adviser_not_both_nor_none(city, project):
    for wrong in ({"adviser": "某证券公司"}, {"unit": None}):
        with pytest.raises(DomainError, match="选填一个"):
            ask(city, project, **wrong)
    assert not Opinion.objects.exists()


# ------------------------------------------------------------------------------------------------ consultations


def test_the_minutes_issue_the_lists_and_put_the_facts_on_record_at_once(city, project, lead):
    pre_reviewed(city, project)
    meeting = called(city, project, lead)
    first, second = meeting.agenda.order_by("order")
    task = TaskData("完成林地调整", city.units["land"], city.today + timedelta(days=10))
    concluded(city, meeting, {first.pk: Decided("advance", "同意推进", tasks=[task]), second.pk: Decided("advance")})
    line = Undertaking.objects.get(what="完成林地调整")
    assert (line.unit, line.project_id) == (city.units["land"], project.pk)
    assert "会商纪要〔2026〕3号" in line.note
    assert Milestone.objects.get(stage=Stage.CONSULTED).evidence.get().number == "会商纪要〔2026〕3号"
    lead.refresh_from_db()
    assert lead.stage == Stage.SCREENED
    assert AgendaItem.objects.get(pk=first.pk).undertakings.get() == line


def test_one_item_that_cannot_be_carried_out_leaves_everything_as_it_was(city, project, lead):
    pre_reviewed(city, project)
    meeting = called(city, project, lead)
    first, second = meeting.agenda.order_by("order")
    past = TaskData("已经过期的事", city.units["land"], city.today - timedelta(days=2))
    with pytest.raises(DomainError, match="议题 1") as fault:
        concluded(city, meeting, {first.pk: Decided("advance", tasks=[past]), second.pk: Decided("advance")})
    assert fault.value.field == f"item-{first.pk}"
    assert not Undertaking.objects.exists()
    assert not Milestone.objects.filter(stage=Stage.CONSULTED).exists()
    assert Consultation.objects.get().status == "planned"
    assert not AgendaItem.objects.exclude(decision="").exists()


def test_a_rejected_lead_is_given_up_with_the_reason(city, lead):
    meeting = called(city, lead)
    item = meeting.agenda.get()
    with pytest.raises(DomainError, match="理由"):
        concluded(city, meeting, {item.pk: Decided("reject")})
    concluded(city, meeting, {item.pk: Decided("reject", "能耗过高")})
    lead.refresh_from_db()
    assert (lead.status, lead.dropped_reason) == (LeadStatus.DROPPED, "能耗过高")


def test_every_item_is_decided_and_a_meeting_to_come_has_no_minutes(city, project, lead):
    meeting = called(city, project, lead)
    with pytest.raises(DomainError, match="逐个议题"):
        concluded(city, meeting, {meeting.agenda.first().pk: Decided("hold", "缓")})
    later = called(city, project, meets_at=city.tick() + timedelta(days=2))
    with pytest.raises(DomainError, match="还没有召开"):
        concluded(city, later, {later.agenda.get().pk: Decided("hold", "缓")})
    assert set(Consultation.objects.values_list("status", flat=True)) == {"planned"}


def test_a_settled_consultation_takes_nothing_more(city, project):
    meeting = called(city, project)
    consultations.cancel_consultation(
        consultation=meeting, reason="主持人出差", actor=city.people["officer"], at=city.tick()
    )
    for deed in (
        lambda: consultations.send_papers(consultation=meeting, actor=city.people["officer"], at=city.tick()),
        lambda: consultations.take_off_agenda(item=meeting.agenda.get(), actor=city.people["officer"], at=city.tick()),
        lambda: concluded(city, meeting, {meeting.agenda.get().pk: Decided("advance")}),
    ):
        with pytest.raises(DomainError, match="已取消"):
            deed()
    assert meeting.agenda.count() == 1


def test_the_same_matter_stands_on_the_table_once(city, project):
    meeting = called(city, project)
    with pytest.raises(DomainError, match="已在议题中"):
        consultations.put_on_agenda(
            consultation=meeting, subject=about(project), question="再议", actor=city.people["officer"], at=city.tick()
        )
    assert meeting.agenda.count() == 1


def test_a_confidential_matter_is_told_to_nobody_who_may_not_know(city, project):
    from yinfeng.domain.assessment.queries.consultations import consultation_page
    from yinfeng.domain.projects.actions.entries import ProjectData
    from yinfeng.domain.projects.actions.ledger import create_project

    data = ProjectData(
        name="玄羽低轨载荷工厂", kind=ProjectKind.MANUFACTURING, lead_unit_id=city.units["east"].pk, is_confidential=True,
        investors=[InvestorData("玄羽航天装备有限公司")],
    )  # fmt: skip
    secret = create_project(data=data, actor=city.people["director"], at=city.tick())
    meeting = called(city, project, secret)
    page = consultation_page(viewer_of(city.people["agent"], city.today), meeting, city.tick(), city.today)
    shown = [item.name for item in page.items]
    assert shown[1] == "保密议题"
    assert "玄羽" not in str(page)


def test_the_page_of_a_subject_shows_what_was_found(city, project):
    ask(city, project)
    viewer = viewer_of(city.people["officer"], city.today)
    page = subject_page(viewer, about(project), city.today, enter=True)
    assert {c.key for firm in page.firms for c, _w, _t in firm.checks} == {"uscc", "age", "group", "titles", "speed"}
    assert [o.whom for o in page.opinions] == [city.units["land"].short_name]
    assert page.alarms == 0, "a made-up firm without a code is to be checked, not an alarm"
