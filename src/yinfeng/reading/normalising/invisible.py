"""Characters nobody sees: zero-width marks, soft hyphens, byte-order marks, stray control characters."""

from __future__ import annotations

import re

from .mapped import Mapped

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0b\x0e-\x1f\x7f]+")


def strip_invisible(page: Mapped) -> Mapped:
    """The page without invisible characters; the page itself when there are none."""
    if not _INVISIBLE.search(page.text):
        return page
    spans, at = [], 0
    for found in _INVISIBLE.finditer(page.text):
        spans.append((at, found.start()))
        at = found.end()
    spans.append((at, len(page.text)))
    return page.keep(spans)
