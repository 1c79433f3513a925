"""A steward defines an indicator in the browser, tries it on real data, and submits it as a version."""

from __future__ import annotations

import pytest

from yinfeng.foundation.rulebook.models import Rule
from yinfeng.foundation.ui.testing import DESKTOP, browser, chromium_path, page_at

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium_path() is None, reason="没有 Chromium：没有在浏览器中试过定义指标"),
    pytest.mark.django_db(transaction=True),
]
BODY = """name: 制造业签约数
group: signing
words: 期内签约的制造业项目数
measure: count
base: {label: 期内签约制造业, date: signed_on, where: {kinds: manufacturing}}
"""


def test_an_indicator_is_defined_tried_and_submitted(city, project, live_server) -> None:
    with browser() as chromium, page_at(chromium, DESKTOP) as page:
        page.set_default_timeout(30_000)
        page.goto(f"{live_server.url}/accounts/login/")
        page.fill("input[name=username]", "steward")
        page.fill("input[name=password]", "Phoenix-2026")
        page.press("input[name=password]", "Enter")
        page.wait_for_url(f"{live_server.url}/")
        page.goto(f"{live_server.url}/indicators/definitions/new/")
        page.fill("input[name=code]", "signed_factories")
        page.fill("textarea[name=body]", BODY.replace("signed_on", "signed"))
        page.click("button[name=check]")
        page.wait_for_selector("[role=alert]:has-text('base.date')")
        page.fill("textarea[name=body]", BODY)
        page.click("button[name=check]")
        page.wait_for_selector("#preview :text('东屏区')")
        assert not Rule.objects.exists()
        page.fill("input[name=note]", "半年总结要用")
        page.click("button:has-text('提交批准')")
        page.wait_for_url(f"{live_server.url}/indicators/definitions/")
        page.wait_for_selector("a:has-text('制造业签约数')")
    assert Rule.objects.get().body["indicators"]["signed_factories"]["measure"] == "count"
