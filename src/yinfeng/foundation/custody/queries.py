"""What is known of backups: the last one, and those that lie in the folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from yinfeng.foundation.audit.models import AuditRow


@dataclass(frozen=True)
class LastBackup:
    name: str
    at: datetime
    size: int


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
