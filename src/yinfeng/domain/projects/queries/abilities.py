"""Everything a viewer may do with one project or lead, from its access rows read once.

A page shows many buttons, each by a right of its own; asking ``access.project_for`` for each would cost a query a
button. This says the same from rows already read, and a test holds the two against each other for every role.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from yinfeng.foundation.accounts.access import PERSONAL
from yinfeng.foundation.accounts.models import AccessGrant
from yinfeng.foundation.accounts.rules import GrantWhy
from yinfeng.foundation.accounts.viewer import Reach, Viewer


@dataclass(frozen=True)
class GrantRow:
    """One row of the access table of the object at hand."""

    unit_id: int | None
    person_id: int | None
    why: str


@dataclass(frozen=True)
class Abilities:
    """What the viewer may do here; a page shows a button only where this says so."""

    enter: bool  # declare facts, edit attributes
    verify: bool
    decide: bool
    agreement: bool
    agreement_verify: bool
    lists: bool  # undertakings and the service team
    visit: bool
    claim: bool  # first reports: file, contest, release
    rule: bool  # decide a contested one
    document: bool
    merge: bool
    unmask: bool  # know of contacts at all; each row says whether its mask may be lifted


def grants_of(kind: str, object_id: int) -> list[GrantRow]:
    """The access rows of one object (one query)."""
    rows = AccessGrant.objects.filter(kind=kind, object_id=object_id)
    return [GrantRow(*row) for row in rows.values_list("unit_id", "person_id", "why")]


def may(viewer: Viewer, right: str, verb: str, grants: Iterable[GrantRow], *, is_confidential: bool) -> bool:
    """Whether ``verb`` of the line ``right`` holds for the object with these access rows."""
    rows = list(grants)
    if not _reaches(viewer, viewer.reach(right, verb), rows):
        return False
    return not is_confidential or _reaches(viewer, viewer.reach("confidential", "S"), rows)


def _reaches(viewer: Viewer, reach: Reach, rows: list[GrantRow]) -> bool:
    if reach.everything:
        return True
    mine = [r for r in rows if r.person_id == viewer.person_id]
    return (
        bool(reach.unit_ids and (mine or any(r.unit_id in reach.unit_ids for r in rows)))
        or (reach.linked and any(r.why == GrantWhy.LEADER for r in mine))
        or (reach.named and any(r.why in PERSONAL for r in mine))
    )


def project_abilities(viewer: Viewer, grants: Iterable[GrantRow], *, is_confidential: bool) -> Abilities:
    rows = list(grants)

    def can(right: str, verb: str) -> bool:
        return may(viewer, right, verb, rows, is_confidential=is_confidential)

    return Abilities(
        enter=can("project", "E"),
        verify=can("project", "V"),
        decide=can("project", "D"),
        agreement=can("agreement", "E"),
        agreement_verify=can("agreement", "V"),
        lists=can("list", "E"),
        visit=can("contact", "E"),
        claim=can("lead", "E"),
        rule=can("lead", "D"),
        document=can("document", "E"),
        merge=can("import", "D"),
        unmask=viewer.may("person_data", "S"),
    )


def lead_abilities(viewer: Viewer, grants: Iterable[GrantRow], *, is_confidential: bool) -> Abilities:
    rows = list(grants)

    def can(right: str, verb: str) -> bool:
        return may(viewer, right, verb, rows, is_confidential=is_confidential)

    return Abilities(
        enter=can("lead", "E"),
        verify=can("lead", "V"),
        decide=can("lead", "D"),
        agreement=False,
        agreement_verify=False,
        lists=False,
        visit=can("contact", "E"),
        claim=can("lead", "E"),
        rule=can("lead", "D"),
        document=can("document", "E"),
        merge=False,
        unmask=False,
    )
