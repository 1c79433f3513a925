"""Whether the house stands: what a supervisor asks (`/healthz`), and what the system administrator sees."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import django
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yinfeng.foundation.files import vault
from yinfeng.foundation.files.models import StoredFile
from yinfeng.foundation.jobs.models import Job, JobState
from yinfeng.foundation.jobs.queries import PeriodicRow, periodic_rows, workers_alive

LEAST_FREE_SHARE = 0.1


@dataclass(frozen=True)
class Sign:
    """One thing looked at; ``light`` is green, amber or red, ``word`` says it, ``detail`` the figures."""

    label: str
    light: str
    word: str
    detail: str


@dataclass(frozen=True)
class Health:
    signs: tuple[Sign, ...]
    periodic: tuple[PeriodicRow, ...]
    jobs: tuple[tuple[str, int], ...]
    facts: tuple[tuple[str, str], ...]


_more_signs: list[Callable[[datetime], Sign]] = []


def add_sign(look: Callable[[datetime], Sign]) -> None:
    """An upper app adds something to be looked at (from ``AppConfig.ready``)."""
    if look not in _more_signs:
        _more_signs.append(look)


def health(at: datetime) -> Health:
    """Everything the page of the system shows."""
    counts = dict(Job.objects.values_list("state").annotate(n=Count("pk")))
    files = StoredFile.objects.aggregate(n=Count("pk"), size=Sum("size"))
    periodic = tuple(periodic_rows(at))
    return Health(
        signs=(_database(), _worker(at), _clock(periodic), _disk(), *(look(at) for look in _more_signs)),
        periodic=periodic,
        jobs=tuple((_(state.label), counts.get(state.value, 0)) for state in JobState),
        facts=(
            (_("Django 版本"), django.get_version()),
            (_("数据库"), f"{connection.display_name} {'.'.join(map(str, _version()))}"),
            (_("附件"), _("{n} 个记录，{size}").format(n=f"{files['n']:,}", size=_bytes(files["size"] or 0))),
            (_("单个附件上限"), _bytes(settings.FILES_MAX_BYTES)),
            (_("登录失败锁定"), _("{n} 次后锁定 {m} 分钟").format(
                n=settings.AXES_FAILURE_LIMIT, m=round(settings.AXES_COOLOFF_TIME * 60))),
            (_("会话超时"), _("{n} 分钟无操作").format(n=settings.SESSION_COOKIE_AGE // 60)),
        ),
    )  # fmt: skip


def _version() -> tuple[int, ...]:
    if connection.vendor == "postgresql":
        number: int = connection.pg_version  # type: ignore[attr-defined]
        return divmod(number, 10_000)
    return sqlite3.sqlite_version_info


def _database() -> Sign:
    start = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    took = (time.perf_counter() - start) * 1000
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return Sign(
            _("数据库"), "red", _("结构待更新"), _("{n} 个迁移未执行，请运行 yinfeng migrate").format(n=len(waiting))
        )
    return Sign(_("数据库"), "green", _("正常"), _("应答 {ms:.1f} 毫秒").format(ms=took))


def _worker(at: datetime) -> Sign:
    alive = workers_alive(at)
    if not alive:
        return Sign(_("后台进程"), "red", _("没有运行"), _("请启动 yinfeng worker；导出、封存等工作在等它"))
    return Sign(_("后台进程"), "green", _("运行中"), _("、").join(w.worker for w in alive))


def _clock(rows: tuple[PeriodicRow, ...]) -> Sign:
    late = [row.label for row in rows if row.late]
    broken = [row.label for row in rows if row.fault]
    if broken:
        return Sign(_("定时任务"), "red", _("有故障"), _("、").join(broken))
    if late:
        return Sign(_("定时任务"), "amber", _("有延迟"), _("、").join(late))
    return Sign(_("定时任务"), "green", _("正常"), _("{n} 项按时").format(n=len(rows)))


def _disk() -> Sign:
    folder = vault.root()
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    share = usage.free / usage.total
    light, word = ("green", _("充足")) if share >= LEAST_FREE_SHARE else ("red", _("将满"))
    detail = _("可用 {free}，共 {total}").format(free=_bytes(usage.free), total=_bytes(usage.total))
    return Sign(_("附件所在磁盘"), light, word, detail)


def _bytes(number: int) -> str:
    size = float(number)
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024:
            return f"{size:,.0f} {unit}" if unit == "B" else f"{size:,.1f} {unit}"
        size /= 1024
    return f"{size:,.1f} TB"


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """``ok`` when the database answers, else 503. Open to strangers: it says nothing else."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return HttpResponse("database", status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")
