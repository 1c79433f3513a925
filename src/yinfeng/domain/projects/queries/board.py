"""The stage board: a column a stage with its count and sums, and the first cards of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL

from yinfeng.foundation.accounts.viewer import Viewer

from ..models import Project
from ..rules.lights import LightRule
from ..rules.view import View
from ..rules.words import DATE_COLUMNS, PROJECT_STAGES, Stage
from . import search
from .choices import Units
from .ledger_list import HOME, Row
from .ledger_plan import MANY, plan, select
from .walking import over_index, planned_afresh

FIRST = 20
CARD_FIELDS = (
    "pk", "code", "name", "investor_name", "furthest_stage", "least_stage", "phase_count", "investment_cny",
    "investment_amount", "investment_currency", "lead_unit_id", "landing_unit_id", "segment__name", "next_due_on",
    "next_due_text", "stalled_on", "ended_on", *DATE_COLUMNS.values(),
)  # fmt: skip


@dataclass(frozen=True)
class Lane:
    """A stage with everything that is in it now."""

    stage: Stage
    count: int
    sums: tuple[tuple[str, int], ...]  # (currency, sum), yuan first; never added
    cards: list[Row]

    @property
    def more(self) -> int:
        return self.count - len(self.cards)


@dataclass(frozen=True)
class Board:
    lanes: list[Lane]

    @property
    def count(self) -> int:
        return sum(lane.count for lane in self.lanes)


def board(viewer: Viewer, view: View, *, today: date, rule: LightRule, units: Units, first: int = FIRST) -> Board:
    """All stages, in two or three queries (one more with a text): what is in each, and the ``first`` cards by agreed sum."""
    whole = _alive(replace(view, stages=()))
    found = plan(viewer, whole, today=today, rule=rule, units=units)
    everything = viewer.reach("project").everything and whole.conditions() == _alive(View())
    if not (everything or found.surely_many):
        with over_index(found.index), planned_afresh():
            keys = list(found.rows.order_by().values_list(*_KEY)[: MANY + 1])
        if len(keys) <= MANY:
            return _from_keys(keys, first)
    with over_index("project_lanes" if everything else found.index), planned_afresh():
        counted = _counts(found.rows)
    rows = select(viewer, replace(whole, text=""), today=today, rule=rule, units=units)
    rows = rows.filter(search.looked_up(view.text)) if view.text else rows
    cards = _walked(rows, {s: told for s, (_count, _sums, told) in counted.items()}, first)
    lanes = []
    for stage in PROJECT_STAGES:
        count, sums, _told = counted.get(stage, (0, (), 0))
        lanes.append(Lane(stage, count, sums, cards.get(stage, [])))
    return Board(lanes)


_KEY = ("pk", "furthest_stage", "investment_cny", "investment_currency", "investment_amount")


def _from_keys(keys: list[Any], first: int) -> Board:
    """Few projects: counted, summed and ordered here, and only the cards' rows fetched."""
    by_stage: dict[str, list[Any]] = {}
    for key in keys:
        by_stage.setdefault(key[1], []).append(key)
    heads: list[int] = []
    for inside in by_stage.values():
        inside.sort(key=lambda k: (k[2] is None, -(k[2] or 0), -k[0]))
        heads += [key[0] for key in inside[:first]]
    cards = _by_stage(_in_order(Project.objects.filter(pk__in=heads)).values(*CARD_FIELDS))
    lanes = []
    for stage in PROJECT_STAGES:
        inside = by_stage.get(stage, [])
        sums: dict[str, int] = {}
        for _pk, _stage, _cny, currency, amount in inside:
            if amount is not None:
                sums[currency] = sums.get(currency, 0) + amount
        ordered = tuple(sorted(sums.items(), key=lambda s: (s[0] != HOME, s[0])))
        lanes.append(Lane(stage, len(inside), ordered, cards.get(stage, [])))
    return Board(lanes)


def more(
    viewer: Viewer,
    view: View,
    stage: Stage,
    after: int,
    *,
    today: date,
    rule: LightRule,
    units: Units,
    first: int = FIRST,
) -> list[Row]:
    """The next cards of one column, after as many. One query."""
    rows = plan(viewer, _alive(replace(view, stages=(stage,))), today=today, rule=rule, units=units).rows
    return list(_in_order(rows).values(*CARD_FIELDS)[after : after + first])


def _alive(view: View) -> View:
    """Projects that have ended stand in no column, unless they are asked for."""
    return replace(view, ended=False) if view.ended is None else view


def _counts(rows: QuerySet[Project]) -> dict[str, tuple[int, tuple[tuple[str, int], ...], int]]:
    """Stage -> projects, sums by currency, and how many have a sum to be ordered by."""
    lines = (
        rows.order_by()
        .values("furthest_stage", "investment_currency")  # the order of the index project_lanes
        .annotate(n=Count("*"), told=Count("investment_cny"), total=Sum("investment_amount"))
    )
    found: dict[str, tuple[int, list[tuple[str, int]], int]] = {}
    for line in lines:
        count, sums, told = found.get(line["furthest_stage"], (0, [], 0))
        if line["total"] is not None:
            sums.append((line["investment_currency"], int(line["total"])))
        found[line["furthest_stage"]] = (count + line["n"], sums, told + line["told"])
    return {
        stage: (count, tuple(sorted(sums, key=lambda s: (s[0] != HOME, s[0]))), told)
        for stage, (count, sums, told) in found.items()
    }


def _in_order(rows: QuerySet[Project]) -> QuerySet[Project]:
    return rows.order_by(F("investment_cny").desc(nulls_last=True), "-pk")


def _walked(rows: QuerySet[Project], told_in: dict[str, int], first: int) -> dict[str, list[Row]]:
    """Many projects: the head of each stage's own range of the index, all in one statement."""
    heads = _heads_laterally if connection.vendor == "postgresql" else _heads_one_by_one
    sql, params = heads(rows, told_in, first)
    heads_of_all = RawSQL(sql, params)  # noqa: S611 - put together from compiled querysets
    found = _by_stage(_in_order(Project.objects.filter(Q(pk__in=heads_of_all))).values(*CARD_FIELDS))
    return {stage: cards[:first] for stage, cards in found.items()}


def _head(rows: QuerySet[Project], stage: Any, first: int, *, told: bool) -> tuple[str, list[Any]]:
    """The first keys of a stage: with a sum by it, or without one by number."""
    inside = rows.filter(furthest_stage=stage, investment_cny__isnull=not told)
    inside = inside.order_by("-investment_cny", "-pk") if told else inside.order_by("-pk")
    sql, params = inside.values("pk")[:first].query.sql_with_params()
    return sql, list(params)


def _heads_one_by_one(rows: QuerySet[Project], told_in: dict[str, int], first: int) -> tuple[str, list[Any]]:
    parts: list[str] = []
    params: list[Any] = []
    for stage, count in told_in.items():
        for told in (True, False) if count < first else (True,):
            sql, args = _head(rows, stage, first, told=told)
            parts.append(f"SELECT * FROM ({sql}) AS part{len(parts)}")  # noqa: S608
            params += args
    return " UNION ALL ".join(parts), params


def _heads_laterally(rows: QuerySet[Project], told_in: dict[str, int], first: int) -> tuple[str, list[Any]]:
    """The same for PostgreSQL, which plans one head and not fourteen."""
    parts: list[str] = []
    params: list[Any] = []
    for told, stages in ((True, list(told_in)), (False, [s for s, count in told_in.items() if count < first])):
        if stages:
            sql, args = _head(rows, RawSQL("stages.stage", ()), first, told=told)
            parts.append(f"SELECT h.* FROM unnest(%s::text[]) AS stages (stage) CROSS JOIN LATERAL ({sql}) AS h")  # noqa: S608
            params += [stages, *args]
    return " UNION ALL ".join(parts), params


def _by_stage(rows: Any) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["furthest_stage"], []).append(row)
    return found
