"""Which rule is in force."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from django.db.models import F, Q

from .models import Rule
from .rules import InForce, Standard, digest_of

T = TypeVar("T")
_standards: dict[str, Standard] = {}
_parsed: dict[tuple[str, str], Any] = {}


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
    whose = Q(unit=None) | Q(unit_id=unit_id) if unit_id else Q(unit=None)
    rule = (
        Rule.objects.filter(whose, kind=kind, valid_from__lte=on, approver__isnull=False)
        .order_by(F("unit_id").desc(nulls_last=True), "-valid_from", "-version")
        .first()
    )
    if rule is None:
        return _as_shipped(kind)
    return InForce(kind, rule.version, rule.body, rule.digest)


def in_force_many(kinds: Collection[str], on: date) -> dict[str, InForce]:
    """The general edition of each kind in force on a day, as :func:`in_force` answers for one. One query."""
    rows = Rule.objects.filter(unit=None, kind__in=kinds, valid_from__lte=on, approver__isnull=False)
    found = {kind: _as_shipped(kind) for kind in kinds}
    for rule in rows.order_by("kind", "valid_from", "version"):
        found[rule.kind] = InForce(rule.kind, rule.version, rule.body, rule.digest)
    return found


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
    rows = Rule.objects.filter(unit=None, valid_from__lte=on, approver__isnull=False)
    found = {kind: _as_shipped(kind) for kind in _standards}
    for rule in rows.order_by("kind", "valid_from", "version"):
        found[rule.kind] = InForce(rule.kind, rule.version, rule.body, rule.digest)
    return found


@lru_cache(maxsize=64)
def _as_shipped(kind: str) -> InForce:
    body = _standards[kind].body
    return InForce(kind, 0, body, digest_of(body))


def as_text(body: Any) -> str:
    """A body as people edit it."""
    import yaml

    return yaml.safe_dump(body, allow_unicode=True, sort_keys=False, width=110)
