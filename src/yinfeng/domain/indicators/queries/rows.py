"""The rows behind a figure: which projects, or which arrivals of money, and which of them stand in the numerator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, Case, F, Q, Value, When

from yinfeng.domain.projects.models import FundsArrival, Lead, Project
from yinfeng.kernel.money import display

from ..rules.definition import INDIRECT, NOT_MONEY, SUMMED, Definition
from ..rules.sources import SOURCES
from .asking import Ask, Reading, arrivals_of, reading_of
from .conditions import base_condition, funds_condition, part_condition
from .dimensions import UNIT_COLUMN, Dimension

MOST_ROWS = 10_000


@dataclass(frozen=True)
class Row:
    """One project of the base, or one arrival. ``amount`` in whole units of ``currency``; ``in_part`` says whether it
    stands in the numerator, None where there is none. ``of`` names the indicator a derived figure takes it from."""

    project_id: int
    code: str
    name: str
    unit: str
    on: date | None
    amount: int | None
    currency: str
    in_part: bool | None
    of: str = ""

    @property
    def told(self) -> str:
        """The amount in words."""
        if self.amount is None:
            return "—"
        return display(self.amount, "auto", None, self.currency) if self.currency else f"{self.amount:,}"


@dataclass(frozen=True)
class Rows:
    """At most ``limit`` rows; ``is_cut`` where there are more."""

    rows: tuple[Row, ...]
    is_cut: bool


def rows_of(
    definition: Definition, ask: Ask, dimensions: list[Dimension], key: tuple[Any, ...] | None, limit: int = MOST_ROWS
) -> Rows:
    """The rows of one line (``key``), or of the whole; of a derived figure those of what it is computed from, so far
    as they lie in the same period."""
    found: list[Row] = []
    for part in ask.definitions.chain_of(definition):
        if part.base is not None:
            found += _rows(part, ask, dimensions, key, limit + 1 - len(found), part is not definition)
        if len(found) > limit:
            return Rows(tuple(found[:limit]), True)
    return Rows(tuple(found), False)


def _rows(
    definition: Definition, ask: Ask, dimensions: list[Dimension], key: tuple[Any, ...] | None, limit: int, named: bool
) -> list[Row]:
    base = definition.base
    if base is None or limit <= 0:
        return []
    found = _select(definition, ask, dimensions, key, limit)
    if definition.numerator is not None and definition.numerator.funds is not None:
        found += _select(definition, ask, dimensions, key, limit - len(found), of_base=True)
    of = definition.name if named else ""
    return [
        Row(pk, code, name, ask.units.name(unit), on, None if amount is None else int(amount), currency, in_part, of)
        for pk, code, name, unit, on, amount, currency, in_part in found[:limit]
    ]


def _select(
    definition: Definition, ask: Ask, dimensions: list[Dimension], key: tuple[Any, ...] | None, limit: int,
    *, of_base: bool = False,
) -> list[tuple[Any, ...]]:  # fmt: skip
    """``of_base``: the arrivals of money for the projects of the base."""
    base = definition.base
    if base is None or limit <= 0:
        return []
    reading = arrivals_of(ask) if of_base else reading_of(base, ask)
    q = base_condition(definition, ask, reading)
    part = part_condition(definition, ask, reading)
    if of_base and definition.numerator is not None and definition.numerator.funds is not None:
        q &= part & funds_condition(definition.numerator.funds, definition, ask) & Q(happened_on__lte=ask.as_of)
    told = _columns(definition, ask, reading)
    extra: dict[str, Any] = {"row_on": F(told.on)} if told.on else {}
    if definition.numerator is not None and not of_base:
        met = Case(When(part, then=Value(True)), default=Value(False), output_field=BooleanField()) if part else None
        extra["row_part"] = met or Value(True, output_field=BooleanField())
    columns = list(
        dict.fromkeys(
            [reading.pk, told.code, told.name, told.unit, *extra, *filter(None, (told.amount, told.currency)), "pk"]
        )
    )
    rows = reading.rows.filter(q).annotate(**extra)
    keys = {}
    if key is not None:
        keys = {f"key{n}": d.column(reading) for n, d in enumerate(dimensions)}
        rows = rows.annotate(**keys)
    rows = rows.order_by(told.code, "pk").values_list(*columns, *keys)
    found = []
    for row in rows.iterator(chunk_size=2000) if key is not None else rows[:limit]:
        values = dict(zip((*columns, *keys), row, strict=True))
        if key is not None and not _belongs(definition, dimensions, key, values):
            continue
        found.append(
            (
                values[reading.pk] or 0, values[told.code] or "", values[told.name] or "", values[told.unit],
                values.get("row_on"), values[told.amount] if told.amount else None,
                values[told.currency] if told.currency else "CNY" if told.money else "",
                True if of_base else values.get("row_part"),
            )
        )  # fmt: skip
        if len(found) >= limit:
            break
    return found


@dataclass(frozen=True)
class _Told:
    """The columns of a row, "" where it has none."""

    code: str
    name: str
    unit: str
    on: str
    amount: str
    currency: str
    money: bool


def _columns(definition: Definition, ask: Ask, reading: Reading) -> _Told:
    base = definition.base
    records = base.records if base else None
    code = "code" if reading.rows.model in (Project, Lead) else "project__code"
    name, unit = reading.column("name"), reading.column(UNIT_COLUMN[definition.attribution])
    on = reading.dated or ("" if base is None or base.window == "all" or base.date in INDIRECT else base.date)
    if reading.rows.model is FundsArrival:
        return _Told(code, name, unit, on, "amount", "currency", True)
    if records is not None:
        amount = SOURCES[records.source].sums[definition.of] if definition.of else ""
        return _Told(code, name, unit, on, amount, "", definition.of == "investment")
    if definition.of and not SUMMED[definition.of][0]:
        return _Told(code, name, unit, on, SUMMED[definition.of][1], "", definition.of not in NOT_MONEY)
    return _Told(code, name, unit, on, "investment_amount", "investment_currency", True)


def _belongs(definition: Definition, dimensions: list[Dimension], key: tuple[Any, ...], values: dict[str, Any]) -> bool:
    for n, (dimension, wanted) in enumerate(zip(dimensions, key, strict=True)):
        here = dimension.fold(values[f"key{n}"])
        if dimension.name == "band" and definition.bands is not None and definition.bands.cumulative and wanted:
            places = [band.key for band in definition.bands.steps]
            if here not in places or places.index(here) > places.index(wanted):
                return False
        elif here != wanted:
            return False
    return True
