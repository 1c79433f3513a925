"""Fixtures of the whole house: one small city, its people, and a project to act on."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings

# Two cores are shared by many tests: an example that takes long is no fault of the code.
# In continuous integration the examples are the same each time, so that a change is judged by what it changes; at a desk
# they are drawn anew, and find what they find.
settings.register_profile(
    "yinfeng",
    deadline=None,
    max_examples=int(os.environ.get("YINFENG_EXAMPLES", "100")),
    derandomize=os.environ.get("YINFENG_NOTHING_SKIPPED") == "1",
)
settings.load_profile("yinfeng")

SHARED = Path(os.environ.get("YINFENG_SHARED", Path(__file__).resolve().parent.parent / "shared"))


@pytest.fixture(autouse=True)
def house_language() -> None:
    """Each test begins in the house's language: a request in English leaves its thread speaking English."""
    from django.utils import translation

    translation.deactivate()


@pytest.fixture(autouse=True)
def no_words_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that commits leaves nothing to be found: what empties the tables after it knows only those of models."""
    yield
    marker = request.node.get_closest_marker("django_db")
    fixtures = {"transactional_db", "live_server"} & set(request.fixturenames)
    if not fixtures and not (marker is not None and marker.kwargs.get("transaction")):
        return
    from yinfeng.domain.projects.queries import search

    with request.getfixturevalue("django_db_blocker").unblock():
        for kind in search.KINDS:
            for gone in [pk for pk, _words in search.stored(kind)]:
                search.remove(gone, kind=kind)


@pytest.fixture
def shared() -> Path:
    """The folder of seeds and public data beside the checkout; tests that need it are skipped aloud without it."""
    if not SHARED.is_dir():
        pytest.skip(f"没有 {SHARED}：种子文档与公开数据不在检出目录旁边（可用 YINFENG_SHARED 指定）")
    return SHARED


@pytest.fixture
def blank_database(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A migrated SQLite file with nothing in it, for processes of their own: a copy takes no time, migrating does."""
    request.getfixturevalue("django_db_setup")
    from django.conf import settings

    tested, copied = Path(settings.DATABASES["default"]["NAME"]), tmp_path / "house.sqlite3"
    with closing(sqlite3.connect(tested)) as source, closing(sqlite3.connect(copied)) as target:
        source.backup(target)
        assert target.execute("SELECT count(*) FROM accounts_unit").fetchone() == (0,), "an earlier test left rows"
    return copied


@dataclass
class City:
    """A city with two districts, a park, an outpost and a department, and one person for each role.

    ``at`` is a moment that moves on by a minute with each :meth:`tick`, so that facts are recorded one after another.
    """

    units: dict[str, object] = field(default_factory=dict)
    people: dict[str, object] = field(default_factory=dict)
    at: datetime = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

    def tick(self, minutes: int = 1) -> datetime:
        self.at += timedelta(minutes=minutes)
        return self.at

    @property
    def today(self) -> date:
        return self.at.date()


def build_city() -> City:
    from yinfeng.foundation.accounts import actions
    from yinfeng.foundation.accounts.rules import Role, UnitKind

    made = City()
    for key, name, short, kind, parent in (
        ("city", "澜屏市", "澜屏市", UnitKind.CITY, None),
        ("bureau", "澜屏市投资促进中心", "市投促中心", UnitKind.BUREAU, "city"),
        ("east", "东屏区", "东屏区", UnitKind.DISTRICT, "city"),
        ("park", "东屏产业园管委会", "东屏产业园", UnitKind.PARK, "east"),
        ("west", "砚西县", "砚西县", UnitKind.DISTRICT, "city"),
        ("outpost", "驻南湾招商组", "驻南湾组", UnitKind.OUTPOST, "bureau"),
        ("land", "澜屏市自然资源局", "市资源局", UnitKind.DEPARTMENT, "city"),
    ):
        made.units[key] = actions.create_unit(
            code=key,
            name=name,
            short_name=short,
            kind=kind,
            parent=made.units.get(parent or ""),
            actor=None,
            at=made.at,
        )
    for key, name, role, unit in (
        ("leader", "陆为民", Role.LEADER, "city"),
        ("director", "方致远", Role.DIRECTOR, "bureau"),
        ("officer", "江小禾", Role.OFFICER, "east"),
        ("colleague", "白露", Role.OFFICER, "east"),
        ("stranger", "石敬", Role.OFFICER, "west"),
        ("outpost", "南星", Role.OUTPOST, "outpost"),
        ("park", "原野", Role.PARK, "park"),
        ("agent", "田苗", Role.AGENT, "land"),
        ("steward", "柯数", Role.STEWARD, "bureau"),
        ("sysadmin", "管维", Role.SYSADMIN, "city"),
        ("secadmin", "安策", Role.SECADMIN, "city"),
        ("auditor", "申鉴", Role.AUDITOR, "city"),
    ):
        person = actions.create_person(
            username=key, name=name, password="Phoenix-2026", actor=None, at=made.at, must_change_password=False
        )
        actions.give_post(
            person=person, unit=made.units[unit], role=role, from_date=date(2020, 1, 1), actor=None, at=made.at
        )
        made.people[key] = person
    return made


@pytest.fixture
def city(db: None) -> City:
    """Units ``city bureau east west park outpost land``; people ``leader director officer colleague outpost park
    agent steward sysadmin secadmin auditor stranger`` (officer and colleague in 东区, stranger an officer in 西区)."""
    from tests.replay import replayed

    return replayed("city", build_city)


@pytest.fixture
def project(city: City) -> object:
    """A manufacturing project of 3.6 亿元 in one phase: led by 东屏区, landing in its park."""
    from yinfeng.domain.projects.actions.ledger import InvestorData, ProjectData, create_project
    from yinfeng.domain.projects.rules.words import Channel, ProjectKind

    return create_project(
        data=ProjectData(
            name="云梯智能电梯部件项目", kind=ProjectKind.MANUFACTURING, lead_unit_id=city.units["east"].pk,
            landing_unit_id=city.units["park"].pk, investors=[InvestorData("云梯科技有限公司")],
            investment_amount=360_000_000, content="新建厂房，生产电梯部件", channel=Channel.CHAIN,
            owner_id=city.people["officer"].pk, leader_id=city.people["leader"].pk,
        ),
        actor=city.people["officer"], at=city.tick(),
    )  # fmt: skip


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):  # type: ignore[no-untyped-def]
    """In continuous integration a skipped test is a failed one: what was not run was not proved."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("YINFENG_NOTHING_SKIPPED") == "1":
        report.outcome = "failed"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On the second engine only what asks the database runs: rules and files behave the same there."""
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return
    asks: list[pytest.Item] = []
    others: list[pytest.Item] = []
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        does = "db" in fixtures or "transactional_db" in fixtures or item.get_closest_marker("django_db")
        (asks if does else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = asks
