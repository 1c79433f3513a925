"""How the pure floors speak to people: in Chinese, unless the edge lends them the reader's language.

A sentence is a pattern with its values, so that it can be looked up: ``say("逾期{n}天", n=3)``. Without a translator
(the kernel alone, Spark, a script) it says the pattern as it is written. Whoever has readers of several languages
lends one at start-up: ``lend(gettext)``.
"""

from __future__ import annotations

from collections.abc import Callable

_translate: Callable[[str], str] = str


def lend(translate: Callable[[str], str]) -> None:
    """From now on patterns are looked up by ``translate``, which returns what it does not know unchanged."""
    global _translate
    _translate = translate


def say(pattern: str, /, **values: object) -> str:
    """The sentence in the reader's language, with ``values`` filled in. A label is said before it is filled in."""
    text = _translate(pattern) if pattern else ""
    return text.format(**values) if values else text
