"""The table of speed: the named requests of issue 2 on both engines, at 100,000 projects.

    python -m bench.run [--projects N] [--engine sqlite|postgresql|both] [--rounds 15] [--keep FOLDER] [--no-export]

Each request goes through the whole of Django (session, rights, page, template) as the bureau's director, in one worker
whose templates are loaded. Printed are the queries of a page of 10 and of 1,000 rows, and the CPU time (how it is taken:
``bench/engines.py``) twice:

new     median of the first visits on five new connections: what a thread of a worker pays once an hour for each request
        (CONN_MAX_AGE in ``config/databases.py``), when PostgreSQL reads its catalogue and plans every statement
warm    median and worst of the rounds on a connection that has served this request ten times: the worker as it serves.
        The limits are for this median. Long statements are planned each time all the same (``planned_afresh``)

``yinfeng doctor`` holds on the loaded data.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.engines import Bench, calibration, loop, on_each_engine, parser_of, wide

LIMITS = {"list": 30, "project": 25, "board": 60, "cockpit": 150, "search": 60}
NEW_CONNECTIONS = 5
VISITS_BEFORE = 10


# ------------------------------------------------------------------------------------------------ in the measured process


def measure(bench: Bench, name: str, kind: str, url: str, sized: bool = False) -> dict[str, Any]:
    counts = []
    for size in (10, 1000) if sized else (0,):
        asked = f"{url}{'&' if '?' in url else '?'}size={size}" if size else url
        counts.append(bench.queries(bench.client, asked))
    first = []
    for _ in range(NEW_CONNECTIONS):
        bench.renew_connection()
        first.append(bench.visit(bench.client, url)[0])
    for _ in range(VISITS_BEFORE - 1):
        bench.client.get(url)
    times, loops = [], []
    for _ in range(bench.rounds):
        loops.append(loop())
        took, response = bench.visit(bench.client, url)
        times.append(took)
    return {
        "name": name, "kind": kind, "queries": counts, "new": statistics.median(first),
        "median": statistics.median(times), "worst": max(times), "best": min(times), "loop": statistics.median(loops),
        "kB": len(response.content) / 1000,
    }  # fmt: skip


def requests(bench: Bench) -> list[dict[str, Any]]:
    """The named requests. Deep is what "next page" asks for in the middle of the list."""
    from django.db.models import Max, Min
    from django.urls import reverse

    from yinfeng.domain.projects.models import Project
    from yinfeng.domain.projects.queries import choices, ledger_list, lights
    from yinfeng.domain.projects.rules.view import Cursor, parse
    from yinfeng.foundation.accounts.viewer import viewer_of

    ledger, board = reverse("projects:ledger"), reverse("projects:board")
    from django.utils import timezone

    today = timezone.localdate()
    viewer = viewer_of(bench.person, today)
    ask = {"today": today, "rule": lights.rule_in_force(today), "units": choices.units()}
    district = next(u for u in ask["units"].lines if u.depth == 1)
    combined = f"unit={district.id}&min=1&max=20&stage=signed,registered,started&q=材料&sort=-investment"

    def deep(query: str) -> str:
        """The address of a page in the middle."""
        found = ledger_list.ledger(viewer, parse(query).view, **ask)
        view = parse(query).view
        order = ledger_list.every_row(viewer, view.with_(columns=("name", "investment")), **ask)
        middle = found.totals.count // 2
        row = next(r for place, r in enumerate(order) if place == middle)
        cursor = Cursor(row["investment_cny"], row["pk"], middle + 1)
        return f"{ledger}?{view.query(after=cursor)}"

    busiest = Project.objects.filter(phase_count=2).aggregate(a=Min("pk"), b=Max("pk"))
    project = reverse("projects:project", args=[busiest["a"] or Project.objects.aggregate(a=Min("pk"))["a"]])
    found = [
        measure(bench, "list, unfiltered, page 1", "list", ledger, sized=True),
        measure(bench, "list, unfiltered, deep", "list", deep("")),
        measure(bench, "list, subtree+band+stage+text by sum, page 1", "list", f"{ledger}?{combined}", sized=True),
        measure(bench, "list, subtree+band+stage+text by sum, deep", "list", deep(combined)),
        measure(bench, "project page", "project", project),
        measure(bench, "board", "board", board),
        measure(bench, "cockpit", "cockpit", reverse("portal:cockpit")),
    ]
    for words in ("材", "电梯", "光学玻璃", "项目"):
        url = f"{reverse('portal:palette')}?q={words}"
        found.append(measure(bench, f"palette: {words}", "search", url))
    for words in ("材", "电梯", "光学玻璃"):
        found.append(measure(bench, f"list by text: {words}", "search", f"{ledger}?q={words}"))
    return found


def peak_megabytes() -> float:
    """Of this program; what ``getrusage`` tells begins with what its parent had."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def export(bench: Bench) -> dict[str, Any]:
    """The whole ledger as Excel, and what it took. Peak memory is that of the whole process, which does nothing else."""
    from django.utils import timezone

    from yinfeng.domain.projects.pages.export import write_view
    from yinfeng.domain.projects.rules.view import View
    from yinfeng.foundation.accounts.viewer import viewer_of

    at = timezone.now()
    today = timezone.localdate()
    server, own, wall = bench.server_ns(), time.process_time(), time.monotonic()
    made = write_view(viewer_of(bench.person, today), View(), today=today, at=at)
    made.path.unlink()
    return {
        "rows": made.rows, "cpu": time.process_time() - own + (bench.server_ns() - server) / 1e9,
        "wall": time.monotonic() - wall, "peak": peak_megabytes(),
    }  # fmt: skip


def child(options: argparse.Namespace) -> int:
    bench = Bench(options.projects, options.rounds)
    if options.only_export:
        print(json.dumps(export(bench)))
        return 0
    loops = [calibration()]
    rows = requests(bench)
    loops.append(calibration())
    told = {"rows": rows, "calibration": loops, "load": bench.load_seconds}
    if not options.no_export:
        again = [sys.executable, "-m", "bench.run", *sys.argv[1:], "--only-export"]  # loading is over there
        told["export"] = json.loads(subprocess.run(again, stdout=subprocess.PIPE, check=True, text=True).stdout)
    print(json.dumps(told))
    return 0


# ------------------------------------------------------------------------------------------------ the table


def show(
    engine: str, told: dict[str, Any], options: argparse.Namespace, write: Callable[[str], object] = print
) -> None:
    loops, rows = told["calibration"], told["rows"]
    write(
        f"\n{engine}, {options.projects:,} projects (loaded in {told['load']:.0f} s); one worker; CPU ms = Python + database"
    )
    write(f"calibration loop {loops[0]:.0f} ms before, {loops[-1]:.0f} ms after")
    write(f"{wide('request', 48)}  queries 10 / 1,000     new    warm   worst   limit     kB   loop")
    for row in rows:
        counts = " / ".join(map(str, row["queries"]))
        limit = LIMITS[row["kind"]]
        mark = "  over" if row["median"] > limit else "  over while new" if row["new"] > limit else ""
        write(
            f"{wide(row['name'], 48)}  {counts:>18}  {row['new']:6.1f}  {row['median']:6.1f}  {row['worst']:6.1f}"
            f"  {limit:>6} {row['kB']:6.0f} {row['loop']:6.0f}{mark}"
        )
    worst = {kind: max(r["median"] for r in rows if r["kind"] == kind) for kind in LIMITS}
    write("worst median, warm: " + "; ".join(f"{kind} {ms:.1f} of {LIMITS[kind]}" for kind, ms in worst.items()))
    if out := told.get("export"):
        write(
            f"Excel of {out['rows']:,} rows: {out['wall']:.0f} s ({out['cpu']:.0f} s CPU), peak memory {out['peak']:.0f} MB"
            " of the whole process; limits 60 s, 300 MB"
        )


def main() -> int:
    parser = parser_of(__doc__, rounds=15)
    parser.add_argument("--no-export", action="store_true")
    parser.add_argument("--only-export", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    return child(options) if options.child else on_each_engine("bench.run", options, show)


if __name__ == "__main__":
    sys.exit(main())
