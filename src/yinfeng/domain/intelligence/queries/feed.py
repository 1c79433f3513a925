"""What the documents tell the change feed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.exchange.feed import Entry, Source

from ..access import visible_documents
from ..models import Document

_COLUMNS = ("id", "title", "source", "doc_date", "media", "unit_id", "at", "status", "size")


def exportable(viewer: Viewer, right: str, ids: Collection[int]) -> set[int]:
    return set(visible_documents(viewer, "X").filter(pk__in=ids).values_list("pk", flat=True))


def show(viewer: Viewer, entries: Iterable[Entry]) -> dict[str, list[Any]]:
    return {"documents": list(Document.objects.filter(pk__in={e.id for e in entries}).order_by("pk").values(*_COLUMNS))}


DOCUMENTS = Source(
    "document", lambda verb: "document" if verb.startswith("document.") else "", exportable,
    lambda viewer, pk, before: False, {}, show,
)  # fmt: skip
