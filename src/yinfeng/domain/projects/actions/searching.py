"""The search tables as they follow from projects and leads: made anew after a restore (``checks.py`` proves them)."""

from __future__ import annotations

from collections.abc import Iterator

from ..models import Lead, Project
from ..queries import search
from .derive import search_text
from .leads import lead_text

_PROJECT = ("name", "code", "platform_code", "investor_name", "product")
_LEAD = ("name", "code", "investor_name", "product")


def wanted(kind: search.Kind) -> Iterator[tuple[int, str]]:
    """(id, text) of every object of a kind, by id."""
    if kind == "project":
        for project in Project.objects.only("pk", *_PROJECT).order_by("pk").iterator(chunk_size=2_000):
            yield project.pk, search_text(project)
    else:
        for lead in Lead.objects.only("pk", *_LEAD).order_by("pk").iterator(chunk_size=2_000):
            yield lead.pk, lead_text(lead)


def rebuild() -> None:
    """Index everything and forget what is not there, in the caller's transaction."""
    for kind in search.KINDS:
        there = set((Project if kind == "project" else Lead).objects.values_list("pk", flat=True))
        for gone in [pk for pk, _words in search.stored(kind) if pk not in there]:
            search.remove(gone, kind=kind)
        search.index_many(wanted(kind), kind=kind)
