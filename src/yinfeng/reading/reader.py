"""The walk through the rooms: raw text in, `Reading` out."""

from __future__ import annotations

import gc
from datetime import date

from .lexicon import words_for
from .mentions.page import page_of
from .model import Lexicon, Reading
from .normalising import normalise
from .records.aggregates import aggregate_records
from .records.money import money_records
from .records.projects import project_records
from .records.story import tell
from .records.tables import rows_of, table_money, table_projects


def read_text(raw: str, *, doc_date: date | None = None, doc_id: str = "", lexicon: Lexicon | None = None) -> Reading:
    """Read one document.

    raw: the decoded text as it stands (offsets of the evidence refer to it). doc_date: the day of publication, which
    resolves 昨天, 今年, 22日. lexicon: local names of parks, firms and chains. Never raises on any text.
    """
    # thousands of small objects and no cycles among them: the collector would only look at them again and again
    collecting = gc.isenabled()
    gc.disable()
    try:
        normalised = normalise(raw)
        page = page_of(normalised, doc_date, words_for(lexicon))
        rows, lines = rows_of(page)
        story = tell(page, lines)
        money = money_records(page, raw)
        return Reading(
            projects=(*project_records(page, raw, story), *table_projects(page, raw, rows)),
            aggregates=tuple(aggregate_records(page, raw, story)),
            money=(*money, *table_money(page, raw, rows, money)),
            normalised=normalised,
            doc_date=doc_date,
            doc_id=doc_id,
        )
    finally:
        if collecting:
            gc.enable()
