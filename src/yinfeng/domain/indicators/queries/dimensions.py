"""By what a figure is broken down: the column it is grouped by, its lines in their order, and their labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, F, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from yinfeng.domain.chains.models import Chain, IndustryGroup
from yinfeng.domain.enterprises.rules import CapitalKind
from yinfeng.domain.projects.rules.words import Channel, Origin, ProjectKind, Stage
from yinfeng.foundation.accounts.rules import UnitKind

from ..rules.definition import Definition
from ..rules.figures import period_of, window_of
from .asking import Ask, Reading
from .conditions import band_condition

Key = Any
CALENDAR = ("month", "quarter", "year")
UNIT_COLUMN = {
    "lead": "lead_unit_id", "landing": "landing_unit_id", "outpost": "outpost_id", "split": "lead_unit_id",
}  # fmt: skip
_NOT_OF_PROJECTS = (Stage.LEAD, Stage.SCREENED)


def label_of(name: str) -> str:
    """The name of a dimension."""
    return {
        "unit": _("单位"), "district": _("县（市、区）"), "kind": _("项目类别"), "capital_kind": _("资本属性"),
        "origin": _("项目来源"), "channel": _("招商方式"), "band": _("规模档"), "month": _("月度"),
        "quarter": _("季度"), "year": _("年度"), "chain": _("产业链"), "group": _("产业组群"),
        "stage": _("当前阶段"), "outpost": _("驻点组"),
    }[name]  # fmt: skip


@dataclass(frozen=True)
class Dimension:
    """``column(reading)`` groups the rows; ``fold`` turns its value into a key; ``lines`` are the keys that are shown
    even where nothing was found (a unit that reports nothing shows as such and does not vanish)."""

    name: str
    column: Callable[[Reading], Any]
    fold: Callable[[Any], Key]
    lines: Sequence[Key]
    label: Callable[[Key], str]
    order: Callable[[Key], Any]
    partition: bool = True  # each row has one key


def dimension(name: str, definition: Definition, ask: Ask) -> Dimension:
    """The dimension as this definition is broken down by it."""
    if name in ("unit", "district"):
        return _unit(name, definition, ask)
    if name in CALENDAR:
        return _calendar(name, definition, ask)
    if name == "band":
        return _band(definition)
    if name in ("chain", "group"):
        return _listed(name)
    if name == "outpost":
        return _outpost(ask)
    return _word(name)


def _unit(name: str, definition: Definition, ask: Ask) -> Dimension:
    column = UNIT_COLUMN[definition.attribution]
    by_id = ask.units.by_id
    place = {line.id: at for at, line in enumerate(ask.units.lines)}
    by_path = {line.path: line.id for line in ask.units.lines}

    def district(unit_id: int | None) -> int | None:
        line = by_id.get(unit_id) if unit_id else None
        return by_path.get(line.path[:10], line.id) if line else None  # the level below the city

    reach = ask.viewer.reach("project") if ask.viewer else None
    shown = [
        line.id
        for line in ask.units.lines
        if line.is_active
        and line.kind in _kinds_shown(definition)
        and (reach is None or reach.everything or line.id in reach.unit_ids)
    ]
    return Dimension(
        name,
        # Grouped by a value and not by the bare column: SQLite would walk the column's index for the order of its
        # groups and fetch every wide row by the way (140 ms of 100,000 projects, where a scan takes 36).
        lambda r: Coalesce(F(r.column(column)), Value(0)),
        district if name == "district" else lambda key: key or None,
        list(dict.fromkeys(map(district, shown))) if name == "district" else list(shown),
        lambda key: ask.units.name(key) or _("未定"),
        lambda key: place.get(key, len(place)),
    )


def _kinds_shown(definition: Definition) -> tuple[str, ...]:
    """The units that have a line even with nothing in it."""
    records = definition.base.records if definition.base else None
    if definition.attribution == "outpost":
        return (UnitKind.OUTPOST,)
    if records is not None and records.by_units:
        return records.by_units
    shown: tuple[str, ...] = (UnitKind.DISTRICT, UnitKind.PARK)
    if definition.attribution != "landing":
        shown += (UnitKind.BUREAU,)
    return (*shown, UnitKind.OUTPOST) if records is not None and records.source in ("visits", "leads") else shown


def _outpost(ask: Ask) -> Dimension:
    lines = [line.id for line in ask.units.lines if line.is_active and line.kind == UnitKind.OUTPOST]
    place = {pk: at for at, pk in enumerate(lines)}
    return Dimension(
        "outpost", lambda r: Coalesce(F(r.column("outpost_id")), Value(0)), lambda key: key if key in place else None, lines,
        lambda key: ask.units.name(key) or _("非驻点引进"), lambda key: place.get(key, len(place)),
    )  # fmt: skip


def _calendar(name: str, definition: Definition, ask: Ask) -> Dimension:
    base = definition.base
    if base is None:
        raise ValueError(definition.name)
    start, end = window_of(definition, ask.period, ask.as_of)
    lines: list[Key] = []
    if start is not None and start <= end:
        day = start
        while day <= end and len(lines) < 240:
            period = period_of(day, name)
            lines.append(period)
            day = period.next().start
    return Dimension(
        name,
        lambda r: F(r.day(base)),
        lambda day: None if day is None else period_of(day, name),
        lines,
        lambda key: _("未定") if key is None else key.label,
        lambda key: date.min if key is None else key.start,
    )


def _band(definition: Definition) -> Dimension:
    bands = definition.bands
    steps = bands.steps if bands else ()
    labels = {band.key: band.label for band in steps}
    place = {band.key: at for at, band in enumerate(steps)}
    return Dimension(
        "band",
        # Cumulative bands stand from the largest down: each project falls into the largest it reaches.
        lambda r: Case(*(When(band_condition(b, r), then=Value(b.key)) for b in steps), default=Value("")),
        _same, list(labels), lambda key: _(labels[key]) if key in labels else _("不在所列规模档"),
        lambda key: place.get(key, len(place)),
    )  # fmt: skip


def _listed(name: str) -> Dimension:
    if name == "chain":
        names = dict(Chain.objects.filter(is_active=True).values_list("pk", "name"))
        missing, column = _("未归入产业链"), "segment__chain_id"
    else:
        groups = IndustryGroup.objects.filter(is_active=True).values_list("pk", "scheme", "name")
        names = {pk: f"{scheme} · {group}" for pk, scheme, group in groups}
        missing, column = _("未归入产业组群"), "industry_groups"
    place = {pk: at for at, pk in enumerate(names)}
    return Dimension(
        name, lambda r: F(r.column(column)), lambda key: key if key in names else None, list(names),
        lambda key: names.get(key, missing), lambda key: place.get(key, len(place)), partition=name == "chain",
    )  # fmt: skip


def _word(name: str) -> Dimension:
    words: Any = {
        "kind": ProjectKind, "capital_kind": CapitalKind, "origin": Origin, "channel": Channel, "stage": Stage,
    }[name]  # fmt: skip
    column = "furthest_stage" if name == "stage" else name
    place = {value: at for at, value in enumerate(words.values)}
    return Dimension(
        name, lambda r: Coalesce(F(r.column(column)), Value("")), _same, [v for v in place if v not in _NOT_OF_PROJECTS],
        lambda key: _(words(key).label) if key in place else _("未填"), lambda key: place.get(key, len(place)),
    )  # fmt: skip


def _same(value: Any) -> Key:
    return value
