"""What changed between two days, and how complete and timely a unit's records are."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from yinfeng.domain.projects.actions import facts, ledger
from yinfeng.domain.projects.actions.evidence import EvidenceData
from yinfeng.domain.projects.models import Project
from yinfeng.domain.projects.queries import choices
from yinfeng.domain.projects.rules.words import FlagKind, Stage
from yinfeng.domain.reporting.actions.tasks import declare_task, issue_tasks
from yinfeng.domain.reporting.models import ReportingTask
from yinfeng.domain.reporting.queries.quality import figure_page, quality_page
from yinfeng.domain.reporting.queries.weekly import span_asked, weekly
from yinfeng.foundation.accounts.tests.people import client_of
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.kernel.periods import Period

from .test_worklist import another, arrive, sign

TODAY = date(2026, 4, 30)
MARCH_9 = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)


def lines(city: Any, start: date, end: date, who: str = "director") -> list[tuple[str, str, str]]:
    page = weekly(viewer_of(city.people[who], TODAY), start, end, units=choices.units(), today=TODAY)
    return [(u.unit, x.kind, x.words) for u in page.units for x in u.lines]


def test_each_change_stands_in_its_week_and_in_no_other(city: Any, project: Project) -> None:
    officer = city.people["officer"]
    city.at = MARCH_9
    sign(city, project, date(2026, 3, 9), [EvidenceData("contract", "合1")])
    ledger.edit_project(project=project, changes={"investment_amount": 400_000_000}, actor=officer, at=city.tick())
    arrive(city, project, 12_000_000, date(2026, 3, 9), "回单1")
    west = another(city, "霁光光学元件", "west")
    city.at = MARCH_9 + timedelta(days=7)
    facts.raise_flag(
        project=west, kind=FlagKind.STALLED, happened_on=date(2026, 3, 12), reason="等指标",
        actor=city.people["stranger"], at=city.tick(),
    )  # fmt: skip
    city.at = MARCH_9 + timedelta(days=14)
    facts.raise_flag(
        project=project,
        kind=FlagKind.TERMINATED,
        happened_on=date(2026, 3, 20),
        reason="撤资",
        actor=officer,
        at=city.tick(),
    )
    assert lines(city, date(2026, 3, 2), date(2026, 3, 8)) == [("东屏区", "entered", "新入台账，现为“在谈”")]
    assert lines(city, date(2026, 3, 9), date(2026, 3, 15)) == [
        ("东屏区", "moved", "在谈 → 签约"), ("东屏区", "grew", "总投资 +4,000 万元，到位资金 +1,200 万元"),
        ("砚西县", "entered", "新入台账，现为“在谈”"),
    ]  # fmt: skip
    assert lines(city, date(2026, 3, 16), date(2026, 3, 22)) == [("砚西县", "stalled", "自 2026-03-12 起停滞")]
    assert lines(city, date(2026, 3, 23), date(2026, 3, 29)) == [("东屏区", "left", "2026-03-20 终止")]
    assert lines(city, date(2026, 4, 1), date(2026, 4, 7)) == []
    assert [k for _u, k, _w in lines(city, date(2026, 3, 1), date(2026, 3, 31), "officer")] == ["entered"]


def test_the_sums_of_a_week_add_up_over_any_cut(city: Any, project: Project) -> None:
    """Weeks one after another tell the same change of sums as the whole span."""
    for n, day in enumerate((2, 4, 9, 17, 29)):
        city.at = datetime(2026, 3, day, 3 + n, 0, tzinfo=UTC)
        arrive(city, project, 1_000_000 * (n + 1), date(2026, 3, 2), f"回单{n}")
    viewer = viewer_of(city.people["director"], TODAY)

    def change(start: date, end: date) -> int:
        return weekly(viewer, start, end, units=choices.units(), today=TODAY).funds_change

    whole = change(date(2026, 3, 1), date(2026, 3, 31))
    assert whole == 15_000_000
    for cut in range(1, 31):
        middle = date(2026, 3, cut)
        assert change(date(2026, 3, 1), middle) + change(middle + timedelta(days=1), date(2026, 3, 31)) == whole


def test_a_span_is_never_reversed_nor_in_the_future() -> None:
    assert span_asked(None, None, date(2026, 3, 5)) == (date(2026, 3, 2), date(2026, 3, 5))
    assert span_asked(date(2026, 3, 9), date(2026, 3, 2), date(2026, 4, 1)) == (date(2026, 3, 2), date(2026, 3, 9))
    assert span_asked(None, date(2030, 1, 1), date(2026, 4, 1))[1] == date(2026, 4, 1)
    assert span_asked(date(1, 1, 1), None, date(2026, 4, 1))[0] == date(2025, 4, 1)


def test_the_workbook_holds_the_lines_that_may_be_exported(city: Any, project: Project) -> None:
    another(city, "霁光光学元件", "west")
    url = reverse("reporting:weekly_export") + f"?from=2026-03-01&to={timezone.localdate()}"
    body = b"".join(client_of(city.people["officer"]).get(url).streaming_content)
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        text = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    assert "云梯智能电梯部件项目" in text
    assert "霁光" not in text
    assert client_of(city.people["leader"]).get(url).status_code == 403


def test_each_figure_is_its_rows(city: Any, project: Project) -> None:
    officer, director = city.people["officer"], city.people["director"]
    with_paper = arrive(city, project, 1_000_001, date(2026, 2, 8), "回单1")
    facts.verify(fact=with_paper, actor=director, at=city.tick())
    facts.declare_milestone(
        phase=project.phases.get(), stage=Stage.PRE_REVIEWED, happened_on=date(2026, 2, 9), gated=False, actor=officer,
        at=city.tick(),
    )  # fmt: skip
    issue_tasks(month=Period.month(2026, 2), actor=None, at=city.tick())
    funds = ReportingTask.objects.get(unit=city.units["east"], key="funds")
    declare_task(task=funds, actor=officer, at=city.tick())
    late = ReportingTask.objects.get(unit=city.units["east"], key="milestones")
    declare_task(task=late, actor=officer, at=datetime(2026, 3, 20, tzinfo=UTC))
    viewer, february = viewer_of(director, TODAY), Period.month(2026, 2)
    page = quality_page(viewer, month=february, units=choices.units(), today=TODAY)
    assert [r.unit for r in page.rows] == ["市投促中心", "东屏区", "东屏产业园", "砚西县"]  # the official order
    east = dict(page.rows[1].shares)
    assert (east["evidence"].formula, east["verified"].formula) == ("1 ÷ 2 = 50.0%", "1 ÷ 2 = 50.0%")
    assert (east["on_time"].part, east["on_time"].whole) == (1, 3)
    for figure in ("filled", "evidence", "verified", "on_time"):
        one = figure_page(
            viewer, figure, month=february, unit_id=city.units["east"].pk, units=choices.units(), today=TODAY
        )
        assert (one.share.part, one.share.whole) == (east[figure].part, east[figure].whole), figure
        if figure != "filled":
            assert sum(not r.ok for r in one.rows) == one.share.whole - one.share.part


def test_a_field_counts_from_the_stage_that_asks_for_it(city: Any, project: Project) -> None:
    viewer, february = viewer_of(city.people["director"], TODAY), Period.month(2026, 2)

    def filled() -> tuple[int, int]:
        share = dict(quality_page(viewer, month=february, units=choices.units(), today=TODAY).total)["filled"]
        return share.part, share.whole

    before = filled()
    facts.declare_milestone(
        phase=project.phases.get(), stage=Stage.STAT_ENROLLED, happened_on=date(2026, 2, 9), gated=False,
        actor=city.people["officer"], at=city.tick(),
    )  # fmt: skip
    after = filled()
    assert after[1] > before[1]  # enrolment asks for more
    missing = figure_page(viewer, "filled", month=february, unit_id=None, units=choices.units(), today=TODAY)
    assert missing.share.whole - missing.share.part > 0
    assert "未填：项目公司、在线平台代码" in missing.rows[0].words
    ledger.edit_project(
        project=project, changes={"platform_code": "2602-440000-04-01-1"}, actor=city.people["officer"], at=city.tick()
    )
    assert filled() == (after[0] + 1, after[1])


@pytest.mark.parametrize("figure", ["filled", "evidence", "verified", "on_time"])
def test_the_figures_are_the_viewers_own(city: Any, project: Project, figure: str) -> None:
    another(city, "霁光光学元件", "west")
    viewer = viewer_of(city.people["stranger"], TODAY)
    page = figure_page(viewer, figure, month=Period.month(2026, 2), unit_id=None, units=choices.units(), today=TODAY)
    assert "云梯" not in " ".join(r.title for r in page.rows)
    text = client_of(city.people["stranger"]).get(reverse("reporting:quality")).content.decode()
    assert "东屏区" not in text
