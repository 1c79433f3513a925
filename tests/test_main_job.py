"""The main job from end to end, in a real browser on the real founding documents.

Public documents go in; a person confirms what was read; a project lives on facts with evidence, verified by another
person; list, cockpit and an Excel file come out, with the same figures in all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page

from yinfeng.foundation.ui.testing import DESKTOP, browser, page_at

pytestmark = [pytest.mark.browser, pytest.mark.shared, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture
def pages() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def signed_in(pages: ExitStack, chromium: Browser, server: str, username: str) -> tuple[Page, list[str]]:
    """A page of a person who has signed in, and what its console complains of."""
    page = pages.enter_context(page_at(chromium, DESKTOP))
    page.set_default_timeout(60_000)
    heard: list[str] = []
    page.on(
        "console",
        lambda m: heard.append(m.text) if m.type == "error" and not m.text.startswith("Failed to load") else None,
    )
    page.on("pageerror", lambda fault: heard.append(str(fault)))
    page.goto(f"{server}/accounts/login/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", "Phoenix-2026")
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{server}/")
    return page, heard


def accept(page: Page, name: str, landing: str) -> None:
    """Open the proposal of this name and make it a project that lands in a unit."""
    if page.locator(f"#rv-title:has-text('{name}')").count() == 0:
        page.locator(f"#review-side a:has-text('{name}')").first.click()
        page.wait_for_selector(f"#rv-title:has-text('{name}')")
    page.wait_for_load_state("networkidle")
    page.select_option("select[name=kind]", "manufacturing")
    page.select_option("select[name=landing_unit]", label=landing)


def test_from_documents_to_the_cockpit(city, live_server, shared: Path, chromium, pages, tmp_path: Path) -> None:
    server = live_server.url
    seeds = sorted((shared / "seeds").glob("*.txt"))
    assert len(seeds) == 5

    # -- documents in: all five at once, the garbled ones too
    page, heard = signed_in(pages, chromium, server, "officer")
    page.goto(f"{server}/documents/new/")
    page.set_input_files("#id_uploads", [s for s in seeds if "002_" not in s.name])
    page.get_by_role("button", name="收录并读取").click()
    page.wait_for_load_state("networkidle")
    page.goto(f"{server}/documents/new/")
    page.set_input_files("#id_uploads", [s for s in seeds if "002_" in s.name])
    page.fill("input[type=date]", "2023-08-10")
    page.get_by_role("button", name="收录并读取").click()
    page.wait_for_selector("#review-side")
    review = page.url
    page.goto(f"{server}/documents/")
    assert page.locator("#queue a.yf-name").count() == 5

    # -- a person confirms: 30 亿 in two phases of 11.6 and 18.4
    page.goto(review)
    accept(page, "大亚新能源材料", "东屏产业园管委会")
    assert page.input_value("input[name=amount]") == "30"
    assert [page.input_value(f"input[name=phases-{n}-amount]") for n in (0, 1)] == ["11.6", "18.4"]
    # the text says that it is being built and was signed, not since when: the person knows the one and leaves the other
    for n in range(int(page.input_value("input[name=facts-TOTAL_FORMS]"))):
        what = page.input_value(f"[name=facts-{n}-what]")
        if what == "started":
            page.fill(f"input[name=facts-{n}-on]", "2023-07-18")
        elif what and not page.input_value(f"input[name=facts-{n}-on]"):
            page.uncheck(f"input[name=facts-{n}-use]")
    page.get_by_role("button", name="建为项目").click()
    page.wait_for_selector("#review-side :text('已处理 1/')")

    # -- and 3.6 亿 on 85 亩, started on 29 March
    page.goto(review)
    accept(page, "创力电梯", "东屏产业园管委会")
    assert page.input_value("input[name=amount]") == "3.6"
    assert page.input_value("input[name=land_mu]") == "85"
    read = [page.input_value(f"input[name=facts-{n}-on]") for n in range(2)]
    assert "2023-03-29" in read
    page.get_by_role("button", name="建为项目").click()
    page.wait_for_selector("#review-side :text('已处理 2/')")

    # -- one advances with evidence
    page.goto(f"{server}/projects/?text=创力电梯")
    page.locator("a.yf-name:has-text('创力电梯')").first.click()
    page.wait_for_selector("h1, .yf-project__name, main")
    project = re.search(r"/projects/(\d+)/", page.url)
    assert project is not None
    page.goto(f"{server}/projects/{project[1]}/advance/?stage=completed")
    page.fill("input[name=happened_on]", "2023-10-20")
    page.locator("fieldset.yf-paper input[type=text]").first.fill("镇建验〔2023〕112号")
    page.get_by_role("button", name="提交审核").click()
    page.wait_for_url(re.compile(rf"/projects/{project[1]}/"))
    assert page.locator("main :text('竣工')").count()
    # nobody verifies their own fact: the officer has no way to
    answer = page.goto(f"{server}/projects/verify/")
    assert answer is not None
    assert answer.status == 403

    # -- another person verifies
    other, heard_other = signed_in(pages, chromium, server, "director")
    other.goto(f"{server}/projects/verify/?text=创力电梯")
    buttons = other.get_by_role("button", name="审核通过")
    waiting = buttons.count()
    assert waiting >= 2  # the start from the document, and the completion
    buttons.first.click()
    other.wait_for_load_state("networkidle")
    other.goto(f"{server}/projects/verify/?text=创力电梯")
    assert other.get_by_role("button", name="审核通过").count() == waiting - 1

    # -- the view goes out as Excel
    other.goto(f"{server}/projects/?columns=name,stage,investment,land_area,started&text=项目")
    with other.expect_download() as taken:
        other.locator("main a:has-text('导出'), main button:has-text('导出')").first.click()
    file = tmp_path / "view.xlsx"
    taken.value.save_as(file)
    cells = [[c.value for c in row] for row in openpyxl.load_workbook(file).worksheets[0].iter_rows()]
    elevator = next(row for row in cells if "创力电梯" in str(row))
    foil = next(row for row in cells if "大亚" in str(row))
    figures = [float(v) for v in elevator if isinstance(v, int | float)]
    assert 3.6 in figures
    assert 85 in figures
    assert any(str(v).startswith("2023-03-29") for v in elevator)
    assert 30 in [float(v) for v in foil if isinstance(v, int | float)]

    # -- and the same figures stand in the cockpit
    other.goto(f"{server}/cockpit/")
    shown = other.inner_text("main")
    assert "33.6" in shown.replace("33.60", "33.6")  # 30 + 3.6, the two projects in the ledger
    assert re.search(r"开工\s*2", shown)
    assert heard == []
    assert heard_other == []
