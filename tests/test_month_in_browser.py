"""A month of two districts and the bureau, played in a browser: the ledger's template out, filled with planted faults, in,
returned, corrected, verified, closed, corrected after the closing. Each planted fault must be pointed at.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from yinfeng.domain.importing.queries.exporting import columns
from yinfeng.domain.projects import checks
from yinfeng.domain.projects.actions import agreements, ceremonies
from yinfeng.domain.projects.models import ClosedPeriod, Correction, FundsArrival, Milestone, Project
from yinfeng.domain.projects.rules.words import FactStatus
from yinfeng.domain.reporting.models import ReportingTask
from yinfeng.foundation.ui.testing import DESKTOP, audit_page, browser, chromium_path, page_at
from yinfeng.kernel.periods import Period

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(chromium_path() is None, reason="没有 Chromium：没有在浏览器中走过一个月"),
    pytest.mark.django_db(transaction=True),
]


def last_month() -> Period:
    today = timezone.localdate()
    return Period.month(today.year, today.month).previous()


class Desk:
    """One person at a browser."""

    def __init__(self, page: Any, root: str, user: str) -> None:
        self.page, self.root = page, root
        page.set_default_timeout(30_000)
        page.goto(f"{root}/accounts/login/")
        page.fill("input[name=username]", user)
        page.fill("input[name=password]", "Phoenix-2026")
        page.press("input[name=password]", "Enter")
        page.wait_for_url(f"{root}/")

    def open(self, path: str) -> str:
        self.page.goto(self.root + path)
        self.page.wait_for_load_state("networkidle")
        return self.text()

    def text(self) -> str:
        return str(self.page.inner_text("body"))

    def click(self, words: str, *, within: str = "main", sure: bool = False, goes: bool = True) -> None:
        """Press what says ``words``; ``sure`` answers the question that comes first, ``goes`` leads to a page."""
        button = f"{within} >> :is(a, button):has-text('{words}'):visible >> nth=0"
        if not goes:
            self.page.click(button)
            self.page.wait_for_load_state("networkidle")
            return
        with self.page.expect_navigation():
            self.page.click(button)
            if sure:
                self.page.click("dialog[open] button:has-text('确定')")
        self.page.wait_for_load_state("networkidle")

    def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.fill(f"[name={name}] >> visible=true", value)

    def choose(self, name: str, value: str) -> None:
        self.page.check(f"input[name={name}][value='{value}']")

    def send(self) -> None:
        """The form that is open: in a drawer, or on its page."""
        with self.page.expect_response(lambda answer: answer.request.method == "POST"):
            self.page.click("form.yf-deed :is(.yf-dialog__foot, .yf-form__foot) button:not([data-dialog-close])")
        self.page.wait_for_load_state("networkidle")

    def sees(self, words: str) -> None:
        """The words come to stand on the page."""
        self.page.wait_for_function("words => document.body.innerText.includes(words)", arg=words)


@contextmanager
def desks(root: str, *users: str) -> Iterator[list[Desk]]:
    with browser() as chromium:
        opened = [page_at(chromium, DESKTOP) for _user in users]
        try:
            yield [Desk(context.__enter__(), root, user) for context, user in zip(opened, users, strict=True)]
        finally:
            for context in opened:
                context.__exit__(None, None, None)


# ------------------------------------------------------------------------------------------------ the workbook


def template(desk: Desk, unit: Any, path: Path) -> Path:
    """What a unit downloads to fill in."""
    desk.open("/importing/")
    desk.page.select_option("#template-unit", str(unit.pk))
    with desk.page.expect_download() as download:
        desk.page.click("main button:has-text('下载模板')")
    download.value.save_as(path)
    return path


def fill_in(path: Path, rows: list[dict[str, Any]]) -> Path:
    """Write rows into a template: those that name a project on it go to its line, others to the first empty one."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    place = {c.key: n for n, c in enumerate(columns(), start=1)}
    for told in rows:
        line = 2
        while (name := sheet.cell(line, place["name"]).value) and name != told["name"]:
            line += 1
        for key, value in told.items():
            sheet.cell(line, place[key]).value = value
    book.save(path)
    return path


def cell_of(path: Path, value: Any) -> str:
    """Where a value stands in a workbook, as people name it: H3."""
    for row in openpyxl.load_workbook(path).worksheets[0].iter_rows():
        for cell in row:
            told = cell.value.date() if isinstance(cell.value, datetime) else cell.value
            if told == value:
                return str(cell.coordinate)
    raise AssertionError(f"{value} is not in {path}")


def bring_in(desk: Desk, unit: Any, path: Path) -> str:
    """Upload a filled workbook: what the page says of it."""
    desk.open("/importing/")
    desk.page.set_input_files("input[name=upload]", path)
    desk.page.select_option("form[enctype] select[name=unit]", str(unit.pk))
    desk.click("上传并检查")
    desk.sees("共 ")
    return desk.text()


def take(desk: Desk, rows: int) -> None:
    """Take what was brought in."""
    desk.click(f"确认导入 {rows} 行", sure=True)
    desk.sees("撤销这次导入")


def test_a_month_of_two_districts_and_the_bureau(
    city: Any, project: Project, live_server: Any, settings: Any, tmp_path: Path
) -> None:
    settings.FILES_ROOT = tmp_path / "files"
    month = last_month()

    def day(number: int) -> date:
        return month.start + timedelta(days=number - 1)

    # What was there before the month: a contract signed long ago, put on a stage again this month.
    officer = city.people["officer"]
    before: datetime = timezone.now() - timedelta(days=70)
    deal = agreements.record_agreement(
        project=project, kind="formal", title="投资合同", parties="东屏区、云梯科技", signed_on=day(1) - timedelta(days=40),
        actor=officer, at=before,
    ).agreement  # fmt: skip
    ceremonies.hold_ceremony(
        kind="signing", name="金秋集中签约", held_on=day(12), host_unit=city.units["city"], agreements=[deal],
        actor=officer, at=timezone.now() - timedelta(days=3),
    )  # fmt: skip

    with desks(live_server.url, "director", "steward", "officer", "stranger") as (
        director,
        steward,
        easterner,
        westerner,
    ):
        # -- the workbooks: the template out, filled with faults, each pointed at by its cell, mended, in
        east, west = city.units["east"], city.units["west"]
        common = {"kind": "制造业", "funds_as_of": day(25), "funds_boundary": "市外资金"}
        signed_again = {"name": project.name, "signed_on": day(12), "agreement_kind": "正式合同"}
        optics = {**common, "name": "霁光光学元件项目", "lead_unit": "东屏区", "funds_this_month_cny": 1200.5,
                  "funds_voucher": "银回单8831"}  # fmt: skip
        faulty = fill_in(
            template(easterner, east, tmp_path / "东屏区台账.xlsx"),
            [{**signed_again, "signed_on": "13月5日"}, {**optics, "investment_cny": "三亿左右吧"}],
        )
        said = bring_in(easterner, east, faulty)
        for fault in ("13月5日", "三亿左右吧"):
            assert any(fault in line and cell_of(faulty, fault) in line for line in said.splitlines()), (fault, said)
        assert "有 2 行不能导入，目前不会写入任何内容" in said
        assert audit_page(easterner.page) == []
        assert Project.objects.count() == 1  # nothing was taken
        mended = fill_in(
            template(easterner, east, tmp_path / "东屏区台账（改）.xlsx"),
            [signed_again, {**optics, "investment_cny": 30000},
             *({"name": f"云帆科技产业园{n}号项目", "kind": "制造业", "lead_unit": "东屏区", "investment_cny": 5000,
                "negotiating_on": day(5 + n)} for n in range(1, 5))],
        )  # fmt: skip
        said = bring_in(easterner, east, mended)
        assert "签约日期" in said, said  # cell by cell what the returned template changes
        take(easterner, 6)
        bring_in(westerner, west, fill_in(
            template(westerner, west, tmp_path / "砚西县台账.xlsx"),
            [{**common, "name": "汀兰康养小镇项目", "lead_unit": "砚西县", "investment_cny": 500, "funds_this_month_cny": 900.3,
              "funds_voucher": "银回单8831"},
             {**common, "name": "听澜膜组件项目", "lead_unit": "砚西县", "investment_cny": 80000, "funds_this_month_cny": 640.2,
              "funds_voucher": "银回单9002"}],
        ))  # fmt: skip
        take(westerner, 2)
        assert Project.objects.count() == 8

        # -- tasks, and an urging that comes once a day
        director.open(f"/reporting/tasks/?month={month.code}")
        director.click("下达任务")
        assert ReportingTask.objects.filter(ends_on=month.end).count() >= 12
        director.page.check("input.yf-pick-all")
        director.click("催报", within=".yf-selection", sure=True)
        director.sees("已催报 4 个单位")
        assert audit_page(director.page) == []
        assert "请填报" in easterner.open("/notices/")

        # -- the districts report; to say that there was nothing is refused where there is something
        funds = {
            u: ReportingTask.objects.get(unit=city.units[u], key="funds", ends_on=month.end) for u in ("east", "west")
        }
        easterner.open(f"/reporting/tasks/{funds['east'].pk}/")
        easterner.click("填报", goes=False)
        easterner.choose("is_nil", "1")
        easterner.send()
        easterner.sees("不能报“无变化”")
        easterner.choose("is_nil", "0")
        easterner.send()
        for desk, unit in ((easterner, "east"), (westerner, "west")):
            for task in ReportingTask.objects.filter(unit=city.units[unit], ends_on=month.end, status="open"):
                desk.open(f"/reporting/tasks/{task.pk}/declare/")
                desk.choose("is_nil", "0" if task.scope == "ledger" or task.pk == funds[unit].pk else _nil(task))
                desk.send()
        assert not ReportingTask.objects.filter(
            unit__code__in=("east", "west"), ends_on=month.end, status="open"
        ).exists()

        # -- the worklist points at what is wrong
        text = director.open(f"/reporting/worklist/?kind=funds&month={month.code}")
        assert text.count("凭证重复") >= 2  # 霁光 and 汀兰 share a receipt
        assert "到位超过总投资" in text  # 汀兰
        assert audit_page(director.page) == []
        text = director.open(f"/reporting/worklist/?kind=milestone&month={month.code}")
        assert "疑似以活动充签约" in text  # 云梯
        assert "缺少应有凭证" in text  # it came with a cell of the ledger only
        assert "多个项目名称雷同" in text  # 云帆 1 to 4

        # -- returned with a reason, in one go; the rest verified in one click
        director.open(f"/reporting/worklist/?kind=funds&month={month.code}")
        director.page.check("article:has-text('汀兰') input.yf-pick")
        director.fill(reason="回单与霁光项目相同，请核对")
        director.click("退回所选", within=".yf-selection")
        director.sees("已退回 1 条")
        assert "回单与霁光项目相同" in westerner.open("/notices/")
        director.open(f"/reporting/worklist/?kind=funds&month={month.code}")
        director.click("条未见疑点的", sure=True)
        director.sees("已审核")
        signing = Milestone.objects.get(project=project, stage="signed")
        director.open(f"/reporting/worklist/?kind=milestone&month={month.code}&only=ceremony")
        director.click("退回", within="article:has-text('云梯')", goes=False)
        director.fill(reason="集中签约不是签约，合同早已签署")
        director.send()
        signing.refresh_from_db()
        assert signing.status == FactStatus.RETURNED

        # -- the district corrects what was returned: the right sum with its own receipt
        tinglan = Project.objects.get(name="汀兰康养小镇项目")
        westerner.open(f"/projects/{tinglan.pk}/funds/")
        westerner.fill(amount_0="300.3", arrived_on=day(20).isoformat(), voucher="银回单9100")
        westerner.page.select_option("select[name=boundary]", "outside_city")
        westerner.send()
        assert FundsArrival.objects.filter(project=tinglan, status=FactStatus.DECLARED).count() == 1

        # -- what is left is verified by a second person, one's own never
        for kind in ("funds", "milestone"):
            while True:
                director.open(f"/reporting/worklist/?kind={kind}&month={month.code}")
                if director.page.locator("main button:has-text('条未见疑点的')").count():
                    director.click("条未见疑点的", sure=True)
                elif director.page.locator("article button:has-text('通过'):visible").count():
                    director.click("通过", within="article")
                else:
                    break
        in_month = {"happened_on__range": (month.start, month.end), "status": FactStatus.DECLARED}
        assert not FundsArrival.objects.filter(**in_month).exists()
        for task in ReportingTask.objects.filter(unit__code__in=("east", "west"), ends_on=month.end):
            director.open(f"/reporting/tasks/{task.pk}/")
            director.click("审核通过")
        assert set(ReportingTask.objects.filter(unit__code="west").values_list("status", flat=True)) == {"verified"}

        # -- closing: the bureau and the park have not reported, so a reason is asked for
        text = steward.open(f"/reporting/closing/?month={month.code}")
        assert "有未了事项" in text
        assert audit_page(steward.page) == []
        steward.click("的账")
        steward.click("的账", within="form.yf-deed")
        assert ClosedPeriod.objects.count() == 0
        steward.fill(reason="中心与园区本月确无项目，月报须按时上报")
        steward.click("的账", within="form.yf-deed")
        closed = ClosedPeriod.objects.get()
        assert (closed.year, closed.month, closed.open_count > 0) == (month.start.year, month.start.month, True)

        # -- the lock, and the correction that alone opens it
        westerner.open(f"/projects/{tinglan.pk}/funds/")
        westerner.fill(amount_0="1", arrived_on=day(21).isoformat(), voucher="迟到回单")
        westerner.page.select_option("select[name=boundary]", "outside_city")
        westerner.send()
        westerner.sees("已关账")
        westerner.sees("关账后更正")
        late = fill_in(
            template(westerner, west, tmp_path / "迟到.xlsx"),
            [{"name": "听澜膜组件项目", "signed_on": day(18), "agreement_kind": "正式合同"}],
        )
        said = bring_in(westerner, west, late)
        assert any("关账" in line for line in said.splitlines() if cell_of(late, day(18)) in line), said
        arrival = FundsArrival.objects.get(project=tinglan, status=FactStatus.VERIFIED)
        westerner.open(f"/projects/{tinglan.pk}/")
        westerner.open(f"/reporting/closing/change/funds/{arrival.pk}/")
        westerner.fill(amount_0="250.3", reason="银行更正回单金额", document="银函〔2026〕7号")
        westerner.send()
        asked = Correction.objects.get()
        steward.open(f"/reporting/closing/correction/{asked.pk}/")
        steward.click("批准并生效")
        tinglan.refresh_from_db()
        assert tinglan.funds_cny == 2_503_000
        text = steward.open(f"/reporting/closing/{closed.pk}/")
        assert "银函〔2026〕7号" in text
        assert "250.3 万元" in text
        assert audit_page(steward.page) == []

        # -- and what the month has changed
        text = director.open("/reporting/weekly/")
        assert "霁光光学元件项目" in text
    assert [*checks.derived_columns(), *checks.history(), *checks.closed_periods()] == []


def _nil(task: ReportingTask) -> str:
    """Whether the unit has anything to tell: what people know who look at their own list."""
    model = FundsArrival if task.scope == "funds" else Milestone
    there = model.objects.filter(
        project__lead_unit=task.unit_id, happened_on__range=(task.starts_on, task.ends_on),
        status__in=(FactStatus.DECLARED, FactStatus.VERIFIED),
    )  # fmt: skip
    return "0" if there.exists() else "1"
