"""The date a page gives itself: 发布时间, 成文日期, or a full date in its first or last lines."""

from __future__ import annotations

import re
from datetime import date

_LABELLED = re.compile(
    r"(?:发布时间|發布時間|发布日期|成文日期|时间|時間|日期|来源时间|更新时间)\s*[：:|]?\s*[|]?\s*"
    r"((?:19|20)\d{2})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})"
)
_PLAIN = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})(?!\d)\s*日?")
_ANNOTATION = re.compile(r"\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]{1,7}\)")
_HEAD, _TAIL = 600, 200


def dateline(text: str) -> date | None:
    """The date of the page from its own words, or None. Labelled dates come before plain ones near the edges."""
    head, tail = _ANNOTATION.sub("", text[:_HEAD]), _ANNOTATION.sub("", text[-_TAIL:])
    for piece in (head, tail):
        found = _first(_LABELLED, piece)
        if found:
            return found
    lines = [line.strip() for line in (head[:300] + "\n" + tail).splitlines()]
    for line in lines:  # a line that is little more than a date
        if len(line) <= 30:
            found = _first(_PLAIN, line)
            if found:
                return found
    return None


def _first(pattern: re.Pattern[str], text: str) -> date | None:
    for match in pattern.finditer(text):
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            continue
    return None
