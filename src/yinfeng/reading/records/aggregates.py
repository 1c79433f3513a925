"""Statistics about groups of projects."""

from __future__ import annotations

from ..mentions.page import Page
from ..model import AggregateRecord


def aggregate_records(page: Page, raw: str) -> list[AggregateRecord]:
    return []
