"""Quotations: spans of the normalised text as spans of the raw page."""

from __future__ import annotations

from ..mentions.page import Page
from ..model import Evidence


def quote(page: Page, raw: str, start: int, end: int, *fields: str) -> Evidence:
    """The raw quotation behind [start, end) of the normalised text."""
    a, b = page.normalised.raw_span(start, end)
    return Evidence(a, b, raw[a:b], tuple(fields))
