"""The ledger in groups: by lead unit in official order, by stage, or by chain; each with its count and sums."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Sum, Value
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.viewer import Viewer

from ..rules.lights import LightRule
from ..rules.view import View
from ..rules.view_words import GroupBy, ViewKind
from ..rules.words import PROJECT_STAGES, Light
from .choices import Menu, Units
from .ledger_list import HOME, Ledger, Page, Totals
from .ledger_plan import plan
from .lights import lit
from .walking import over_index, planned_afresh


@dataclass(frozen=True)
class Group:
    """One group: the list it opens, and its figures. Sums by currency, never added."""

    label: str
    depth: int
    query: str
    count: int
    red: int
    sums: tuple[tuple[str, int], ...]


def grouped(
    viewer: Viewer, view: View, *, today: date, rule: LightRule, units: Units, menu: Menu
) -> tuple[Ledger, list[Group]]:
    """Totals and groups in one query (two with a text)."""
    found = plan(viewer, view, today=today, rule=rule, units=units)
    key = {GroupBy.UNIT: "lead_unit_id", GroupBy.STAGE: "furthest_stage", GroupBy.CHAIN: "segment_id"}[view.by]
    with over_index(found.index), planned_afresh():
        lines = list(
            found.rows.order_by()
            .values(key, "investment_currency")
            .annotate(
                n=Count("*"), told=Count("investment_amount"), total=Sum("investment_amount"),
                red=Count(Value(1), filter=lit([Light.RED], today, rule)),
            )
        )  # fmt: skip
    if view.by == GroupBy.CHAIN:
        chain_of = {line.id: line.chain_id for line in menu.segments}
        for line in lines:
            line[key] = chain_of.get(line[key])
    by_key: dict[Any, list[dict[str, Any]]] = {}
    for line in lines:
        by_key.setdefault(line[key], []).append(line)
    groups = [
        _group(label, depth, query, by_key.pop(value))
        for value, label, depth, query in _order(view, units, menu)
        if value in by_key
    ]
    rest = [line for left in by_key.values() for line in left]
    if rest:
        groups.append(_group(_("（未填）"), 0, "", rest))
    count = sum(g.count for g in groups)
    sums: dict[str, list[int]] = {}
    for line in lines:
        if line["told"]:
            known = sums.setdefault(line["investment_currency"], [0, 0])
            known[0] += line["told"]
            known[1] += int(line["total"])
    ordered = sorted(((c, t, s) for c, (t, s) in sums.items()), key=lambda s: (s[0] != HOME, s[0]))
    return Ledger(Totals(count, tuple(ordered)), Page([], 0, None, None, None)), groups


def _order(view: View, units: Units, menu: Menu) -> Iterable[tuple[Any, str, int, str]]:
    """(key, label, depth, query of its list) of every possible group, in the order to print."""
    if view.by == GroupBy.UNIT:
        for unit in units.lines:
            yield (
                unit.id,
                unit.short_name,
                unit.depth,
                view.query(kind=ViewKind.LIST, lead_unit=unit.id, lead_alone=True),
            )
    elif view.by == GroupBy.STAGE:
        for stage in PROJECT_STAGES:
            yield stage.value, stage.label, 0, view.query(kind=ViewKind.LIST, stages=(stage,))
    else:
        for pk, name in menu.chains:
            yield pk, name, 0, view.query(kind=ViewKind.LIST, chains=(pk,))


def _group(label: str, depth: int, query: str, lines: list[dict[str, Any]]) -> Group:
    sums: dict[str, int] = {}
    for line in lines:
        if line["told"]:
            sums[line["investment_currency"]] = sums.get(line["investment_currency"], 0) + int(line["total"])
    return Group(
        label=label,
        depth=depth,
        query=query,
        count=sum(line["n"] for line in lines),
        red=sum(line["red"] for line in lines),
        sums=tuple(sorted(sums.items(), key=lambda s: (s[0] != HOME, s[0]))),
    )


__all__ = ["Group", "grouped"]
