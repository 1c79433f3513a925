"""Writing the audit trail, and sealing it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction

from .models import AuditRow, LookKind, LookRow

if TYPE_CHECKING:
    from yinfeng.foundation.accounts.models import Person

# Rows younger than this may still have an elder sister in an open transaction (longest write: 5 s).
SETTLED_AFTER = timedelta(seconds=30)


def record(
    *,
    actor: Person | None,
    at: datetime,
    verb: str,
    kind: str,
    object_id: int | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
) -> AuditRow:
    """One audit row, inside the caller's transaction. ``actor`` None is the system itself (jobs, commands)."""
    return AuditRow.objects.create(
        actor=actor,
        at=at,
        verb=verb,
        object_kind=kind,
        object_id=object_id,
        before=before,
        after=after,
        note=note[:400],
    )


def record_many(
    *, actor: Person | None, at: datetime, verb: str, kind: str, rows: Iterable[tuple[int, Mapping[str, Any]]]
) -> None:
    """One audit row for each (object id, what it became), as :func:`record` would write them one by one."""
    AuditRow.objects.bulk_create(
        (
            AuditRow(actor=actor, at=at, verb=verb, object_kind=kind, object_id=object_id, after=after)
            for object_id, after in rows
        ),
        batch_size=500,
    )


def record_look(
    *,
    actor: Person,
    at: datetime,
    look: LookKind,
    kind: str,
    object_id: int | None = None,
    rows: int | None = None,
    detail: str = "",
) -> LookRow:
    """Somebody looked at personal data, exported rows or took a file."""
    return LookRow.objects.create(
        person=actor, at=at, kind=look, object_kind=kind, object_id=object_id, rows=rows, detail=detail[:400]
    )


def digest_of_looks(rows: Iterable[LookRow]) -> str:
    """SHA-256 over rows of the look log by number, each as a line of JSON: what stays of them when they are pruned, and
    what an auditor computes again from a backup that still holds them."""
    made = hashlib.sha256()
    for row in rows:
        line = [
            row.pk, row.at.astimezone(UTC).isoformat(), row.person_id, row.kind, row.object_kind, row.object_id, row.rows,
            row.detail,
        ]  # fmt: skip
        made.update(json.dumps(line, ensure_ascii=False).encode() + b"\n")
    return made.hexdigest()


def prune_looks(*, before: datetime, actor: Person | None, at: datetime, step: int = 5_000) -> int:
    """Delete the looks recorded before a moment, in steps that hold nobody up; how many. Each step leaves a row in the
    trail with its range, its count and its digest, which is then sealed like any other: that and what was pruned
    stays provable, and the chain itself loses nothing."""
    gone = 0
    while True:
        with transaction.atomic():
            rows = list(LookRow.objects.filter(at__lt=before).order_by("pk")[:step])
            if not rows:
                return gone
            record(
                actor=actor, at=at, verb="look.prune", kind="look", object_id=None,
                after={
                    "before": before, "count": len(rows), "first_id": rows[0].pk, "last_id": rows[-1].pk,
                    "sha256": digest_of_looks(rows),
                },
            )  # fmt: skip
            LookRow.objects.filter(pk__in=[row.pk for row in rows]).delete()
        gone += len(rows)


def seal_of(row: AuditRow, previous: str) -> str:
    """The digest of a row and of the seal before it (SHA-256 by default; ``YINFENG_DIGEST = "sm3"`` for 国密)."""
    body = json.dumps(
        [
            previous, row.pk, row.at.isoformat(), row.actor_id, row.verb, row.object_kind, row.object_id,
            row.before, row.after, row.note,
        ],
        cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True,
    )  # fmt: skip
    return hashlib.new(getattr(settings, "YINFENG_DIGEST", "sha256"), body.encode()).hexdigest()


def seal(*, at: datetime, most: int = 1_000) -> int:
    """Chain the settled rows that are not sealed yet; the number sealed. Safe to call from several workers: one seals,
    another that comes at the same moment finds nothing or steps back (0). A thousand rows hold the database for a
    quarter of a second; call again while the answer is ``most``."""
    try:
        return _seal(at, most)
    except IntegrityError:
        return 0  # the number was taken in between; nothing of ours was written


@transaction.atomic
def _seal(at: datetime, most: int) -> int:
    rows = list(
        AuditRow.objects.select_for_update()
        .filter(seal_number=None, inserted_at__lt=at - SETTLED_AFTER)
        .order_by("pk")[:most]
    )
    # Asked after the lock: whoever held it may have moved the end of the chain.
    last = AuditRow.objects.exclude(seal_number=None).order_by("-seal_number").first()
    number, previous = (last.seal_number or 0, last.seal) if last else (0, "")
    for row in rows:
        number += 1
        previous = seal_of(row, previous)
        row.seal_number, row.seal = number, previous
    AuditRow.objects.bulk_update(rows, ["seal_number", "seal"], batch_size=200)
    return len(rows)
