"""The project page, the gate, entry, verifying and leads in a real browser: nothing cut, small, or out of the frame."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse

from yinfeng.domain.projects.models import Lead, Milestone
from yinfeng.foundation.ui.testing import DESKTOP, PHONE, audit_page, browser, chromium_path, page_at

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium_path() is None, reason="没有 Chromium：页面的浏览器检查没有运行"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture(autouse=True)
def _unsafe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture
def house(transactional_db: None, request: pytest.FixtureRequest) -> tuple[Any, Any]:
    """The city and its project in a database that the server sees too."""
    return request.getfixturevalue("city"), request.getfixturevalue("project")


def sign_in(page: Page, person: Any, address: str) -> None:
    client = Client()
    client.force_login(person)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": address}])


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_step_is_taken_in_the_drawer(chromium: Browser, live_server: Any, house: Any, size: dict[str, int]) -> None:
    city, project = house
    with page_at(chromium, size) as page:
        sign_in(page, city.people["officer"], live_server.url)
        page.goto(live_server.url + reverse("projects:project", args=[project.pk]))
        page.wait_for_load_state("networkidle")
        assert audit_page(page) == []
        page.click(".yf-next__go")
        page.wait_for_selector("#form-drawer[open]")
        assert audit_page(page) == []
        page.click("#form-drawer .btn-primary")
        page.wait_for_selector("#form-drawer .yf-field__error")
        assert page.locator("#form-drawer [role=alert]").is_visible()
        page.fill('[name="paper_pre_review_opinion-number"]', "预审〔2026〕9号")
        with page.expect_navigation():
            page.click("#form-drawer .btn-primary")
        page.wait_for_load_state("networkidle")
        assert "已登记“预审”" in page.inner_text("#yf-toasts")
        assert [fault for fault in audit_page(page) if not fault.startswith("422:")] == []  # the refusal was meant
    assert Milestone.objects.get().evidence.get().number == "预审〔2026〕9号"


def test_a_draft_survives_and_goes_when_it_is_saved(chromium: Browser, live_server: Any, house: Any) -> None:
    city, _project = house
    with page_at(chromium, PHONE) as page:
        sign_in(page, city.people["officer"], live_server.url)
        address = live_server.url + reverse("projects:enter")
        page.goto(address)
        page.fill('[name="name"]', "年产五万套减速机项目")
        page.fill('[name="investment_0"]', "2.5")
        page.goto(address)
        assert page.input_value('[name="name"]') == "年产五万套减速机项目"
        assert page.input_value('[name="investment_0"]') == "2.5"
        with page.expect_navigation():
            page.click(".yf-entry__go")
        page.goto(address)
        assert page.input_value('[name="name"]') == ""
    assert Lead.objects.get().investment_cny == 250_000_000


def test_blocks_remember_how_they_were_left(chromium: Browser, live_server: Any, house: Any) -> None:
    city, project = house
    with page_at(chromium, DESKTOP) as page:
        sign_in(page, city.people["officer"], live_server.url)
        address = live_server.url + reverse("projects:project", args=[project.pk])
        page.goto(address)
        block = page.locator('[data-remember="group.basic"]')
        block.locator("summary h2").click()
        page.goto(address)
        assert block.get_attribute("open") is None
