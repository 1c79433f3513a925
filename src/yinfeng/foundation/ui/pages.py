"""The gallery that shows every component in every state."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from . import showcase


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state, from data that exist nowhere. Only where the demo is allowed."""
    if not (settings.DEBUG or getattr(settings, "DEMO_ALLOWED", False)):
        raise Http404
    return render(request, "ui/gallery.html", {"show": showcase.build(timezone.localtime())})
