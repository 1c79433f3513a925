"""A folder of thirty mixed files in a browser, from the drop to leads, a consultation and items of the three lists."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from django.utils import timezone

from yinfeng.domain.assessment.models import Consultation
from yinfeng.domain.intelligence.models import Document, Proposal
from yinfeng.domain.projects.models import Lead, Project, Undertaking
from yinfeng.domain.projects.rules.words import Stage
from yinfeng.foundation.accounts.tests.people import client_of
from yinfeng.foundation.ui.testing import DESKTOP, audit_page, browser, chromium_path, page_at

from .mixed_folder import BAD, GOOD, fill

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(chromium_path() is None, reason="没有 Chromium：没有在浏览器中走过情报台"),
    pytest.mark.django_db(transaction=True),
]


def test_a_dropped_folder_becomes_leads_a_consultation_and_issued_items(
    city: Any, live_server: Any, settings: Any, tmp_path: Path
) -> None:
    settings.FILES_ROOT = tmp_path / "files"
    folder = tmp_path / "三月资料"
    folder.mkdir()
    told = fill(folder)
    director, bureau = city.people["director"], city.units["bureau"]
    name = django_settings.SESSION_COOKIE_NAME
    with browser() as chromium, page_at(chromium, DESKTOP) as page:
        page.set_default_timeout(30_000)
        page.context.add_cookies(
            [{"name": name, "value": client_of(director).cookies[name].value, "url": live_server.url}]
        )

        def go(view: str, *args: object) -> None:
            page.goto(live_server.url + reverse(view, args=args))
            page.wait_for_load_state("networkidle")

        def send(button: str) -> None:
            with page.expect_navigation():
                page.click(button)
            page.wait_for_load_state("networkidle")

        # thirty files in, one line each
        go("intelligence:take_in")
        page.set_input_files("[data-folder]", folder)
        page.wait_for_function("() => document.querySelectorAll('[data-chosen] li').length === 30")
        send("button:has-text('收录并读取')")
        assert f"收录 {GOOD} 份，已有 0 份，未能收录 {BAD} 份" in page.inner_text("main")
        lines = {line.splitlines()[0].strip(): line for line in page.locator(".yf-rv-results li").all_inner_texts()}
        assert set(lines) == set(told)
        for file, words in told.items():
            is_good = words.endswith("项目")
            assert ("读出 1 条项目记录" in lines[file]) is is_good, lines[file]
        assert "损坏" in lines["损坏.docx"]
        assert "炸弹" in lines["炸弹.xlsx"]
        assert "图片" in lines["照片.png"]
        read = set(Proposal.objects.filter(kind="project").values_list("fields__name", flat=True))
        assert read == {words for words in told.values() if words.endswith("项目")}
        assert Document.objects.count() == GOOD

        # by keys: down two rows with the evidence beside them, the second picked to become a project
        go("intelligence:records")
        assert audit_page(page) == []
        wanted = page.locator("tr[data-evidence]").nth(1)
        title = wanted.locator("a.yf-name").inner_text()
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.wait_for_function(
            "name => document.querySelector('#evidence blockquote')?.parentElement.textContent.includes(name)",
            arg=title,
        )
        page.keyboard.press("x")
        send("button[value=project]")
        assert page.locator("input[name=id]:checked").count() == 1
        page.select_option("[name=lead_unit]", str(bureau.pk))
        send("button:has-text('建为项目')")
        assert "采用 1 条，未采用 0 条" in page.inner_text("main")
        project = Project.objects.get()
        assert project.name == title

        # all the others become leads at once
        go("intelligence:records")
        page.check(".yf-pick-all")
        with page.expect_navigation():
            page.keyboard.press("a")
        page.wait_for_load_state("networkidle")
        assert audit_page(page) == []
        page.select_option("[name=lead_unit]", str(bureau.pk))
        page.select_option("[name=channel]", "chain")
        send("form button:has-text('转为线索')")
        assert f"采用 {GOOD - 1} 条，未采用 0 条" in page.inner_text("main")
        assert Lead.objects.count() == GOOD - 1
        assert not Document.objects.filter(status="queue").exists()

        # one lead and the project go to a consultation, whose minutes issue the lists
        lead = Lead.objects.order_by("pk")[0]
        go("assessment:call")
        page.fill("[name=title]", "三月联合会商")
        page.fill("[name=meets_at]", f"{timezone.localtime() - timedelta(minutes=5):%Y-%m-%dT%H:%M}")
        page.select_option("[name=host_unit]", str(bureau.pk))
        send("main form button.btn-primary")
        for kind, pk in (("project", project.pk), ("lead", lead.pk)):
            go("assessment:put", kind, pk)
            page.fill("[name=question]", "是否引进")
            send("main form button.btn-primary")
        meeting = Consultation.objects.get()
        go("assessment:conclude", meeting.pk)
        page.fill("[name=minutes_number]", "会商纪要3号")
        for item in meeting.agenda.all():
            page.select_option(f"[name=item-{item.pk}]", "advance")
            if item.project_id:
                page.fill(f"[name=item-{item.pk}-what-0]", "落实用地指标")
                page.select_option(f"[name=item-{item.pk}-unit-0]", str(city.units["land"].pk))
                page.fill(f"[name=item-{item.pk}-due-0]", f"{timezone.localdate() + timedelta(days=10):%Y-%m-%d}")
        send("main form button.btn-primary")
        assert "落实用地指标" in page.inner_text("main")
    issued = Undertaking.objects.get(what="落实用地指标")
    assert (issued.project_id, issued.unit) == (project.pk, city.units["land"])
    lead.refresh_from_db()
    assert lead.stage == Stage.SCREENED
