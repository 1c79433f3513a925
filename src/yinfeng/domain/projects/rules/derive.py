"""What follows from the facts: the one place where derived columns are computed. Pure.

The actions store what this says, the demo and the bench load what this says, and ``yinfeng doctor`` compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from .words import DATE_COLUMNS, STAGE_ORDER, FlagKind, Stage


@dataclass(frozen=True)
class StandingFlag:
    """A flag fact that counts; ``order`` decides between two of one day (the later recorded wins)."""

    kind: str
    is_raised: bool
    happened_on: date
    phase_id: int | None
    order: int


@dataclass(frozen=True)
class Derived:
    """The derived columns of a project and, by phase, (stage, since)."""

    furthest_stage: str
    least_stage: str
    dates: Mapping[str, date | None]  # column -> date
    stalled_on: date | None
    ended_on: date | None
    phases: Mapping[int, tuple[str, date | None]]

    def columns(self) -> dict[str, object]:
        """As attributes of a project."""
        return {
            "furthest_stage": self.furthest_stage,
            "least_stage": self.least_stage,
            "phase_count": len(self.phases),
            **self.dates,
            "stalled_on": self.stalled_on,
            "ended_on": self.ended_on,
        }


def stage_of(reached: Mapping[str, date]) -> tuple[str, date | None]:
    """A phase's stage is the furthest standing milestone; NEGOTIATING before any."""
    if not reached:
        return Stage.NEGOTIATING.value, None
    furthest = max(reached, key=STAGE_ORDER.__getitem__)
    return str(furthest), reached[furthest]


def raised(flags: Iterable[StandingFlag]) -> dict[tuple[str, int | None], date]:
    """(kind, phase or None) -> since when, for every flag that is up: the latest fact of a kind and place decides."""
    latest: dict[tuple[str, int | None], StandingFlag] = {}
    for flag in flags:
        known = latest.get((flag.kind, flag.phase_id))
        if known is None or (flag.happened_on, flag.order) >= (known.happened_on, known.order):
            latest[flag.kind, flag.phase_id] = flag
    return {key: flag.happened_on for key, flag in latest.items() if flag.is_raised}


def derive(phases: Mapping[int, Mapping[str, date]], flags: Iterable[StandingFlag] = ()) -> Derived:
    """From each phase's standing milestones (stage -> date) and the standing flags to what the project shows.

    The project's date of a stage is its phases' first. A terminated phase no longer counts for the furthest and the
    least advanced stage while another one lives; a project whose phases have all ended has ended.
    """
    up = raised(flags)
    by_phase = {pk: stage_of(reached) for pk, reached in phases.items()}
    gone = {pk: on for (kind, pk), on in up.items() if kind == FlagKind.TERMINATED and pk is not None}
    alive = [pk for pk in by_phase if pk not in gone] or list(by_phase)
    stages = sorted((by_phase[pk][0] for pk in alive), key=STAGE_ORDER.__getitem__) or [Stage.NEGOTIATING.value]
    dates: dict[str, date | None] = dict.fromkeys(DATE_COLUMNS.values())
    for reached in phases.values():
        for stage, on in reached.items():
            column = DATE_COLUMNS.get(stage)
            if column is not None:
                known = dates[column]
                dates[column] = on if known is None or on < known else known
    ended_on = up.get((FlagKind.TERMINATED, None))
    if ended_on is None and by_phase and len(gone) == len(by_phase):
        ended_on = max(gone.values())
    stalled = [on for (kind, pk), on in up.items() if kind == FlagKind.STALLED and pk not in gone]
    return Derived(
        furthest_stage=stages[-1],
        least_stage=stages[0],
        dates=dates,
        stalled_on=min(stalled) if stalled and ended_on is None else None,
        ended_on=ended_on,
        phases=by_phase,
    )
