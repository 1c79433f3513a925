"""Looking into a source 采集: what there is to take, one thing after the other. Reads only; what becomes of it, actions do."""

from __future__ import annotations

from collections.abc import Iterator

from ..models import Source
from ..rules.words import SourceKind
from .found import Found, Piece

__all__ = ["Found", "Piece", "find"]


def find(source: Source) -> Iterator[Found]:
    """What lies in a source and may be new. ``source.position`` is moved on as the caller goes through it.

    Raises DomainError, at once or on the way, where the source itself cannot be read (any further).
    """
    match source.kind:
        case SourceKind.FOLDER:
            from .folder import look
        case SourceKind.FEED:
            from .feed import look
        case SourceKind.MAILBOX:
            from .mailbox import look
        case _:
            raise ValueError(source.kind)
    return look(source)
