"""Writing the access rows of leads and projects as their units and people now are, inside the caller's transaction."""

from __future__ import annotations

from yinfeng.foundation.accounts.actions import grant
from yinfeng.foundation.accounts.rules import GrantWhy

from ..models import Lead, Project, TeamSeat, Undertaking


def grant_project(project: Project) -> None:
    """Write the project's access rows as its units and people now are. Called by actions, in their transaction."""
    units = [(project.lead_unit_id, GrantWhy.LEAD)]
    if project.landing_unit_id:
        units.append((project.landing_unit_id, GrantWhy.LANDING))
    if project.outpost_id:
        units.append((project.outpost_id, GrantWhy.OUTPOST))
    persons = [(pk, GrantWhy.TASK_FORCE) for pk in project.task_force_members.values_list("pk", flat=True)]
    if project.leader_id:
        persons.append((project.leader_id, GrantWhy.LEADER))
    if project.owner_id:
        persons.append((project.owner_id, GrantWhy.NAMED))
    # Who has a seat in the service team or a line of the three lists sees what it is about.
    seats = TeamSeat.objects.filter(project=project).values_list("unit_id", "person_id")
    lines = Undertaking.objects.filter(project=project, cancelled_reason="").values_list("unit_id", "person_id")
    for unit_id, person_id in {*seats, *lines}:
        if unit_id:
            units.append((unit_id, GrantWhy.TASK_FORCE))
        if person_id:
            persons.append((person_id, GrantWhy.TASK_FORCE))
    grant("project", project.pk, units=units, persons=persons)


def grant_lead(lead: Lead) -> None:
    """Write the lead's access rows as its unit and owner now are."""
    persons = [(lead.owner_id, GrantWhy.NAMED)] if lead.owner_id else []
    grant("lead", lead.pk, units=[(lead.owner_unit_id, GrantWhy.OWNER)], persons=persons)
