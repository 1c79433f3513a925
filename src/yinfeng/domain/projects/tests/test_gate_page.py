"""The gate dialog: what is missing is shown and entered in place; a refusal keeps everything and changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.encoding import iri_to_uri

from yinfeng.domain.projects.actions import facts
from yinfeng.domain.projects.actions.evidence import EvidenceData
from yinfeng.domain.projects.models import Evidence, Milestone, Phase, Project
from yinfeng.domain.projects.rules.words import Stage
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.files.models import StoredFile

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def officer(client: Client, city: Any) -> Client:
    client.force_login(city.people["officer"])
    return client


def gate(project: Project) -> str:
    return reverse("projects:advance", args=[project.pk])


def told(project: Project, city: Any, stage: str, **more: Any) -> dict[str, Any]:
    phase = project.phases.get(number=1)
    return {
        "stage": stage, "phase": phase.pk, "version": phase.version, "happened_on": city.today.isoformat(), "note": "",
    } | {name.replace("PAPER_", "paper_").replace("__", "-"): value for name, value in more.items()}  # fmt: skip


def reach(project: Project, city: Any, *stages: tuple[Stage, str]) -> None:
    for stage, paper in stages:
        facts.declare_milestone(
            phase=project.phases.get(number=1), stage=stage, happened_on=city.today,
            evidence=[EvidenceData(paper, "文号")], actor=city.people["officer"], at=city.tick(),
        )  # fmt: skip


def to_signed(project: Project, city: Any) -> None:
    reach(
        project, city, (Stage.PRE_REVIEWED, "minutes"), (Stage.CONSULTED, "minutes"), (Stage.APPROVED, "minutes"),
        (Stage.SIGNED, "contract"),
    )  # fmt: skip


def test_the_obvious_step_is_offered_with_what_is_on_record(officer: Client, project: Project) -> None:
    form = officer.get(gate(project)).context["page"].form
    assert form.step == Stage.PRE_REVIEWED
    assert form.known == ["总投资", "投资方"]
    assert [p.title for p in form.papers] == ["预审意见书 / 会议纪要", "其他凭证（可不填）"]


def test_a_step_is_taken_with_its_paper(officer: Client, city: Any, project: Project) -> None:
    answer = officer.post(gate(project), told(project, city, "pre_reviewed", PAPER_pre_review_opinion__number="预审8号",
                                              PAPER_pre_review_opinion__kind="pre_review_opinion"))  # fmt: skip
    assert answer.status_code == 302
    milestone = Milestone.objects.get()
    assert (milestone.stage, milestone.declared_by) == ("pre_reviewed", city.people["officer"])
    assert milestone.evidence.get().number == "预审8号"


def test_without_its_paper_nothing_is_recorded_and_nothing_is_lost(
    officer: Client, city: Any, project: Project
) -> None:
    before = AuditRow.objects.count()
    answer = officer.post(gate(project), told(project, city, "pre_reviewed", note="已开预审会"))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "请填写文号，或上传附件。" in text
    assert "已开预审会" in text
    assert not Milestone.objects.exists()
    assert AuditRow.objects.count() == before


def test_missing_fields_are_entered_in_place_and_undone_with_the_step(
    officer: Client, city: Any, project: Project
) -> None:
    to_signed(project, city)
    page = officer.get(gate(project) + "?stage=site_secured")
    assert "site_route" in page.context["page"].form.fields
    wrong_day = (city.today + timedelta(days=1000)).isoformat()
    full = told(
        project, city, "site_secured", site_route="land", phase_land_area_mu="85", PAPER_land_contract__number="出让1号"
    )
    refused = officer.post(gate(project), full | {"happened_on": wrong_day})
    assert refused.status_code == 422
    assert "晚于今天" in refused.content.decode()
    phase = Phase.objects.get(project=project)
    assert (phase.site_route, phase.land_area_mu, phase.stage) == ("", None, "signed")
    assert officer.post(gate(project), full).status_code == 302
    phase.refresh_from_db()
    assert (phase.site_route, phase.land_area_mu, phase.stage) == ("land", 85, "site_secured")


def test_choosing_a_route_asks_for_its_own_paper(officer: Client, city: Any, project: Project) -> None:
    to_signed(project, city)
    drawn = officer.post(gate(project), told(project, city, "site_secured", site_route="lease", _refresh="1"))
    assert drawn.status_code == 200
    form = drawn.context["page"].form
    assert [p.kinds for p in form.papers if p.must] == [("lease_contract",)]
    assert "phase_plant_area_sqm" in form.fields
    assert not form.fault_count
    assert Phase.objects.get(project=project).site_route == ""


def test_an_uploaded_file_survives_a_refusal_and_becomes_the_projects(
    officer: Client, city: Any, project: Project, settings: Any, tmp_path: Any
) -> None:
    settings.FILES_ROOT = tmp_path
    upload = SimpleUploadedFile("预审意见.pdf", PDF, "application/pdf")
    future = (city.today + timedelta(days=1000)).isoformat()
    refused = officer.post(
        gate(project), told(project, city, "pre_reviewed", happened_on=future, PAPER_pre_review_opinion__file=upload)
    )
    assert refused.status_code == 422
    file = StoredFile.objects.get()
    assert (file.owner_id, "预审意见.pdf" in refused.content.decode()) == (None, True)
    kept = told(project, city, "pre_reviewed", PAPER_pre_review_opinion__file_id=str(file.pk))
    assert officer.post(gate(project), kept).status_code == 302
    file.refresh_from_db()
    assert (file.owner_kind, file.owner_id) == ("project", project.pk)
    assert Evidence.objects.get().file == file
    download = reverse("files:download", args=[file.pk])
    assert officer.get(download).status_code == 200
    officer.force_login(city.people["stranger"])
    assert officer.get(download).status_code == 404


def test_a_file_of_somebody_else_is_no_paper(officer: Client, city: Any, project: Project) -> None:
    other = StoredFile.objects.create(
        sha256="0" * 64, size=1, name="别人的.pdf", media_type="application/pdf", owner_kind="project", owner_id=None,
        uploaded_by=city.people["stranger"], at=city.at,
    )  # fmt: skip
    answer = officer.post(
        gate(project), told(project, city, "pre_reviewed", PAPER_pre_review_opinion__file_id=str(other.pk))
    )
    assert answer.status_code == 422
    assert "别人的" not in answer.content.decode()
    assert not Milestone.objects.exists()


def test_a_jump_is_shown_and_refused(officer: Client, city: Any, project: Project) -> None:
    page = officer.get(gate(project) + "?stage=started")
    assert "还不能登记“开工”" in page.content.decode()
    answer = officer.post(gate(project), told(project, city, "started", PAPER_construction_permit__number="施1"))
    assert answer.status_code == 422
    assert not Milestone.objects.exists()


def test_two_people_at_once_one_wins_and_the_other_is_told(officer: Client, city: Any, project: Project) -> None:
    seen = told(project, city, "pre_reviewed", PAPER_pre_review_opinion__number="预审8号", note="我的说明")
    reach(project, city, (Stage.PRE_REVIEWED, "minutes"))
    answer = officer.post(gate(project), seen)
    assert answer.status_code == 422
    assert "刚被他人更新，目前阶段为“预审”" in answer.content.decode()
    assert "我的说明" in answer.content.decode()
    assert Milestone.objects.count() == 1


def test_in_a_drawer_the_answer_is_a_dialog_and_success_leads_back(
    officer: Client, city: Any, project: Project
) -> None:
    htmx = {"HX-Request": "true"}
    assert b"<dialog" in officer.get(gate(project), headers=htmx).content
    sent = told(project, city, "pre_reviewed", PAPER_pre_review_opinion__number="预审8号")
    back = reverse("projects:board") + "?kind=board&q=电梯"
    answer = officer.post(gate(project) + "?next=" + back.replace("&", "%26"), sent, headers=htmx)
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == iri_to_uri(back)


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_nobody_is_led_out_of_the_house(officer: Client, city: Any, project: Project, target: str) -> None:
    sent = told(project, city, "pre_reviewed", PAPER_pre_review_opinion__number="预审8号", next=target)
    assert officer.post(gate(project), sent)["Location"] == reverse("projects:project", args=[project.pk])


@pytest.mark.parametrize(("who", "status"), [("leader", 403), ("steward", 403), ("stranger", 404), ("outpost", 403)])
def test_who_may_not_enter_takes_no_step(client: Client, city: Any, project: Project, who: str, status: int) -> None:
    client.force_login(city.people[who])
    sent = told(project, city, "pre_reviewed", PAPER_pre_review_opinion__number="预审8号")
    assert client.post(gate(project), sent).status_code == status
    assert not Milestone.objects.exists()


def test_a_phase_of_another_project_is_not_found(officer: Client, city: Any, project: Project) -> None:
    assert officer.get(gate(project) + "?phase=999999").status_code == 404
