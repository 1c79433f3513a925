"""What the ledger tells the change feed: which change belongs to which right, who may export the object, and how it now
stands. Bound to the export verb (X): whoever may see may not thereby take everything away."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Model

from yinfeng.foundation.accounts import access as accounts
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.exchange.feed import Entry, Source

from ..access import visible_leads, visible_projects
from ..models import Agreement, Flag, FundsArrival, Lead, Milestone, Phase, Project, Undertaking

# The first word of a verb says which line of the rights table the change belongs to; what is not named here (following,
# visits, service teams) is no business of the feed.
_RIGHTS = {
    "project": "project", "phase": "project", "milestone": "project", "funds": "project", "flag": "project",
    "fact": "project", "listing": "project", "agreement": "agreement", "undertaking": "list", "evidence": "project",
}  # fmt: skip
_PRIVATE = {"project.follow", "project.unfollow", "project.task_force"}
_UNIT_KEYS = ("lead_unit_id", "landing_unit_id", "outpost_id", "landing_unit", "owner_unit_id", "unit")
# Key or class name in the audit row -> the noun it is told under.
PARTS = {
    "milestone": "milestone", "Milestone": "milestone", "funds": "funds", "FundsArrival": "funds", "flag": "flag",
    "Flag": "flag", "phase": "phase", "agreement": "agreement", "undertaking": "undertaking",
}  # fmt: skip

_PROJECT = (
    "id", "code", "platform_code", "name", "kind", "capital_kind", "investor_name", "investment_amount",
    "investment_currency", "investment_cny", "funds_cny", "furthest_stage", "least_stage", "lead_unit_id",
    "landing_unit_id", "signed_on", "registered_on", "site_on", "started_on", "enrolled_on", "producing_on",
    "stalled_on", "ended_on", "next_due_on", "merged_into_id", "changed_at",
)  # fmt: skip
_FACT = (
    "id", "project_id", "phase_id", "happened_on", "status", "at", "verified_at", "ended_at", "end_reason",
)  # fmt: skip
_SHOWN: dict[str, tuple[str, type[Model], tuple[str, ...]]] = {
    "milestone": ("milestones", Milestone, (*_FACT, "stage")),
    "funds": (
        "funds", FundsArrival,
        (*_FACT, "amount", "currency", "amount_cny", "basis", "boundary", "value_kind", "voucher"),
    ),
    "flag": ("flags", Flag, (*_FACT, "kind", "is_raised", "reason")),
    "phase": (
        "phases", Phase, ("id", "project_id", "number", "name", "stage", "stage_on", "investment_cny", "version")
    ),
    "agreement": (
        "agreements", Agreement,
        ("id", "project_id", "kind", "title", "number", "investment_cny", "signed_on", "effective_on", "voided_at"),
    ),
    "undertaking": (
        "undertakings", Undertaking,
        ("id", "project_id", "phase_id", "what", "stage", "unit_id", "due_on", "first_due_on", "done_on",
         "cancelled_reason"),
    ),
}  # fmt: skip
_LEAD = (
    "id", "code", "name", "stage", "status", "kind", "channel", "investor_name", "investment_cny", "owner_unit_id",
    "reported_on", "screened_on", "project_id", "changed_at",
)  # fmt: skip


def right_of(verb: str) -> str:
    return "" if verb in _PRIVATE else _RIGHTS.get(verb.partition(".")[0], "")


def exportable(viewer: Viewer, right: str, ids: Collection[int]) -> set[int]:
    """Which of these projects the viewer may export; merged ones stay, so that the receiver learns of the merge."""
    rows = visible_projects(viewer, "X", right=right, among=ids, merged=True)
    return set(rows.values_list("pk", flat=True))


def left(viewer: Viewer, object_id: int, before: Mapping[str, Any]) -> bool:
    """Whether this change took the project out of the viewer's sight: a unit within reach lost it, or it was made
    confidential and would be in reach otherwise."""
    return _left(viewer, "project", object_id, before)


def left_lead(viewer: Viewer, object_id: int, before: Mapping[str, Any]) -> bool:
    return _left(viewer, "lead", object_id, before)


def _left(viewer: Viewer, kind: str, object_id: int, before: Mapping[str, Any]) -> bool:
    reach = viewer.reach(kind, "X")
    if any(before.get(key) in reach.unit_ids for key in _UNIT_KEYS):
        return True
    if before.get("is_confidential") is not False:
        return False
    model: Any = Project if kind == "project" else Lead
    if reach.everything:
        return True
    return bool(model.objects.filter(accounts.granted(kind, viewer, reach, among=[object_id]), pk=object_id).exists())


def show(viewer: Viewer, entries: Iterable[Entry]) -> dict[str, list[Any]]:
    """The projects of a page and the parts that changed, as they are now: one query a noun."""
    told = list(entries)
    # Whoever may take an agreement out does not thereby see its project.
    shown = {"projects": _rows(Project, {e.id for e in told if e.right == "project"}, _PROJECT)}
    for noun, (name, model, columns) in _SHOWN.items():
        if ids := {e.named[noun] for e in told if noun in e.named}:
            shown[name] = _rows(model, ids, columns)
    return shown


def show_leads(viewer: Viewer, entries: Iterable[Entry]) -> dict[str, list[Any]]:
    return {"leads": _rows(Lead, {e.id for e in entries}, _LEAD)}


def _rows(model: type[Model], ids: set[int], columns: tuple[str, ...]) -> list[Any]:
    return list(model._default_manager.filter(pk__in=ids).order_by("pk").values(*columns))


def exportable_leads(viewer: Viewer, right: str, ids: Collection[int]) -> set[int]:
    """Which of these leads the viewer may export; withdrawn ones stay, so that the receiver learns of it."""
    return set(visible_leads(viewer, "X", among=ids, withdrawn=True).values_list("pk", flat=True))


PROJECTS = Source("project", right_of, exportable, left, PARTS, show)
LEADS = Source(
    "lead", lambda verb: "lead" if verb.startswith("lead.") else "", exportable_leads, left_lead,
    {"project": "project"}, show_leads,
)  # fmt: skip
