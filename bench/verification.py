"""Verifying 5,000 facts at once, and looking at them before, on both engines.

    python -m bench.verification [--facts 5000] [--engine sqlite|postgresql|both]

Facts are declared through the actions of the house by one person, looked at on the worklist and verified by another. Printed are
wall seconds (this machine is shared: the best of the rounds counts), the longest single transaction, which is how long
others wait for the write lock, and what ``yinfeng doctor`` finds afterwards.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 5.0


def run(facts: int) -> bool:
    """In the measured process: load, look, verify, prove."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinfeng.config.settings.test")
    django.setup()
    from datetime import UTC, date, datetime

    from django.core.management import call_command
    from django.db import connection, transaction
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    from yinfeng.domain.projects import checks
    from yinfeng.domain.projects.actions import verification
    from yinfeng.domain.projects.actions.facts import FundsData, declare_funds
    from yinfeng.domain.projects.actions.ledger import ProjectData, create_project
    from yinfeng.domain.projects.models import FundsArrival
    from yinfeng.domain.projects.queries import choices
    from yinfeng.domain.projects.rules.words import FactStatus, FundsBasis, FundsBoundary, ProjectKind
    from yinfeng.domain.reporting.queries.worklist import Filter, looking_right, worklist
    from yinfeng.foundation.accounts import actions as accounts
    from yinfeng.foundation.accounts.viewer import viewer_of

    at = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    city = accounts.create_unit(
        code="c", name="澜屏市", short_name="澜屏市", kind="city", parent=None, actor=None, at=at
    )
    districts = [
        accounts.create_unit(
            code=f"d{n}", name=f"第{n}区", short_name=f"第{n}区", kind="district", parent=city, actor=None, at=at
        )
        for n in range(8)
    ]
    people = []
    for name, role, unit in (("officer", "officer", districts[0]), ("director", "director", city)):
        person = accounts.create_person(username=name, name=name, password="Phoenix-2026", actor=None, at=at)
        accounts.give_post(person=person, unit=unit, role=role, from_date=date(2020, 1, 1), actor=None, at=at)
        people.append(person)
    officer, director = people
    begun = time.monotonic()
    with transaction.atomic():
        for n in range(facts // 5):
            project = create_project(
                data=ProjectData(
                    name=f"{chr(0x4E00 + n)}{chr(0x5E00 + n)}光学元件", kind=ProjectKind.MANUFACTURING,
                    lead_unit_id=districts[n % 8].pk, investment_amount=500_000_000,
                ),
                actor=officer, at=at,
            )  # fmt: skip
            for k in range(5):
                data = FundsData(
                    1_000_003 + k,
                    date(2026, 2, 1 + k),
                    FundsBasis.CAPITAL,
                    FundsBoundary.OUTSIDE_CITY,
                    voucher=f"{n}-{k}",
                )
                declare_funds(project=project, phase=None, data=data, actor=officer, at=at)
    loaded = time.monotonic() - begun
    viewer = viewer_of(director, date(2026, 3, 2))
    wanted, units, today = Filter("funds"), choices.units(), date(2026, 3, 2)
    begun = time.monotonic()
    page = worklist(viewer, wanted, units=units, today=today)
    looked = time.monotonic() - begun
    longest = [0.0]
    step = verification._verify_step

    def timed(*args: Any) -> Any:
        begun_ = time.monotonic()
        try:
            return step(*args)
        finally:
            longest[0] = max(longest[0], time.monotonic() - begun_)

    verification._verify_step = timed
    begun = time.monotonic()
    rows = looking_right(viewer, wanted, until=page.until, units=units, today=today)
    chosen = time.monotonic() - begun
    begun = time.monotonic()
    result = verification.verify_many(facts=rows, actor=director, at=timezone.now())
    verified = time.monotonic() - begun
    done = FundsArrival.objects.filter(status=FactStatus.VERIFIED).count()
    faults = [*checks.derived_columns(), *checks.history(), *checks.closed_periods()]
    print(
        f"{connection.vendor:<11} {facts:>6} {loaded:>8.1f} {looked:>8.2f} {chosen:>8.2f} {verified:>9.2f}"
        f" {longest[0]:>9.2f} {done:>9} {len(faults):>7}"
    )
    return done == facts == result.verified and not faults and verified <= LIMIT


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=int, default=5_000)
    parser.add_argument("--engine", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        return 0 if run(asked.facts) else 1
    print("engine       facts   load s   look s  choose s  verify s  lock s   verified  faults")
    sys.stdout.flush()
    worst = 0
    with ExitStack() as stack:
        for engine in ("sqlite", "postgresql") if asked.engine == "both" else (asked.engine,):
            home = stack.enter_context(tempfile.TemporaryDirectory(prefix="yinfeng-bench-"))
            if engine == "sqlite":
                url = f"sqlite:///{home}/bench.sqlite3"
            else:
                from tests.postgres import cluster

                url = stack.enter_context(cluster())
            env = os.environ | {"DATABASE_URL": url, "YINFENG_HOME": home}
            command = [sys.executable, "-m", "bench.verification", "--measure", "--facts", str(asked.facts)]
            worst = max(worst, subprocess.run(command, cwd=ROOT, env=env, check=False).returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main())
