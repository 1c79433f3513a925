"""What lists choose from and print names by: small tables, each read in one query and kept in memory for a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from yinfeng.domain.chains.models import IndustryGroup, Segment
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
    owner: str


def units() -> Units:
    """One query."""
    rows = Unit.objects.order_by("path").values_list("pk", "path", "short_name", "kind", "is_active")
    return Units(tuple(UnitLine(*row) for row in rows))


def segments() -> list[SegmentLine]:
    """Segments of the chains in use, chain by chain. One query."""
    rows = Segment.objects.filter(chain__is_active=True).order_by("chain__order", "chain_id", "order", "pk")
    return [SegmentLine(*row) for row in rows.values_list("pk", "name", "chain_id", "chain__name")]


def groups() -> list[tuple[int, str, str]]:
    """(id, scheme, name) of the industry groups in use. One query."""
    rows = IndustryGroup.objects.filter(is_active=True).order_by("scheme", "order", "pk")
    return list(rows.values_list("pk", "scheme", "name"))


def listings() -> list[str]:
    """Names of the lists that projects stand on. One query."""
    return list(Listing.objects.order_by("name").values_list("name", flat=True).distinct()[:100])


def saved_views(viewer: Viewer) -> list[ViewLine]:
    """One's own views and those that are shared, pinned ones first. One query."""
    from django.db.models import Q

    mine = Q(owner_id=viewer.person_id)
    rows = SavedView.objects.filter(mine | Q(is_shared=True)).order_by("-is_pinned", "pk")[:60]
    told = rows.values_list("pk", "name", "query", "owner_id", "is_shared", "is_pinned", "owner__name")
    return [ViewLine(pk, n, q, owner == viewer.person_id, s, p, who) for pk, n, q, owner, s, p, who in told]


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
