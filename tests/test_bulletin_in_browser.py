"""A figure is defined, tried and saved, a bulletin issued, a fact corrected: the old bulletin stays, and the bridge names
the fact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as conf
from django.test import Client
from django.utils import timezone

from yinfeng.domain.projects.actions import facts
from yinfeng.domain.projects.rules.words import Stage
from yinfeng.foundation.rulebook import actions as rulebook
from yinfeng.foundation.rulebook.models import Rule
from yinfeng.foundation.ui.testing import DESKTOP, browser, chromium_path, page_at

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium_path() is None, reason="没有 Chromium：没有在浏览器中走一遍"),
    pytest.mark.django_db(transaction=True),
]

BODY = """name: 亿元签约项目数（本市口径）
name_en: Projects of 100 million yuan signed (our own)
group: signing
source: 本市办法
words: 期内签约、总投资 1 亿元（含）以上的项目数
measure: count
base: {label: 期内签约1亿元以上, date: signed_on, where: {band: {at_least: 1亿元}}}
"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as opened:
        yield opened


def test_from_a_definition_to_a_bulletin_that_stays(
    chromium: Any, live_server: Any, city: Any, project: Any, settings: Any, tmp_path: Path
) -> None:
    settings.FILES_ROOT = tmp_path
    day = timezone.localdate() - timedelta(days=2)
    signed = facts.declare_milestone(
        phase=project.phases.get(), stage=Stage.SIGNED, happened_on=day, gated=False, actor=city.people["officer"],
        at=timezone.now() - timedelta(hours=47),
    )  # fmt: skip
    server = live_server.url
    with page_at(chromium, DESKTOP) as steward, page_at(chromium, DESKTOP) as director:
        for page, key in ((steward, "steward"), (director, "director")):
            client = Client()
            client.force_login(city.people[key])
            value = client.cookies[conf.SESSION_COOKIE_NAME].value
            page.context.add_cookies([{"name": conf.SESSION_COOKIE_NAME, "value": value, "url": server}])
            page.on("dialog", lambda dialog: dialog.accept())

        # -- a definition, its preview on real data, and a version of it
        steward.goto(f"{server}/indicators/definitions/new/")
        steward.fill("[name=code]", "signed_our_own")
        steward.fill("[name=body]", BODY.replace("signed_on", "signed"))
        steward.click("button[name=check]")
        steward.wait_for_selector("[role=alert]:has-text('base.date')")
        steward.fill("[name=body]", BODY)
        steward.fill("[name=note]", "增加本市口径")
        steward.click("button[name=check]")
        steward.wait_for_selector("#preview :text('1 个')")
        assert not Rule.objects.filter(kind="indicators").exists(), "nothing is saved before it is submitted"
        steward.get_by_role("button", name="提交批准").click()
        steward.wait_for_url(f"{server}/indicators/definitions/")
        steward.wait_for_selector("a:has-text('亿元签约项目数（本市口径）')")
        rule = Rule.objects.get(kind="indicators")
        rulebook.approve(rule=rule, actor=city.people["director"], at=timezone.now())

        # -- a bulletin by that edition, checked and issued by another person
        steward.goto(f"{server}/briefing/new/")
        steward.select_option("[name=kind]", "monthly")
        steward.fill("[name=as_of]", f"{day:%F}")
        steward.get_by_role("button", name="计算并拟稿").click()
        steward.wait_for_url(re.compile(r"/briefing/\d+/"))
        url = steward.url
        steward.get_by_role("link", name="1个", exact=True).first.click()
        steward.wait_for_selector(f"#figure :text('{project.name}')")
        assert steward.locator("#figure :text('indicators v1')").count()
        director.goto(url)
        director.get_by_role("button", name="核对通过").click()
        director.wait_for_selector("button:has-text('签发')")
        director.get_by_role("button", name="签发").click()
        director.locator("dialog[open] button.btn-primary").click()
        director.wait_for_selector("text=SHA-256")
        body = director.locator(".yf-bulletin").inner_text()
        assert "新签约项目1个" in body

        # -- the fact was wrong: it is corrected, the bulletin stays, the changes name project, person and reason
        facts.correct_milestone(
            milestone=signed, happened_on=day - timedelta(days=400), reason="日期录错", actor=city.people["officer"],
            at=timezone.now(),
        )  # fmt: skip
        director.goto(url)
        assert director.locator(".yf-bulletin").inner_text() == body
        director.get_by_role("link", name="此后变化").click()
        director.wait_for_selector("text=印发时 1个，现为 0个")
        told = director.locator("main").inner_text()
        for words in (project.name, "江小禾", "日期录错"):
            assert words in told
        since = f"{timezone.localdate() - timedelta(days=1):%F}"
        director.goto(
            f"{server}/indicators/signed_count/bridge/?start={day.year}-01-01&end={day:%F}&against=known&since={since}"
        )
        director.wait_for_selector(f"main :text('{project.name}')")
        told = director.locator("main").inner_text()
        for words in ("江小禾", "日期录错"):
            assert words in told
