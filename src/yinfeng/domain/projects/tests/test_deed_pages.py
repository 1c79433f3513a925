"""What hangs on a project, from its page: lists, agreements, the team, ceremonies, merging, contacts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from yinfeng.domain.compliance.models import ReviewRecord
from yinfeng.domain.enterprises.actions import add_contact
from yinfeng.domain.enterprises.models import EnterpriseContact
from yinfeng.domain.projects.actions import agreements, ledger, undertakings
from yinfeng.domain.projects.models import Agreement, Ceremony, Milestone, Project, TeamSeat, Undertaking, Visit
from yinfeng.foundation.audit.models import LookKind, LookRow


@pytest.fixture
def officer(client: Client, city: Any) -> Client:
    client.force_login(city.people["officer"])
    return client


@pytest.fixture
def line(project: Project, city: Any) -> Undertaking:
    return undertakings.add(
        phase=project.phases.get(), what="取得施工许可证", unit=city.units["east"], person=city.people["officer"],
        due_on=timezone.localdate() + timedelta(days=30), stage="started", actor=city.people["officer"], at=city.tick(),
    )  # fmt: skip


@pytest.fixture
def agreement(project: Project, city: Any) -> Agreement:
    return agreements.record_agreement(
        project=project, kind="formal", title="投资合同", parties="甲、乙", signed_on=city.today,
        actor=city.people["officer"], at=city.tick(),
    ).agreement  # fmt: skip


def ask(name: str, *args: Any) -> str:
    return reverse(f"projects:{name}", args=args)


# ------------------------------------------------------------------------------------------------ lists


def test_a_line_is_added_moved_and_done(officer: Client, city: Any, project: Project) -> None:
    today = timezone.localdate()
    due = today + timedelta(days=20)
    told = {
        "what": "签订出让合同", "phase": project.phases.get().pk, "unit": city.units["park"].pk,
        "due_on": due.isoformat(), "stage": "site_secured",
    }  # fmt: skip
    assert officer.post(ask("undertaking_add", project.pk), told | {"what": ""}).status_code == 422
    assert officer.post(ask("undertaking_add", project.pk), told).status_code == 302
    row = Undertaking.objects.get()
    later = due + timedelta(days=9)
    move = {"deed": "move", "due_on": later.isoformat(), "reason": "净地延迟"}
    assert officer.post(ask("undertaking_edit", row.pk), move | {"due_on": ""}).status_code == 422
    assert officer.post(ask("undertaking_edit", row.pk), move).status_code == 302
    row.refresh_from_db()
    assert (row.due_on, row.first_due_on) == (later, due)
    assert officer.post(ask("undertaking_done", row.pk), {"done_on": today.isoformat()}).status_code == 302
    row.refresh_from_db()
    assert row.done_on == today


def test_a_back_plan_is_shown_before_it_is_written(officer: Client, city: Any, project: Project) -> None:
    anchor = timezone.localdate() + timedelta(days=400)
    told = {"phase": project.phases.get().pk, "template": "start", "anchor_on": anchor.isoformat()}
    url = ask("back_plan", project.pk)
    assert officer.get(url).context["planned"] == []
    shown = officer.get(url, told)
    assert len(shown.context["planned"]) == 8
    assert not Undertaking.objects.exists()
    assert officer.post(url, told).status_code == 302
    assert Undertaking.objects.count() == 8
    assert officer.get(url, told | {"template": "nothing"}).status_code == 422


@pytest.mark.parametrize(("who", "status"), [("leader", 403), ("steward", 403), ("stranger", 404)])
def test_who_may_not_touch_the_lists(
    client: Client, city: Any, project: Project, line: Undertaking, who: str, status: int
) -> None:
    client.force_login(city.people[who])
    for url in (ask("undertaking_add", project.pk), ask("back_plan", project.pk), ask("undertaking_done", line.pk),
                ask("undertaking_edit", line.pk), ask("team", project.pk)):  # fmt: skip
        assert client.post(url, {"done_on": "2026-01-01"}).status_code == status
    line.refresh_from_db()
    assert line.done_on is None


# ------------------------------------------------------------------------------------------------ agreements, team


def test_an_agreement_takes_effect_only_after_its_reviews(
    client: Client, city: Any, project: Project, agreement: Agreement
) -> None:
    client.force_login(city.people["director"])
    effect = {"effective_on": timezone.localdate().isoformat()}
    refused = client.post(ask("agreement_effect", agreement.pk), effect)
    assert refused.status_code == 422
    agreement.refresh_from_db()
    assert agreement.effective_on is None
    for kind in ("fair_competition", "legality"):
        told = {
            "kind": kind, "conclusion": "passed", "concluded_on": city.today.isoformat(), "reviewer": "司法局",
            "document_number": f"审{kind}", "grounds": "合法",
        }  # fmt: skip
        assert client.post(ask("agreement_review", agreement.pk), told).status_code == 302
    assert client.post(ask("agreement_effect", agreement.pk), effect).status_code == 302
    agreement.refresh_from_db()
    assert agreement.effective_on == timezone.localdate()


def test_an_officer_attaches_a_review_of_the_own_unit_only(
    officer: Client, city: Any, project: Project, agreement: Agreement
) -> None:
    rows = [
        ReviewRecord.objects.create(
            kind="legality", subject="投资合同", conclusion="passed", concluded_on=city.today, reviewer="司法局",
            document_number=f"合法审{unit}", grounds="合法", unit=city.units[unit], recorded_by=city.people["director"],
            at=city.at,
        )
        for unit in ("east", "west")
    ]  # fmt: skip
    url = ask("agreement_review", agreement.pk)
    refused = officer.post(url, {"review": rows[1].pk})
    assert refused.status_code == 422
    assert "合法审west" not in refused.content.decode()
    assert not agreement.reviews.exists()
    assert officer.post(url, {"review": rows[0].pk}).status_code == 302
    assert agreement.reviews.get() == rows[0]


def test_recording_an_agreement_signs_nothing(officer: Client, city: Any, project: Project) -> None:
    told = {"kind": "formal", "title": "投资合同", "parties": "甲、乙", "signed_on": city.today.isoformat(),
            "investment_cny_0": "3.6", "investment_cny_1": "亿元"}  # fmt: skip
    assert officer.post(ask("agreement_add", project.pk), told).status_code == 302
    assert Agreement.objects.get().investment_cny == 360_000_000
    assert not Milestone.objects.exists()


def test_a_team_is_formed_and_a_seat_filled(officer: Client, city: Any, project: Project) -> None:
    assert officer.post(ask("team", project.pk), {"template": "1+4+N"}).status_code == 302
    seat = TeamSeat.objects.get(project=project, role="approval")
    assert officer.post(ask("seat", seat.pk), {}).status_code == 422
    assert officer.post(ask("seat", seat.pk), {"unit": city.units["land"].pk}).status_code == 302
    seat.refresh_from_db()
    assert seat.unit == city.units["land"]
    officer.force_login(city.people["agent"])
    assert officer.get(ask("project", project.pk)).status_code == 200


def test_a_ceremony_lists_only_what_one_may_enter(
    officer: Client, city: Any, project: Project, agreement: Agreement
) -> None:
    told = {"kind": "signing", "name": "集中签约", "held_on": city.today.isoformat(), "host_unit": city.units["east"].pk,
            "agreements": [agreement.pk]}  # fmt: skip
    answer = officer.post(ask("ceremony_hold"), told, follow=True)
    assert answer.status_code == 200
    assert "台账没有这一事实，不计数" in answer.content.decode()
    assert not Milestone.objects.exists()
    officer.force_login(city.people["stranger"])
    mine = told | {"host_unit": city.units["west"].pk}
    refused = officer.post(ask("ceremony_hold"), mine)
    assert refused.status_code == 422
    assert "投资合同" not in refused.content.decode()
    assert Ceremony.objects.count() == 1


# ------------------------------------------------------------------------------------------------ merging, contacts


@pytest.fixture
def twin(project: Project, city: Any) -> Project:
    return ledger.create_project(
        data=ledger.ProjectData(
            name="云梯电梯部件（二）", kind="manufacturing", lead_unit_id=city.units["east"].pk, product="导轨",
            investment_amount=380_000_000,
        ),
        actor=city.people["officer"], at=city.tick(),
    )  # fmt: skip


def test_two_projects_are_merged_field_by_field(client: Client, city: Any, project: Project, twin: Project) -> None:
    client.force_login(city.people["director"])
    url = ask("merge", project.pk) + f"?with={twin.pk}"
    form = client.get(url).context["form"]
    told = {f"field_{pair.field}": "keep" for pair in form.differing} | {"field_product": "lose"}
    assert client.post(url, told).status_code == 422  # no reason
    twin.refresh_from_db()
    assert twin.merged_into is None
    assert client.post(url, told | {"reason": "同一项目重复登记"}).status_code == 302
    project.refresh_from_db()
    twin.refresh_from_db()
    assert (twin.merged_into, project.product, project.investment_cny) == (project, "导轨", 360_000_000)
    assert client.get(ask("project", twin.pk))["Location"] == ask("project", project.pk)
    assert client.post(ask("merge_undo", twin.pk), {"reason": "并非同一项目"}).status_code == 302
    twin.refresh_from_db()
    assert twin.merged_into is None


def test_an_officer_does_not_merge(officer: Client, project: Project, twin: Project) -> None:
    assert officer.get(ask("merge", project.pk)).status_code in (403, 404)
    assert "合并重复项目" not in officer.get(ask("project", project.pk)).content.decode()


@pytest.fixture
def contact(project: Project, city: Any) -> EnterpriseContact:
    return add_contact(
        enterprise=project.investors.get().enterprise, name="孟远航", position="投资总监", phone="13800001234",
        purpose="项目洽谈", consent="名片", unit=city.units["east"], actor=city.people["officer"], at=city.tick(),
    )  # fmt: skip


def test_contacts_are_masked_and_each_look_is_logged(
    client: Client, city: Any, project: Project, contact: EnterpriseContact
) -> None:
    part = ask("project_part", project.pk, "contacts")
    client.force_login(city.people["leader"])
    text = client.get(part).content.decode()
    assert "孟**" in text
    assert "13800001234" not in text
    url = ask("unmask", project.pk, contact.pk)
    assert client.post(url).status_code == 403
    assert not LookRow.objects.filter(kind=LookKind.UNMASK).exists()
    client.force_login(city.people["officer"])
    assert "13800001234" not in client.get(part).content.decode()
    assert "13800001234" in client.post(url, headers={"HX-Request": "true"}).content.decode()
    assert LookRow.objects.get(kind=LookKind.UNMASK).person == city.people["officer"]
    client.force_login(city.people["stranger"])
    assert client.post(url).status_code == 404


def test_a_visit_by_an_outpost_needs_the_project_in_sight(client: Client, city: Any, project: Project) -> None:
    client.force_login(city.people["outpost"])
    told = {"direction": "call", "held_on": city.today.isoformat(), "our_side": "南星", "our_count": 1, "their_count": 0,
            "minutes": "电话回访", "unit": city.units["outpost"].pk}  # fmt: skip
    assert client.post(ask("visit", project.pk), told).status_code == 404
    ledger.edit_project(
        project=project, changes={"outpost_id": city.units["outpost"].pk}, actor=city.people["officer"], at=city.tick()
    )
    assert client.post(ask("visit", project.pk), told).status_code == 302
    assert Visit.objects.get().minutes == "电话回访"


@pytest.mark.parametrize("what", ["person", "industry", "enterprise", "review", "project", "phase", "agreement"])
def test_choosers_answer_with_a_few_and_only_what_is_visible(
    client: Client, city: Any, project: Project, agreement: Agreement, what: str
) -> None:
    client.force_login(city.people["stranger"])
    answer = client.get(ask("choose", what), {"q": "电梯"})
    assert answer.status_code == 200
    assert project.name not in answer.content.decode()
    assert "投资合同" not in answer.content.decode()
    client.force_login(city.people["auditor"])
    assert client.get(ask("choose", what), {"q": "电梯"}).status_code == 404
