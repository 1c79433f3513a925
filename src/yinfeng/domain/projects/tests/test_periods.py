"""A closed month holds against every verb; only a correction by two people changes it, and says what it moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from yinfeng.domain.projects import checks
from yinfeng.domain.projects.actions import corrections, facts, periods, verification
from yinfeng.domain.projects.actions.corrections import CorrectionData
from yinfeng.domain.projects.actions.evidence import EvidenceData
from yinfeng.domain.projects.actions.facts import FundsData
from yinfeng.domain.projects.models import ClosedPeriod, Correction, Flag, FundsArrival, Milestone, Project
from yinfeng.domain.projects.rules.words import CorrectionKind, FactStatus, FlagKind, FundsBasis, FundsBoundary, Stage
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.notices.models import Notice
from yinfeng.kernel.errors import DomainError

from .test_fact_actions import refused

pytestmark = pytest.mark.django_db

FEBRUARY = date(2026, 2, 10)
MARCH = date(2026, 3, 2)


def money(on: date = FEBRUARY, amount: int = 10_000_000, voucher: str = "汇单1") -> FundsData:
    return FundsData(amount, on, FundsBasis.CAPITAL, FundsBoundary.OUTSIDE_CITY, voucher=voucher)


def no_faults() -> None:
    assert [*checks.derived_columns(), *checks.history(), *checks.closed_periods()] == []


@pytest.fixture
def closed(city: Any, project: Project) -> Any:
    """February is closed with a verified arrival, a declared milestone and a flag in it."""
    officer, director = city.people["officer"], city.people["director"]
    city.arrival = facts.declare_funds(project=project, phase=None, data=money(), actor=officer, at=city.tick())
    facts.verify(fact=city.arrival, actor=director, at=city.tick())
    city.milestone = facts.declare_milestone(
        phase=project.phases.get(), stage=Stage.PRE_REVIEWED, happened_on=FEBRUARY, gated=False,
        evidence=[EvidenceData("minutes", "纪要1")], actor=officer, at=city.tick(),
    )  # fmt: skip
    city.flag = facts.raise_flag(
        project=project, kind=FlagKind.STALLED, happened_on=FEBRUARY, reason="等指标", actor=officer, at=city.tick()
    )
    city.period = periods.close_period(
        year=2026, month=2, left_open=[{"unit": 1, "what": "declared", "count": 2}], reason="月报已截止",
        actor=city.people["steward"], at=city.tick(),
    )  # fmt: skip
    return city


VERBS: dict[str, Callable[[Any, Project], Any]] = {
    "declare_milestone": lambda c, p: facts.declare_milestone(
        phase=p.phases.get(), stage=Stage.SIGNED, happened_on=FEBRUARY, gated=False, actor=c.people["officer"], at=c.tick()
    ),
    "declare_funds": lambda c, p: facts.declare_funds(
        project=p, phase=None, data=money(voucher="汇单2"), actor=c.people["officer"], at=c.tick()
    ),
    "raise_flag": lambda c, p: facts.raise_flag(
        project=p, kind=FlagKind.HELD, happened_on=FEBRUARY, reason="暂缓", actor=c.people["officer"], at=c.tick()
    ),
    "lift_flag": lambda c, p: facts.lift_flag(
        project=p, kind=FlagKind.STALLED, happened_on=FEBRUARY, reason="好了", actor=c.people["officer"], at=c.tick()
    ),
    "verify": lambda c, p: facts.verify(fact=c.milestone, actor=c.people["director"], at=c.tick()),
    "return": lambda c, p: facts.return_fact(
        fact=c.milestone, reason="不清楚", actor=c.people["director"], at=c.tick()
    ),
    "void": lambda c, p: facts.void_fact(fact=c.arrival, reason="错了", actor=c.people["director"], at=c.tick()),
    "correct to an open day": lambda c, p: facts.correct_milestone(
        milestone=c.milestone, happened_on=MARCH, reason="记错", actor=c.people["officer"], at=c.tick()
    ),
}  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
def test_a_closed_month_refuses_each_verb_and_says_how_it_is_mended(closed: Any, project: Project, verb: str) -> None:
    fault = refused("period.closed", VERBS[verb], closed, project)
    assert "2026年2月已关账" in fault.message
    assert "更正" in str(fault.fix)


def test_an_open_fact_cannot_be_moved_into_a_closed_month(closed: Any, project: Project) -> None:
    late = facts.declare_milestone(
        phase=project.phases.get(), stage=Stage.CONSULTED, happened_on=MARCH, gated=False, actor=closed.people["officer"],
        at=closed.tick(),
    )  # fmt: skip
    refused(
        "period.closed", facts.correct_milestone, milestone=late, happened_on=date(2026, 2, 28), reason="提前",
        actor=closed.people["officer"], at=closed.tick(),
    )  # fmt: skip


def test_other_months_stay_open(closed: Any, project: Project) -> None:
    for on, voucher in ((date(2026, 1, 31), "一月"), (date(2026, 3, 1), "三月")):
        facts.declare_funds(
            project=project,
            phase=None,
            data=money(on, voucher=voucher),
            actor=closed.people["officer"],
            at=closed.tick(),
        )
    assert FundsArrival.objects.count() == 3
    no_faults()


def test_months_close_once_in_order_when_they_are_over(closed: Any) -> None:
    steward = closed.people["steward"]
    for year, month, code in ((2026, 2, "twice"), (2026, 1, "order"), (2026, 3, "running"), (2026, 4, "running")):
        with pytest.raises(DomainError) as fault:
            periods.close_period(year=year, month=month, actor=steward, at=closed.at)
        assert fault.value.code == f"period.{code}"
    assert ClosedPeriod.objects.count() == 1
    later = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)
    with pytest.raises(DomainError) as fault:
        periods.close_period(year=2026, month=3, left_open=[{"count": 1}], actor=steward, at=later)
    assert fault.value.field == "reason"
    periods.close_period(year=2026, month=3, actor=steward, at=later)
    assert [str(p) for p in ClosedPeriod.objects.all()] == ["2026-03", "2026-02"]


def test_verifying_many_leaves_out_what_is_closed_and_what_is_ones_own(closed: Any, project: Project) -> None:
    people = closed.people
    made = [
        facts.declare_funds(
            project=project, phase=None, data=money(MARCH, voucher=f"三月{n}"), actor=people[who], at=closed.tick()
        )
        for n, who in enumerate(("officer", "officer", "officer", "director"))
    ]  # fmt: skip
    good, own = made[:3], made[3]
    at = closed.tick()
    result = verification.verify_many(facts=[closed.milestone, own, *good], actor=people["director"], at=at)
    assert result.verified == 3
    assert sorted("已关账" in why for _what, why in result.refused) == [False, True]
    assert set(FundsArrival.objects.filter(verified_at=at).values_list("pk", flat=True)) == {f.pk for f in good}
    assert AuditRow.objects.filter(verb="fact.verify", at=at).count() == 3
    assert Notice.objects.filter(person=people["officer"], at=at).count() == 1  # one notice, not three
    project.refresh_from_db()
    assert project.unverified_count == 3  # the closed milestone and flag, and one's own
    no_faults()


# ------------------------------------------------------------------------------------------------ corrections


def propose(city: Any, project: Project, data: CorrectionData, who: str = "officer") -> Correction:
    return corrections.propose_correction(
        project=project,
        data=data,
        reason="银行更正了回单",
        document="银函〔2026〕7号",
        actor=city.people[who],
        at=city.tick(),
    )


def test_a_correction_needs_two_people_and_says_what_it_moved(closed: Any, project: Project) -> None:
    asked = propose(closed, project, CorrectionData(CorrectionKind.REPLACE, closed.arrival, amount=8_000_000))
    assert FundsArrival.objects.get().amount == 10_000_000  # nothing has happened yet
    refused(
        "correction.second_person",
        corrections.approve_correction,
        correction=asked,
        actor=closed.people["officer"],
        at=closed.tick(),
    )
    done = corrections.approve_correction(correction=asked, actor=closed.people["steward"], at=closed.tick())
    old, new = FundsArrival.objects.order_by("pk")
    assert (old.status, new.status, new.amount, new.replaces_id) == (
        FactStatus.VOIDED,
        FactStatus.VERIFIED,
        8_000_000,
        old.pk,
    )
    assert (new.declared_by, new.verified_by) == (closed.people["officer"], closed.people["steward"])
    assert new.evidence.filter(number="银函〔2026〕7号").exists()
    assert done.effect == [
        {"unit": project.lead_unit_id, "month": "2026-02", "what": "funds", "key": "actual", "before": [1, 1, 10_000_000],
         "after": [1, 1, 8_000_000]}
    ]  # fmt: skip
    project.refresh_from_db()
    assert project.funds_cny == 8_000_000
    refused(
        "correction.handled",
        corrections.approve_correction,
        correction=asked,
        actor=closed.people["steward"],
        at=closed.tick(),
    )
    no_faults()


def test_a_milestone_moves_from_a_closed_month_to_an_open_one(closed: Any, project: Project) -> None:
    asked = propose(closed, project, CorrectionData(CorrectionKind.REPLACE, closed.milestone, MARCH))
    done = corrections.approve_correction(correction=asked, actor=closed.people["director"], at=closed.tick())
    assert [(e["month"], e["before"][0], e["after"][0]) for e in done.effect] == [("2026-02", 1, 0), ("2026-03", 0, 1)]
    assert Milestone.objects.get(pk=done.new_milestone_id).happened_on == MARCH
    no_faults()


@pytest.mark.parametrize(
    ("kind", "slot", "status"),
    [
        (CorrectionKind.VOID, "arrival", FactStatus.VOIDED),
        (CorrectionKind.VOID, "flag", FactStatus.VOIDED),
        (CorrectionKind.VERIFY, "milestone", FactStatus.VERIFIED),
        (CorrectionKind.RETURN, "milestone", FactStatus.RETURNED),
    ],
)
def test_a_fact_is_voided_verified_or_returned_by_correction(
    closed: Any, project: Project, kind: CorrectionKind, slot: str, status: str
) -> None:
    fact = getattr(closed, slot)
    asked = propose(closed, project, CorrectionData(kind, fact))
    refused("correction.twice", propose, closed, project, CorrectionData(CorrectionKind.VOID, fact))
    corrections.approve_correction(correction=asked, actor=closed.people["steward"], at=closed.tick())
    fact.refresh_from_db()
    assert fact.status == status
    no_faults()


def test_facts_are_added_to_a_closed_month(closed: Any, project: Project) -> None:
    phase = project.phases.get()
    for data in (
        CorrectionData(CorrectionKind.ADD, happened_on=FEBRUARY, stage=Stage.SIGNED, phase_id=phase.pk),
        CorrectionData(
            CorrectionKind.ADD, happened_on=FEBRUARY, amount=5_000_000, basis="capital", boundary="outside_city", voucher="补1"
        ),
    ):  # fmt: skip
        asked = propose(closed, project, data)
        corrections.approve_correction(correction=asked, actor=closed.people["steward"], at=closed.tick())
    project.refresh_from_db()
    assert (project.signed_on, project.funds_cny) == (FEBRUARY, 15_000_000)
    no_faults()


def test_what_is_rejected_changes_nothing(closed: Any, project: Project) -> None:
    asked = propose(closed, project, CorrectionData(CorrectionKind.VOID, closed.arrival))
    corrections.reject_correction(correction=asked, note="回单无误", actor=closed.people["steward"], at=closed.tick())
    closed.arrival.refresh_from_db()
    assert closed.arrival.status == FactStatus.VERIFIED
    assert Notice.objects.filter(person=closed.people["officer"], text__contains="回单无误").exists()


def test_what_lies_in_an_open_month_needs_no_correction(closed: Any, project: Project) -> None:
    fact = facts.declare_funds(
        project=project, phase=None, data=money(MARCH, voucher="三"), actor=closed.people["officer"], at=closed.tick()
    )
    refused("correction.open", propose, closed, project, CorrectionData(CorrectionKind.VOID, fact))


def test_the_doctor_finds_what_went_past_the_lock(closed: Any) -> None:
    FundsArrival.objects.filter(pk=closed.arrival.pk).update(verified_at=closed.tick())
    Flag.objects.filter(pk=closed.flag.pk).update(at=closed.tick())
    assert len(list(checks.closed_periods())) == 2
