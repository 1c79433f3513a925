"""The pictures of the user guide: ``python docs/user/make_screenshots.py [URL USER PASSWORD [OUT]]``.

Without arguments it fills a throw-away folder with the demo city, serves it, walks through it as the people who use
each page, and writes ``docs/user/images/``. With a URL it walks a running server as one person, who must see everything
that is pictured (the demo's ``director`` does). Only ever point it at the demo: the pictures are published.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
MOST_BYTES = 120 * 1024
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
LOG_IN = re.compile(r"([a-z]+\d?)\s+(\w{4}-\w{4}-\w{4,})\s*$")


def _settle(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(600)  # the charts draw themselves


def _project(page: Page) -> None:
    """A project in two phases, with money and a next step."""
    page.goto(page.url.split("/projects")[0] + "/projects/?q=翊岚钠离子")
    page.locator("a.yf-name").first.click()
    page.wait_for_selector("text=下一步")


def _review(page: Page) -> None:
    """The document that has figures in it, at a proposal with phases."""
    page.locator("#queue a.yf-name:has-text('简讯')").first.click()
    page.wait_for_selector("#review-side")
    wanted = page.locator("#review-side a:has-text('光学级薄膜')")
    if wanted.count():
        wanted.first.click()
        page.wait_for_selector("#rv-title:has-text('光学级薄膜')")


def _enter(page: Page) -> None:
    page.fill("input[name=name]", "年产三万套谐波减速器项目")


def _rules(page: Page) -> None:
    page.wait_for_selector("text=阶段与门槛")


LEDGER = """项目名称,投资方,总投资（万元）,签约日期,开工日期,累计到位资金（万元）
年产三万套谐波减速器项目,澄岳传动有限公司,32000,2026-03-05,13月5日,4800
高端电梯门机产线,云岫电梯部件有限公司,三亿左右吧,2026-02-11,,
膜材涂布中试基地,霁川膜材有限公司,8600,2026-04-20,2026-05-18,1200
"""


def _import(page: Page) -> None:
    """A workbook with two faults, looked at before it is taken."""
    page.set_input_files(
        "input[name=upload]", {"name": "四月台账.csv", "mimeType": "text/csv", "buffer": LEDGER.encode()}
    )
    with page.expect_navigation():
        page.click("button:has-text('上传并检查')")


NOTICE = """一季度招商引资工作通报
一季度，全市新签约项目36个，上年同期31个，同比增长16.1%；其中制造业项目22个，占61.1%。
到位资金23.7亿元，完成年度目标105亿元的25.6%，距年度目标还差81.3亿元。
甲县签约12个，开工8个，开工率66.7%；乙县签约10个，开工7个，开工率70.0%。
"""


def _bulletin(page: Page) -> None:
    """A draft of the half-year summary."""
    page.select_option("select[name=kind]", "half_year")
    with page.expect_navigation():
        page.click("button:has-text('计算并拟稿')")


def _prove(page: Page) -> None:
    """Somebody's notice with one wrong rate."""
    page.fill("textarea[name=text]", NOTICE)
    with page.expect_navigation():
        page.locator("form:has(textarea[name=text]) button.btn-primary").click()
    page.locator("#wrong-head").scroll_into_view_if_needed()


# name -> (who, address, phone, what to do there first)
PICTURES: dict[str, tuple[str, str, bool, Callable[[Page], None] | None]] = {
    "login": ("", "/accounts/login/", False, None),
    "workbench": ("park", "/", False, None),
    "cockpit": ("director", "/cockpit/", False, None),
    "phone-cockpit": ("leader", "/cockpit/", True, None),
    "ledger": ("director", "/projects/", False, None),
    "phone-ledger": ("leader", "/projects/?light=red", True, None),
    "board": ("director", "/projects/board/", False, None),
    "project": ("director", "/projects/", False, _project),
    "phone-project": ("leader", "/projects/", True, _project),
    "enter": ("officer", "/projects/enter/", False, _enter),
    "phone-enter": ("officer", "/projects/enter/", True, None),
    "verify": ("director", "/projects/verify/", False, None),
    "review": ("director", "/documents/", False, _review),
    "import": ("officer", "/importing/", False, _import),
    "phone-import": ("officer", "/importing/", True, _import),
    "indicator": ("director", "/indicators/start_rate/?by=unit", False, None),
    "phone-indicator": ("leader", "/indicators/start_rate/?by=unit", True, None),
    "bridge": ("director", "/indicators/signed_count/bridge/", False, None),
    "pivot": ("director", "/indicators/pivot/", False, None),
    "targets": ("director", "/indicators/targets/", False, None),
    "bulletin": ("director", "/briefing/new/", False, _bulletin),
    "prove": ("director", "/briefing/check/", False, _prove),
    "rulebook": ("director", "/administration/rulebook/", False, _rules),
}


def main(arguments: list[str]) -> int:
    if len(arguments) not in (0, 3, 4):
        print(__doc__, file=sys.stderr)
        return 2
    if arguments:
        url, user, password = arguments[:3]
        return _take(url.rstrip("/"), lambda _who: (user, password), Path(*arguments[3:4] or [HERE / "images"]))
    with _demo_city() as (url, passwords):
        return _take(url, lambda who: (who, passwords[who]), HERE / "images")


def _take(url: str, key_of: Callable[[str], tuple[str, str]], out: Path) -> int:
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        only = set(filter(None, os.environ.get("ONLY", "").split(",")))  # some of them, by name
        for name, (who, address, phone, first) in PICTURES.items():
            if only and name not in only:
                continue
            page = _signed_in(browser, url, key_of(who) if who else None, phone)
            page.goto(url + address)
            _settle(page)
            if first:
                first(page)
                _settle(page)
            size = _save(page, out / f"{name}.jpg")
            page.context.close()
            print(f"{name}.jpg  {size // 1000} KB", flush=True)
        browser.close()
    return 0


def _signed_in(browser: Browser, url: str, key: tuple[str, str] | None, phone: bool) -> Page:
    context = browser.new_context(
        viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]
        is_mobile=phone,
        has_touch=phone,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    if key:
        page.goto(f"{url}/accounts/login/")
        page.fill("input[name=username]", key[0])
        page.fill("input[name=password]", key[1])
        page.press("input[name=password]", "Enter")
        page.wait_for_url(f"{url}/")
    return page


def _save(page: Page, path: Path) -> int:
    """The picture at the best quality that fits; its size in bytes."""
    for quality in (80, 72, 64, 56, 48, 40, 32):
        picture = page.screenshot(type="jpeg", quality=quality)
        if len(picture) <= MOST_BYTES:
            break
    path.write_bytes(picture)
    return len(picture)


@contextmanager
def _demo_city() -> Iterator[tuple[str, dict[str, str]]]:
    """A served demo city of its own: its address and the password of each user."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    yinfeng = [sys.executable, "-m", "yinfeng.config.cli"]
    with tempfile.TemporaryDirectory(prefix="yinfeng-pictures-") as home:
        env = os.environ | {"YINFENG_HOME": home, "PORT": str(port), "WEB_WORKERS": "1"}
        env.pop("DATABASE_URL", None)
        env.pop("DJANGO_SETTINGS_MODULE", None)
        subprocess.run([*yinfeng, "migrate", "--verbosity", "0"], env=env, check=True)
        told = subprocess.run([*yinfeng, "demo"], env=env, check=True, stdout=subprocess.PIPE, text=True).stdout
        passwords = {m[1]: m[2] for line in told.splitlines() if (m := LOG_IN.search(line))}
        server = subprocess.Popen([*yinfeng, "serve"], env=env, stdout=subprocess.DEVNULL)
        try:
            _wait_for(f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}", passwords
        finally:
            server.terminate()
            server.wait(30)


def _wait_for(url: str, seconds: int = 60) -> None:
    for _ in range(seconds * 2):
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
        else:
            return
    raise SystemExit(f"{url} does not answer")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
