"""Facts: declared, verified by another, returned, voided, corrected; and everything derived follows."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from yinfeng.domain.projects import checks
from yinfeng.domain.projects.actions import facts, phases
from yinfeng.domain.projects.actions.evidence import EvidenceData
from yinfeng.domain.projects.actions.facts import FundsData
from yinfeng.domain.projects.models import Evidence, FundsArrival, Milestone, Project, ProjectState
from yinfeng.domain.projects.queries.gates import gaps_of
from yinfeng.domain.projects.queries.rulings import stage_table
from yinfeng.domain.projects.rules.words import FlagKind, FundsBasis, FundsBoundary, Stage, ValueKind
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.notices.models import Notice
from yinfeng.kernel.errors import DomainError

pytestmark = pytest.mark.django_db

PAPERS = {
    Stage.PRE_REVIEWED: "pre_review_opinion", Stage.CONSULTED: "minutes", Stage.APPROVED: "minutes",
    Stage.SIGNED: "contract",
}  # fmt: skip


def everything() -> tuple:
    """All that a refusal must leave as it was."""
    return (
        list(Milestone.objects.order_by("pk").values()),
        list(FundsArrival.objects.order_by("pk").values()),
        list(Evidence.objects.order_by("pk").values()),
        list(Project.objects.order_by("pk").values()),
        list(ProjectState.objects.order_by("pk").values()),
        AuditRow.objects.count(),
        Notice.objects.count(),
    )


def refused(code: str, call, *args: object, **kwargs: object) -> DomainError:
    before = everything()
    with pytest.raises(DomainError) as fault:
        call(*args, **kwargs)
    assert fault.value.code == code
    assert everything() == before
    return fault.value


def no_faults() -> None:
    assert [*checks.derived_columns(), *checks.history(), *checks.access_rows()] == []


def paper(kind: str, number: str = "云招〔2026〕1号") -> EvidenceData:
    return EvidenceData(kind, number)


def to_signed(city, project):
    phase = project.phases.get()
    for days, (stage, kind) in enumerate(PAPERS.items()):
        facts.declare_milestone(
            phase=phase, stage=stage, happened_on=date(2026, 2, 1) + timedelta(days=days), evidence=[paper(kind)],
            actor=city.people["officer"], at=city.tick(),
        )  # fmt: skip
    phase.refresh_from_db()
    return phase


def test_stage_dates_history_and_audit_follow_a_milestone(city, project) -> None:
    phase = to_signed(city, project)
    project.refresh_from_db()
    assert (phase.stage, project.furthest_stage, project.signed_on) == ("signed", "signed", date(2026, 2, 4))
    assert project.unverified_count == 4
    states = ProjectState.objects.filter(project=project).order_by("valid_from")
    # pre-review and consultation change the stage shown, so each step is a row of history
    assert [s.furthest_stage for s in states] == ["negotiating", "pre_reviewed", "consulted", "approved", "signed"]
    assert AuditRow.objects.filter(verb="milestone.declare", object_id=project.pk).count() == 4
    no_faults()


def test_a_jump_is_refused(city, project) -> None:
    fault = refused(
        "gate.closed", facts.declare_milestone, phase=project.phases.get(), stage=Stage.STARTED,
        happened_on=date(2026, 2, 1), evidence=[paper("construction_permit")], actor=city.people["officer"], at=city.at,
    )  # fmt: skip
    assert "须先完成“落地”" in str(fault)


def test_a_step_without_its_paper_is_refused_with_the_name_of_the_paper(city, project) -> None:
    fault = refused(
        "gate.closed", facts.declare_milestone, phase=project.phases.get(), stage=Stage.PRE_REVIEWED,
        happened_on=date(2026, 2, 1), actor=city.people["officer"], at=city.at,
    )  # fmt: skip
    assert "缺少预审意见书 / 会议纪要" in str(fault)


@pytest.mark.parametrize("gated", [True, False])
def test_neither_the_future_nor_a_day_before_the_predecessor(city, project, gated: bool) -> None:
    phase = to_signed(city, project)
    phases.edit_phase(
        phase=phase,
        changes={"site_route": "land", "land_area_mu": Decimal(85)},
        actor=city.people["officer"],
        at=city.tick(),
    )
    for day in (city.today + timedelta(days=1), date(2026, 2, 3)):
        refused(
            "gate.closed" if gated else "milestone.date", facts.declare_milestone, phase=phase, stage=Stage.SITE_SECURED,
            happened_on=day, evidence=[paper("land_contract")], actor=city.people["officer"], at=city.at, gated=gated,
        )  # fmt: skip


def test_what_comes_from_a_document_is_declared_and_its_gaps_are_listed(city, project) -> None:
    phase = project.phases.get()
    facts.declare_milestone(
        phase=phase, stage=Stage.STARTED, happened_on=date(2026, 1, 8), gated=False, actor=city.people["officer"],
        evidence=[EvidenceData("document", document_id=7, span_start=3, span_end=9, quote="一月八日开工")], at=city.tick(),
    )  # fmt: skip
    project.refresh_from_db()
    assert project.started_on == date(2026, 1, 8)
    [(_, stage, lacks)] = gaps_of(project, stage_table(city.today))
    assert stage == Stage.STARTED
    assert any("须先完成“落地”" in line for line in lacks)
    assert any("施工许可证" in line for line in lacks)
    no_faults()


def test_two_people_advance_one_phase_and_one_is_told(city, project) -> None:
    phase = project.phases.get()
    seen = phase.version
    given = {
        "phase": phase,
        "stage": Stage.PRE_REVIEWED,
        "happened_on": date(2026, 2, 1),
        "evidence": [paper("minutes")],
    }
    facts.declare_milestone(**given, actor=city.people["officer"], at=city.tick(), expected_version=seen)
    refused(
        "phase.changed",
        facts.declare_milestone,
        **given,
        actor=city.people["colleague"],
        at=city.at,
        expected_version=seen,
    )
    assert Milestone.objects.count() == 1


def test_nobody_verifies_their_own_fact(city, project) -> None:
    to_signed(city, project)
    milestone = Milestone.objects.latest("pk")
    refused("fact.second_person", facts.verify, fact=milestone, actor=city.people["officer"], at=city.at)
    facts.verify(fact=milestone, actor=city.people["director"], at=city.tick())
    milestone.refresh_from_db()
    assert (milestone.status, milestone.verified_by) == ("verified", city.people["director"])
    assert Notice.objects.get().person == city.people["officer"]
    refused("fact.handled", facts.verify, fact=milestone, actor=city.people["steward"], at=city.at)
    no_faults()


def test_a_returned_fact_no_longer_counts_and_its_past_is_still_known(city, project) -> None:
    phase = to_signed(city, project)
    then = city.at
    signing = Milestone.objects.get(stage="signed")
    refused("fact.reason", facts.return_fact, fact=signing, reason=" ", actor=city.people["director"], at=city.at)
    facts.return_fact(fact=signing, reason="合同未盖章", actor=city.people["director"], at=city.tick())
    project.refresh_from_db()
    phase.refresh_from_db()
    assert (project.signed_on, phase.stage) == (None, "approved")
    assert ProjectState.objects.known_at(then).get(project=project).signed_on == date(2026, 2, 4)
    assert ProjectState.objects.known_at(city.tick()).get(project=project).signed_on is None
    facts.declare_milestone(
        phase=phase, stage=Stage.SIGNED, happened_on=date(2026, 2, 10), evidence=[paper("contract")],
        actor=city.people["officer"], at=city.tick(), replaces=signing,
    )  # fmt: skip
    project.refresh_from_db()
    assert project.signed_on == date(2026, 2, 10)
    no_faults()


def test_a_correction_voids_and_records_anew_with_the_papers(city, project) -> None:
    to_signed(city, project)
    signing = Milestone.objects.get(stage="signed")
    new = facts.correct_milestone(
        milestone=signing, happened_on=date(2026, 2, 6), reason="日期抄错", actor=city.people["officer"], at=city.tick()
    )
    signing.refresh_from_db()
    project.refresh_from_db()
    assert (signing.status, signing.end_reason, new.replaces) == ("voided", "日期抄错", signing)
    assert project.signed_on == date(2026, 2, 6)
    assert new.evidence.get().kind == "contract"
    no_faults()


def funds(**changes: object) -> FundsData:
    data = {
        "amount": 20_000_000, "arrived_on": date(2026, 2, 20), "basis": FundsBasis.CAPITAL,
        "boundary": FundsBoundary.OUTSIDE_PROVINCE, "voucher": "YH-001",
    }  # fmt: skip
    return FundsData(**data | changes)


def test_funds_count_once_a_voucher_and_estimates_never(city, project) -> None:
    given = {"project": project, "phase": None, "actor": city.people["officer"]}
    facts.declare_funds(**given, data=funds(), at=city.tick())
    facts.declare_funds(
        **given, data=funds(value_kind=ValueKind.ESTIMATE, voucher="", amount=90_000_000), at=city.tick()
    )
    facts.declare_funds(**given, data=funds(basis=FundsBasis.FIXED_ASSETS, voucher="GD-1"), at=city.tick())
    refused("funds.voucher_twice", facts.declare_funds, **given, data=funds(), at=city.at)
    project.refresh_from_db()
    assert project.funds_cny == 20_000_000
    no_faults()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount": 0}, "funds.range"), ({"amount": -5}, "funds.range"), ({"amount": 10**15}, "funds.range"),
        ({"arrived_on": date(2026, 12, 1)}, "fact.future"), ({"voucher": ""}, "funds.voucher"),
        ({"currency": "USD"}, "funds.rate"),
    ],
)  # fmt: skip
def test_funds_that_cannot_be(city, project, change: dict, code: str) -> None:
    refused(
        code,
        facts.declare_funds,
        project=project,
        phase=None,
        data=funds(**change),
        actor=city.people["officer"],
        at=city.at,
    )


def test_dollars_keep_their_amount_and_are_converted_at_the_day_s_rate(city, project) -> None:
    arrival = facts.declare_funds(
        project=project, phase=None, data=funds(amount=1_000_001, currency="USD", rate=Decimal("7.0953")),
        actor=city.people["officer"], at=city.tick(),
    )  # fmt: skip
    assert (arrival.amount, arrival.currency, arrival.amount_cny) == (1_000_001, "USD", 7_095_307)


def test_a_flag_is_raised_lifted_and_shown(city, project) -> None:
    given = {"project": project, "kind": FlagKind.STALLED, "actor": city.people["officer"]}
    facts.raise_flag(**given, happened_on=date(2026, 2, 1), reason="征地未完成", at=city.tick())
    project.refresh_from_db()
    assert project.stalled_on == date(2026, 2, 1)
    refused("flag.twice", facts.raise_flag, **given, happened_on=date(2026, 2, 2), reason="再次", at=city.at)
    refused("flag.date", facts.lift_flag, **given, happened_on=date(2026, 1, 2), reason="已完成", at=city.at)
    facts.lift_flag(**given, happened_on=date(2026, 2, 20), reason="征地完成", at=city.tick())
    project.refresh_from_db()
    assert project.stalled_on is None
    no_faults()


def test_a_transfer_moves_the_landing_unit_and_with_it_who_sees_the_project(city, project) -> None:
    from yinfeng.domain.projects.access import visible_projects
    from yinfeng.foundation.accounts.viewer import viewer_of

    stranger = viewer_of(city.people["stranger"], city.today)
    assert project not in visible_projects(stranger)
    facts.raise_flag(
        project=project, kind=FlagKind.TRANSFERRED, happened_on=date(2026, 2, 1), reason="全市统筹",
        to_unit_id=city.units["west"].pk, actor=city.people["director"], at=city.tick(),
    )  # fmt: skip
    assert project in visible_projects(stranger)
    project.refresh_from_db()
    assert project.landing_unit == city.units["west"]
    no_faults()
