"""Long work of custody: making a backup, and checking one."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinfeng.foundation.jobs.progress import Progress
from yinfeng.foundation.jobs.registry import JobKind, Outcome, register
from yinfeng.kernel.errors import DomainError

from .actions.backing_up import Tick, faults_of, make_backup
from .actions.keeping import JOB, remove_old
from .queries import DAILY, folder, name_of, path_of
from .telling import size_in_words


def _tick(progress: Progress) -> Tick:
    return lambda done, total, what: progress.report(done, total, what)


def _may(progress: Progress) -> None:
    """The clock's own jobs have no owner; a person's right may have been taken away since."""
    if progress.job.owner_id and not progress.viewer().may("setting", "A"):
        raise DomainError(_("没有系统设置的权限。"))


def backup(progress: Progress, arguments: dict[str, Any]) -> Outcome:
    """Make a backup in the folder and prove it; the daily one then takes old ones away."""
    _may(progress)
    why, at = str(arguments.get("why", "page")), timezone.now()
    path = folder() / name_of(at, why)
    made = make_backup(path=path, actor=progress.job.owner, at=at, tick=_tick(progress))
    if faults := list(faults_of(path, _tick(progress))):
        raise DomainError(_("备份写完后没有通过校验：{fault}").format(fault=faults[0]))
    gone = remove_old(at=timezone.now()) if why == DAILY else []
    words = _("{name}：{n} 行，{files} 个附件，{size}，已通过校验。").format(
        name=path.name, n=f"{made.manifest.rows:,}", files=made.manifest.files, size=size_in_words(made.size)
    )
    if gone:
        words += _("按规则清理了 {n} 份旧备份。").format(n=len(gone))
    if made.faults:
        words += _("有 {n} 个附件内容缺失或不符，请运行 yinfeng doctor。").format(n=len(made.faults))
    return Outcome(words)


def check(progress: Progress, arguments: dict[str, Any]) -> Outcome:
    """Prove a backup of the folder."""
    _may(progress)
    path = path_of(str(arguments.get("name", "")))
    if path is None:
        raise DomainError(_("没有这个备份。"))
    if faults := list(faults_of(path, _tick(progress))):
        raise DomainError(_("没有通过校验，共 {n} 处：{fault}").format(n=len(faults), fault=faults[0]))
    return Outcome(_("{name} 完整。").format(name=path.name))


def register_all() -> None:
    register(JobKind(JOB, gettext_lazy("备份"), backup))
    register(JobKind("backup.check", gettext_lazy("校验备份"), check))
