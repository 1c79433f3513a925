"""The tree of units in the official order."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinfeng.foundation.accounts import actions
from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.accounts.models import Unit
from yinfeng.kernel.errors import DomainError

from ..forms import MoveUnitForm, NewUnitForm, UnitForm
from ..queries import UnitRow, place_of, unit_rows
from .common import show_refusal


@dataclass(frozen=True)
class UnitsPage:
    rows: list[UnitRow]
    may_edit: bool


@dataclass(frozen=True)
class UnitFormPage:
    form: UnitForm
    unit: Unit | None
    move: MoveUnitForm | None


@require_safe
@needs("account", "S")
def index(request: HttpRequest) -> HttpResponse:
    viewer = viewer_on(request)
    page = UnitsPage(unit_rows(timezone.localdate()), viewer.may("account", "A"))
    return render(request, "administration/units.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@needs("account", "A")
def create(request: HttpRequest) -> HttpResponse:
    form = NewUnitForm(request.POST or None, initial={"parent": request.GET.get("parent", "")})
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        parent_id = told.pop("parent")
        parent = Unit.objects.get(pk=parent_id) if parent_id else None
        try:
            unit = actions.create_unit(parent=parent, actor=viewer_on(request).person, at=timezone.now(), **told)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已添加单位“{unit}”。").format(unit=unit.name))
            return HttpResponseRedirect(reverse("administration:units"))
    return _form(request, UnitFormPage(form, None, None))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("account", "A")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    unit = get_object_or_404(Unit, pk=pk)
    form = UnitForm(request.POST or None, initial=_known(unit))
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_unit(unit=unit, actor=viewer_on(request).person, at=timezone.now(), **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已保存。"))
            return HttpResponseRedirect(reverse("administration:units"))
    return _form(request, UnitFormPage(form, unit, _move_form(unit)))


@require_POST
@needs("account", "A")
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """To another parent or place (the form), or one step ``up`` or ``down`` among the sisters (the list)."""
    unit = get_object_or_404(Unit, pk=pk)
    step = {"up": -1, "down": 1}.get(request.POST.get("step", ""))
    form = MoveUnitForm(unit, request.POST)
    if step:
        parent, place = unit.parent, max(1, place_of(unit) + step)
    elif form.is_valid():
        parent_id = form.cleaned_data["parent"]
        parent, place = (Unit.objects.get(pk=parent_id) if parent_id else None), form.cleaned_data["place"]
    else:
        return _form(request, UnitFormPage(UnitForm(initial=_known(unit)), unit, form))
    actions.move_unit(unit=unit, parent=parent, place=place, actor=viewer_on(request).person, at=timezone.now())
    return HttpResponseRedirect(reverse("administration:units") + f"#unit-{unit.pk}")


@require_POST
@needs("account", "A")
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    unit = get_object_or_404(Unit, pk=pk)
    actions.deactivate_unit(unit=unit, actor=viewer_on(request).person, at=timezone.now())
    messages.success(request, _("已停用“{unit}”。").format(unit=unit.name))
    return HttpResponseRedirect(reverse("administration:units"))


@require_POST
@needs("account", "A")
def reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    unit = get_object_or_404(Unit, pk=pk)
    actions.reactivate_unit(unit=unit, actor=viewer_on(request).person, at=timezone.now())
    messages.success(request, _("已恢复“{unit}”。").format(unit=unit.name))
    return HttpResponseRedirect(reverse("administration:units"))


def _known(unit: Unit) -> dict[str, str]:
    return {name: getattr(unit, name) for name in ("code", "name", "short_name", "kind", "region_code")}


def _move_form(unit: Unit) -> MoveUnitForm:
    return MoveUnitForm(unit, initial={"parent": str(unit.parent_id or ""), "place": place_of(unit)})


def _form(request: HttpRequest, page: UnitFormPage) -> HttpResponse:
    faulty = page.form.errors or (page.move is not None and page.move.errors)
    return render(request, "administration/unit_form.html", {"page": page}, status=422 if faulty else 200)
