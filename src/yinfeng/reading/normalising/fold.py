"""Folding for the parsers: one form for each mark, one character for one character.

`fold(text)` has the length of `text`, so that every position in it is a position in the normalised text. It is never
shown to anybody.
"""

from __future__ import annotations

import unicodedata


def _table() -> dict[int, str]:
    table: dict[int, str] = {}
    for code in range(0xFF01, 0xFF5F):
        table[code] = chr(code - 0xFEE0)
    for code in [*range(0x2460, 0x2469), *range(0x3000, 0x3001), *range(0xFE30, 0xFE70), 0xA0, *range(0x2000, 0x200B)]:
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1:
            table[code] = plain
    for marks, plain in (
        ("～〜∼﹏", "~"),
        ("—–−－―‐‑‒─━", "-"),
        ("「『〝＂", "“"),
        ("」』〞", "”"),
        ("﹒．", "."),
        ("﹐", ","),
        ("﹔", ";"),
        ("﹕︰∶", ":"),
        ("\r\v\f\u2028\u2029\x85", "\n"),
        ("\t\xa0\u3000", " "),
        ("○〇", "零"),
        ("〔〖［", "["),
        ("〕〗］", "]"),
        ("｡", "。"),
        ("､", "、"),
        ("•・‧∙⋅", "·"),
    ):
        for mark in marks:
            table[ord(mark)] = plain
    return table


_TABLE = _table()


def fold(text: str) -> str:
    """Full-width forms, dashes, quotes and spaces as one form each; same length as `text`."""
    return text.translate(_TABLE)
