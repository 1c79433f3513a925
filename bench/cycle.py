"""The whole table of speed of the reporting cycle, unattended: import, batch verification, backup, change feed.

    python -m bench.cycle [--projects 100000] [--rows 50000] [--facts 5000] [--engine sqlite|postgresql|both]

Limits: a workbook of 50,000 rows is previewed in 60 s, written in 5 s of write lock, with 600 MB; 5,000 facts are verified
in 5 s; 100,000 projects are backed up in 60 s; a page of the change feed takes 30 ms of processor. Each part is a module
of its own and prints its own line; some forty minutes on two quiet cores.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def empty(engine: str) -> Iterator[dict[str, str]]:
    """The environment of an installation that has nothing yet."""
    with tempfile.TemporaryDirectory(prefix="yinfeng-cycle-") as home:
        told = os.environ | {"YINFENG_HOME": home, "DJANGO_SETTINGS_MODULE": "yinfeng.config.settings.test"}
        if engine == "sqlite":
            yield told | {"DATABASE_URL": f"sqlite:///{home}/bench.sqlite3"}
        else:
            from tests.postgres import cluster

            with cluster() as url:
                yield told | {"DATABASE_URL": url}


def run(title: str, environment: dict[str, str], *commands: list[str]) -> int:
    began, worst = time.monotonic(), 0
    print(f"\n== {title}", flush=True)
    for command in commands:
        worst = max(
            worst, subprocess.run([sys.executable, "-m", *command], cwd=ROOT, env=environment, check=False).returncode
        )
    print(f"   ({time.monotonic() - began:.0f} s in all)", flush=True)
    return worst


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--projects", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--facts", type=int, default=5_000)
    parser.add_argument("--engine", choices=["sqlite", "postgresql", "both"], default="both")
    asked = parser.parse_args()
    engines = ("sqlite", "postgresql") if asked.engine == "both" else (asked.engine,)
    rows, projects = ["--rows", str(asked.rows)], str(asked.projects)
    worst = 0
    for engine in engines:
        for ledger in ("0", projects):
            with empty(engine) as there:
                title = f"{engine}: a workbook of {asked.rows:,} rows into a ledger of {int(ledger):,}"
                worst = max(worst, run(title, there, ["bench.importing", *rows, "--ledger", ledger]))
        with empty(engine) as there:
            worst = max(worst, run(
                f"{engine}: backup of {asked.projects:,} projects", there,
                ["bench.bulk", "--projects", projects], ["bench.custody"],
            ))  # fmt: skip
    worst = max(worst, run(
        "verifying many facts", dict(os.environ), ["bench.verification", "--facts", str(asked.facts), "--engine", asked.engine]
    ))  # fmt: skip
    return max(worst, run(
        "the change feed", dict(os.environ), ["bench.changes", "--projects", projects, "--engine", asked.engine]
    ))  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
