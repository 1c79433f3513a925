"""The language switch, and the gallery that shows every component in every state."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views import i18n
from django.views.decorators.http import require_POST

from . import showcase


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the language in a cookie, and with the person where one is signed in; back to where they were."""
    from yinfeng.foundation.accounts import actions

    response = i18n.set_language(request)
    viewer = getattr(request, "viewer", None)
    code = request.POST.get("language", "")
    if viewer and code in dict(settings.LANGUAGES):
        actions.set_language(person=viewer.person, language=code, actor=viewer.person, at=timezone.now())
    return response


def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state, from data that exist nowhere. Only where the demo is allowed."""
    if not (settings.DEBUG or getattr(settings, "DEMO_ALLOWED", False)):
        raise Http404
    return render(request, "ui/gallery.html", {"show": showcase.build(timezone.localtime())})
