"""The statistics office's list against the ledger, and shares of credit."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.domain.indicators.actions import import_statistics, share_credit
from yinfeng.domain.indicators.models import CreditShare, StatisticsList, StatisticsRow
from yinfeng.domain.indicators.queries.answers import answer
from yinfeng.domain.indicators.queries.statistics import reconciliation
from yinfeng.domain.indicators.rules.statistics import DifferenceKind, UnreadableError, read_list
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.periods import Period

from . import ledger

YI = 100_000_000
HEADS = ["序号", "项目代码", "项目名称", "计划总投资（万元）", "入库时间"]


def test_a_list_is_read_below_its_title() -> None:
    rows = [
        ["入库项目名单"],
        HEADS,
        [1, "2403-01", "甲项目", "20,000", "202405"],
        ["合计", None, None, 1],
        [2, "2403-02", "乙", None, "2024年6月8日"],
    ]
    first, second = read_list(rows)
    assert (first.investment_cny, first.enrolled_on) == (2 * YI, date(2024, 5, 31))
    assert (second.investment_cny, second.enrolled_on, second.number) == (None, date(2024, 6, 8), 5)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([["甲", "乙"]], "表头"),
        ([["项目代码", "项目名称", "总投资"], ["1", "甲", 3]], "单位"),
        ([HEADS, [1, "a", "甲", "多", None]], "第 2 行"),
        ([HEADS, [1, "a", "甲", 1, "六月"]], "不是日期"),
        ([HEADS, [1, "a", "甲", 1, None], [2, "a", "甲", 1, None]], "重复"),
        ([HEADS, [1, "a", "甲", 1, None], [2, None, "乙", 1, None]], "第 3 行：“乙”没有项目代码"),
        ([HEADS], "没有数据行"),
    ],
)  # fmt: skip
def test_an_unreadable_list_names_the_place(rows: Any, says: str) -> None:
    with pytest.raises(UnreadableError, match=says):
        read_list(rows)


@given(
    st.lists(st.lists(st.one_of(st.none(), st.text(max_size=6), st.integers(), st.floats()), max_size=6), max_size=6)
)
def test_no_sheet_breaks_the_reader(rows: Any) -> None:
    with suppress(UnreadableError):
        read_list([HEADS, *rows])


def csv(*rows: str) -> bytes:
    return ("项目代码,项目名称,计划总投资（万元）,入库时间\n" + "\n".join(rows)).encode()


@pytest.mark.django_db
def test_differences_are_listed_and_the_figure_is_never_overwritten(city: Any) -> None:
    east = city.units["east"]
    ledger.project(city, east, platform_code="P1", enrolled_on=date(2024, 5, 3), investment=2 * YI)
    ledger.project(city, east, platform_code="P2", enrolled_on=date(2024, 5, 3), investment=2 * YI)
    ledger.project(city, east, platform_code="P3", investment=2 * YI)
    ledger.project(city, east, platform_code="P4", enrolled_on=date(2024, 5, 3))
    ledger.project(city, east, platform_code="P5", enrolled_on=date(2024, 7, 3))
    asked = {"name": "六月.csv", "as_of": date(2024, 6, 30), "actor": city.people["steward"], "at": city.tick()}
    made = import_statistics(
        content=csv("P1,甲,20000,202405", "P2,乙,30000,202404", "P3,丙,20000,", "P9,丁,1,"), **asked
    )
    found = reconciliation(made.pk, viewer_of(city.people["steward"], city.today))
    assert found is not None
    assert [(one.kind, one.entry and one.entry.platform_code, one.held and one.held.platform_code) for one in found.found] == [
        (DifferenceKind.MISSING_HERE, "P9", None), (DifferenceKind.MISSING_THERE, None, "P4"),
        (DifferenceKind.NOT_ENROLLED, "P3", "P3"), (DifferenceKind.AMOUNT, "P2", "P2"), (DifferenceKind.DATE, "P2", "P2"),
    ]  # fmt: skip
    assert found.agreed == 1
    again = import_statistics(content=csv("P1,甲,99999,202405"), **asked)
    assert StatisticsRow.objects.get(list=made, platform_code="P1").investment_cny == 2 * YI
    assert StatisticsRow.objects.get(list=again).investment_cny == 99_999 * 10_000


@pytest.mark.django_db
def test_a_list_with_one_bad_row_leaves_nothing(city: Any, as_person: Any) -> None:
    client, address = as_person("steward"), reverse("indicators:statistics_import")
    bad = SimpleUploadedFile("名单.csv", csv("P1,甲,20000,202405", "P2,乙,许多,"))
    answered = client.post(address, {"file": bad, "as_of": "2024-06-30"})
    assert answered.status_code == 422
    assert "第 3 行" in answered.content.decode()
    assert answered.content.decode().count("没有导入任何一行") == 1
    assert not StatisticsList.objects.exists()
    good = SimpleUploadedFile("名单.csv", csv("P1,甲,20000,202405"))
    shown = client.post(address, {"file": good, "as_of": "2024-06-30"}, follow=True)
    assert "统计有、台账无" in shown.content.decode()
    assert as_person("officer").post(address, {}).status_code == 403


# ------------------------------------------------------------------------------------------------ shares


@pytest.mark.django_db
def test_shared_credit_moves_in_the_assessment_and_never_in_statistics(city: Any) -> None:
    east, west = city.units["east"], city.units["west"]
    shared = ledger.project(city, east, signed_on=date(2024, 5, 1), investment=10 * YI)
    ledger.project(city, east, signed_on=date(2024, 5, 1), investment=YI)
    asked: dict[str, Any] = {"viewer": None, "period": Period.year(2024), "as_of": date(2024, 12, 31), "by": ("unit",)}
    plain = answer("signed_count", **asked).lines
    before = city.tick()
    share_credit(
        project=shared, shares={east.pk: Decimal(70), west.pk: Decimal(30)}, grounds="流转协议", actor=city.people["director"],
        at=city.tick(),
    )  # fmt: skip
    split = answer("signed_count_split", **asked)
    assert {k: str(split.line[u.pk].display) for k, u in (("east", east), ("west", west))} == {
        "east": "1.70 个",
        "west": "0.30 个",
    }
    assert split.total.figure.value == 2
    amount = answer("signed_amount_split", **asked)
    assert amount.line[west.pk].figure.value == 3 * YI
    assert answer("signed_count", **asked).lines == plain, "the statistical row stays"
    assert answer("signed_count_split", known_at=before, **asked).line[east.pk].figure.value == 2, "not yet then"
    share_credit(project=shared, shares={}, grounds="协议终止", actor=city.people["director"], at=city.tick())
    assert answer("signed_count_split", **asked).line[east.pk].figure.value == 2


@pytest.mark.django_db
def test_shares_that_do_not_make_a_whole_are_refused(city: Any, as_person: Any) -> None:
    east, west = city.units["east"], city.units["west"]
    project = ledger.project(city, east)
    for shares in ({east.pk: Decimal(70), west.pk: Decimal(20)}, {east.pk: Decimal(0), west.pk: Decimal(100)}):
        with pytest.raises(DomainError):
            share_credit(project=project, shares=shares, grounds="协议", actor=city.people["director"], at=city.tick())
    client, address = as_person("director"), reverse("indicators:share")
    told = {"code": project.code, "grounds": "协议", "shares": "东屏区 60\n砚西县 40"}
    assert client.post(address, {**told, "shares": "无名 60"}).status_code == 422
    assert "写了两次" in client.post(address, {**told, "shares": "东屏区 60\n东屏区 40"}).content.decode()
    assert as_person("officer").post(address, told).status_code == 403
    assert not CreditShare.objects.exists()
    assert client.post(address, told).status_code == 302
    assert "东屏区 60%" in client.get(reverse("indicators:shares")).content.decode()
