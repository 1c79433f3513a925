"""Service teams and the seats that wait to be filled."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.viewer import Viewer

from ..access import visible_projects
from ..models import Project, TeamSeat
from ..rules.words import ServiceRole


@dataclass(frozen=True)
class SeatRow:
    pk: int
    project_id: int
    project: str
    template: str
    role: str
    role_label: str
    unit: str
    person: str

    @property
    def is_vacant(self) -> bool:
        return not (self.unit or self.person)


def team_of(project: Project) -> list[SeatRow]:
    """The seats of a project's team, in order (one query)."""
    return [_row(s) for s in _seats().filter(project=project)]


def vacancies(viewer: Viewer, limit: int = 50) -> list[SeatRow]:
    """Seats without unit and person on the live projects that the viewer may enter lists of."""
    projects = visible_projects(viewer, "E", right="list").filter(ended_on=None)
    rows = _seats().filter(unit=None, person=None, project__in=projects.values("pk"))
    return [_row(s) for s in rows.order_by("project_id", "order")[:limit]]


def _seats() -> QuerySet[TeamSeat]:
    return TeamSeat.objects.select_related("project", "unit", "person").order_by("order")


def _row(seat: TeamSeat) -> SeatRow:
    return SeatRow(
        seat.pk, seat.project_id, seat.project.name, seat.template, seat.role, _(ServiceRole(seat.role).label),
        seat.unit.short_name if seat.unit else "", seat.person.name if seat.person else "",
    )  # fmt: skip
