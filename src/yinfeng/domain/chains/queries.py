"""Reads of chains for choosers and counts. The whole vocabulary is small: a few dozen chains, a few hundred segments."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from .models import Chain, IndustryGroup, Segment
from .rules import Position


@dataclass(frozen=True)
class SegmentRow:
    pk: int
    code: str
    name: str
    position: str
    position_label: str


@dataclass(frozen=True)
class Column:
    label: str
    segments: tuple[SegmentRow, ...]


@dataclass(frozen=True)
class ChainRow:
    pk: int
    code: str
    name: str
    is_active: bool
    segments: tuple[SegmentRow, ...]

    @property
    def columns(self) -> list[Column]:
        """The panorama: upstream, midstream, downstream, each with its segments."""
        return [Column(_(p.label), self.at(p)) for p in Position]

    def at(self, position: str) -> tuple[SegmentRow, ...]:
        """The segments of one column of the panorama: upstream, midstream or downstream."""
        return tuple(s for s in self.segments if s.position == position)


@dataclass(frozen=True)
class GroupRow:
    pk: int
    scheme: str
    name: str
    is_active: bool


def chains(*, with_retired: bool = False) -> list[ChainRow]:
    """The chains with their segments, in order (two queries)."""
    rows = Chain.objects.all() if with_retired else Chain.objects.filter(is_active=True)
    by_chain: dict[int, list[SegmentRow]] = {}
    for s in Segment.objects.filter(chain__in=rows).order_by("order", "pk"):
        row = SegmentRow(s.pk, s.code, s.name, s.position, _(Position(s.position).label))
        by_chain.setdefault(s.chain_id, []).append(row)
    return [ChainRow(c.pk, c.code, c.name, c.is_active, tuple(by_chain.get(c.pk, ()))) for c in rows]


def segment_choices() -> list[tuple[str, list[tuple[int, str]]]]:
    """Segments for a ``<select>``, grouped by chain: ``[(chain, [(pk, segment), …]), …]``."""
    return [(c.name, [(s.pk, f"{s.position_label} · {s.name}") for s in c.segments]) for c in chains() if c.segments]


def industry_groups(scheme: str | None = None, *, with_retired: bool = False) -> list[GroupRow]:
    """The groups of one scheme, or of all, in order (one query)."""
    rows = IndustryGroup.objects.all()
    if scheme is not None:
        rows = rows.filter(scheme=scheme)
    if not with_retired:
        rows = rows.filter(is_active=True)
    return [GroupRow(g.pk, g.scheme, g.name, g.is_active) for g in rows]
