"""The relations that the five seed documents state, by the place of their figures: (digits, which of its occurrences)."""

from __future__ import annotations

import re
from pathlib import Path

from .mutation import Bulletin

# file prefix -> figures, relations
_STATED: dict[str, tuple[dict[str, tuple[str, int]], tuple[tuple[str, str], ...]]] = {
    "000": ({"n": ("22", 1), "n2": ("22", 2), "m": ("662.32", 1), "m2": ("662.32", 2)}, (("n2", "n"), ("m2", "m"))),
    "002": (
        {
            "T": ("42", 1), "a": ("41", 2), "b": ("1", 3), "c": ("26", 1), "q": ("61.9", 1), "H": ("113", 1), "h1": ("97", 1),
            "h2": ("16", 1), "D": ("30", 3), "D0": ("30", 2), "d1": ("11.6", 1), "d2": ("18.4", 1),
        },
        (("T", "a + b"), ("q", "c / T * 100"), ("H", "h1 + h2"), ("D", "d1 + d2"), ("D", "D0")),
    ),
    "003": ({"m": ("38.5", 1), "m2": ("38.5", 2)}, (("m2", "m"),)),
}  # fmt: skip


def seeds(folder: Path) -> list[Bulletin]:
    """The seeds with stated relations, and those without as texts that must give no alarm."""
    made = []
    for path in sorted(folder.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        places, relations = _STATED.get(path.name[:3], ({}, ()))
        figures = {name: _occurrence(text, digits, n) for name, (digits, n) in places.items()}
        made.append(Bulletin(f"seed {path.name[:3]}", text, figures, relations))
    return made


def _occurrence(text: str, digits: str, n: int) -> tuple[int, int]:
    found = list(re.finditer(rf"(?<![\d.]){re.escape(digits)}(?![\d.])", text))
    return found[n - 1].span()
