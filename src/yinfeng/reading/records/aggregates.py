"""Statistics about groups of projects."""

from __future__ import annotations

from ..mentions.page import Page
from ..model import AggregateRecord
from .story import Story


def aggregate_records(page: Page, raw: str, story: Story) -> list[AggregateRecord]:
    return []
