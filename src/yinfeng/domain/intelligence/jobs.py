"""What the worker does for the desk: looking into sources, comparing, watching."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.jobs import actions as jobs
from yinfeng.foundation.jobs.models import Job, JobState
from yinfeng.foundation.jobs.progress import Progress
from yinfeng.foundation.jobs.registry import JobKind, Outcome, Periodic, add_periodic, register
from yinfeng.kernel.errors import DomainError

from .actions.alerts import raise_alerts
from .actions.intake import look_again
from .actions.sources import STUCK_AFTER, look_into
from .models import Source

LOOK = "look-into-source"
MOST_AT_ONCE = 5


def register_all() -> None:
    register(JobKind(LOOK, gettext_lazy("采集来源"), run_look))
    add_periodic(Periodic("sources", gettext_lazy("按时采集来源"), timedelta(minutes=1), start_due))
    add_periodic(
        Periodic("look-again", gettext_lazy("补做文档比对和排序"), timedelta(hours=1), lambda at: look_again(at=at))
    )
    add_periodic(Periodic("watch", gettext_lazy("友邻监测提示"), timedelta(days=1), lambda at: raise_alerts(at=at)))


def run_look(progress: Progress, arguments: dict[str, Any]) -> Outcome:
    source = Source.objects.select_related("unit", "owner").get(pk=arguments["source"])
    fetch = look_into(
        source=source, by=progress.job.owner, at=timezone.now(),
        watch=lambda done, name: progress.report(done, message=name),
    )  # fmt: skip
    if fetch.error:
        raise DomainError(fetch.error)
    words = _("收录 {a} 份，已有 {b} 份，未能收录 {c} 份。")
    return Outcome(words.format(a=fetch.taken, b=fetch.known, c=fetch.failed))


def start_look(source: Source, actor: Person | None, at: datetime) -> Job:
    """Put a look into the queue. DomainError where one is waiting or running."""
    open_ones = Job.objects.filter(kind=LOOK, state__in=[JobState.QUEUED, JobState.RUNNING])
    if open_ones.filter(arguments={"source": source.pk}).exists():
        raise DomainError(_("“{name}”正在采集，或已停用。").format(name=source.name), code="source.busy")
    return jobs.start(
        kind=LOOK, label=_("采集：{name}").format(name=source.name), arguments={"source": source.pk}, actor=actor, at=at
    )


def start_due(at: datetime) -> int:
    """Start looking into the sources whose turn it is; how many."""
    free = Q(busy_since=None) | Q(busy_since__lt=at - STUCK_AFTER)
    due = Source.objects.filter(free, is_active=True, next_at__lte=at, every_minutes__gt=0).order_by("next_at")
    started = 0
    for source in due[:MOST_AT_ONCE]:
        try:
            start_look(source, None, at)
        except DomainError:
            continue  # it waits in the queue already
        started += 1
    return started
