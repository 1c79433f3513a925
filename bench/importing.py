"""A workbook of 50,000 rows into an empty ledger, or into one of 100,000 projects: how long the preview takes, how long
the one write holds the database (a second writer in a process of its own says how long it waited), how much memory it all
needs.

    python -m bench.importing [--rows 50000] [--ledger 100000] [--again]     (DATABASE_URL, else a SQLite file of its own)
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

WRITER = """
import os, time, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinfeng.config.settings.dev")
import django
django.setup()
from django.db import transaction
from django.utils import timezone
from yinfeng.foundation.audit.actions import record
worst = count = 0
print("ready", flush=True)
end = time.monotonic() + float(sys.argv[1])
while time.monotonic() < end and not os.path.exists(sys.argv[2]):
    began = time.monotonic()
    with transaction.atomic():
        record(actor=None, at=timezone.now(), verb="bench.write", kind="bench", object_id=None)
    worst, count = max(worst, time.monotonic() - began), count + 1
    time.sleep(0.05)
print(f"{worst:.2f} {count}", flush=True)
"""


def make_workbook(path: Path, rows: int, seed: int = 7) -> None:
    """Invented projects in the titles of the template, with an upper title and a row of totals."""
    import xlsxwriter

    from bench.bulk import HEADS, LEGAL, PLACES, PRODUCTS, SUFFIXES

    rng = random.Random(seed)
    today = date.today()
    heads = [
        "序号", "项目名称", "项目类别", "投资方", "建设内容", "总投资（万元）", "固定资产投资（万元）", "牵头单位", "落地单位",
        "招商方式", "签约日期", "注册日期", "落地日期", "开工日期", "投产日期", "累计到位资金（万元）", "资金来源地",
        "用地面积（亩）", "备注",
    ]  # fmt: skip
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("台账")
    sheet.write_row(0, 0, ["招商引资项目台账"])
    sheet.write_row(1, 0, heads)
    firms = ["".join(rng.sample(HEADS, 2)) + rng.choice(PRODUCTS)[:2] + rng.choice(LEGAL) for _ in range(rows // 5)]
    for number in range(1, rows + 1):
        firm, total = rng.choice(firms), rng.randrange(2_000, 500_000)
        signed = today - timedelta(days=rng.randrange(30, 1400))
        steps = [signed + timedelta(days=n * rng.randrange(10, 120)) for n in range(1, rng.randrange(1, 6))]
        days = [signed, *(d for d in steps if d <= today)]
        days = sorted(days)
        sheet.write_row(number + 1, 0, [
            number, f"{firm[:2]}{rng.choice(PRODUCTS)}{rng.choice(SUFFIXES)}{number}", "制造业", firm,
            f"建设{rng.choice(PRODUCTS)}生产线{rng.randrange(2, 20)}条，厂房{rng.randrange(1, 9)}万平方米", total, total * 3 // 5,
            rng.choice(PLACES), rng.choice(PLACES), "产业链招商",
        ])  # fmt: skip
        for place, day in enumerate(days[:5]):
            sheet.write_datetime(number + 1, 10 + place, day)
        if rng.random() < 0.5:
            sheet.write_number(number + 1, 15, rng.randrange(100, total))
            sheet.write_string(number + 1, 16, "省外资金")
        sheet.write_number(number + 1, 17, rng.randrange(5, 500))
    sheet.write_row(rows + 2, 0, ["合计"])
    book.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--again", action="store_true", help="import it once more: every row is compared, none changes")
    parser.add_argument("--ledger", type=int, default=0, help="projects that are there before")
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="yinfeng-bench-"))
    os.environ["YINFENG_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinfeng.config.settings.dev")
    import django
    from django.core.management import call_command

    django.setup()
    from django.db import connection
    from django.utils import timezone

    from yinfeng.domain.importing.actions.applying import apply
    from yinfeng.domain.importing.actions.staging import bring_in, check
    from yinfeng.domain.importing.management.commands.ledger import _actor, _unit

    call_command("migrate", verbosity=0)
    call_command("setup", verbosity=0, stdout=open(os.devnull, "w"))  # noqa: SIM115
    if options.ledger:
        from bench.bulk import load as fill

        fill(options.ledger)
        gc.collect()
    path = home / "ledger.xlsx"
    make_workbook(path, options.rows)
    began_with = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{connection.vendor}: {options.rows:,} rows into a ledger of {options.ledger:,}, {path.stat().st_size / 1e6:.1f} MB"
    )
    actor, viewer = _actor(None)
    for turn in range(2 if options.again else 1):
        before, busy = time.monotonic(), time.process_time()
        made = bring_in(
            content=path, name=path.name, unit=_unit(None, None), create_units=True, good_rows_only=True, actor=actor,
            at=timezone.now(),
        )  # fmt: skip
        found = check(of=made, viewer=viewer, actor=actor, at=timezone.now())
        took, busy = time.monotonic() - before, time.process_time() - busy
        print(f"preview{' again' * turn}: {took:.1f} s, {busy:.1f} s of processor {found.found['counts']}", flush=True)
        stop = home / f"stop{turn}"
        other = subprocess.Popen(
            [sys.executable, "-c", WRITER, "600", str(stop)], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
        )
        assert other.stdout is not None
        other.stdout.readline()
        before, busy = time.monotonic(), time.process_time()
        loaded = apply(of=found, viewer=viewer, actor=actor, at=timezone.now())
        took = time.monotonic() - before
        stop.touch()
        waited = other.stdout.readline().split()
        other.wait()
        busy = time.process_time() - busy
        print(f"apply{' again' * turn}: {took:.1f} s, {busy:.1f} s of processor")
        told = {table: round(seconds, 2) for table, seconds in loaded.processor_seconds.items()}
        print(f"  the write: {loaded.lock_seconds:.2f} s, of processor {told}")
        print(f"second writer: {waited[1]} writes, the longest waited {waited[0]} s")
    print(
        f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB (of it {began_with:.0f} before)"
    )
    shutil.rmtree(home, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    sys.exit(main())
