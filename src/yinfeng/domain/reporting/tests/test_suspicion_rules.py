"""Each kind of suspicion: what raises it, what does not, and that thresholds of the rule decide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.domain.projects.rules.stages import STANDARD_STAGES, parse_stages
from yinfeng.domain.reporting.rules.suspicions import (
    STANDARD_SUSPICIONS,
    Ceremony,
    FactSeen,
    Finding,
    Paper,
    ProjectSeen,
    Suspicion,
    findings,
    parse_suspicions,
)

TABLE = parse_stages(STANDARD_STAGES)
RULE = parse_suspicions(STANDARD_SUSPICIONS)
ON, FIRST = date(2026, 2, 10), date(2026, 2, 1)
YI = 10**8
PROJECT = ProjectSeen(1, "云梯部件项目", 7, investment_cny=5 * YI, signed_investment_cny=5 * YI)
CONTRACT = (Paper("contract", "合1"),)


def funds(amount: int = 12_345_678, **more: object) -> FactSeen:
    return FactSeen("funds", 1, PROJECT, ON, ON, amount_cny=amount, voucher="回单1", **more)


def signing(**more: object) -> FactSeen:
    return FactSeen("milestone", 1, PROJECT, ON, ON, stage="signed", **{"papers": CONTRACT, **more})


def kinds(*facts: FactSeen, rule: object = RULE) -> set[str]:
    return {f.kind.value for told in findings(facts, rule, TABLE).values() for f in told}


def at(project: ProjectSeen, fact: FactSeen) -> FactSeen:
    return replace(fact, project=project)


EVENT = Ceremony("春季集中签约", ON, None)
WRONG: list[tuple[str, FactSeen]] = [
    ("jump", at(replace(PROJECT, months={(2026, 1): 20_000_000, (2026, 2): 90_000_000}), funds())),
    ("amount_changed", at(replace(PROJECT, signed_investment_cny=3 * YI), signing())),
    ("voucher_twice", funds(elsewhere=["P-2（2026-01-05）"])),
    ("no_evidence", signing(papers=())),
    ("no_evidence", signing(papers=(Paper("ledger"),))),
    ("ceremony", at(replace(PROJECT, ceremonies=[EVENT]), signing())),
    ("ceremony", at(replace(PROJECT, ceremonies=[replace(EVENT, signed_on=date(2026, 1, 5))]), signing())),
    (
        "ceremony",
        at(
            replace(PROJECT, ceremonies=[Ceremony("春季集中签约", date(2026, 2, 8), date(2026, 2, 8))]),
            signing(papers=(Paper("contract", "春季集中签约照片"),)),
        ),
    ),
    ("period_edge", replace(signing(), happened_on=date(2026, 3, 31), recorded_on=date(2026, 3, 31))),
    ("above_investment", at(replace(PROJECT, funds_cny=6 * YI), funds())),
    ("no_statement", funds(unreported=True)),
    ("round_number", funds(30_000_000)),
    ("backdated", replace(signing(), recorded_on=date(2026, 6, 1))),
    ("same_day", at(replace(PROJECT, days={ON: 3}), signing())),
    ("hasty", at(replace(PROJECT, investment_cny=12 * YI, signed_investment_cny=None, negotiating_on=FIRST), signing())),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "fact"), WRONG)
def test_what_looks_wrong_is_pointed_out_alone_and_in_words(kind: str, fact: FactSeen) -> None:
    assert kinds(fact) == {kind}
    (told,) = findings([fact], RULE, TABLE).values()
    assert all(isinstance(f, Finding) and f.reason and "{" not in f.reason for f in told)


@pytest.mark.parametrize(("kind", "fact"), WRONG)
def test_what_looks_right_is_left_alone(kind: str, fact: FactSeen) -> None:
    assert kinds(signing(), replace(funds(), pk=2)) == set()


def test_signing_on_the_stage_that_really_was_the_signing_is_no_suspicion() -> None:
    assert kinds(at(replace(PROJECT, ceremonies=[replace(EVENT, signed_on=ON)]), signing())) == set()


def test_a_jump_needs_both_a_multiple_and_a_sum_worth_looking_at() -> None:
    assert kinds(at(replace(PROJECT, months={(2026, 1): 1_000_000, (2026, 2): 9_000_000}), funds())) == set()
    assert kinds(at(replace(PROJECT, months={(2026, 1): 100_000_000, (2026, 2): 200_000_000}), funds())) == set()
    assert kinds(at(replace(PROJECT, months={(2026, 2): 200_000_000}), funds())) == set()  # nothing to compare with


def named(names: Iterable[str], unit: int = 7) -> list[FactSeen]:
    return [
        replace(signing(), pk=n, project=replace(PROJECT, pk=unit * 100 + n, name=name, unit_id=unit))
        for n, name in enumerate(names)
    ]


def test_ten_like_names_of_one_unit() -> None:
    many = named(f"云帆科技产业园{n}号项目" for n in range(1, 11))
    assert len(findings(many, RULE, TABLE)) == 10
    assert "10 个名称相近" in next(iter(findings(many, RULE, TABLE).values()))[0].reason
    assert kinds(*named(["云帆科技产业园项目", "石桥精酿酒厂", "霁光微纳光学元件"])) == set()
    # The same names spread over units are several places' projects, not one place's padding.
    spread = [f for unit in range(5) for f in named([f"云帆科技产业园{unit}号项目"], unit)]
    assert kinds(*spread) == set()


@pytest.mark.parametrize("name", STANDARD_SUSPICIONS)
def test_a_threshold_must_be_a_number_that_can_be_one(name: str) -> None:
    for wrong in (-1, "三", None, True, 10**15):
        with pytest.raises(ValueError, match=name):
            parse_suspicions({**STANDARD_SUSPICIONS, name: wrong})
    with pytest.raises(ValueError, match="没有"):
        parse_suspicions({**STANDARD_SUSPICIONS, "mood": 1})


OFF = ("jump_times", "amount_changed_percent", "similar_names_least", "period_edge_days", "above_investment_percent",
       "round_yuan", "backdated_days", "same_day_stages", "hasty_days")  # fmt: skip


def test_zero_switches_a_suspicion_off() -> None:
    quiet = parse_suspicions({**STANDARD_SUSPICIONS, **dict.fromkeys(OFF, 0)})
    left = {k for _kind, fact in WRONG for k in kinds(fact, rule=quiet)}
    assert left == {Suspicion.VOUCHER_TWICE, Suspicion.NO_EVIDENCE, Suspicion.CEREMONY, Suspicion.NO_STATEMENT}


@given(
    before=st.integers(0, 10**12), now=st.integers(0, 10**12), amount=st.integers(1, 10**12), limit=st.integers(1, 10**12),
    total=st.integers(0, 10**12), days=st.integers(0, 400),
)  # fmt: skip
def test_no_numbers_break_a_look(before: int, now: int, amount: int, limit: int, total: int, days: int) -> None:
    project = replace(
        PROJECT, investment_cny=limit, signed_investment_cny=amount, funds_cny=total,
        months={(2026, 1): before, (2026, 2): now},
    )  # fmt: skip
    fact = replace(at(project, funds(amount)), recorded_on=date.fromordinal(ON.toordinal() + days))
    told = {f.kind for fs in findings([fact], RULE, TABLE).values() for f in fs}
    assert (Suspicion.ABOVE_INVESTMENT in told) == (total > limit)
    assert (Suspicion.BACKDATED in told) == (days > 45)
    assert (Suspicion.ROUND_NUMBER in told) == (amount % 10_000_000 == 0)
