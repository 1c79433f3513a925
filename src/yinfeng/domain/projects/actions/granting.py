"""Writing the access rows of leads and projects as their units and people now are, inside the caller's transaction."""

from __future__ import annotations

from yinfeng.foundation.accounts.actions import grant
from yinfeng.foundation.accounts.rules import GrantWhy

from ..models import Lead, Project


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
    grant("project", project.pk, units=units, persons=persons)


def grant_lead(lead: Lead) -> None:
    """Write the lead's access rows as its unit and owner now are."""
    persons = [(lead.owner_id, GrantWhy.NAMED)] if lead.owner_id else []
    grant("lead", lead.pk, units=[(lead.owner_unit_id, GrantWhy.OWNER)], persons=persons)
