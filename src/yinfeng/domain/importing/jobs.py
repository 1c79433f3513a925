"""The long work of 导入导出: checking a workbook and taking it, in the worker."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.jobs import actions as jobs
from yinfeng.foundation.jobs.progress import Progress
from yinfeng.foundation.jobs.registry import JobKind, Outcome

from . import access
from .actions.applying import apply
from .actions.staging import check
from .models import Import

CHECK, APPLY = "import-check", "import-apply"
SMALL_FILE = 300_000  # bytes that are read while the person waits
SMALL_IMPORT = 1_000  # rows that are taken while the person waits


def _watch(progress: Progress) -> Any:
    return lambda done, total, text: progress.report(done, total, text)


def run_check(progress: Progress, arguments: dict[str, Any]) -> Outcome:
    found = access.import_for(progress.viewer(), arguments["import"], "E")
    done = check(of=found, viewer=progress.viewer(), actor=progress.actor, at=timezone.now(), watch=_watch(progress))
    return Outcome(_("共 {n} 行，请核对后确认导入。").format(n=done.total))


def run_apply(progress: Progress, arguments: dict[str, Any]) -> Outcome:
    found = access.import_for(progress.viewer(), arguments["import"], "E")
    loaded = apply(of=found, viewer=progress.viewer(), actor=progress.actor, at=timezone.now(), watch=_watch(progress))
    return Outcome(_("新增 {a} 个项目，更新 {b} 个。").format(a=len(loaded.created), b=len(loaded.changed)))


KINDS = (
    JobKind(CHECK, gettext_lazy("检查导入的台账"), run_check),
    JobKind(APPLY, gettext_lazy("导入台账"), run_apply),
)


def start_check(of: Import, viewer: Viewer) -> None:
    """Check an import: at once where it is small, else in the worker."""
    if of.file.size <= SMALL_FILE:
        check(of=of, viewer=viewer, actor=viewer.person, at=timezone.now())
    else:
        _start(CHECK, _("检查：{file}").format(file=of.file.name), of, viewer)


def start_apply(of: Import, viewer: Viewer) -> None:
    if of.total <= SMALL_IMPORT:
        apply(of=of, viewer=viewer, actor=viewer.person, at=timezone.now())
    else:
        _start(APPLY, _("导入：{file}").format(file=of.file.name), of, viewer)


def _start(kind: str, label: str, of: Import, viewer: Viewer) -> None:
    with transaction.atomic():
        job = jobs.start(kind=kind, label=label, arguments={"import": of.pk}, actor=viewer.person, at=timezone.now())
        Import.objects.filter(pk=of.pk).update(job=job)
