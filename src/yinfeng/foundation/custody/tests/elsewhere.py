"""Another installation to restore into: its own home, its own database, its own process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

ENGINES = ["sqlite", "postgresql"] if os.environ.get("DATABASE_URL", "").startswith("postgres") else ["sqlite"]


@dataclass(frozen=True)
class Elsewhere:
    home: Path
    url: str

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "YINFENG_HOME": str(self.home), "DATABASE_URL": self.url, "YINFENG_SECRET_KEY": "only-for-tests",
            "DJANGO_SETTINGS_MODULE": "yinfeng.config.settings.dev",
        }  # fmt: skip

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "yinfeng.config.cli", *arguments]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments), env=self.environment, capture_output=True, text=True, check=False, timeout=300
        )

    def python(self, program: str) -> str:
        """What a program prints there, after ``django.setup()``."""
        whole = "import django; django.setup()\n" + program
        done = subprocess.run(
            [sys.executable, "-c", whole], env=self.environment, capture_output=True, text=True, check=True, timeout=300
        )
        return done.stdout.strip()


@contextmanager
def elsewhere(engine: str, home: Path, *, blank: Path | None = None) -> Iterator[Elsewhere]:
    """On PostgreSQL a database of its own beside the suite's, gone afterwards. ``blank``: begin on SQLite with a copy of
    this migrated file rather than with none."""
    home.mkdir(parents=True, exist_ok=True)
    if engine == "sqlite":
        if blank is not None:
            shutil.copy(blank, home / "elsewhere.sqlite3")
        yield Elsewhere(home, f"sqlite:///{home / 'elsewhere.sqlite3'}")
        return
    name = f"elsewhere_{os.getpid()}_{abs(hash(home)) % 10**8}"
    told = connection.settings_dict
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        yield Elsewhere(home, f"postgresql://{told['USER']}@{told['HOST']}:{told['PORT']}/{name}")
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
