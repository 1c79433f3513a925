"""The change feed at 100,000 projects and a trail of every fact: CPU of a page, and how it is found.

    python -m bench.changes [--projects N] [--engine sqlite|postgresql|both] [--rounds 15] [--keep FOLDER]

The trail holds one sealed row for each project, milestone and arrival of the loaded ledger (about a million at 100,000
projects), in the order of their recording. Asked are pages of 100 with the objects as they are now, through the whole of
Django, by a token: of the director, who exports everything, and of an officer, who exports what is one unit's. CPU is
Python and database together (``bench/engines.py``); limit 30 ms.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from typing import Any

from bench.engines import Bench, calibration, loop, on_each_engine, parser_of, wide

LIMIT_MS = 30


def fill_trail() -> int:
    """One sealed row a project, milestone and arrival; the number of rows. The seals are numbers only, no true chain."""
    from django.db import connection

    from yinfeng.foundation.audit.models import AuditRow

    if AuditRow.objects.exclude(seal_number=None).count() > 1_000:
        return AuditRow.objects.count()
    as_json = "json_object" if connection.vendor == "sqlite" else "json_build_object"
    parts = [
        f"""SELECT created_at AS at, created_by_id AS actor, 'project.create' AS verb, id AS object_id,
            {as_json}('name', name, 'code', code) AS after, 0 AS kind, id AS part FROM projects_project""",
        f"""SELECT at, declared_by_id, 'milestone.declare', project_id,
            {as_json}('milestone', id, 'phase', phase_id, 'stage', stage), 1, id FROM projects_milestone""",
        f"""SELECT at, declared_by_id, 'funds.declare', project_id, {as_json}('funds', id, 'amount', amount), 2, id
            FROM projects_fundsarrival""",
    ]
    sql = f"""INSERT INTO audit_auditrow
        (at, inserted_at, actor_id, verb, object_kind, object_id, "before", "after", note, seal_number, seal)
        SELECT at, at, actor, verb, 'project', object_id, NULL, after, '', row_number() OVER (ORDER BY at, kind, part), ''
        FROM ({" UNION ALL ".join(parts)}) AS told ORDER BY at, kind, part"""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_auditrow")
        cursor.execute(sql)
        cursor.execute("ANALYZE audit_auditrow")
    return AuditRow.objects.count()


def token_of(username: str, scopes: list[str]) -> str:
    from django.utils import timezone

    from yinfeng.foundation.accounts.models import Person
    from yinfeng.foundation.accounts.viewer import viewer_of
    from yinfeng.foundation.exchange.actions.tokens import make_token

    person = Person.objects.get(username=username)
    made = make_token(
        viewer=viewer_of(person, timezone.localdate()), name="bench", scopes=scopes, days=1, actor=person,
        at=timezone.now(),
    )  # fmt: skip
    return made.text


def measure(bench: Bench, name: str, url: str, headers: dict[str, str]) -> dict[str, Any]:
    from django.test import Client

    client = Client(headers=headers)
    queries = bench.queries(client, url)
    times, loops = [], []
    for _ in range(bench.rounds):
        loops.append(loop())
        took, told = bench.visit(client, url)
        times.append(took)
    body = told.json()
    return {
        "name": name, "queries": queries, "median": statistics.median(times), "best": min(times), "worst": max(times),
        "loop": statistics.median(loops), "items": len(body["items"]), "kB": len(told.content) / 1000,
    }  # fmt: skip


def plan() -> list[str]:
    """How the database finds a page in the middle of the trail."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from yinfeng.foundation.exchange import feed

    with CaptureQueriesContext(connection) as caught:
        feed._rows(feed.newest() // 2, 125)
    with connection.cursor() as cursor:
        cursor.execute(("EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN ") + caught[-1]["sql"])
        return [str(row[-1]) for row in cursor.fetchall()]


def child(options: argparse.Namespace) -> int:
    bench = Bench(options.projects, options.rounds)
    from django.conf import settings

    from yinfeng.foundation.accounts.models import Post
    from yinfeng.foundation.exchange import feed
    from yinfeng.foundation.exchange.rules import cursors

    settings.API_REQUESTS_A_MINUTE = 10**6
    rows, newest = fill_trail(), feed.newest()
    officer = Post.objects.filter(role="officer").order_by("pk").first()
    assert officer is not None
    everything = token_of("bench0", ["project:X", "lead:X", "agreement:X", "list:X", "confidential:S"])
    own = token_of(officer.person.username, ["project:X"])
    found = []
    for who, text in (("director", everything), ("officer of one unit", own)):
        for place, after in (("beginning", 0), ("middle", newest // 2), ("end", max(0, newest - 100))):
            since = cursors.write(feed.KIND, [after, ""])
            url = f"/api/v1/changes?since={since}"
            headers = {"Authorization": f"Bearer {text}"}
            found.append(measure(bench, f"{who}, {place}", url, headers))
            if place == "middle":
                found.append(measure(bench, f"{who}, {place}, without objects", f"{url}&objects=false", headers))
    print(json.dumps({"rows": found, "trail": rows, "plan": plan(), "load": bench.load_seconds, "loop": calibration()}))
    return 0


def show(engine: str, told: dict[str, Any], options: argparse.Namespace) -> None:
    print(
        f"\n{engine}, {options.projects:,} projects, {told['trail']:,} sealed rows; calibration loop {told['loop']:.0f} ms"
    )
    print(f"{wide('page of 100 changes', 44)}  queries  changes    best  median   worst      kB  loop")
    for row in told["rows"]:
        mark = "" if row["median"] <= LIMIT_MS else "  over"
        print(
            f"{wide(row['name'], 44)}  {row['queries']:7}  {row['items']:7}  {row['best']:6.1f}  {row['median']:6.1f}"
            f"  {row['worst']:6.1f}  {row['kB']:6.0f}  {row['loop']:4.0f}{mark}"
        )
    print("plan: " + " | ".join(told["plan"]))


def main() -> int:
    options = parser_of(__doc__, rounds=15).parse_args()
    return child(options) if options.child else on_each_engine("bench.changes", options, show)


if __name__ == "__main__":
    sys.exit(main())
