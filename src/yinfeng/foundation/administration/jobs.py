"""Long work of administration: proving the audit chain, taking the trail out, the doctor's round."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinfeng.foundation.audit.actions import record, record_look
from yinfeng.foundation.audit.models import AuditRow, LookKind
from yinfeng.foundation.audit.queries import broken_seals
from yinfeng.foundation.jobs.progress import Progress
from yinfeng.foundation.jobs.registry import JobKind, Outcome, register
from yinfeng.foundation.workbook.write import About, CellKind, Column, stream_rows
from yinfeng.kernel.errors import DomainError

from . import doctor
from .queries import TrailFilter, trail
from .rules import thing_label, verb_label


def _columns() -> list[Column]:
    return [
        Column(_("记录时间"), CellKind.MOMENT), Column(_("操作人")), Column(_("操作"), width=24),
        Column(_("操作代码"), width=24), Column(_("对象类型")), Column(_("对象编号")), Column(_("原值"), width=40),
        Column(_("新值"), width=40), Column(_("说明"), width=40), Column(_("封存序号")), Column(_("封存摘要"), width=40),
    ]  # fmt: skip


def verify(progress: Progress, arguments: dict[str, Any]) -> Outcome:
    """Walk the whole chain; a broken link fails the job with the first faults in its words."""
    if not progress.viewer().may("audit", "S"):
        raise DomainError(_("没有查看审计日志的权限。"))
    total = AuditRow.objects.exclude(seal_number=None).count()
    progress.report(0, total, force=True)
    faults = list(progress.each(broken_seals()))
    if faults:
        shown = _("；").join(faults[:3])
        raise DomainError(_("审计链有 {n} 处不符：{shown}").format(n=len(faults), shown=shown))
    open_rows = AuditRow.objects.filter(seal_number=None).count()
    return Outcome(_("审计链完整：已核验 {n} 条，另有 {m} 条待封存。").format(n=f"{total:,}", m=f"{open_rows:,}"))


def export(progress: Progress, arguments: dict[str, Any]) -> Outcome:
    """The trail asked for as a workbook. The look is logged before a row is read."""
    if not progress.viewer().may("audit", "X"):
        raise DomainError(_("没有导出审计日志的权限。"))
    asked = _asked(arguments)
    rows = trail(asked)
    total, at = rows.count(), timezone.now()
    record_look(
        actor=progress.actor, at=at, look=LookKind.EXPORT, kind="audit", rows=total,
        detail=json.dumps(arguments, ensure_ascii=False),
    )  # fmt: skip
    filters = _("；").join(f"{k}={v}" for k, v in arguments.items()) or _("全部")
    about = About(_("审计日志"), filters, at, progress.actor.name)
    written = stream_rows(_columns(), _cells(rows), about, progress=lambda n: progress.report(n, total))
    try:
        file = progress.keep_file(written.path, f"{_('审计日志')}-{timezone.localtime(at):%Y%m%d-%H%M}.xlsx")
    finally:
        written.path.unlink()
    return Outcome(_("共 {n} 条。").format(n=f"{written.rows:,}"), file)


def _asked(arguments: dict[str, Any]) -> TrailFilter:
    told = dict(arguments)
    for name in ("from_date", "until_date"):
        if name in told:
            told[name] = date.fromisoformat(told[name])
    if "object_id" in told:
        told["object_id"] = int(told["object_id"])
    return TrailFilter(**told)


def _cells(rows: Any) -> Iterator[list[Any]]:
    for row in rows.iterator(chunk_size=1_000):
        yield [
            row.at, row.actor.name if row.actor else "", verb_label(row.verb, _), row.verb, _(thing_label(row.object_kind)),
            row.object_id, _json(row.before), _json(row.after), row.note, row.seal_number, row.seal,
        ]  # fmt: skip


def _json(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)


def examine(progress: Progress, arguments: dict[str, Any]) -> Outcome:
    """Every check of the doctor. Only counts are told: the faults name business objects, which no administrator reads."""
    if not progress.viewer().may("setting", "A"):
        raise DomainError(_("没有系统设置的权限。"))
    total = len(doctor.checks())
    results = list(progress.each(doctor.run(), total))
    at = timezone.now()
    bad = [r for r in results if r.faults]
    record(
        actor=progress.actor, at=at, verb="doctor.run", kind="job", object_id=progress.job.pk,
        after={r.key: len(r.faults) for r in results},
    )  # fmt: skip
    if bad:
        words = _("；").join(f"{r.label} {len(r.faults)}{'+' if r.more else ''}" for r in bad)
        raise DomainError(
            _("{n} 项检查中有 {m} 项不符：{words}").format(n=total, m=len(bad), words=words),
            fix=_("请在服务器上运行 yinfeng doctor 查看明细。"),
        )
    return Outcome(_("{n} 项检查全部相符。").format(n=total))


def register_all() -> None:
    register(JobKind("audit.verify", gettext_lazy("核验审计链"), verify))
    register(JobKind("audit.export", gettext_lazy("导出审计日志"), export))
    register(JobKind("doctor", gettext_lazy("数据体检"), examine))
