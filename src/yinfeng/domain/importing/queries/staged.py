"""A row in staging, and what decisions about rows lean on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from yinfeng.domain.projects.actions.bulk_plans import ProjectPlan
from yinfeng.domain.projects.rules.stages import StageTable


@dataclass(slots=True)
class Staged:
    """A row in staging."""

    number: int
    name: str
    values: dict[str, Any]
    cells: dict[str, str]
    faults: list[dict[str, Any]] = field(default_factory=list)
    raw: dict[str, str] = field(default_factory=dict)  # what a day less exact than a day was written as
    version: int | None = None  # of the project when the row left this system in a template or an export
    group: int = 0
    project: int | None = None
    held_version: int | None = None
    decision: str = ""
    differences: list[dict[str, Any]] = field(default_factory=list)

    def blame(self, key: str, code: str, message: str, mend: str = "", *, severity: str = "error") -> None:
        cell = self.cells.get(key, "")
        column = "".join(c for c in cell if c.isalpha())
        self.faults.append({
            "row": self.number, "column": column, "cell": cell, "key": key, "severity": severity, "code": code,
            "message": message, "mend": mend,
        })  # fmt: skip

    @property
    def is_faulty(self) -> bool:
        return any(f["severity"] == "error" for f in self.faults)


@dataclass(frozen=True, slots=True)
class Rules:
    """What decisions lean on, read once."""

    mode: str
    on_conflict: str
    unit: int
    as_of: date
    today: date
    stages: StageTable
    closed: frozenset[tuple[int, int]]
    may_take_units: frozenset[int] | None  # units whose projects may be opened; None is every unit
    may_change: Callable[[int], bool]
    may_replace_verified: bool
    shown: Callable[[str, Any], str]
    new_units: Mapping[str, int]  # at the time of writing: name -> id
    workbook: str = ""  # what stands for a paper that the row does not name


@dataclass(slots=True)
class Verdict:
    plan: ProjectPlan | None
    decision: str
