"""A large load holds nobody up, and what it moves past the checks of single rows is as whole as if each was checked."""

from __future__ import annotations

import threading
import time
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from yinfeng.domain.projects.actions import bulk, searching
from yinfeng.domain.projects.actions.bulk_plans import NewFunds, NewMilestone, PhaseFacts, ProjectPlan, Source
from yinfeng.domain.projects.actions.bulk_staging import LARGE
from yinfeng.domain.projects.actions.entries import InvestorData
from yinfeng.domain.projects.models import Evidence, FundsArrival, Milestone, Project
from yinfeng.domain.projects.queries import search
from yinfeng.foundation.audit.actions import record
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.files.actions import store
from yinfeng.kernel.errors import DomainError

from .test_bulk import no_faults

COUNT = 500


def plans(city: Any, lead: int | None = None) -> list[ProjectPlan]:
    first = date(2025, 1, 6)
    return [
        ProjectPlan(
            n, {"name": f"云梯{n}号整机项目", "kind": "manufacturing", "lead_unit_id": lead or city.units["east"].pk},
            investors=[InvestorData(f"霁光{n % 50}号科技有限公司")],
            phases=[PhaseFacts(
                1, milestones=[NewMilestone("signed", first, f"H{n}"),
                               NewMilestone("started", first + timedelta(n % 90 + 1), f"K{n}")],
                funds=[NewFunds(n * 10_000, "CNY", n * 10_000, first, "capital", "outside_city", f"P{n}")],
            )],
        ) for n in range(1, COUNT + 1)
    ]  # fmt: skip


@pytest.fixture
def source(city: Any) -> Source:
    searching.rebuild()  # earlier tests that committed left words: a flush knows only the tables of models
    file = store(
        content=b"\xe5\xba\x8f,a\n", name="a.csv", owner_kind="import", owner_id=None, actor=city.people["officer"],
        at=city.at,
    )  # fmt: skip
    return Source(file.pk, "a.csv · 台账")


@pytest.mark.django_db(transaction=True)
def test_a_second_writer_succeeds_while_a_large_load_is_written(city: Any, source: Source) -> None:
    waits: list[float] = []
    over, started = threading.Event(), threading.Event()

    def write() -> None:
        try:
            while not over.is_set():
                before = time.monotonic()
                with transaction.atomic():
                    record(actor=None, at=city.at, verb="test.write", kind="test", object_id=None)
                waits.append(time.monotonic() - before)
                started.set()
                time.sleep(0.01)
        finally:
            started.set()
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        started.wait(30)
        loaded = bulk.load(plans=plans(city), source=source, actor=city.people["officer"], at=city.tick())
    finally:
        over.set()
        writer.join()
    assert AuditRow.objects.filter(verb="test.write").count() == len(waits) > 1
    assert max(waits) <= 5  # the limit of issue 3; the bench measures it at 50,000 rows
    assert len(loaded.created) == Project.objects.count() == COUNT
    assert (
        Evidence.objects.count() == Milestone.objects.count() + FundsArrival.objects.count() == 3 * COUNT > LARGE // 5
    )
    no_faults()
    connection.check_constraints()  # every foreign key of every row
    assert not list(settings.HOME.glob(".staged-*"))
    if connection.vendor == "sqlite":  # the load has put back what it had changed of its connection
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)
            assert "staged" not in {row[1] for row in cursor.execute("PRAGMA database_list").fetchall()}
    with transaction.atomic():  # the words are in no model's table: emptying those leaves them
        for pk in loaded.created:
            search.remove(pk)


@pytest.mark.django_db(transaction=True)
def test_a_large_load_that_leans_on_what_is_not_there_takes_nothing(city: Any, source: Source) -> None:
    with pytest.raises((DomainError, IntegrityError)):
        bulk.load(plans=plans(city, lead=10**6), source=source, actor=city.people["officer"], at=city.tick())
    assert (Project.objects.count(), Evidence.objects.count()) == (0, 0)
    assert search.newest("云梯", 5) == []
    assert search.left_ahead(time.time() + 1, 5) == []
    connection.check_constraints()


@pytest.mark.sqlite
@pytest.mark.django_db
def test_what_a_killed_load_indexed_ahead_is_found_by_nobody_and_forgotten(city: Any, source: Source) -> None:
    search.index_ahead([(9_000_001, "云梯旧装项目")], at=0.0)
    assert search.newest("云梯", 5) == []
    made = bulk.load(plans=plans(city)[:1], source=source, actor=city.people["officer"], at=city.tick())
    assert search.newest("云梯", 5) == list(made.created)
    assert search.left_ahead(time.time() + 1, 5) == []
