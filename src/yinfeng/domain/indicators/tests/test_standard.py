"""The whole standard set against a small ledger: every definition answers, by everything it offers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from yinfeng.domain.indicators.queries import editions
from yinfeng.domain.indicators.queries.answers import answer, answered, ask_of, possible, rows_behind
from yinfeng.domain.indicators.queries.as_json import answer_json
from yinfeng.domain.projects.models import (
    Agreement,
    Ceremony,
    Lead,
    Listing,
    Milestone,
    Phase,
    Visit,
)
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.periods import Period

from . import ledger
from .ledger import RECORDED

pytestmark = pytest.mark.django_db
YEAR = Period.year(2024)
END = date(2024, 12, 31)
YI = 100_000_000


def lead(city: Any, unit: str, reported: date, **values: Any) -> Lead:
    values = {"kind": "manufacturing", "channel": "chain", **values}
    return Lead.objects.create(
        code=f"L{Lead.objects.count():06d}", name="线索", name_key="线索", owner_unit=city.units[unit], reported_on=reported,
        created_by=city.people["officer"], created_at=RECORDED, changed_at=RECORDED, **values,
    )  # fmt: skip


def visit(city: Any, unit: str, day: date, **values: Any) -> Visit:
    values = {"direction": "outbound", "our_side": "甲", "our_count": 3, "minutes": "谈", "at": RECORDED, **values}
    return Visit.objects.create(unit=city.units[unit], held_on=day, recorded_by=city.people["officer"], **values)


@pytest.fixture
def full(city: Any) -> Any:
    """Something of everything in 2024, all of 东屏区 but what the outpost did."""
    east, day = city.units["east"], date(2024, 3, 5)
    one = ledger.project(
        city, east, signed_on=day, started_on=day + timedelta(days=40), registered_on=day, investment=8 * YI,
        outpost=city.units["outpost"], fixed_investment_cny=6 * YI, land_area_mu=300, annual_tax_cny=YI // 10,
    )  # fmt: skip
    ledger.project(city, east, signed_on=day, kind="trade", investment=None, annual_output_cny=2 * YI)
    phase = Phase.objects.create(project=one, number=1, name="一期", planned_start_on=day, site_route="land")
    Phase.objects.create(project=one, number=2, name="二期", planned_start_on=day)
    fact = {"project": one, "stage": "started", "at": RECORDED, "declared_by": city.people["officer"]}
    for at in Phase.objects.filter(project=one):
        Milestone.objects.create(phase=at, happened_on=day + timedelta(days=40), **fact)
    paper = {"recorded_by": city.people["officer"], "at": RECORDED}
    ledger.arrival(city, one, 2 * YI, date(2024, 6, 1))
    framework = Agreement.objects.create(
        project=one,
        kind="framework",
        title="合作框架",
        parties="甲乙",
        signed_on=date(2024, 1, 9),
        investment_cny=9 * YI,
        **paper,
    )
    stage = Ceremony.objects.create(
        kind="signing", name="春季集中签约", held_on=date(2024, 4, 1), host_unit=city.units["bureau"], **paper
    )
    stage.agreements.add(framework)
    stage.phases.add(phase)
    Listing.objects.create(project=one, name="省重点", level="省", year=2024, document="文")
    for month, how_many in ((8, 4), (9, 3), (10, 2), (11, 1)):
        for _n in range(how_many):
            lead(city, "outpost", date(2024, month, 3))
    lead(city, "east", date(2024, 2, 1), screened_on=date(2024, 2, 9), project=one, kind="talent")
    visit(city, "outpost", date(2024, 5, 1), project=one, leader=city.people["leader"])
    visit(city, "east", date(2024, 5, 1), project=one, direction="inbound", their_count=5)
    visit(city, "east", date(2024, 5, 1), project=one, voided_at=RECORDED + timedelta(days=40), void_reason="误记")
    return city


def said(name: str, **asked: Any) -> str:
    asked = {"viewer": None, "period": YEAR, "as_of": END, **asked}
    return answer(name, **asked).total.display


def test_every_definition_answers_by_whatever_it_offers(full: Any) -> None:
    known, _stamp = editions.definitions(END)
    moment = RECORDED + timedelta(days=30)
    for place, (name, definition) in enumerate(known.by_name.items()):
        offered = [one for one, _label in possible(definition, known)]
        for by in ((), (offered[place % len(offered)],)) if offered else ((),):  # each dimension comes up in its turn
            question = ask_of(name, viewer=None, period=YEAR, as_of=END, by=by)
            found = answered(*question)
            assert found.total.display, (name, by)
            assert answer_json(found, rows_behind(*question[:2]))["total"]["formula"]
        if any(part.without_history() for part in known.chain_of(definition)):
            with pytest.raises(DomainError, match="不留历史"):
                answer(name, viewer=None, period=YEAR, as_of=END, known_at=moment)
        else:
            answer(name, viewer=None, period=YEAR, as_of=END, known_at=moment)


def test_an_empty_ledger_prints_no_false_zero_percent_and_raises_nothing(city: Any) -> None:
    known, _stamp = editions.definitions(END)
    for name, definition in known.by_name.items():
        total = answer(name, viewer=None, period=YEAR, as_of=END).total
        if definition.measure in ("ratio", "share", "quotient", "average", "change", "completion", "duration", "gap"):
            assert total.figure.value is None, name
            assert "—" in total.display, name


def test_records_beside_projects(full: Any) -> None:
    assert said("framework_count") == "1 份"
    assert said("framework_amount") == "9.00 亿元"
    assert said("framework_to_contract_rate") == "100.0%"
    assert said("signing_ceremony_count") == "1 个", "on the stage twice over is there once"
    assert said("signing_ceremony_amount") == "8.00 亿元"
    assert said("phases_started") == "2 期"
    assert said("started_count") == "1 个", "two phases are one project"
    assert said("land_supplied_count") == "0 个", "it has land, and no day on which it got it"
    assert said("listed_count") == "1 个"
    assert said("leads_count") == "11 条"
    assert said("leads_talent") == "1 条"
    assert said("lead_qualified_rate") == "9.1%"
    assert said("lead_signed_rate") == "9.09%"
    assert said("visits_out") == "1 次", "a voided one does not count"
    assert said("visits_out", known_at=RECORDED + timedelta(days=30)) == "2 次", "it did then"
    assert said("visits_in_their_people") == "5 人次"
    assert said("leader_trips") == "1 次"
    assert said("outpost_leads") == "10 条"
    assert said("outpost_signed_count") == "1 个"
    by_unit = answer("outpost_visits_out", viewer=None, period=YEAR, as_of=END, by=("unit",))
    assert [(line.labels[0], line.display) for line in by_unit.lines] == [("驻南湾组", "1 次")]


def test_averages_durations_and_months(full: Any) -> None:
    assert said("investment_intensity") == "200.00 万元/亩"
    assert said("days_signing_to_start") == "40.0 天"
    assert said("outpost_leads_falling", period=Period.span(date(2024, 6, 1), date(2024, 11, 30))) == "3 个月"
    assert said("outpost_leads_falling") == "4 个月", "none in December"
    check = answer("monthly_signed", viewer=None, period=Period.half(2024, 1), as_of=END)
    assert (check.total.display, check.total.formula) == ("否", "6 个月中 1 个月有")
    assert "2024年2月" in check.total.words
    march = answer("monthly_signed", viewer=None, period=Period.month(2024, 3), as_of=END)
    assert march.total.display == "是"
    two_months = Period.span(date(2024, 3, 1), date(2024, 4, 30))
    running = answer("monthly_signed", viewer=None, period=two_months, as_of=date(2024, 4, 10))
    assert running.total.display == "是", "April is not over"
