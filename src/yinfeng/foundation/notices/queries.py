"""What a person has been told."""

from __future__ import annotations

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.accounts.viewer import Viewer

from .models import Notice

COUNTED_UP_TO = 100  # the bell says 99+ beyond


def unread_count(viewer: Viewer) -> int:
    """How many notices wait, counted no further than the bell can show."""
    return Notice.objects.filter(person_id=viewer.person_id, read_at__isnull=True)[:COUNTED_UP_TO].count()


def notices_of(person: Person, *, unread_only: bool = False, before: int | None = None, size: int = 30) -> list[Notice]:
    """The person's notices, the newest first (keyset: those with a smaller number than ``before``)."""
    rows = Notice.objects.filter(person=person).order_by("-pk")
    if unread_only:
        rows = rows.filter(read_at__isnull=True)
    if before:
        rows = rows.filter(pk__lt=before)
    return list(rows[:size])
