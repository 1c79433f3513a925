"""A text that remembers where each of its characters stood in the raw page."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Mapped:
    """text; offsets (raw index a character, None = identity); repaired: spans of text that were guessed."""

    text: str
    offsets: array[int] | None = None
    repaired: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, raw: str) -> Mapped:
        return cls(raw)

    def converted(self, text: str) -> Mapped:
        """The same characters in another script: as many as before."""
        if len(text) != len(self.text):
            raise ValueError("a conversion must keep the number of characters")
        return replace(self, text=text)

    def keep(self, spans: Iterable[tuple[int, int]]) -> Mapped:
        """Only the given ascending spans of the text."""
        return self.rebuilt([(start, end, None) for start, end in spans])

    def rebuilt(self, pieces: list[tuple[int, int, str | None]]) -> Mapped:
        """The text put together from pieces (start, end, replacement), ascending.

        A piece without replacement is kept as it stands; a replaced piece is flagged as repaired, and its
        characters are spread over the raw characters it came from.
        """
        old = self.offsets
        texts: list[str] = []
        offsets: array[int] = array("I")
        marks: list[tuple[int, int]] = []
        length = old_mark = 0
        for start, end, new in pieces:
            if new is None:
                texts.append(self.text[start:end])
                offsets.extend(range(start, end) if old is None else old[start:end])
                while old_mark < len(self.repaired) and self.repaired[old_mark][1] <= start:
                    old_mark += 1
                for a, b in self.repaired[old_mark:]:
                    if a >= end:
                        break
                    marks.append((max(a, start) - start + length, min(b, end) - start + length))
                length += end - start
                continue
            texts.append(new)
            width = max(end - start, 1)
            for i in range(len(new)):
                at = min(start + i * width // max(len(new), 1), len(self.text) - 1)
                offsets.append(at if old is None else old[at])
            if new:
                marks.append((length, length + len(new)))
            length += len(new)
        return Mapped("".join(texts), offsets, tuple(marks))
