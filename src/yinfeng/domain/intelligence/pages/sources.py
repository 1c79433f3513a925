"""Where documents come from: the list of sources, one source with its history, setting one up, the bookmarklet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.errors import DomainError

from .. import access, jobs
from ..actions import sources as verbs
from ..forms import SourceForm
from ..models import Source
from ..queries import sources as reads
from ..rules.words import FETCHED, SourceKind, Trust
from .parts import number


@dataclass(frozen=True)
class SourcesShown:
    rows: tuple[reads.SourceRow, ...]
    boxes: tuple[reads.SourceRow, ...]
    kinds: tuple[tuple[str, str], ...]
    may_set_up: bool
    failing: int


@dataclass(frozen=True)
class SourceShown:
    source: Source
    row: reads.SourceRow
    fetches: tuple[reads.FetchRow, ...]
    items: tuple[reads.ItemRow, ...]
    chosen: int | None
    documents: tuple[tuple[int, str, datetime], ...]
    trusts: tuple[tuple[str, str], ...]
    may_change: bool
    password_place: str


@dataclass(frozen=True)
class FormShown:
    form: SourceForm
    kind_label: str
    source: Source | None


@require_safe
@needs("document", "S")
def index(request: HttpRequest) -> HttpResponse:
    viewer = viewer_on(request)
    found = reads.rows(viewer, timezone.now())
    shown = SourcesShown(
        tuple(r for r in found if r.is_fetched), tuple(r for r in found if not r.is_fetched),
        tuple((kind.value, _(kind.label)) for kind in FETCHED), viewer.may("document", "V"),
        sum(r.light == "red" for r in found),
    )  # fmt: skip
    return render(request, "intelligence/sources.html", {"page": shown, "here": "sources"})


@require_safe
@needs("document", "S")
def source(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_on(request)
    found = access.source_for(viewer, pk)
    is_fetched = found.kind in FETCHED
    chosen = number(request.GET.get("fetch"))
    place = ""
    if found.kind == SourceKind.MAILBOX:
        place = _("环境变量 YINFENG_MAIL_PASSWORD_{n}，或文件 mail_passwords/{n}").format(n=found.pk)
    shown = SourceShown(
        found, reads.row_of(found),
        tuple(reads.fetches(found)) if is_fetched else (),
        tuple(reads.items(viewer, found, chosen)) if is_fetched else (), chosen,
        () if is_fetched else tuple(reads.latest(viewer, found)), tuple((t.value, _(t.label)) for t in Trust),
        _may_change(viewer, found), place,
    )  # fmt: skip
    return render(request, "intelligence/source.html", {"page": shown, "here": "sources"})


@require_http_methods(["GET", "HEAD", "POST"])
@needs("document", "V")
def new(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in [k.value for k in FETCHED]:
        raise Http404
    return _form(request, SourceKind(kind), None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("document", "V")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = access.source_for(viewer_on(request), pk, "V")
    if found.kind not in FETCHED:
        raise Http404
    return _form(request, SourceKind(found.kind), found)


def _form(request: HttpRequest, kind: SourceKind, found: Source | None) -> HttpResponse:
    viewer = viewer_on(request)
    units = access.source_units(viewer)
    held = {"every_minutes": "60", "unit": next(iter(viewer.unit_ids), None)}
    if found is not None:
        names = ("version", "name", "address", "account", "trust")
        held = {n: getattr(found, n) for n in names} | {
            "unit": found.unit_id,
            "every_minutes": str(found.every_minutes),
        }
    form = SourceForm(request.POST or None, kind=kind, units=units, initial=held)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        data = verbs.SourceData(
            kind=kind, name=given["name"], unit=given["unit"],
            owner=found.owner if found is not None and found.owner is not None and found.owner.is_active else viewer.person,
            trust=Trust(given["trust"]), address=given["address"], account=given.get("account", ""),
            every_minutes=int(given["every_minutes"]),
        )  # fmt: skip
        at = timezone.now()
        try:
            if found is None:
                made = verbs.add_source(data=data, actor=viewer.person, at=at)
            else:
                made = verbs.change_source(
                    source=found, data=data, expected_version=given["version"], actor=viewer.person, at=at
                )
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("来源“{name}”已保存。").format(name=made.name))
            return HttpResponseRedirect(reverse("intelligence:source", args=[made.pk]))
    shown = FormShown(form, _(kind.label), found)
    status = 422 if request.method == "POST" else 200
    return render(request, "intelligence/source_form.html", {"page": shown, "here": "sources"}, status=status)


@require_POST
@needs("document", "V")
def look(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_on(request)
    found = access.source_for(viewer, pk, "V")
    jobs.start_look(found, viewer.person, timezone.now())
    messages.info(request, _("已开始采集“{name}”，完成后会通知您。").format(name=found.name))
    return HttpResponseRedirect(reverse("intelligence:source", args=[pk]))


@require_POST
@needs("document", "V")
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_on(request)
    found = access.source_for(viewer, pk, "V")
    verbs.switch_source(source=found, on=request.POST.get("on") == "1", actor=viewer.person, at=timezone.now())
    return HttpResponseRedirect(reverse("intelligence:source", args=[pk]))


@require_POST
@needs("document", "V")
def trust(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_on(request)
    found = access.source_for(viewer, pk, "V")
    chosen = request.POST.get("trust", "")
    if chosen not in Trust:
        raise DomainError(_("没有这一级可信程度。"), code="source.trust", field="trust")
    verbs.set_trust(source=found, trust=Trust(chosen), actor=viewer.person, at=timezone.now())
    messages.success(request, _("可信程度已改为“{word}”。").format(word=_(Trust(chosen).label)))
    return HttpResponseRedirect(reverse("intelligence:source", args=[pk]))


@require_safe
@needs("document", "E")
def bookmarklet(request: HttpRequest) -> HttpResponse:
    """A link to drag among the bookmarks. It opens our own form with the text of the page behind ``#``, which no server
    sees; the form is sent by the person, with its token, like any other."""
    if not access.own_units(viewer_on(request)).exists():
        raise PermissionDenied
    form = request.build_absolute_uri(reverse("intelligence:take_in"))
    script = (
        "(function(){var d=document,t=String(getSelection())||d.body.innerText;"
        f"open('{form}#clip='+encodeURIComponent(JSON.stringify({{t:d.title,u:location.href,x:t.slice(0,60000)}})))}})()"
    )
    return render(
        request, "intelligence/bookmarklet.html", {"link": "javascript:" + quote(script, safe="(){}=;:,.'|+/"),
                                                   "here": "sources"}
    )  # fmt: skip


def _may_change(viewer: Viewer, found: Source) -> bool:
    return access.visible_sources(viewer, "V").filter(pk=found.pk).exists()
