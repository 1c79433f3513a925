"""Sources as their pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, Q, When
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.viewer import Viewer

from ..access import visible_documents, visible_sources
from ..models import Fetch, Source, SourceItem
from ..rules.words import FETCHED, FetchOutcome, ItemOutcome, SourceKind, Trust

RECENT = timedelta(days=30)
FETCHES, ITEMS = 20, 100


@dataclass(frozen=True)
class SourceRow:
    pk: int
    name: str
    kind: str
    kind_label: str
    unit: str
    owner: str
    trust: str
    is_fetched: bool
    is_active: bool
    light: str
    state: str
    reason: str
    address: str
    last_success_at: datetime | None
    next_at: datetime | None
    recent: int
    total: int


@dataclass(frozen=True)
class FetchRow:
    pk: int
    at: datetime
    by: str
    outcome: str
    label: str
    tone: str
    taken: int
    known: int
    failed: int
    error: str
    seconds: int | None


@dataclass(frozen=True)
class ItemRow:
    name: str
    link: str
    label: str
    tone: str
    fault: str
    document_id: int | None  # None where the viewer may not see it
    title: str


def rows(viewer: Viewer, now: datetime) -> list[SourceRow]:
    """Every source in sight with how it does, those that fail first (two queries)."""
    held = list(visible_sources(viewer).select_related("unit", "owner"))
    counted = {
        row["came_by"]: (row["recent"], row["total"])
        for row in visible_documents(viewer)
        .filter(came_by__in=[s.pk for s in held])
        .order_by()
        .values("came_by")
        .annotate(total=Count("pk"), recent=Count("pk", filter=Q(at__gte=now - RECENT)))
    }
    made = [row_of(s, *counted.get(s.pk, (0, 0))) for s in held]
    order = list(SourceKind.values)
    return sorted(made, key=lambda r: (r.light != "red", not r.is_fetched, -order.index(r.kind), r.unit, r.name))


def row_of(source: Source, recent: int = 0, total: int = 0) -> SourceRow:
    light, state, reason = _state(source)
    return SourceRow(
        source.pk, source.name, source.kind, _(SourceKind(source.kind).label), source.unit.short_name,
        source.owner.name if source.owner else "", _(Trust(source.trust).label), source.kind in FETCHED,
        source.is_active, light, state, reason, source.address, source.last_success_at, source.next_at,
        recent, total,
    )  # fmt: skip


def _state(source: Source) -> tuple[str, str, str]:
    """Colour, word and reason."""
    if source.kind not in FETCHED:
        return "green", _("在用"), ""
    if not source.is_active:
        return "grey", _("已停用"), ""
    if source.busy_since:
        return "amber", _("采集中"), ""
    if source.failures:
        return "red", _("连续失败 {n} 次").format(n=source.failures), source.last_error
    if source.last_success_at is None:
        return "grey", _("尚未采集"), ""
    return "green", _("正常"), ""


def failing(viewer: Viewer) -> list[tuple[int, str, str]]:
    """(number, name, error) of the viewer's own sources that fail. One query."""
    mine = Source.objects.filter(owner_id=viewer.person_id, is_active=True, failures__gt=0).order_by("pk")
    return list(mine.values_list("pk", "name", "last_error")[:10])


def fetches(source: Source) -> list[FetchRow]:
    """The last looks, the newest first. One query."""
    tones = {FetchOutcome.DONE: "green", FetchOutcome.PARTLY: "amber", FetchOutcome.FAILED: "red"}
    return [
        FetchRow(
            f.pk, f.at, f.by.name if f.by else _("按时"), f.outcome, _(FetchOutcome(f.outcome).label),
            tones.get(FetchOutcome(f.outcome), "slate"), f.taken, f.known, f.failed, f.error,
            int((f.finished_at - f.at).total_seconds()) if f.finished_at else None,
        )
        for f in Fetch.objects.filter(source=source).select_related("by").order_by("-pk")[:FETCHES]
    ]  # fmt: skip


def items(viewer: Viewer, source: Source, fetch_id: int | None = None) -> list[ItemRow]:
    """What was found, the newest look first and in it what failed; of one look, or of all. Two queries."""
    found = SourceItem.objects.filter(source=source)
    if fetch_id is not None:
        found = found.filter(fetch_id=fetch_id)
    bad_first = Case(When(outcome=ItemOutcome.FAILED, then=0), default=1)
    held = list(found.order_by("-fetch_id", bad_first, "-pk")[:ITEMS])
    ids = [i.document_id for i in held if i.document_id]
    titles = dict(visible_documents(viewer).filter(pk__in=ids).values_list("pk", "title")) if ids else {}
    tones = {ItemOutcome.TAKEN: "green", ItemOutcome.KNOWN: "slate", ItemOutcome.FAILED: "red"}
    return [
        ItemRow(
            i.name, i.link if i.link.startswith(("http://", "https://")) else "", _(ItemOutcome(i.outcome).label),
            tones[ItemOutcome(i.outcome)], i.fault, i.document_id if i.document_id in titles else None,
            titles.get(i.document_id or 0, ""),
        )
        for i in held
    ]  # fmt: skip


def latest(viewer: Viewer, source: Source) -> list[tuple[int, str, datetime]]:
    """The last documents of a box that people bring to. One query."""
    mine = visible_documents(viewer).filter(came_by=source).order_by("-pk")
    return list(mine.values_list("pk", "title", "at")[:20])
