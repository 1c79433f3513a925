"""How many wrong digits does the prover find? ``python -m bench.briefing_mutation [--count 200] [--seed 1]``.

Mutants of the marked bulletins in the briefing tests and, where the seeds stand beside the checkout
(``YINFENG_SHARED``), of their stated relations; one digit each. A mutant counts as found only when a disagreement names
the changed figure. The originals must give none.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from pathlib import Path

from yinfeng.domain.briefing.rules.proof import prove
from yinfeng.domain.briefing.tests.mutation import Bulletin, Mutant, bulletins, faults, mutants, varied
from yinfeng.domain.briefing.tests.seeds import seeds


def found(mutant: Mutant) -> bool:
    """Whether a disagreement names the changed figure."""
    start, end = mutant.bulletin.figures[mutant.figure]
    for one in prove(mutant.text).disagreements:
        if any(s < end and start < e for s, e in ((one.start, one.end), *one.spans)):
            return True
    return False


def sources() -> list[Bulletin]:
    shared = Path(os.environ.get("YINFENG_SHARED", Path(__file__).resolve().parent.parent.parent / "shared"))
    return [*bulletins(), *(seeds(shared / "seeds") if (shared / "seeds").is_dir() else [])]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--missed", action="store_true", help="list the mutants that were not found")
    parser.add_argument("--varied", action="store_true", help="the bulletins of every style, by other writers")
    options = parser.parse_args()
    texts = varied() if options.varied else sources()
    alarms = 0
    for one in texts:
        for fault in faults(one):
            print(f"{one.name}: stated relation does not hold: {fault}")
        for wrong in prove(one.text).disagreements:
            alarms += 1
            print(f"{one.name}: false alarm: {wrong.line} {wrong.words}")
    hits: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    for mutant in mutants(texts, options.count, options.seed):
        tried[mutant.bulletin.name] += 1
        if found(mutant):
            hits[mutant.bulletin.name] += 1
        elif options.missed:
            print(
                f"  missed {mutant.bulletin.name} {mutant.figure}: {mutant.before} -> {mutant.after}; {mutant.broken}"
            )
    for name in sorted(tried):
        print(f"{name:28} {hits[name]:4} / {tried[name]:4}")
    total = sum(hits.values())
    print(
        f"{len(texts)} bulletins, {alarms} false alarms; {total} of {options.count} found ({total / options.count:.1%})"
    )
    return 0 if not alarms and total >= 0.9 * options.count else 1


if __name__ == "__main__":
    raise SystemExit(main())
