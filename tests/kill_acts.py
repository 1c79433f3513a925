"""kill -9 at random points of importing and verifying; with --all of backup and restore too.

    python -m tests.kill_acts [--imports 18] [--verifications 14] [--engine sqlite|postgresql|both] [--seed N]
    python -m tests.kill_acts --all          # and 9 backups and 9 restores by tests/kill_custody.py: 50 points an engine

Each round begins with the same database. A process of its own (forked, so that starting it is no part of the round) does
the act; it is killed a few milliseconds after a statement that was drawn from all that the act runs, half of the imports
after one of the write itself. Then: the database is as before, to the row, or as after the whole act (of a verification:
whole steps of it); the doctor finds nothing; nothing is found by search that is not there; no staging file outlives the
next run; and the act done again ends as it would have ended unharmed. Any other outcome ends the run with 1.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
STEP = 15  # facts a transaction of the verification here: kills fall between and within
THERE, NEW = 60, 360  # projects of the ledger before, projects that the workbook opens


class Broken(Exception):
    """Something was half-done or lost."""


class Ledger:
    """A database that can be made as it was, with an import that waits to be applied and facts that wait to be verified."""

    def __init__(self, home: Path, url: str) -> None:
        self.home, self.url = home, url
        os.environ |= {
            "YINFENG_HOME": str(home), "DATABASE_URL": url, "YINFENG_SECRET_KEY": "only-for-tests",
            "DJANGO_SETTINGS_MODULE": "yinfeng.config.settings.test",
        }  # fmt: skip
        import django

        django.setup()
        from django.db import connections

        self._close = connections.close_all
        self.of = self.importer = self.verifier = 0
        self._prepare()
        self._keep()

    def _prepare(self) -> None:
        from django.core.management import call_command
        from django.utils import timezone

        from yinfeng.domain.importing.actions.applying import apply
        from yinfeng.domain.importing.actions.staging import bring_in, check
        from yinfeng.foundation.accounts import actions as accounts

        call_command("migrate", verbosity=0)
        now = timezone.now()
        unit = accounts.create_unit(
            code="u", name="澜屏市", short_name="澜屏市", kind="city", parent=None, actor=None, at=now
        )
        people = [
            accounts.create_person(username=n, name=n, password="Phoenix-2026", actor=None, at=now) for n in ("a", "b")
        ]
        self.importer, self.verifier = people[0].pk, people[1].pk
        for last in (False, True):
            path = self.home / f"ledger-{last}.csv"
            path.write_text(self._sheet(last), encoding="utf-8")
            made = bring_in(content=path, name=path.name, unit=unit, actor=people[0], at=timezone.now())
            found = check(of=made, viewer=None, actor=people[0], at=timezone.now())
            if not last:
                apply(of=found, viewer=None, actor=people[0], at=timezone.now())
        self.of = found.pk
        counts = found.found["counts"]
        if counts.get("create") != NEW or set(counts) != {"create", "update", "same"}:
            raise SystemExit(f"the workbook is not understood: {counts}")

    @staticmethod
    def _sheet(last: bool) -> str:
        lines = ["项目名称,项目类别,投资方,总投资（万元）,牵头单位,签约日期,开工日期,累计到位资金（万元）,资金来源地"]
        for n in range(1, THERE + (NEW if last else 0) + 1):
            started = f"2025-0{n % 6 + 3}-1{n % 9}" if last or n % 2 else ""
            money = f"{n * 10},省外资金" if last or n % 3 else ","
            lines.append(
                f"云梯{n}号整机项目,制造业,霁光{n % 40}号科技有限公司,{10_000 + n},澜屏市,2025-01-0{n % 9 + 1},{started},{money}"
            )
        return "\n".join(lines) + "\n"

    # --------------------------------------------------------------------------------------- as it was

    def _keep(self) -> None:
        self._close()
        if self.url.startswith("sqlite"):
            self._file = Path(self.url.removeprefix("sqlite:///"))
            from django.db import connection

            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._close()
            shutil.copy(self._file, self.home / "kept")
        else:
            self._admin(f'CREATE DATABASE kept TEMPLATE "{self._name()}"')

    def as_it_was(self) -> None:
        self._close()
        if self.url.startswith("sqlite"):
            for end in ("-wal", "-shm"):
                self._file.with_name(self._file.name + end).unlink(missing_ok=True)
            shutil.copy(self.home / "kept", self._file)
        else:
            self._admin(
                f'DROP DATABASE "{self._name()}" WITH (FORCE)', f'CREATE DATABASE "{self._name()}" TEMPLATE kept'
            )

    def _name(self) -> str:
        return self.url.rsplit("/", 1)[1]

    def _admin(self, *statements: str) -> None:
        import psycopg

        with psycopg.connect(self.url.rsplit("/", 1)[0] + "/postgres", autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]

    # ---------------------------------------------------------------------------------------------- acts

    def apply(self) -> None:
        from django.utils import timezone

        from yinfeng.domain.importing.actions.applying import apply
        from yinfeng.domain.importing.models import Import
        from yinfeng.foundation.accounts.models import Person

        apply(of=Import.objects.get(pk=self.of), viewer=None, actor=Person.objects.get(pk=self.importer),
              at=timezone.now())  # fmt: skip

    def verify(self) -> None:
        from django.utils import timezone

        from yinfeng.domain.projects.actions import verification
        from yinfeng.domain.projects.models import FundsArrival, Milestone
        from yinfeng.foundation.accounts.models import Person

        verification.STEP = STEP  # type: ignore[misc]
        facts = [f for model in (Milestone, FundsArrival) for f in model.objects.filter(status="declared")]
        verification.verify_many(facts=facts, actor=Person.objects.get(pk=self.verifier), at=timezone.now())

    # ------------------------------------------------------------------------------------------- looking

    def rows(self) -> dict[str, tuple[int, str]]:
        """Table -> how many rows, and their digest."""
        from django.apps import apps

        found = {}
        for app in ("projects", "enterprises", "accounts", "audit", "importing", "notices"):
            for model in apps.get_app_config(app).get_models(include_auto_created=True):
                digest, count = hashlib.sha256(), 0
                rows = model._base_manager.order_by("pk")
                if model.__name__ == "Import":  # that it was begun is a row's state, written by itself
                    rows = rows.exclude(pk=self.of)
                for row in rows.values_list().iterator(chunk_size=2_000):
                    digest.update(repr(row).encode())
                    count += 1
                found[model._meta.db_table] = count, digest.hexdigest()
        return found

    def faults(self) -> list[str]:
        from django.db import connection

        from yinfeng.domain.projects.models import Project
        from yinfeng.domain.projects.queries import search
        from yinfeng.foundation.administration import doctor

        connection.check_constraints()
        found = [fault for result in doctor.run(None) for fault in result.faults]
        ghosts = set(search.newest("云梯", 10_000)) - set(Project.objects.values_list("pk", flat=True))
        return [*map(str, found), *(f"found and not there: {pk}" for pk in ghosts)]


def statements(ledger: Ledger, act: Callable[[], None]) -> tuple[int, int, int]:
    """Run the act unharmed: (statements of it, the first and the last of the ledger's write)."""
    from django.db import connection

    seen: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        act()
    written = [n for n, sql in enumerate(seen) if sql.startswith(('INSERT INTO "projects_', 'INSERT INTO "audit_'))]
    return len(seen), written[0], written[-1] if len(written) > 1 else len(seen)


def killed(act: Callable[[], None], at_statement: int, seconds: float) -> bool:
    """Do the act in a process that is killed so long after it began this statement; whether the kill was in time."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        code = 1
        try:
            from django.db import connection

            count = 0

            def tell(execute: Any, sql: str, *rest: Any) -> Any:
                nonlocal count
                count += 1
                if count == at_statement:
                    os.write(theirs, b"x")
                return execute(sql, *rest)

            with connection.execute_wrapper(tell):
                act()
            code = 0
        except BaseException as fault:
            print(f"{type(fault).__name__}: {fault}", file=sys.stderr, flush=True)
        finally:
            os._exit(code)
    os.close(theirs)
    os.read(ours, 1)  # or its end
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    os.close(ours)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise Broken("the act failed unharmed")
    return os.WIFSIGNALED(status)


def kill_imports(ledger: Ledger, count: int, dice: random.Random) -> Counter[str]:
    from yinfeng.domain.importing.models import Import
    from yinfeng.domain.projects.models import Project

    told: Counter[str] = Counter()
    ledger.as_it_was()
    before = ledger.rows()
    total, first, last = statements(ledger, ledger.apply)
    after = {name: rows for name, (rows, _digest) in ledger.rows().items()}
    if ledger.faults():
        raise Broken(f"unharmed, and yet: {ledger.faults()[:3]}")
    for number in range(count):
        ledger.as_it_was()
        at = dice.randint(first, last) if number % 2 else dice.randint(1, total)
        in_time = killed(ledger.apply, at, dice.uniform(0, 0.02))
        there = Project.objects.count()
        state = Import.objects.get(pk=ledger.of).state
        now = ledger.rows()
        if there == THERE + NEW and state == "applied":
            told["after the write" if in_time else "came through"] += 1
            if wrong := [t for t, n in after.items() if now[t][0] != n]:
                raise Broken(f"import killed at {at}: written, and not whole: {wrong}")
        elif there == THERE and now == before and state in ("previewed", "applying"):
            told["in the write" if first <= at <= last else "before the write"] += 1
        else:
            wrong = [t for t in before if now[t] != before[t]]
            raise Broken(f"import killed at {at}: {there} projects, {state}, changed {wrong}")
        if faults := ledger.faults():
            raise Broken(f"import killed at {at}: {faults[:3]}")
        if state != "applied":
            ledger.apply()
            if wrong := [t for t, (n, _d) in ledger.rows().items() if n != after[t]]:
                raise Broken(f"import killed at {at} and done again is not what it would have been: {wrong}")
            if faults := ledger.faults():
                raise Broken(f"import killed at {at} and done again: {faults[:3]}")
            told["done again"] += 1
        if left := list(ledger.home.glob(".staged-*")):
            if state != "applied":
                raise Broken(f"left behind: {left}")
            for path in left:
                path.unlink()
    return told


def kill_verifications(ledger: Ledger, count: int, dice: random.Random) -> Counter[str]:
    from yinfeng.domain.projects.models import FundsArrival, Milestone
    from yinfeng.foundation.audit.models import AuditRow

    def verified() -> tuple[int, int, int]:
        done = sum(
            m.objects.filter(status="verified").exclude(verified_by=None).count() for m in (Milestone, FundsArrival)
        )
        left = sum(m.objects.filter(status="declared").count() for m in (Milestone, FundsArrival))
        return done, left, AuditRow.objects.filter(verb="fact.verify").count()

    told: Counter[str] = Counter()
    ledger.as_it_was()
    every = verified()[1]
    total, _first, _last = statements(ledger, ledger.verify)
    for _number in range(count):
        ledger.as_it_was()
        killed(ledger.verify, dice.randint(2, total), dice.uniform(0, 0.01))
        done, left, audited = verified()
        if done != audited or done + left != every:
            raise Broken(f"verified {done} with {audited} audit rows, {left} left of {every}")
        told["some steps kept" if 0 < done < every else "nothing kept" if done == 0 else "all kept"] += 1
        if faults := ledger.faults():
            raise Broken(f"after {done} were verified: {faults[:3]}")
        ledger.verify()
        if verified() != (every, 0, every) or ledger.faults():
            raise Broken(f"done again: {verified()}, {ledger.faults()[:3]}")
        told["done again"] += done < every
    return told


@contextmanager
def places(engine: str) -> Iterator[tuple[Path, str]]:
    folder = Path(tempfile.mkdtemp(prefix="yinfeng-kill-"))
    try:
        with ExitStack() as stack:
            if engine == "postgresql":
                from tests.postgres import cluster

                yield folder, stack.enter_context(cluster("kill"))
            else:
                yield folder, f"sqlite:///{folder / 'kill.sqlite3'}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--imports", type=int, default=18)
    parser.add_argument("--verifications", type=int, default=14)
    parser.add_argument("--engine", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--all", action="store_true", help="backup and restore too")
    asked = parser.parse_args()
    seed = asked.seed if asked.seed is not None else random.randrange(10**6)
    counts = ["--imports", str(asked.imports), "--verifications", str(asked.verifications), "--seed", str(seed)]
    if asked.engine == "both":  # an engine a process: settings are read once
        for engine in ("sqlite", "postgresql"):
            if subprocess.run(
                [sys.executable, "-m", "tests.kill_acts", *counts, "--engine", engine], cwd=ROOT
            ).returncode:
                return 1
    else:
        dice = random.Random(seed)
        with places(asked.engine) as (home, url):
            ledger = Ledger(home, url)
            try:
                for what, told in (
                    ("import", kill_imports(ledger, asked.imports, dice)),
                    ("verification", kill_verifications(ledger, asked.verifications, dice)),
                ):
                    words = ", ".join(f"{n} {word}" for word, n in sorted(told.items()))
                    print(f"{asked.engine} {what} (seed {seed}): {words}", flush=True)
            except Broken as fault:
                print(f"{asked.engine} (seed {seed}): {fault}", file=sys.stderr)
                return 1
            finally:
                ledger._close()
    if asked.all:
        custody = [sys.executable, "-m", "tests.kill_custody", "--backups", "9", "--restores", "9"]
        return subprocess.run([*custody, "--engine", asked.engine, "--seed", str(seed)], cwd=ROOT).returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
