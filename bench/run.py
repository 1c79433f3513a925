"""The table of speed: the named requests of issue 2 on both engines, at 100,000 projects.

    python -m bench.run [--projects N] [--engine sqlite|postgresql|both] [--rounds 15] [--keep FOLDER] [--no-export]

Each request goes through the whole of Django (session, rights, page, template) as the bureau's director. Printed are the
queries of a page of 10 and of 1,000 rows, and the CPU time (Python and database together: for PostgreSQL the run time of
the session's own server process is added) as median and worst of the rounds. The calibration loop is ten million steps
of plain Python, run in twentieths between the rounds of each request (column ``loop``, CPU ms): divide by it to compare
machines and busy moments. ``yinfeng doctor`` holds on the loaded data.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LIMITS = {"list": 30, "project": 25, "board": 60, "cockpit": 150, "search": 60}


def calibration(steps: int = 10_000_000) -> float:
    """CPU milliseconds of so many plain steps."""
    begun = time.process_time()
    total = 0
    for step in range(steps):
        total += step * step % 7
    return (time.process_time() - begun) * 1000


# ------------------------------------------------------------------------------------------------ in the measured process


class Bench:
    """One signed-in director on one loaded database."""

    def __init__(self, projects: int, rounds: int) -> None:
        import django
        from django.conf import settings

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinfeng.config.settings.test")
        django.setup()
        settings.ALLOWED_HOSTS = ["*"]
        from django.core.management import call_command
        from django.test import Client

        from bench import bulk
        from yinfeng.domain.projects.models import Project
        from yinfeng.foundation.accounts.models import Person

        call_command("migrate", verbosity=0)
        begun = time.monotonic()
        if not Project.objects.exists():
            bulk.load(projects, say=lambda text: print(text, file=sys.stderr))
        self.load_seconds = time.monotonic() - begun
        self.rounds = rounds
        self.client = Client()
        person = Person.objects.get(username="bench0")
        self.client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        self.person = person

    def server_ns(self) -> int:
        """Run time so far of this session's PostgreSQL process; 0 on SQLite, which runs in ours."""
        from django.db import connection

        if connection.vendor == "sqlite":
            return 0
        pid = connection.connection.info.backend_pid
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])

    def measure(self, name: str, kind: str, url: str, sized: bool = False) -> dict[str, Any]:
        counts = []
        for size in (10, 1000) if sized else (0,):
            counts.append(self.queries(f"{url}{'&' if '?' in url else '?'}size={size}" if size else url))
        times, loops = [], []
        for _ in range(self.rounds):
            loops.append(calibration(500_000) * 20)
            server, own = self.server_ns(), time.process_time()
            response = self.client.get(url)
            assert response.status_code == 200, (url, response.status_code)
            times.append((time.process_time() - own) * 1000 + (self.server_ns() - server) / 1e6)
        return {
            "name": name, "kind": kind, "queries": counts, "median": statistics.median(times), "worst": max(times),
            "best": min(times), "loop": statistics.median(loops), "kB": len(response.content) / 1000,
        }  # fmt: skip

    def queries(self, url: str) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self.client.get(url)
        with CaptureQueriesContext(connection) as caught:
            response = self.client.get(url)
        assert response.status_code == 200, (url, response.status_code)
        return len(caught)


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
        bench.measure("list, unfiltered, page 1", "list", ledger, sized=True),
        bench.measure("list, unfiltered, deep", "list", deep("")),
        bench.measure("list, subtree+band+stage+text by sum, page 1", "list", f"{ledger}?{combined}", sized=True),
        bench.measure("list, subtree+band+stage+text by sum, deep", "list", deep(combined)),
        bench.measure("project page", "project", project),
        bench.measure("board", "board", board),
        bench.measure("cockpit", "cockpit", reverse("portal:cockpit")),
    ]
    for words in ("材", "电梯", "光学玻璃", "项目"):
        url = f"{reverse('portal:palette')}?q={words}"
        found.append(bench.measure(f"palette: {words}", "search", url))
    for words in ("材", "电梯", "光学玻璃"):
        found.append(bench.measure(f"list by text: {words}", "search", f"{ledger}?q={words}"))
    return found


def export(bench: Bench) -> dict[str, Any]:
    """The whole ledger as Excel, and what it took. Peak memory is that of the whole process."""
    from django.utils import timezone

    from yinfeng.domain.projects.pages.export import write_view
    from yinfeng.domain.projects.rules.view import View
    from yinfeng.foundation.accounts.viewer import viewer_of

    at = timezone.now()
    today = timezone.localdate()
    server, own, wall = bench.server_ns(), time.process_time(), time.monotonic()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    made = write_view(viewer_of(bench.person, today), View(), today=today, at=at)
    made.path.unlink()
    return {
        "rows": made.rows, "cpu": time.process_time() - own + (bench.server_ns() - server) / 1e9,
        "wall": time.monotonic() - wall, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "before": before,
    }  # fmt: skip


def child(options: argparse.Namespace) -> int:
    bench = Bench(options.projects, options.rounds)
    loops = [calibration()]
    rows = requests(bench)
    loops.append(calibration())
    told = {"rows": rows, "calibration": loops, "load": bench.load_seconds}
    if not options.no_export:
        told["export"] = export(bench)
    print(json.dumps(told))
    return 0


# ------------------------------------------------------------------------------------------------ the table


def run_child(url: str, home: str, options: argparse.Namespace) -> dict[str, Any]:
    environment = {
        **os.environ, "DATABASE_URL": url, "YINFENG_HOME": home, "YINFENG_SECRET_KEY": "only-for-the-bench",
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    command = [
        sys.executable, "-m", "bench.run", "--child", "--projects", str(options.projects), "--rounds", str(options.rounds),
        *(["--no-export"] if options.no_export else []),
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def wide(text: str, width: int) -> str:
    """Padded by what a terminal shows: a Chinese character is two columns."""
    shown = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    return text + " " * max(0, width - shown)


def show(engine: str, told: dict[str, Any], projects: int, write: Callable[[str], object] = print) -> None:
    loops = told["calibration"]
    write(f"\n{engine}, {projects:,} projects (loaded in {told['load']:.0f} s); one worker; CPU = Python + database")
    write(f"calibration loop {loops[0]:.0f} ms before, {loops[-1]:.0f} ms after")
    write(f"{wide('request', 48)}  queries 10 / 1,000   median   worst    limit     kB   loop")
    for row in told["rows"]:
        counts = " / ".join(map(str, row["queries"]))
        limit = LIMITS[row["kind"]]
        mark = "" if row["median"] <= limit else "  over"
        write(
            f"{wide(row['name'], 48)}  {counts:>18}  {row['median']:6.1f}  {row['worst']:6.1f}  {limit:>5} ms"
            f" {row['kB']:7.0f} {row['loop']:6.0f}{mark}"
        )
    if out := told.get("export"):
        write(
            f"Excel of {out['rows']:,} rows: {out['wall']:.0f} s ({out['cpu']:.0f} s CPU), peak memory {out['peak']:.0f} MB"
            f" of the whole process ({out['before']:.0f} MB before); limits 60 s, 300 MB"
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--projects", type=int, default=int(os.environ.get("PROJECTS", "100000")))
    parser.add_argument("--engine", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--keep", type=Path, help="folder in which a loaded SQLite database is kept and found again")
    parser.add_argument("--no-export", action="store_true")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        return child(options)
    sys.path.insert(0, str(ROOT))
    from tests import postgres

    with ExitStack() as stack:
        home = (
            str(options.keep)
            if options.keep
            else stack.enter_context(tempfile.TemporaryDirectory(prefix="yinfeng-bench-"))
        )
        Path(home).mkdir(parents=True, exist_ok=True)
        if options.engine in ("sqlite", "both"):
            show("SQLite", run_child(f"sqlite:///{home}/bench.sqlite3", home, options), options.projects)
        if options.engine in ("postgresql", "both"):
            if postgres.where() is None:
                print("\nPostgreSQL: skipped, initdb was not found")
            else:
                url = stack.enter_context(postgres.cluster("bench", by_socket=True))
                show("PostgreSQL", run_child(url, home, options), options.projects)
    return 0


if __name__ == "__main__":
    sys.exit(main())
