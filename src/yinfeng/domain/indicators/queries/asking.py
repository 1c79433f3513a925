"""What is asked of a definition, and of which rows: the two dates, and the viewer's scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from yinfeng.domain.projects.access import visible_leads, visible_projects
from yinfeng.domain.projects.models import Agreement, FundsArrival, Lead, Milestone, Project, ProjectState, Visit
from yinfeng.domain.projects.queries.choices import Units
from yinfeng.domain.projects.rules.words import DATE_COLUMNS, LeadStatus
from yinfeng.foundation.accounts.models import Unit
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.periods import Period

from ..mirror.keeping import Mirror, current
from ..rules.definition import Base, DefinitionSet


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

    def sees_all_of(self, unit_id: int | None) -> bool:
        """Whether all that counts for a unit (None: for the whole) may be seen: else what is done stands beside no target,
        which is the target of all of it."""
        if self.viewer is None:
            return True
        reach = self.viewer.reach("project")
        return reach.everything or unit_id in reach.unit_ids

    def unit_code(self, unit_id: int | None) -> str | None:
        """By which targets are kept."""
        return self.unit_codes.get(unit_id) if unit_id else None

    @cached_property
    def mirror(self) -> Mirror | None:
        """The mirror, where it stands at the ledger's edition and all may be seen. One short query, once a question."""
        return current() if self.sees_everything else None

    @cached_property
    def unit_codes(self) -> dict[int, str]:
        """One query, where targets are asked for."""
        return dict(Unit.objects.values_list("pk", "code"))


@dataclass(frozen=True)
class Reading:
    """Rows, and the way from them to a project's columns: the project itself, its state at a moment, or that of a record.

    ``own`` names columns that stand on the record itself; ``dated`` is the record's day, empty where the rows are
    projects, which have a column for each date."""

    rows: QuerySet[Any]
    prefix: str
    pk: str  # the project's id
    dated: str = ""
    own: Mapping[str, str] = field(default_factory=dict)

    def column(self, name: str) -> str:
        return self.own.get(name, f"{self.prefix}{name}")

    def day(self, base: Base) -> str:
        """The column that dates a row of the base."""
        return self.dated or self.column(base.date)


def reading_of(base: Base, ask: Ask) -> Reading:
    """The rows that a base counts."""
    if base.funds is not None:
        return arrivals_of(ask)
    return projects_of(ask) if base.records is None else _RECORDS[base.records.source](ask, base)


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
        rows: Any = FundsArrival.objects.counting()
    else:
        rows = FundsArrival.objects.known_at(ask.known_at)
    return Reading(rows.filter(_mine(ask)).order_by(), _prefix(ask), "project_id", "happened_on")


def _agreements(ask: Ask, base: Base) -> Reading:
    return Reading(
        _recorded(Agreement.objects.all(), ask).filter(_mine(ask)).order_by(), _prefix(ask), "project_id", "signed_on"
    )


def _phases(ask: Ask, base: Base) -> Reading:
    """A phase that reached a stage: its standing milestone."""
    rows: Any = Milestone.objects.counting() if ask.known_at is None else Milestone.objects.known_at(ask.known_at)
    return Reading(rows.filter(_mine(ask)).order_by(), _prefix(ask), "project_id", "happened_on")


def _visits(ask: Ask, base: Base) -> Reading:
    rows = _recorded(Visit.objects.all(), ask)
    if not ask.sees_everything and ask.viewer is not None:
        rows = rows.filter(
            Q(project__in=visible_projects(ask.viewer, merged=True).order_by().values("pk"))
            | Q(lead__in=visible_leads(ask.viewer).order_by().values("pk"))
        )
    own = {"lead_unit_id": "unit_id", "outpost_id": "unit_id", "lead_unit__kind": "unit__kind"}
    return Reading(rows.order_by(), "project__", "project_id", "held_on", own)


def _leads(ask: Ask, base: Base) -> Reading:
    rows = Lead.objects.exclude(status=LeadStatus.WITHDRAWN) if ask.viewer is None else visible_leads(ask.viewer)
    own = {
        "lead_unit_id": "owner_unit_id", "outpost_id": "owner_unit_id", "lead_unit__kind": "owner_unit__kind",
    }  # fmt: skip
    own |= {column: f"project__{column}" for column in DATE_COLUMNS.values()}
    return Reading(rows.order_by(), "", "project_id", base.date, own)


_RECORDS = {"visits": _visits, "leads": _leads, "agreements": _agreements, "phases": _phases}


def _recorded(rows: QuerySet[Any], ask: Ask) -> QuerySet[Any]:
    """Records that stand, or stood at the moment asked."""
    if ask.known_at is None:
        return rows.filter(voided_at=None)
    return rows.filter(Q(voided_at=None) | Q(voided_at__gt=ask.known_at), at__lte=ask.known_at)


def _prefix(ask: Ask) -> str:
    return "project__" if ask.known_at is None else "project__states__"


def _mine(ask: Ask) -> Q:
    if ask.known_at is not None or not ask.sees_everything:
        return _within(ask, "project_id")
    return Q(project__merged_into=None)


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
