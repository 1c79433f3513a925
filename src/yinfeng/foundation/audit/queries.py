"""Reading the trail and proving the chain."""

from __future__ import annotations

from collections.abc import Iterator

from .actions import seal_of
from .models import AuditRow


def broken_seals() -> Iterator[str]:
    """One line per row whose seal does not follow from its content and the seal before it."""
    previous, expected = "", 1
    for row in AuditRow.objects.exclude(seal_number=None).order_by("seal_number").iterator(chunk_size=2_000):
        if row.seal_number != expected:
            yield f"审计链：第 {expected} 号封存缺失（下一条为第 {row.seal_number} 号）"
            expected = row.seal_number or expected
        if seal_of(row, previous) != row.seal:
            yield f"审计链：第 {row.seal_number} 号（记录 {row.pk}）与封存摘要不符，内容可能被改动"
        previous = row.seal
        expected += 1
