"""The cockpit's figures are those of the ledger's rows: each leads to a list that counts the same."""

from __future__ import annotations

import pytest
from bench import bulk
from django.db import connection
from django.utils import timezone

from yinfeng.domain.projects.queries import choices
from yinfeng.domain.projects.queries.ledger_list import ledger
from yinfeng.domain.projects.queries.lights import rule_in_force
from yinfeng.domain.projects.rules.view import View, parse
from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.kernel.periods import Period
from yinfeng.portal.queries.cockpit import cockpit

pytestmark = pytest.mark.django_db


def test_the_cockpit_agrees_with_the_ledger(db) -> None:

    today = timezone.localdate()
    ground = bulk.load(90, today=today)
    viewer = viewer_of(Person.objects.get(pk=ground.director), today)
    ask = {"today": today, "rule": rule_in_force(today), "units": choices.units()}
    found = cockpit(viewer, today)

    def count(query: str) -> int:
        return ledger(viewer, parse(query).view, **ask).totals.count

    assert found.total.projects == count("ended=0")
    assert found.total.red == count("light=red") == sum(u.red for u in found.units)
    assert found.total.yellow == count("light=yellow")
    assert found.total.signed == count(f"signed_from={today.year}-01-01&signed_to={today}")
    assert found.total.sum_cny == ledger(viewer, View(ended=False), **ask).totals.of("CNY")
    assert sum(c.count for c in found.capitals) == count("ended=0")
    steps = {step.label: step.count for step in found.steps}
    assert steps["签约"] == count("reached=signed")
    assert steps["开工"] == count("reached=started")
    last = Period.ytd(today).same_last_year()
    before = f"signed_from={last.start}&signed_to={last.end}"
    signings, rate = found.figures[1], found.figures[2]
    assert signings.basis.endswith(f"{count(before):,} 个")
    assert f"{count(f'{before}&started_to={last.end}'):,} ÷ {count(before):,} =" in rate.basis
    first = found.months[0].period.start
    assert sum(m.count for m in found.months) == count(f"signed_from={first}&signed_to={today}")
    assert [m.is_running for m in found.months] == [False] * 23 + [True]
    order = [u.id for u in ask["units"].lines]
    assert [u.pk for u in found.units] == sorted((u.pk for u in found.units), key=order.index)


@pytest.mark.sqlite  # PostgreSQL plans a small table by its size
def test_the_cockpit_reads_narrow_indexes(db) -> None:
    today = timezone.localdate()
    ground = bulk.load(30, today=today)
    viewer = viewer_of(Person.objects.get(pk=ground.director), today)
    asked: list[str] = []
    connection.connection.set_trace_callback(asked.append)  # what really runs, index and all
    cockpit(viewer, today)
    connection.connection.set_trace_callback(None)
    plans = []
    with connection.cursor() as cursor:
        for sql in asked:
            if sql.startswith("SELECT") and "GROUP BY" in sql:
                cursor.execute("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"))
                plans += [row[3] for row in cursor.fetchall() if "projects_project" in row[3]]
    used = {plan.rpartition("COVERING INDEX ")[2].split(" ")[0] for plan in plans}
    assert used == {"project_outline", "project_by_signing", "project_by_due", "project_stalled"}, plans
