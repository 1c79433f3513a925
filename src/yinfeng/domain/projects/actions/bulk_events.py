"""The events of a bulk load: which phases stood on which stage. Their lists wait like other rows; the events themselves
are few and are written by their one writer, in the one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from yinfeng.foundation.accounts.models import Person

from ..models import Ceremony
from .bulk_plans import OnStage
from .bulk_rows import Table, reserve
from .bulk_staging import Staging
from .ceremonies import relist


class Events:
    def __init__(self, staging: Staging) -> None:
        self.listed = Table(Ceremony.phases.through, ("ceremony_id", "phase_id"), staging)
        self._phases: dict[OnStage, list[int]] = {}
        self._ids: dict[OnStage, int] = {}

    def list(self, phase_id: int, events: Iterable[OnStage]) -> None:
        for event in events:
            if event not in self._ids:  # a workbook tells of a handful of events: an id at a time will do
                self._ids[event] = reserve(Ceremony, 1) + 1
                self._phases[event] = []
            self._phases[event].append(phase_id)
            self.listed.add({"ceremony_id": self._ids[event], "phase_id": phase_id})

    def hold(
        self, unit_id: int | None, reason: str, actor: Person, at: datetime
    ) -> tuple[tuple[OnStage, tuple[int, ...]], ...]:
        for event, phases in self._phases.items():
            assert unit_id is not None, "a workbook with events is somebody's"
            relist(
                kind=event.kind, name=event.name, held_on=event.held_on, host_unit_id=unit_id, adding=len(phases),
                without=phases, pk=self._ids[event], reason=reason, actor=actor, at=at,
            )  # fmt: skip
        return tuple((event, tuple(phases)) for event, phases in self._phases.items())
