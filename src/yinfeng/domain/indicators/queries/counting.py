"""Counting and summing: one query a definition, a second where money that arrived is set against its projects."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import timezone

from yinfeng.domain.projects.models import Agreement, Project, ProjectState

from ..mirror import counting as arrays
from ..mirror.conditions import FirstDay, NotMirrored
from ..rules.definition import SUMMED, Definition, Funds
from ..rules.figures import Raw, Tally, into_bands
from ..rules.sources import SOURCES
from .asking import Ask, Reading, arrivals_of, projects_of, reading_of
from .conditions import base_condition, funds_condition, part_condition
from .dimensions import CALENDAR, Dimension
from .sharing import UNITS, share_out, shared_item, shares_of

KEPT = "funds_cny"
MEASURES = "project_measures"  # the index of projects that holds what is counted most
Keys = dict[tuple[Any, ...], Raw]


def tallies(definition: Definition, ask: Ask, dimensions: list[Dimension]) -> Keys:
    """What was found, by key of each dimension."""
    base = definition.base
    if base is None:
        raise ValueError(definition.name)
    shares = {}
    if definition.attribution == "split" and any(d.name in UNITS for d in dimensions) and (shares := shares_of(ask)):
        dimensions = [*dimensions, shared_item(shares)]
    if definition.measure == "duration":
        return _durations(definition, ask, dimensions)
    if base.funds is not None:
        found = _arrivals(definition, ask, dimensions)
    elif base.records is not None:
        found = _records(definition, ask, dimensions)
    else:
        found = _projects(definition, ask, dimensions)
        if (
            definition.numerator is not None
            and definition.numerator.funds is not None
            and not _is_kept(definition, ask)
        ):
            for key, raw in _money_of(definition, ask, dimensions).items():
                found.setdefault(key, Raw()).part.add(raw.part)
    if shares:
        found, dimensions = share_out(found, dimensions, shares), dimensions[:-1]
    place = next((n for n, d in enumerate(dimensions) if d.name == "band"), None)
    return found if place is None else _banded(definition, found, place)


def _projects(definition: Definition, ask: Ask, dimensions: list[Dimension]) -> Keys:
    reading = projects_of(ask)
    q = base_condition(definition, ask, reading)
    part = part_condition(definition, ask, reading) if _has_part(definition) else None
    amount = currency = None
    if definition.of:
        own, plain, _history = SUMMED[definition.of]
        amount = own if own and definition.currency != "converted" else plain
        currency = "investment_currency" if own and definition.currency == "original" else None
    kept = KEPT if _is_kept(definition, ask) else None
    if kept:
        part = part_condition(definition, ask, reading)
    return _counted(ask, reading, q, dimensions, part, amount, currency, _code(definition), kept)


def _is_kept(definition: Definition, ask: Ask) -> bool:
    """Whether the money that arrived for a project stands on its row: actual capital, all of it, in yuan, as it is on
    record. Nothing actual lies in the future, so from the day of recording on, as of makes no difference."""
    numerator = definition.numerator
    if numerator is None or numerator.funds != Funds() or definition.currency != "converted":
        return False
    return definition.facts == "declared" and ask.as_of >= timezone.localdate(ask.known_at or timezone.now())


def _arrivals(definition: Definition, ask: Ask, dimensions: list[Dimension]) -> Keys:
    reading = arrivals_of(ask)
    q = base_condition(definition, ask, reading)
    part = part_condition(definition, ask, reading) if _has_part(definition) else None
    amount = "amount_cny" if definition.currency == "converted" else "amount"
    currency = "currency" if definition.currency == "original" else None
    return _counted(ask, reading, q, dimensions, part, amount, currency, _code(definition))


def _records(definition: Definition, ask: Ask, dimensions: list[Dimension]) -> Keys:
    base = definition.base
    if base is None or base.records is None:
        return {}
    reading = reading_of(base, ask)
    rows = reading.rows.filter(base_condition(definition, ask, reading))
    part = part_condition(definition, ask, reading) if _has_part(definition) else None
    amount = SOURCES[base.records.source].sums[definition.of] if definition.of else None
    return _grouped(rows, reading, dimensions, part, amount, None, "CNY")


def _durations(definition: Definition, ask: Ask, dimensions: list[Dimension]) -> Keys:
    """Of those of the base that got there: how many, and the days it took them, added up. Grouped by the two days."""
    base, numerator = definition.base, definition.numerator
    if base is None or numerator is None:
        return {}
    reading = projects_of(ask)
    keys = {f"key{n}": d.column(reading) for n, d in enumerate(dimensions)}
    keys |= {"key_first": F(reading.column(base.date)), "key_then": F(reading.column(numerator.reached[0]))}
    q = base_condition(definition, ask, reading) & part_condition(definition, ask, reading)
    found: Keys = {}
    span = arrays.Span(reading.column(base.date), reading.column(numerator.reached[0]))
    told = _on_arrays(ask, reading, q, [d.column(reading) for d in dimensions], None, span)
    for one in told or ():
        raw = found.setdefault(tuple(d.fold(value) for d, value in zip(dimensions, one.key, strict=True)), Raw())
        raw.base.add(Tally(one.count, one.count))
        raw.part.add(Tally(one.count, one.count, {"days": Fraction(one.total)}))
    if told is not None:
        return found
    for key, n in numbers(ask, reading, q, keys).items():
        raw = found.setdefault(tuple(d.fold(value) for d, value in zip(dimensions, key, strict=False)), Raw())
        days = abs((key[-1] - key[-2]).days) * n
        raw.base.add(Tally(n, n))
        raw.part.add(Tally(n, n, {"days": Fraction(days)}))
    return found


def numbers(ask: Ask, reading: Reading, q: Q, keys: dict[str, Any]) -> dict[tuple[Any, ...], int]:
    """How many rows by the values of these columns."""
    told = _on_arrays(ask, reading, q, [*keys.values()])
    if told is not None:
        found: dict[tuple[Any, ...], int] = {}
        for one in told:
            found[one.key] = found.get(one.key, 0) + one.count
        return found
    rows = reading.rows.filter(q)
    with _scanning(rows):
        counted = list(rows.annotate(**keys).values(*keys).annotate(n=Count("pk")))
    return {tuple(row[key] for key in keys): row["n"] for row in counted}


def _money_of(definition: Definition, ask: Ask, dimensions: list[Dimension]) -> Keys:
    """Money that arrived, until as of, for the projects of the base; its sum becomes the part."""
    numerator = definition.numerator
    if numerator is None or numerator.funds is None:
        return {}
    reading = arrivals_of(ask)
    q = (
        base_condition(definition, ask, reading)
        & part_condition(definition, ask, reading)
        & funds_condition(numerator.funds, definition, ask)
        & Q(happened_on__lte=ask.as_of)
    )
    amount = "amount_cny" if definition.currency == "converted" else "amount"
    found = _counted(ask, reading, q, dimensions, None, amount, None, _code(definition))
    return {key: Raw(Tally(), raw.base) for key, raw in found.items()}


def _has_part(definition: Definition) -> bool:
    return definition.numerator is not None and definition.numerator.funds is None


def _code(definition: Definition) -> str:
    return definition.currency if definition.currency not in ("original", "converted") else "CNY"


def _counted(
    ask: Ask, reading: Reading, q: Q, dimensions: list[Dimension], part: Q | None,
    amount: str | None, currency: str | None, code: str, part_amount: str | None = None,
) -> Keys:  # fmt: skip
    keys = [_calendar(d, d.column(reading)) for d in dimensions] + ([F(currency)] if currency is not None else [])
    found = _on_arrays(ask, reading, q, keys, part, amount, part_amount)
    if found is not None:
        return _folded(found, dimensions, code)
    return _grouped(reading.rows.filter(q), reading, dimensions, part, amount, currency, code, part_amount)


def _on_arrays(
    ask: Ask, reading: Reading, q: Q, keys: list[Any], part: Q | None = None, amount: str | arrays.Span | None = None,
    part_amount: str | None = None,
) -> list[arrays.Found] | None:  # fmt: skip
    """On the mirror, where it stands at the ledger's edition and holds what is asked; else None."""
    if ask.mirror is None:
        return None
    try:
        return arrays.grouped(
            ask.mirror, reading.rows.model, reading.prefix, ask.known_at, q, keys, part, amount, part_amount
        )
    except NotMirrored:
        return None


def _calendar(dimension: Dimension, column: Any) -> Any:
    """Days need not be told one by one where they are folded into months."""
    return FirstDay(column, dimension.name) if dimension.name in CALENDAR else column


def _folded(found: Iterable[arrays.Found], dimensions: list[Dimension], code: str) -> Keys:
    result: Keys = {}
    for one in found:
        raw = result.setdefault(tuple(d.fold(value) for d, value in zip(dimensions, one.key, strict=False)), Raw())
        in_code = (one.key[len(dimensions)] if len(one.key) > len(dimensions) else code) or "CNY"
        raw.base.add(_tally(one.count, one.told, one.total, in_code))
        raw.part.add(_tally(*one.part, in_code))
    return result


def _grouped(
    rows: QuerySet[Any], reading: Reading, dimensions: list[Dimension], part: Q | None,
    amount: str | None, currency: str | None, code: str, part_amount: str | None = None,
) -> Keys:  # fmt: skip
    """One grouped query; sums by ``currency`` where they stand side by side, else all in ``code``. The part is summed
    over ``part_amount`` where that is another column."""
    keys = {f"key{n}": d.column(reading) for n, d in enumerate(dimensions)}
    if currency is not None:
        keys["key_currency"] = F(currency)
    found: dict[str, Any] = {"n": Count("pk")}
    if amount is not None:
        found |= {"told": Count(amount), "total": Sum(amount)}
    if part is not None:
        of = part_amount or amount
        found["part_n"] = Count("pk", filter=part or None)
        if of is not None:
            found |= {"part_told": Count(of, filter=part or None), "part_total": Sum(of, filter=part or None)}
    grouped: Iterable[dict[str, Any]]
    with _scanning(rows):
        if keys:
            grouped = list(rows.annotate(**keys).values(*keys).annotate(**found))
        else:
            grouped = [rows.aggregate(**found)]
    result: Keys = {}
    for row in grouped:
        key = tuple(d.fold(row[f"key{n}"]) for n, d in enumerate(dimensions))
        raw = result.setdefault(key, Raw())
        in_code = row.get("key_currency", code) or "CNY"
        raw.base.add(_tally(row["n"], row.get("told", 0), row.get("total"), in_code))
        raw.part.add(_tally(row.get("part_n", 0), row.get("part_told", 0), row.get("part_total"), in_code))
    return result


@contextmanager
def _scanning(rows: QuerySet[Any]) -> Iterator[None]:
    """Rows that are not narrowed by their signing are read in one walk: states over the table, projects over the index
    that holds all that is asked, where it does. SQLite only: it would walk another index for them and fetch each wide
    row by the way (125 ms of 262,000 states where the walk takes 36; 90 of 100,000 projects where it takes 25)."""
    if rows.model is Agreement and connection.vendor == "sqlite" and "states__valid_from" in str(rows.query.where):
        with connection.execute_wrapper(_from_the_left):
            yield
        return
    if connection.vendor != "sqlite" or rows.model not in (Project, ProjectState) or _is_narrow(rows.query.where):
        yield
        return
    table = f'FROM "{rows.model._meta.db_table}"'

    def rewrite(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if rows.model is ProjectState:
            sql = sql.replace(table, f"{table} NOT INDEXED", 1)
        elif _is_covered(sql):
            sql = sql.replace(table, f'{table} INDEXED BY "{MEASURES}"', 1)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(rewrite):
        yield


_JOIN = re.compile(r" (?:INNER|LEFT OUTER) JOIN (?=\"projects_project)")


def _from_the_left(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """Agreements are few: from them to their projects' states, and not from all states (220 ms) to theirs (1 ms)."""
    return execute(_JOIN.sub(" CROSS JOIN ", sql), params, many, context)


def _is_covered(sql: str) -> bool:
    """Whether a statement reads nothing of projects but what stands in the index of measures."""
    named = set(re.findall(r'"projects_project"\."(\w+)"', sql))
    return f'FROM "{Project._meta.db_table}" WHERE' in sql and "SELECT" not in sql[6:] and named <= _covered()


@lru_cache(maxsize=1)
def _covered() -> frozenset[str]:
    index = next(index for index in Project._meta.indexes if index.name == MEASURES)
    columns: list[Any] = [Project._meta.get_field(name) for name in index.fields]
    return frozenset(column.column for column in columns)


def _is_narrow(where: Any) -> bool:
    """Whether the signing date is bounded from below."""
    if isinstance(where, GreaterThanOrEqual):
        target = getattr(where.lhs, "target", None)
        return target is not None and target.name == "signed_on"
    return getattr(where, "connector", "") == "AND" and any(_is_narrow(child) for child in where.children)


def _tally(count: int, told: int, total: Any, code: str) -> Tally:
    return Tally(count, told, {} if not told or total is None else {code: Fraction(total)})


def _banded(definition: Definition, found: Keys, place: int) -> Keys:
    """Each other key's bands as they are printed: cumulative counts add up."""
    if definition.bands is None:
        return found
    by_rest: dict[tuple[Any, ...], dict[str, Raw]] = {}
    for key, raw in found.items():
        rest = key[:place] + key[place + 1 :]
        by_rest.setdefault(rest, {})[key[place]] = raw
    printed: Keys = {}
    for rest, slots in by_rest.items():
        for band, raw in into_bands(definition.bands, slots).items():
            printed[(*rest[:place], band, *rest[place:])] = raw
        if "" in slots:  # below or outside every band; its own line, so that nothing vanishes
            printed[(*rest[:place], "", *rest[place:])] = slots[""]
    return printed
