"""Documents as the interface tells them. Never loads a text."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.exchange.rules import cursors
from yinfeng.foundation.exchange.shapes import cursor_of
from yinfeng.kernel.errors import DomainError

from ..access import visible_documents
from ..models import Document
from ..rules.words import ProposalStatus

_COLUMNS = ("id", "title", "source", "doc_date", "media", "unit_id", "at", "status", "size")


def counted(rows: QuerySet[Document]) -> Any:
    """The rows as dictionaries, with how many of their records wait."""

    def of(status: ProposalStatus) -> Count:
        return Count("proposals", filter=Q(proposals__status=status))

    return rows.values(*_COLUMNS).annotate(
        n=Count("proposals", filter=~Q(proposals__status=ProposalStatus.KEPT)), waiting=of(ProposalStatus.OPEN),
        taken=of(ProposalStatus.ACCEPTED), refused=of(ProposalStatus.REJECTED),
    )  # fmt: skip


def told(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in _COLUMNS} | {
        "proposals": row["n"], "open": row["waiting"], "accepted": row["taken"], "rejected": row["refused"],
    }  # fmt: skip


def documents(viewer: Viewer, status: str, unit: int | None, cursor: str, limit: int) -> dict[str, Any]:
    """One page, the newest first (one query)."""
    rows = visible_documents(viewer)
    if status:
        rows = rows.filter(status=status)
    if unit:
        rows = rows.filter(unit_id=unit)
    question = cursors.fingerprint(f"{status}/{unit}")
    if cursor:
        asked, pk = cursor_of("documents", cursor, 2)
        if asked != question or type(pk) is not int or not 0 < pk < 2**62:
            raise DomainError(_("游标属于另一组条件，或已损坏。"), code="cursor.damaged", field="cursor")
        rows = rows.filter(pk__lt=pk)
    ids = list(rows.order_by("-pk").values_list("pk", flat=True)[: limit + 1])
    found = {row["id"]: told(row) for row in counted(Document.objects.filter(pk__in=ids[:limit]))}
    return {
        "items": [found[pk] for pk in ids[:limit]],
        "next": cursors.write("documents", [question, ids[limit - 1]]) if len(ids) > limit else None,
    }


def document(found: Document) -> dict[str, Any]:
    """One document with its records (two queries)."""
    row = counted(Document.objects.filter(pk=found.pk)).get()
    records = found.proposals.order_by("number").values(
        "number", "kind", "status", "certain", "confidence", "fields", "project_id", "lead_id", "reason"
    )
    return told(row) | {"records": list(records)}
