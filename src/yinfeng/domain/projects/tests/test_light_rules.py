"""The light: its reason in words, and the same answer from the database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.domain.projects.rules.lights import STANDARD_LIGHTS, light_of, parse_lights
from yinfeng.domain.projects.rules.words import Light, Stage

TODAY = date(2026, 11, 22)
RULE = parse_lights(STANDARD_LIGHTS)


def light(due=None, stalled=None, ended=None, stage=Stage.SIGNED):
    return light_of(due, stalled, ended, stage, TODAY, RULE)


@pytest.mark.parametrize(
    ("due", "colour", "words"),
    [
        (date(2026, 10, 31), Light.RED, "逾期22天"),
        (date(2026, 11, 7), Light.RED, "逾期15天"),
        (date(2026, 11, 8), Light.YELLOW, "逾期14天"),
        (date(2026, 11, 21), Light.YELLOW, "逾期1天"),
        (date(2026, 11, 22), Light.GREEN, "今天到期"),
        (date(2026, 11, 29), Light.GREEN, "临近到期"),
        (date(2027, 3, 1), Light.GREEN, "还剩99天"),
        (None, Light.NONE, "没有排定"),
    ],
)
def test_the_deadline_decides_and_the_reason_says_so(due, colour, words) -> None:
    found = light(due)
    assert found.light == colour
    assert words in found.reason
    assert RULE.stamp in found.reason
    if due:
        assert str(due) in found.reason


def test_a_stall_is_red_at_once_and_an_end_puts_the_light_out() -> None:
    assert light(date(2027, 1, 1), stalled=date(2026, 11, 20)).light == Light.RED
    assert "已2天" in light(stalled=date(2026, 11, 20)).reason
    assert light(date(2020, 1, 1), stalled=TODAY, ended=TODAY).light == Light.NONE


def test_a_rule_that_cannot_be_used_is_refused_in_words() -> None:
    for body, said in (
        ({"due_soon_days": 7, "yellow_after_days": 20, "red_after_days": 15}, "不大于"),
        ({"due_soon_days": 7, "yellow_after_days": 1}, "red_after_days"),
        ({**STANDARD_LIGHTS, "blue": 1}, "blue"),
        ({**STANDARD_LIGHTS, "due_soon_days": True}, "整数"),
    ):
        with pytest.raises(ValueError, match=said):
            parse_lights(body)


@given(st.integers(-400, 400), st.integers(1, 60), st.integers(0, 60))
def test_a_later_deadline_never_makes_it_worse(days, yellow, more) -> None:
    rule = parse_lights({"due_soon_days": 7, "yellow_after_days": yellow, "red_after_days": yellow + more})
    order = [Light.RED, Light.YELLOW, Light.GREEN]
    on = TODAY + timedelta(days=days)
    here = light_of(on, None, None, Stage.SIGNED, TODAY, rule)
    later = light_of(on + timedelta(days=1), None, None, Stage.SIGNED, TODAY, rule)
    assert order.index(here.light) <= order.index(later.light)
