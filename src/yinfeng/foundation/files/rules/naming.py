"""File names: tricks are refused, and the ending is made to tell the truth about the content."""

from __future__ import annotations

import unicodedata

from .refusal import Refused, Why

LONGEST = 180
# Marks that turn or hide text: "报告fdp.exe" can be made to read "报告exe.pdf".
_HIDDEN = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad") | frozenset(
    chr(c) for c in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
)
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))})


def fit_name(name: str, endings: tuple[str, ...]) -> str:
    """The name to keep: NFC, without surrounding blanks, with one of ``endings`` (the first is added where none fits).

    Raises Refused(NAME) for path parts, hidden or turning marks, control characters, device names, and names that
    are empty or longer than 180 characters.
    """
    name = unicodedata.normalize("NFC", name)
    for character in name:
        if character in _HIDDEN or unicodedata.category(character) in ("Cc", "Cs", "Co", "Zl", "Zp"):
            raise Refused(Why.NAME, f"U+{ord(character):04X}")
    if "/" in name or "\\" in name or name.strip() in (".", "..") or name[1:2] == ":":
        raise Refused(Why.NAME, "/")
    name = name.strip().strip(".").strip()
    stem = name.partition(".")[0].strip().lower()
    if not stem or stem in _DEVICES:
        raise Refused(Why.NAME, name)
    if not name.lower().endswith(endings):
        name += endings[0]
    if len(name) > LONGEST:
        raise Refused(Why.NAME, f"{len(name)}")
    return name
