from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yinfeng.domain.projects.rules.protection import STANDARD_PROTECTION, Lapse, Protection, clock, parse_protection
from yinfeng.domain.projects.rules.words import Light

RULE = parse_protection(STANDARD_PROTECTION)
DAY = date(2026, 1, 1)
days = st.integers(0, 400)


def at(number: int, *, progress: int = 0, **more):
    return clock(RULE.until(DAY), DAY + timedelta(progress), DAY + timedelta(number), RULE, **more)


def test_ninety_days_warned_at_sixty_while_there_is_progress():
    assert at(59, progress=59).light == Light.GREEN
    assert at(60, progress=60).light == Light.YELLOW  # both ends fall on day 90
    assert (at(65, progress=65).light, at(65, progress=65).days_left) == (Light.YELLOW, 25)
    last = at(90, progress=90)
    assert (last.days_left, last.has_lapsed, last.cause) == (0, False, Lapse.EXPIRED)
    over = at(91, progress=90)
    assert (over.has_lapsed, over.light) == (True, Light.RED)


def test_thirty_days_without_progress_end_it_early():
    assert at(19).light == Light.GREEN
    assert (at(20).light, at(20).cause, at(20).days_left) == (Light.YELLOW, Lapse.NO_PROGRESS, 10)
    assert not at(30).has_lapsed
    assert at(31).has_lapsed


def test_a_signed_project_loses_nothing():
    assert not at(400, is_signed=True).has_lapsed
    assert at(400, is_signed=True).light == Light.NONE


@given(days, days, days)
@settings(deadline=None)
def test_progress_never_shortens_protection_and_time_never_gives_it_back(day, progress, more):
    assert at(day, progress=progress + more).ends_on >= at(day, progress=progress).ends_on
    if at(day, progress=progress).has_lapsed:
        assert at(day + more, progress=progress).has_lapsed


@given(st.integers(2, 3650), st.integers(1, 3649), st.integers(1, 3650), days)
@settings(deadline=None)
def test_nobody_loses_protection_without_a_day_of_warning(total, warn, idle, progress):
    rule = Protection(total, min(warn, total - 1), idle)
    until = rule.until(DAY)
    last_progress = DAY + timedelta(progress)
    end = clock(until, last_progress, DAY, rule).ends_on
    assert clock(until, last_progress, end, rule).light == Light.YELLOW
    assert clock(until, last_progress, end + timedelta(1), rule).has_lapsed


@pytest.mark.parametrize(
    "body",
    [None, {}, {"days": 90}, STANDARD_PROTECTION | {"warn_days": 90}, STANDARD_PROTECTION | {"no_progress_days": 0},
     STANDARD_PROTECTION | {"days": "90"}],
)  # fmt: skip
def test_a_rule_that_cannot_be_used_is_refused(body):
    with pytest.raises(ValueError):
        parse_protection(body)
