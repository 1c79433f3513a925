"""Decided documents as labelled data."""

from __future__ import annotations

import json
from collections.abc import Iterator

from yinfeng.foundation.accounts.viewer import Viewer

from ..access import visible_documents
from ..models import Document, Proposal
from ..rules.labels import Decided, label
from ..rules.words import DocumentStatus


def documents(viewer: Viewer | None) -> list[int]:
    """The decided documents that the viewer may export; None is the system (a command)."""
    rows = Document.objects.all() if viewer is None else visible_documents(viewer, "X")
    return list(rows.filter(status=DocumentStatus.DONE).order_by("pk").values_list("pk", flat=True))


def lines(ids: list[int]) -> Iterator[str]:
    """JSON Lines, one document each; two queries a hundred documents."""
    for start in range(0, len(ids), 100):
        held: dict[int, list[Decided]] = {}
        records = Proposal.objects.filter(document_id__in=ids[start : start + 100]).order_by("document_id", "number")
        for p in records:
            quote = p.spans[0]["quote"] if p.spans else ""
            held.setdefault(p.document_id, []).append(Decided(p.kind, p.status, p.fields, p.corrected, p.reason, quote))
        rows = Document.objects.filter(pk__in=ids[start : start + 100]).order_by("pk")
        for pk, on, text in rows.values_list("pk", "doc_date", "raw_text"):
            yield json.dumps(label(pk, on, text, held.get(pk, [])), ensure_ascii=False) + "\n"
