"""Hard-wrapped lines: text files and copied pages whose sentences are cut at a fixed width are put together again.

A page counts as wrapped where many of its lines are as wide as the widest usual ones and end without an end mark. Only the
line breaks inside such runs go; a page with ordinary paragraphs passes untouched.
"""

from __future__ import annotations

import re

from .mapped import Mapped

_END = frozenset("。！？!?；;：:…|")
_NEW_PARAGRAPH = re.compile(
    r"[ \u3000\t]|[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．](?!\d)|[●◆■★▲◇□☆△▪➤✅·•\-—【]|第[一二三四五六七八九十]+[章节条]"
)
_ASCII = re.compile(r"[ -~]")
_LEAST_WIDTH, _MOST_WIDTH, _LEAST_LINES = 14, 110, 3
_ROUNDS = 6


def unwrap(page: Mapped) -> Mapped:
    """The page with its hard-wrapped lines put together; the page itself where it is not wrapped."""
    for _ in range(_ROUNDS):
        breaks = _breaks(page.text)
        if not breaks:
            return page
        spans, at = [], 0
        for position in breaks:
            spans.append((at, position))
            at = position + 1
        spans.append((at, len(page.text)))
        page = page.keep(spans)
    return page


def _breaks(text: str) -> list[int]:
    """Positions of the line breaks that only wrap."""
    if text.count("\n") < _LEAST_LINES:
        return []
    lines = text.split("\n")
    widths = [len(line) - len(_ASCII.findall(line)) / 2 for line in lines]
    longest = max(map(len, lines))  # wrapped after so many characters, or after so many columns
    told = sorted(width for line, width in zip(lines, widths, strict=True) if line.strip())
    if not told:
        return []
    full = told[int(len(told) * 0.9) - (len(told) > 9)]
    if not _LEAST_WIDTH <= full <= _MOST_WIDTH or told[-1] > full + 4:
        return []
    open_ended = [
        number
        for number in range(len(lines) - 1)
        if (full - 3 <= widths[number] or len(lines[number]) == longest)
        and lines[number][-1] not in _END
        and lines[number + 1].strip()
        and not _NEW_PARAGRAPH.match(lines[number + 1])
    ]
    if len(open_ended) < _LEAST_LINES or len(open_ended) < 0.4 * len(told):
        return []
    joined, found, at = set(open_ended), [], 0
    for number, line in enumerate(lines[:-1]):
        at += len(line)
        if number in joined:
            found.append(at)
        at += 1
    return found
