"""Exact numbers and the two ways of rounding them: half up, and GB/T 8170."""

from __future__ import annotations

from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from fractions import Fraction
from typing import Final, TypeAlias

from yinfeng.kernel.errors import DomainError

Number: TypeAlias = int | Decimal | Fraction
"""What arithmetic here accepts. A float is refused: 0.1 is not what it says."""

# Sums beyond the precision, or inexact, are an error and never a silently rounded total.
EXACT: Final = Context(prec=200, traps=[Inexact, InvalidOperation, Overflow])


def exact_fraction(value: object) -> Fraction:
    """TypeError for a float, DomainError for NaN and infinity."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction):
        raise TypeError(f"int, Decimal or Fraction wanted, got {type(value).__name__}: {value!r}")
    if isinstance(value, Decimal) and not value.is_finite():
        raise DomainError(f"{value} 不是一个数", code="number.not_finite")
    return Fraction(value)


def _decimal(number: int, places: int) -> Decimal:
    """number × 10^-places, with that many digits behind the point and no negative zero."""
    if places >= 0:
        return Decimal(number).scaleb(-places, EXACT)
    return Decimal(number * 10**-places)


def round_half_up(value: Number, places: int = 0) -> Decimal:
    """四舍五入 at ``places`` digits behind the point, by magnitude: 2.5 → 3, -2.5 → -3. Never yields -0."""
    exact = exact_fraction(value)
    scaled = abs(exact) * Fraction(10) ** places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return _decimal(-whole if exact < 0 else whole, places)


def round_gbt8170(value: Number, places: int = 0) -> Decimal:
    """GB/T 8170 四舍六入五成双: a bare 5 goes to the even digit, 5 with anything behind it goes up.

    0.125 → 0.12, 0.135 → 0.14, 0.1251 → 0.13. Rounded in one step from the exact value, as the standard
    demands.
    """
    exact = exact_fraction(value)
    return _decimal(round(exact * Fraction(10) ** places), places)


def plain(value: Decimal) -> str:
    """The number in digits with thousands separators, no exponent, no needless zeros: ``12345.60`` →
    ``12,345.6``.
    """
    text = format(value, ",f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
