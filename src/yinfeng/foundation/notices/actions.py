"""Telling people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from yinfeng.foundation.accounts.models import Person

from .models import Notice


def notify(*, persons: Iterable[int], kind: str, text: str, url: str, at: datetime) -> None:
    """One notice each, inside the caller's transaction (what is undone is not announced)."""
    Notice.objects.bulk_create(
        Notice(person_id=p, kind=kind, text=text[:300], url=url, at=at) for p in dict.fromkeys(persons)
    )


def mark_read(*, actor: Person, at: datetime, notice_ids: Iterable[int] | None = None) -> int:
    """Mark the person's own notices as read (all of them without ids)."""
    mine = Notice.objects.filter(person=actor, read_at__isnull=True)
    if notice_ids is not None:
        mine = mine.filter(pk__in=list(notice_ids))
    return mine.update(read_at=at)
