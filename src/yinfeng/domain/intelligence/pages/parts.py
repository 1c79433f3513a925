"""What several pages of this app need."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from ..models import Document


def target_is(request: HttpRequest, name: str) -> bool:
    """Whether htmx wants to swap just this part."""
    asked = request.headers.get("HX-Target", "")
    return request.headers.get("HX-Request") == "true" and asked.rpartition("#")[2] == name


def number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def document_url(found: Document, **query: object) -> str:
    url = reverse("intelligence:document", args=[found.pk])
    return f"{url}?{urlencode(query)}" if query else url
