"""Quotations: spans of the normalised text as spans of the raw page."""

from __future__ import annotations

from ..mentions.page import Page
from ..model import Evidence


def quote(page: Page, raw: str, start: int, end: int, *fields: str) -> Evidence:
    """The raw quotation behind [start, end) of the normalised text."""
    if page.normalised.offsets is not None:
        start, end = page.normalised.raw_span(start, end)
    return Evidence(start, end, raw[start:end], fields)
