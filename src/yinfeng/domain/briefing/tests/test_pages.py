"""The pages of 通报: who sees what, the way a bulletin goes, and the check of any text."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from yinfeng.domain.briefing import actions
from yinfeng.domain.briefing.models import Bulletin, Objection
from yinfeng.domain.briefing.queries.composing import compose
from yinfeng.foundation.audit.models import AuditRow


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    settings.FILES_ROOT = tmp_path


def browser(city: Any, key: str) -> Client:
    client = Client()
    client.force_login(city.people[key])
    return client


def draft(city: Any) -> Bulletin:
    composed = compose("weekly", viewer=None, as_of=timezone.localdate(), at=timezone.now())
    return actions.draft(composed=composed, actor=city.people["steward"], at=timezone.now())


def test_a_bulletin_goes_from_draft_to_issued_on_the_pages(city: Any) -> None:
    steward, director = browser(city, "steward"), browser(city, "director")
    answer = steward.post(
        reverse("briefing:new"), {"kind": "monthly", "as_of": timezone.localdate().isoformat(), "project": ""}
    )
    one = Bulletin.objects.get()
    assert answer.url == reverse("briefing:bulletin", args=[one.pk])
    page = steward.get(answer.url + "?figure=1").content.decode()
    assert "仅计" in page or "含已申报" in page
    for name in ("approve", "issue"):
        director.post(reverse(f"briefing:{name}", args=[one.pk]), {"window_days": 5})
    one.refresh_from_db()
    assert one.state == "issued"
    assert one.word_file is not None
    officer = browser(city, "officer")
    assert officer.get(reverse("files:download", args=[one.word_file_id])).status_code == 200
    assert officer.get(reverse("files:download", args=[one.annex_file_id])).status_code == 404
    assert director.get(reverse("files:download", args=[one.annex_file_id])).status_code == 200


def test_a_draft_is_out_of_sight_for_whoever_sees_issued_ones(city: Any) -> None:
    one = draft(city)
    officer = browser(city, "officer")
    assert officer.get(reverse("briefing:bulletin", args=[one.pk])).status_code == 404
    assert one.title not in officer.get(reverse("briefing:index")).content.decode()
    assert one.title in browser(city, "leader").get(reverse("briefing:index")).content.decode()


def test_a_draft_is_thrown_away_and_what_was_issued_is_not(city: Any) -> None:
    one, steward = draft(city), browser(city, "steward")
    kept = actions.check(bulletin=draft(city), actor=city.people["steward"], at=timezone.now())
    steward.post(reverse("briefing:discard", args=[one.pk]))
    assert steward.post(reverse("briefing:discard", args=[kept.pk])).status_code == 422
    assert list(Bulletin.objects.values_list("pk", flat=True)) == [kept.pk]
    assert AuditRow.objects.filter(verb="bulletin.discard", object_id=str(one.pk)).count() == 1


def test_a_text_that_is_longer_than_any_bulletin_is_refused_before_it_is_read(city: Any) -> None:
    upload = SimpleUploadedFile("长.txt", ("签约32个，开工22个，开工率68.9%。\n" * 3000).encode())
    page = browser(city, "officer").post(reverse("briefing:check"), {"upload": upload, "text": ""})
    assert page.status_code == 422
    assert "请拆分后再核对" in page.content.decode()


def test_an_edit_with_an_unknown_figure_changes_nothing(city: Any) -> None:
    one = draft(city)
    before = one.blocks
    answer = browser(city, "steward").post(
        reverse("briefing:edit", args=[one.pk]), {"title": "周报", "source": "签约[99]。"}
    )
    assert answer.status_code == 422
    assert "第 1 行" in answer.content.decode()
    one.refresh_from_db()
    assert one.blocks == before


def test_a_unit_objects_and_is_answered(city: Any) -> None:
    one = actions.check(bulletin=draft(city), actor=city.people["steward"], at=timezone.now())
    actions.issue(bulletin=one, actor=city.people["director"], at=timezone.now(), viewer=None)
    browser(city, "officer").post(reverse("briefing:objection", args=[one.pk]), {"text": "少计一个项目"})
    objection = Objection.objects.get()
    assert objection.unit == city.units["east"]
    url = reverse("briefing:decide", args=[one.pk, objection.pk])
    assert browser(city, "officer").post(url, {"outcome": "upheld", "reply": "是"}).status_code == 403
    browser(city, "director").post(url, {"outcome": "upheld", "reply": "将更正"})
    objection.refresh_from_db()
    assert (objection.outcome, objection.reply) == ("upheld", "将更正")


def test_pasted_text_is_checked_and_its_wrong_figure_marked(city: Any) -> None:
    page = browser(city, "officer").post(reverse("briefing:check"), {"text": "签约32个，开工22个，开工率68.9%。<b>"})
    body = page.content.decode()
    assert '<mark id="at-1" class="yf-proved--disagrees">68.9%</mark>' in body
    assert "68.8%" in body
    assert "&lt;b&gt;" in body


def test_an_upload_that_cannot_be_read_says_so(city: Any) -> None:
    upload = SimpleUploadedFile("坏.docx", b"PK\x03\x04not a zip")
    page = browser(city, "officer").post(reverse("briefing:check"), {"upload": upload, "text": ""})
    assert page.status_code == 422
    assert "坏.docx" in page.content.decode()
    assert browser(city, "officer").post(reverse("briefing:check"), {"text": " "}).status_code == 422
