"""The chains with their segments, and the bureau's industry groups: what projects are sorted by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yinfeng.foundation.accounts.access import needs
from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.errors import DomainError

from . import actions
from .forms import ChainForm, GroupForm, SegmentForm
from .models import Chain, IndustryGroup, Segment
from .queries import ChainRow, GroupRow, chains, industry_groups


@dataclass(frozen=True)
class IndexPage:
    chains: list[ChainRow]
    schemes: list[tuple[str, list[GroupRow]]]
    may_edit: bool


@dataclass(frozen=True)
class FormPage:
    title: str
    form: forms.Form
    action: str


@require_safe
@needs("definition", "S")
def index(request: HttpRequest) -> HttpResponse:
    """Chains as a panorama (upstream, midstream, downstream) and the groups by scheme."""
    viewer = _viewer(request)
    schemes: dict[str, list[GroupRow]] = {}
    for group in industry_groups(with_retired=True):
        schemes.setdefault(group.scheme, []).append(group)
    page = IndexPage(chains(with_retired=True), list(schemes.items()), viewer.may("definition", "E"))
    return render(request, "chains/index.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@needs("definition", "E")
def chain_new(request: HttpRequest) -> HttpResponse:
    form = ChainForm(request.POST or None)
    del form.fields["is_active"]
    page = FormPage(_("添加产业链"), form, reverse("chains:chain_new"))
    return _run(request, page, lambda told, **by: actions.add_chain(**told, **by))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("definition", "E")
def chain_edit(request: HttpRequest, pk: int) -> HttpResponse:
    chain = get_object_or_404(Chain, pk=pk)
    form = ChainForm(request.POST or None, initial={"name": chain.name, "is_active": chain.is_active})
    del form.fields["code"]
    page = FormPage(chain.name, form, reverse("chains:chain_edit", args=[pk]))
    return _run(request, page, lambda told, **by: actions.edit_chain(chain=chain, **told, **by))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("definition", "E")
def segment_new(request: HttpRequest, pk: int) -> HttpResponse:
    chain = get_object_or_404(Chain, pk=pk)
    form = SegmentForm(request.POST or None, initial={"position": request.GET.get("position", "")})
    page = FormPage(_("添加环节：{chain}").format(chain=chain.name), form, reverse("chains:segment_new", args=[pk]))
    return _run(request, page, lambda told, **by: actions.add_segment(chain=chain, **told, **by))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("definition", "E")
def segment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    segment = get_object_or_404(Segment, pk=pk)
    form = SegmentForm(request.POST or None, initial={"name": segment.name, "position": segment.position})
    del form.fields["code"]
    page = FormPage(segment.name, form, reverse("chains:segment_edit", args=[pk]))
    return _run(request, page, lambda told, **by: actions.edit_segment(segment=segment, **told, **by))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("definition", "E")
def group_new(request: HttpRequest) -> HttpResponse:
    form = GroupForm(request.POST or None, initial={"scheme": request.GET.get("scheme", "")})
    del form.fields["is_active"]
    page = FormPage(_("添加产业组群"), form, reverse("chains:group_new"))
    return _run(request, page, lambda told, **by: actions.add_industry_group(**told, **by))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("definition", "E")
def group_edit(request: HttpRequest, pk: int) -> HttpResponse:
    group = get_object_or_404(IndustryGroup, pk=pk)
    form = GroupForm(request.POST or None, initial={"name": group.name, "is_active": group.is_active})
    del form.fields["scheme"]
    page = FormPage(str(group), form, reverse("chains:group_edit", args=[pk]))
    return _run(request, page, lambda told, **by: actions.edit_industry_group(group=group, **told, **by))


def _viewer(request: HttpRequest) -> Viewer:
    return request.viewer  # type: ignore[attr-defined, no-any-return]


def _run(request: HttpRequest, page: FormPage, save: Callable[..., Any]) -> HttpResponse:
    """Show the form, or save it by one verb; a refusal stands beside its field."""
    form = page.form
    if request.method == "POST" and form.is_valid():
        actor: Person = _viewer(request).person
        try:
            save(form.cleaned_data, actor=actor, at=timezone.now())
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("已保存。"))
            return HttpResponseRedirect(reverse("chains:index"))
    return render(request, "chains/form.html", {"page": page}, status=422 if form.errors else 200)
