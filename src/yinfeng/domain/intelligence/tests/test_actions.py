"""Taking in, correcting and deciding; a refusal changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from yinfeng.domain.intelligence import actions, checks
from yinfeng.domain.intelligence.models import Document, Proposal
from yinfeng.domain.intelligence.rules.draft import FactDraft, draft_of
from yinfeng.domain.projects.actions.entries import ProjectData
from yinfeng.domain.projects.actions.ledger import create_project
from yinfeng.domain.projects.models import Agreement, Evidence, Lead, Milestone, Phase, Project
from yinfeng.domain.projects.rules.words import ProjectKind
from yinfeng.foundation.accounts.models import AccessGrant
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.files.models import StoredFile
from yinfeng.kernel.errors import DomainError

from .conftest import House
from .documents import AT, FIELDS, PAGE, first, make_document

pytestmark = pytest.mark.django_db


def everything() -> list[Any]:
    """All that a decision may touch, to prove that a refusal touched nothing."""
    return [
        [list(m.objects.order_by("pk").values()) for m in (Document, Proposal)],
        [m.objects.count() for m in (Project, Lead, Phase, Milestone, Agreement, Evidence, AuditRow, AccessGrant)],
    ]


def proved() -> list[str]:
    return [*checks.quotes(), *checks.access_rows(), *checks.settled()]


# ------------------------------------------------------------------------------------------- taking in


def test_a_file_goes_in_with_what_was_read(house: House) -> None:
    document = actions.take_in(
        content=PAGE.encode(), name="开发区要闻.txt", source="示例日报", unit=house.bureau, actor=house.officer, at=AT
    )
    assert document.title == "开发区要闻"
    assert document.raw_text == PAGE
    assert document.status == "queue"
    assert document.file is not None
    assert document.file.owner_id == document.pk
    assert document.reading["projects"]
    assert document.proposals.filter(kind="project", status="open").exists()
    assert AccessGrant.objects.filter(kind="document", object_id=document.pk, unit=house.bureau, why="owner").exists()
    assert proved() == []


def test_pasted_text_has_plain_line_ends(house: House) -> None:
    pasted = "东湾高新区要闻\r\n\r\n" + PAGE
    document = actions.take_in(content=pasted, unit=house.bureau, actor=house.officer, at=AT, doc_date=date(2026, 3, 6))
    assert document.raw_text == pasted.replace("\r\n", "\n")
    assert document.title == "东湾高新区要闻"
    assert document.file is None
    assert document.doc_date == date(2026, 3, 6)
    assert proved() == []


def test_the_same_text_goes_in_once(house: House) -> None:
    known = actions.take_in(content=PAGE.encode(), name="甲.txt", unit=house.bureau, actor=house.officer, at=AT)
    before = everything()
    with pytest.raises(actions.AlreadyKnown) as refusal:
        actions.take_in(content=PAGE, unit=house.park, actor=house.keeper, at=AT)
    assert refusal.value.document == known
    assert everything() == before


@pytest.mark.parametrize("content", [b"", b"   \n ", b"\x89PNG\r\n\x1a\n" + bytes(40), b"MZ" + bytes(200)])
def test_what_cannot_be_read_leaves_nothing(house: House, content: bytes) -> None:
    before = everything()
    with pytest.raises(DomainError) as refusal:
        actions.take_in(content=content, name="坏文件.txt", unit=house.bureau, actor=house.officer, at=AT)
    assert "坏文件.txt" in refusal.value.message
    assert everything() == before
    assert not StoredFile.objects.exists()


def test_characters_no_database_keeps_are_replaced_in_place(house: House) -> None:
    document = actions.take_in(content=PAGE + "\0尾", unit=house.bureau, actor=None, at=AT)
    assert document.raw_text.startswith(PAGE)
    assert "\0" not in document.raw_text
    assert proved() == []


def test_a_file_that_cannot_be_kept_takes_the_document_back(house: House, settings: Any) -> None:
    settings.FILES_MAX_BYTES = 10
    before = everything()
    with pytest.raises(DomainError) as refusal:
        actions.take_in(content=PAGE.encode(), name="简报.txt", unit=house.bureau, actor=house.officer, at=AT)
    assert refusal.value.code.startswith("file.")
    assert everything() == before
    assert not StoredFile.objects.exists()


def test_a_document_is_read_again_by_its_day(house: House) -> None:
    document = actions.take_in(content="昨天，" + PAGE, unit=house.bureau, actor=house.officer, at=AT)
    assert document.doc_date is None
    again = actions.read_again(document=document, doc_date=date(2026, 3, 6), actor=house.officer, at=AT)
    assert (again.pk, again.raw_text, again.doc_date) == (document.pk, document.raw_text, date(2026, 3, 6))
    assert again.reading["doc_date"] == "2026-03-06"
    assert again.proposals.filter(kind="project", status="open").exists()
    assert AuditRow.objects.filter(verb="document.read_again").count() == 1
    assert proved() == []


def test_what_a_person_touched_is_not_read_again(house: House) -> None:
    document = make_document(house.bureau, records=2)
    draft = replace(draft_of(FIELDS), name="改过的名称")
    actions.correct_proposal(proposal=first(document), draft=draft, actor=house.officer, at=AT)
    before = everything()
    with pytest.raises(DomainError) as refusal:
        actions.read_again(document=document, doc_date=date(2026, 3, 6), actor=house.officer, at=AT)
    assert refusal.value.code == "document.touched"
    assert everything() == before


# ------------------------------------------------------------------------------------------- correcting


def test_a_correction_stands_beside_what_was_read(house: House) -> None:
    proposal = first(make_document(house.bureau))
    draft = replace(draft_of(proposal.fields), name="星澜储能电池二厂项目")
    corrected = actions.correct_proposal(proposal=proposal, draft=draft, expected_version=1, actor=house.officer, at=AT)
    assert corrected.corrected is not None
    assert corrected.corrected["name"] == "星澜储能电池二厂项目"
    assert corrected.fields == FIELDS
    row = AuditRow.objects.get(verb="proposal.correct")
    assert row.before == {"name": "星澜储能电池项目"}
    assert row.after is not None
    assert row.after["name"] == "星澜储能电池二厂项目"


def test_of_two_corrections_the_second_is_told(house: House) -> None:
    proposal = first(make_document(house.bureau))
    mine, other = (replace(draft_of(FIELDS), name=name) for name in ("甲", "乙"))
    actions.correct_proposal(proposal=proposal, draft=mine, expected_version=1, actor=house.officer, at=AT)
    before = everything()
    with pytest.raises(DomainError) as refusal:
        actions.correct_proposal(proposal=proposal, draft=other, expected_version=1, actor=house.director, at=AT)
    assert refusal.value.code == "proposal.changed"
    assert everything() == before


def test_saving_without_a_change_writes_nothing(house: House) -> None:
    proposal = first(make_document(house.bureau))
    before = everything()
    actions.correct_proposal(proposal=proposal, draft=draft_of(FIELDS), actor=house.officer, at=AT)
    assert everything() == before


# ------------------------------------------------------------------------------------------- accepting


def accept(house: House, proposal: Proposal, **more: Any) -> actions.Accepted:
    placement = actions.Placement(house.bureau.pk, house.park.pk)
    return actions.accept_as_project(proposal=proposal, placement=placement, actor=house.officer, at=AT, **more)


def test_a_project_of_two_phases_enters_with_its_facts_and_spans(house: House) -> None:
    document = make_document(house.bureau)
    made = accept(house, first(document))
    project = made.project
    assert project is not None
    project.refresh_from_db()
    assert (project.name, project.investor_name) == ("星澜储能电池项目", "星澜新能源有限公司")
    assert project.investment_cny == 2_500_000_000
    assert project.annual_output_cny == 4_000_000_000
    assert [(p.name, p.investment_cny, p.stage) for p in project.phases.all()] == [
        ("一期", 1_000_000_000, "started"), ("二期", 1_500_000_000, "negotiating"),
    ]  # fmt: skip
    assert (project.furthest_stage, project.least_stage) == ("started", "negotiating")
    assert project.started_on == date(2026, 3, 5)
    (milestone,) = Milestone.objects.filter(project=project)
    assert (milestone.status, milestone.declared_by) == ("declared", house.officer)
    (paper,) = milestone.evidence.all()
    assert (paper.kind, paper.document_id, paper.quote) == ("document", document.pk, "2026年3月5日正式开工")
    assert document.raw_text[paper.span_start : paper.span_end] == paper.quote
    sources = Evidence.objects.filter(project=project, milestone=None)
    assert {s.quote for s in sources} >= {"25亿元", "120亩", "一期投资10亿元"}
    document.refresh_from_db()
    assert document.status == "done"
    assert proved() == []


def test_a_started_project_of_one_phase_has_its_land(house: House) -> None:
    proposal = first(make_document(house.bureau, fields={"phases": []}))
    project = accept(house, proposal).project
    assert project is not None
    (phase,) = project.phases.all()
    assert (phase.land_area_mu, phase.site_route, phase.investment_cny) == (120, "land", 2_500_000_000)
    assert (phase.stage, phase.stage_on) == ("started", date(2026, 3, 5))


def test_gaps_of_a_document_are_not_refused(house: House) -> None:
    """Nothing says that it was signed: the start is declared all the same."""
    made = accept(house, first(make_document(house.bureau)))
    assert made.declared == 1


def test_a_month_is_noted_on_the_fact(house: House) -> None:
    made = accept(house, first(make_document(house.bureau, fields={"date": "2026-02"})))
    (milestone,) = Milestone.objects.filter(project=made.project)
    assert milestone.happened_on == date(2026, 2, 1)
    assert "只到月" in milestone.note


def test_a_framework_is_an_agreement_and_no_milestone(house: House) -> None:
    made = accept(house, first(make_document(house.bureau, fields={"stage": "framework"})))
    assert made.declared == 1
    agreement = Agreement.objects.get(project=made.project)
    assert (agreement.kind, agreement.signed_on, agreement.effective_on) == ("framework", date(2026, 3, 5), None)
    assert agreement.evidence.filter(kind="document").exists()
    assert not Milestone.objects.filter(project=made.project).exists()


def test_a_lead_takes_over_what_was_told(house: House) -> None:
    proposal = first(make_document(house.bureau))
    placement = actions.Placement(house.bureau.pk, channel="chain")
    made = actions.accept_as_lead(proposal=proposal, placement=placement, actor=house.officer, at=AT)
    assert made.lead is not None
    assert (made.lead.name, made.lead.investment_cny, made.lead.land_area_mu) == (
        "星澜储能电池项目",
        2_500_000_000,
        120,
    )
    proposal.refresh_from_db()
    assert (proposal.status, proposal.lead, proposal.project) == ("accepted", made.lead, None)
    assert not Milestone.objects.exists()


@pytest.mark.parametrize(
    ("fields", "certain", "code"),
    [
        ({}, False, "proposal.unchecked"),
        ({"name": None}, True, "proposal.no_name"),
        ({"date": None}, True, "proposal.no_date"),
        ({"date": "2025"}, True, "proposal.no_date"),
        ({"date": "2026-03-21"}, True, "proposal.future"),
        ({"investment": {"value": 10**15, "unit": "CNY"}}, True, "proposal.sum_range"),
    ],
)
def test_what_is_in_the_way_is_refused_and_nothing_changes(
    house: House, fields: dict[str, Any], certain: bool, code: str
) -> None:
    proposal = first(make_document(house.bureau, fields=fields, certain=certain))
    before = everything()
    with pytest.raises(actions.ProposalRefused) as refusal:
        accept(house, proposal)
    assert code in {p.code for p in refusal.value.problems}
    assert everything() == before


def test_unsure_figures_enter_once_they_are_ticked(house: House) -> None:
    proposal = first(make_document(house.bureau, certain=False))
    ticked = replace(draft_of(FIELDS), checked=frozenset({"amount", "phases", "land_mu", "output_cny"}))
    made = accept(house, proposal, draft=ticked)
    assert made.project is not None
    proposal.refresh_from_db()
    assert proposal.corrected is not None
    assert proposal.corrected["checked"] == ["amount", "land_mu", "output_cny", "phases"]


def test_a_late_refusal_takes_the_project_back(house: House) -> None:
    """The second fact breaks an ordered pair: the project that was just made is gone again."""
    proposal = first(make_document(house.bureau))
    draft = replace(
        draft_of(FIELDS), facts=(FactDraft("started", 1, "2026-03-01"), FactDraft("producing", 1, "2026-02-01"))
    )
    before = everything()
    with pytest.raises(DomainError) as refusal:
        accept(house, proposal, draft=draft)
    assert refusal.value.code == "milestone.date"
    assert everything() == before


def test_a_decided_record_is_decided_once(house: House) -> None:
    proposal = first(make_document(house.bureau))
    accept(house, proposal)
    before = everything()
    for again in (
        lambda: accept(house, proposal),
        lambda: actions.reject_proposal(proposal=proposal, reason="重复", actor=house.director, at=AT),
        lambda: actions.correct_proposal(proposal=proposal, draft=draft_of({}), actor=house.director, at=AT),
    ):
        with pytest.raises(DomainError) as refusal:
            again()
        assert refusal.value.code == "proposal.handled"
        assert house.officer.name in refusal.value.message
    assert everything() == before


def test_statistics_are_never_entered(house: House) -> None:
    figure = make_document(house.bureau).proposals.get(kind="aggregate")
    before = everything()
    with pytest.raises(DomainError) as refusal:
        accept(house, figure)
    assert refusal.value.code == "proposal.aggregate"
    assert everything() == before


# ------------------------------------------------------------------------------------------- into an existing project


def on_record(house: House, **more: Any) -> Project:
    data = ProjectData(
        name="星澜储能电池基地", kind=ProjectKind.MANUFACTURING, lead_unit_id=house.bureau.pk,
        investment_amount=2_400_000_000, **more,
    )  # fmt: skip
    return create_project(data=data, actor=house.director, at=AT)


def into(house: House, proposal: Proposal, project: Project, **more: Any) -> actions.Accepted:
    return actions.accept_into_project(proposal=proposal, project=project, actor=house.officer, at=AT, **more)


def test_facts_and_spans_go_to_the_project_and_its_attributes_stay(house: House) -> None:
    project = on_record(house)
    made = into(house, first(make_document(house.bureau)), project)
    project.refresh_from_db()
    assert (project.name, project.investment_cny) == ("星澜储能电池基地", 2_400_000_000)
    assert project.started_on == date(2026, 3, 5)
    assert (made.declared, made.supported) == (1, 0)
    assert Evidence.objects.filter(project=project, milestone=None, kind="document").count() == 8


def test_a_fact_on_record_gains_a_paper(house: House) -> None:
    project = on_record(house)
    into(house, first(make_document(house.bureau)), project)
    made = into(house, first(make_document(house.bureau)), project)
    assert (made.declared, made.supported) == (0, 1)
    (milestone,) = Milestone.objects.filter(project=project)
    assert milestone.evidence.count() == 2


def test_a_document_does_not_overrule_a_fact(house: House) -> None:
    project = on_record(house)
    into(house, first(make_document(house.bureau)), project)
    proposal = first(make_document(house.bureau, fields={"date": "2026-03-07"}))
    before = everything()
    with pytest.raises(actions.ProposalRefused) as refusal:
        into(house, proposal, project)
    assert refusal.value.code == "proposal.other_date"
    assert everything() == before
    into(house, proposal, project, draft=replace(draft_of(FIELDS), facts=()))


def test_a_month_agrees_with_any_day_of_it(house: House) -> None:
    project = on_record(house)
    into(house, first(make_document(house.bureau)), project)
    made = into(house, first(make_document(house.bureau, fields={"date": "2026-03"})), project)
    assert made.supported == 1


# ------------------------------------------------------------------------------------------- rejecting and finishing


def test_rejected_with_a_reason_and_taken_up_again(house: House) -> None:
    document = make_document(house.bureau)
    proposal = first(document)
    before = everything()
    with pytest.raises(DomainError):
        actions.reject_proposal(proposal=proposal, reason="  ", actor=house.officer, at=AT)
    assert everything() == before
    actions.reject_proposal(proposal=proposal, reason="外地项目", actor=house.officer, at=AT)
    document.refresh_from_db()
    proposal.refresh_from_db()
    assert (proposal.status, proposal.reason, document.status) == ("rejected", "外地项目", "done")
    actions.reopen_proposal(proposal=proposal, actor=house.director, at=AT)
    document.refresh_from_db()
    proposal.refresh_from_db()
    assert (proposal.status, proposal.reason, document.status) == ("open", "", "queue")
    assert proved() == []


def test_an_accepted_record_is_not_taken_up_again(house: House) -> None:
    proposal = first(make_document(house.bureau))
    accept(house, proposal)
    before = everything()
    with pytest.raises(DomainError) as refusal:
        actions.reopen_proposal(proposal=proposal, actor=house.director, at=AT)
    assert refusal.value.code == "proposal.not_rejected"
    assert everything() == before


def test_a_document_is_done_when_its_last_record_is_decided(house: House) -> None:
    document = make_document(house.bureau, records=2)
    one, other = document.proposals.filter(kind="project").order_by("number")
    actions.reject_proposal(proposal=one, reason="重复", actor=house.officer, at=AT)
    document.refresh_from_db()
    assert document.status == "queue"
    accept(house, other)
    document.refresh_from_db()
    assert (document.status, document.done_at) == ("done", AT)


def test_finishing_needs_a_reason_for_the_rest(house: House) -> None:
    document = make_document(house.bureau, records=3)
    before = everything()
    with pytest.raises(DomainError) as refusal:
        actions.finish_document(document=document, actor=house.officer, at=AT)
    assert refusal.value.code == "document.open_proposals"
    assert "3" in refusal.value.message
    assert everything() == before
    actions.finish_document(document=document, reason="与上月简报重复", actor=house.officer, at=AT)
    assert set(document.proposals.filter(kind="project").values_list("status", flat=True)) == {"rejected"}
    with pytest.raises(DomainError):
        actions.finish_document(document=document, reason="再来", actor=house.officer, at=AT)
    assert proved() == []
