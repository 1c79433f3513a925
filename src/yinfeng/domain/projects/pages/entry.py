"""Quick entry 快速录入: a lead or a project in two minutes on a phone."""

from __future__ import annotations

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

from ..access import lead_for, project_for
from ..actions.duplicates import similar
from ..actions.leads import create_lead
from ..actions.ledger import create_project
from ..forms.entry import EntryForm
from ..models import Lead, Project
from ..queries import choices
from ..queries.choices import UnitLine
from .flow import person_of


def units_of(viewer: Viewer, kind: str) -> list[UnitLine]:
    """The units for which the viewer may enter objects of a kind, in official order."""
    reach = viewer.reach(kind, "E")
    leading = choices.units().leading
    return leading if reach.everything else [u for u in leading if u.id in reach.unit_ids]


def _kinds(viewer: Viewer) -> list[str]:
    return [kind for kind in ("lead", "project") if viewer.may(kind, "E")]


@require_http_methods(["GET", "HEAD", "POST"])
@needs("lead", "S")
def enter(request: HttpRequest) -> HttpResponse:
    """The form; ``?what=project`` begins with a project. Whoever enters neither leads nor projects is refused."""
    viewer = viewer_on(request)
    kinds = _kinds(viewer)
    if not kinds:
        raise PermissionDenied
    units = {u.id: u for kind in kinds for u in units_of(viewer, kind)}
    form = EntryForm(
        *((request.POST,) if request.method == "POST" else ()), units=sorted(units.values(), key=lambda u: u.path),
        kinds=kinds, initial={"what": request.GET.get("what") if request.GET.get("what") in kinds else kinds[0]},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        what = form.cleaned_data["what"]
        if form.cleaned_data["unit"] not in {u.id for u in units_of(viewer, what)}:
            form.add_error("unit", _("您不能以这个单位的名义登记。"))
        else:
            try:
                return _save(request, form, what)
            except DomainError as error:
                form.blame(error)
    status = 422 if request.method == "POST" else 200
    return render(request, "projects/entry.html", {"form": form, "fresh": request.method != "POST"}, status=status)


def _save(request: HttpRequest, form: EntryForm, what: str) -> HttpResponse:
    person, at = person_of(request), timezone.now()
    made: Lead | Project
    if what == "lead":
        made = create_lead(data=form.lead(person.pk), actor=person, at=at)
    else:
        made = create_project(data=form.project(person.pk), actor=person, at=at)
    return HttpResponseRedirect(reverse("projects:entered", args=[what, made.pk]))


@require_safe
@needs("lead", "S")
def entered(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    """It is on record; the next obvious thing to do."""
    viewer = viewer_on(request)
    made: Lead | Project
    match what:
        case "lead":
            made = lead_for(viewer, pk)
            page = reverse("projects:lead", args=[pk])
            follow_up = [
                (_("申报首报"), reverse("projects:lead_claim", args=[pk]), "hand-stop", _("保护期自首报日起算")),
                (
                    _("登记研判意见"),
                    reverse("projects:lead_screen", args=[pk]),
                    "clipboard-check",
                    _("通过研判后可转为项目"),
                ),
                (_("记一次往来"), reverse("projects:lead_visit", args=[pk]), "message-2", _("拜访、来访或电话")),
            ]
        case "project":
            made = project_for(viewer, pk)
            page = reverse("projects:project", args=[pk])
            follow_up = [
                (_("登记下一步进展"), reverse("projects:advance", args=[pk]), "flag", _("预审、签约、开工……")),
                (_("补充基本信息"), reverse("projects:edit", args=[pk, "basic"]), "edit", _("行业、产业链、建设内容")),
                (_("记一次往来"), reverse("projects:visit", args=[pk]), "message-2", _("拜访、来访或电话")),
            ]
        case _:
            raise Http404
    return render(
        request, "projects/entry_done.html", {"made": made, "page": page, "follow_up": follow_up, "what": what}
    )


@require_POST
@needs("lead", "S")
def entry_similar(request: HttpRequest) -> HttpResponse:
    """What on record is like this: those the viewer may see, and one sentence for the others."""
    told = request.POST
    name, investor = told.get("name", "").strip(), told.get("investor", "").strip()
    code = told.get("investor_uscc", "").strip()
    if len(name) < 2 and len(investor) < 2 and not code:
        return render(request, "projects/entry_similar.html", {"answer": None})
    answer = similar(name=name, uscc=code, investor_name=investor, viewer=viewer_on(request), at=timezone.now())
    return render(request, "projects/entry_similar.html", {"answer": answer})
