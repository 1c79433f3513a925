"""What the clock does for custody: the daily backup, old ones away, logs of looks away when their time has come."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.audit.actions import prune_looks, record
from yinfeng.foundation.jobs.actions import start
from yinfeng.foundation.jobs.models import Job, JobState
from yinfeng.kernel.errors import DomainError

from .. import barrier
from ..queries import DAILY, lying, path_of
from ..retention import rule_in_force
from ..rules.keeping import is_due, months_before, to_remove

JOB = "backup"


@transaction.atomic
def ask_for_backup(*, actor: Person | None, at: datetime, why: str) -> Job:
    """Put a backup into the queue; one at a time."""
    if _waiting():
        raise DomainError(_("已有一个备份任务在排队或进行中。"), code="backup.busy", fix=_("请等它完成。"))
    label = _("每日备份") if why == DAILY else _("备份全部数据")
    return start(kind=JOB, label=label, arguments={"why": why}, actor=actor, at=at)


def _waiting() -> bool:
    return Job.objects.filter(kind=JOB, state__in=[JobState.QUEUED, JobState.RUNNING]).exists()


@transaction.atomic
def ask_for_check(*, name: str, actor: Person, at: datetime) -> Job:
    """Put the check of a backup that lies in the folder into the queue."""
    if path_of(name) is None:
        raise DomainError(_("没有这个备份。"), code="backup.unknown")
    return start(
        kind="backup.check", label=_("校验备份 {name}").format(name=name), arguments={"name": name}, actor=actor, at=at
    )


def daily_backup(at: datetime) -> bool:
    """Ask for the daily backup if its time has come; whether it was asked for. It is made by the queue: in the clock itself
    it would hold up the heartbeat."""
    if barrier.stands() or _waiting():
        return False
    rule, mine = rule_in_force(at), [b.made_at for b in lying() if b.why == DAILY]
    last = timezone.localtime(max(mine)) if mine else None
    if not is_due(rule, last, timezone.localtime(at)):
        return False
    ask_for_backup(actor=None, at=at, why=DAILY)
    return True


def remove_old(*, at: datetime) -> list[str]:
    """Take away the daily backups that the rule does not keep. Those made by hand or by a restore stay."""
    mine = {timezone.localtime(b.made_at): b for b in lying() if b.why == DAILY}
    gone = []
    for moment in sorted(to_remove(rule_in_force(at), mine)):
        place = path_of(mine[moment].name)
        if place is not None:
            place.unlink()
            gone.append(place.name)
    if gone:
        record(actor=None, at=at, verb="backup.prune", kind="backup", object_id=None, after={"names": gone})
    return gone


def forget_looks(at: datetime) -> int:
    """Rows of the look log beyond the rule's months, away, on record; how many."""
    return prune_looks(before=months_before(at, rule_in_force(at).look_months), actor=None, at=at)
