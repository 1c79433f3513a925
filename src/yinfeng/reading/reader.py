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
        story = tell(page)
        return Reading(
            projects=tuple(project_records(page, raw, story)),
            aggregates=tuple(aggregate_records(page, raw, story)),
            money=tuple(money_records(page, raw)),
            normalised=normalised,
            doc_date=doc_date,
            doc_id=doc_id,
        )
    finally:
        if collecting:
            gc.enable()
