"""What lists choose from and print names by: small tables, each read in one query and kept in memory for a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection

from yinfeng.domain.chains.models import Chain, IndustryGroup, Segment
from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.accounts.rules import UnitKind
from yinfeng.foundation.accounts.viewer import Viewer

from ..models import Listing, SavedView


@dataclass(frozen=True)
class UnitLine:
    id: int
    path: str
    short_name: str
    kind: str
    is_active: bool

    @property
    def depth(self) -> int:
        return self.path.count(".") - 1

    @property
    def indented(self) -> str:
        return "\u3000" * self.depth + self.short_name


@dataclass(frozen=True)
class Units:
    """All units in official order."""

    lines: tuple[UnitLine, ...]

    @cached_property
    def by_id(self) -> dict[int, UnitLine]:
        return {line.id: line for line in self.lines}

    def name(self, unit_id: int | None) -> str:
        line = self.by_id.get(unit_id) if unit_id else None
        return line.short_name if line else ""

    def below(self, unit_id: int) -> list[int]:
        """The unit and everything under it, as ids: a list of numbers in an index beats a join on the path."""
        top = self.by_id.get(unit_id)
        return [line.id for line in self.lines if line.path.startswith(top.path)] if top else []

    @cached_property
    def leading(self) -> list[UnitLine]:
        """Units that lead projects: all but departments."""
        return [line for line in self.lines if line.is_active and line.kind != UnitKind.DEPARTMENT]

    @cached_property
    def landing(self) -> list[UnitLine]:
        return [line for line in self.lines if line.is_active and line.kind in (UnitKind.DISTRICT, UnitKind.PARK)]


@dataclass(frozen=True)
class SegmentLine:
    id: int
    name: str
    chain_id: int
    chain: str


@dataclass(frozen=True)
class ViewLine:
    id: int
    name: str
    query: str
    is_mine: bool
    is_shared: bool
    is_pinned: bool


_UNITS = f"SELECT id, path, short_name, kind, is_active FROM {Unit._meta.db_table} ORDER BY path"  # noqa: S608


def units() -> Units:
    """One query."""
    with connection.cursor() as cursor:
        cursor.execute(_UNITS)
        rows = cursor.fetchall()
    return Units(tuple(UnitLine(pk, path, name, kind, bool(active)) for pk, path, name, kind, active in rows))


def segments() -> list[SegmentLine]:
    """Segments of the chains in use, chain by chain. One query."""
    rows = Segment.objects.filter(chain__is_active=True).order_by("chain__order", "chain_id", "order", "pk")
    return [SegmentLine(*row) for row in rows.values_list("pk", "name", "chain_id", "chain__name")]


def groups() -> list[tuple[int, str, str]]:
    """(id, scheme, name) of the industry groups in use. One query."""
    rows = IndustryGroup.objects.filter(is_active=True).order_by("scheme", "order", "pk")
    return list(rows.values_list("pk", "scheme", "name"))


@dataclass(frozen=True)
class Menu:
    """What the query form offers and the views row shows."""

    chains: list[tuple[int, str]]
    segments: list[SegmentLine]
    groups: list[tuple[int, str, str]]  # (id, scheme, name)
    listings: list[str]
    views: list[ViewLine]

    def segment_name(self, segment_id: int) -> str:
        return next((line.name for line in self.segments if line.id == segment_id), "")


_MENU = f"""
SELECT 'chain', id, name, '', 0, 0, "order" FROM {Chain._meta.db_table} WHERE is_active
UNION ALL
SELECT 'segment', s.id, s.name, c.name, c.id, 0, s."order" FROM {Segment._meta.db_table} s
JOIN {Chain._meta.db_table} c ON c.id = s.chain_id WHERE c.is_active
UNION ALL
SELECT 'group', id, name, scheme, 0, 0, "order" FROM {IndustryGroup._meta.db_table} WHERE is_active
UNION ALL
SELECT 'listing', 0, name, '', 0, 0, 0 FROM (SELECT DISTINCT name FROM {Listing._meta.db_table} WHERE voided_at IS NULL) AS names
UNION ALL
SELECT 'view', id, name, query, owner_id, (CASE WHEN is_shared THEN 1 ELSE 0 END) + (CASE WHEN is_pinned THEN 2 ELSE 0 END), 0
FROM {SavedView._meta.db_table} WHERE owner_id = %s OR is_shared
"""  # noqa: S608 - names of our own tables


def menu(viewer: Viewer) -> Menu:
    """Chains, segments, industry groups, names of listings, and the views one may use: one query for all of them, and
    in SQL, since it runs with every list and putting it together as a queryset costs more than running it."""
    by_tag: dict[str, list[Any]] = {"chain": [], "segment": [], "group": [], "listing": [], "view": []}
    with connection.cursor() as cursor:
        cursor.execute(_MENU, [viewer.person_id])
        for tag, *rest in cursor.fetchall():
            by_tag[tag].append(rest)
    chains = [(pk, name) for pk, name, _m, _p, _f, _o in sorted(by_tag["chain"], key=lambda r: (r[5], r[0]))]
    place = {pk: at for at, (pk, _name) in enumerate(chains)}
    return Menu(
        chains=chains,
        segments=[
            SegmentLine(pk, name, parent, chain)
            for pk, name, chain, parent, _f, _o in sorted(
                by_tag["segment"], key=lambda r: (place.get(r[3], 0), r[5], r[0])
            )
        ],
        groups=[(r[0], r[2], r[1]) for r in sorted(by_tag["group"], key=lambda r: (r[2], r[5], r[0]))],
        listings=sorted(r[1] for r in by_tag["listing"]),
        views=[
            ViewLine(pk, name, query, owner == viewer.person_id, bool(flag % 2), flag >= 2)
            for pk, name, query, owner, flag, _o in sorted(by_tag["view"], key=lambda r: (r[4] < 2, r[0]))
        ],
    )


def people(words: str, limit: int = 20) -> list[tuple[int, str, str]]:
    """(id, name, unit) of active people whose name holds ``words``: choosers search and never load all."""
    found = (
        Person.objects.filter(is_active=True, name__contains=words[:40], posts__until_date=None)
        .exclude(posts=None)
        .order_by("name", "pk")
        .values_list("pk", "name", "posts__unit__short_name")[: limit * 3]
    )
    once: dict[int, tuple[int, str, str]] = {}
    for pk, name, unit in found:
        once.setdefault(pk, (pk, name, unit or ""))
    return list(once.values())[:limit]


def names(ids: Sequence[int]) -> dict[int, str]:
    """Names of people by id. One query."""
    return dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
