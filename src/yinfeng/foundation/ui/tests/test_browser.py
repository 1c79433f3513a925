"""The shell in a real Chromium: every component at a desk and in a hand, and what keys and clicks do."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

from yinfeng.foundation.ui import slots
from yinfeng.foundation.ui.testing import DESKTOP, PHONE, audit_page, browser, chromium_path, page_at

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium_path() is None, reason="Chromium is not installed: the pages were not looked at"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as opened:
        yield opened


@pytest.fixture
def cookies(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """A signed-in person, with a few entries to navigate by."""
    monkeypatch.setattr(slots, "registry", slots._Registry())
    names = [("样例", "list-details"), ("看板", "layout-kanban"), ("驾驶舱", "gauge"), ("工作台", "layout-dashboard")]
    for place, (name, icon) in enumerate(names, 1):
        slots.add_nav(
            slots.NavItem(f"n{place}", name, "ui:gallery", icon, place, "资源" if place > 3 else "", None, place)
        )
    slots.set_bell(slots.Bell("ui:gallery", lambda viewer: 12))
    person = get_user_model().objects.create(username="su", name="苏禾")
    client = Client()
    client.force_login(person)
    return [{"name": settings.SESSION_COOKIE_NAME, "value": client.cookies["sessionid"].value, "url": live_server.url}]


def visit(page: Any, live_server: Any, cookies: list[dict[str, str]], path: str = "/ui/gallery") -> None:
    page.context.add_cookies(cookies)
    page.goto(live_server.url + path)
    page.wait_for_function("() => window.yf && window.htmx")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("path", ["/ui/gallery", "/accounts/password/", "/no/such/page", "/refuse"])
def test_pages_are_whole(chromium: Any, live_server: Any, cookies: Any, size: dict[str, int], path: str) -> None:
    with page_at(chromium, size) as page:
        visit(page, live_server, cookies, path)
        assert audit_page(page) == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("path", ["/ui/gallery", "/accounts/login/"])
def test_pages_of_a_stranger_are_whole(chromium: Any, live_server: Any, size: dict[str, int], path: str) -> None:
    with page_at(chromium, size) as page:
        visit(page, live_server, [], path)
        assert audit_page(page) == []


def test_the_audit_finds_what_it_is_for(chromium: Any, live_server: Any) -> None:
    with page_at(chromium, PHONE) as page:
        visit(page, live_server, [])
        page.evaluate(
            """() => document.querySelector('.yf-main').insertAdjacentHTML('afterbegin', `
            <button id="small">小</button><input id="nameless">
            <p id="pale" style="color:#b8c0cc">太淡</p>
            <p id="cut" style="width:40px;overflow:hidden;white-space:nowrap">被截断的一句话</p>
            <p id="wide" style="width:900px">太宽</p><p id="pale">重名</p>
            <div data-chart="nothing" id="blank" style="height:50px"></div>`)"""
        )
        page.evaluate("document.querySelector('#wide').setAttribute('onclick', '1')")
        found = "\n".join(audit_page(page))
    for fault in ("small: <button#small>", "nameless: <input#nameless>", "cut: <p#cut>", "overflow: <p#wide>",
                  'twice: id="pale"', "chart: <div#blank", "inline: <p#wide>"):  # fmt: skip
        assert fault in found
    assert "contrast" in found


def test_palette_by_keyboard(chromium: Any, live_server: Any, cookies: Any) -> None:
    with page_at(chromium, DESKTOP) as page:
        visit(page, live_server, cookies)
        page.keyboard.press("Control+k")
        assert page.locator("#yf-palette [role=option]").count() == 4
        page.keyboard.type("氢能")
        page.wait_for_selector("#yf-palette [role=option]:has-text('氢能<b>2')")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**/ui/gallery?hit=1")
        page.keyboard.press("Control+k")
        page.keyboard.type("无")
        page.wait_for_selector(".yf-palette__none")
        assert audit_page(page) == []
        page.keyboard.press("Escape")
        assert not page.locator("#yf-palette").is_visible()


def test_rows_by_keyboard_and_the_selection_bar(chromium: Any, live_server: Any, cookies: Any) -> None:
    with page_at(chromium, DESKTOP) as page:
        visit(page, live_server, cookies)
        for key in "jjxkx":
            page.keyboard.press(key)
        assert page.locator("[data-selected-count]").inner_text() == "已选 2 项"
        page.locator("[data-selection-clear]").click()
        assert not page.locator(".yf-selection").is_visible()
        page.locator(".yf-pick-all").check()
        assert page.locator("[data-selected-count]").inner_text() == "已选 5 项"
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        assert "#YF-" in page.url


def test_density_and_sider_are_remembered(chromium: Any, live_server: Any, cookies: Any) -> None:
    with page_at(chromium, DESKTOP) as page:
        visit(page, live_server, cookies)
        wide = page.locator(".yf-sider").bounding_box()["width"]
        page.locator("[data-density-set=compact]").click()
        page.locator("[data-sider-toggle]").click()
        page.reload()
        assert page.locator(".yf-sider").bounding_box()["width"] < wide / 2
        assert page.locator("[data-density-set=compact]").get_attribute("aria-pressed") == "true"
        assert audit_page(page) == []


def test_refusals_become_toasts_and_leave_the_page_alone(chromium: Any, live_server: Any, cookies: Any) -> None:
    with page_at(chromium, DESKTOP) as page:
        visit(page, live_server, cookies)
        before = page.locator("#kpis").inner_html()
        for path in ("/refuse", "/no/such/page"):
            page.evaluate("path => htmx.ajax('GET', path, {target: '#kpis'})", path)
        page.wait_for_selector("#yf-toasts .yf-toast:nth-child(2)")
        said = page.locator("#yf-toasts").inner_text()
        assert "请先上传施工许可证，再登记。" in said
        assert "内容不存在，或您无权查看" in said
        assert page.locator("#kpis").inner_html() == before
        page.context.set_offline(True)
        page.evaluate("htmx.ajax('GET', '/refuse', {target: '#kpis'})")
        page.wait_for_selector("#yf-toasts :text('网络不通')")


def test_a_form_asks_before_it_is_sent_and_before_it_is_left(chromium: Any, live_server: Any, cookies: Any) -> None:
    with page_at(chromium, DESKTOP) as page:
        visit(page, live_server, cookies)
        page.fill("#id_name", "某项目")
        page.locator("form[data-guard] [type=submit]").click()
        assert page.locator("#yf-confirm").is_visible()
        page.locator("#yf-confirm [value=no]").click()
        assert page.url.endswith("/ui/gallery")
        asked: list[str] = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        page.reload()
        assert asked == ["beforeunload"]
        page.fill("#id_name", "某项目")
        page.locator("form[data-guard] [type=submit]").click()
        page.locator("#yf-confirm [value=yes]").click()
        page.wait_for_url("**/ui/gallery?name=*")
        assert asked == ["beforeunload"]


def test_navigation_and_filters_unfold_on_the_phone(chromium: Any, live_server: Any, cookies: Any) -> None:
    with page_at(chromium, PHONE) as page:
        visit(page, live_server, cookies)
        assert not page.locator(".yf-nav__link").first.is_visible()
        page.locator("[data-nav-open]").click()
        page.wait_for_function("() => document.activeElement.classList.contains('yf-nav__link')")
        page.keyboard.press("Escape")
        page.wait_for_selector(".yf-nav__link", state="hidden")
        assert not page.locator("#id_chain").is_visible()
        page.locator(".yf-query__toggle").click()
        assert page.locator("#id_chain").is_visible()
        assert audit_page(page) == []


def test_a_dragged_card_waits_for_the_servers_word(chromium: Any, live_server: Any, cookies: Any) -> None:
    with page_at(chromium, DESKTOP) as page:
        visit(page, live_server, cookies)
        page.wait_for_function(
            "() => window.Sortable && [...document.querySelectorAll('[data-drag]')].every((e) => Sortable.get(e))"
        )
        page.evaluate(
            """() => { window.heard = []; document.querySelector('.yf-board').addEventListener('yf:drop', (e) => {
            window.heard.push([e.detail.id, e.detail.from, e.detail.to]); e.preventDefault(); }); }"""
        )
        lanes = page.locator("[data-drag]")
        first = lanes.nth(0).locator(".yf-ticket").first
        name = first.get_attribute("data-id")
        first.scroll_into_view_if_needed()
        start, goal = first.bounding_box(), lanes.nth(2).locator(".yf-ticket").first.bounding_box()
        page.mouse.move(start["x"] + 20, start["y"] + start["height"] - 8)
        page.mouse.down()
        for step in range(1, 13):
            page.mouse.move(
                start["x"] + 20 + (goal["x"] + 30 - start["x"] - 20) * step / 12, goal["y"] + 20 + (12 - step), steps=2
            )
        page.wait_for_timeout(200)
        page.mouse.up()
        page.wait_for_function("() => window.heard.length === 1")
        assert page.evaluate("window.heard[0]") == [name, "s0", "s2"]
        assert lanes.nth(0).locator(".yf-ticket").first.get_attribute("data-id") == name


def test_a_filter_asks_again_without_racing_itself(chromium: Any, live_server: Any, cookies: Any) -> None:
    with page_at(chromium, DESKTOP) as page:
        visit(page, live_server, cookies)
        page.wait_for_selector("form.yf-query[hx-sync='this:replace']")
        page.evaluate(
            """() => { window.swapped = [];
            document.addEventListener('htmx:after:swap', e => window.swapped.push(e.detail.ctx.request.action)); }"""
        )
        page.fill("#id_q", "减速器")
        page.locator("#id_q").blur()  # a field asks when it is left: left later, it would swap the list under the keys
        page.select_option("#id_light", "red")  # both ask: the last one stands
        page.wait_for_function("() => window.swapped.some(asked => asked.includes('light=red'))")
        page.wait_for_url("**light=red*")
        assert "q=%E5%87%8F" in page.url
        assert page.locator("#list").count() == 1
        page.keyboard.press("Escape")
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("j")
        page.keyboard.press("x")
        assert page.locator("[data-selected-count]").inner_text() == "已选 1 项"
        # htmx writes the question that was given up into the console; people are told nothing of it
        assert [fault for fault in audit_page(page) if "AbortError" not in fault] == []
        assert page.locator(".yf-toast").count() == 0


def test_a_chooser_asks_the_server_and_shows_what_it_says(chromium: Any, live_server: Any, cookies: Any) -> None:
    with page_at(chromium, DESKTOP) as page:
        visit(page, live_server, cookies)
        page.evaluate(
            """() => { document.querySelector('.yf-main').insertAdjacentHTML('afterbegin',
            '<label for="far">企业</label><select id="far" class="form-select" data-search-url="/pick"></select>');
            document.dispatchEvent(new CustomEvent('htmx:after:swap')); }"""
        )
        page.locator("#far-ts-control").click()
        page.keyboard.type("远岚")
        option = page.locator(".ts-dropdown .option", has_text="远岚精密传动")
        option.wait_for()
        assert "<b>云岫区" in option.inner_text()
        page.keyboard.press("Enter")
        assert page.evaluate("document.querySelector('#far').value") == "7"
        assert page.yf_complaints == []


def test_print_leaves_the_shell_away(chromium: Any, live_server: Any, cookies: Any) -> None:
    with page_at(chromium, DESKTOP) as page:
        visit(page, live_server, cookies)
        page.emulate_media(media="print")
        for gone in (".yf-sider", ".yf-search", ".yf-query", ".yf-tabs", ".yf-actions"):
            assert not page.locator(gone).first.is_visible()
        assert page.locator("h1").is_visible()
        assert "严禁录入涉密信息" in page.locator(".yf-foot").inner_text()


def test_without_script_the_page_still_reads(chromium: Any, live_server: Any) -> None:
    context = chromium.new_context(viewport=DESKTOP, java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + "/ui/gallery")
    assert "高精度谐波减速器生产基地" in page.locator("table").inner_text()
    assert page.locator("form.yf-query [type=submit]").is_visible()
    context.close()
