"""How far a running job is: written at most once a second, so that counting costs the work nothing."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from django.utils import timezone

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.accounts.viewer import Viewer, viewer_of
from yinfeng.foundation.files.actions import store
from yinfeng.foundation.files.models import StoredFile

from .models import Job

EVERY_SECONDS = 1.0
T = TypeVar("T")


class Progress:
    """Handed to a job's ``run``."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._last = 0.0

    @property
    def actor(self) -> Person:
        """Whoever started the job."""
        if self.job.owner is None:
            raise LookupError("a job of the system itself has no person")
        return self.job.owner

    def viewer(self) -> Viewer:
        """What that person may see *now*: a right taken away since counts."""
        return viewer_of(self.actor, timezone.localdate())

    def report(self, done: int, total: int = 0, message: str = "", *, force: bool = False) -> None:
        """``done`` of ``total`` (0 = unknown). Only one report a second is written; ``force`` writes in any case."""
        now = time.monotonic()
        if not force and now - self._last < EVERY_SECONDS:
            return
        self._last = now
        self.job.done, self.job.total, self.job.message = done, total, message[:300]
        self.job.beat_at = timezone.now()
        Job.objects.filter(pk=self.job.pk).update(
            done=done, total=total, message=self.job.message, beat_at=self.job.beat_at
        )

    def each(self, items: Iterable[T], total: int = 0, message: str = "") -> Iterator[T]:
        """The items, reporting on the way."""
        for done, item in enumerate(items):
            self.report(done, total, message)
            yield item

    def keep_file(self, content: bytes | Path, name: str) -> StoredFile:
        """Store a file that the job made; only the job's owner can take it."""
        return store(
            content=content, name=name, owner_kind="job", owner_id=self.job.pk, actor=self.actor, at=timezone.now()
        )
