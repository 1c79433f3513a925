"""Verifying many facts at once: each by itself, so that one that cannot be verified holds up no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from yinfeng.foundation.accounts.models import Person
from yinfeng.kernel.errors import DomainError

from ..models import Fact
from .facts import noun, verify


@dataclass(frozen=True)
class BatchResult:
    """How a batch ended: what was verified, and for each other fact why it was not."""

    verified: int
    refused: tuple[tuple[str, str], ...]  # (the fact in words, why)


def verify_many(*, facts: Sequence[Fact], actor: Person, at: datetime) -> BatchResult:
    """Verify each fact in a transaction of its own, in the order of projects; nothing is half done."""
    count = 0
    refused = []
    for fact in sorted(facts, key=lambda f: (f.project_id, f.pk)):
        try:
            verify(fact=fact, actor=actor, at=at)
        except DomainError as error:
            refused.append((f"{fact.project.name} · {noun(fact)}", error.message))
        else:
            count += 1
    return BatchResult(count, tuple(refused))
