"""Reading 阅读: investment-promotion Chinese in, records with evidence out.

Pure Python without Django: text -> normalised text -> mentions -> records, every record with the spans it came from.
The rooms are `loading`, `normalising`, `mentions`, `records`, `lexicon`; `reader.read_text` walks through them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .errors import ReadingError
    from .joining import Candidate, join_documents
    from .loading import Source, load
    from .model import Evidence, Lexicon, Normalised, Reading
    from .normalising import normalise
    from .reader import read_text

_HOMES = {
    "ReadingError": "errors",
    "Source": "loading",
    "join_documents": "joining",
    "load": "loading",
    "Candidate": "joining",
    "Evidence": "model",
    "Lexicon": "model",
    "Normalised": "model",
    "Reading": "model",
    "normalise": "normalising",
    "read_text": "reader",
}

__all__ = [
    "Candidate",
    "Evidence",
    "Lexicon",
    "Normalised",
    "Reading",
    "ReadingError",
    "Source",
    "join_documents",
    "load",
    "normalise",
    "read_text",
]


def __getattr__(name: str) -> Any:
    """Import the rooms only when they are asked for: a command that reads nothing pays nothing."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
