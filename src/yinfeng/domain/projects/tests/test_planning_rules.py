from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yinfeng.domain.projects.rules.planning import (
    STANDARD_UNDERTAKING_TEMPLATES,
    back_plan,
    parse_templates,
    templates_for,
)
from yinfeng.domain.projects.rules.teams import STANDARD_SERVICE_TEAMS, parse_teams
from yinfeng.kernel.working_days import Calendar

CALENDAR = Calendar()
TEMPLATES = parse_templates(STANDARD_UNDERTAKING_TEMPLATES)
any_day = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def body(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"t": {"kinds": ["manufacturing"], "anchor": "producing", "lines": list(lines)} | more}


def line(key: str, days: int, after: str = "", **more: Any) -> dict[str, Any]:
    return {"key": key, "what": key, "stage": "started", "side": "lead", "days_before": days, "after": after} | more


@given(st.sampled_from(sorted(TEMPLATES)), any_day, any_day)
@settings(deadline=None, max_examples=60)
def test_every_day_is_a_working_day_before_the_anchor_and_after_what_it_waits_for(key, anchor, today):
    template = TEMPLATES[key]
    plan = back_plan(template, anchor, today, CALENDAR)
    due = {p.line.key: p.due_on for p in plan}
    met = CALENDAR.on_or_before(anchor)
    for planned in plan:
        assert CALENDAR.is_working_day(planned.due_on)
        assert CALENDAR.between(planned.due_on, met) == planned.line.days_before
        assert planned.days_late == max(0, (today - planned.due_on).days)
        if planned.line.after:
            assert due[planned.line.after] <= planned.due_on
    assert max(due.values()) == met


@given(any_day, st.integers(1, 200))
@settings(deadline=None, max_examples=40)
def test_a_later_anchor_never_makes_a_line_earlier(anchor, later):
    template = TEMPLATES["lease"]
    one = back_plan(template, anchor, anchor, CALENDAR)
    other = back_plan(template, anchor + timedelta(later), anchor, CALENDAR)
    assert all(a.due_on <= b.due_on for a, b in zip(one, other, strict=True))


def test_holidays_are_not_counted():
    (only,) = back_plan(parse_templates(body(line("a", 1)))["t"], date(2025, 10, 9), date(2025, 1, 1), CALENDAR)
    assert only.due_on == date(2025, 9, 30)


def test_every_class_of_project_has_a_template_and_the_route_narrows_it():
    for kind in ("manufacturing", "service", "tax_source", "trade", "agriculture", "culture_tourism",
                 "infrastructure", "research", "talent"):  # fmt: skip
        assert templates_for(kind, "", TEMPLATES.values())
    assert [t.key for t in templates_for("manufacturing", "lease", TEMPLATES.values())] == ["lease"]
    assert [t.key for t in templates_for("trade", "lease", TEMPLATES.values())] == ["registration"]


def test_lines_are_put_after_what_they_wait_for():
    template = parse_templates(body(line("late", 1, "early"), line("early", 5)))["t"]
    assert [one.key for one in template.lines] == ["early", "late"]


@pytest.mark.parametrize(
    ("faulty", "word"),
    [
        (body(line("a", 5), line("a", 4)), "相同"),
        (body(line("a", 5, "nobody")), "不存在"),
        (body(line("a", 5, "b"), line("b", 5, "a")), "互为前置"),
        (body(line("a", 9, "b"), line("b", 5)), "核对天数"),
        (body(line("a", -1)), "days_before"),
        (body(line("a", 1, side="heaven")), "heaven"),
        (body(line("a", 1, stage="lead")), "lead"),
        (body(line("a", 1, what="长" * 81)), "80"),
        (body(), "至少"),
        (body(line("a", 1), anchor="signed"), "signed"),
        (body(line("a", 1), kinds=["magic"]), "magic"),
        ({}, "至少"),
    ],
)
def test_a_template_that_cannot_be_used_is_named(faulty, word):
    with pytest.raises(ValueError, match=word):
        parse_templates(faulty)


def test_the_team_models_have_their_one_and_four_or_eight():
    teams = parse_teams(STANDARD_SERVICE_TEAMS)
    assert {key: len(t.roles) for key, t in teams.items()} == {"1+4+N": 5, "1+8+N": 9}
    assert all(t.roles[0] == "leader" and t.further for t in teams.values())


@pytest.mark.parametrize(
    "faulty",
    [{}, {"x": {}}, {"x": {"roles": ["king"]}}, {"名称实在是太长了一点": {"roles": ["land"]}, "": {"roles": ["land"]}}],
)
def test_a_team_that_cannot_be_used_is_refused(faulty):
    with pytest.raises(ValueError):
        parse_teams(faulty)
