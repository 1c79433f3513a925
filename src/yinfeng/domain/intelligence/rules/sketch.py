"""Near duplicates: a bottom-k sketch of a text's shingles, from which likeness is estimated. Pure.

A text is folded to its letters, figures and Chinese characters and cut into overlapping pieces of five; each piece is
hashed, and the 64 smallest hashes are kept. Of two sketches, the share of common values among the 64 smallest of both
together estimates how much of the texts is the same (Broder 1997; the error is about six points). The eight smallest
alone are put into an index: two texts of which half is the same miss each other there less than once in a hundred times.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Sequence

KEPT = 64
INDEXED = 8
PIECE = 5
LEAST_PIECES = 20  # shorter texts are too small to be told apart
ALIKE = 0.6  # from which two texts are the same news: briefs written to one pattern share up to half their pieces

_NOISE = re.compile(r"[^0-9A-Za-z\u3400-\u9fff]+")


def sketch(text: str) -> tuple[int, ...]:
    """The smallest hashes of the text's pieces, ascending; none of a text that is too short to be compared."""
    plain = _NOISE.sub("", text).lower()
    if len(plain) < LEAST_PIECES + PIECE - 1:
        return ()
    raw = plain.encode("utf-32-le")
    width = PIECE * 4
    hashes = {_mix(zlib.crc32(raw[i : i + width])) for i in range(0, len(raw) - width + 1, 4)}
    return tuple(sorted(hashes)[:KEPT])


def likeness(a: Sequence[int], b: Sequence[int]) -> float:
    """0…1: the estimated share of pieces that two texts have in common."""
    if not a or not b:
        return 0.0
    smallest = set(sorted({*a, *b})[: max(min(len(a), len(b)), 1)])
    return len(smallest & set(a) & set(b)) / len(smallest)


def indexed(values: Sequence[int]) -> Collection[int]:
    """The values by which a sketch is looked for."""
    return values[:INDEXED]


def _mix(value: int) -> int:
    """CRC is linear: one round of multiplication takes the order of neighbouring pieces out of it."""
    value = (value ^ 0x9E3779B9) * 0x85EBCA6B & 0xFFFFFFFF
    value ^= value >> 13
    return value * 0xC2B2AE35 & 0xFFFFFFFF
