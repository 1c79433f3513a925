"""What the prover finds in a bulletin of ours. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from yinfeng.kernel.voice import say

from .arithmetic.relation import DISAGREES
from .proof import Checked, prove
from .writing import Block, Figure, plain_text, table_lines

_SIGNED = re.compile(r"(?:增长|增加|上升|提高|下降|减少|降低|回落)(?:了|约)?(?P<figure>[-−－]\d[\d,.]*(?:%|个百分点)?)")


def contradictions(title: str, blocks: Sequence[Block], figures: Sequence[Figure]) -> tuple[Checked, ...]:
    """Where its text contradicts itself. The cells of a table are each computed and cannot be typed over: that two columns
    happen to stand in a relation on most lines is chance, and no fault where they do not."""
    computed = table_lines(blocks)
    text = plain_text(title, blocks, figures)
    found = [one for one in prove(text).disagreements if not (one.kind == "table" and one.line in computed)]
    return (*found, *_signed(text))


def _signed(text: str) -> list[Checked]:
    """A fall is told as a fall: 同比下降8.92%, never 增长-8.92%."""
    found = []
    for match in _SIGNED.finditer(text):
        start, end = match.span("figure")
        size = match["figure"][1:]
        told = say("下降{n}", n=size) if size[-1] in "%点" else say("减少{n}", n=size)
        words = say("升降用语：不写“{wrong}”，应为“{right}”", wrong=match[0], right=told)
        line = text.count("\n", 0, start) + 1
        found.append(
            Checked("wording", DISAGREES, words, line, start, end, match["figure"], "", match["figure"], told, ())
        )
    return found
