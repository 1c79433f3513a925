"""Tables as text: comma, tab or semicolon separated, in the encodings that people's programs write."""

from __future__ import annotations

import csv
import io
import re

from .refusing import MOST_COLUMNS, MOST_ROWS, check_extent, refused, refused_line
from .sheet import Cell, Sheet

_SEPARATORS = ",\t;|"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def read_plain(raw: bytes, shown: str) -> Sheet:
    """A CSV as one sheet; its cells are text."""
    text = decoded(raw)
    if text is None:
        raise refused(shown, "encoding" if _looks_like_text(raw) else "unknown")
    if "\x00" in text or len(_CONTROL.findall(text[:4096])) > 8:
        raise refused(shown, "unknown")
    start = "\n".join(text[:65_536].splitlines()[:12])
    separator = max(_SEPARATORS, key=start.count)
    rows: list[list[Cell]] = []
    known: dict[str, str] = {}
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append([known.setdefault(cell, cell) if cell else None for cell in (one.strip() for one in row)])
            if len(rows) > MOST_ROWS or len(row) > MOST_COLUMNS:
                check_extent(shown, "csv", len(rows), len(row))
            if len(known) > 100_000:
                known.clear()
    except csv.Error as fault:
        raise refused_line(shown, len(rows) + 1) from fault
    while rows and not any(cell is not None for cell in rows[-1]):
        rows.pop()
    width = max(map(len, rows), default=0)
    return Sheet("csv", [row + [None] * (width - len(row)) for row in rows])


def decoded(raw: bytes) -> str | None:
    """UTF-8, UTF-16 (with or without its mark) or GBK; a few broken characters become U+FFFD. None for anything else."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _in(raw, "utf-16")
    head = raw[:4096]
    if head.count(b"\x00") * 5 > len(head):  # every other byte of Latin text is a zero in UTF-16
        little = head[1::2].count(b"\x00") >= head[0::2].count(b"\x00")
        found = _in(raw, "utf-16-le" if little else "utf-16-be")
        return found if (found is not None and "," in found) or "\t" in (found or "") else None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    found = min((raw.decode(e, "replace") for e in ("utf-8-sig", "gb18030")), key=lambda text: text.count("\ufffd"))
    broken = found.count("\ufffd")
    beyond = sum(char > "\x7f" for char in found)
    return found if broken * 50 <= beyond - broken or broken <= 2 < beyond else None


def _in(raw: bytes, encoding: str) -> str | None:
    """UTF-16 with its lone surrogates replaced; None where there are many, or an odd number of bytes."""
    text = raw[: len(raw) // 2 * 2].decode(encoding, "replace")
    return text if text.count("\ufffd") * 50 <= len(text) else None


def _looks_like_text(raw: bytes) -> bool:
    head = raw[:4096]
    return sum(byte < 9 or 13 < byte < 32 for byte in head) * 50 < len(head)
