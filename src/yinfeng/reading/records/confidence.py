"""How sure a record is: a logistic over a few named signs, weighed on pages of our own writing.

The weights are data (`confidence.json`, made by `python -m bench.reading_set.train`); a sign's weight is what it adds to
the log odds that a person would find the record right. Each sign is a plain fact of the reading, so that a number can
be explained.
"""

from __future__ import annotations

import json
import math
from functools import lru_cache
from importlib.resources import files

from ..mentions.page import Page
from ..mentions.stages import StageCue
from .drafts import Draft
from .periods import Statistic

Signs = dict[str, float]

# From here on a record is called certain, and a person need not tick each figure. The confidence is told too low rather
# than too high: of the records of published pages said to be 0.77 sure, 0.90 were right.
CERTAIN = 0.6


@lru_cache(maxsize=1)
def _weights() -> dict[str, dict[str, float]]:
    text = files(__package__).joinpath("confidence.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, float]] = json.loads(text)["weights"]
    return found


def sure(kind: str, signs: Signs) -> float:
    """The probability that a record of a kind (project, aggregate) with these signs is right."""
    weights = _weights()[kind]
    odds = weights["base"] + sum(weights.get(name, 0.0) * value for name, value in signs.items())
    return round(1 / (1 + math.exp(-max(-8.0, min(8.0, odds)))), 3)


def project_signs(draft: Draft, stage: StageCue | None, priced: bool, placed: bool, paid_for: bool) -> Signs:
    """The signs of a project: how much its name says, what is told of it, and how its stage is known."""
    strength = draft.strength
    return {
        "proper_name": float(strength >= 3),
        "name_with_place": float(strength == 2),
        "no_name": float(not draft.names),
        "amount_told": float(priced),
        "several_amounts": float(len(draft.money.get("invest", [])) > 1),
        "stage_told": float(stage is not None and stage.state == "asserted" and not stage.weak),
        "stage_from_around": float(stage is not None and stage.state == "asserted" and stage.weak),
        "only_planned": float(stage is not None and stage.state != "asserted"),
        "several_stages": float(len({cue.stage for cue in draft.stages if cue.state == "asserted"}) > 1),
        "item_of_list": float(draft.listed),
        "payer_told": float(paid_for),
        "place_told": float(placed),
        "told_often": float(len(draft.sentences) > 2),
        "headline_only": float(bool(draft.names) and all(name.title for name in draft.names)),
    }


def aggregate_signs(page: Page, statistic: Statistic) -> Signs:
    """The signs of a statistic: what it measures and what is told of its group and time."""
    return {
        "count": float(statistic.unit == "count"),
        "growth_only": float(statistic.unit == "%"),
        "no_state": float(statistic.measure == "project_count"),
        "other_measure": float(statistic.measure.startswith("other:")),
        "sum_of_group": float(statistic.group is not None and statistic.unit not in ("count", "%")),
        "sum_of_nobody": float(statistic.group is None and statistic.measure == "total_investment"),
        "part_of_group": float(statistic.of_part),
        "threshold_told": float(statistic.threshold is not None),
        "period_told": float(statistic.period is not None),
        "growth_told": float(statistic.yoy is not None),
        "headline_only": float(page.sentences[statistic.sentence].title),
    }
