"""What cannot be in a figure, or deserves a second look."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from yinfeng.domain.indicators.rules import sanity
from yinfeng.domain.indicators.rules.figures import Figure
from yinfeng.domain.indicators.rules.parsing import parse_set
from yinfeng.domain.indicators.rules.standard import standard_body
from yinfeng.domain.projects.models import ProjectState
from yinfeng.kernel.periods import Period

from . import ledger

YI = 100_000_000


@pytest.fixture(scope="module")
def known() -> Any:
    return parse_set(standard_body()).by_name


@pytest.mark.parametrize(
    ("name", "value", "text", "says"),
    [
        ("start_rate", Fraction(22, 32), "68.9%", "68.8%"),
        ("start_rate", Fraction(22, 32), "68.8%", ""),
        ("performing_rate", Fraction(291, 292), "99.65%", "截断"),
        ("performing_rate", Fraction(291, 292), "99.66", ""),
        ("signed_count", Fraction(174), "174个", ""),
        ("signed_count", Fraction(174), "147", "应为 174"),
        ("signed_amount_cny", Fraction(16_070_000_000), "160.7亿元", ""),
        ("signed_amount_cny", Fraction(16_070_000_000), "161亿元", ""),
        ("signed_amount_cny", Fraction(16_070_000_000), "166.7亿元", "应为 160.7亿元"),
        ("start_rate", None, "50%", "算不出"),
    ],
)  # fmt: skip
def test_a_published_value_is_compared_at_its_own_places(
    known: Any, name: str, value: Any, text: str, says: str
) -> None:
    found = sanity.published(known[name], Figure(value), text)
    assert [says in one.words for one in found] == ([True] if says else [])


def test_parts_that_do_not_add_up_and_shares_are_found(known: Any) -> None:
    parts = [Figure(Fraction(3)), Figure(Fraction(4))]
    assert sanity.parts_and_whole(known["signed_count"], parts, Figure(Fraction(7))) == []
    assert "与合计 8 不符" in sanity.parts_and_whole(known["signed_count"], parts, Figure(Fraction(8)))[0].words
    halves = [Figure(Fraction(1, 2)), Figure(Fraction(1, 3))]
    assert sanity.parts_and_whole(known["signed_share"], halves, Figure(Fraction(1)))[0].rule == "shares"


def test_a_month_far_above_the_others_is_pointed_at(known: Any) -> None:
    months = [(Period.month(2024, n), Fraction(v)) for n, v in enumerate((2, 3, 2, 30), 1)]
    (found,) = sanity.jumps(known["signed_count"], months)
    assert not found.is_wrong
    assert "2024年4月" in found.words
    assert sanity.jumps(known["signed_count"], months[:3]) == []


@pytest.mark.django_db
def test_a_year_to_date_that_fell_is_told(city: Any, capsys: pytest.CaptureFixture[str]) -> None:
    moment, later = datetime(2024, 1, 20, tzinfo=UTC), datetime(2024, 2, 15, tzinfo=UTC)
    gone = ledger.project(city, city.units["east"], signed_on=date(2024, 1, 9), at=moment)
    ProjectState.objects.filter(project=gone).update(valid_to=later)
    ledger.project(city, city.units["east"], signed_on=date(2024, 1, 10), at=moment)
    call_command("indicator", "check", "signed_count", "--from", "2024-01-01", "--to", "2024-06-30", "--json")
    told = json.loads(capsys.readouterr().out)["findings"]
    assert [(one["rule"], one["wrong"]) for one in told] == [("year_to_date", False)]
    assert "2024年2月" in told[0]["words"]


@pytest.mark.django_db
def test_the_command_and_the_page_say_what_is_wrong(
    city: Any, as_person: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger.projects(city, city.units["east"], 2, signed_on=date(2024, 5, 1), at=datetime(2024, 5, 2, tzinfo=UTC))
    asked = ("indicator", "check", "signed_count", "--from", "2024-01-01", "--to", "2024-06-30")
    call_command(*asked)
    assert "没有发现问题" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        call_command(*asked, "--published", "3")
    assert "有误：已公布 3，按台账应为 2" in capsys.readouterr().out
    client = as_person("director")
    address = reverse("indicators:figure", args=["signed_count"]) + "?start=2024-01-01&end=2024-06-30&by=unit&check=1"
    assert client.get(address).context["page"].findings == []
    assert "按台账应为 2" in client.get(address + "&published=3").content.decode()
    assert "不是数字" in client.get(address + "&published=x").content.decode()
