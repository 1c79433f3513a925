"""How a text is kept and how it is marked: pieces between the ends of spans, each with the spans that cover it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

WHOLE_UP_TO = 200_000  # characters; of a longer page only the neighbourhood of its spans is shown
AROUND = 600


@dataclass(frozen=True, slots=True)
class Span:
    """[start, end) of a text. ``key`` names it on the page; ``unsure`` says that it was guessed from damaged bytes."""

    start: int
    end: int
    key: str = ""
    group: str = ""
    proposal: int | None = None
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters under the same spans. ``anchor`` names the spans that begin here; ``gap`` counts the
    characters left out."""

    text: str
    keys: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()
    group: str = ""
    proposals: tuple[int, ...] = ()
    unsure: bool = False
    gap: int = 0

    @property
    def is_marked(self) -> bool:
        return bool(self.keys) or self.unsure


def storable(text: str) -> str:
    """The text as a database can keep it, character for character: NUL and lone surrogates become U+FFFD."""
    if text.isascii() and "\0" not in text:
        return text
    return "".join("�" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)


def pieces(text: str, spans: Iterable[Span], *, whole_up_to: int = WHOLE_UP_TO, around: int = AROUND) -> list[Piece]:
    """The text cut at every end of a span. Put together again, pieces and gaps give the text.

    Spans that lie outside the text, or are empty, are left out.
    """
    held = sorted(
        (s for s in spans if 0 <= s.start < s.end <= len(text)), key=lambda s: (s.start, -(s.end - s.start), s.key)
    )
    shown = [(0, len(text))] if len(text) <= whole_up_to else _neighbourhoods(len(text), held, around)
    edges = {0, len(text)} | {s.start for s in held} | {s.end for s in held} | {e for pair in shown for e in pair}
    cuts = sorted(edges)
    windows = iter([*shown, (len(text) + 1, len(text) + 1)])
    window = next(windows)
    made: list[Piece] = []
    active: list[Span] = []
    coming = 0
    for a, b in pairwise(cuts):
        active = [s for s in active if s.end > a]
        begun: list[Span] = []
        while coming < len(held) and held[coming].start <= a:
            begun.append(held[coming])
            coming += 1
        active += begun
        while window[1] <= a and window[1] <= len(text):
            window = next(windows)
        if not window[0] <= a < window[1]:
            if made and made[-1].gap:
                made[-1] = Piece("", gap=made[-1].gap + b - a)
            else:
                made.append(Piece("", gap=b - a))
            continue
        made.append(_piece(text[a:b], active, begun))
    return made


def _piece(text: str, active: Sequence[Span], begun: Sequence[Span]) -> Piece:
    # The shortest span says most precisely what stands here: its colour wins.
    named = sorted((s for s in active if s.key), key=lambda s: s.end - s.start)
    return Piece(
        text,
        keys=tuple(s.key for s in named),
        anchors=tuple(s.key for s in begun if s.key),
        group=next((s.group for s in named if s.group), ""),
        proposals=tuple(dict.fromkeys(s.proposal for s in named if s.proposal is not None)),
        unsure=any(s.unsure for s in active),
    )


def _neighbourhoods(length: int, spans: Sequence[Span], around: int) -> list[tuple[int, int]]:
    found = [(0, min(length, around))]
    for span in spans:
        a, b = max(0, span.start - around), min(length, span.end + around)
        if a <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], b))
        else:
            found.append((a, b))
    return found


def readable_span(offsets: Sequence[int] | None, start: int, end: int) -> tuple[int, int]:
    """[start, end) of the raw text as [start, end) of the readable one.

    ``offsets`` gives for each readable character the raw index it came from (None: the two texts are the same).
    """
    if offsets is None:
        return start, end
    first = bisect_left(offsets, start)
    return first, max(first, bisect_left(offsets, end))
