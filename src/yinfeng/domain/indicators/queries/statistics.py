"""The lists of the statistics office, and how each differs from the ledger as it stands now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count

from yinfeng.domain.projects.access import visible_projects
from yinfeng.domain.projects.queries import choices
from yinfeng.foundation.accounts.viewer import Viewer

from ..models import StatisticsList, StatisticsRow
from ..rules.statistics import Difference, Entry, Held, differences

_COLUMNS = ("pk", "code", "name", "lead_unit_id", "platform_code", "investment_cny", "enrolled_on")


@dataclass(frozen=True)
class ListLine:
    pk: int
    name: str
    as_of: date
    rows: int
    by: str
    at: datetime


@dataclass(frozen=True)
class Reconciliation:
    """``agreed`` counts the rows of the list with which the ledger agrees in everything told."""

    line: ListLine
    agreed: int
    found: list[Difference]


def lists() -> list[ListLine]:
    """The newest first. Two queries."""
    rows = StatisticsList.objects.annotate(n=Count("rows")).select_related("imported_by").order_by("-as_of", "-pk")
    return [ListLine(r.pk, r.name, r.as_of, r.n, r.imported_by.name, r.at) for r in rows[:200]]


def reconciliation(pk: int, viewer: Viewer) -> Reconciliation | None:
    """None where there is no such list. Only projects the viewer may see are compared."""
    line = next((one for one in lists() if one.pk == pk), None)
    if line is None:
        return None
    entries = [
        Entry(r.number, r.platform_code, r.name, r.investment_cny, r.invested_cny, r.enrolled_on)
        for r in StatisticsRow.objects.filter(list_id=pk).order_by("number")
    ]
    units = choices.units()
    seen = visible_projects(viewer).order_by("code")

    def held(rows: Iterable[tuple[Any, ...]]) -> list[Held]:
        return [
            Held(p, code, name, units.name(unit), platform or "", cny, on)
            for p, code, name, unit, platform, cny, on in rows
        ]

    known = held(seen.filter(platform_code__in=[e.platform_code for e in entries]).values_list(*_COLUMNS))
    enrolled = held(seen.filter(enrolled_on__lte=line.as_of).values_list(*_COLUMNS))
    found = differences(entries, {one.platform_code: one for one in known}, enrolled)
    out = {one.entry.platform_code for one in found if one.entry is not None}
    return Reconciliation(line, sum(e.platform_code not in out for e in entries), found)
