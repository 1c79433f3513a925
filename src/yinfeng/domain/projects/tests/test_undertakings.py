"""The three lists: planned backwards, moved with a reason, done in their order, read three ways."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from yinfeng.domain.projects import checks
from yinfeng.domain.projects.actions import undertakings
from yinfeng.domain.projects.models import Project, TeamSeat, Undertaking
from yinfeng.domain.projects.queries import undertakings as queries
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.notices.models import Notice
from yinfeng.foundation.ui import slots
from yinfeng.kernel.errors import DomainError

pytestmark = pytest.mark.django_db


def everything() -> tuple:
    return (
        list(Undertaking.objects.order_by("pk").values()), list(Project.objects.values()), AuditRow.objects.count(),
        Notice.objects.count(),
    )  # fmt: skip


def refused(code: str, call, **given) -> DomainError:
    before = everything()
    with pytest.raises(DomainError) as fault:
        call(**given)
    assert fault.value.code == code
    assert everything() == before
    return fault.value


@pytest.fixture
def phase(project):
    return project.phases.get()


def add(city, phase, what="签订合同", days=10, **more) -> Undertaking:
    told = {"unit": city.units["east"], "due_on": city.today + timedelta(days)} | more
    return undertakings.add(phase=phase, what=what, actor=city.people["officer"], at=city.tick(), **told)


def by(city) -> dict:
    return {"actor": city.people["officer"], "at": city.tick()}


def test_the_nearest_open_line_is_the_projects_next_deadline(city, phase):
    later, first = add(city, phase, "开工", 40), add(city, phase, "注册", 5)
    project = Project.objects.get()
    assert (project.next_due_on, project.next_due_text) == (first.due_on, "注册")
    undertakings.complete(undertaking=first, done_on=city.today, **by(city))
    project.refresh_from_db()
    assert project.next_due_text == "开工"
    undertakings.cancel(undertaking=later, reason="改为租赁厂房", **by(city))
    project.refresh_from_db()
    assert (project.next_due_on, project.next_due_text) == (None, "")
    assert list(checks.derived_columns()) == []


def test_back_planning_fills_all_three_lists_and_points_at_what_is_late_already(city, phase):
    TeamSeat.objects.create(project=phase.project, template="1+4+N", role="land", unit=city.units["land"])
    result = undertakings.back_plan(
        phase=phase, anchor_on=city.today + timedelta(days=300), template="land", **by(city)
    )
    assert len(result.undertakings) == 18
    assert any("签订投资合同" in r and "已过" in r for r in result.remarks)
    assert any("专班中没有“审批服务”，有关事项暂由东屏产业园负责" in r for r in result.remarks)
    assert {u.unit.code for u in result.undertakings if u.what == "签订土地出让合同"} == {"land"}
    assert {u.unit.code for u in result.undertakings if u.what == "签订投资合同"} == {"east"}
    assert all(u.after.due_on <= u.due_on for u in result.undertakings if u.after)
    lists = queries.three_lists(phase.project, city.today)
    for groups in (lists.by_project, lists.by_responsibility, lists.by_time):
        assert sum(g.total for g in groups) == lists.total == 18
    assert [g.title for g in lists.by_responsibility] == ["东屏区", "东屏产业园", "市资源局"]
    assert lists.overdue > 0
    assert AuditRow.objects.filter(verb="undertaking.back_plan").count() == 1
    again = undertakings.back_plan(phase=phase, anchor_on=city.today + timedelta(days=300), template="land", **by(city))
    assert again.undertakings == ()
    assert any("18 项已在清单上" in r for r in again.remarks)


def test_an_assigned_department_sees_the_project_and_finds_it_among_its_todos(city, phase):
    agent = viewer_of(city.people["agent"], city.today)
    assert queries.todos(agent, city.today) == []
    line = add(city, phase, "净地交付", 3, unit=city.units["land"])
    assert [t.text for t in queries.todos(agent, city.today)] == ["净地交付"]
    assert queries.todos(viewer_of(city.people["stranger"], city.today), city.today) == []
    undertakings.reassign(undertaking=line, unit=city.units["park"], person=city.people["park"], **by(city))
    assert queries.todos(agent, city.today) == []
    assert Notice.objects.get(person=city.people["park"]).text.endswith("前完成“净地交付”。")
    late = viewer_of(city.people["park"], city.today)
    assert "已逾期 2 天" in str(queries.todos(late, line.due_on + timedelta(2))[0].text)


def test_todos_reach_the_workbench_through_the_registry(city, phase):
    add(city, phase, "注册", 2, person=city.people["officer"])
    found = slots.todos_of(viewer_of(city.people["officer"], city.today), city.today)
    assert [t.url for t in found if t.text == "注册"] == [f"/projects/{phase.project_id}/"]


def test_a_moved_deadline_stays_visible_with_its_reason(city, phase):
    first = add(city, phase, "土地合同", 10)
    add(city, phase, "开工", 20, after=first)
    moved = undertakings.move_deadline(
        undertaking=first, due_on=city.today + timedelta(30), reason="报批未下", **by(city)
    )
    assert any("开工" in r for r in moved.remarks)
    row = queries.three_lists(phase.project, city.today).by_project[0].rows[1]
    assert (row.what, row.was_moved, row.first_due_on) == ("土地合同", True, city.today + timedelta(10))
    assert AuditRow.objects.get(verb="undertaking.move").note == "报批未下"
    for due_on, reason, code in (
        (city.today + timedelta(30), "再说", "undertaking.same_day"),
        (city.today - timedelta(1), "追溯", "undertaking.past"),
        (city.today + timedelta(31), " ", "undertaking.reason"),
    ):
        refused(code, undertakings.move_deadline, undertaking=first, due_on=due_on, reason=reason, **by(city))


def test_lines_are_done_in_their_order(city, phase):
    first = add(city, phase, "土地合同")
    second = add(city, phase, "施工许可", after=first)
    fault = refused("undertaking.waits", undertakings.complete, undertaking=second, done_on=city.today, **by(city))
    assert "土地合同" in str(fault)
    refused(
        "undertaking.future", undertakings.complete, undertaking=first, done_on=city.today + timedelta(1), **by(city)
    )
    undertakings.complete(undertaking=first, done_on=city.today, **by(city))
    refused("undertaking.done", undertakings.complete, undertaking=first, done_on=city.today, **by(city))
    refused("undertaking.before_first", undertakings.complete, undertaking=second, done_on=city.today - timedelta(1),
            **by(city))  # fmt: skip
    undertakings.complete(undertaking=second, done_on=city.today, **by(city))
    fault = refused("undertaking.followed", undertakings.reopen, undertaking=first, reason="误点", **by(city))
    assert "施工许可" in str(fault)
    undertakings.reopen(undertaking=second, reason="误点", **by(city))
    undertakings.reopen(undertaking=first, reason="误点", **by(city))
    assert Undertaking.objects.filter(done_on=None).count() == 2


def test_nothing_waits_for_a_cancelled_line(city, phase):
    first = add(city, phase, "土地合同")
    second = add(city, phase, "施工许可", after=first)
    undertakings.cancel(undertaking=first, reason="改租厂房", **by(city))
    refused("undertaking.cancelled", undertakings.complete, undertaking=first, done_on=city.today, **by(city))
    undertakings.complete(undertaking=second, done_on=city.today, **by(city))


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"what": " "}, "undertaking.what"),
        ({"what": "长" * 81}, "undertaking.too_long"),
        ({"due_on": date(2026, 3, 1)}, "undertaking.past"),
        ({"stage": "lead"}, "undertaking.stage"),
        ({"person": "stranger"}, "undertaking.person"),
    ],
)
def test_a_line_that_nobody_could_keep_is_refused(city, phase, fault, code):
    given = {"what": "注册", "unit": city.units["east"], "due_on": date(2026, 4, 1)} | fault
    if "person" in fault:
        given["person"] = city.people[fault["person"]]
    refused(code, undertakings.add, phase=phase, **given, **by(city))


@pytest.mark.parametrize(
    ("fault", "code"), [({"template": "magic"}, "plan.template"), ({"anchor_on": date(2026, 3, 1)}, "plan.anchor")]
)
def test_a_plan_that_leads_nowhere_is_refused(city, phase, fault, code):
    given = {"template": "lease", "anchor_on": date(2026, 12, 1)} | fault
    refused(code, undertakings.back_plan, phase=phase, **given, **by(city))


def test_what_is_overdue_stays_within_sight(city, phase):
    add(city, phase, "注册", 1)
    later = city.today + timedelta(5)
    assert [r.days for r in queries.overdue(viewer_of(city.people["leader"], later), later)] == [-4]
    assert queries.overdue(viewer_of(city.people["stranger"], later), later) == []
    assert [r.what for r in queries.due_soon(viewer_of(city.people["officer"], city.today), city.today)] == ["注册"]


def test_three_lists_cost_one_query_however_long(city, phase, django_assert_num_queries):
    for number in range(12):
        add(city, phase, f"事项{number}", number + 1, person=city.people["officer"])
    with django_assert_num_queries(1):
        queries.three_lists(phase.project, city.today)
