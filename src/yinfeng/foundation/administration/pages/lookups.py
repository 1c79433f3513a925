"""What choosers ask while somebody types: a few answers as JSON, for any signed-in person."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from yinfeng.foundation.accounts.access import needs
from yinfeng.foundation.regions.queries import search_divisions, search_industries

from ..queries import search_people, search_units


@require_safe
@needs(None)
def divisions(request: HttpRequest) -> JsonResponse:
    return _answer([asdict(c) for c in search_divisions(request.GET.get("q", ""))])


@require_safe
@needs(None)
def industries(request: HttpRequest) -> JsonResponse:
    return _answer([asdict(c) for c in search_industries(request.GET.get("q", ""))])


@require_safe
@needs(None)
def units(request: HttpRequest) -> JsonResponse:
    return _answer(search_units(request.GET.get("q", "")))


@require_safe
@needs(None)
def people(request: HttpRequest) -> JsonResponse:
    return _answer(search_people(request.GET.get("q", ""), timezone.localdate()))


def _answer(choices: list[dict[str, str]]) -> JsonResponse:
    return JsonResponse(choices, safe=False, json_dumps_params={"ensure_ascii": False})
