"""The long work of 导入导出: checking a workbook and taking it, in the worker."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinfeng.domain.projects.actions.guards import told
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.jobs import actions as jobs
from yinfeng.foundation.jobs.progress import Progress
from yinfeng.foundation.jobs.registry import JobKind, Outcome

from . import access
from .actions.applying import apply
from .actions.staging import check
from .actions.undoing import Undone, undo
from .models import Import
from .rules.words import Book

CHECK, APPLY, UNDO = "import-check", "import-apply", "import-undo"
SMALL_FILE = 300_000  # bytes that are read while the person waits
SMALL_IMPORT = 1_000  # rows that are taken, or taken back, while the person waits
_DONE = {
    Book.PROJECTS: gettext_lazy("新增 {a} 个项目，更新 {b} 个。"), Book.LEADS: gettext_lazy("新增 {a} 条线索，更新 {b} 条。"),
    Book.VISITS: gettext_lazy("登记往来 {a} 次。"),
}  # fmt: skip
_UNDONE = {
    Book.PROJECTS: gettext_lazy("已撤销：撤回新增项目 {a} 个，恢复 {b} 个。"),
    Book.LEADS: gettext_lazy("已撤销：撤回新增线索 {a} 条，恢复 {b} 条。"),
    Book.VISITS: gettext_lazy("已撤销：作废往来 {a} 次。"),
}  # fmt: skip


def _watch(progress: Progress) -> Any:
    return lambda done, total, text: progress.report(done, total, text)


def run_check(progress: Progress, arguments: dict[str, Any]) -> Outcome:
    found = access.import_for(progress.viewer(), arguments["import"], "E")
    done = check(of=found, viewer=progress.viewer(), actor=progress.actor, at=timezone.now(), watch=_watch(progress))
    return Outcome(_("共 {n} 行，请核对后确认导入。").format(n=done.total))


def run_apply(progress: Progress, arguments: dict[str, Any]) -> Outcome:
    found = access.import_for(progress.viewer(), arguments["import"], "E")
    loaded = apply(of=found, viewer=progress.viewer(), actor=progress.actor, at=timezone.now(), watch=_watch(progress))
    return Outcome(str(_DONE[Book(found.book)]).format(a=len(loaded.created), b=len(loaded.changed)))


def run_undo(progress: Progress, arguments: dict[str, Any]) -> Outcome:
    viewer = progress.viewer()
    found = access.import_for(viewer, arguments["import"])
    if not access.may_undo(viewer, found):
        raise PermissionDenied
    progress.report(0, found.total, _("撤销导入"))
    done = undo(
        of=found, reason=arguments["reason"], leave_changed=arguments["leave_changed"], actor=progress.actor,
        at=timezone.now(),
    )  # fmt: skip
    return Outcome(undone_in_words(done, found.book))


def undone_in_words(done: Undone, book: str = Book.PROJECTS) -> str:
    text = str(_UNDONE[Book(book)]).format(a=done.withdrawn, b=done.restored)
    if done.left:
        names = _("、").join(f"{code} {name}" for code, name in done.left[:10])
        text += _("保留了之后有改动的 {n} 个：{names}").format(n=len(done.left), names=names)
    return text


KINDS = (
    JobKind(CHECK, gettext_lazy("检查导入的台账"), run_check),
    JobKind(APPLY, gettext_lazy("导入台账"), run_apply),
    JobKind(UNDO, gettext_lazy("撤销导入"), run_undo),
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


def start_undo(of: Import, viewer: Viewer, *, reason: str, leave_changed: bool) -> Undone | None:
    """Take an import back: at once where it is small; None where the worker does it."""
    if of.total <= SMALL_IMPORT:
        return undo(of=of, reason=reason, leave_changed=leave_changed, actor=viewer.person, at=timezone.now())
    label = _("撤销导入：{file}").format(file=of.file.name)
    _start(
        UNDO,
        label,
        of,
        viewer,
        reason=told(reason, _("撤销原因"), 200, "import", "reason"),
        leave_changed=leave_changed,
    )
    return None


def _start(kind: str, label: str, of: Import, viewer: Viewer, **more: Any) -> None:
    with transaction.atomic():
        job = jobs.start(
            kind=kind, label=label, arguments={"import": of.pk, **more}, actor=viewer.person, at=timezone.now()
        )
        Import.objects.filter(pk=of.pk).update(job=job)
