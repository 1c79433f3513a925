"""Sharing out the credit of projects between units, in the assessment view only."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.db.models import Case, F, Q, Value, When

from ..models import CreditShare
from ..rules.figures import Raw, Tally
from .asking import Ask
from .dimensions import Dimension

UNITS = ("unit", "district")


def shares_of(ask: Ask) -> dict[int, list[tuple[int, Fraction]]]:
    """Project -> units and their shares, as they stand or stood. One query."""
    rows = CreditShare.objects.filter(ended_at=None)
    if ask.known_at is not None:
        rows = CreditShare.objects.filter(Q(ended_at=None) | Q(ended_at__gt=ask.known_at), at__lte=ask.known_at)
    found: dict[int, list[tuple[int, Fraction]]] = {}
    for project, unit, percent in rows.order_by("pk").values_list("project_id", "unit_id", "percent"):
        found.setdefault(project, []).append((unit, Fraction(percent) / 100))
    return found


def shared_item(shares: dict[int, Any]) -> Dimension:
    """Each shared project by itself, and all others together under 0."""
    return Dimension(
        "item",
        lambda r: Case(When(**{f"{r.pk}__in": list(shares)}, then=F(r.pk)), default=Value(0)),
        lambda value: value or 0, (), str, lambda key: key,
    )  # fmt: skip


def share_out(
    found: dict[tuple[Any, ...], Raw], dimensions: list[Dimension], shares: dict[int, list[tuple[int, Fraction]]]
) -> dict[tuple[Any, ...], Raw]:
    """From figures by the dimensions and, last, the shared project, to those by the dimensions: what a unit led goes by
    shares to the units that share it."""
    place = next(n for n, d in enumerate(dimensions) if d.name in UNITS)
    result: dict[tuple[Any, ...], Raw] = {}
    for (*key, item), raw in found.items():
        if not item:
            result.setdefault(tuple(key), Raw()).add(raw)
            continue
        for unit, part in shares[item]:
            here = [*key]
            here[place] = dimensions[place].fold(unit)
            result.setdefault(tuple(here), Raw()).add(Raw(_scaled(raw.base, part), _scaled(raw.part, part)))
    return result


def _scaled(tally: Tally, part: Fraction) -> Tally:
    return Tally(tally.count * part, tally.told * part, {code: amount * part for code, amount in tally.sums.items()})
