"""The queue record by record: open records of every waiting document in sight, the most pressing first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yinfeng.domain.projects.access import visible_projects
from yinfeng.foundation.accounts import access as rights
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.text import normalise_name

from ..models import Proposal
from ..rules.draft import unsure_figures
from ..rules.priority import in_words
from ..rules.text import Piece, Span, pieces
from ..rules.words import DocumentStatus, ProposalKind, ProposalStatus, ReadStage, group_of
from .drafts import current_draft
from .review import amount_words, confidence_of
from .stories import copies_of, root_id

PAGE_SIZE = 30
MOST_COUNTED = 10_000
BOTH_SIDES = 60


@dataclass(frozen=True)
class RecordRow:
    pk: int
    document_id: int
    title: str
    investor: str
    amount: str
    stage: str
    place: str
    document: str
    doc_date: date | None
    unit: str
    priority: int
    reasons: tuple[str, ...]
    confidence: str
    tone: str
    to_check: bool
    copies: int  # documents in sight that tell the same news, this one included
    known: str  # a project on record of the same name, where the viewer sees one
    quote: str


@dataclass(frozen=True)
class RecordsPage:
    """``after`` is the key of the page behind; the front page has no key."""

    rows: tuple[RecordRow, ...]
    total: int
    total_is_capped: bool
    after: int | None
    before: int | None = None


def open_records(viewer: Viewer, verb: str = "S") -> QuerySet[Proposal]:
    """Records that wait for a decision, of documents on which the viewer may use the verb."""
    waiting = Proposal.objects.filter(
        kind=ProposalKind.PROJECT, status=ProposalStatus.OPEN, document__status=DocumentStatus.QUEUE
    )
    return rights.within(waiting, viewer, "document", verb, key="document_id")


def records(
    viewer: Viewer, words: str = "", unit_id: int | None = None, after: int | None = None, size: int = PAGE_SIZE
) -> RecordsPage:
    """One keyset page by priority (about six queries, however many there are)."""
    seen = open_records(viewer)
    if unit_id:
        seen = seen.filter(document__unit_id=unit_id)
    if words := words.strip()[:60]:
        seen = seen.filter(document__title__icontains=words)
    total = seen.order_by()[: MOST_COUNTED + 1].count()
    rows = seen.order_by("-priority", "-pk")
    if (
        after is not None
        and (last := Proposal.objects.filter(pk=after).values_list("priority", flat=True).first()) is not None
    ):
        rows = rows.filter(priority__lte=last).exclude(priority=last, pk__gte=after)
    held = list(rows.select_related("document", "document__unit").defer(*_TEXTS)[: size + 1])
    more = len(held) > size
    held = held[:size]
    return RecordsPage(tuple(rows_of(viewer, held)), total, total > MOST_COUNTED, held[-1].pk if more else None)


_TEXTS = ("document__raw_text", "document__readable_text", "document__reading", "document__sketch", "document__repairs")


def chosen(viewer: Viewer, ids: Iterable[int], verb: str = "V") -> list[Proposal]:
    """The picked records on which the viewer may decide, in order of priority. One query."""
    found = open_records(viewer, verb).filter(pk__in=list(ids)).select_related("document", "document__unit")
    return list(found.defer(*_TEXTS).order_by("-priority", "-pk"))


def rows_of(viewer: Viewer, held: Sequence[Proposal]) -> list[RecordRow]:
    """Two queries for all of them: other documents with the same news, projects of the same name."""
    drafts = {p.pk: current_draft(p) for p in held}
    copies = copies_of(viewer, {p.document_id: root_id(p.document) for p in held})
    keys = {normalise_name(d.name) for d in drafts.values() if d.name}
    known = dict(visible_projects(viewer).filter(name_key__in=keys).values_list("name_key", "code")) if keys else {}
    made = []
    for p in held:
        draft, (word, tone) = drafts[p.pk], confidence_of(p)
        stage = p.fields.get("stage")
        made.append(
            RecordRow(
                p.pk, p.document_id, draft.name or draft.investor or _("（未读出名称）"), draft.investor,
                amount_words(draft), _(ReadStage(stage).label) if stage in ReadStage else "", draft.place,
                p.document.title, p.document.doc_date, p.document.unit.short_name, p.priority,
                tuple(in_words(p.reasons, _)), word, tone,
                bool(unsure_figures(draft, certain=p.certain, spans=p.spans)), copies.get(p.document_id, 1),
                known.get(normalise_name(draft.name), "") if draft.name else "",
                p.spans[0]["quote"] if p.spans else "",
            )
        )  # fmt: skip
    return made


def quotes(proposal: Proposal) -> list[Piece]:
    """The sentences of a record with its spans marked, what lies between them left out. Loads the text: one query."""
    spans = [
        Span(s["start"], s["end"], str(n), group_of(ProposalKind.PROJECT, tuple(s.get("fields") or ())),
             proposal.pk, bool(s.get("repaired")))
        for n, s in enumerate(proposal.spans)
    ]  # fmt: skip
    return pieces(proposal.document.raw_text, spans, whole_up_to=300, around=BOTH_SIDES)


def same_key(row: RecordRow) -> str:
    """Two records of one key are the same project, as far as a glance can tell."""
    return normalise_name(row.title)
