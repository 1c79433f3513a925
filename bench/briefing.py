"""How long a bulletin takes: a half-year review with its Word file and its annex.

    python -m bench.briefing [--rounds 3]     (the ledger of DATABASE_URL, else of YINFENG_HOME; load it with bench/bulk.py)

Printed are seconds of the clock at the median of the rounds: computing, Word, the annex, and all of it; and how long the
prover takes for the text. The limit is 5 s at 100,000 projects.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from typing import Any


def seconds(call: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    """The median of the rounds, and what the call returned last."""
    took, made = [], None
    for _ in range(rounds):
        began = time.perf_counter()
        made = call()
        took.append(time.perf_counter() - began)
    return statistics.median(took), made


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kind", default="half_year")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinfeng.config.settings.dev")
    import django

    django.setup()
    from django.db import connection
    from django.utils import timezone

    from yinfeng.domain.briefing.paper import annex, word
    from yinfeng.domain.briefing.queries.composing import compose
    from yinfeng.domain.briefing.rules.proof import prove
    from yinfeng.domain.briefing.rules.writing import plain_text
    from yinfeng.domain.projects.models import Project

    today = timezone.localdate()
    print(f"{connection.vendor}: {Project.objects.count():,} projects")
    computing, made = seconds(
        lambda: compose(options.kind, viewer=None, as_of=today, at=timezone.now()), options.rounds
    )
    paper = word.Paper(made.title, made.blocks, made.figures, "市", f"{today}")
    writing, content = seconds(lambda: word.write(paper), options.rounds)
    annexing, workbook = seconds(
        lambda: annex.write(made.title, made.figures, made.rows, known_at=made.known_at, by="bench"), options.rounds
    )
    text = plain_text(made.title, made.blocks, made.figures)
    proving, proof = seconds(lambda: prove(text), options.rounds)
    print(
        f"{len(made.figures)} figures, {sum(map(len, made.rows.values())):,} rows; "
        f"Word {len(content):,} B, annex {len(workbook):,} B"
    )
    for name, took in (("computing", computing), ("Word", writing), ("annex", annexing), ("proving", proving)):
        print(f"{name:12}{took:8.2f} s")
    total = computing + writing + annexing + proving
    print(
        f"{'all':12}{total:8.2f} s   (limit 5 s); {len(proof.checked)} relations, {len(proof.disagreements)} disagreements"
    )
    return 0 if total <= 5 else 1


if __name__ == "__main__":
    raise SystemExit(main())
