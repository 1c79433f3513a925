"""Sums of money as the reader's language says them: ``3.6 亿元``, ``¥360m``."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language

from yinfeng.kernel import money
from yinfeng.kernel.money import DisplayUnit

# Chinese counts in ten thousands and hundred millions, English in thousands and millions: what was to be shown with so
# many digits of the one needs this many fewer of the other.
_SCALES = (("亿元", 10**8, 6, "m", 2), ("万元", 10**4, 3, "k", 1))


def display(
    yuan: int | Decimal, unit: DisplayUnit = "auto", places: int | None = None, currency_code: str = "CNY"
) -> str:
    """As :func:`kernel.money.display`; in other languages than Chinese with ¥ or the code of the currency, and k or m.

    Rounded only where ``places`` asks for it, and then as finely as the Chinese: two places of 亿元 are whole millions.
    """
    if (get_language() or "zh").startswith("zh"):
        return money.display(yuan, unit, places, currency_code)
    amount, sign = Decimal(yuan), "¥" if currency_code == "CNY" else f"{currency_code} "
    for name, least, power, letter, fewer in _SCALES:
        if unit == name or (unit == "auto" and abs(amount) >= least):
            scaled = amount.scaleb(-power)
            if places is None:
                return f"{sign}{money.plain(scaled)}{letter}"
            return f"{sign}{money.round_half_up(scaled, max(0, places - fewer)):,f}{letter}"
    number = money.plain(amount) if places is None else format(money.round_half_up(amount, places), ",f")
    return f"{sign}{number}"
