"""The path of a matter through the pages: asked, answered, put on the table, decided, issued."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from yinfeng.domain.assessment.models import Consultation, Opinion, ScoringSheet
from yinfeng.domain.projects.models import Undertaking
from yinfeng.foundation.accounts.tests.people import client_of

pytestmark = pytest.mark.django_db


def test_from_the_question_to_the_three_lists(city, project):
    officer, agent, director = (client_of(city.people[k]) for k in ("officer", "agent", "director"))
    key = ["project", project.pk]
    due = (timezone.localdate() + timedelta(days=5)).isoformat()
    told = {"unit": city.units["land"].pk, "question": "用地指标可否保障", "due_on": due}
    assert officer.post(reverse("assessment:ask", args=key), told).status_code == 302
    opinion = Opinion.objects.get()
    assert "用地指标可否保障" in agent.get(reverse("assessment:index")).content.decode()
    url = reverse("assessment:opinion", args=[opinion.pk])
    told = {"verdict": "conditions", "words": "先完成林地调整", "given_on": timezone.localdate().isoformat()}
    assert agent.post(url, told).status_code == 302
    assert "有条件同意" in officer.get(reverse("assessment:subject", args=key)).content.decode()

    now = timezone.localtime() - timedelta(minutes=5)
    told = {
        "title": "第三次联合会商", "meets_at": f"{now:%Y-%m-%dT%H:%M}", "host_unit": city.units["east"].pk,
        "units": [city.units["land"].pk],
    }  # fmt: skip
    assert officer.post(reverse("assessment:call"), told).status_code == 302
    meeting = Consultation.objects.get()
    told = {"consultation": meeting.pk, "question": "是否引进"}
    assert officer.post(reverse("assessment:put", args=key), told).status_code == 302
    page = reverse("assessment:consultation", args=[meeting.pk])
    assert "有条件同意" in agent.get(page).content.decode(), "the papers show what the departments said"
    at = f"item-{meeting.agenda.get().pk}"
    minutes = {
        "minutes_number": "纪要3号", at: "advance", f"{at}-what-0": "完成林地调整", f"{at}-unit-0": city.units["land"].pk,
        f"{at}-due-0": due,
    }  # fmt: skip
    conclude = reverse("assessment:conclude", args=[meeting.pk])
    assert officer.post(conclude, minutes).status_code == 403
    assert not Undertaking.objects.exists()
    half = director.post(conclude, {**minutes, f"{at}-due-0": ""})
    assert half.status_code == 422
    assert "请填写完成时限" in half.content.decode()
    assert not Undertaking.objects.exists()
    assert director.post(conclude, minutes).status_code == 302
    assert Undertaking.objects.get().unit == city.units["land"]
    assert "完成林地调整" in officer.get(page).content.decode()


def test_a_score_is_typed_item_by_item_and_shown_with_its_formulas(city, project):
    officer = client_of(city.people["officer"])
    url = reverse("assessment:score", args=["project", project.pk, "park"])
    wrong = officer.post(url, {"item_output_per_mu": "四百"})
    assert wrong.status_code == 422
    assert "不是数" in wrong.content.decode()
    assert not ScoringSheet.objects.exists()
    assert officer.post(url, {"item_industry": "鼓励类", "item_output_per_mu": "385"}).status_code == 302
    text = officer.get(reverse("assessment:subject", args=["project", project.pk])).content.decode()
    assert "5 − 1 × 0.1 = 4.9" in text
    assert "admission v0" in text


def test_the_pages_of_a_project_and_of_a_lead_lead_to_their_assessment(city, project):
    officer = client_of(city.people["officer"])
    url = reverse("assessment:subject", args=["project", project.pk])
    assert url in officer.get(reverse("projects:project_part", args=[project.pk, "panels"])).content.decode()
