"""What `yinfeng doctor` proves of documents: spans quote the text, decisions have their result, access has its rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from yinfeng.domain.projects.models import Evidence
from yinfeng.foundation.accounts.models import AccessGrant

from .models import Document, Proposal


def quotes() -> Iterator[str]:
    """Every span of every proposal, and every piece of evidence drawn from a document, quotes the raw text exactly."""
    for document in Document.objects.order_by("pk").iterator(chunk_size=50):
        raw = document.raw_text
        if hashlib.sha256(raw.encode()).hexdigest() != document.sha256:
            yield f"文档 {document.pk}“{document.title}”：原文与收录时的摘要不符"
        for number, spans in document.proposals.order_by("number").values_list("number", "spans"):
            if any(raw[s["start"] : s["end"]] != s["quote"] for s in spans):
                yield f"文档 {document.pk} 第 {number} 条记录：出处与原文不符"
        drawn = Evidence.objects.filter(document_id=document.pk).exclude(span_start=None)
        for pk, start, end, quote in drawn.values_list("pk", "span_start", "span_end", "quote"):
            if raw[start:end] != quote:
                yield f"凭证 {pk}：引文与文档 {document.pk} 的原文不符"
    known = Document.objects.values("pk")
    for pk, missing in (
        Evidence.objects.exclude(document_id=None).exclude(document_id__in=known).values_list("pk", "document_id")
    ):
        yield f"凭证 {pk}：来源文档 {missing} 不存在"


def access_rows() -> Iterator[str]:
    """A document is granted to its unit, and no grant stands without its document."""
    rows = AccessGrant.objects.filter(kind="document")
    for pk, unit in Document.objects.order_by("pk").values_list("pk", "unit_id").iterator():
        if not rows.filter(object_id=pk, unit_id=unit).exists():
            yield f"文档 {pk}：缺少收录单位的访问授权"
    for pk in rows.exclude(object_id__in=Document.objects.values("pk")).values_list("object_id", flat=True).distinct():
        yield f"访问授权：文档 {pk} 不存在"


def settled() -> Iterator[str]:
    """A document that is done has no open record."""
    for pk in (
        Proposal.objects.filter(status="open", document__status="done").values_list("document_id", flat=True).distinct()
    ):
        yield f"文档 {pk}：已研判完成，但还有未处理的记录"
