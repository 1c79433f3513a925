"""Bringing a workbook in, looking at what would change, taking it, taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.accounts.models import Unit
from yinfeng.kernel.errors import DomainError

from .. import access, jobs
from ..actions.staging import bring_in, choose
from ..forms import ChoiceForm, UploadForm, words
from ..queries.preview_page import Listed, Preview, listed, preview
from ..rules.columns import BY_KEY
from ..rules.words import Book


@dataclass(frozen=True)
class IndexPage:
    rows: tuple[Listed, ...]
    pager: dict[str, Any]
    form: UploadForm | None
    units: tuple[Unit, ...]
    books: tuple[tuple[str, str], ...]
    may_export: bool


@dataclass(frozen=True)
class DetailPage:
    preview: Preview
    form: ChoiceForm | None


def _number(request: HttpRequest) -> int:
    told = request.GET.get("page", "")
    return min(int(told), 20_000) if told.isdigit() and int(told) else 1


def _index(request: HttpRequest, form: UploadForm | None, status: int = 200) -> HttpResponse:
    viewer = viewer_on(request)
    rows, pager = listed(viewer, number=_number(request))
    units = access.own_units(viewer)
    if form is None and viewer.may("import", "E"):
        form = UploadForm(units=units)
    page = IndexPage(
        rows, pager, form, tuple(units[:200]) if form else (), tuple(words(Book)), viewer.may("project", "X")
    )
    return render(request, "importing/index.html", {"page": page}, status=status)


@require_safe
@needs("import", "S")
def index(request: HttpRequest) -> HttpResponse:
    return _index(request, None)


@require_POST
@needs("import", "E")
def upload(request: HttpRequest) -> HttpResponse:
    viewer = viewer_on(request)
    form = UploadForm(request.POST, request.FILES, units=access.own_units(viewer))
    if not form.is_valid():
        return _index(request, form, 422)
    told = form.cleaned_data
    try:
        made = bring_in(
            content=told["upload"], name=told["upload"].name or "", unit=told["unit"],
            book=told["book"] or Book.PROJECTS, mode=told["mode"], key=told["key"],
            as_of=told["as_of"], actor=viewer.person, at=timezone.now(),
        )  # fmt: skip
    except DomainError as fault:
        form.add_error("upload", str(fault))
        return _index(request, form, 422)
    _check(request, made, viewer)
    return HttpResponseRedirect(reverse("importing:detail", args=[made.pk]))


def _check(request: HttpRequest, of: Any, viewer: Any) -> None:
    try:
        jobs.start_check(of, viewer)
    except DomainError as fault:
        messages.error(request, str(fault))


@require_safe
@needs("import", "S")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """``?show=`` which rows, ``?page=``."""
    viewer = viewer_on(request)
    of = access.import_for(viewer, pk)
    shown = preview(viewer, of, tab=request.GET.get("show", ""), number=_number(request))
    form = None
    if shown.is_open:
        form = ChoiceForm(
            sheets=[s[0] for s in of.found.get("sheets", ())],
            initial={name: getattr(of, name) for name in ("sheet", "mode", "key", "on_conflict", "as_of", "good_rows_only")},
        )  # fmt: skip
    return render(request, "importing/detail.html", {"page": DetailPage(shown, form)})


@require_POST
@needs("import", "S")
def choosing(request: HttpRequest, pk: int) -> HttpResponse:
    """Options and the mapping of columns; the workbook is then checked anew."""
    viewer = viewer_on(request)
    of = access.import_for(viewer, pk, "E")
    form = ChoiceForm(request.POST, sheets=[s[0] for s in of.found.get("sheets", ())])
    if not form.is_valid():
        messages.error(request, " ".join(e for errors in form.errors.values() for e in errors))
        return HttpResponseRedirect(reverse("importing:detail", args=[pk]))
    changes: dict[str, Any] = dict(form.cleaned_data)
    keys = {
        name[4:]: value for name, value in request.POST.items()
        if of.book == Book.PROJECTS and name.startswith("col-") and name[4:].isdigit() and (value == "" or value in BY_KEY)
    }  # fmt: skip
    now = {str(c["column"]): c["key"] for c in of.found.get("columns", ())}
    same_sheet = (changes["sheet"] or of.sheet) == of.sheet
    if same_sheet and any(now.get(column) != str(key) for column, key in keys.items()):
        changes["mapping"] = {"keys": keys, "units": {}}
    elif not same_sheet:
        changes["mapping"] = {}
    try:
        fresh = choose(of=of, changes=changes, actor=viewer.person, at=timezone.now())
    except DomainError as fault:
        messages.error(request, str(fault))
    else:
        _check(request, fresh, viewer)
    return HttpResponseRedirect(reverse("importing:detail", args=[pk]))


@require_POST
@needs("import", "S")
def applying(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_on(request)
    of = access.import_for(viewer, pk, "E")
    try:
        jobs.start_apply(of, viewer)
    except DomainError as fault:
        messages.error(request, str(fault))
    return HttpResponseRedirect(reverse("importing:detail", args=[pk]))


@require_POST
@needs("import", "S")
def undoing(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_on(request)
    of = access.import_for(viewer, pk)
    if not access.may_undo(viewer, of):
        raise PermissionDenied
    try:
        done = jobs.start_undo(
            of, viewer, reason=request.POST.get("reason", ""), leave_changed=bool(request.POST.get("leave_changed"))
        )
    except DomainError as fault:
        messages.error(request, str(fault))
    else:
        if done is None:
            messages.info(request, _("正在后台撤销，完成后会有提醒。"))
        else:
            messages.success(request, jobs.undone_in_words(done, of.book))
    return HttpResponseRedirect(reverse("importing:detail", args=[pk]))
