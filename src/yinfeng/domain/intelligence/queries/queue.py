"""The queue: documents the viewer may see, the most pressing first, with how far each is. Never loads a text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.models import Unit
from yinfeng.foundation.accounts.viewer import Viewer

from ..access import visible_documents
from ..models import Document, Proposal
from ..rules.words import DocumentStatus, ProposalStatus
from .stories import copies_of

PAGE_SIZE = 30
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class QueueFilter:
    """``status`` blank: all; ``unit_id`` None: every unit in sight; ``order``: "" the most pressing first, "newest",
    "oldest"."""

    status: str = DocumentStatus.QUEUE
    unit_id: int | None = None
    words: str = ""
    order: str = ""


@dataclass(frozen=True)
class QueueRow:
    pk: int
    title: str
    source: str
    doc_date: date | None
    at: datetime
    unit: str
    by: str
    status: str
    size: int
    is_repaired: bool
    total: int
    open: int
    accepted: int
    rejected: int
    figures: int
    priority: int
    copies: int  # documents in sight that tell the same news, this one included

    @property
    def decided(self) -> int:
        return self.total - self.open

    @property
    def is_done(self) -> bool:
        return self.status == DocumentStatus.DONE

    @property
    def status_label(self) -> str:
        return _(DocumentStatus(self.status).label)


@dataclass(frozen=True)
class QueuePage:
    """One page. ``after`` and ``before`` are the keys of its neighbours, None where there is none."""

    rows: tuple[QueueRow, ...]
    counts: dict[str, int]
    total: int
    after: int | None
    before: int | None
    total_is_capped: bool


def queue(
    viewer: Viewer, chosen: QueueFilter, *, after: int | None = None, before: int | None = None, size: int = PAGE_SIZE
) -> QueuePage:
    """One keyset page, and the capped number of documents by status (five queries)."""
    seen = visible_documents(viewer)
    if chosen.unit_id:
        seen = seen.filter(unit_id=chosen.unit_id)
    if words := chosen.words.strip()[:60]:
        seen = seen.filter(Q(title__icontains=words) | Q(source__icontains=words))
    counts = {s: _capped(seen.filter(status=s)) for s in DocumentStatus.values}
    rows = seen.filter(status=chosen.status) if chosen.status else seen
    backwards = before is not None
    rows = _ordered(rows, chosen.order, before if backwards else after, backwards)
    ids = list(rows.values_list("pk", flat=True)[: size + 1])
    more = len(ids) > size
    ids = ids[:size]
    if backwards:
        ids.reverse()
    has_before = more if backwards else after is not None
    has_after = backwards or more
    return QueuePage(
        tuple(_rows(viewer, ids)),
        counts,
        counts[chosen.status] if chosen.status else min(sum(counts.values()), MOST_COUNTED + 1),
        ids[-1] if ids and has_after else None,
        ids[0] if ids and has_before else None,
        any(n > MOST_COUNTED for n in counts.values()),
    )


def _ordered(rows: QuerySet[Document], order: str, key: int | None, backwards: bool) -> QuerySet[Document]:
    """The rows behind ``key``, or before it, in their order; the caller turns what was read backwards."""
    if order in ("newest", "oldest"):
        rising = (order == "oldest") != backwards
        if key is not None:
            rows = rows.filter(pk__gt=key) if rising else rows.filter(pk__lt=key)
        return rows.order_by("pk" if rising else "-pk")
    at = None if key is None else Document.objects.filter(pk=key).values_list("priority", flat=True).first()
    if at is not None and backwards:
        rows = rows.filter(priority__gte=at).exclude(priority=at, pk__lte=key)
    elif at is not None:
        rows = rows.filter(priority__lte=at).exclude(priority=at, pk__gte=key)
    return rows.order_by("priority", "pk") if backwards else rows.order_by("-priority", "-pk")


def _rows(viewer: Viewer, ids: list[int]) -> list[QueueRow]:
    made = {}
    held = Document.objects.filter(pk__in=ids).values(
        "pk",
        "title",
        "source",
        "doc_date",
        "at",
        "unit__short_name",
        "uploaded_by__name",
        "status",
        "size",
        "repairs",
        "priority",
        "same_as_id",
    )
    tally = {
        t["document_id"]: t
        for t in Proposal.objects.filter(document_id__in=ids)
        .order_by()
        .values("document_id")
        .annotate(
            total=Count("pk", filter=~Q(status=ProposalStatus.KEPT)),
            open=Count("pk", filter=Q(status=ProposalStatus.OPEN)),
            accepted=Count("pk", filter=Q(status=ProposalStatus.ACCEPTED)),
            rejected=Count("pk", filter=Q(status=ProposalStatus.REJECTED)),
            figures=Count("pk", filter=Q(status=ProposalStatus.KEPT)),
        )
    }
    copies = copies_of(viewer, {d["pk"]: d["same_as_id"] or d["pk"] for d in held})
    none = {"total": 0, "open": 0, "accepted": 0, "rejected": 0, "figures": 0}
    for d in held:
        t = tally.get(d["pk"], none)
        made[d["pk"]] = QueueRow(
            d["pk"], d["title"], d["source"], d["doc_date"], d["at"], d["unit__short_name"],
            d["uploaded_by__name"] or "", d["status"], d["size"], bool(d["repairs"]), t["total"], t["open"],
            t["accepted"], t["rejected"], t["figures"], d["priority"], copies.get(d["pk"], 1),
        )  # fmt: skip
    return [made[pk] for pk in ids if pk in made]


def _capped(rows: QuerySet[Document]) -> int:
    return rows.order_by()[: MOST_COUNTED + 1].count()


def units_in_sight(viewer: Viewer) -> list[tuple[int, str]]:
    """The units that have documents the viewer may see, in the official order."""
    rows = Unit.objects.filter(pk__in=visible_documents(viewer).order_by().values("unit_id")).order_by("path")
    return list(rows.values_list("pk", "short_name"))


def waiting(viewer: Viewer) -> int:
    """How many documents wait for this viewer's decision (capped)."""
    return _capped(visible_documents(viewer, "V").filter(status=DocumentStatus.QUEUE))
