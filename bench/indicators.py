"""How fast figures are answered: any indicator by unit, a two-dimension pivot, and the same as known at a past day.

    python -m bench.indicators [--rounds 7]     (the ledger of DATABASE_URL, else of YINFENG_HOME; load it with bench/bulk.py)

Printed are milliseconds at the median of the rounds (of CPU on SQLite, which runs in this process; of the clock on
PostgreSQL), per indicator, now and as known ten months ago, and the worst of all.
The loop beside them is a calibration in plain Python (a million additions), so that machines and busy moments compare.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any


def median_ms(call: Callable[[], Any], rounds: int, clock: Callable[[], float] = time.process_time) -> float:
    """Milliseconds; the first call warms up and does not count."""
    call()
    took = []
    for _ in range(rounds):
        began = clock()
        call()
        took.append((clock() - began) * 1000)
    return statistics.median(took)


def loop() -> int:
    total = 0
    for n in range(1_000_000):
        total += n
    return total


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="", help="names that contain this")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinfeng.config.settings.dev")
    import django

    django.setup()
    from django.db import connection
    from django.utils import timezone

    from yinfeng.domain.indicators.queries import editions
    from yinfeng.domain.indicators.queries.answers import answer
    from yinfeng.domain.projects.models import FundsArrival, Project, ProjectState
    from yinfeng.kernel.errors import DomainError
    from yinfeng.kernel.periods import Period

    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    today = timezone.localdate()
    period, past = Period.year(today.year), timezone.now() - timedelta(days=300)
    sizes = [f"{m._meta.model_name} {m.objects.count():,}" for m in (Project, ProjectState, FundsArrival)]
    print(f"{connection.vendor}: {', '.join(sizes)}; loop {median_ms(loop, 5):.0f} ms")

    def took(name: str, by: tuple[str, ...], known_at: datetime | None) -> float | None:
        try:
            return median_ms(
                lambda: answer(name, viewer=None, period=period, by=by, as_of=today, known_at=known_at),
                options.rounds,
                clock,
            )
        except DomainError:
            return None  # a figure without history

    print(f"{'indicator by unit':34}{'now':>8}{'past':>8}")
    worst: dict[str, list[float]] = {"now": [], "past": []}
    for name in editions.definitions(today)[0].by_name:
        if options.only not in name:
            continue
        now, then = took(name, ("unit",), None), took(name, ("unit",), past)
        for key, value in (("now", now), ("past", then)):
            if value is not None:
                worst[key].append(value)
        print(f"{name:34}{now or 0:8.0f}{then if then is not None else float('nan'):8.0f}")
    for key, values in worst.items():
        if values:
            print(f"{key}: median {statistics.median(values):.0f} ms, worst {max(values):.0f} ms")
    for by in (("unit", "kind"), ("unit", "quarter")) if not options.only else ():
        now, then = took("signed_count", by, None), took("signed_count", by, past)
        print(f"{'pivot signed_count ' + ' × '.join(by):34}{now or 0:8.0f}{then or 0:8.0f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
