"""Words for a terminal: how far long work is, and how large something is."""

from __future__ import annotations

import sys
import time
from typing import Protocol


class Out(Protocol):
    def write(self, text: str) -> object: ...


class Teller:
    """A progress bar on a terminal; elsewhere a plain line every few seconds."""

    def __init__(self, out: Out) -> None:
        self._out = out
        self._bar = sys.stderr.isatty()
        self._last = time.monotonic()
        self._shown = False

    def tick(self, done: int, total: int, what: str) -> None:
        now = time.monotonic()
        if now - self._last < (0.1 if self._bar else 5):
            return
        self._last = now
        share = f"{done * 100 // total:3d}%" if total else ""
        if self._bar:
            sys.stderr.write(f"\r\x1b[K{what} {share}")
            sys.stderr.flush()
            self._shown = True
        else:
            self._out.write(f"{what} {share}".rstrip())

    def end(self) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")


def size_in_words(number: float) -> str:
    for unit in ("B", "KB", "MB", "GB"):
        if number < 1024:
            return f"{number:,.0f} {unit}" if unit == "B" else f"{number:,.1f} {unit}"
        number /= 1024
    return f"{number:,.1f} TB"
