"""So many requests a minute, whatever the number of processes, and a minute that slides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.foundation.accounts.tests.people import client_of
from yinfeng.foundation.exchange import limiting
from yinfeng.foundation.exchange.actions.tokens import lease
from yinfeng.foundation.exchange.models import Token
from yinfeng.foundation.exchange.rules.limits import Count

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def small(settings) -> None:
    settings.API_REQUESTS_A_MINUTE = 5


@pytest.mark.parametrize("by_token", [True, False], ids=["token", "person"])
def test_the_sixth_is_told_when_to_come_back(city, program, by_token) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client = program("officer") if by_token else client_of(city.people["officer"])
        told = [client.get("/api/v1/projects").status_code for _n in range(5)]
        refused = client.get("/api/v1/projects")
        assert told == [200] * 5
        assert refused.status_code == 429
        assert refused["Content-Type"].startswith("application/problem+json")
        clock.shift(int(refused["Retry-After"]))
        assert client.get("/api/v1/projects").status_code == 200


def test_one_caller_does_not_use_up_the_other(city, program) -> None:
    with time_machine.travel(NOON, tick=False):
        loud, quiet = program("officer"), program("colleague")
        for _n in range(7):
            loud.get("/api/v1/projects")
        assert quiet.get("/api/v1/projects").status_code == 200


def test_processes_share_the_minute(city, token_of, settings) -> None:
    """What another process has leased is gone; nobody gets more than the limit together."""
    settings.API_REQUESTS_A_MINUTE = 100
    token_of("officer")
    token = Token.objects.get()
    got = [lease(token_id=token.pk, limit=100, most=30, at=NOON)[0] for _n in range(5)]
    assert got == [30, 30, 30, 10, 0]


def test_the_page_of_a_person_is_no_request_of_a_program(city) -> None:
    with time_machine.travel(NOON, tick=False):
        client = client_of(city.people["officer"])
        assert {client.get("/projects/").status_code for _n in range(8)} == {200}


@given(
    st.lists(st.floats(min_value=0, max_value=20, allow_nan=False), min_size=1, max_size=200),
    st.integers(min_value=1, max_value=30),
)
def test_no_calendar_minute_lets_more_through_and_waiting_helps(gaps, limit) -> None:
    moment, count, passed = 1_772_000_000.0, Count(), []
    for gap in gaps:
        moment += gap
        count = count.at(moment)
        if count.room(limit, moment) > 0:
            count = Count(count.window, count.used + 1, count.used_before)
            passed.append(moment)
        else:
            later = moment + count.wait(limit, moment)
            assert count.at(later).room(limit, later) > 0
    by_minute: dict[int, int] = {}
    for at in passed:
        by_minute[int(at // 60)] = by_minute.get(int(at // 60), 0) + 1
    assert max(by_minute.values(), default=0) <= limit


def test_a_clock_set_back_opens_no_new_minute() -> None:
    full = Count(window=100, used=5)
    assert full.at((100 - 3) * 60.0).room(5, (100 - 3) * 60.0) <= 0
    assert timedelta(seconds=full.wait(5, 100 * 60.0)) <= timedelta(minutes=2)


def test_the_memory_of_callers_is_bounded(settings) -> None:
    for n in range(limiting.MOST_REMEMBERED + 50):
        limiting._of_person(f"person:{n}", 5, 1_000.0)
    assert len(limiting._people) <= limiting.MOST_REMEMBERED + 1
