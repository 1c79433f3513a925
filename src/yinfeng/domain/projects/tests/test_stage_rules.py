"""The stage table and what derives from facts, without a database."""

from __future__ import annotations

import copy
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.domain.projects.rules.derive import StandingFlag, derive, stage_of
from yinfeng.domain.projects.rules.stages import STANDARD_STAGES, parse_stages
from yinfeng.domain.projects.rules.words import DATE_COLUMNS, PROJECT_STAGES, STAGE_ORDER, ProjectKind, Stage

TABLE = parse_stages(STANDARD_STAGES)
TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)


def gate(stage: Stage, reached: dict[str, date], kind: str = "manufacturing", **told: object):
    return TABLE.gate(stage, kind=kind, reached=reached, told=told, evidence=[], happened_on=TODAY, today=TODAY)


def test_a_step_cannot_be_jumped() -> None:
    assert gate(Stage.STARTED, {"signed": TODAY - DAY}).faults == ("还不能登记“开工”：须先完成“落地”。",)


def test_everything_missing_is_said_at_once() -> None:
    missing = gate(Stage.SIGNED, {"approved": TODAY}).missing
    assert [m.key for m in missing] == ["investment_cny", "investors", "landing_unit", "contract"]


def test_a_leased_plant_skips_land() -> None:
    reached = {"signed": TODAY - DAY}
    leased = TABLE.gate(
        Stage.SITE_SECURED, kind="manufacturing", reached=reached, told={"site_route": "lease", "phase_plant_area_sqm": 8000},
        evidence=["lease_contract"], happened_on=TODAY, today=TODAY,
    )  # fmt: skip
    assert leased.is_open
    bought = TABLE.gate(
        Stage.SITE_SECURED, kind="manufacturing", reached=reached, told={"site_route": "land", "phase_plant_area_sqm": 8000},
        evidence=["lease_contract"], happened_on=TODAY, today=TODAY,
    )  # fmt: skip
    assert [m.key for m in bought.missing] == ["phase_land_area_mu", "land_contract"]


@pytest.mark.parametrize("kind", ["tax_source", "trade"])
def test_projects_without_fixed_assets_skip_what_follows_registration(kind: str) -> None:
    assert TABLE.suggested(kind, ["negotiating", "approved", "signed"]) == Stage.REGISTERED
    assert TABLE.suggested(kind, ["signed", "registered"]) == Stage.PERFORMANCE_REVIEWED
    assert gate(Stage.STARTED, {"signed": TODAY}, kind).faults[0].endswith("项目没有“开工”这一步。")


def test_enrolment_may_precede_the_start() -> None:
    reached = {"signed": TODAY - 9 * DAY, "site_secured": TODAY - 8 * DAY, "stat_enrolled": TODAY - 2 * DAY}
    assert not TABLE.date_faults(Stage.STARTED, TODAY, reached, TODAY)
    assert Stage.STARTED in TABLE.next_stages("manufacturing", reached)


def test_only_ordered_pairs_are_checked() -> None:
    reached = {"signed": TODAY - 5 * DAY, "started": TODAY - 3 * DAY}
    assert TABLE.date_faults(Stage.SITE_SECURED, TODAY - 2 * DAY, reached, TODAY)  # land after the start
    assert TABLE.date_faults(Stage.SITE_SECURED, TODAY - 6 * DAY, reached, TODAY)  # land before the signing
    assert not TABLE.date_faults(Stage.REGISTERED, TODAY - 90 * DAY, reached, TODAY)  # a firm may be there already


def test_the_future_is_no_fact() -> None:
    assert "晚于今天" in TABLE.date_faults(Stage.SIGNED, TODAY + DAY, {}, TODAY)[0]


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("routes", "*"), ["signd"], "没有“signd”这个阶段"),
        (("requires", "signed", "fields"), ["colour"], "没有“colour”这个字段"),
        (("requires", "signed", "evidence"), [["a scan"]], "没有“a scan”这种凭证"),
        (("ordered",), [["signed"]], "not enough values"),
        (("routes",), {"manufacturing": ["signed"]}, "须有“"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_its_place(path: tuple, value: object, words: str) -> None:
    body = copy.deepcopy(STANDARD_STAGES)
    place = body
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(ValueError, match=words):
        parse_stages(body)


reached_sets = st.dictionaries(
    st.sampled_from([s.value for s in PROJECT_STAGES]), st.dates(date(2020, 1, 1), TODAY), max_size=8
)


@given(st.dictionaries(st.integers(1, 5), reached_sets, min_size=1))
def test_a_project_shows_its_furthest_and_its_least_advanced_phase(phases: dict) -> None:
    derived = derive(phases)
    orders = [STAGE_ORDER[stage_of(r)[0]] for r in phases.values()]
    assert STAGE_ORDER[derived.furthest_stage] == max(orders)
    assert STAGE_ORDER[derived.least_stage] == min(orders)
    for stage, column in DATE_COLUMNS.items():
        dates = [r[stage] for r in phases.values() if stage in r]
        assert derived.dates[column] == (min(dates) if dates else None)


@given(reached_sets, st.sampled_from(list(ProjectKind)))
def test_what_may_follow_always_passes_its_own_order_check(reached: dict, kind: ProjectKind) -> None:
    for stage in TABLE.next_stages(kind, reached):
        assert not list(TABLE._order_faults(stage, kind, reached))


def test_every_class_can_walk_its_whole_route() -> None:
    for kind in ProjectKind:
        reached: dict[str, date] = {}
        while (stage := TABLE.suggested(kind, reached)) is not None:
            reached[stage] = TODAY
        assert Stage.SIGNED in reached
        assert TABLE.route(kind)[-1] in reached


def flag(kind: str, up: bool, day: int, phase: int | None = None, order: int = 0) -> StandingFlag:
    return StandingFlag(kind, up, TODAY + day * DAY, phase, order)


def test_a_lifted_flag_is_down_and_the_later_fact_of_a_day_decides() -> None:
    assert derive({1: {}}, [flag("stalled", True, -9), flag("stalled", False, -3)]).stalled_on is None
    both = [flag("stalled", True, -3, order=2), flag("stalled", False, -3, order=1)]
    assert derive({1: {}}, both).stalled_on == TODAY - 3 * DAY


def test_a_project_has_ended_when_all_its_phases_have() -> None:
    phases = {1: {"signed": TODAY - 20 * DAY, "started": TODAY - 9 * DAY}, 2: {"signed": TODAY - 8 * DAY}}
    one = derive(phases, [flag("terminated", True, -2, phase=1)])
    assert one.ended_on is None
    assert one.furthest_stage == "signed"  # the terminated phase no longer leads
    assert derive(phases, [flag("terminated", True, -2, 1), flag("terminated", True, -1, 2)]).ended_on == TODAY - DAY
