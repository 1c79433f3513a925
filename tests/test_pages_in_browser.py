"""Every page of the permission table, as the person it is for, at a desk and in a hand, without a fault.

What is looked for stands in ``foundation/ui/testing.py``: sideways overflow, text cut off, controls without a name,
targets under 44 px, contrast, charts not drawn, and whatever the browser complains about (policy, scripts, files).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as conf
from django.utils import timezone

from yinfeng.domain.projects.actions import facts, undertakings
from yinfeng.domain.projects.actions.entries import InvestorData, PhaseData, ProjectData
from yinfeng.domain.projects.actions.evidence import EvidenceData
from yinfeng.domain.projects.actions.facts import FundsData
from yinfeng.domain.projects.actions.ledger import create_project
from yinfeng.domain.projects.rules.words import (
    PROJECT_STAGES,
    Channel,
    FundsBasis,
    FundsBoundary,
    ProjectKind,
)
from yinfeng.foundation.ui.testing import DESKTOP, PHONE, audit_page, browser, chromium_path, page_at, settle

from .permissions import ROWS, Row
from .scene import Scene, fill, more_people

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(chromium_path() is None, reason="没有 Chromium：没有在浏览器中看过页面"),
    pytest.mark.django_db(transaction=True),
]

NAMES = (
    "年产三十万套新能源汽车轻量化铝合金底盘一体化压铸及精密加工总部基地项目（二期扩建）", "墨池云仓", "听澜海水淡化膜组件",
    "青梧生物基可降解包装材料全产业链示范园", "霁光微纳光学元件", "汀兰康养小镇文旅综合体",
)  # fmt: skip


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as opened:
        yield opened


def crowd(scene: Scene, projects: int = 25) -> None:
    """A ledger as it looks in use: long names, large and unknown sums, several phases, all stages, late deadlines."""
    city, today = scene.city, timezone.localdate()
    at = timezone.now() - timedelta(days=1)
    earlier = at - timedelta(days=130)
    officer = city.people["officer"]
    for n in range(projects):
        phased = n % 6 == 0
        made = create_project(
            data=ProjectData(
                name=f"{NAMES[n % len(NAMES)]}{n}" if n >= len(NAMES) else NAMES[n], kind=list(ProjectKind)[n % 9],
                lead_unit_id=city.units["east"].pk, landing_unit_id=city.units["park"].pk, owner_id=officer.pk,
                leader_id=city.people["leader"].pk, channel=list(Channel)[n % 6],
                investors=[InvestorData(f"{NAMES[n % len(NAMES)][:12]}集团股份有限公司{n}")],
                investment_amount=None if n % 7 == 3 else 10 ** (6 + n % 6) + n * 10_000,
                phases=[PhaseData("一期"), PhaseData("二期")] if phased else [PhaseData()],
            ),
            actor=officer, at=earlier,
        )  # fmt: skip
        phase = made.phases.order_by("number").first()
        undertakings.add(
            phase=phase, what="完成项目用地预审与选址意见、环境影响评价和节能审查等全部前期手续", unit=city.units["east"],
            person=officer, due_on=today + timedelta(days=5 * n - 60), actor=officer, at=earlier,
        )  # fmt: skip
        for step, stage in enumerate(PROJECT_STAGES[1 : 1 + n % len(PROJECT_STAGES)]):
            facts.declare_milestone(
                phase=phase, stage=stage, happened_on=today - timedelta(days=600 - 40 * step), gated=False,
                actor=officer, at=at, evidence=[EvidenceData("minutes", f"云招纪〔2026〕{n}号")],
            )  # fmt: skip
        if n % 3 == 0:
            facts.declare_funds(
                project=made, phase=phase, actor=officer, at=at,
                data=FundsData(
                    12_345_678, today - timedelta(days=9), FundsBasis.CAPITAL, FundsBoundary.OUTSIDE_CITY, voucher="验资"
                ),
            )  # fmt: skip


def shown() -> list[Row]:
    return [row for row in ROWS if "GET" in row.methods and not row.no_page]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_every_page(
    chromium: Any, live_server: Any, city: Any, project: Any, settings: Any, tmp_path: Path, size: Any
) -> None:
    settings.FILES_ROOT = tmp_path
    more_people(city)
    scene = fill(city, project)
    crowd(scene)
    name = conf.SESSION_COOKIE_NAME
    faults = []
    for key in sorted({_reader(row) for row in shown()}):
        with page_at(chromium, size) as page:
            page.set_default_timeout(30_000)
            if key:
                value = scene.client(key).cookies[name].value
                page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
            for row in shown():
                if key != _reader(row):
                    continue
                url = row.url(scene.made)
                page.yf_complaints.clear()
                answer = page.goto(live_server.url + url)
                settle(page)
                if answer is None or answer.status != 200:
                    faults.append(f"{url} as {key}: {answer and answer.status}")
                    continue
                faults += [f"{row.name} {url} as {key or 'anybody'}: {fault}" for fault in audit_page(page)]
    assert not faults, f"{len(faults)} faults\n" + "\n".join(faults)


def _reader(row: Row) -> str:
    return "" if row.public else row.right
