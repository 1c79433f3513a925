"""kill -9 at random points of verifying many facts: nothing half-done, nothing lost.

    python -m bench.kill_verification [--kills 50] [--facts 2000] [--seed 1]

A process verifies facts in steps of five, so that a kill falls between and within transactions. After each kill the verified
facts, their audit rows and the authors' notices must tell the same number, and the doctor must find nothing; in the end a
process that is let live finishes. Printed: how many kills fell before, within and after the work, and the faults.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

PREPARE = """
import django; django.setup()
from datetime import UTC, date, datetime
from django.core.management import call_command
from django.db import transaction
call_command("migrate", verbosity=0)
from yinfeng.domain.projects.actions.facts import FundsData, declare_funds
from yinfeng.domain.projects.actions.ledger import ProjectData, create_project
from yinfeng.domain.projects.rules.words import FundsBasis, FundsBoundary, ProjectKind
from yinfeng.foundation.accounts import actions as accounts
at = datetime(2026, 3, 2, tzinfo=UTC)
unit = accounts.create_unit(code="u", name="澜屏市", short_name="澜屏市", kind="city", parent=None, actor=None, at=at)
one, other = (accounts.create_person(username=n, name=n, password="Phoenix-2026", actor=None, at=at) for n in "ab")
with transaction.atomic():
    for n in range({facts} // 4):
        project = create_project(data=ProjectData(name=f"第{{n}}号项目", kind=ProjectKind.MANUFACTURING,
                                 lead_unit_id=unit.pk, investment_amount=10**8), actor=one, at=at)
        for k in range(4):
            data = FundsData(1_000_003 + k, date(2026, 2, 1 + k), FundsBasis.CAPITAL, FundsBoundary.OUTSIDE_CITY,
                             voucher=f"{{n}}-{{k}}")
            declare_funds(project=project, phase=None, data=data, actor=one, at=at)
"""

VERIFY = """
import django; django.setup()
from django.utils import timezone
from yinfeng.domain.projects.actions import verification
from yinfeng.domain.projects.models import FundsArrival
from yinfeng.foundation.accounts.models import Person
verification.STEP = 5
rows = list(FundsArrival.objects.filter(status="declared").select_related("project")[:{most}])
print("ready", flush=True)
verification.verify_many(facts=rows, actor=Person.objects.get(username="b"), at=timezone.now())
print("done", flush=True)
"""

COUNT = """
import django; django.setup()
from yinfeng.domain.projects import checks
from yinfeng.domain.projects.models import FundsArrival
from yinfeng.foundation.audit.models import AuditRow
faults = [*checks.derived_columns(), *checks.history(), *checks.closed_periods()]
done = FundsArrival.objects.filter(status="verified")
print(done.count(), done.filter(verified_by=None).count(), AuditRow.objects.filter(verb="fact.verify").count(),
      FundsArrival.objects.count(), len(faults))
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--facts", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    with tempfile.TemporaryDirectory(prefix="yinfeng-kill-") as home:
        env = os.environ | {
            "YINFENG_HOME": home, "DATABASE_URL": f"sqlite:///{home}/kill.sqlite3",
            "DJANGO_SETTINGS_MODULE": "yinfeng.config.settings.test",
        }  # fmt: skip

        def run(script: str) -> str:
            done = subprocess.run(
                [sys.executable, "-c", script], cwd=ROOT, env=env, capture_output=True, text=True, check=True
            )
            return done.stdout

        run(PREPARE.format(facts=asked.facts))
        every = asked.facts // 4 * 4
        worst, within, finished, last = 0, 0, 0, 0
        for _n in range(asked.kills):
            most = max(100, every // asked.kills * 2)
            process = subprocess.Popen(
                [sys.executable, "-c", VERIFY.format(most=most)], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
            )
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0, 0.15))
            process.send_signal(signal.SIGKILL)
            told = process.stdout.read()
            process.wait()
            verified, nameless, audit, there, faults = map(int, run(COUNT).split())
            worst += faults + nameless + (verified != audit) + (there != every) + (verified < last)
            finished += "done" in told
            within += "done" not in told and verified > last
            last = verified
        run(VERIFY.format(most=every))
        verified, nameless, audit, there, faults = map(int, run(COUNT).split())
        worst += faults + nameless + (verified != audit) + (verified != every)
    print(
        f"kills {asked.kills}: {within} within the work, {finished} after it, {asked.kills - within - finished} before the first"
        f" step; verified {verified} of {every}, audit rows {audit}; faults {worst}"
    )
    return 1 if worst else 0


if __name__ == "__main__":
    sys.exit(main())
