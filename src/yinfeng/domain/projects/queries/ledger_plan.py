"""What a view selects, and how it is best found: from its filters, its text, or along the order of the list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet

from yinfeng.domain.chains.models import Segment
from yinfeng.foundation.accounts.viewer import Viewer

from ..access import visible_projects
from ..models import Follow, Listing, Milestone, Project
from ..rules.lights import LightRule
from ..rules.view import View
from ..rules.view_words import WINDOWS
from ..rules.words import COUNTING, DATE_COLUMNS
from . import search
from .choices import Units
from .lights import lit
from .walking import over_index

# Up to so many rows are cheaper fetched and sorted; of more, a page is sooner found by walking the sort's index.
MANY = 8_000
VERY_MANY = 25_000
# Of a text, on PostgreSQL, which counts slower than SQLite: without other filters, and with them.
MANY_ALONE = 4_000
MANY_MIXED = 2_000
FEW = 4_000  # rows that other filters let through are each looked at for a frequent word
FEW_KEYS = 1_000  # where they are more, the word is likely to stand in many of them


# ------------------------------------------------------------------------------------------------ selecting


def select(
    viewer: Viewer, view: View, *, today: date, rule: LightRule, units: Units, verb: str = "S"
) -> QuerySet[Project]:
    """The projects that the viewer may see (or ``verb``) and the view's filters let through, in no order."""
    return visible_projects(viewer, verb).filter(narrowed(viewer, view, today=today, rule=rule, units=units))


def narrowed(viewer: Viewer, view: View, *, today: date, rule: LightRule, units: Units) -> Q:
    """The filters of a view as one condition; sets of ids come as subqueries, units as lists of numbers."""
    q = _plain(view)
    if view.lights:
        q &= lit(view.lights, today, rule)
    if view.lead_unit:
        q &= Q(lead_unit_id__in=[view.lead_unit] if view.lead_alone else units.below(view.lead_unit))
    if view.landing_unit:
        q &= Q(landing_unit_id__in=[view.landing_unit] if view.landing_alone else units.below(view.landing_unit))
    if view.chains:
        q &= Q(segment_id__in=Segment.objects.filter(chain_id__in=view.chains).values("pk"))
    if view.groups:
        member = Project.industry_groups.through
        q &= Q(pk__in=member.objects.filter(industrygroup_id__in=view.groups).values("project_id"))
    if view.listing:
        q &= Q(pk__in=Listing.objects.standing().filter(name=view.listing).values("project_id"))
    if view.owner:
        q &= Q(owner_id=viewer.person_id if view.owner == "me" else view.owner)
    if view.leader:
        q &= Q(leader_id=viewer.person_id if view.leader == "me" else view.leader)
    if view.followed:
        q &= Q(pk__in=Follow.objects.filter(person_id=viewer.person_id).values("project_id"))
    if view.text:
        q &= search.matching(view.text)
    return q


def _plain(view: View) -> Q:
    """Conditions on the project's own columns."""
    q = Q()
    if view.stages:
        q &= Q(furthest_stage__in=view.stages)
    if view.reached:
        column = DATE_COLUMNS.get(view.reached)
        standing = Milestone.objects.filter(stage=view.reached, status__in=COUNTING).values("project_id")
        q &= Q(**{f"{column}__isnull": False}) if column else Q(pk__in=standing)
    for name, values in (
        ("kind", view.kinds), ("origin", view.origins), ("capital_kind", view.capitals), ("channel", view.channels),
        ("segment_id", view.segments),
    ):  # fmt: skip
        if values:
            q &= Q(**{f"{name}__in": values})
    if view.low_cny is not None:
        q &= Q(**{f"investment_cny__{'gt' if view.low_open else 'gte'}": view.low_cny})
    if view.high_cny is not None:
        q &= Q(**{f"investment_cny__{'lt' if view.high_open else 'lte'}": view.high_cny})
    for window in view.windows:
        column = WINDOWS[window.stem][0]
        if window.start:
            q &= Q(**{f"{column}__gte": window.start})
        if window.end:
            q &= Q(**{f"{column}__lte": window.end})
    if view.stalled is not None:
        q &= Q(stalled_on__isnull=not view.stalled)
    if view.ended is not None:
        q &= Q(ended_on__isnull=not view.ended)
    if view.unverified:
        q &= Q(unverified_count__gt=0)
    if view.confidential:
        q &= Q(is_confidential=True)
    return q


# ------------------------------------------------------------------------------------------------ finding

# What the index project_facets knows of a project.
_FACETS: dict[str, Any] = {
    name: View.__dataclass_fields__[name].default
    for name in (
        "stages", "kinds", "capitals", "channels", "lights", "lead_unit", "lead_alone", "landing_unit", "landing_alone",
        "chains", "segments", "low", "low_open", "high", "high_open", "stalled", "ended", "confidential", "text",
    )
}  # fmt: skip


def facets_suffice(viewer: Viewer, view: View) -> bool:
    """Whether the facets alone decide what this viewer sees of the view (the text apart)."""
    return viewer.reach("project").everything and replace(view.conditions(), **_FACETS) == View()


@dataclass(frozen=True)
class Plan:
    """A selection and how SQLite should walk it (``index`` None: as it likes)."""

    rows: QuerySet[Project]
    index: str | None
    surely_many: bool  # no need to try reading its keys
    walked: QuerySet[Project] | None = None  # the same rows, as they are best found along the order of a list
    most_keys: int = MANY  # with ``walked``: so many keys are worth reading to see whether there are more


def plan(
    viewer: Viewer, view: View, *, today: date, rule: LightRule, units: Units, verb: str = "S", many: int = MANY
) -> Plan:
    """The selection of a view. One query for a text, else none.

    A rare word finds its few projects by itself. A frequent one is tried on the rows that the other filters let through,
    if they are few; else its keys are kept in memory while an index is walked for counts and sums, and the page is found
    along its order: one of the next few rows holds the word.
    """

    def selected(part: View) -> QuerySet[Project]:
        return select(viewer, part, today=today, rule=rule, units=units, verb=verb)

    facets = "project_facets" if facets_suffice(viewer, view) else None
    if not view.text:
        return Plan(selected(view), facets, not view.is_filtered and viewer.reach("project", verb).everything)
    sqlite = connection.vendor == "sqlite"
    others = replace(view, text="")
    tried = selected(others).filter(search.looked_up(view.text))
    if others.is_filtered or not viewer.reach("project", verb).everything:
        many = many if sqlite else min(many, MANY_MIXED)
        hits, let_through = _hits_beside(view.text, many + 1, selected(others), facets)
        if hits > many and let_through <= FEW:
            return Plan(tried, facets, False)
        if hits <= many:
            return Plan(selected(view), None, False)
        if sqlite:
            return Plan(selected(view), facets, False, tried, FEW_KEYS)
        return Plan(selected(others).filter(search.among(view.text)), None, False, tried, FEW_KEYS)
    if not sqlite:
        many = min(many, MANY_ALONE)
    hits = search.hits(view.text, VERY_MANY if sqlite else many + 1)
    if hits <= many:
        return Plan(selected(view) if sqlite else selected(others).filter(search.sought(view.text)), None, False)
    if sqlite:
        return Plan(selected(view), facets if hits >= VERY_MANY else None, True, tried)
    return Plan(selected(others).filter(search.among(view.text)), None, True, tried)


def _hits_beside(text: str, cap: int, others: QuerySet[Project], index: str | None) -> tuple[int, int]:
    """How many projects hold the words, and how many the other filters let through; as far as a plan needs to know."""
    try:
        sql, params = others.order_by().values("pk")[: FEW + 1].query.sql_with_params()
    except EmptyResultSet:
        return 0, 0
    with over_index(index):
        return search.hits_beside(text, cap, sql, params)
