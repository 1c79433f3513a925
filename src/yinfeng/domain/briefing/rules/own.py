"""What the prover finds in a bulletin of ours. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from .proof import Checked, prove
from .writing import Block, Figure, plain_text, table_lines


def contradictions(title: str, blocks: Sequence[Block], figures: Sequence[Figure]) -> tuple[Checked, ...]:
    """Where its text contradicts itself. The cells of a table are each computed and cannot be typed over: that two columns
    happen to stand in a relation on most lines is chance, and no fault where they do not."""
    computed = table_lines(blocks)
    found = prove(plain_text(title, blocks, figures)).disagreements
    return tuple(one for one in found if not (one.kind == "table" and one.line in computed))
