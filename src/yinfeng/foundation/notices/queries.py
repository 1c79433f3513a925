"""What a person has been told."""

from __future__ import annotations

from django.db import connection

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.accounts.viewer import Viewer

from .models import Notice

COUNTED_UP_TO = 100  # the bell says 99+ beyond
# In SQL, since every page asks it.
_UNREAD = (
    f"SELECT count(*) FROM (SELECT 1 FROM {Notice._meta.db_table}"  # noqa: S608 - the name of our own table
    " WHERE person_id = %s AND read_at IS NULL LIMIT %s) AS waiting"
)


def unread_count(viewer: Viewer) -> int:
    """How many notices wait, counted no further than the bell can show."""
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD, [viewer.person_id, COUNTED_UP_TO])
        return int(cursor.fetchone()[0])


def notices_of(person: Person, *, unread_only: bool = False, before: int | None = None, size: int = 30) -> list[Notice]:
    """The person's notices, the newest first (keyset: those with a smaller number than ``before``)."""
    rows = Notice.objects.filter(person=person).order_by("-pk")
    if unread_only:
        rows = rows.filter(read_at__isnull=True)
    if before:
        rows = rows.filter(pk__lt=before)
    return list(rows[:size])
