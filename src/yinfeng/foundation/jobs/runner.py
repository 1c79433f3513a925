"""The one task behind every job: the queue (django-tasks) carries a number, the rest is in the job's row."""

from __future__ import annotations

import logging
import threading

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from yinfeng.kernel.errors import DomainError

from . import actions
from .progress import Progress
from .registry import kind_of

log = logging.getLogger(__name__)
_running: set[int] = set()
_lock = threading.Lock()


def running_here() -> list[int]:
    """The jobs this process is working on: its heart beats for them."""
    with _lock:
        return sorted(_running)


@task()
def run_job(job_id: int) -> None:
    """Do the job, whatever comes, and leave its row telling how it went."""
    job = actions.claim(job_id=job_id, at=timezone.now())
    if job is None:
        return
    with _lock:
        _running.add(job.pk)
    try:
        with translation.override((job.owner and job.owner.language) or settings.LANGUAGE_CODE):
            _run(Progress(job))
    finally:
        with _lock:
            _running.discard(job.pk)


def _run(progress: Progress) -> None:
    job = progress.job
    kind = kind_of(job.kind)
    try:
        if kind is None:
            raise DomainError(_("没有“{kind}”这类后台任务。").format(kind=job.kind))
        outcome = kind.run(progress, job.arguments)
    except DomainError as refusal:
        actions.fail(job=job, message=str(refusal), at=timezone.now())
    except Exception:
        log.exception("job %s (%s) failed", job.pk, job.kind)
        words = _("程序内部错误，未能完成。请把任务编号 {n} 告知系统管理员。").format(n=job.pk)
        actions.fail(job=job, message=words, at=timezone.now())
    else:
        actions.finish(job=job, outcome=outcome, at=timezone.now())
