"""How a page with a form runs: shown whole or in a drawer, saved by one action, refused with everything kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.access import viewer_on
from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.ui.middleware import asks_for_part
from yinfeng.kernel.errors import DomainError

from ..forms.fields import Base


@dataclass(frozen=True)
class FormPage:
    """A form on its page or in its drawer."""

    title: str
    form: Base
    action: str
    back: str
    submit: str
    trail: str = ""  # the name of what the form belongs to, a link back to it
    intro: str = ""
    body: str = "projects/form_fields.html"  # the template of the fields
    danger: bool = False
    multipart: bool = False
    refresh: bool = False  # whether choosing in the form asks the server to draw it anew
    extra: dict[str, Any] = field(default_factory=dict)
    wide: tuple[str, ...] = ()  # names of fields over both columns


def posted(request: HttpRequest) -> tuple[Any, ...]:
    """What a form is made from: nothing until it is sent."""
    return (request.POST,) if request.method == "POST" else ()


def person_of(request: HttpRequest) -> Person:
    return viewer_on(request).person


def show(request: HttpRequest, page: FormPage, *, status: int = 200) -> HttpResponse:
    """The form in a drawer where htmx asked, else on a page of its own."""
    template = "projects/form_drawer.html" if asks_for_part(request) else "projects/form_page.html"
    return render(request, template, {"page": page}, status=status)


def done(request: HttpRequest, url: str, words: str) -> HttpResponse:
    """Saved: say so on the page that follows."""
    messages.success(request, words)
    if asks_for_part(request):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = iri_to_uri(url)
        return answer
    return HttpResponseRedirect(url)


def run(
    request: HttpRequest, page: FormPage, save: Callable[[], Any], words: str, url: str | None = None
) -> HttpResponse:
    """Show the form, or save it: ``save`` makes the one domain call. A refusal keeps everything and says what to mend."""
    if request.method != "POST":
        return show(request, page)
    if "_refresh" in request.POST:
        page.form.hush()
        return show(request, page)
    if page.form.is_valid():
        try:
            save()
        except DomainError as error:
            page.form.blame(error)
        else:
            return done(request, url or page.back, words)
    return show(request, page, status=422)


def came_from(request: HttpRequest, otherwise: str) -> str:
    """Where to go back to: ``next`` of this site, or what the page says."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if wanted and safe and not urlsplit(wanted).netloc else otherwise


def number_or_none(text: str | None) -> int | None:
    """A key out of an address; None where it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def saved() -> str:
    return _("已保存。")
