"""Tasks: issued once for every unit, declared or nil, verified by another, returned with evidence; urged once a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from yinfeng.domain.projects.actions import facts
from yinfeng.domain.projects.actions.facts import FundsData
from yinfeng.domain.projects.models import Project
from yinfeng.domain.projects.rules.words import FundsBasis, FundsBoundary
from yinfeng.domain.reporting.actions import tasks as verbs
from yinfeng.domain.reporting.actions.urging import remind_due, urge
from yinfeng.domain.reporting.models import ReportingTask, TaskStep, Urging
from yinfeng.domain.reporting.queries.tasks import todos
from yinfeng.domain.reporting.rules.schedule import STANDARD_REPORTING, due_on, parse_reporting
from yinfeng.domain.reporting.rules.words import TaskStatus
from yinfeng.foundation.accounts import actions as accounts
from yinfeng.foundation.accounts.tests.people import client_of
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.notices.models import Notice
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.periods import Period
from yinfeng.kernel.working_days import Calendar

FEBRUARY = Period.month(2026, 2)
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def issued(city: Any) -> Any:
    verbs.issue_tasks(month=FEBRUARY, actor=city.people["director"], at=AT)
    return city


def task_of(city: Any, unit: str = "east", key: str = "funds") -> ReportingTask:
    return ReportingTask.objects.get(unit=city.units[unit], key=key, ends_on=FEBRUARY.end)


def everything() -> tuple[Any, ...]:
    rows = [list(m.objects.order_by("pk").values()) for m in (ReportingTask, TaskStep, Urging)]
    return (*rows, AuditRow.objects.count(), Notice.objects.count())


def refused(code: str, call: Any, **kwargs: Any) -> DomainError:
    before = everything()
    with pytest.raises(DomainError) as fault:
        call(**kwargs)
    assert fault.value.code == code
    assert everything() == before
    return fault.value


def arrival(city: Any, project: Project, on: date = date(2026, 2, 10)) -> Any:
    data = FundsData(12_000_000, on, FundsBasis.CAPITAL, FundsBoundary.OUTSIDE_CITY, voucher=f"回单{on}")
    return facts.declare_funds(project=project, phase=None, data=data, actor=city.people["officer"], at=city.tick())


def test_every_reporting_unit_gets_its_tasks_once(issued: Any) -> None:
    assert ReportingTask.objects.count() == 4 * 3  # district east, west, park, bureau; three monthly tasks
    assert {t.unit.code for t in ReportingTask.objects.select_related("unit")} == {"east", "west", "park", "bureau"}
    before = everything()
    assert verbs.issue_tasks(month=FEBRUARY, actor=None, at=AT + timedelta(hours=1)) == []
    assert verbs.issue_due(AT + timedelta(hours=2)) == 0  # the clock comes every hour
    assert everything() == before


def test_the_quarter_is_reported_with_its_last_month(city: Any) -> None:
    verbs.issue_tasks(month=Period.month(2026, 3), actor=None, at=datetime(2026, 4, 1, 2, tzinfo=UTC))
    quarter = ReportingTask.objects.filter(key="quarter").first()
    assert quarter is not None
    assert quarter.period == Period.quarter(2026, 1)
    assert ReportingTask.objects.filter(key="quarter").count() == 4


def test_a_month_that_runs_is_not_issued(city: Any) -> None:
    refused("task.early", verbs.issue_tasks, month=Period.month(2026, 3), actor=None, at=AT)


def test_the_day_is_counted_in_working_days() -> None:
    plan = parse_reporting(STANDARD_REPORTING)
    # 28 February 2026 is a Saturday that is worked for the Spring Festival; 2, 3 and 4 March are three working days.
    assert due_on(plan.tasks[0], FEBRUARY, Calendar()) == date(2026, 3, 4)
    # The first three working days of October 2026 lie after the National Day holiday.
    assert due_on(plan.tasks[0], Period.month(2026, 9), Calendar()) > date(2026, 10, 7)


@pytest.mark.parametrize(
    "change",
    [{"units": []}, {"units": ["moon"]}, {"tasks": []}, {"remind_working_days": -1}, {"mood": 1},
     {"tasks": [STANDARD_REPORTING["tasks"][0]] * 2},
     {"tasks": [{**STANDARD_REPORTING["tasks"][0], "every": "week"}]},
     {"tasks": [{**STANDARD_REPORTING["tasks"][0], "due_working_days": 0}]}],
)  # fmt: skip
def test_a_schedule_that_cannot_be_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_reporting({**STANDARD_REPORTING, **change})


def test_a_unit_reports_what_it_has_and_cannot_say_that_there_was_nothing(issued: Any, project: Project) -> None:
    officer = issued.people["officer"]
    task = task_of(issued)
    refused("task.empty", verbs.declare_task, task=task, actor=officer, at=AT)
    arrival(issued, project)
    refused("task.not_nil", verbs.declare_task, task=task, is_nil=True, actor=officer, at=AT)
    verbs.declare_task(task=task, actor=officer, at=AT)
    task.refresh_from_db()
    assert (task.status, task.first_declared_on, task.is_nil) == (TaskStatus.DECLARED, AT.date(), False)
    refused("task.handled", verbs.declare_task, task=task, actor=officer, at=AT)
    nil = task_of(issued, "west")
    verbs.declare_task(task=nil, is_nil=True, actor=issued.people["stranger"], at=AT)
    nil.refresh_from_db()
    assert nil.is_nil


def test_another_person_verifies_when_the_facts_are_settled(issued: Any, project: Project) -> None:
    director = issued.people["director"]
    fact = arrival(issued, project)
    task = verbs.declare_task(task=task_of(issued), actor=issued.people["officer"], at=AT)
    refused("task.facts_wait", verbs.verify_task, task=task, actor=director, at=AT)
    facts.verify(fact=fact, actor=director, at=issued.tick())
    verbs.verify_task(task=task, actor=director, at=AT)
    own = verbs.declare_task(task=task_of(issued, "bureau"), is_nil=True, actor=director, at=AT)
    refused("task.second_person", verbs.verify_task, task=own, actor=director, at=AT)
    task.refresh_from_db()
    assert (task.status, task.verified_by) == (TaskStatus.VERIFIED, director)


def test_a_returned_report_comes_back_with_what_was_changed(issued: Any) -> None:
    officer, director = issued.people["officer"], issued.people["director"]
    task = verbs.declare_task(task=task_of(issued), is_nil=True, actor=officer, at=AT)
    refused("task.reason", verbs.return_task, task=task, reason=" ", document="云招〔2026〕9号", actor=director, at=AT)
    refused("task.document", verbs.return_task, task=task, reason="漏报", document="", actor=director, at=AT)
    verbs.return_task(task=task, reason="漏报一笔到资", document="回单8831", actor=director, at=AT)
    assert Notice.objects.filter(person=officer, text__contains="漏报一笔到资").exists()
    later = AT + timedelta(days=9)
    refused("task.note", verbs.declare_task, task=task, is_nil=True, actor=officer, at=later)
    verbs.declare_task(task=task, is_nil=True, note="经核对回单属于三月", actor=officer, at=later)
    task.refresh_from_db()
    assert (task.status, task.return_reason, task.first_declared_on) == (TaskStatus.DECLARED, "", AT.date())
    assert [s.kind for s in task.steps.all()] == ["nil", "returned", "nil"]
    assert task.steps.get(kind="returned").document == "回单8831"


def test_a_unit_is_urged_once_a_day_by_whom_ever(issued: Any) -> None:
    people, units = issued.people, issued.units
    ids = [units[k].pk for k in ("east", "west")]
    assert urge(unit_ids=ids, actor=people["director"], at=AT).urged == 2
    told = Notice.objects.filter(kind="task")
    assert set(told.values_list("person__username", flat=True)) == {"officer", "colleague", "stranger"}
    again = urge(unit_ids=ids, actor=people["steward"], at=AT + timedelta(hours=2))
    assert (again.urged, len(again.left), told.count()) == (0, 2, 3)
    assert urge(unit_ids=ids, actor=people["steward"], at=AT + timedelta(days=1)).urged == 2
    assert told.count() == 6


def test_a_unit_without_anybody_to_tell_is_named(issued: Any) -> None:
    result = urge(unit_ids=[issued.units["bureau"].pk, issued.units["park"].pk], actor=issued.people["director"], at=AT)
    assert result.urged == 2
    for post in issued.people["park"].posts.all():
        accounts.end_post(post=post, on=AT.date(), actor=None, at=AT)
    result = urge(unit_ids=[issued.units["park"].pk], actor=issued.people["director"], at=AT + timedelta(days=2))
    assert result.urged == 0
    assert "没有在岗" in result.left[0][1]


def test_what_is_owed_stands_on_the_workbench_of_who_owes_it(issued: Any) -> None:
    late = date(2026, 3, 20)
    mine = [str(t.text) for t in todos(viewer_of(issued.people["officer"], late), late)]
    assert len(mine) == 3
    assert all("2026年2月" in t for t in mine)
    directors = [str(t.text) for t in todos(viewer_of(issued.people["director"], late), late)]
    assert "催报：3 个单位逾期未报" in directors
    assert todos(viewer_of(issued.people["leader"], late), late) == []


def test_the_month_on_the_page_and_one_click_of_urging(issued: Any) -> None:
    director = client_of(issued.people["director"])
    text = director.get(reverse("reporting:tasks"), {"month": "2026-02"}).content.decode()
    assert text.index("市投促中心") < text.index("东屏区") < text.index("东屏产业园") < text.index("砚西县")
    answer = director.post(reverse("reporting:urge"), {"id": [issued.units["east"].pk]}, follow=True)
    assert "已催报 1 个单位" in " ".join(str(m) for m in answer.context["messages"])
    officer = client_of(issued.people["officer"])
    seen = officer.get(reverse("reporting:tasks"), {"month": "2026-02"}).content.decode()
    assert "砚西县" not in seen
    assert officer.get(reverse("reporting:task", args=[task_of(issued, "west").pk])).status_code == 404


def test_a_unit_declares_and_the_bureau_returns_on_the_pages(issued: Any, project: Project) -> None:
    task = task_of(issued)
    officer, director = client_of(issued.people["officer"]), client_of(issued.people["director"])
    url = reverse("reporting:declare", args=[task.pk])
    assert officer.post(url, {"is_nil": "0", "note": ""}).status_code == 422
    assert officer.post(url, {"is_nil": "1", "note": "无到资"}).status_code == 302
    assert (
        director.post(reverse("reporting:send_back", args=[task.pk]), {"reason": "漏报", "document": ""}).status_code
        == 422
    )
    director.post(reverse("reporting:send_back", args=[task.pk]), {"reason": "漏报", "document": "回单1"})
    task.refresh_from_db()
    assert (task.status, task.return_reason) == (TaskStatus.RETURNED, "漏报")
    assert "漏报" in officer.get(reverse("reporting:task", args=[task.pk])).content.decode()


def test_the_clock_reminds_once_before_the_day_and_leaves_who_has_reported(issued: Any) -> None:
    verbs.declare_task(task=task_of(issued, "west"), is_nil=True, actor=issued.people["stranger"], at=AT)
    due = task_of(issued).due_on
    early = datetime(due.year, due.month, due.day, 2, 0, tzinfo=UTC) - timedelta(days=9)
    assert remind_due(early) == 0
    before = Notice.objects.count()
    at = datetime(due.year, due.month, due.day, 2, 0, tzinfo=UTC) - timedelta(days=1)
    assert remind_due(at) > 0
    told = Notice.objects.filter(person=issued.people["officer"], kind="task").latest("pk").text
    assert "须于" in told
    assert Notice.objects.count() > before
    west = ReportingTask.objects.filter(unit=issued.units["west"], ends_on=FEBRUARY.end)
    assert {t.key for t in west if t.reminded_on} == {
        t.key for t in west if t.status == TaskStatus.OPEN and t.due_on == due
    }
    count = Notice.objects.count()
    assert remind_due(at) == 0  # once
    assert Notice.objects.count() == count
