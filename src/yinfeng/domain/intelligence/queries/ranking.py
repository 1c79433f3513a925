"""What the desk works out of a document by its rules: its twins, the priority of its records, which city they tell of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from yinfeng.foundation.accounts.models import Unit
from yinfeng.foundation.rulebook.queries import parsed

from ..models import Document, Proposal, SketchValue
from ..rules.draft import draft_of
from ..rules.priority import PriorityRule, Signs, parse_priority, rank
from ..rules.sketch import ALIKE, indexed, likeness
from ..rules.watch import WatchRule, month_of, parse_watch, region_told
from ..rules.words import ProposalKind, ProposalStatus, Trust

MOST_WEIGHED = 40


@dataclass(frozen=True)
class Ground:
    """The rules of a day and the names of our own places; ``stamp`` tells whether a record was ranked by them."""

    priority: PriorityRule
    watch: WatchRule
    ours: tuple[str, ...]
    stamp: str


def ground(on: date) -> Ground:
    """Three queries."""
    priority, first = parsed("desk_priority", on, parse_priority)
    watch, second = parsed("city_watch", on, parse_watch)
    places = Unit.objects.filter(is_active=True, kind__in=["city", "district", "park"]).values_list(
        "name", "short_name"
    )
    ours = tuple(dict.fromkeys(name for pair in places for name in pair if name))
    return Ground(priority, watch, ours, f"{first}; {second}"[:80])


@dataclass(frozen=True)
class Twin:
    """The first document on record that tells the same news."""

    root_id: int
    likeness: float


def twin_of(values: Sequence[int], *, before: int | None = None) -> Twin | None:
    """The document on record that is most like a sketch, as the first of its group. Two queries. ``before``: only
    documents with smaller numbers, so that a document is never the twin of a later one."""
    if not values:
        return None
    rows = SketchValue.objects.filter(value__in=indexed(values))
    if before is not None:
        rows = rows.filter(document_id__lt=before)
    shared = Counter(rows.order_by().values_list("document_id", flat=True)[:5_000])
    ids = [pk for pk, _n in shared.most_common(MOST_WEIGHED)]
    if not ids:
        return None
    held = Document.objects.filter(pk__in=ids).values_list("pk", "same_as_id", "sketch")
    weighed = [(likeness(values, kept), -pk, root or pk) for pk, root, kept in held]
    best = max(weighed, default=None)
    return Twin(best[2], round(best[0], 3)) if best is not None and best[0] >= ALIKE else None


def rank_all(document: Document, proposals: Iterable[Proposal], known: Ground, trust: str) -> None:
    """Put priority, reasons, city and month on the records, and the highest open priority on the document (unsaved)."""
    held = list(proposals)
    for proposal in held:
        _rank(document, proposal, known, trust)
    document.priority = max((p.priority for p in held if p.status == ProposalStatus.OPEN), default=0)


def _rank(document: Document, proposal: Proposal, known: Ground, trust: str) -> None:
    read: dict[str, Any] = proposal.fields
    is_project = proposal.kind == ProposalKind.PROJECT
    where = str(read.get("place" if is_project else "scope") or "")
    proposal.ranked_by = known.stamp
    told = [where, *(str(span["quote"]) for span in proposal.spans), document.title]
    proposal.region = region_told(told, known.ours, known.watch.neighbours)[:40]
    proposal.month = month_of(read.get("date" if is_project else "period"), document.doc_date)
    proposal.priority, proposal.reasons = 0, []
    if not is_project:
        return
    draft = draft_of(read)
    named = f"{where}{draft.name}"
    found = rank(
        Signs(
            investment_cny=draft.investment_cny, confidence=float(proposal.confidence), stage=read.get("stage"),
            is_first=document.same_as_id is None, names_us=any(len(n) > 1 and n in named for n in known.ours),
            trust=trust or Trust.ORDINARY,
        ),
        known.priority,
    )  # fmt: skip
    proposal.priority, proposal.reasons = found.points, [list(reason) for reason in found.reasons]
