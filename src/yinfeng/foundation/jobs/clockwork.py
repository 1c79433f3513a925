"""What the worker does beside the queue: it says that it is alive, and runs what is due by the clock."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

from django.core.management import call_command
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yinfeng.foundation.audit.actions import seal

from . import actions
from .models import PeriodicRun
from .registry import Periodic, add_periodic, periodic_tasks
from .runner import running_here

log = logging.getLogger(__name__)
BEAT_SECONDS = 10.0
SEAL_ROWS, SEAL_STEPS = 1_000, 60


def due(task: Periodic, at: datetime) -> bool:
    """Take the task's turn, if it is due and no other worker has taken it."""
    with transaction.atomic():
        PeriodicRun.objects.get_or_create(key=task.key, defaults={"ran_at": at - 2 * task.every - timedelta(days=1)})
        return bool(PeriodicRun.objects.filter(key=task.key, ran_at__lte=at - task.every).update(ran_at=at))


def run_due(at: datetime) -> list[str]:
    """Run each periodic task whose turn it is; the keys of those that ran. A fault of one stops no other."""
    ran = []
    for task in periodic_tasks():
        if not due(task, at):
            continue
        ran.append(task.key)
        fault = ""
        try:
            task.run(at)
        except Exception as error:
            log.exception("periodic task %s failed", task.key)
            fault = f"{type(error).__name__}: {error}"[:300]
        PeriodicRun.objects.filter(key=task.key).update(fault=fault)
    return ran


class Clock(threading.Thread):
    """A thread beside the worker's loop, so that a long job holds up neither the heartbeat nor the sealing."""

    def __init__(self, worker: str) -> None:
        super().__init__(name="yinfeng-clock", daemon=True)
        self._worker = worker
        self._stopped = threading.Event()
        self._started_at = timezone.now()

    def run(self) -> None:
        while not self._stopped.is_set():
            try:
                close_old_connections()
                at = timezone.now()
                actions.beat(worker=self._worker, running=running_here(), started_at=self._started_at, at=at)
                run_due(at)
            except DatabaseError:
                log.exception("the clock missed a turn")  # a locked or restarting database: the next turn mends it
                connection.close()
            self._stopped.wait(BEAT_SECONDS)
        connection.close()

    def stop(self) -> None:
        self._stopped.set()
        self.join(timeout=30)


def register_own() -> None:
    """What the foundation itself does by the clock."""
    minute, day = timedelta(minutes=1), timedelta(days=1)
    add_periodic(Periodic("seal-audit", _("封存审计日志"), minute, _seal))
    add_periodic(Periodic("dead-jobs", _("清理中断的后台任务"), minute, lambda at: actions.fail_the_dead(at=at)))
    add_periodic(Periodic("prune", _("清理过期会话与任务记录"), day, _prune))


def _seal(at: datetime) -> None:
    """Seal in steps, so that people write in between; what a turn leaves over waits for the next."""
    for _step in range(SEAL_STEPS):
        if seal(at=at, most=SEAL_ROWS) < SEAL_ROWS:
            return


def _prune(at: datetime) -> None:
    from .models import WorkerBeat

    call_command("clearsessions")
    call_command("prune_db_task_results", verbosity=0)
    WorkerBeat.objects.filter(beat_at__lt=at - timedelta(days=7)).delete()
