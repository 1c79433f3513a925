"""The speed of figures on both engines, and how it grows: one command, no questions.

    python -m bench.figures [--sizes 10000,100000] [--engine sqlite|postgresql|both] [--rounds 3] [--keep FOLDER]

(``--sizes 10000,100000,1000000`` adds the million: about 45 minutes and 20 GB of disk an engine.) For each engine and size a
ledger is loaded (found again in ``--keep``, SQLite only), the mirror is made as the worker would make it, and measured are:
every indicator by unit, now and as known 300 days ago; pivots; the first question after a write; the cockpit; the half-year
bulletin with its Word file and annex. Milliseconds of CPU: this process and, of PostgreSQL, the session's own server process.
The loop is a calibration in plain Python (ten million steps, ms), so that machines and busy moments compare.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench.engines import ROOT, Bench, calibration

LIMITS = {"now": 60.0, "pivot": 200.0, "cockpit": 150.0, "bulletin": 5000.0}
PIVOTS = ("signed_count", "signed_amount", "start_rate", "funds_in_place", "fund_rate")
COMPARED = ("signed_count", "start_rate", "funds_in_place", "funds_in_place_converted", "funds_yoy", "fit_amount_ratio")


def measured(options: argparse.Namespace) -> dict[str, Any]:
    """In the measured process: everything of one engine and size."""
    begun = calibration()
    bench = Bench(options.projects, options.rounds)
    from django.urls import reverse
    from django.utils import timezone

    from yinfeng.domain.briefing.paper import annex, word
    from yinfeng.domain.briefing.queries.composing import compose
    from yinfeng.domain.indicators.mirror import keeping
    from yinfeng.domain.indicators.queries import editions
    from yinfeng.domain.indicators.queries.answers import answer
    from yinfeng.domain.indicators.queries.pivot import pivot
    from yinfeng.domain.projects.actions.ledger import edit_project
    from yinfeng.domain.projects.models import FundsArrival, Milestone, Project, ProjectState
    from yinfeng.kernel.errors import DomainError
    from yinfeng.kernel.periods import Period

    today = timezone.localdate()
    year, past = Period.year(today.year), timezone.now() - timedelta(days=300)

    def cpu_ms(call: Callable[[], Any]) -> float:
        server, own = bench.server_ns(), time.process_time()
        call()
        return (time.process_time() - own) * 1000 + (bench.server_ns() - server) / 1e6

    def median(call: Callable[[], Any]) -> float:
        call()
        return statistics.median(cpu_ms(call) for _round in range(options.rounds))

    def by_unit(name: str, known_at: datetime | None) -> float | None:
        try:
            return median(lambda: answer(name, viewer=None, period=year, by=("unit",), as_of=today, known_at=known_at))
        except DomainError:
            return None  # without history, or not by unit

    keeping.forget()
    names = list(editions.definitions(today)[0].by_name)
    told: dict[str, Any] = {
        "rows": {m._meta.model_name: m.objects.count() for m in (Project, ProjectState, Milestone, FundsArrival)},
        "load": bench.load_seconds, "loop": [begun],
        "row_store": {name: [by_unit(name, None), by_unit(name, past)] for name in COMPARED},
        "build": cpu_ms(keeping.build),
        "bytes": sum(file.stat().st_size for file in keeping.place().rglob("*.npy")),
    }  # fmt: skip
    told["now"] = {name: by_unit(name, None) for name in names}
    told["past"] = {name: by_unit(name, past) for name in names}
    told["pivot"] = {}
    for name in PIVOTS:
        for down, across in (("unit", "kind"), ("unit", "quarter"), ("capital_kind", "month")):
            for when, known_at in (("", None), (" then", past)):
                asked = {"viewer": None, "period": year, "as_of": today, "known_at": known_at}
                told["pivot"][f"{name} {down} × {across}{when}"] = median(
                    lambda name=name, down=down, across=across, asked=asked: pivot(name, down, across, **asked)
                )
    some = Project.objects.filter(merged_into=None, ended_on=None).order_by("-pk").first()
    if some is not None:
        amount = (some.investment_amount or 0) + 10_000
        edit_project(project=some, changes={"investment_amount": amount}, actor=bench.person, at=timezone.now())
    told["after_write"] = cpu_ms(lambda: answer("signed_amount", viewer=None, period=year, by=("unit",), as_of=today))
    cockpit = reverse("portal:cockpit")
    bench.client.get(cockpit)
    told["cockpit"] = statistics.median(bench.visit(bench.client, cockpit)[0] for _round in range(options.rounds))

    def bulletin() -> None:
        at = timezone.now()
        made = compose("half_year", viewer=None, as_of=today, at=at)
        word.write(word.Paper(made.title, made.blocks, made.figures, "市", f"{today}"))
        annex.write(made.title, made.figures, made.rows, known_at=made.known_at, by="bench")

    told["bulletin"] = median(bulletin)
    told["loop"].append(calibration())
    return told


def in_a_child(url: str, home: str, size: int, rounds: int) -> dict[str, Any]:
    environment = {
        **os.environ, "DATABASE_URL": url, "YINFENG_HOME": home, "YINFENG_SECRET_KEY": "only-for-the-bench",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }  # fmt: skip
    command = [sys.executable, "-m", "bench.figures", "--child", "--projects", str(size), "--rounds", str(rounds)]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def show(engine: str, told: dict[int, dict[str, Any]]) -> None:
    """One column a size."""
    sizes = sorted(told)

    def line(words: str, of: Callable[[dict[str, Any]], str], limit: str = "") -> None:
        print(f"  {words:44}" + "".join(f"{of(told[size]):>16}" for size in sizes) + f"   {limit}")

    def spread(values: list[float]) -> str:
        return f"{statistics.median(values):.1f} / {max(values):.1f}"

    def some(key: str) -> Callable[[dict[str, Any]], list[float]]:
        return lambda one: [value for value in one[key].values() if value is not None]

    def ratios(one: dict[str, Any]) -> list[float]:
        """Of figures that take more than a few milliseconds: of less, a ratio says nothing."""
        return [then / max(one["now"][n], 5.0) for n, then in one["past"].items() if then and one["now"][n]]

    print(f"\n{engine}: CPU ms, median / worst")
    line("projects", lambda one: f"{one['rows']['project']:,}")
    line("milestones", lambda one: f"{one['rows']['milestone']:,}")
    line("arrivals of money", lambda one: f"{one['rows']['fundsarrival']:,}")
    line("rows of history", lambda one: f"{one['rows']['projectstate']:,}")
    line("calibration loop, before / after", lambda one: " / ".join(f"{n:.0f}" for n in one["loop"]))
    line("any indicator by unit, now", lambda one: spread(some("now")(one)), "limit 60 at 100,000")
    line(
        "  how many of them over 60", lambda one: f"{sum(v > 60 for v in some('now')(one))} of {len(some('now')(one))}"
    )
    line("as known 300 days ago", lambda one: spread(some("past")(one)))
    line("  times as long as now", lambda one: spread(ratios(one)), "limit 2 at the median")
    line("pivots by two dimensions", lambda one: spread(some("pivot")(one)), "limit 200")
    line("first question after a write", lambda one: f"{one['after_write']:.1f}")
    line("cockpit", lambda one: f"{one['cockpit']:.1f}", "limit 150")
    line("half-year bulletin, Word and annex", lambda one: f"{one['bulletin']:.0f}", "limit 5,000")
    line("making the mirror", lambda one: f"{one['build']:.0f}")
    line("its files, MB", lambda one: f"{one['bytes'] / 1e6:.0f}")
    line("loading (seconds)", lambda one: f"{one['load']:.0f}")
    print("  without the mirror, now / then:")
    for name in COMPARED:
        line(f"  {name}", lambda one, name=name: " / ".join(f"{v:.0f}" if v else "—" for v in one["row_store"][name]))
    for size in sizes:
        slow = sorted(((v, n) for n, v in told[size]["now"].items() if v and v > LIMITS["now"]), reverse=True)
        if slow:
            print(f"  over 60 at {size:,}: " + ", ".join(f"{name} {value:.0f}" for value, name in slow[:20]))
        late = sorted(
            ((then / max(told[size]["now"][n], 5.0), n) for n, then in told[size]["past"].items() if then), reverse=True
        )
        print(f"  most times as long at {size:,}: " + ", ".join(f"{name} {ratio:.1f}×" for ratio, name in late[:5]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--engine", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="folder in which loaded SQLite databases are kept and found again")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--projects", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(measured(options)))
        return 0
    from tests import postgres

    sizes = [int(size) for size in options.sizes.split(",")]
    for engine in ("sqlite", "postgresql"):
        if options.engine not in (engine, "both"):
            continue
        if engine == "postgresql" and postgres.where() is None:
            print("\nPostgreSQL: skipped, initdb was not found")
            continue
        told: dict[int, dict[str, Any]] = {}
        for size in sizes:
            with ExitStack() as stack:
                home = stack.enter_context(tempfile.TemporaryDirectory(prefix="yinfeng-bench-"))
                if engine == "sqlite":
                    if options.keep:
                        home = str(options.keep / f"{size}")
                        Path(home).mkdir(parents=True, exist_ok=True)
                    url = f"sqlite:///{home}/bench.sqlite3"
                else:
                    url = stack.enter_context(postgres.cluster("bench", by_socket=True))
                told[size] = in_a_child(url, home, size, options.rounds)
            show({"sqlite": "SQLite", "postgresql": "PostgreSQL"}[engine], told)
    return 0


if __name__ == "__main__":
    sys.exit(main())
