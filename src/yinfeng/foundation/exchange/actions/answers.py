"""Keeping what a write answered, so that the same write asked again is not done again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from ..models import KeptAnswer

# A write of the long kind that is older than this and not done died with its process.
LOST_AFTER = timedelta(minutes=5)


def begin(*, caller: str, key: str, digest: str, at: datetime) -> KeptAnswer | None:
    """Take the key; None when somebody has it. Inside a transaction that another one runs for the same key, PostgreSQL
    and SQLite both wait here until that one has ended."""
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(caller=caller, key=key, digest=digest, at=at)
    except IntegrityError:
        return None


@transaction.atomic
def keep(*, answer: KeptAnswer, status: int, body: str) -> None:
    KeptAnswer.objects.filter(pk=answer.pk).update(status=status, body=body)


@transaction.atomic
def forget(*, answer: KeptAnswer) -> None:
    """The write was refused: the key is free again."""
    KeptAnswer.objects.filter(pk=answer.pk).delete()


@transaction.atomic
def take_over(*, answer: KeptAnswer, at: datetime) -> bool:
    """Take a key whose process is gone; False when another was quicker or it is still at work."""
    if at - answer.at < LOST_AFTER:
        return False
    return bool(KeptAnswer.objects.filter(pk=answer.pk, status=None, at=answer.at).update(at=at))


def clean(*, before: datetime, most: int = 5_000) -> int:
    """Drop answers older than ``before``, in small writes; how many."""
    gone = 0
    while True:
        with transaction.atomic():
            old = list(KeptAnswer.objects.filter(at__lt=before).values_list("pk", flat=True)[:most])
            KeptAnswer.objects.filter(pk__in=old).delete()
        gone += len(old)
        if len(old) < most:
            return gone
