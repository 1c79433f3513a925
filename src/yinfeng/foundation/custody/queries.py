"""What is known of backups: the last one, and those that lie in the folder."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.administration.health import Sign
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.jobs.models import Job
from yinfeng.foundation.jobs.queries import JobRow, row_of
from yinfeng.foundation.ui.slots import Todo

from .archive import Reader
from .retention import rule_in_force
from .rules.format import NotABackup
from .rules.keeping import Keeping
from .telling import size_in_words

FOLDER, DAILY = "backups", "daily"
_NAME = re.compile(r"yinfeng-(\d{8}T\d{6}Z)-([a-z-]+)\.yfb")
MOST_SHOWN = 60


@dataclass(frozen=True)
class LastBackup:
    name: str
    at: datetime
    size: int


@dataclass(frozen=True)
class Lying:
    """A file of the folder, by its name."""

    name: str
    made_at: datetime
    why: str


@dataclass(frozen=True)
class BackupRow:
    """A backup as the page shows it; ``fault`` where its manifest cannot be read."""

    name: str
    made_at: datetime
    why: str
    size: str
    rows: int
    files: int
    engine: str
    fault: str = ""


@dataclass(frozen=True)
class BackupsPage:
    rows: list[BackupRow]
    more: int
    jobs: list[JobRow]
    rule: Keeping
    last: LastBackup | None
    late: bool
    folder_words: str
    may_make: bool

    @property
    def is_busy(self) -> bool:
        return any(job.is_open for job in self.jobs)


def folder() -> Path:
    """Where backups lie that nobody gave another place."""
    return Path(settings.HOME) / FOLDER


def name_of(at: datetime, why: str) -> str:
    return f"yinfeng-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{why}.yfb"


def path_of(name: str) -> Path | None:
    """A backup of the folder by its name; None where there is none such."""
    place = folder() / name
    return place if _NAME.fullmatch(name) and place.is_file() else None


def lying() -> list[Lying]:
    """The backups of the folder, the newest first."""
    found = []
    for place in folder().glob("*.yfb"):
        if match := _NAME.fullmatch(place.name):
            made_at = datetime.strptime(match[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            found.append(Lying(place.name, made_at, match[2]))
    return sorted(found, key=lambda b: b.made_at, reverse=True)


def last_backup() -> LastBackup | None:
    """By its record in the audit trail, wherever the file went. One query off an index."""
    row = (
        AuditRow.objects.filter(object_kind="backup", object_id=None, verb="backup.take")
        .order_by("-pk")
        .values_list("at", "after")
        .first()
    )
    if row is None:
        return None
    told = row[1] or {}
    return LastBackup(str(told.get("name", "")), row[0], int(told.get("size", 0)))


def is_late(at: datetime) -> bool:
    """Whether the last backup is older than the rule says, or there was none."""
    last = last_backup()
    return last is None or at - last.at > timedelta(hours=rule_in_force(at).warn_after_hours)


@lru_cache(maxsize=256)
def _read(path: str, _modified: int, size: int) -> tuple[int, int, str, str]:
    try:
        with Reader(Path(path)) as backup:
            told = backup.manifest
            return told.rows, told.files, told.engine, ""
    except NotABackup as fault:
        return 0, 0, "", str(fault)


def _row(one: Lying) -> BackupRow | None:
    place = folder() / one.name
    try:
        stat = place.stat()
    except FileNotFoundError:  # taken away while we look
        return None
    rows, files, engine, fault = _read(str(place), stat.st_mtime_ns, stat.st_size)
    words = {"daily": _("每日"), "manual": _("命令行"), "page": _("手动"), "before-restore": _("恢复前")}
    return BackupRow(
        one.name, one.made_at, words.get(one.why, one.why), size_in_words(stat.st_size), rows, files, engine, fault
    )


def backups_page(viewer: Viewer, at: datetime) -> BackupsPage:
    """What lies in the folder, what is being made, and what the rule says."""
    found = lying()
    rows = [row for one in found[:MOST_SHOWN] if (row := _row(one))]
    jobs = Job.objects.filter(kind__in=["backup", "backup.check"]).select_related("result").order_by("-pk")[:3]
    return BackupsPage(
        rows=rows, more=max(0, len(found) - MOST_SHOWN), jobs=[row_of(job) for job in jobs], rule=rule_in_force(at),
        last=last_backup(), late=is_late(at), folder_words=f"YINFENG_HOME/{FOLDER}", may_make=viewer.may("setting", "A"),
    )  # fmt: skip


def sign(at: datetime) -> Sign:
    """The line on the page of the system's state."""
    last = last_backup()
    if last is None:
        return Sign(_("备份"), "amber", _("还没有备份"), _("请到“备份”页备份一次，并另存一份到别处"))
    hours = int((at - last.at).total_seconds() // 3600)
    detail = _("最近一次 {at}（{n} 小时前），{size}").format(
        at=f"{timezone.localtime(last.at):%m-%d %H:%M}", n=hours, size=size_in_words(last.size)
    )
    return Sign(_("备份"), "red", _("过期"), detail) if is_late(at) else Sign(_("备份"), "green", _("正常"), detail)


def todos(viewer: Viewer, today: date) -> Sequence[Todo]:
    """The system administrator is told when the last backup is too old."""
    if not viewer.may("setting", "A") or not is_late(timezone.now()):
        return []
    last = last_backup()
    words = (
        _("还没有做过备份")
        if last is None
        else _("最近一次备份是 {day}").format(day=f"{timezone.localtime(last.at):%Y-%m-%d}")
    )
    return [Todo(words, reverse("custody:backups"), today, _("备份"))]
