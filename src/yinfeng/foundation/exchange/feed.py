"""The change feed: what changed, in the order in which it was sealed, and never anything twice in another order.

The order is that of the audit chain. A row gets its number only after it is committed and settled, numbers have no gaps,
and a row that is committed late gets a later number: whoever has read up to N misses nothing (``docs/adr/0015``). A page
looks at a bounded window of numbers, so that it costs the same however long the trail is and however little of it the
viewer may see.

What the kinds are, who may see which object and how it is shown, the apps say through :func:`add_source`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.kernel.errors import DomainError

from .rules import cursors

KIND = "changes"
SIZE, MOST = 100, 200
# Sealed rows that one request looks at: first a little more than a page, which is enough for who sees everything, then so
# many at once; if that was not enough, the answer says that there is more.
WINDOW = 400


@dataclass(frozen=True)
class Entry:
    """One change. ``gone``: the object has left what the viewer may see; nothing but its number is told."""

    sequence: int
    at: datetime
    kind: str
    id: int
    verb: str
    named: dict[str, int] = field(default_factory=dict)  # parts of the object: {"milestone": 5, "phase": 3}
    gone: bool = False
    right: str = ""  # the line of the rights table under which the viewer may have it

    def as_json(self) -> dict[str, Any]:
        return {
            "sequence": self.sequence, "at": self.at, "kind": self.kind, "id": self.id, "verb": self.verb,
            "named": self.named, "gone": self.gone,
        }  # fmt: skip


@dataclass(frozen=True)
class FeedPage:
    """``cursor`` is where to go on from, also when nothing was found; ``more`` says to do so at once.

    ``scope_changed``: since the cursor was written the viewer's rights have changed, so that older changes may now be
    in sight (or out of it): read the lists anew.
    """

    entries: list[Entry]
    cursor: str
    more: bool
    scope_changed: bool
    position: int


@dataclass(frozen=True)
class Source:
    """What an app's objects of one audit kind are to the feed.

    ``right_of(verb)`` the line of the rights table that the change belongs to, or "" for what is nobody's business
    outside (following, looking); ``visible(viewer, right, ids)`` which of the objects the viewer may export;
    ``left(viewer, before)`` whether the old values say that the viewer had seen it until then; ``parts`` the keys of
    the audit row's new values that hold numbers of parts.
    """

    kind: str
    right_of: Callable[[str], str]
    visible: Callable[[Viewer, str, Collection[int]], set[int]]
    left: Callable[[Viewer, int, Mapping[str, Any]], bool]
    parts: Mapping[str, str]
    show: Callable[[Viewer, Iterable[Entry]], dict[str, list[Any]]]


_sources: dict[str, Source] = {}


def add_source(source: Source) -> None:
    _sources[source.kind] = source


def kinds() -> list[str]:
    return sorted(_sources)


def begin_cursor(viewer: Viewer) -> str:
    return cursors.write(KIND, [0, scope_of(viewer)])


def page(viewer: Viewer, since: str, *, size: int = SIZE) -> FeedPage:
    """What changed since the cursor (from the beginning where it is empty)."""
    scope = scope_of(viewer)
    after, known = _read(since) if since else (0, scope)
    found = step(viewer, after, size=size)
    return FeedPage(
        found.entries, cursors.write(KIND, [found.position, scope]), found.more, known != scope, found.position
    )


@dataclass(frozen=True)
class Step:
    entries: list[Entry]
    position: int
    more: bool


def step(viewer: Viewer, after: int, *, size: int) -> Step:
    """At most ``size`` entries after the seal number ``after``, out of at most ``MOST_STEPS`` windows."""
    entries: list[Entry] = []
    position = after
    seen: dict[tuple[str, str], dict[int, bool]] = {}
    for window in (size + size // 4, WINDOW):
        rows = _rows(position, window)
        for entry in _seen(viewer, rows, size + 1 - len(entries), seen):
            if len(entries) == size:
                # The next page begins after the last change told; what was looked at in vain is looked at again.
                return Step(entries, entries[-1].sequence, True)
            entries.append(entry)
        if rows:
            position = rows[-1].sequence
        if len(rows) < window:
            return Step(entries, position, False)
        if len(entries) == size:
            break
    return Step(entries, position, True)


def show(viewer: Viewer, entries: Iterable[Entry]) -> dict[str, list[Any]]:
    """The objects of the entries as they are now, by noun; what is gone is not among them."""
    by_kind: dict[str, list[Entry]] = {}
    for entry in entries:
        if not entry.gone:
            by_kind.setdefault(entry.kind, []).append(entry)
    shown: dict[str, list[Any]] = {}
    for kind, some in by_kind.items():
        shown |= _sources[kind].show(viewer, some)
    return shown


def newest() -> int:
    """The last sealed number."""
    return (
        AuditRow.objects.exclude(seal_number=None)
        .order_by("-seal_number")
        .values_list("seal_number", flat=True)
        .first()
        or 0
    )


def scope_of(viewer: Viewer) -> str:
    """A few letters that change when what the viewer may export changes."""
    told = []
    for kind in ("lead", "project", "confidential", "agreement", "list", "document"):
        for verb in "SX":
            reach = viewer.reach(kind, verb)
            told.append([kind, verb, reach.everything, sorted(reach.unit_ids), reach.linked, reach.named])
    return cursors.fingerprint(json.dumps(told))


def _read(since: str) -> tuple[int, str]:
    from django.utils.translation import gettext as _

    try:
        after, scope = cursors.read(KIND, since)
        if type(after) is not int or not 0 <= after < 2**62 or not isinstance(scope, str):
            raise cursors.Damaged
    except (cursors.Damaged, ValueError):
        raise DomainError(
            _("游标已损坏，或不属于变更流。"), code="cursor.damaged", field="since",
            fix=_("请使用上一次应答中的 cursor；从头开始请不带 since。"),
        ) from None  # fmt: skip
    return after, scope


class Row(NamedTuple):
    """A row of the trail without its values."""

    sequence: int
    verb: str
    kind: str
    object_id: int | None


def _rows(after: int, window: int) -> list[Row]:
    """The next rows of the trail: a walk along the unique index of numbers."""
    rows: Any = AuditRow.objects.filter(seal_number__gt=after).order_by("seal_number")
    return [Row(*row) for row in rows.values_list("seal_number", "verb", "object_kind", "object_id")[:window]]


def _seen(viewer: Viewer, rows: list[Row], most: int, known: dict[tuple[str, str], dict[int, bool]]) -> list[Entry]:
    """The first entries that the viewer may have out of these rows. Values are read of those alone; ``known`` remembers
    which objects were asked about already."""
    asked: dict[tuple[str, str], set[int]] = {}
    relevant: list[tuple[Row, Source, int, str]] = []
    rights: dict[tuple[str, str], str] = {}
    for row in rows:
        source = _sources.get(row.kind)
        if source is None or row.object_id is None:
            continue
        right = rights.get((row.kind, row.verb))
        if right is None:
            right = source.right_of(row.verb)
            rights[row.kind, row.verb] = right = right if right and viewer.may(right, "X") else ""
        if right:
            relevant.append((row, source, row.object_id, right))
            asked.setdefault((row.kind, right), set()).add(row.object_id)
    for key, ids in asked.items():
        told = known.setdefault(key, {})
        if fresh := ids - told.keys():
            good = _sources[key[0]].visible(viewer, key[1], fresh)
            told |= {pk: pk in good for pk in fresh}
    gone = _left(viewer, [r for r in relevant if not known[r[0].kind, r[3]][r[2]]])
    wanted = [
        line for line in relevant if known[line[0].kind, line[3]][line[2]] or line[0].sequence in gone
    ][:most]  # fmt: skip
    numbers = [line[0].sequence for line in wanted]
    values = {
        number: (at, after)
        for number, at, after in AuditRow.objects.filter(seal_number__in=numbers).values_list(
            "seal_number", "at", "after"
        )
    }
    found = []
    for row, source, pk, right in wanted:
        at, after = values[row.sequence]
        is_gone = row.sequence in gone
        named = {} if is_gone else _parts(source, after)
        found.append(Entry(row.sequence, at, row.kind, pk, "left" if is_gone else row.verb, named, is_gone, right))
    return found


# Only such changes take an object out of sight: who led it, where it lands, whether it is confidential.
_MOVING = ("project.edit", "flag.raise", "lead.edit", "undertaking.reassign", "undertaking.cancel")


def _left(viewer: Viewer, unseen: list[tuple[Row, Source, int, str]]) -> set[int]:
    """The sequences of those changes that took their object out of the viewer's sight."""
    moving = {row.sequence: (source, pk) for row, source, pk, _right in unseen if row.verb in _MOVING}
    if not moving:
        return set()
    before = AuditRow.objects.filter(seal_number__in=list(moving), before__isnull=False)
    return {
        number
        for number, old in before.values_list("seal_number", "before")
        if number is not None and isinstance(old, dict) and moving[number][0].left(viewer, moving[number][1], old)
    }


def _parts(source: Source, after: Any) -> dict[str, int]:
    if not isinstance(after, dict):
        return {}
    told = {name: after[key] for key, name in source.parts.items() if type(after.get(key)) is int}
    if isinstance(fact := after.get("fact"), str) and type(after.get("id")) is int and fact in source.parts:
        told[source.parts[fact]] = after["id"]
    return told
