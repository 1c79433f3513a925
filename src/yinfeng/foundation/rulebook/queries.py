"""Which rule is in force."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import F, Q

from .models import Rule
from .rules import InForce, Standard, digest_of

T = TypeVar("T")
_standards: dict[str, Standard] = {}
_parsed: dict[tuple[str, str], Any] = {}
_TABLE = Rule._meta.db_table


def add_standard(standard: Standard) -> None:
    """Ship a standard edition (called from ``AppConfig.ready``)."""
    standard.check(standard.body)
    _standards[standard.kind] = standard


def standards() -> list[Standard]:
    return sorted(_standards.values(), key=lambda s: s.kind)


def standard(kind: str) -> Standard:
    return _standards[kind]


def in_force(kind: str, on: date, *, unit_id: int | None = None) -> InForce:
    """The approved edition of ``kind`` on a day: a unit's own before the general one, else the standard. One query."""
    if unit_id is None:
        return in_force_many((kind,), on)[kind]
    rule = (
        Rule.objects.filter(Q(unit=None) | Q(unit_id=unit_id), kind=kind, valid_from__lte=on, approver__isnull=False)
        .order_by(F("unit_id").desc(nulls_last=True), "-valid_from", "-version")
        .first()
    )
    if rule is None:
        return _as_shipped(kind)
    return InForce(kind, rule.version, rule.body, rule.digest)


# The edition of each kind that was read last. An edition is never changed once written, so its body is read once a
# process; which edition is in force is asked every time.
_last: dict[str, InForce] = {}


# What was in force, by day, for the request that reads once (a GET: it writes nothing).
_reading: ContextVar[dict[date, dict[str, InForce]] | None] = ContextVar("reading", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Inside, all kinds are asked with the first one, and again for no other: for one reading of one page."""
    token = _reading.set({})
    try:
        yield
    finally:
        _reading.reset(token)


def in_force_many(kinds: Collection[str], on: date) -> dict[str, InForce]:
    """The general edition of each kind in force on a day, as :func:`in_force` answers for one. One query; none where
    this reading has asked before."""
    reading = _reading.get()
    if reading is None:
        return _newest(tuple(kinds), on)
    if on not in reading:
        reading[on] = _newest(tuple(_standards), on)
    return {kind: reading[on][kind] for kind in kinds}


def _newest(kinds: tuple[str, ...], on: date) -> dict[str, InForce]:
    """In SQL, since every page asks it. A body comes only where it is not the one that was read last."""
    found = {kind: _as_shipped(kind) for kind in kinds}
    last = [_last.get(kind) for kind in kinds]
    marks = ", ".join(["%s"] * len(kinds))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT kind, version, digest, CASE WHEN digest IN ({marks}) THEN NULL ELSE body END FROM {_TABLE}"  # noqa: S608
            " WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER"
            f" (PARTITION BY kind ORDER BY valid_from DESC, version DESC) AS place FROM {_TABLE}"
            f" WHERE kind IN ({marks}) AND valid_from <= %s AND unit_id IS NULL AND approver_id IS NOT NULL) AS editions"
            " WHERE place = 1)",
            [*(rule.digest if rule else "" for rule in last), *kinds, on],
        )
        rows = cursor.fetchall()
    for kind, version, digest, body in rows:
        known = _last.get(kind)
        if body is not None:
            known = _last[kind] = InForce(kind, version, json.loads(body), digest)
        elif known is None or known.digest != digest:  # another kind's text, or another thread read another edition
            return {**found, **_read(kinds, on)}
        found[kind] = known if known.version == version else replace(known, version=version)
    return found


def _read(kinds: Collection[str], on: date) -> dict[str, InForce]:
    rows = Rule.objects.filter(unit=None, kind__in=kinds, valid_from__lte=on, approver__isnull=False)
    return {
        rule.kind: InForce(rule.kind, rule.version, rule.body, rule.digest)
        for rule in rows.order_by("kind", "valid_from", "version")
    }


def parsed(kind: str, on: date, parse: Callable[[Any], T]) -> tuple[T, str]:
    """The rule of a kind in force on a day as ``parse`` reads it, and its stamp. One query; an edition is parsed once a
    process."""
    rule = in_force(kind, on)
    if (kind, rule.digest) not in _parsed:
        _parsed[kind, rule.digest] = parse(rule.body)
    found: T = _parsed[kind, rule.digest]
    return found, rule.stamp


def all_in_force(on: date) -> dict[str, InForce]:
    """The general edition of every kind on a day. One query, however many kinds there are."""
    return in_force_many(tuple(_standards), on)


@lru_cache(maxsize=64)
def _as_shipped(kind: str) -> InForce:
    body = _standards[kind].body
    return InForce(kind, 0, body, digest_of(body))


def as_text(body: Any) -> str:
    """A body as people edit it."""
    import yaml

    return yaml.safe_dump(body, allow_unicode=True, sort_keys=False, width=110)
