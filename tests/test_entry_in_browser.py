"""Quick entry warns of what is on record while the name is still being typed: the request that the browser has to make."""

from __future__ import annotations

import pytest

from yinfeng.foundation.ui.testing import DESKTOP, browser, chromium_path, page_at

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium_path() is None, reason="没有 Chromium：没有在浏览器中试过录入"),
    pytest.mark.django_db(transaction=True),
]


def test_a_like_name_is_told_as_soon_as_it_is_typed(city, project, live_server) -> None:
    with browser() as chromium, page_at(chromium, DESKTOP) as page:
        page.set_default_timeout(30_000)
        page.goto(f"{live_server.url}/accounts/login/")
        page.fill("input[name=username]", "director")
        page.fill("input[name=password]", "Phoenix-2026")
        page.press("input[name=password]", "Enter")
        page.wait_for_url(f"{live_server.url}/")
        page.goto(f"{live_server.url}/projects/enter/")
        page.fill("input[name=name]", project.name)
        page.press("input[name=name]", "Tab")
        page.wait_for_selector(f"#similar :text('{project.code}')")
