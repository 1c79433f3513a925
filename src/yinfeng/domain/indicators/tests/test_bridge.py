"""Why a figure moved: the steps add up, name the project, and tell the facts."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.domain.indicators.queries.bridge import bridge_between
from yinfeng.domain.indicators.rules.bridging import StepKind, bridge
from yinfeng.domain.projects.actions import facts as deeds
from yinfeng.domain.projects.actions.ledger import edit_project
from yinfeng.domain.projects.rules.words import Stage
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.periods import Period

from . import ledger

YI = 100_000_000
pairs = st.dictionaries(
    st.integers(0, 12), st.tuples(st.integers(0, 9).map(Fraction), st.integers(0, 9).map(Fraction)), max_size=9
)


@given(before=pairs, after=pairs, is_ratio=st.booleans(), scale=st.integers(1, 7).map(Fraction))
def test_the_steps_add_up_to_the_difference(before: Any, after: Any, is_ratio: bool, scale: Fraction) -> None:
    span = bridge(before, after, is_ratio=is_ratio, scale=scale)
    if span.difference is None:
        assert all(step.by is None for step in span.steps)
    else:
        assert sum((step.by for step in span.steps), Fraction(0)) == span.difference
    assert {step.item for step in span.steps} == {
        item for item in {**before, **after} if before.get(item) != after.get(item)
    }


@pytest.mark.django_db
def test_july_differs_from_june_by_one_project(city: Any, capsys: pytest.CaptureFixture[str]) -> None:
    east = city.units["east"]
    ledger.projects(city, east, 3, signed_on=date(2023, 6, 5), investment=2 * YI)
    july = ledger.project(city, east, signed_on=date(2023, 7, 20), investment=9_999_000_000, name="鹭港显示模组项目")
    call_command("indicator", "bridge", "signed_amount_cny", "--from", "2023-01-01", "--to", "2023-07-31", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["before"]["period"]["to"] == "2023-06-30"
    assert told["differences"] == [
        {
            "currency": None,
            "before": "600000000",
            "after": "10599000000",
            "difference": "9999000000",
            "display": "+99.99 亿元",
        }
    ]
    assert [(line["kind"], line["id"], line["name"]) for line in told["lines"]] == [
        ("entered", july.pk, "鹭港显示模组项目")
    ]


@pytest.mark.django_db
def test_a_rate_is_taken_apart_exactly(city: Any) -> None:
    east = city.units["east"]
    ledger.projects(city, east, 2, signed_on=date(2023, 5, 1))
    ledger.project(city, east, signed_on=date(2023, 6, 1), started_on=date(2023, 7, 10))
    ledger.project(city, east, signed_on=date(2023, 7, 1))
    found = bridge_between("start_rate_same_window", viewer=None, period=Period.ytd(date(2023, 7, 31)))
    assert (found.spans[0].before, found.spans[0].after) == (0, Fraction(1, 4))
    assert {line.kind for line in found.lines} == {StepKind.ENTERED, StepKind.CHANGED}
    assert sum((line.by or 0) for line in found.lines) == Fraction(1, 4)


@pytest.mark.django_db
def test_sums_of_two_currencies_are_bridged_side_by_side(city: Any) -> None:
    east = city.units["east"]
    ledger.project(city, east, signed_on=date(2023, 7, 1), investment=YI)
    ledger.project(city, east, signed_on=date(2023, 7, 1), investment=YI, investment_currency="USD")
    found = bridge_between("signed_amount", viewer=None, period=Period.month(2023, 7))
    assert [(s.currency, s.words) for s in found.spans] == [("CNY", "+1 亿元"), ("USD", "+1 亿美元")]


@pytest.mark.django_db
def test_what_changed_since_names_fact_person_and_reason(city: Any, project: Any) -> None:
    officer, colleague = city.people["officer"], city.people["colleague"]
    phase = project.phases.get()
    signed = deeds.declare_milestone(
        phase=phase, stage=Stage.SIGNED, happened_on=date(2026, 2, 1), actor=officer, at=city.tick(), gated=False
    )
    then = city.tick()
    deeds.verify(fact=signed, actor=colleague, at=city.tick())
    deeds.void_fact(fact=signed, reason="合同未盖章", actor=officer, at=city.tick())
    asked = {"viewer": None, "period": Period.year(2026), "as_of": date(2026, 3, 31)}
    found = bridge_between("signed_count", since=then, known_at=city.tick(), **asked)
    (line,) = found.lines
    assert (line.kind, line.name, line.by) == (StepKind.LEFT, project.name, -1)
    told = [(deed.deed, deed.by, deed.why) for deed in line.deeds]
    assert told == [("审核", colleague.name, ""), ("退回或作废", officer.name, "合同未盖章")]
    assert "签约 2026-02-01" in line.deeds[-1].what


@pytest.mark.django_db
def test_between_two_months_each_line_names_the_fact_of_its_month(city: Any, project: Any) -> None:
    officer = city.people["officer"]
    deeds.declare_milestone(
        phase=project.phases.get(), stage=Stage.SIGNED, happened_on=date(2026, 2, 10), actor=officer, at=city.tick(),
        gated=False,
    )  # fmt: skip

    def told(month: int) -> list[tuple[StepKind, list[str]]]:
        asked = {"period": Period.month(2026, month), "as_of": date(2026, month, 28)}
        return [
            (line.kind, [d.what for d in line.deeds])
            for line in bridge_between("signed_count", viewer=None, **asked).lines
        ]

    assert told(2) == [(StepKind.ENTERED, ["签约 2026-02-10"])]
    assert told(3) == [(StepKind.LEFT, ["签约 2026-02-10"])]


@pytest.mark.django_db
def test_an_edited_sum_is_told_with_both_values(city: Any, project: Any) -> None:
    officer = city.people["officer"]
    deeds.declare_milestone(
        phase=project.phases.get(), stage=Stage.SIGNED, happened_on=date(2026, 2, 1), actor=officer, at=city.tick(),
        gated=False,
    )  # fmt: skip
    then, before = city.tick(), project.investment_amount
    project.refresh_from_db()
    edit_project(project=project, changes={"investment_amount": before + YI}, actor=officer, at=city.tick())
    found = bridge_between(
        "signed_amount_cny", viewer=None, period=Period.year(2026), as_of=date(2026, 3, 31), since=then,
        known_at=city.tick(),
    )  # fmt: skip
    (line,) = found.lines
    assert (line.kind, line.by_words) == (StepKind.CHANGED, "+1 亿元")
    assert [(deed.by, deed.deed) for deed in line.deeds] == [(officer.name, "修改")]
    assert "→" in line.deeds[0].what


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["signed_count_yoy", "time_progress", "monthly_signed"])
def test_what_cannot_be_taken_apart_says_so(city: Any, name: str) -> None:
    with pytest.raises(DomainError, match="拆解"):
        bridge_between(name, viewer=None, period=Period.year(2026))
