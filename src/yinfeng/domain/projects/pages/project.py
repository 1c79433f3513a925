"""The project page, its later parts, walking on within the ledger's filter, and following."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.ui import slots

from ..access import project_for
from ..actions import views as verbs
from ..models import Follow, Project
from ..queries import choices
from ..queries.ledger_list import neighbours
from ..queries.ledger_plan import select
from ..queries.lights import rule_in_force
from ..queries.project_page import load, project_page
from ..queries.project_parts import claims, contacts, deals, life, papers
from ..rules.view import parse
from .flow import came_from, person_of

OWN_KEYS = ("list", "all")


@require_safe
@needs("project", "S")
def project(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one project. ``?all=1`` brings the later parts along, for paper and for browsers without script."""
    viewer = viewer_on(request)
    found = load(viewer, pk)
    if found.merged_into_id:
        return HttpResponseRedirect(reverse("projects:project", args=[found.merged_into_id]))
    today = timezone.localdate()
    query = request.GET.copy()
    reading = query.get("list", "")
    whole = bool(query.get("all"))
    for key in OWN_KEYS:
        query.pop(key, None)
    page = project_page(viewer, found, today, carried=query.urlencode(), reading=reading)
    parts = {"papers": papers, "deals": deals, "claims": claims, "contacts": contacts, "life": life} if whole else {}
    later = {name: read(viewer, found, today) for name, read in parts.items()}
    panels = slots.panels_of("project", viewer, found) if whole else []
    return render(request, "projects/project.html", {"page": page, "whole": whole, "panels": panels, **later})


@require_safe
@needs("project", "S")
def part(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """A part that follows by itself: ``papers deals claims contacts life panels``, or ``lists`` in another reading."""
    viewer = viewer_on(request)
    found = load(viewer, pk)
    today = timezone.localdate()
    match name:
        case "papers":
            return render(request, "projects/project_papers.html", {"papers": papers(viewer, found, today)})
        case "deals":
            return render(request, "projects/project_deals.html", {"deals": deals(viewer, found, today)})
        case "claims":
            return render(request, "projects/project_claims.html", {"claims": claims(viewer, found, today)})
        case "contacts":
            return render(request, "projects/project_contacts.html", {"contacts": contacts(viewer, found, today)})
        case "life":
            return render(request, "projects/project_life.html", {"life": life(viewer, found, today)})
        case "panels":
            return render(
                request, "projects/project_panels.html", {"panels": slots.panels_of("project", viewer, found)}
            )
        case "lists":
            page = project_page(viewer, found, today, reading=request.GET.get("list", ""))
            return render(request, "projects/project_lists.html", {"page": page})
    raise Http404


@require_safe
@needs("project", "S")
def walk(request: HttpRequest, pk: int, way: str) -> HttpResponse:
    """To the previous or the next project of the ledger's filter that the address carries."""
    viewer = viewer_on(request)
    if way not in ("back", "on"):
        raise Http404
    here = project_for(viewer, pk)
    target = neighbour(request, here, way)
    if target is None:
        messages.info(request, _("已是第一条。") if way == "back" else _("已是最后一条。"))
        target = here.pk
    query = request.GET.urlencode()
    return HttpResponseRedirect(reverse("projects:project", args=[target]) + (f"?{query}" if query else ""))


def neighbour(request: HttpRequest, project: Project, way: str) -> int | None:
    """Which project stands before or after this one in the ledger's view; None at its end."""
    viewer, today = viewer_on(request), timezone.localdate()
    view = parse(dict(request.GET.lists())).view
    rows = select(viewer, view, today=today, rule=rule_in_force(today), units=choices.units())
    before, after = neighbours(rows, view, project)
    return before if way == "back" else after


@require_POST
@needs("project", "S")
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow a project, or no longer."""
    found = project_for(viewer_on(request), pk)
    person = person_of(request)
    if Follow.objects.filter(project=found, person=person).exists():
        verbs.unfollow(project=found, actor=person, at=timezone.now())
    else:
        verbs.follow(project=found, actor=person, at=timezone.now())
    return HttpResponseRedirect(came_from(request, reverse("projects:project", args=[pk])))
