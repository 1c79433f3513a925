"""Sums of money as English says them: ``¥360m`` for ``3.6 亿元``. Lent to the kernel at start-up."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language

from yinfeng.kernel.rounding import plain, round_half_up

_LETTERS = {6: "m", 3: "k", 0: ""}


def say_sum(amount: Decimal, unit: str, places: int | None, currency_code: str) -> str | None:
    """With ¥ or the code of the currency, and k or m; None for a Chinese reader.

    Rounded only where ``places`` asks for it, and then as finely as the Chinese, which counts in ten thousands and hundred
    millions: two places of 亿元 are whole millions.
    """
    if (get_language() or "zh").startswith("zh"):
        return None
    size = abs(amount)
    chinese = {"亿元": 8, "万元": 4, "元": 0}.get(unit, 8 if size >= 10**8 else 4 if size >= 10**4 else 0)
    power = 6 if chinese == 8 or (unit == "auto" and size >= 10**6) else 3 if chinese == 4 else 0
    scaled = amount.scaleb(-power)
    if places is None:
        number = plain(scaled)
    else:
        number = format(round_half_up(scaled, max(0, power - chinese + places)), ",f")
    return f"{'¥' if currency_code == 'CNY' else currency_code + ' '}{number}{_LETTERS[power]}"
