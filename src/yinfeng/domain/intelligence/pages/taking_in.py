"""Files and pasted text go in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.audit.actions import record_look
from yinfeng.foundation.audit.models import LookKind
from yinfeng.kernel.errors import DomainError

from .. import access, actions
from ..forms import TakeInForm
from ..models import Document
from ..rules.words import ProposalKind, SourceKind
from .parts import document_url

MOST_FILES = 50


@dataclass(frozen=True)
class Taken:
    """What became of one file: a document, a known one, or a fault."""

    name: str
    document: Document | None = None
    known: Document | None = None
    fault: str = ""
    fix: str = ""
    proposals: int = 0


@dataclass(frozen=True)
class TakeInShown:
    form: TakeInForm
    results: tuple[Taken, ...] = ()
    done: int = 0
    faults: int = 0
    known: int = 0


@require_http_methods(["GET", "HEAD", "POST"])
@needs("document", "E")
def take_in(request: HttpRequest) -> HttpResponse:
    viewer = viewer_on(request)
    form = TakeInForm(request.POST or None, units=access.own_units(viewer))
    if request.method != "POST":
        return render(request, "intelligence/take_in.html", {"page": TakeInShown(form)})
    uploads = request.FILES.getlist("uploads")
    if form.is_valid():
        text = form.cleaned_data["text"]
        if not uploads and not text.strip():
            form.add_error("uploads", _("请选择文件，或粘贴文字。"))
        elif len(uploads) > MOST_FILES:
            form.add_error("uploads", _("一次最多 {n} 个文件，请分批上传。").format(n=MOST_FILES))
    if not form.is_valid():
        return render(request, "intelligence/take_in.html", {"page": TakeInShown(form)}, status=422)
    given = form.cleaned_data
    results = [
        _take_one(
            viewer,
            given,
            content=upload.read(),
            name=upload.name or "",
            title="" if len(uploads) > 1 else given["title"],
        )
        for upload in uploads
    ]
    if text.strip():
        way = SourceKind.BOOKMARKLET if given["way"] == SourceKind.BOOKMARKLET else SourceKind.PASTE
        results.append(_take_one(viewer, given, content=text, name="", title=given["title"], way=way))
    taken = [r for r in results if r.document]
    if len(results) == 1 and taken:
        messages.success(request, _("已收录，读出 {n} 条项目记录。").format(n=taken[0].proposals))
        return HttpResponseRedirect(document_url(taken[0].document))  # type: ignore[arg-type]
    shown = TakeInShown(
        TakeInForm(units=access.own_units(viewer), initial={"unit": given["unit"].pk}),
        tuple(results), len(taken), sum(bool(r.fault) for r in results), sum(bool(r.known) for r in results),
    )  # fmt: skip
    return render(request, "intelligence/take_in.html", {"page": shown}, status=200 if taken else 422)


def _take_one(
    viewer: Viewer,
    given: dict[str, Any],
    *,
    content: bytes | str,
    name: str,
    title: str,
    way: SourceKind = SourceKind.UPLOAD,
) -> Taken:
    """One file of a batch; its fault is told, and the others still go in."""
    shown = "".join(c if c.isprintable() else "·" for c in name) or _("粘贴的文字")
    try:
        document = actions.take_in(
            content=content, name=name, title=title, source=given["source"], doc_date=given["doc_date"],
            unit=given["unit"], came_by=way, actor=viewer.person, at=timezone.now(),
        )  # fmt: skip
    except actions.AlreadyKnown as known:
        if access.visible_documents(viewer).filter(pk=known.document.pk).exists():
            return Taken(shown, known=known.document)
        # Of a document out of sight nothing is told, and the look is on record.
        record_look(
            actor=viewer.person, at=timezone.now(), look=LookKind.DUPLICATE, kind="document",
            object_id=known.document.pk, detail="take_in",
        )  # fmt: skip
        return Taken(shown, fault=_("同一文档已由其他单位收录。"), fix=_("请联系上级。"))
    except DomainError as fault:
        return Taken(shown, fault=fault.message, fix=fault.fix or "")
    count = document.proposals.filter(kind=ProposalKind.PROJECT).count()
    return Taken(shown, document=document, proposals=count)
