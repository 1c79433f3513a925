"""Clocks, scores and checks without a database."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.domain.assessment.rules import check_pack, clocks, scoring, standard
from yinfeng.domain.assessment.rules.words import ClockKind, Finding
from yinfeng.kernel.working_days import Calendar

CALENDAR = Calendar()
RULE = clocks.parse_clocks(clocks.STANDARD_CLOCKS)
FRIDAY = date(2026, 3, 6)


def times(**changes):
    told = {
        "reported_on": FRIDAY, "investment_cny": 200_000_000, "responded_on": None, "assessed_on": None,
        "fed_back_on": None, "followed_on": None, "closed": False,
    }  # fmt: skip
    return clocks.LeadTimes(**(told | changes))


def running(today=FRIDAY, rule=RULE, **changes):
    return {c.kind: c for c in clocks.clocks_of(times(**changes), rule, CALENDAR, today)}


def test_a_lead_of_friday_is_answered_by_monday_and_assessed_by_wednesday():
    found = running()
    assert found[ClockKind.RESPOND].due_on == date(2026, 3, 9)
    assert found[ClockKind.ASSESS].due_on == date(2026, 3, 11)
    assert ClockKind.FEEDBACK not in found, "nobody is told of an opinion that does not exist yet"


def test_a_major_lead_has_a_week_for_its_experts():
    assert running(investment_cny=1_000_000_000)[ClockKind.ASSESS].due_on == date(2026, 3, 17)


def test_late_is_counted_whether_done_or_waiting():
    assert running(today=date(2026, 3, 12))[ClockKind.RESPOND].late_days == 3
    done = running(today=date(2026, 4, 1), responded_on=date(2026, 3, 10))[ClockKind.RESPOND]
    assert (done.late_days, done.is_open) == (1, False)


def test_follow_up_starts_anew_with_each_report_and_stops_with_the_lead():
    found = running(assessed_on=date(2026, 3, 10), followed_on=date(2026, 3, 20))
    assert found[ClockKind.FOLLOW_UP].due_on == date(2026, 4, 3)
    closed = running(assessed_on=date(2026, 3, 10), closed=True)
    assert ClockKind.FOLLOW_UP not in closed
    assert ClockKind.RESPOND not in closed, "a closed lead waits for nothing"
    assert ClockKind.ASSESS in closed, "what was done stays told"


def test_small_leads_and_switched_off_clocks_do_not_run():
    rule = clocks.parse_clocks({**clocks.STANDARD_CLOCKS, "from_cny": 300_000_000, "respond_days": 0})
    assert running(rule=rule) == {}
    assert ClockKind.RESPOND not in running(rule=rule, investment_cny=None), "off, and an unknown sum still has clocks"
    assert ClockKind.ASSESS in running(rule=rule, investment_cny=None)


@given(st.integers(0, 400), st.integers(0, 60))
def test_a_clock_is_never_late_before_its_day(after, done_after):
    today = FRIDAY + timedelta(days=after)
    for clock in running(today=today, responded_on=FRIDAY + timedelta(days=done_after)).values():
        when = clock.done_on or today
        assert (clock.late_days > 0) == (when > clock.due_on)


@pytest.mark.parametrize("wrong", [{"respond_days": -1}, {"working_days": 1}, {"typo": 3}, {"assess_days": "三"}])
def test_a_clock_rule_that_cannot_be_used_is_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        clocks.parse_clocks({**clocks.STANDARD_CLOCKS, **wrong})


SCHEMES = scoring.parse_admission(standard.STANDARD_ADMISSION)


def test_the_published_eleven_items_make_a_hundred():
    full = {i.key: scoring.plain(i.full) for i in SCHEMES["county"].items}
    result = scoring.score(SCHEMES["county"], full)
    assert (result.total, result.outcome) == (100, "admitted")
    assert result.formula == "5 + 5 + 17 + 17 + 10 + 5 + 5 + 10 + 5 + 16 + 5 = 100"


def test_one_veto_rejects_and_the_points_are_still_shown():
    full = {i.key: scoring.plain(i.full) for i in SCHEMES["county"].items}
    result = scoring.score(SCHEMES["county"], full, ("安全生产一票否决",))
    assert (result.total, result.outcome) == (100, "vetoed")


def test_points_above_the_full_ones_are_refused_not_cut():
    with pytest.raises(ValueError, match=r"产业导向.*5"):
        scoring.score(SCHEMES["county"], {"industry": "5.5"})


@pytest.mark.parametrize(
    ("key", "value", "points"),
    [
        ("industry", "鼓励类", 10), ("industry", "限制类", 0),
        ("output", "3", 5), ("output", "2.99", 2), ("output", "1", 1), ("output", "0.99", Fraction(1, 2)),
        ("output_per_mu", "400", 5), ("output_per_mu", "391", 5), ("output_per_mu", "390", Fraction(49, 10)),
        ("output_per_mu", "0", 1), ("tax", "1000", 10), ("tax", "150", Fraction(1, 2)), ("tax_per_mu", "9", Fraction(99, 10)),
    ],
)  # fmt: skip
def test_the_park_scheme_measures_to_the_digit(key, value, points):
    (line,) = [line for line in scoring.score(SCHEMES["park"], {key: value}).lines if line.key == key]
    assert line.points == points
    assert line.formula


def test_an_unscored_item_leaves_the_sheet_open():
    assert scoring.score(SCHEMES["park"], {"industry": "鼓励类"}).outcome == "open"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"total": 99}, "合计 40"), ({"pass_at": 41}, "pass_at"), ({"typo": 1}, "typo"), ({"name": ""}, "name"),
        ({"items": []}, "items"),
    ],
)  # fmt: skip
def test_a_scheme_that_cannot_be_used_is_refused(change, says):
    body = {"park": {**standard.STANDARD_ADMISSION["park"], **change}}
    with pytest.raises(ValueError, match=says):
        scoring.parse_admission(body)


@given(st.dictionaries(st.sampled_from([i.key for i in SCHEMES["park"].items]), st.text(max_size=8)))
def test_any_value_is_scored_within_its_item_or_refused_in_words(values):
    try:
        result = scoring.score(SCHEMES["park"], values)
    except ValueError:
        return
    assert all(line.points is None or 0 <= line.points <= line.full for line in result.lines)
    assert result.total == sum(line.points or 0 for line in result.lines)


CHECKS = check_pack.parse_checks(standard.STANDARD_CHECKS)


def firm(**changes):
    told = {
        "name": "栖梧新材料有限公司", "uscc": "", "registered_on": date(2010, 5, 1), "group_name": "", "titles": (),
        "investment_cny": 300_000_000, "reported_on": date(2026, 1, 1), "signed_on": date(2026, 6, 1),
    }  # fmt: skip
    return {c.key: c for c in check_pack.check(check_pack.Investor(**(told | changes)), CHECKS, date(2026, 7, 1))}


def test_a_missing_fact_is_never_a_pass():
    found = firm(registered_on=None, reported_on=None)
    assert {found[k].finding for k in ("uscc", "age", "speed")} == {Finding.UNKNOWN}


def test_signed_in_days_for_a_large_sum_with_a_young_company_is_an_alarm():
    fast = {"investment_cny": 15_800_000_000, "signed_on": date(2026, 1, 29), "registered_on": date(2025, 9, 1)}
    assert firm(**fast)["speed"].finding == Finding.ALARM
    for mended in ({"signed_on": date(2026, 1, 31)}, {"signed_on": None}):
        assert firm(**(fast | mended))["speed"].finding == Finding.WARNING
    for mended in ({"investment_cny": 1_000_000_000}, {"registered_on": date(2025, 1, 1)}):
        assert firm(**(fast | mended))["speed"].finding == Finding.PASSED


def test_a_name_like_a_central_enterprise_is_believed_only_to_its_root():
    assert firm(name="中核华建投资有限公司")["group"].finding == Finding.ALARM
    assert firm(name="中核华建投资有限公司", group_name="某集团")["group"].finding == Finding.WARNING
    assert firm()["group"].finding == Finding.PASSED


def test_a_wrong_check_character_is_an_alarm():
    assert firm(uscc="91330100MA2XXXXX0A")["uscc"].finding == Finding.ALARM
