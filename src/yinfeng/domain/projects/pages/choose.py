"""What choosers ask: a few best answers for what was typed, never the whole table."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from yinfeng.domain.compliance import queries as compliance
from yinfeng.domain.enterprises import queries as enterprises
from yinfeng.foundation.accounts.access import needs
from yinfeng.foundation.regions.queries import search_industries

from ..queries import choices
from .flow import viewer_of


@require_safe
@needs("project", "S")
def choose(request: HttpRequest, what: str) -> HttpResponse:
    """``[{"value", "text", "detail"}]`` for ``person``, ``industry``, ``enterprise`` or ``review``."""
    words = request.GET.get("q", "").strip()[:40]
    match what:
        case "person":
            found = choices.people(words) if words else []
            rows = [{"value": pk, "text": name, "detail": unit} for pk, name, unit in found]
        case "industry":
            rows = [{"value": c.value, "text": c.text, "detail": c.detail} for c in search_industries(words)]
        case "enterprise":
            if not viewer_of(request).may("enterprise", "S"):
                raise Http404
            firms = enterprises.search(viewer_of(request), words)
            rows = [{"value": f.name, "text": f.name, "detail": f.uscc or f.group} for f in firms]
        case "review":
            reviews = compliance.search(viewer_of(request), words)
            rows = [
                {"value": r.pk, "text": f"{r.document_number} {r.subject}", "detail": f"{r.kind} {r.conclusion}"}
                for r in reviews
            ]
        case _:
            raise Http404
    return JsonResponse(rows, safe=False)
