"""Answers from a ledger: windows, scope, currencies, breakdowns, rows, and the two dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yinfeng.domain.indicators import checks
from yinfeng.domain.indicators.mirror import keeping
from yinfeng.domain.indicators.queries import editions
from yinfeng.domain.indicators.queries.answers import answer, ask_of, rows_behind
from yinfeng.domain.indicators.queries.bridge import bridge_between
from yinfeng.domain.indicators.rules.parsing import parse_set
from yinfeng.domain.indicators.rules.standard import standard_body
from yinfeng.domain.projects.actions import facts as deeds
from yinfeng.domain.projects.actions.ledger import ProjectData, create_project
from yinfeng.domain.projects.rules.words import Channel, FlagKind, ProjectKind, Stage
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.foundation.rulebook import actions as rulebook
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.periods import Period

from . import ledger
from .ledger import told

pytestmark = pytest.mark.django_db
YEAR = Period.year(2024)
END = date(2024, 12, 31)
YI = 100_000_000


def value(name: str, **asked: Any) -> Any:
    asked = {"viewer": None, "period": YEAR, "as_of": END, **asked}
    return answer(name, **asked).total.figure.value


def test_a_unit_that_reports_nothing_shows_and_does_not_vanish(city: Any) -> None:
    ledger.project(city, city.units["east"], signed_on=date(2024, 5, 1))
    found = told(answer("signed_count", viewer=None, period=YEAR, as_of=END, by=("unit",)))
    assert list(found.items()) == [
        ("市投促中心", "0 个"), ("东屏区", "1 个"), ("东屏产业园", "0 个"), ("砚西县", "0 个")
    ], "in the official order of units"  # fmt: skip
    rates = told(answer("start_rate", viewer=None, period=YEAR, as_of=END, by=("unit",)))
    assert (rates["东屏区"], rates["砚西县"]) == ("0.00%", "—"), "zero of one is zero, of none is nothing"
    rolled = told(answer("signed_count", viewer=None, period=YEAR, as_of=END, by=("district",)))
    assert rolled["东屏区"] == "1 个"
    assert "东屏产业园" not in rolled


def test_facts_after_the_day_asked_do_not_count(city: Any) -> None:
    ledger.project(city, city.units["east"], signed_on=date(2024, 5, 1), started_on=date(2024, 9, 1))
    assert value("start_rate", as_of=date(2024, 8, 31)) == 0
    assert value("start_rate", as_of=date(2024, 9, 1)) == 1
    assert value("start_rate", period=Period.half(2024, 1)) == 1, "until as of"
    assert value("start_rate_same_window", period=Period.half(2024, 1)) == 0, "within the window"
    assert value("signed_count", as_of=date(2024, 4, 30)) == 0


def test_terminated_ones_stay_or_go_by_setting(city: Any) -> None:
    east = city.units["east"]
    ledger.project(city, east, signed_on=date(2024, 5, 1), ended_on=date(2024, 6, 1))
    ledger.project(city, east, signed_on=date(2024, 5, 1))
    assert value("signed_count") == 2
    assert value("performing_rate") * 2 == 1
    assert value("performing_rate", as_of=date(2024, 5, 31)) == 1, "it had not ended by then"
    assert value("signed_not_started_count") == 1
    assert value("terminated_count") == 1
    found = answer("performing_rate", viewer=None, period=YEAR, as_of=END)
    assert any("终止" in note for note in found.notes), "the setting is printed"


def test_attribution_bands_and_two_dimensions(city: Any) -> None:
    east, west = city.units["east"], city.units["west"]
    ledger.project(city, east, signed_on=date(2024, 2, 1), investment=12 * YI)
    ledger.project(city, east, signed_on=date(2024, 3, 1), investment=5 * YI, kind="service")
    ledger.project(city, west, signed_on=date(2024, 3, 9), investment=None)
    bands = told(answer("signed_bands", viewer=None, period=YEAR, as_of=END, by=("band",)))
    assert list(bands.values()) == ["0 个", "1 个", "2 个", "2 个", "1 个"], "cumulative, and one without a sum"
    both = answer("signed_count", viewer=None, period=YEAR, as_of=END, by=("unit", "kind"))
    assert told(both) == {"东屏区 / 制造业": "1 个", "东屏区 / 服务业": "1 个", "砚西县 / 制造业": "1 个"}
    months = told(answer("signed_count", viewer=None, period=Period.quarter(2024, 1), as_of=END, by=("month",)))
    assert months == {"2024年1月": "0 个", "2024年2月": "1 个", "2024年3月": "2 个"}
    total = answer("signed_amount", viewer=None, period=YEAR, as_of=END).total
    assert total.display == "17.00 亿元"
    assert "1 个未填" in total.formula


def test_fund_rate_is_money_over_the_contracts_of_the_same_projects(city: Any) -> None:
    east = city.units["east"]
    one = ledger.project(city, east, signed_on=date(2024, 2, 1), investment=10 * YI)
    before = ledger.project(city, east, signed_on=date(2023, 2, 1), investment=10 * YI)
    ledger.arrival(city, one, 2 * YI, date(2024, 4, 1))
    ledger.arrival(city, one, 3 * YI, date(2025, 4, 1))
    ledger.arrival(city, one, 3 * YI, date(2024, 4, 1), value_kind="flash")
    ledger.arrival(city, one, 3 * YI, date(2024, 4, 1), basis="fixed_assets")
    ledger.arrival(city, before, 7 * YI, date(2024, 4, 1))
    assert value("fund_rate") * 5 == 1
    assert value("fund_rate", as_of=date(2025, 12, 31)) * 2 == 1
    by_unit = answer("fund_rate", viewer=None, period=YEAR, as_of=END, by=("unit",))
    assert by_unit.line[east.pk].formula == "累计到位 2 亿元 ÷ 期内签约协议总投资 10 亿元 = 20.0%"
    assert value("funds_in_place") == 9 * YI


def test_changes_shares_and_targets(city: Any) -> None:
    east, west = city.units["east"], city.units["west"]
    ledger.projects(city, east, 3, signed_on=date(2024, 5, 1))
    ledger.projects(city, west, 1, signed_on=date(2024, 5, 1))
    ledger.projects(city, east, 2, signed_on=date(2023, 5, 1))
    yoy = answer("signed_count_yoy", viewer=None, period=YEAR, as_of=END, by=("unit",))
    assert yoy.line[east.pk].words == "同比增长50.0%"
    assert yoy.line[west.pk].words == "上年同期为零，不计同比"
    assert yoy.total.words == "同比增长100.0%"
    share = told(answer("signed_share", viewer=None, period=YEAR, as_of=END, by=("unit",)))
    assert (share["东屏区"], share["砚西县"]) == ("75.0%", "25.0%")
    assert answer("signed_completion", viewer=None, period=YEAR, as_of=END).total.display == "—"
    rule = rulebook.propose(
        kind=editions.TARGETS, body={"signed_count": {"2024": {"all": 5, "east": 4}}}, valid_from=city.today,
        note="下达", actor=city.people["steward"], at=city.at,
    )  # fmt: skip
    rulebook.approve(rule=rule, actor=city.people["director"], at=city.at)
    done = answer("signed_ahead", viewer=None, period=YEAR, as_of=date(2024, 6, 30), by=("unit",))
    assert done.line[east.pk].words == "超序时进度25.00个百分点"
    assert done.line[west.pk].words == "未设目标，不计进度"
    assert done.total.words == "超序时进度30.00个百分点"


def test_nobody_counts_what_they_may_not_see(city: Any, project: Any) -> None:
    ledger.project(city, city.units["west"], signed_on=date(2024, 5, 1))
    deeds.declare_milestone(
        phase=project.phases.get(), stage=Stage.SIGNED, happened_on=date(2026, 1, 5), actor=city.people["officer"],
        at=city.tick(), gated=False,
    )  # fmt: skip
    period, seen = Period.span(date(2024, 1, 1), date(2026, 12, 31)), {}
    for who in ("director", "officer", "stranger", "park", "leader"):
        viewer = viewer_of(city.people[who], city.today)
        for known_at in (None, city.at):
            found = answer("signed_count", viewer=viewer, period=period, as_of=city.today, known_at=known_at)
            definition, ask, _stamp = ask_of(
                "signed_count", viewer=viewer, period=period, as_of=city.today, known_at=known_at
            )
            assert len(rows_behind(definition, ask).rows) == found.total.figure.value
            seen[who, known_at is None] = int(found.total.figure.value or 0)
            assert ("本人可见范围。" in found.notes) == (who not in ("director",)) or who == "leader"
    # The rows of the helper stand in no access table: only who sees everything sees them.
    assert {who: n for (who, now), n in seen.items() if now} == {
        "director": 2, "officer": 1, "stranger": 0, "park": 1, "leader": 2,
    }  # fmt: skip
    assert {who: n for (who, now), n in seen.items() if now} == {who: n for (who, now), n in seen.items() if not now}
    for who in ("sysadmin", "secadmin", "auditor", "agent"):
        with pytest.raises(DomainError) as refused:
            answer("signed_count", viewer=viewer_of(city.people[who], city.today), period=period)
        assert refused.value.code == "indicator.right"


def test_the_verified_count_asks_for_a_second_person(city: Any, project: Any) -> None:
    period = Period.year(2026)
    started = deeds.declare_milestone(
        phase=project.phases.get(), stage=Stage.STARTED, happened_on=date(2026, 2, 1), actor=city.people["officer"],
        at=city.tick(), gated=False,
    )  # fmt: skip
    declared_at = city.at
    assert value("started_count", period=period, as_of=city.today) == 1
    assert value("started_count_verified", period=period, as_of=city.today) == 0
    deeds.verify(fact=started, actor=city.people["colleague"], at=city.tick())
    assert value("started_count_verified", period=period, as_of=city.today) == 1
    assert value("started_count_verified", period=period, as_of=city.today, known_at=declared_at) == 0
    assert value("started_count_verified", period=period, as_of=city.today, known_at=city.at) == 1


# ------------------------------------------------------------------------------------------------ both dates


def test_before_the_first_record_there_is_none(city: Any) -> None:
    ledger.project(city, city.units["east"], signed_on=date(2023, 5, 1), at=datetime(2024, 3, 1, tzinfo=UTC))
    found = answer("start_rate", viewer=None, period=YEAR, known_at=datetime(2024, 2, 29, tzinfo=UTC), by=("unit",))
    assert (found.state, found.total.display, found.lines) == ("no_record", "无记录", ())
    assert answer("start_rate", viewer=None, period=YEAR, known_at=datetime(2024, 3, 1, tzinfo=UTC)).state == "ok"


@pytest.mark.parametrize("name", ["signed_trade_volume", "fit_ratio", "start_rate_due"])
def test_what_has_no_history_is_refused_not_guessed(city: Any, name: str) -> None:
    ledger.project(city, city.units["east"], signed_on=date(2024, 5, 1))
    with pytest.raises(DomainError) as refused:
        answer(name, viewer=None, period=YEAR, known_at=city.at)
    assert refused.value.code == "indicator.no_history"
    with pytest.raises(DomainError):
        answer("signed_count", viewer=None, period=YEAR, known_at=city.at, by=("chain",))


def test_a_merged_project_still_counts_in_what_was_known_before(city: Any) -> None:
    from yinfeng.domain.projects.models import Project, ProjectState

    keep = ledger.project(city, city.units["east"], signed_on=date(2024, 5, 1))
    lose = ledger.project(city, city.units["east"], signed_on=date(2024, 6, 1))
    merged_at = datetime(2024, 9, 1, tzinfo=UTC)
    Project.objects.filter(pk=lose.pk).update(merged_into=keep)
    ProjectState.objects.filter(project=lose).update(valid_to=merged_at)
    assert value("signed_count") == 1
    assert value("signed_count", known_at=merged_at - timedelta(seconds=1)) == 2
    assert value("signed_count", known_at=merged_at) == 1


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rng=st.randoms(use_true_random=False))
def test_any_sequence_of_deeds_leaves_what_was_known_as_it_was(city: Any, rng: Any) -> None:
    """Record, void, correct, verify, return, flag, pay: at each moment the answers are written down, and whatever
    happens afterwards they are given again, to the digit."""
    names = ["signed_count", "signed_amount", "start_rate", "start_rate_same_window", "funds_in_place", "fund_rate",
             "performing_rate", "in_negotiation_count", "started_count_verified", "signed_bands"]  # fmt: skip
    officer, colleague = city.people["officer"], city.people["colleague"]
    period = Period.year(2026)

    def snapshot(moment: datetime) -> list[Any]:
        found = [answer(n, viewer=None, period=period, as_of=city_day, known_at=moment, by=("unit",)) for n in names]
        return [(a.total, a.lines, a.state) for a in found]

    city_day = date(2026, 12, 31)
    projects, written, remembered = [], [], []
    keeping.forget()
    for turn in range(20):
        if turn == 9:
            keeping.build()  # what follows is not in it
        at = city.tick(7)
        deed = rng.choice(["new", "sign", "start", "pay", "void", "correct", "verify", "return", "flag", "edit"])
        try:
            if deed == "new" or not projects:
                projects.append(
                    create_project(
                        data=ProjectData(
                            name=f"云岭第{turn}号精工项目", kind=rng.choice([ProjectKind.MANUFACTURING, ProjectKind.SERVICE]),
                            lead_unit_id=city.units[rng.choice(["east", "west"])].pk, channel=Channel.CHAIN,
                            investment_amount=rng.randrange(1, 40) * YI,
                        ),
                        actor=officer, at=at,
                    )
                )  # fmt: skip
            elif deed in ("sign", "start"):
                stage = Stage.SIGNED if deed == "sign" else Stage.STARTED
                day = date(2026, 1, 1) + timedelta(days=rng.randrange(50))
                phase = rng.choice(projects).phases.get()
                written.append(
                    deeds.declare_milestone(
                        phase=phase, stage=stage, happened_on=day, actor=officer, at=at, gated=False
                    )
                )
            elif deed == "pay":
                data = deeds.FundsData(
                    rng.randrange(1, 9) * YI, date(2026, 1, 1) + timedelta(days=rng.randrange(50)), "capital",
                    "outside_province", voucher=f"PZ{turn}",
                )  # fmt: skip
                of = rng.choice(projects)
                written.append(deeds.declare_funds(project=of, phase=of.phases.get(), data=data, actor=officer, at=at))
            elif deed == "flag":
                of = rng.choice(projects)
                written.append(
                    deeds.raise_flag(
                        project=of, kind=rng.choice([FlagKind.TERMINATED, FlagKind.STALLED]),
                        happened_on=date(2026, 2, 20), reason="资金未落实", actor=officer, at=at,
                    )
                )  # fmt: skip
            elif written:
                fact = rng.choice(written)
                fact.refresh_from_db()
                if deed == "void":
                    deeds.void_fact(fact=fact, reason="登记有误", actor=officer, at=at)
                elif deed == "correct" and hasattr(fact, "stage"):
                    day = date(2026, 1, 1) + timedelta(days=rng.randrange(50))
                    written.append(
                        deeds.correct_milestone(
                            milestone=fact, happened_on=day, reason="日期有误", actor=officer, at=at
                        )
                    )
                elif deed == "verify":
                    deeds.verify(fact=fact, actor=colleague, at=at)
                elif deed == "return":
                    deeds.return_fact(fact=fact, reason="凭证不清", actor=colleague, at=at)
        except DomainError:
            pass  # a deed the house refuses changes nothing
        if turn % 4 == 0:
            remembered.append((at, snapshot(at)))
    for (earlier, _then), (at, _now) in pairwise(remembered):
        for name in names[:6]:
            span = bridge_between(name, viewer=None, period=period, as_of=city_day, since=earlier, known_at=at)
            for one in span.spans:
                steps = [line.by for line in span.lines if line.currency == one.currency]
                assert one.difference is None or sum(steps) == one.difference
            assert [s.after for s in span.spans] == [span.after.total.figure.value]
    with override_settings(MIRROR_WITHIN_TRANSACTIONS=True):
        assert keeping.current() is not None
        assert list(checks.mirror()) == []
        for at, then in remembered:
            assert snapshot(at) == then, "the mirror tells what the row store told"
        of_mirror = [answer(n, viewer=None, period=period, as_of=city_day, by=("unit",)) for n in names]
    keeping.forget()
    for at, then in remembered:
        assert snapshot(at) == then
        # The money kept on a project's row is that of its arrivals: all of them lie before March.
        kept, facts = (
            answer("fund_rate", viewer=None, period=period, as_of=day, known_at=at).total.figure
            for day in (city_day, date(2026, 2, 28))
        )
        assert kept == facts
    last = [answer(n, viewer=None, period=period, as_of=city_day, by=("unit",)) for n in names]
    assert [(a.total, a.lines, a.state) for a in last] == snapshot(city.tick(60)), "now is what is known now"
    assert of_mirror == last


def test_a_set_that_is_not_in_force_can_be_tried(city: Any) -> None:
    ledger.project(city, city.units["east"], signed_on=date(2024, 5, 1))
    body = standard_body()
    mine = {**body, "indicators": {"signed_here": {**body["indicators"]["signed_count"], "name": "试算"}}}
    found = answer("signed_here", viewer=None, period=YEAR, as_of=END, edition=(parse_set(mine), "试算"))
    assert (found.total.figure.value, found.stamp) == (1, "试算")
