"""The list against plain Python: what is selected, counted, summed, ordered and paged."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime
from random import Random

import pytest
from bench import bulk
from django.db import connection

from yinfeng.domain.projects import checks
from yinfeng.domain.projects.models import Project
from yinfeng.domain.projects.queries import choices, ledger_plan, search
from yinfeng.domain.projects.queries.board import board, more
from yinfeng.domain.projects.queries.ledger_list import every_row, ledger, neighbours
from yinfeng.domain.projects.queries.ledger_plan import select
from yinfeng.domain.projects.queries.lights import lit, rule_in_force
from yinfeng.domain.projects.rules.lights import light_of
from yinfeng.domain.projects.rules.view import SORTS, View, parse
from yinfeng.domain.projects.rules.words import PROJECT_STAGES, Light
from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.kernel.text import squeeze

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
COUNT = 130


@pytest.fixture
def ground(db):
    return bulk.load(COUNT, today=TODAY)


@pytest.fixture
def ask(ground):
    """Everything the queries need besides viewer and view."""
    return {"today": TODAY, "rule": rule_in_force(TODAY), "units": choices.units()}


def viewer(pk: int):
    return viewer_of(Person.objects.get(pk=pk), TODAY)


def test_what_the_loader_writes_satisfies_the_doctor(ground) -> None:
    faults = [*checks.derived_columns(), *checks.history(), *checks.access_rows()]
    assert faults == []
    indexed = dict(search.stored())
    for project in Project.objects.all():
        text = search.text_of(project.name, project.code, project.platform_code, project.investor_name, project.product)
        assert indexed[project.pk] == search.folded(text)


def plain_order(rows, view):
    """The rows as the view orders them: values first, then rows without one."""
    column = SORTS[view.sort_key][0]
    told = sorted(
        (p for p in rows if getattr(p, column) is not None),
        key=lambda p: (getattr(p, column), p.pk), reverse=view.descending,
    )  # fmt: skip
    untold = sorted((p for p in rows if getattr(p, column) is None), key=lambda p: p.pk, reverse=view.descending)
    return [p.pk for p in [*told, *untold]]


def random_view(rng: Random, units, ground) -> View:
    """Some filters at random, any sort."""
    parts = [f"sort={rng.choice(['', '-'])}{rng.choice(list(SORTS))}", f"size={rng.choice([3, 10, 40])}"]
    for part in (
        "stage=" + ",".join(s.value for s in rng.sample(PROJECT_STAGES, 5)),
        f"min={rng.choice([0.5, 1, 2])}&max={rng.choice([3, 8, 30])}&min_open={rng.randrange(2)}",
        f"unit={rng.choice(units.lines).id}&unit_alone={rng.randrange(2)}",
        "light=" + rng.choice(["red", "yellow,none", "green"]),
        "q=" + rng.choice(["新", "项目", "材料", "岚", "公司 扩产", "B26"]),
        f"signed_from=2025-0{rng.randrange(1, 9)}-01",
        f"chain={rng.randrange(1, 4)}", f"group={rng.choice(ground.groups)}", "ended=0", "stalled=1",
        "capital=foreign,hmt", f"landing={rng.choice(ground.parks)}", "reached=started", "reached=consulted",
    ):  # fmt: skip
        if rng.random() < 0.16:
            parts.append(part)
    found = parse("&".join(parts))
    assert found.faults == ()
    return found.view


def lets_through(view: View, p: Project, units, texts, rule) -> bool:
    """The filters in plain Python."""
    words = [squeeze(w) for w in view.text.split()]
    signed = view.window("signed")
    low, high = view.low_cny, view.high_cny
    light = light_of(p.next_due_on, p.stalled_on, p.ended_on, p.furthest_stage, TODAY, rule).light
    return all(
        (
            p.merged_into_id is None,
            not view.stages or p.furthest_stage in view.stages,
            low is None or (p.investment_cny or -1) >= low + (1 if view.low_open else 0),
            high is None or (p.investment_cny is not None and p.investment_cny <= high),
            not view.lead_unit
            or p.lead_unit_id in ([view.lead_unit] if view.lead_alone else units.below(view.lead_unit)),
            not view.landing_unit or p.landing_unit_id in units.below(view.landing_unit),
            not view.lights or light in view.lights,
            all(any(w in squeeze(f) for f in texts[p.pk]) for w in words),
            signed is None or (p.signed_on is not None and p.signed_on >= signed.start),
            not view.chains or (p.segment and p.segment.chain_id in view.chains),
            not view.groups or bool({g.pk for g in p.industry_groups.all()} & set(view.groups)),
            view.ended is None or (p.ended_on is not None) == view.ended,
            view.stalled is None or (p.stalled_on is not None) == view.stalled,
            not view.capitals or p.capital_kind in view.capitals,
            view.reached is None or view.reached in {m.stage for m in p.milestones.all()},
        )
    )


def test_any_view_selects_counts_sums_orders_and_pages_like_plain_python(ground, ask, monkeypatch) -> None:
    rng = Random(3)
    every = list(
        Project.objects.select_related("segment").prefetch_related("industry_groups", "milestones").order_by("pk")
    )
    texts = {p.pk: [p.name, p.code, p.investor_name, p.product] for p in every}
    director = viewer(ground.director)
    met = 0
    for number in range(90):
        view = random_view(rng, ask["units"], ground)
        wanted = [p for p in every if lets_through(view, p, ask["units"], texts, ask["rule"])]
        order = plain_order(wanted, view)
        met += bool(order)
        # All ways of reading a page: all keys at once, walking the index, and a word tried on few rows or looked up.
        monkeypatch.setattr(ledger_plan, "FEW", 0 if number % 3 else 4_000)
        for many in (0, 10_000) if number % 2 else (10_000, 20):
            assert pages(director, view, ask, many) == order, view.query()
            found = ledger(director, view, **ask, many=many)
            assert found.totals.count == len(order)
            assert found.totals.sums == sums_of(wanted), view.query()
        assert [row["pk"] for row in every_row(director, view, **ask, batch=7)] == order
    assert met > 40


def sums_of(projects):
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for p in projects:
        if p.investment_amount is not None:
            sums[p.investment_currency][0] += 1
            sums[p.investment_currency][1] += p.investment_amount
    return tuple(sorted(((c, n, s) for c, (n, s) in sums.items()), key=lambda line: (line[0] != "CNY", line[0])))


def pages(who, view, ask, many) -> list[int]:
    """All pages forward by cursor, each checked backward and, among the first ten, by number."""
    seen: list[int] = []
    page, place = view, 0
    while True:
        found = ledger(who, page, **ask, many=many).page
        rows = [row["pk"] for row in found.rows]
        assert found.first_row == (len(seen) + 1 if rows else 0)
        if place and rows:
            assert found.before is not None
            again = ledger(who, view.with_(before=found.before), **ask, many=many).page
            assert [row["pk"] for row in again.rows] == seen[-view.size :]
            assert again.first_row == len(seen) - view.size + 1
        if 0 < place < 10:
            numbered = ledger(who, view.with_(page=place + 1), **ask, many=many).page
            assert [row["pk"] for row in numbered.rows] == rows
        seen += rows
        place += 1
        if found.after is None:
            return seen
        # Through the address, as a browser goes.
        page = parse(view.with_(after=found.after).query()).view


def test_neighbours_walk_the_view_from_end_to_end(ground, ask) -> None:
    director = viewer(ground.director)
    for query in ("", "sort=signed&stage=negotiating,signed,started", "sort=-due&ended=0"):
        view = parse(query).view
        rows = select(director, view, **ask)
        order = [row["pk"] for row in every_row(director, view, **ask)]
        here, walked = order[0], [order[0]]
        while True:
            before, after = neighbours(rows, view, Project.objects.get(pk=here))
            assert before == (walked[-2] if len(walked) > 1 else None)
            if after is None:
                break
            here = after
            walked.append(after)
        assert walked == order


def test_the_light_of_the_database_is_the_light_of_the_rule(ground, ask) -> None:
    for light in Light:
        found = set(Project.objects.filter(lit([light], TODAY, ask["rule"])).values_list("pk", flat=True))
        assert found == {
            p.pk
            for p in Project.objects.all()
            if light_of(p.next_due_on, p.stalled_on, p.ended_on, p.furthest_stage, TODAY, ask["rule"]).light == light
        }


def test_merged_projects_stand_nowhere(ground, ask) -> None:
    lost, kept = Project.objects.order_by("pk")[:2]
    Project.objects.filter(pk=lost.pk).update(merged_into=kept)
    director = viewer(ground.director)
    assert ledger(director, View(), **ask).totals.count == COUNT - 1
    assert lost.pk not in {row["pk"] for row in every_row(director, View(), **ask)}
    alive = ledger(director, View(ended=False), **ask).totals.count
    assert board(director, View(), **ask).count == alive < COUNT - 1  # what has ended stands in no column


def test_the_board_counts_what_the_list_holds(ground, ask) -> None:
    rng = Random(5)
    director = viewer(ground.director)
    for _ in range(12):
        view = random_view(rng, ask["units"], ground).with_(stages=(), sort="-investment", size=1000)
        shown = view if view.ended is not None else view.with_(ended=False)
        rows = list(every_row(director, shown.with_(columns=("name", "stage", "investment")), **ask))
        found = board(director, view, **ask, first=4)
        counted = Counter(row["furthest_stage"] for row in rows)
        assert {lane.stage: lane.count for lane in found.lanes if lane.count} == counted
        for lane in found.lanes:
            inside = [row for row in rows if row["furthest_stage"] == lane.stage]
            assert [c["pk"] for c in lane.cards] == [row["pk"] for row in inside[:4]]
            told = [r for r in inside if r["investment_amount"] is not None and r["investment_currency"] == "CNY"]
            assert dict(lane.sums).get("CNY", 0) == sum(r["investment_amount"] for r in told)
            if lane.more > 0:
                further = more(director, view, lane.stage, 4, **ask, first=4)
                assert [c["pk"] for c in further] == [row["pk"] for row in inside[4:8]]


def test_an_officer_counts_only_what_is_granted(ground, ask) -> None:
    officer = viewer(ground.officer)
    own = {
        p.pk
        for p in Project.objects.all()
        if not p.is_confidential
        and ({p.lead_unit_id, p.landing_unit_id} & officer.unit_ids or p.owner_id == ground.officer)
    } | set(Project.objects.filter(owner_id=ground.officer).values_list("pk", flat=True))
    assert 0 < len(own) < COUNT
    for many in (0, 10_000):
        found = ledger(officer, View(size=1000), **ask, many=many)
        assert found.totals.count == len(own)
        assert {row["pk"] for row in found.page.rows} == own
    assert board(officer, View(), **ask).count == len(own)
    assert {row["pk"] for row in every_row(officer, View(), **ask, verb="X")} <= own


@pytest.mark.sqlite  # PostgreSQL plans a small table by its size
def test_lists_read_indexes_and_sort_nothing(ground, ask) -> None:
    director = viewer(ground.director)
    for sort in SORTS:
        for query in ("", "unit=1&min=1", "light=red"):
            view = parse(f"{query}&sort=-{sort}&size=2".strip("&")).view
            asked: list[str] = []
            connection.connection.set_trace_callback(asked.append)  # what really runs, index and all
            ledger(director, view, **ask, many=0)
            connection.connection.set_trace_callback(None)
            plans = [plan_of(sql) for sql in asked if 'FROM "projects_project"' in sql]
            assert all("SCAN projects_project" not in p or "USING" in p for p in plans), plans
            *_counting, reading = plans
            assert "USE TEMP B-TREE FOR ORDER BY" not in reading, (sort, query, reading)
            assert any("COVERING INDEX project_facets" in p or "COVERING INDEX project_totals" in p for p in plans)


def plan_of(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"))
        return "; ".join(row[3] for row in cursor.fetchall())


def test_a_datetime_cursor_keeps_its_microseconds(ground, ask) -> None:
    view = View(sort="-changed", size=3)
    found = ledger(viewer(ground.director), view, **ask, many=0).page
    assert isinstance(found.after.value, datetime)
    again = parse(view.with_(after=found.after).query()).view
    assert again.after == found.after
