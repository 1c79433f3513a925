"""The values of a view's address, each read from its text or refused in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from yinfeng.kernel.voice import say

from .view_words import HIGHEST_BAND, MOST_CHOICES, YI, Cursor


class Unreadable(ValueError):
    """The value cannot be read; the message says why where "cannot be read" is not enough."""


def clean_text(value: str) -> str:
    """Without control characters, lone surrogates and outer space: what a database or a page could choke on."""
    return "".join(c for c in value if c.isprintable() and not 0xD800 <= ord(c) <= 0xDFFF).strip()


def short_text(value: str) -> str:
    clean = clean_text(value)
    return clean if len(clean) <= 24 else clean[:23] + "…"


def split_words(parts: Sequence[str]) -> list[str]:
    found = list(dict.fromkeys(word.strip() for part in parts for word in part.split(",") if word.strip()))
    if len(found) > MOST_CHOICES:
        raise Unreadable(say("最多选 {n} 项", n=MOST_CHOICES))
    return found


def last_of(parts: Sequence[str]) -> str:
    return parts[-1]  # the last of a key that is given twice, as forms and browsers do


def read_whole(text: str, most: int = 2**63 - 1) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 19 or not 1 <= int(text) <= most:
        raise ValueError
    return int(text)


def read_day(text: str) -> date:
    if len(text) != 10:
        raise ValueError
    day = date.fromisoformat(text)
    if not 1949 <= day.year <= 2199:
        raise Unreadable(say("年份应在 1949 至 2199 之间"))
    return day


def read_yi(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise ValueError from None
    if not text.isascii() or not amount.is_finite() or "_" in text:
        raise ValueError
    if not 0 <= amount <= HIGHEST_BAND:
        raise Unreadable(say("应为 0 到 {n} 之间的亿元数", n=f"{HIGHEST_BAND:,f}"))
    if amount * YI != int(amount * YI):
        raise Unreadable(say("精度应不细于 1 元"))
    return tidy(amount)


def tidy(amount: Decimal) -> Decimal:
    plain = amount.normalize()
    return plain.quantize(Decimal(1)) if plain == plain.to_integral_value() else plain


def read_cursor(text: str) -> Cursor:
    value, _, rest = text.partition("~")
    pk, _, row = rest.partition("~")
    return Cursor(_cursor_value(value), read_whole(pk), int(read_whole(row, 10**9)))


def _cursor_value(text: str) -> int | date | datetime | None:
    if not text:
        return None
    if "T" in text:
        return datetime.strptime(text, "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC)
    if "-" in text:
        return read_day(text)
    if text == "0":
        return 0
    return read_whole(text, 10**18)
