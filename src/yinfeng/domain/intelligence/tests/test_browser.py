"""The review in a real browser, by mouse and by keys, at both sizes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.urls import reverse

from yinfeng.domain.intelligence.models import Document
from yinfeng.domain.projects.models import Milestone, Project
from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.accounts.tests.people import client_of
from yinfeng.foundation.ui.testing import DESKTOP, PHONE, audit_page, browser, chromium_path, page_at

from .conftest import House
from .documents import PAGE, make_document

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    if chromium_path() is None:
        pytest.skip("没有 Chromium：浏览器测试未运行（可用 YINFENG_CHROMIUM 指定）")
    with browser() as opened:
        yield opened


def enter(page: Any, live_server: Any, person: Person, path: str) -> None:
    name = settings.SESSION_COOKIE_NAME
    page.set_default_timeout(8000)
    page.context.add_cookies([{"name": name, "value": client_of(person).cookies[name].value, "url": live_server.url}])
    page.goto(live_server.url + path)
    page.wait_for_load_state("networkidle")


def settled(page: Any) -> None:
    page.wait_for_function("() => !document.querySelector('.htmx-request')")
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_is_whole(
    chromium: Any, live_server: Any, house: House, size: dict[str, int], shared_shots: Path
) -> None:
    document = make_document(house.bureau, records=3, certain=False, repaired=("120亩",))
    document.readable_text, document.repairs = document.raw_text, [[0, 4, 0, 4]]
    document.save()
    decided = make_document(house.bureau)
    empty = make_document(house.bureau, records=0)
    with page_at(chromium, size) as page:
        enter(page, live_server, house.director, reverse("intelligence:queue"))
        assert audit_page(page) == []
        for path in (
            reverse("intelligence:queue") + "?q=没有这样的标题",
            reverse("intelligence:take_in"),
            *(reverse("intelligence:document", args=[d.pk]) for d in (decided, empty, document)),
        ):
            page.goto(live_server.url + path)
            page.wait_for_load_state("networkidle")
            assert audit_page(page) == [], path
        page.screenshot(path=shared_shots / f"review-{size['width']}.png", full_page=True)
        if size is PHONE:
            page.click('[data-show-side="text"]')
            assert page.locator(".yf-rv-text").is_visible()
            assert not page.locator("#review-side").is_visible()
        else:
            page.click('[data-show-text="both"]')
        page.click('[data-show-text="readable"]')
        assert audit_page(page) == []


@pytest.fixture
def shared_shots(tmp_path: Path) -> Path:
    """Where pictures go: a throw-away folder, or YINFENG_SHOTS."""
    import os

    folder = Path(os.environ.get("YINFENG_SHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_text_and_record_point_at_each_other(chromium: Any, live_server: Any, house: House) -> None:
    document = make_document(house.bureau, text=PAGE)
    with page_at(chromium, DESKTOP) as page:
        enter(page, live_server, house.director, reverse("intelligence:document", args=[document.pk]))
        page.locator(".yf-rv-input:has([name=land_mu]) [data-goto]").click()
        assert page.locator("mark.yf-on").all_inner_texts() == ["120亩"]
        page.locator("mark", has_text="25亿元").click()
        assert page.evaluate("document.activeElement.name") == "amount"
        page.fill("[name=amount]", "36000万元")
        assert "360,000,000" in page.inner_text("[data-yuan-of=amount]")


def test_by_keys_from_record_to_record_into_the_ledger(chromium: Any, live_server: Any, house: House) -> None:
    document = make_document(house.bureau, records=3, certain=False)
    with page_at(chromium, DESKTOP) as page:
        enter(page, live_server, house.director, reverse("intelligence:document", args=[document.pk]))

        def number() -> str:
            settled(page)
            return str(page.inner_text("#rv-title")).split(".")[0]

        page.keyboard.press("j")
        page.wait_for_function("() => document.querySelector('#rv-title').textContent.startsWith('2.')")
        page.keyboard.press("k")
        page.wait_for_function("() => document.querySelector('#rv-title').textContent.startsWith('1.')")
        page.keyboard.press("e")
        assert page.evaluate("document.activeElement.name") == "name"
        page.keyboard.press("Escape")
        # the first press goes to the button and enters nothing
        page.keyboard.press("a")
        assert "建为项目" in page.evaluate("document.activeElement.textContent")
        assert not Project.objects.exists()
        page.keyboard.press("a")
        page.wait_for_selector("[data-faults]")
        assert "标有待核" in page.inner_text("[data-faults]")
        assert not Project.objects.exists()
        for box in page.locator("[name=checked]").all():
            box.check()
        page.keyboard.press("Escape")
        page.locator("[data-accept=first]").click()
        page.wait_for_function("() => document.querySelector('#rv-title').textContent.startsWith('2.')")
        assert "登记事实 1 条" in page.inner_text("#yf-toasts")
        assert "已处理 1/3" in page.inner_text(".yf-rv-index")
        assert Project.objects.get().investment_cny == 2_500_000_000
        assert Milestone.objects.get().stage == "started"
        # the second is the same project: it is proposed, chosen and supported
        assert "名称相同" in page.inner_text("#rv-targets")
        for box in page.locator("[name=checked]").all():
            box.check()
        page.locator("#rv-targets [name=project]").first.check()
        page.locator("[data-into]").click()
        page.wait_for_function("() => document.querySelector('#rv-title').textContent.startsWith('3.')")
        assert "补充了凭证" in page.inner_text("#yf-toasts")
        page.keyboard.press("r")
        page.keyboard.type("与前两条重复")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=恢复处理")
        assert number() == "3"
        assert Document.objects.get(pk=document.pk).status == "done"
        assert Project.objects.count() == 1


def test_files_are_dropped_and_text_is_pasted(chromium: Any, live_server: Any, house: House, tmp_path: Path) -> None:
    files = []
    for number in (1, 2):
        path = tmp_path / f"简报{number}.txt"
        path.write_text(f"第{number}期。{PAGE}", "utf-8")
        files.append(path)
    with page_at(chromium, PHONE) as page:
        enter(page, live_server, house.officer, reverse("intelligence:take_in"))
        page.set_input_files("[name=uploads]", files)
        assert page.locator("[data-chosen] li").all_inner_texts() == ["简报1.txt", "简报2.txt"]
        page.get_by_role("button", name="收录并读取").click()
        page.wait_for_selector("text=收录 2 份")
        assert audit_page(page) == []
        page.fill("[name=text]", PAGE)
        page.get_by_role("button", name="收录并读取").click()
        page.wait_for_selector("#rv-title, .yf-rv-index")
        assert Document.objects.count() == 3


def test_the_bookmarklet_brings_a_page_to_the_form(chromium: Any, live_server: Any, house: House) -> None:
    """It is run on a page of another site; nothing is sent until the person sends the form."""
    with page_at(chromium, DESKTOP) as page:
        enter(page, live_server, house.officer, reverse("intelligence:bookmarklet"))
        link = page.get_attribute("main a[draggable]", "href")
        page.goto(f"data:text/html;charset=utf-8,<title>虚构日报</title><p>{PAGE}</p>")
        with page.expect_popup() as opened:
            page.evaluate(unquote(link.removeprefix("javascript:")))
        form = opened.value
        form.wait_for_function("() => document.querySelector('[name=way]')?.value === 'bookmark'")
        assert "星澜储能电池项目" in form.input_value("[name=text]")
        assert form.input_value("[name=title]") == "虚构日报"
        assert not Document.objects.exists()
        with form.expect_navigation():
            form.click("button:has-text('收录并读取')")
        assert Document.objects.get().came_by.kind == "bookmark"
