"""What every bench of pages shares: a loaded ledger on each engine, a child process that measures, and the clock.

A bench is a module with ``child(options)``, which prints one line of JSON, and ``show(engine, told, options)``. Each engine
is measured in a process of its own: SQLite in a file, PostgreSQL as a throw-away cluster reached by its socket.

CPU is Python and database together: for PostgreSQL the run time of the session's own server process is added. The
calibration loop is ten million steps of plain Python; run in twentieths between the rounds (column ``loop``, CPU ms): divide
by it to compare machines and busy moments.
"""

from __future__ import annotations

import argparse
import json
import os
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
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def calibration(steps: int = 10_000_000) -> float:
    """CPU milliseconds of so many plain steps."""
    begun = time.process_time()
    total = 0
    for step in range(steps):
        total += step * step % 7
    return (time.process_time() - begun) * 1000


def loop() -> float:
    """The calibration loop, from a twentieth of it."""
    return calibration(500_000) * 20


def wide(text: str, width: int) -> str:
    """Padded by what a terminal shows: a Chinese character is two columns."""
    shown = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    return text + " " * max(0, width - shown)


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

    def renew_connection(self) -> None:
        """The next statement is the first of a new connection: nothing of the catalogue read, nothing planned."""
        from django.db import connection

        connection.close()
        connection.ensure_connection()

    def visit(self, client: Any, url: str) -> tuple[float, Any]:
        """CPU milliseconds of one request, and its answer."""
        server, own = self.server_ns(), time.process_time()
        response = client.get(url)
        took = (time.process_time() - own) * 1000 + (self.server_ns() - server) / 1e6
        assert response.status_code == 200, (url, response.status_code, response.content[:300])
        return took, response

    def queries(self, client: Any, url: str) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client.get(url)
        with CaptureQueriesContext(connection) as caught:
            response = client.get(url)
        assert response.status_code == 200, (url, response.status_code)
        return len(caught)


# ------------------------------------------------------------------------------------------------ one child an engine


def parser_of(text: str | None, rounds: int) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--projects", type=int, default=int(os.environ.get("PROJECTS", "100000")))
    parser.add_argument("--engine", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--keep", type=Path, help="folder in which a loaded SQLite database is kept and found again")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    return parser


def on_each_engine(
    module: str, options: argparse.Namespace, show: Callable[[str, dict[str, Any], argparse.Namespace], None]
) -> int:
    """Measure in a child process of ``module`` on each engine asked for, with the same options, and show what it tells."""
    sys.path.insert(0, str(ROOT))
    from tests import postgres

    given = [word for word in sys.argv[1:] if word != "--child"]
    with ExitStack() as stack:
        kept = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="yinfeng-bench-")))
        home = Path(kept).resolve()
        home.mkdir(parents=True, exist_ok=True)
        for engine in NAMES if options.engine == "both" else (options.engine,):
            if engine == "sqlite":
                url = f"sqlite:///{home}/bench.sqlite3"
            elif postgres.where() is None:
                print("\nPostgreSQL: skipped, initdb was not found")
                continue
            else:
                url = stack.enter_context(postgres.cluster("bench", by_socket=True))
            environment = {
                **os.environ, "DATABASE_URL": url, "YINFENG_HOME": str(home), "YINFENG_SECRET_KEY": "only-for-the-bench",
                "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]),
            }  # fmt: skip
            command = [sys.executable, "-m", module, "--child", *given]
            done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
            show(NAMES[engine], json.loads(done.stdout.splitlines()[-1]), options)
            sys.stdout.flush()
    return 0
