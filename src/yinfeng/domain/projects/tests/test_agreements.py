"""Agreements have no effect without their reviews; ceremonies never make a second signing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from yinfeng.domain.compliance.actions import record_review
from yinfeng.domain.compliance.models import ReviewRecord
from yinfeng.domain.projects.actions import agreements, ceremonies, facts, phases
from yinfeng.domain.projects.actions.entries import PhaseData
from yinfeng.domain.projects.actions.evidence import EvidenceData
from yinfeng.domain.projects.models import Agreement, Ceremony, Milestone, Project
from yinfeng.domain.projects.queries import agreements as queries
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.kernel.errors import DomainError

pytestmark = pytest.mark.django_db
SUM = 360_000_000


def sign(city, project, **more):
    told = {
        "kind": "formal", "title": "云梯部件项目投资合同", "parties": "东屏区政府、云梯科技有限公司",
        "number": "东招合〔2026〕1号", "signed_on": date(2026, 2, 20), "investment_cny": SUM,
    }  # fmt: skip
    return agreements.record_agreement(project=project, actor=city.people["officer"], at=city.tick(), **told | more)


def review(city, kind: str, on=date(2026, 2, 18), conclusion="passed") -> ReviewRecord:
    return record_review(
        kind=kind, subject="云梯部件项目投资合同", conclusion=conclusion, concluded_on=on, reviewer="市场监管局",
        document_number=f"审〔2026〕{ReviewRecord.objects.count()}号", grounds="条款不含选择性优惠。",
        unit=city.units["east"], actor=city.people["director"], at=city.tick(),
    )  # fmt: skip


def everything() -> tuple:
    return (
        list(Agreement.objects.order_by("pk").values()), list(Ceremony.objects.values()), Milestone.objects.count(),
        list(Project.objects.values()), AuditRow.objects.count(),
    )  # fmt: skip


def refused(code: str, call, **given) -> DomainError:
    before = everything()
    with pytest.raises(DomainError) as fault:
        call(**given)
    assert fault.value.code == code
    assert everything() == before
    return fault.value


def test_recording_a_contract_advances_no_stage_and_may_be_cited_when_it_does(city, project):
    made = sign(city, project).agreement
    project.refresh_from_db()
    assert (project.furthest_stage, project.signed_on) == ("negotiating", None)
    facts.declare_milestone(
        phase=project.phases.get(), stage="signed", happened_on=made.signed_on, gated=False,
        evidence=[EvidenceData("contract", agreement_id=made.pk)], actor=city.people["officer"], at=city.tick(),
    )  # fmt: skip
    fault = refused("agreement.cited", agreements.void_agreement, agreement=made, reason="重签",
                    actor=city.people["officer"], at=city.at)  # fmt: skip
    assert "签约" in str(fault)


def test_what_does_not_fit_is_reported_and_not_refused(city, project):
    assert sign(city, project).remarks == ()
    result = sign(city, project, number="2", investment_cny=SUM + 40_000_000)
    assert any("多 4,000 万元" in r for r in result.remarks)
    assert any("同一分期只计一次签约" in r for r in result.remarks)
    assert any("框架协议不计入签约" in r for r in sign(city, project, number="3", kind="framework").remarks)
    assert queries.counted().count() == 2


def test_a_contract_for_one_phase_is_held_against_that_phase(city, project):
    second = phases.add_phase(
        project=project, data=PhaseData(investment_cny=100_000_000), actor=city.people["officer"], at=city.tick()
    )
    project.refresh_from_db()
    assert sign(city, project, phases=[second], investment_cny=100_000_000).remarks == ()
    [row] = queries.agreements_of(project, city.today)
    assert row.phases == ("二期",)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"signed_on": date(2026, 3, 3)}, "agreement.future"),
        ({"title": ""}, "agreement.title"),
        ({"parties": " "}, "agreement.parties"),
        ({"kind": "handshake"}, "agreement.kind"),
        ({"investment_cny": 0}, "sum.range"),
        ({"investment_cny": -1}, "sum.range"),
        ({"investment_cny": 10**15}, "sum.range"),
        ({"fixed_investment_cny": SUM + 1}, "agreement.fixed"),
        ({"ends_on": date(2026, 2, 19)}, "agreement.ends"),
        ({"phases": []}, "agreement.phases"),
        ({"is_legacy": True}, "agreement.legacy"),
    ],
)
def test_a_contract_that_cannot_be_is_refused(city, project, fault, code):
    given = {"kind": "formal", "title": "合同", "parties": "甲、乙", "signed_on": date(2026, 2, 20),
             "investment_cny": SUM} | fault  # fmt: skip
    refused(code, agreements.record_agreement, project=project, actor=city.people["officer"], at=city.at, **given)


def test_the_same_number_twice_is_refused_until_the_first_is_voided(city, project):
    made = sign(city, project).agreement
    with pytest.raises(DomainError, match="已经登记"):
        sign(city, project)
    agreements.void_agreement(agreement=made, reason="编号误填", actor=city.people["officer"], at=city.tick())
    sign(city, project)
    assert [a.is_voided for a in queries.agreements_of(project, city.today)] == [False, True]


def effect(city, made, on=date(2026, 2, 25)):
    return {"agreement": made, "effective_on": on, "actor": city.people["director"], "at": city.at}


def test_no_effect_without_the_reviews_and_the_missing_ones_are_named(city, project):
    made = sign(city, project).agreement
    assert queries.agreements_of(project, city.today)[0].missing == ("公平竞争审查", "合法性审查")
    fault = refused("agreement.reviews", agreements.make_effective, **effect(city, made))
    assert "公平竞争审查、合法性审查" in str(fault)
    by = {"actor": city.people["director"], "at": city.tick()}
    agreements.add_review(agreement=made, review=review(city, "fair_competition"), **by)
    agreements.add_review(agreement=made, review=review(city, "legality", on=date(2026, 2, 26)), **by)
    refused("agreement.reviews", agreements.make_effective, **effect(city, made))  # concluded a day late
    agreements.make_effective(**effect(city, made, date(2026, 2, 26)))
    made.refresh_from_db()
    assert made.effective_on == date(2026, 2, 26)
    refused("agreement.effective", agreements.make_effective, **effect(city, made))


def test_a_failed_review_blocks_even_after_a_favourable_one(city, project):
    made = sign(city, project, kind="framework").agreement
    for on, conclusion in ((date(2026, 2, 10), "passed"), (date(2026, 2, 15), "failed")):
        agreements.add_review(agreement=made, review=review(city, "fair_competition", on, conclusion),
                              actor=city.people["director"], at=city.tick())  # fmt: skip
    refused("agreement.reviews", agreements.make_effective, **effect(city, made))


def test_a_legacy_agreement_may_be_in_effect_but_is_never_a_model(city, project):
    old = sign(city, project, signed_on=date(2021, 5, 1), is_legacy=True)
    assert any("不得作为新协议的范本" in r for r in old.remarks)
    agreements.make_effective(**effect(city, old.agreement, date(2021, 5, 1)))
    viewer = viewer_of(city.people["director"], city.today)
    assert queries.templates(viewer) == []
    made = sign(city, project, number="2").agreement
    for kind in ("fair_competition", "legality"):
        agreements.add_review(agreement=made, review=review(city, kind), actor=city.people["director"], at=city.tick())
    agreements.make_effective(**effect(city, made))
    assert [a.pk for a in queries.templates(viewer)] == [made.pk]
    assert queries.templates(viewer_of(city.people["stranger"], city.today)) == []


def hold(city, **more):
    told = {
        "kind": "signing",
        "name": "一季度集中签约",
        "held_on": date(2026, 2, 28),
        "host_unit": city.units["bureau"],
    }
    return ceremonies.hold_ceremony(actor=city.people["director"], at=city.tick(), **told | more)


def test_a_ceremony_signs_nothing_and_says_what_was_on_a_stage_before(city, project):
    made = sign(city, project).agreement
    first = hold(city, agreements=[made], held_on=date(2026, 2, 20))
    assert first.warnings == ("“云梯智能电梯部件项目”全部没有“签约”的里程碑，活动不改变其阶段。",)
    second = hold(city, agreements=[made], name="再次签约")
    assert any("已在 2026-02-20 的“一季度集中签约”上过台" in w for w in second.warnings)
    project.refresh_from_db()
    assert (project.furthest_stage, Milestone.objects.count()) == ("negotiating", 0)
    viewer = viewer_of(city.people["director"], city.today)
    seen = queries.ceremony_facts(second.ceremony, viewer)
    assert (seen.listed, seen.counted, seen.repeated, seen.counted_investment_cny) == (1, 0, 1, 0)
    hidden = queries.ceremony_facts(second.ceremony, viewer_of(city.people["stranger"], city.today))
    assert (hidden.listed, hidden.hidden, hidden.lines) == (0, 1, ())


def test_a_start_lists_phases_and_counts_only_those_that_started(city, project):
    second = phases.add_phase(
        project=project, data=PhaseData(investment_cny=50_000_000), actor=city.people["officer"], at=city.tick()
    )
    one = project.phases.get(number=1)
    facts.declare_milestone(phase=one, stage="started", happened_on=date(2026, 2, 1), gated=False,
                            actor=city.people["officer"], at=city.tick())  # fmt: skip
    held = hold(city, kind="start", phases=[one, second])
    assert len(held.warnings) == 1
    assert "二期" in held.warnings[0]
    seen = queries.ceremony_facts(held.ceremony, viewer_of(city.people["director"], city.today))
    assert (seen.listed, seen.counted, seen.counted_investment_cny) == (2, 1, one.investment_cny)


@pytest.mark.parametrize(
    ("fault", "code"),
    [({"name": ""}, "ceremony.name"), ({"kind": "gala"}, "ceremony.kind"), ({"held_on": date(2026, 3, 9)}, "ceremony.future"),
     ({"agreements": []}, "ceremony.empty")],
)  # fmt: skip
def test_a_ceremony_that_cannot_be_is_refused(city, project, fault, code):
    made = sign(city, project).agreement
    given = {"kind": "signing", "name": "签约", "held_on": date(2026, 2, 28), "host_unit": city.units["bureau"],
             "agreements": [made]} | fault  # fmt: skip
    refused(code, ceremonies.hold_ceremony, actor=city.people["director"], at=city.at + timedelta(minutes=1), **given)


def test_a_voided_agreement_stands_on_no_stage(city, project):
    made = sign(city, project).agreement
    agreements.void_agreement(agreement=made, reason="误录", actor=city.people["officer"], at=city.tick())
    refused("ceremony.voided", ceremonies.hold_ceremony, kind="signing", name="签约", held_on=date(2026, 2, 28),
            host_unit=city.units["bureau"], agreements=[made], actor=city.people["director"], at=city.at)  # fmt: skip
