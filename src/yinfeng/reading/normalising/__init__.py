"""Normalising 归一: the page as a person would read it, with a way back to every raw character.

Three steps, each keeping offsets: invisible characters and pinyin annotations go (only where the reading is a valid
one), bytes that were split or shifted by the reposting machine are put back where the evidence allows (and flagged),
and pages that look Traditional become Simplified. Clean pages pass through untouched and unmapped.
"""

from __future__ import annotations

from ..model import Normalised
from .annotations import strip_annotations
from .damage import repair_damage
from .fold import fold
from .invisible import strip_invisible
from .mapped import Mapped
from .traditional import looks_traditional, to_simplified
from .wrapped import unwrap

__all__ = ["fold", "normalise"]

_ROUNDS = 4  # annotations inside annotations; real pages need one round


def normalise(raw: str) -> Normalised:
    """The readable simplified form of `raw` (see `Normalised`). Normalising the result again changes nothing."""
    page = unwrap(strip_invisible(Mapped.of(raw)))
    garbled = looks_traditional(page.text)
    traditional = False
    for _ in range(_ROUNDS):
        before = page.text
        page, annotated = strip_annotations(page)
        garbled = garbled or annotated > 0
        if garbled:
            page = repair_damage(page)
        if looks_traditional(page.text):
            traditional = True
            page = page.converted(to_simplified(page.text))
        if page.text == before:
            break
    return Normalised(
        text=page.text,
        offsets=page.offsets,
        raw_length=len(raw),
        repaired=page.repaired,
        traditional=traditional,
    )
