"""What `yinfeng doctor` proves of documents: spans quote the text, decisions have their result, access has its rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.db.models import Max

from yinfeng.domain.projects.models import Evidence
from yinfeng.foundation.accounts.models import AccessGrant

from .models import Document, Proposal, SketchValue
from .rules.sketch import indexed, sketch


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


def desk() -> Iterator[str]:
    """What the desk works out agrees with the texts and records: sketches, groups of the same news, priorities."""
    roots = dict(Document.objects.exclude(same_as=None).values_list("pk", "same_as_id"))
    for pk, root in roots.items():
        if root in roots or root >= pk:
            yield f"文档 {pk}：“同一消息”没有指向最先收录的文档"
    highest = dict(
        Proposal.objects.filter(status="open").order_by().values_list("document_id").annotate(top=Max("priority"))
    )
    rows = Document.objects.filter(status="queue").order_by("pk").values_list("pk", "priority")
    for pk, priority in rows.iterator():
        if priority != highest.get(pk, 0):
            yield f"文档 {pk}：优先程度与待处理记录不符"
    for document in Document.objects.filter(is_sketched=True).order_by("pk").iterator(chunk_size=50):
        values = list(sketch(document.readable_text or document.raw_text))
        kept = SketchValue.objects.filter(document=document).values_list("value", flat=True)
        if values != document.sketch or sorted(kept) != list(indexed(values)):
            yield f"文档 {document.pk}：文本特征与原文不符"
