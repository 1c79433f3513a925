"""What a source has to offer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..rules.words import ItemOutcome


@dataclass(frozen=True)
class Piece:
    """What goes to :func:`actions.take_in`."""

    content: bytes | Path
    name: str
    title: str = ""
    source: str = ""
    doc_date: date | None = None


def nothing(outcome: ItemOutcome, fault: str) -> None:
    """Nothing is to be done in the source itself."""


@dataclass(frozen=True)
class Found:
    """One thing: its lasting name, how to load it (DomainError where that fails), and what to do in the source when it
    has been dealt with."""

    lasting: str
    name: str
    load: Callable[[], Piece]
    link: str = ""
    settle: Callable[[ItemOutcome, str], None] = nothing

    @property
    def key(self) -> str:
        return hashlib.sha256(self.lasting.encode("utf-8", "replace")).hexdigest()
