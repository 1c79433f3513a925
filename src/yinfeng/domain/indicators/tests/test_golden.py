"""The golden vectors: real published figures, computed from a ledger that is built of them, through the command's JSON."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from yinfeng.domain.indicators.queries.answers import answer, ask_of, find, rows_behind
from yinfeng.domain.indicators.rules.figures import Raw, Tally, figure, reads_as_cumulative
from yinfeng.domain.indicators.rules.wording import said
from yinfeng.kernel.periods import Period

from . import ledger
from .ledger import told

pytestmark = [pytest.mark.django_db, pytest.mark.shared]
YI = 100_000_000
H1 = Period.half(2024, 1)


@pytest.fixture
def vectors(shared: Path) -> dict[str, Any]:
    body = json.loads((shared / "golden" / "indicators.json").read_text(encoding="utf-8"))
    assert body["format"] == 1
    return {vector["id"]: vector for vector in body["vectors"]}


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    call_command("indicator", "show", *arguments, "--json")
    return json.loads(capsys.readouterr().out)


def test_luan_2024h1_start_rate(city: Any, vectors: Any, capsys: pytest.CaptureFixture[str]) -> None:
    vector = vectors["luan_2024h1_start_rate"]
    rows = vector["inputs"]["rows"]
    units = ledger.units(city, [row["unit"] for row in rows])
    for row in rows:
        unit = units[row["unit"]]
        ledger.projects(
            city, unit, row["started"], signed_on=date(2024, 6, 30), started_on=date(2024, 6, 30), investment=YI
        )
        ledger.projects(
            city, unit, row["signed"] - row["started"], signed_on=date(2024, 1, 1), started_on=date(2024, 7, 1)
        )
        # outside the window, and just below the band
        ledger.project(city, unit, signed_on=date(2023, 12, 31), started_on=date(2024, 3, 1))
        ledger.project(city, unit, signed_on=date(2024, 2, 1), started_on=date(2024, 3, 1), investment=YI - 1)
    answered = shown(
        capsys, "start_rate_same_window_1yi", "--from", "2024-01-01", "--to", "2024-06-30", "--by", "unit",
        "--as-of", "2024-12-31",
    )  # fmt: skip
    lines = {line["labels"][0]: line for line in answered["lines"] if line["labels"][0] in units}
    assert {unit: line["display"] for unit, line in lines.items()} == {
        unit: f"{rate}%" for unit, rate in vector["expected"]["rates"].items()
    }
    assert list(lines) == [row["unit"] for row in rows], "in the official order of units"
    total = vector["expected"]["total"]
    assert answered["total"]["display"] == f"{total['rate']}%"
    assert (answered["total"]["numerator"], answered["total"]["denominator"]) == ("114", "174")
    assert lines["金寨"]["formula"] == "期内已开工 22 个 ÷ 期内签约1亿元以上 32 个 = 68.8%"
    ordered = sorted(lines, key=lambda unit: -Fraction(lines[unit]["value"]))
    assert ordered == vector["expected"]["order_by_rate"]
    assert len(answered["rows"]) == total["signed"]
    assert sum(row["in_numerator"] for row in answered["rows"]) == total["started"]


def test_qianjiang_2017(city: Any, vectors: Any) -> None:
    vector = vectors["qianjiang_2017"]
    inputs, unit = vector["inputs"], city.units["east"]
    day = date(2017, 5, 4)
    ledger.projects(city, unit, inputs["started"], signed_on=day, registered_on=day, started_on=day)
    ledger.projects(city, unit, inputs["registered"] - inputs["started"], signed_on=day, registered_on=day)
    ledger.projects(city, unit, inputs["signed"] - inputs["registered"], signed_on=day)
    period = Period.span(date(2017, 1, 1), date(2017, 9, 30))
    for name, expected in (("landing_rate_registered", "landing_rate"), ("start_rate", "start_rate")):
        answered = answer(name, viewer=None, period=period, as_of=period.end)
        assert answered.total.display == vector["expected"][expected] + "%"


def test_weinan_2010(city: Any, vectors: Any) -> None:
    vector = vectors["weinan_2010"]
    inputs, expected, unit = vector["inputs"], vector["expected"], city.units["east"]
    signed, later = date(2010, 3, 1), date(2010, 8, 1)
    ledger.projects(city, unit, inputs["built"], signed_on=signed, completed_on=later)
    ledger.projects(city, unit, inputs["building"], signed_on=signed, started_on=later)
    ledger.projects(city, unit, inputs["in_procedure"], signed_on=signed)
    ledger.projects(city, unit, inputs["terminated"], signed_on=signed, ended_on=later)
    period = Period.year(2010)
    started = answer("start_rate_with_built", viewer=None, period=period, as_of=period.end)
    assert started.total.display == expected["start_rate"]["value"] + "%"
    assert started.total.figure.numerator == expected["started"]
    performing = answer("performing_rate", viewer=None, period=period, as_of=period.end)
    assert performing.total.display == expected["performing_rate"]["value"] + "%"
    assert performing.total.figure.denominator == expected["signed_check"]
    assert performing.total.figure.numerator == expected["performing"]


def test_danyang_2023(city: Any, vectors: Any) -> None:
    vector = vectors["danyang_2023"]
    inputs, expected, unit = vector["inputs"], vector["expected"], city.units["east"]
    june = date(2023, 6, 15)
    amounts = [30, 31, 10, 11, 12, 5, 6]  # 2 of 30, 3 of 10, 2 of 5; the rest share what is left
    left = int(Fraction(inputs["cumulative"][0]["amount_yi"]) * YI) - sum(amounts) * YI
    sizes = [a * YI for a in amounts] + [left // 34] * 33
    sizes.append(left - 33 * (left // 34))
    for place, size in enumerate(sizes):
        kind = "service" if place == len(sizes) - 1 else "manufacturing"
        ledger.project(city, unit, signed_on=june, investment=size, kind=kind)
    july = int(Fraction(expected["month_delta"]["amount_yi"]) * YI)
    ledger.project(city, unit, signed_on=date(2023, 7, 20), investment=july)
    for step in inputs["cumulative"]:
        until = Period.ytd(date.fromisoformat(step["to"]))
        assert answer("signed_count", viewer=None, period=until).total.figure.value == step["projects"]
        total = answer("signed_amount_cny", viewer=None, period=until).total
        assert total.display == f"{Decimal(step['amount_yi']):.2f} 亿元"
        by_band = answer("signed_ranges", viewer=None, period=until, by=("band",))
        assert by_band.line["band1"].figure.value == step["at_least_30yi"]
    month = answer("signed_amount_cny", viewer=None, period=Period.month(2023, 7))
    assert month.total.display == "99.99 亿元"
    bands = answer("signed_ranges", viewer=None, period=Period.ytd(date(2023, 7, 31)), by=("band",))
    assert [int(line.figure.value or 0) for line in bands.lines] == [*expected["bands_reading"].values(), 0]
    printed = [(n, band["count"]) for n, band in zip((30, 10, 5), inputs["printed_bands"], strict=True)]
    assert reads_as_cumulative(printed) is expected["bands_cumulative"]
    definition, _known, _stamp = find("manufacturing_share", june)
    share = figure(definition, Raw(Tally(inputs["share"]["whole"]), Tally(inputs["share"]["part"])))
    assert said(definition, share) == expected["share"]["value"] + "%"
    by_kind = answer("signed_count", viewer=None, period=Period.ytd(date(2023, 7, 31)), by=("kind",))
    assert by_kind.line["manufacturing"].figure.value == inputs["by_class"]["manufacturing"]
    assert by_kind.total.figure.value == expected["class_total"]


def test_danyang_2023_in_hand_is_never_added(city: Any, vectors: Any) -> None:
    inputs, unit = vectors["danyang_2023"]["inputs"]["in_hand"], city.units["east"]
    day = date(2023, 5, 1)
    yuan, dollars = int(Fraction(inputs["domestic_yi"]) * YI), int(Fraction(inputs["foreign_usd_yi"]) * YI)
    ledger.project(city, unit, negotiating_on=day, investment=yuan - (inputs["domestic"] - 1) * YI)
    ledger.projects(city, unit, inputs["domestic"] - 1, negotiating_on=day, investment=YI)
    foreign = {"negotiating_on": day, "capital_kind": "foreign", "investment_currency": "USD"}
    ledger.project(city, unit, investment=dollars - (inputs["foreign"] - 1) * YI // 100, **foreign)
    ledger.projects(city, unit, inputs["foreign"] - 1, investment=YI // 100, **foreign)
    period = Period.year(2023)
    counted = answer("in_negotiation_count", viewer=None, period=period, by=("capital_kind",))
    assert told(counted) == {"内资": "97 个", "港澳台资": "0 个", "外资": "16 个"}
    assert counted.total.figure.value == 113
    summed = answer("in_negotiation_amount", viewer=None, period=period)
    assert summed.total.figure.value is None
    assert summed.total.display == "369.03 亿元 + 7.37 亿美元"


def test_kecheng_2022h1(city: Any, vectors: Any) -> None:
    vector, unit = vectors["kecheng_2022h1"], city.units["west"]
    facts = {fact["name"]: fact for fact in vector["inputs"]["facts"]}
    expected = vector["expected"]
    day, period = date(2022, 6, 1), Period.half(2022, 1)
    big = facts["signed_at_least_5yi_manufacturing"]["value"]
    made = ledger.projects(city, unit, big, signed_on=day, investment=5 * YI)
    other = ledger.projects(
        city, unit, facts["signed_at_least_1yi"]["value"] - big, signed_on=day, investment=YI, kind="service"
    )
    of_made = int(Fraction(facts["funds_outside_city_manufacturing_yi"]["value"]) * YI)
    of_all = int(Fraction(facts["funds_outside_city_yi"]["value"]) * YI)
    estimate = int(Fraction(facts["funds_june_yi"]["value"]) * YI)
    ledger.arrival(city, made[0], of_made, day)
    ledger.arrival(city, other[0], of_all - of_made, day, boundary="outside_city")
    ledger.arrival(city, other[0], estimate, day, value_kind="estimate")
    ledger.arrival(city, other[0], 9 * YI, day, boundary="inside_city")

    def total(name: str) -> Any:
        return answer(name, viewer=None, period=period, as_of=date(2022, 7, 25)).total

    assert total("signed_1yi").figure.value == 8
    assert total("signed_manufacturing_5yi").figure.value == 4
    assert total("funds_outside_city").display == "6.70 亿元", "the estimate is not added to it"
    assert total("funds_estimate").display == "3.30 亿元"
    share = total("funds_manufacturing_share")
    assert share.display == expected["manufacturing_share_of_funds"]["value"] + "%"
    assert share.formula == "其中制造业 2.2 亿元 ÷ 期内到位市外资金 6.7 亿元 = 32.8%"
    # No denominators, no rates: nothing was planned to start, so the rate of those due has no value.
    assert total("start_rate_due").figure.value is None
    assert total("start_rate_due").display == "—"
    definition, ask, _stamp = ask_of("funds_outside_city", viewer=None, period=period, as_of=date(2022, 7, 25))
    assert [row.amount for row in rows_behind(definition, ask).rows] == [of_made, of_all - of_made]
