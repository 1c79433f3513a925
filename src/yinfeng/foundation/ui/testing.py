"""What every page owes its reader, as one check in a real browser. Used by the tests of all apps.

with browser() as chromium, page_at(chromium, DESKTOP) as page:
    page.goto(url)
    assert audit_page(page) == []
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
_LOOK = Path(__file__).with_name("audit.js")
LEAST_TARGET = 44  # CSS pixels under a finger
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def chromium_path() -> str | None:
    """Where Chromium is, or None; ``YINFENG_CHROMIUM`` names another."""
    named = os.environ.get("YINFENG_CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium of this machine; nothing is downloaded.

    While it is open, Django lets the test's own thread use the database: Playwright keeps an event loop there.
    """
    from playwright.sync_api import sync_playwright

    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            opened = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
            try:
                yield opened
            finally:
                opened.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@contextmanager
def page_at(opened: Browser, size: ViewportSize, **options: Any) -> Iterator[Page]:
    """A page of its own context in this size; a phone has touch. Complaints of the browser are collected."""
    phone = size["width"] < 768
    context = opened.new_context(viewport=size, has_touch=phone, is_mobile=phone, locale="zh-CN", **options)
    page = context.new_page()
    listen(page)
    try:
        yield page
    finally:
        context.close()


def listen(page: Page) -> None:
    """Collect what the browser complains about (policy, scripts, missing files) for `audit_page`."""
    complaints: list[str] = []
    page.yf_complaints = complaints  # type: ignore[attr-defined]
    # a resource that fails is named with its address below
    page.on(
        "console",
        lambda m: (
            complaints.append(f"console: {m.text}")
            if m.type == "error" and not m.text.startswith("Failed to load resource")
            else None
        ),
    )
    page.on("pageerror", lambda e: complaints.append(f"script: {e}"))
    page.on(
        "response",
        lambda r: (
            complaints.append(f"{r.status}: {r.url}")
            if r.status >= 400 and not r.request.is_navigation_request()
            else None
        ),
    )


def settle(page: Page) -> None:
    """Wait until the page is whole. Only where parts are asked for after loading, until the net has been still a while."""
    page.wait_for_load_state("load")
    if page.locator('[hx-trigger="load"], [hx-trigger^="intersect"]').count():
        page.wait_for_load_state("networkidle")
    page.wait_for_function("() => !document.querySelector('.htmx-request')")


def audit_page(page: Page) -> list[str]:
    """Faults of the page as it stands, one line each; an empty list is a good page.

    Looks for: sideways overflow, text cut off, controls without a name, targets under 44 px on a phone, too little
    contrast, missing language, charts not drawn, inline scripts, and everything the browser complained about.
    """
    page.evaluate("document.fonts.ready")
    _wait_for_charts(page)
    found: list[str] = page.evaluate(
        _LOOK.read_text(encoding="utf-8"),
        {"least": LEAST_TARGET, "phone": (page.viewport_size or DESKTOP)["width"] < 768},
    )
    return [*found, *getattr(page, "yf_complaints", [])]


def _wait_for_charts(page: Page) -> None:
    from playwright.sync_api import TimeoutError as TooLong

    try:
        page.wait_for_function(
            "() => [...document.querySelectorAll('[data-chart]')].every(e => e.querySelector('canvas')"
            " || e.dataset.failed || !document.getElementById(e.dataset.chart))",
            timeout=8000,
        )
    except TooLong:
        return  # said below as a chart that is not drawn
