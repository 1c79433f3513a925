"""The kinds of long work, and what the worker does by the clock. Apps register both in ``AppConfig.ready``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

if TYPE_CHECKING:
    from yinfeng.foundation.files.models import StoredFile

    from .progress import Progress

Text = str | Promise


@dataclass(frozen=True)
class Outcome:
    """How a job ended well: one sentence for its owner, and the file it made, if any."""

    message: str = ""
    file: StoredFile | None = None


@dataclass(frozen=True)
class JobKind:
    """One kind of long work. ``run(progress, arguments)`` does it in the worker, outside any transaction.

    A DomainError ends the job as failed with its words; any other exception as failed with a general sentence, the
    trace going to the log. Right and reach are the kind's own business: ask ``progress.viewer()``.
    """

    key: str
    label: Text
    run: Callable[[Progress, dict[str, Any]], Outcome]


@dataclass(frozen=True)
class Periodic:
    """What the worker does every ``every``, first at its start. It may run twice or late: it has to bear both."""

    key: str
    label: Text
    every: timedelta
    run: Callable[[datetime], object]


_kinds: dict[str, JobKind] = {}
_periodic: dict[str, Periodic] = {}


def register(kind: JobKind) -> None:
    _kinds[kind.key] = kind


def kind_of(key: str) -> JobKind | None:
    return _kinds.get(key)


def add_periodic(task: Periodic) -> None:
    _periodic[task.key] = task


def periodic_tasks() -> list[Periodic]:
    return sorted(_periodic.values(), key=lambda task: (task.every, task.key))
