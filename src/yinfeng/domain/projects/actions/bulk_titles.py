"""The titles of a bulk load, added as ``enterprises.add_title`` adds one; what a firm has already is not added again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from yinfeng.domain.enterprises.models import EnterpriseTitle

from .bulk_plans import NewTitle
from .bulk_rows import Table, reserve
from .bulk_staging import Staging

BATCH = 500


class Titles:
    def __init__(self, wanted: Sequence[tuple[NewTitle, int]], staging: Staging, actor_id: int, at: datetime) -> None:
        """``wanted``: each with the id of its firm."""
        self.table = Table(
            EnterpriseTitle,
            ("id", "enterprise_id", "kind", "year", "rank", "subsidiary_level", "source", "by_ledger", "at",
             "recorded_by_id", "void_reason"), staging,
        )  # fmt: skip
        self._recorded = {"by_ledger": True, "at": at, "recorded_by_id": actor_id, "void_reason": ""}
        self.made: list[tuple[int, int]] = []
        self._years: dict[tuple[int, str], set[int]] = defaultdict(set)
        firms = sorted({firm for _title, firm in wanted})
        for start in range(0, len(firms), BATCH):
            rows = EnterpriseTitle.objects.standing().filter(enterprise_id__in=firms[start : start + BATCH])
            for firm, kind, year in rows.values_list("enterprise_id", "kind", "year"):
                self._years[firm, kind].add(year)
        self._next = reserve(EnterpriseTitle, len(wanted))

    def add(self, title: NewTitle, firm: int, project: int) -> dict[str, Any] | None:
        """What the trail says of it; None where the firm has it."""
        years = self._years[firm, title.kind]
        if title.year in years or (years and not title.is_of_year):
            return None
        years.add(title.year)
        self._next += 1
        self.made.append((self._next, project))
        told = {"year": title.year, "rank": title.rank, "subsidiary_level": title.level}
        self.table.add({
            "id": self._next, "enterprise_id": firm, "kind": title.kind, "source": title.source[:120], **told,
            **self._recorded,
        })  # fmt: skip
        return {"title": title.kind, **told}
