"""What a rule is, apart from where it is stored. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Standard:
    """The edition of a rule that ships with the house: version 0, in force until a bureau approves its own.

    ``check(body)`` raises ValueError, in words for people, where a body cannot be used.
    """

    kind: str
    label: str
    body: Any
    check: Callable[[Any], object] = lambda body: None
    edited_by: str = "definition"  # the object kind of the rights table that edits it


@dataclass(frozen=True)
class InForce:
    """A rule as it applies on a day; ``stamp`` goes on every result computed by it."""

    kind: str
    version: int
    body: Any
    digest: str

    @property
    def stamp(self) -> str:
        return f"{self.kind} v{self.version} {self.digest[:8]}"


def digest_of(body: Any) -> str:
    """SHA-256 of the body in canonical JSON."""
    return hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
