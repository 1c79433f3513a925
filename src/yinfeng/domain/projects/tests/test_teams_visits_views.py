"""Service teams, the contact log, saved views and following."""

from __future__ import annotations

from datetime import date

import pytest

from yinfeng.domain.projects.access import visible_projects
from yinfeng.domain.projects.actions import teams, views, visits
from yinfeng.domain.projects.models import Follow, Project, SavedView, TeamSeat, Visit
from yinfeng.domain.projects.queries import teams as team_queries
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.notices.models import Notice
from yinfeng.kernel.errors import DomainError

pytestmark = pytest.mark.django_db


def everything() -> tuple:
    return (
        list(TeamSeat.objects.order_by("pk").values()), list(Visit.objects.values()), list(SavedView.objects.values()),
        list(Follow.objects.values()), list(Project.objects.values()), AuditRow.objects.count(), Notice.objects.count(),
    )  # fmt: skip


def refused(code: str, call, **given) -> DomainError:
    before = everything()
    with pytest.raises(DomainError) as fault:
        call(**given)
    assert fault.value.code == code
    assert everything() == before
    return fault.value


def by(city, who: str = "officer") -> dict:
    return {"actor": city.people[who], "at": city.tick()}


# -- teams


def test_a_team_begins_with_whom_the_ledger_knows_and_lists_its_vacancies(city, project):
    teams.form_team(project=project, template="1+4+N", **by(city))
    rows = team_queries.team_of(project)
    assert [(r.role_label, r.unit, r.person) for r in rows] == [
        ("领衔领导", "", "陆为民"), ("牵头单位", "东屏区", "江小禾"), ("落地平台", "东屏产业园", ""), ("审批服务", "", ""),
        ("要素保障", "", ""),
    ]  # fmt: skip
    vacant = team_queries.vacancies(viewer_of(city.people["officer"], city.today))
    assert [v.role for v in vacant] == ["approval", "elements"]
    assert team_queries.vacancies(viewer_of(city.people["stranger"], city.today)) == []
    refused("team.twice", teams.form_team, project=project, template="1+8+N", **by(city))


def test_whoever_takes_a_seat_sees_the_project_until_it_is_vacated(city, project):
    teams.form_team(project=project, template="1+8+N", **by(city))
    seat = TeamSeat.objects.get(role="land")
    agent = viewer_of(city.people["agent"], city.today)
    assert not visible_projects(agent).exists()
    teams.fill_seat(seat=seat, unit=city.units["land"], person=city.people["agent"], **by(city))
    assert visible_projects(agent).get() == project
    assert Notice.objects.get(person=city.people["agent"]).text == "您已加入“云梯智能电梯部件项目”服务专班：用地保障。"
    refused("team.reason", teams.vacate_seat, seat=seat, reason="", **by(city))
    teams.vacate_seat(seat=seat, reason="人员调整", **by(city))
    assert not visible_projects(agent).exists()
    refused("team.vacant", teams.vacate_seat, seat=seat, reason="再次", **by(city))


def test_a_seat_is_not_for_somebody_of_another_unit(city, project):
    teams.form_team(project=project, template="1+4+N", **by(city))
    seat = TeamSeat.objects.get(role="approval")
    refused("undertaking.person", teams.fill_seat, seat=seat, unit=city.units["land"], person=city.people["stranger"],
            **by(city))  # fmt: skip
    refused("team.nobody", teams.fill_seat, seat=seat, **by(city))


def test_the_n_grows_by_the_model_and_a_disbanded_team_makes_room(city, project):
    refused("team.none", teams.add_seat, project=project, role="department", **by(city))
    teams.form_team(project=project, template="1+4+N", **by(city))
    teams.add_seat(project=project, role="department", **by(city))
    fault = refused("team.role", teams.add_seat, project=project, role="talent", **by(city))
    assert "配合部门" in str(fault)
    teams.disband_team(project=project, reason="改用另一模式", **by(city))
    assert len(AuditRow.objects.get(verb="team.disband").before["seats"]) == 6
    assert len(teams.form_team(project=project, template="1+8+N", **by(city))) == 9
    refused("team.template", teams.form_team, project=project, template="2+2", **by(city))


# -- visits


def log(city, project, **more) -> Visit:
    return visits.log_visit(project=project, unit=city.units["east"], **visit_told(), **by(city), **more)


def visit_told() -> dict:
    return {
        "direction": "outbound", "held_on": date(2026, 3, 1), "our_side": "江小禾、白露", "our_count": 2,
        "their_side": "投资部负责人", "their_count": 1, "minutes": "介绍厂房条件。", "next_step": "三月来访",
    }  # fmt: skip


def test_a_visit_moves_the_project_up_and_stays_readable_when_voided(city, project):
    made = log(city, project)
    assert Project.objects.get().changed_at == made.at
    assert "江小禾" not in str(AuditRow.objects.get(verb="visit.log").after)
    visits.void_visit(visit=made, reason="记错项目", **by(city))
    made.refresh_from_db()
    assert (made.void_reason, made.minutes) == ("记错项目", "介绍厂房条件。")
    refused("visit.voided", visits.void_visit, visit=made, reason="再次", **by(city))


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"our_count": 0}, "visit.heads"),
        ({"their_count": 0}, "visit.heads"),
        ({"their_count": -3}, "visit.heads"),
        ({"our_count": 100_000}, "visit.heads"),
        ({"held_on": date(2026, 3, 3)}, "visit.future"),
        ({"direction": "teleport"}, "visit.direction"),
        ({"our_side": ""}, "visit.our_side"),
        ({"minutes": " "}, "visit.minutes"),
        ({"minutes": "坏\udc80"}, "visit.broken"),
    ],
)
def test_a_visit_of_nobody_or_tomorrow_is_refused(city, project, fault, code):
    refused(code, visits.log_visit, project=project, unit=city.units["east"], **visit_told() | fault, **by(city))


def test_a_call_needs_our_side_only(city, project):
    told = visit_told() | {"direction": "call", "their_count": 0}
    assert visits.log_visit(project=project, unit=city.units["east"], **told, **by(city)).pk


# -- views and following


def test_a_view_keeps_the_question_and_not_the_place_in_its_answer(city):
    view = views.save_view(name="我的重点", query="?stage=signed&page=7&q=%E7%94%B5%E6%B1%A0&sort=", **by(city))
    assert view.query == "stage=signed&q=%E7%94%B5%E6%B1%A0"
    again = views.save_view(name="我的重点", query="stage=started", **by(city))
    assert (again.pk, SavedView.objects.get().query) == (view.pk, "stage=started")
    views.pin_view(view=view, **by(city))
    views.share_view(view=view, **by(city))
    views.share_view(view=view, **by(city))
    view.refresh_from_db()
    assert (view.is_pinned, view.is_shared) == (True, True)
    assert AuditRow.objects.filter(verb="view.share").count() == 1


def test_anothers_view_is_left_alone(city):
    view = views.save_view(name="共享视图", query="stage=signed", **by(city))
    for verb, more in (
        (views.rename_view, {"name": "夺"}),
        (views.delete_view, {}),
        (views.pin_view, {}),
        (views.share_view, {}),
    ):
        refused("view.not_own", verb, view=view, **more, **by(city, "stranger"))
    other = views.save_view(name="另一个", query="", **by(city))
    refused("view.name_taken", views.rename_view, view=other, name="共享视图", **by(city))
    views.rename_view(view=other, name="改名", **by(city))
    views.delete_view(view=other, **by(city))
    refused("view.gone", views.delete_view, view=other, **by(city))
    refused("view.query", views.save_view, name="太长", query="q=" + "x" * 1200, **by(city))
    refused("view.name", views.save_view, name="", query="", **by(city))


def test_following_twice_is_following_once(city, project):
    views.follow(project=project, **by(city))
    views.follow(project=project, **by(city))
    assert Follow.objects.count() == 1
    views.unfollow(project=project, **by(city))
    views.unfollow(project=project, **by(city))
    assert not Follow.objects.exists()
    assert AuditRow.objects.filter(verb__in=["project.follow", "project.unfollow"]).count() == 2
