"""What is asked of a definition, and of which rows: the two dates, and the viewer's scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from yinfeng.domain.projects.access import visible_projects
from yinfeng.domain.projects.models import FundsArrival, Project, ProjectState
from yinfeng.domain.projects.queries.choices import Units
from yinfeng.foundation.accounts.models import Unit
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.periods import Period

from ..rules.definition import DefinitionSet


@dataclass(frozen=True)
class Ask:
    """``viewer`` None is the console of the installation, which sees everything. ``known_at`` None is now."""

    viewer: Viewer | None
    period: Period
    by: tuple[str, ...]
    as_of: date
    known_at: datetime | None
    definitions: DefinitionSet
    targets: Any
    units: Units

    @property
    def sees_everything(self) -> bool:
        viewer = self.viewer
        return viewer is None or (viewer.reach("project").everything and viewer.reach("confidential").everything)

    def unit_code(self, unit_id: int | None) -> str | None:
        """By which targets are kept."""
        return self.unit_codes.get(unit_id) if unit_id else None

    @cached_property
    def unit_codes(self) -> dict[int, str]:
        """One query, where targets are asked for."""
        return dict(Unit.objects.values_list("pk", "code"))


@dataclass(frozen=True)
class Reading:
    """Rows, and the way from them to a project's columns: the project itself, its state at a moment, or an arrival's."""

    rows: QuerySet[Any]
    prefix: str
    pk: str  # the project's id

    def column(self, name: str) -> str:
        return f"{self.prefix}{name}"


def projects_of(ask: Ask) -> Reading:
    """One row a project: as it is, or as it stood on record."""
    if ask.known_at is None:
        rows = Project.objects.filter(merged_into=None) if ask.viewer is None else visible_projects(ask.viewer)
        return Reading(rows.order_by(), "", "pk")
    # Which of them have since been merged changes nothing in what was known then.
    states = ProjectState.objects.known_at(ask.known_at)
    return Reading(states.filter(_within(ask, "project_id")).order_by(), "", "project_id")


def arrivals_of(ask: Ask) -> Reading:
    """One row an arrival of money, with its project as it is or as it stood on record."""
    if ask.known_at is None:
        rows = FundsArrival.objects.counting()
        mine = _within(ask, "project_id") if not ask.sees_everything else Q(project__merged_into=None)
        return Reading(rows.filter(mine).order_by(), "project__", "project_id")
    rows = FundsArrival.objects.known_at(ask.known_at).filter(_within(ask, "project_id"))
    return Reading(rows.order_by(), "project__states__", "project_id")


def standing(ask: Ask, reading: Reading) -> Q:
    """The condition that names the one state row of an arrival's project; true of any other rows."""
    if reading.prefix != "project__states__" or ask.known_at is None:
        return Q()
    return Q(project__states__valid_from__lte=ask.known_at, project__states__valid_to__gt=ask.known_at)


def _within(ask: Ask, key: str) -> Q:
    if ask.viewer is None or ask.sees_everything:
        return Q()
    seen = visible_projects(ask.viewer, merged=ask.known_at is not None)
    return Q(**{f"{key}__in": seen.order_by().values("pk")})


def nothing_known(ask: Ask) -> bool:
    """Whether the moment lies before the first record of this house. One query, and none for now."""
    if ask.known_at is None:
        return False
    return not ProjectState.objects.filter(valid_from__lte=ask.known_at).exists()
