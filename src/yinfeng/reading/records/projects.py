"""Projects."""

from __future__ import annotations

from ..mentions.page import Page
from ..model import ProjectRecord


def project_records(page: Page, raw: str) -> list[ProjectRecord]:
    return []
