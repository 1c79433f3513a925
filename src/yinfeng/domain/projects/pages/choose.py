"""What choosers ask: a few best answers for what was typed, never the whole table."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from yinfeng.domain.compliance import queries as compliance
from yinfeng.domain.enterprises import queries as enterprises
from yinfeng.foundation.accounts.access import needs, viewer_on
from yinfeng.foundation.regions.queries import search_industries

from ..access import visible_projects
from ..models import Agreement, Phase, Project
from ..queries import choices, search
from ..queries.firms import known

MOST = 20


@require_safe
@needs("project", "S")
def choose(request: HttpRequest, what: str) -> HttpResponse:
    """``[{"value", "text", "detail"}]`` for ``person industry enterprise review project phase agreement``."""
    words = request.GET.get("q", "").strip()[:40]
    match what:
        case "person":
            found = choices.people(words) if words else []
            rows = [{"value": pk, "text": name, "detail": unit} for pk, name, unit in found]
        case "industry":
            rows = [{"value": c.value, "text": c.text, "detail": c.detail} for c in search_industries(words)]
        case "enterprise":
            if not viewer_on(request).may("enterprise", "S"):
                raise Http404
            firms = known(viewer_on(request), enterprises.search(viewer_on(request), words))
            rows = [{"value": f.name, "text": f.name, "detail": f.uscc or f.group} for f in firms]
        case "review":
            reviews = compliance.search(viewer_on(request), words)
            rows = [
                {"value": r.pk, "text": f"{r.document_number} {r.subject}", "detail": f"{r.kind} {r.conclusion}"}
                for r in reviews
            ]
        case "project":
            rows = [
                {"value": pk, "text": name, "detail": f"{code} {unit}"}
                for pk, name, code, unit in _projects(request, words).values_list(
                    "pk", "name", "code", "lead_unit__short_name"
                )[:MOST]
            ]
        case "phase":
            phases = Phase.objects.filter(project__in=_projects(request, words).values("pk")).order_by("-pk")
            rows = [
                {"value": pk, "text": f"{project} {name}", "detail": ""}
                for pk, name, project in phases.values_list("pk", "name", "project__name")[:MOST]
            ]
        case "agreement":
            seen = visible_projects(viewer_on(request), right="agreement").values("pk")
            agreements = Agreement.objects.filter(voided_at=None, project__in=seen).order_by("-pk")
            if words:
                named = Q(title__contains=words) | Q(project__in=_projects(request, words).values("pk"))
                agreements = agreements.filter(named)
            rows = [
                {"value": pk, "text": title, "detail": project}
                for pk, title, project in agreements.values_list("pk", "title", "project__name")[:MOST]
            ]
        case _:
            raise Http404
    return JsonResponse(rows, safe=False)


def _projects(request: HttpRequest, words: str) -> QuerySet[Project]:
    """Visible projects that match, the newest first; nothing for no words."""
    if not words:
        return Project.objects.none()
    return visible_projects(viewer_on(request)).filter(search.matching(words)).order_by("-pk")
