"""How the pure floors speak to people: in Chinese, unless the edge lends them the reader's language.

A sentence is a pattern with its values, so that it can be looked up: ``say("逾期{n}天", n=3)``. Without a translator
(the kernel alone, Spark, a script) it says the pattern as it is written. Whoever has readers of several languages
lends one at start-up: ``lend(gettext)``; and, since languages count money differently, a way to say sums.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

# (amount, unit, places, currency code) -> the sum in words, or None where it is said as the kernel says it.
SaySum = Callable[[Decimal, str, int | None, str], str | None]


def _as_written(amount: Decimal, unit: str, places: int | None, currency_code: str) -> str | None:
    return None


_translate: Callable[[str], str] = str
_say_sum: SaySum = _as_written


def lend(translate: Callable[[str], str], say_sum: SaySum = _as_written) -> None:
    """From now on patterns are looked up by ``translate``, which returns what it does not know unchanged."""
    global _translate, _say_sum
    _translate, _say_sum = translate, say_sum


def sum_words(amount: Decimal, unit: str, places: int | None, currency_code: str) -> str | None:
    """A sum of money in the reader's language; None where that is the kernel's own."""
    return _say_sum(amount, unit, places, currency_code)


def say(pattern: str, /, **values: object) -> str:
    """The sentence in the reader's language, with ``values`` filled in. A label is said before it is filled in."""
    text = _translate(pattern) if pattern else ""
    return text.format(**values) if values else text
