"""The bulk verb agrees with the single verbs, row for row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yinfeng.domain.projects import checks
from yinfeng.domain.projects.actions import bulk, facts, ledger
from yinfeng.domain.projects.actions.bulk_plans import NewFunds, NewMilestone, PhaseFacts, ProjectPlan, Source
from yinfeng.domain.projects.actions.entries import InvestorData, PhaseData, ProjectData
from yinfeng.domain.projects.actions.evidence import EvidenceData
from yinfeng.domain.projects.actions.facts import FundsData
from yinfeng.domain.projects.models import Phase, Project, ProjectState
from yinfeng.domain.projects.models.state import STATE_FIELDS
from yinfeng.domain.projects.rules.words import FundsBasis, FundsBoundary, ProjectKind, Stage
from yinfeng.foundation.files.actions import store
from yinfeng.kernel.errors import DomainError

pytestmark = pytest.mark.django_db
NO_TEXT = ("Cs", "Cc", "Zs", "Zl", "Zp", "Cn", "Co")
UNLIKE = {"id", "code", "version", "created_at", "changed_at", "platform_code"}


@pytest.fixture
def source(city: Any) -> Source:
    file = store(
        content=b"\xe5\xba\x8f,a\n", name="a.csv", owner_kind="import", owner_id=None, actor=city.people["officer"],
        at=city.at,
    )  # fmt: skip
    return Source(file.pk, "a.csv · 台账")


def no_faults() -> None:
    assert [
        *checks.derived_columns(), *checks.history(), *checks.access_rows(), *checks.search_rows(), *checks.closed_periods()
    ] == []  # fmt: skip


STAGES = [Stage.NEGOTIATING, Stage.SIGNED, Stage.REGISTERED, Stage.SITE_SECURED, Stage.STARTED, Stage.PRODUCING]
days = st.lists(st.one_of(st.none(), st.dates(date(2023, 1, 1), date(2026, 2, 1))), min_size=6, max_size=6)
project = st.fixed_dictionaries({
    "name": st.text(st.characters(codec="utf-8", exclude_categories=NO_TEXT), min_size=2, max_size=20),
    "amount": st.one_of(st.none(), st.integers(1, 10**14)), "usd": st.booleans(),
    "phases": st.lists(days, min_size=1, max_size=3), "funds": st.lists(st.integers(1, 10**12), max_size=3),
    "firms": st.lists(st.sampled_from(["云梯集团有限公司", "霁光科技有限公司", "岚泽（香港）有限公司"]), max_size=3, unique=True),
    "land": st.one_of(st.none(), st.decimals(1, 10**6, places=2)),
})  # fmt: skip


def in_order(dates: list[date | None]) -> dict[Stage, date]:
    """The days that are told, each no earlier than the one before."""
    told = sorted(d for d in dates if d)
    return dict(zip([s for s, d in zip(STAGES, dates, strict=True) if d], told, strict=True))


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=st.lists(project, min_size=1, max_size=3))
def test_bulk_writes_what_the_single_verbs_write(city: Any, source: Source, made: list[dict[str, Any]]) -> None:
    actor, at, lead = city.people["officer"], city.tick(), city.units["east"].pk
    plans, singles = [], []
    for number, one in enumerate(made, 1):
        currency = "USD" if one["usd"] else "CNY"
        rate = Decimal("7.123456") if one["usd"] else None
        attributes = {
            "name": one["name"], "kind": "manufacturing", "lead_unit_id": lead, "landing_unit_id": city.units["park"].pk,
            "investment_amount": one["amount"], "investment_currency": currency, "exchange_rate": rate,
            "land_area_mu": one["land"],
        }  # fmt: skip
        phases = [in_order(dates) for dates in one["phases"]]
        plans.append(ProjectPlan(
            number, attributes, investors=[InvestorData(f) for f in one["firms"]],
            phases=[
                PhaseFacts(n, milestones=[NewMilestone(s, on, f"H{n}") for s, on in reached.items()],
                           funds=[NewFunds(sum_, "CNY", sum_, date(2025, 5, 5), "capital", "outside_city", "K3")
                                  for sum_ in one["funds"]] if n == 1 else [])
                for n, reached in enumerate(phases, 1)
            ],
        ))  # fmt: skip
        single = ledger.create_project(
            data=ProjectData(
                name=one["name"], kind=ProjectKind.MANUFACTURING, lead_unit_id=lead,
                landing_unit_id=city.units["park"].pk, investment_amount=one["amount"], investment_currency=currency,
                exchange_rate=rate, land_area_mu=one["land"], investors=[InvestorData(f) for f in one["firms"]],
                phases=[PhaseData() for _ in phases],
            ), actor=actor, at=at,
        )  # fmt: skip
        paper = [EvidenceData("ledger", cell="H3")]
        for phase, reached in zip(Phase.objects.filter(project=single).order_by("number"), phases, strict=True):
            for stage, on in reached.items():
                facts.declare_milestone(
                    phase=phase, stage=stage, happened_on=on, evidence=paper, actor=actor, at=at, gated=False
                )
        for sum_ in one["funds"]:
            data = FundsData(sum_, date(2025, 5, 5), FundsBasis.CAPITAL, FundsBoundary.OUTSIDE_CITY)
            first = Phase.objects.get(project=single, number=1)
            facts.declare_funds(project=single, phase=first, data=data, evidence=paper, actor=actor, at=at)
        singles.append(single.pk)
    loaded = bulk.load(plans=plans, source=source, actor=actor, at=at)
    no_faults()
    for number, single_id in enumerate(singles, 1):
        one, other = (Project.objects.filter(pk=pk).values().get() for pk in (single_id, loaded.by_row[number]))
        assert {k: v for k, v in one.items() if k not in UNLIKE} == {k: v for k, v in other.items() if k not in UNLIKE}
        states = [
            [tuple(getattr(s, f) for f in (*STATE_FIELDS, "valid_from", "valid_to")) for s in
             ProjectState.objects.filter(project_id=pk).order_by("valid_from")]
            for pk in (single_id, loaded.by_row[number])
        ]  # fmt: skip
        assert states[0] == states[1]
        phases_ = [
            list(Phase.objects.filter(project_id=pk).order_by("number").values_list(
                "number", "name", "investment_cny", "land_area_mu", "stage", "stage_on"))
            for pk in (single_id, loaded.by_row[number])
        ]  # fmt: skip
        assert phases_[0] == phases_[1]


def test_a_change_meanwhile_takes_nothing(city: Any, source: Source) -> None:
    actor = city.people["officer"]
    loaded = bulk.load(
        plans=[ProjectPlan(1, {"name": "云梯电梯", "kind": "manufacturing", "lead_unit_id": city.units["east"].pk})],
        source=source, actor=actor, at=city.tick(),
    )  # fmt: skip
    pk = loaded.created[0]
    ledger.edit_project(project=Project.objects.get(pk=pk), changes={"product": "门机"}, actor=actor, at=city.tick())
    before = list(Project.objects.order_by("pk").values()), ProjectState.objects.count()
    plans = [
        ProjectPlan(2, {"product": "轿厢"}, pk=pk, version=1),
        ProjectPlan(3, {"name": "另一个", "kind": "manufacturing", "lead_unit_id": city.units["east"].pk}),
    ]
    with pytest.raises(DomainError) as refusal:
        bulk.load(plans=plans, source=source, actor=actor, at=city.tick())
    assert refusal.value.code == "bulk.changed"
    assert (list(Project.objects.order_by("pk").values()), ProjectState.objects.count()) == before
    no_faults()
