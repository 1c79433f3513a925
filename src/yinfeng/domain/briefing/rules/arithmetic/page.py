"""A text as its reader sees it: paragraphs, sentences, clauses, and the figures in them with their words."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from yinfeng.reading.model import Normalised
from yinfeng.reading.normalising import fold

from .figures import Figure, scan

_SENTENCE_END = re.compile(r"[。!?！？]|\n+")
_CLAUSE = re.compile(r"[,;:、。!?\n()“”|\t\[\]]")
_THOUSANDS = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?!\d)")
THOUSANDS = "٬"  # of 3,200: kept apart from the comma between two clauses
_LEAD = 600  # how far back a base may stand


@dataclass(frozen=True)
class Page:
    """text: folded, one character for one of ``normalised.text``; figures in order; sentences as [start, end)."""

    text: str
    normalised: Normalised
    figures: tuple[Figure, ...]
    sentences: tuple[tuple[int, int], ...]
    lines: tuple[int, ...]  # where each line begins
    starts: tuple[int, ...]  # where each figure begins

    def sentence_of(self, figure: Figure) -> str:
        start, end = self.sentences[figure.sentence]
        return self.text[start:end]

    def within(self, sentence: int) -> list[Figure]:
        """The figures of a sentence."""
        return self.between(*self.sentences[sentence]) if 0 <= sentence < len(self.sentences) else []

    def between(self, start: int, end: int) -> list[Figure]:
        first, last = bisect_left(self.starts, start), bisect_left(self.starts, end)
        return [f for f in self.figures[first:last] if f.end <= end]

    def before(self, figure: Figure) -> Iterator[Figure]:
        """All the figures before this one, nearest first."""
        for place in range(bisect_left(self.starts, figure.start) - 1, -1, -1):
            yield self.figures[place]

    def back(self, figure: Figure, sentences: int = 0) -> Iterator[Figure]:
        """The figures before this one, nearest first, so many sentences back within the paragraph."""
        for other in self.before(figure):
            if other.paragraph != figure.paragraph or other.sentence < figure.sentence - sentences:
                return
            yield other

    def line_of(self, at: int) -> int:
        """The number of the line, from 1."""
        return bisect_right(self.lines, at)


def page_of(normalised: Normalised) -> Page:
    """The page of a normalised text."""
    text = _THOUSANDS.sub(lambda number: number[0].replace(",", THOUSANDS), fold(normalised.text))
    figures = scan(text)
    sentences: list[tuple[int, int]] = []
    paragraphs: list[int] = []
    at = paragraph = 0
    for mark in _SENTENCE_END.finditer(text):
        sentences.append((at, mark.end()))
        paragraphs.append(paragraph)
        at = mark.end()
        paragraph += "\n" in mark[0]
    sentences.append((at, len(text)))
    paragraphs.append(paragraph)
    _place(text, figures, sentences, paragraphs)
    lines = (0, *(m.end() for m in re.finditer("\n", normalised.text)))
    return Page(text, normalised, tuple(figures), tuple(sentences), lines, tuple(f.start for f in figures))


def _place(text: str, figures: list[Figure], sentences: list[tuple[int, int]], paragraphs: list[int]) -> None:
    here = 0
    for number, figure in enumerate(figures):
        while sentences[here][1] <= figure.start:
            here += 1
        start, end = sentences[here]
        figure.sentence, figure.paragraph = here, paragraphs[here]
        before = figures[number - 1].end if number and figures[number - 1].end > start else start
        after = figures[number + 1].start if number + 1 < len(figures) else end
        piece = text[before : figure.start]
        marks = list(_CLAUSE.finditer(piece))
        figure.label = piece[marks[-1].end() if marks else 0 :].strip()
        rest = text[figure.end : min(after, end)]
        stop = _CLAUSE.search(rest)
        figure.tail = rest[: stop.start() if stop else len(rest)].strip()
        inside = text[start : figure.start]
        figure.depth = max(0, inside.count("(") - inside.count(")"))
        if (
            figure.depth and not figure.label and inside.endswith("(")
        ):  # 省定目标(2.5亿美元): told by what stands before
            figure.label = _CLAUSE.split(inside[:-1])[-1].strip()
        figure.clause = max(inside.rfind(mark) for mark in ",;:、(") + start
