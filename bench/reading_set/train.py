"""Weigh the signs of `records/confidence.py` on the project's own pages, and say how far the confidence is off.

    python -m bench.reading_set.train [--write]

The signs are weighed on the sets `tuned`, `second` and `held`. The rules were mended on those, so they flatter: the base is
then shifted until the mean agrees with `fresh` and `last`, on which few rules or none were mended. A record is right where the
labels have it: a project with investment and stage right, a statistic with measure, value, unit and threshold. The
matching is a plain one (same amount or alike names), enough to tell right from wrong records. Printed: the expected
calibration error and the table of bands. `--write` puts the weights into `confidence.json`.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from yinfeng.reading.lexicon import words_for
from yinfeng.reading.mentions.page import page_of
from yinfeng.reading.normalising import normalise
from yinfeng.reading.records import confidence
from yinfeng.reading.records.aggregates import aggregate_records, statistics_of
from yinfeng.reading.records.projects import final_stage, project_records, told_drafts
from yinfeng.reading.records.story import tell

from .build import divisions, documents, fill, garbled, labels

Example = tuple[dict[str, float], bool]


def examples(which: str) -> Iterator[tuple[str, Example]]:
    """(kind, (signs, whether the record is right)) of every record read from a set."""
    names = divisions()
    for name, day, categories, text, lines in documents(which):
        text, _, told = fill(text + "\x00" + "\n".join(lines), name, 0, names).partition("\x00")
        gold = labels(told.split("\n"))
        raw = garbled(text, name) if "garbled" in categories else text
        page = page_of(normalise(raw), date.fromisoformat(day), words_for(None))
        story = tell(page)
        left = list(gold["projects"])
        for draft, record in zip(told_drafts(page, story), project_records(page, raw, story), strict=True):
            stage = final_stage(draft.stages)
            signs = confidence.project_signs(
                draft, stage, record.investment is not None, record.place is not None, record.investor is not None
            )
            yield "project", (signs, _right_project(record.to_json(), left))
        statistics = list(gold["aggregates"])
        for made, statistic in zip(statistics_of(page, story), aggregate_records(page, raw, story), strict=True):
            yield (
                "aggregate",
                (confidence.aggregate_signs(page, made), _right_statistic(statistic.to_json(), statistics)),
            )


def _right_project(record: dict[str, Any], left: list[dict[str, Any]]) -> bool:
    for label in left:
        a, b = record["investment"], label["investment"]
        same = (a and (a["value"], a["unit"])) == (b and (b["value"], b["unit"]))
        x, y = record["name"] or "", label["name"] or ""
        alike = not x or not y or x in y or y in x or len(set(x) & set(y)) >= 0.6 * min(len(set(x)), len(set(y)))
        if same and alike and record["stage"] == label["stage"]:
            left.remove(label)
            return True
    return False


def _right_statistic(record: dict[str, Any], left: list[dict[str, Any]]) -> bool:
    for label in left:
        measure = record["measure"] == label["measure"] or (
            record["measure"].startswith("other:") and label["measure"].startswith("other:")
        )
        same = all(record[key] == label[key] for key in ("unit", "threshold_cny"))
        if measure and same and math.isclose(record["value"], label["value"], rel_tol=1e-3):
            left.remove(label)
            return True
    return False


def fit(told: list[Example], rounds: int = 3000, rate: float = 0.3, ridge: float = 0.02) -> dict[str, float]:
    """Weights of a ridge logistic by plain gradient descent."""
    signs = sorted({sign for example, _ in told for sign in example})
    weights = dict.fromkeys(["base", *signs], 0.0)
    for _ in range(rounds):
        slope = dict.fromkeys(weights, 0.0)
        for example, right in told:
            odds = weights["base"] + sum(weights[sign] * value for sign, value in example.items())
            miss = 1 / (1 + math.exp(-odds)) - right
            slope["base"] += miss
            for sign, value in example.items():
                slope[sign] += miss * value
        for sign in weights:
            weights[sign] -= rate * (slope[sign] / len(told) + (ridge * weights[sign] if sign != "base" else 0))
    return {sign: round(weight, 3) for sign, weight in weights.items()}


def shifted(weights: dict[str, float], told: list[Example]) -> dict[str, float]:
    """The weights with another base, so that the mean of what they say is the share of right records."""
    low, high = -8.0, 8.0
    for _ in range(50):
        base = (low + high) / 2
        said = sum(guess({**weights, "base": base}, signs) for signs, _ in told)
        low, high = (base, high) if said < sum(right for _, right in told) else (low, base)
    return {**weights, "base": round(base, 3)}


def guess(weights: dict[str, float], signs: dict[str, float]) -> float:
    return 1 / (1 + math.exp(-weights["base"] - sum(weights.get(sign, 0.0) * value for sign, value in signs.items())))


def reliability(weights: dict[str, float], told: list[Example]) -> float:
    """The expected calibration error over five bands; prints the bands."""
    bands: list[list[tuple[float, bool]]] = [[] for _ in range(5)]
    for signs, right in told:
        said = guess(weights, signs)
        bands[min(4, int(said * 5))].append((said, right))
    error = 0.0
    for number, band in enumerate(bands):
        if band:
            said, hit = sum(s for s, _ in band) / len(band), sum(r for _, r in band) / len(band)
            error += abs(said - hit) * len(band) / len(told)
            print(f"    {number / 5:.1f}-{number / 5 + 0.2:.1f}  said {said:.2f}  right {hit:.2f}  records {len(band)}")
    return error


def main() -> None:
    options = argparse.ArgumentParser(description="Weigh the signs of confidence.")
    options.add_argument("--write", action="store_true")
    write = options.parse_args().write
    train = [pair for which in ("tuned", "second", "held") for pair in examples(which)]
    test = [pair for which in ("fresh", "last") for pair in examples(which)]
    weights = {}
    for kind in ("project", "aggregate"):
        fitted = fit([example for told, example in train if told == kind])
        weights[kind] = shifted(fitted, [example for told, example in test if told == kind])
        for label, pairs in (("trained on", train), ("fresh and last", test)):
            told = [example for name, example in pairs if name == kind]
            print(f"{kind}, {label}: {len(told)} records")
            print(f"    expected calibration error {reliability(weights[kind], told):.3f}")
    if write:
        path = Path(confidence.__file__).with_name("confidence.json")
        path.write_text(json.dumps({"weights": weights}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
