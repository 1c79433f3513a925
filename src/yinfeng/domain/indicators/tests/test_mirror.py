"""The mirror answers what the row store answers, or does not answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yinfeng.domain.enterprises.models import Enterprise, EnterpriseTitle
from yinfeng.domain.indicators import checks
from yinfeng.domain.indicators.mirror import keeping
from yinfeng.domain.indicators.queries import editions
from yinfeng.domain.indicators.queries.answers import answer, possible
from yinfeng.domain.projects.actions import facts, merge
from yinfeng.domain.projects.actions.ledger import edit_project
from yinfeng.domain.projects.models import FundsArrival, Listing, Project, ProjectInvestor
from yinfeng.domain.projects.rules.words import FlagKind
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.periods import Period

from . import ledger

pytestmark = pytest.mark.django_db
YEAR, END = Period.year(2024), date(2024, 12, 31)
YI = 100_000_000


@pytest.fixture(autouse=True)
def within_transactions(settings: Any) -> Iterator[None]:
    settings.MIRROR_WITHIN_TRANSACTIONS = True
    yield
    keeping.forget()


@pytest.fixture
def some(city: Any) -> list[Project]:
    """Projects of every kind, with money, dates that are missing, sums that are not told, and dollars."""
    made = []
    for n in range(24):
        unit = city.units["east" if n % 3 else "west"]
        dates = {
            "negotiating_on": date(2023, 11, 1), "signed_on": date(2024, 1 + n % 12, 3) if n % 5 else None,
            "started_on": date(2024, 12, 1 + n) if n % 4 == 1 else None,
            "producing_on": date(2025, 1, 5) if n % 8 == 1 else None, "ended_on": date(2024, 12, 9) if n == 7 else None,
        }  # fmt: skip
        more: dict[str, Any] = {"investment": None} if n == 3 else {"investment": (n + 1) * YI // 2}
        if n % 6 == 2:
            more |= {"investment_currency": "USD", "capital_kind": "foreign"}
        one = ledger.project(
            city, unit, kind="service" if n % 7 == 0 else "manufacturing", landing_unit=unit if n % 2 else None,
            land_area_mu=f"{n}.25" if n % 3 else None, **dates, **more,
        )  # fmt: skip
        ledger.arrival(
            city, one, (n + 1) * 10**7, date(2024, 1 + n % 12, 20), value_kind="actual" if n % 4 else "flash"
        )
        ledger.arrival(
            city, one, n * 10**6 + 1, date(2023, 5, 20), boundary="outside_city", currency="USD", amount_cny=None
        )
        made.append(one)
    for n in (0, 1):  # the second one's list and title were taken off again
        paper = {"voided_at": datetime.now(UTC) if n else None}
        Listing.objects.create(project=made[n], name="省重点", level="省", year=2024, document="文", **paper)
        firm = Enterprise.objects.create(name=f"{n}厂", name_key=f"{n}厂", created_at=city.at)
        EnterpriseTitle.objects.create(enterprise=firm, kind="world_500", year=2024, **paper)
        ProjectInvestor.objects.create(project=made[n + 1], enterprise=firm, at=ledger.RECORDED)
    return made


def both(name: str, **asked: Any) -> tuple[Any, Any]:
    """By the mirror, and by the row store."""
    asked = {"viewer": None, "period": YEAR, "as_of": END, **asked}
    with CaptureQueriesContext(connection) as ours:
        one = answer(name, **asked)
    folder = keeping.place().rename(keeping.place().with_suffix(".away"))
    other = answer(name, **asked)
    folder.rename(keeping.place())
    assert one == other, name
    return one, [q["sql"] for q in ours.captured_queries if "GROUP BY" in q["sql"] or "SUM(" in q["sql"]]


def test_every_shape_of_definition_is_answered_alike(city: Any, some: list[Project]) -> None:
    keeping.build()
    known = editions.definitions(END)[0]
    then = datetime(2024, 6, 1, tzinfo=UTC)
    for name, definition in list(known.by_name.items())[::7]:
        offered = [key for key, _label in possible(definition, known)]
        by = ("unit",) if "unit" in offered else ()
        both(name, by=by)
        try:
            answer(name, viewer=None, period=YEAR, by=by, known_at=then)
        except DomainError:
            continue
        both(name, by=by, known_at=then)
    for by in (("unit", "month"), ("quarter", "kind"), ("capital_kind", "channel"), ("year",), ("stage", "district")):
        both("signed_amount", by=by)
        both("funds_in_place", by=by[:1])
    later = datetime.now(UTC) + timedelta(days=1)
    for name, moment in (
        ("listed_count", None),
        ("listed_count", later),
        ("signed_top500", None),
        ("signed_top500", later),
    ):
        told, _grouped = both(name, by=("unit",), known_at=moment)
        assert told.total.figure.value == 1, (name, moment)
    both("signed_bands", by=("band", "unit"))


def test_money_by_unit_asks_the_database_for_no_sum(city: Any, some: list[Project]) -> None:
    keeping.build()
    for name in ("funds_in_place", "signed_count", "fund_rate", "days_signing_to_start", "signed_land"):
        _answer, grouped = both(name, by=("unit",))
        assert [sql for sql in grouped if "version" not in sql] == [], name


def test_what_changes_is_followed_and_never_missed(city: Any, some: list[Project]) -> None:
    keeping.build()
    officer, director = city.people["officer"], city.people["director"]
    at = city.tick(5)
    facts.declare_funds(
        project=some[1], phase=None, actor=officer, at=at,
        data=facts.FundsData(3 * YI, date(2024, 12, 30), "capital", "outside_province", voucher="PZ-1"),
    )  # fmt: skip
    arrival = FundsArrival.objects.latest("pk")
    both("funds_in_place", by=("unit",))
    facts.void_fact(fact=arrival, reason="登记有误", actor=officer, at=city.tick(1))
    both("funds_in_place", by=("unit",))
    facts.raise_flag(
        project=some[1], kind=FlagKind.TERMINATED, happened_on=date(2024, 12, 31), reason="解约", actor=officer,
        at=city.tick(1),
    )  # fmt: skip
    edit_project(project=some[4], changes={"investment_amount": 77 * YI}, actor=officer, at=city.tick(1))
    both("signed_amount", by=("unit",))
    merge.merge_projects(keep=some[8], lose=some[9], choices={}, reason="重复登记", actor=director, at=city.tick(1))
    both("signed_count", by=("unit",))
    merge.unmerge(lose=some[9], reason="合并有误", actor=director, at=city.tick(1))
    answered, _grouped = both("signed_count", by=("unit",))
    assert list(checks.mirror()) == []
    assert sum(line.figure.value for line in answered.lines) == answered.total.figure.value > 0


def test_without_an_open_end_it_is_not_used(city: Any, some: list[Project], settings: Any) -> None:
    """Within a transaction of real life, what has changed may never be committed: the row store answers."""
    keeping.build()
    settings.MIRROR_WITHIN_TRANSACTIONS = False
    assert keeping.current() is not None, "nothing has changed"
    edit_project(project=some[4], changes={"investment_amount": 77 * YI}, actor=city.people["officer"], at=city.tick(1))
    assert keeping.current() is None


def test_the_doctor_finds_a_mirror_that_lies(city: Any, some: list[Project]) -> None:
    keeping.build()
    FundsArrival.objects.filter(project=some[2]).update(amount=5)  # by no action: the edition does not change
    assert [line.split("：")[0] for line in checks.mirror()] == ["镜像 arrival.amount"]
    call_command("indicator", "mirror")
    assert list(checks.mirror()) == []


def test_the_worker_keeps_one_only_for_a_large_ledger(city: Any, some: list[Project], settings: Any) -> None:
    settings.MIRROR_FROM = 1_000
    keeping.keep(city.at)
    assert keeping.current() is None
    settings.MIRROR_FROM = 10
    keeping.keep(city.at)
    first = keeping.current()
    assert first is not None
    keeping.keep(city.at)
    assert keeping.current() is first, "it stands at the ledger's edition"
    call_command("indicator", "mirror", "--drop")
    assert keeping.current() is None
