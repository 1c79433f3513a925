"""Which columns the mirror holds, and in what form.

``day``: ordinals; ``moment``: microseconds since 1970; ``word``: places in the table's own vocabulary; ``number`` and
``id`` as they are, ``hundredths`` of what has two decimals. What is missing is the lowest number of its form, so that
nothing compares as after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from yinfeng.domain.projects.models import FundsArrival, Project, ProjectState
from yinfeng.domain.projects.rules.words import DATE_COLUMNS

FORMAT = 1  # of the files; another is not read
NO_NUMBER = np.iinfo(np.int64).min
NO_DAY = 0
Array = NDArray[Any]

_CLASSES = dict.fromkeys(("kind", "origin", "capital_kind", "channel", "furthest_stage", "investment_currency"), "word")
_STATE = {
    **_CLASSES,
    **dict.fromkeys(("investment_cny", "investment_amount", "funds_cny"), "number"),
    **dict.fromkeys(("lead_unit_id", "landing_unit_id"), "id"),
    **dict.fromkeys((*DATE_COLUMNS.values(), "stalled_on", "ended_on"), "day"),
}
# Table -> column -> form. The first two order the rows.
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "project": {
        "id": "id", "version": "number", "changed_at": "moment", "merged_into_id": "id", "outpost_id": "id", **_STATE,
        **dict.fromkeys(
            ("fixed_investment_cny", "annual_output_cny", "annual_tax_cny", "trade_volume_cny", "jobs"), "number"
        ),
        **dict.fromkeys(("land_area_mu", "plant_area_sqm"), "hundredths"),
    },
    "state": {"project_id": "id", "id": "id", "valid_from": "moment", "valid_to": "moment", **_STATE},
    "arrival": {
        "project_id": "id", "id": "id", "happened_on": "day", "status": "word", "at": "moment", "ended_at": "moment",
        "verified_at": "moment", "amount": "number", "amount_cny": "number", "currency": "word", "basis": "word",
        "boundary": "word", "value_kind": "word",
    },
}  # fmt: skip
MODELS: Mapping[str, type[Any]] = {"project": Project, "state": ProjectState, "arrival": FundsArrival}
TYPES: Mapping[str, Any] = {
    "id": np.int64, "number": np.int64, "hundredths": np.int64, "moment": np.int64, "day": np.int32, "word": np.int16,
}  # fmt: skip


def nothing(form: str) -> int:
    """What stands where a value is missing. A word is never missing: it may be empty."""
    return {"day": NO_DAY, "word": -1}.get(form, NO_NUMBER)


@dataclass(frozen=True)
class Table:
    """Rows of one table, ordered by project. ``of`` are the places of their projects in the project table."""

    name: str
    arrays: Mapping[str, Array]
    words: Mapping[str, list[str]]
    of: Array

    def __len__(self) -> int:
        return len(self.arrays["id"])

    def form(self, column: str) -> str | None:
        return COLUMNS[self.name].get(column)


@dataclass(frozen=True)
class Part:
    """Some projects with all of their rows; ``alive`` hides the rows of projects that stand in a later part."""

    tables: Mapping[str, Table]
    alive: Mapping[str, Array] | None = None

    @property
    def projects(self) -> Array:
        return self.tables["project"].arrays["id"]
