"""Whether the house can serve: what a load balancer and a monitor ask (``/readyz``). No names, no figures of business."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yinfeng.foundation.administration.health import LEAST_FREE_SHARE
from yinfeng.foundation.files import vault
from yinfeng.foundation.jobs.queries import workers_alive

from . import barrier
from .queries import last_backup
from .retention import rule_in_force

# What must be well for anybody to be served; the rest is told, and somebody should look.
NEEDED = ("restore", "database", "migrations")


@lru_cache(maxsize=1)
def _on_disk() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations or ())


def waiting_migrations() -> list[tuple[str, str]]:
    """Migrations of this version that the database does not have. One query."""
    return sorted(_on_disk() - set(MigrationRecorder(connection).applied_migrations()))


def signs(at: datetime) -> dict[str, str]:
    """Each thing looked at and ``ok`` or what is the matter, in a word."""
    told = {"restore": "unfinished" if barrier.stands() else "ok"}
    try:
        told["migrations"] = "waiting" if waiting_migrations() else "ok"
        told["database"] = "ok"
        if told["migrations"] == "ok":
            told["worker"] = "ok" if workers_alive(at) else "missing"
            last = last_backup()
            limit = timedelta(hours=rule_in_force(at).warn_after_hours)
            told["backup"] = "none" if last is None else "old" if at - last.at > limit else "ok"
    except DatabaseError:
        told |= {"database": "unreachable", "migrations": "unknown"}
    told["disk"] = "ok" if free_share() >= LEAST_FREE_SHARE else "low"
    return told


def free_share() -> float:
    folder = vault.root()
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    return usage.free / usage.total


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 with ``ok`` or ``degraded``, 503 with ``unready``; and each sign. Open to strangers, as ``/healthz``."""
    told = signs(timezone.now())
    if any(told.get(name) != "ok" for name in NEEDED):
        status = "unready"
    else:
        status = "ok" if set(told.values()) == {"ok"} else "degraded"
    return JsonResponse({"status": status, "signs": told}, status=503 if status == "unready" else 200)
