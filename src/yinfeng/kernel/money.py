"""Money and the figures made of it: exact inside, rounded once outside.

An amount is a Decimal in the main unit of its currency (yuan, dollar). Floats are refused, sums are exact or
refused, and two currencies are never added silently. The wording of changes and progress follows the
conventions of the engine: 同比增长 / 同比下降, never 增长-x%; 超 / 欠序时进度x个百分点.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.rounding import EXACT as _EXACT
from yinfeng.kernel.rounding import Number, exact_fraction, plain, round_gbt8170, round_half_up
from yinfeng.kernel.tables import currencies, currency
from yinfeng.kernel.voice import say, sum_words

__all__ = [
    "UNDEFINED",
    "DisplayUnit",
    "Money",
    "MoneyError",
    "Number",
    "Unit",
    "change_words",
    "currencies",
    "display",
    "percent",
    "percentage_points",
    "plain",
    "progress_words",
    "rank_change_words",
    "rate_change_words",
    "ratio",
    "read_number",
    "round_gbt8170",
    "round_half_up",
    "to_wan",
    "to_yi",
    "unit_of",
    "units",
]

DisplayUnit: TypeAlias = Literal["auto", "元", "万元", "亿元"]

UNDEFINED: Final = "—"
"""What a screen shows for a figure that has no value (zero denominator, missing part)."""

_SCALES: Final = {
    "": 0, "十": 1, "百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7,
    "亿": 8, "十亿": 9, "百亿": 10, "千亿": 11, "万亿": 12,
}  # fmt: skip
_WAN: Final = 4
_YI: Final = 8
_PREFIX: Final = {0: "", _WAN: "万", _YI: "亿"}


class MoneyError(DomainError):
    """An amount that cannot be read, or amounts that cannot be put together."""


# ------------------------------------------------------------------------------------------------ amounts


def _shift(value: int | Decimal, places: int) -> Decimal:
    exact = _amount(value)
    shifted = exact.scaleb(places, _EXACT)
    return _tidy(shifted)


def _tidy(value: Decimal) -> Decimal:
    """Without trailing zeros, exponent or negative zero; equal values get one spelling."""
    if value == 0:
        return Decimal(0)
    tidy = value.normalize(_EXACT)
    return tidy.quantize(Decimal(1), context=_EXACT) if tidy.as_tuple().exponent > 0 else tidy  # type: ignore[operator]


def _amount(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise TypeError(f"an amount is an int or a Decimal, got {type(value).__name__}: {value!r}")
    amount = Decimal(value)
    if not amount.is_finite():
        raise MoneyError(f"{value} 不是一个金额", code="money.not_finite")
    if amount and abs(amount.adjusted()) > 60:
        raise MoneyError("金额超出可处理的范围", code="money.out_of_range")
    return amount


def to_wan(yuan: int | Decimal) -> Decimal:
    """元 → 万元, exact."""
    return _shift(yuan, -_WAN)


def to_yi(yuan: int | Decimal) -> Decimal:
    """元 → 亿元, exact."""
    return _shift(yuan, -_YI)


# -------------------------------------------------------------------------------------------------- units


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of money as people write it: 万元 is ``currency`` CNY and ``power`` 4."""

    power: int
    currency: str


@lru_cache(maxsize=1)
def units() -> dict[str, Unit]:
    """Every unit that ``Money.of`` and ``Money.parse`` know: 元, 万元, 亿元, 亿, 万美元, 亿港币, … Do not
    change it.
    """
    known: dict[str, Unit] = {}
    for item in currencies().values():
        for name in (item.unit, *item.aliases, item.code):
            for scale, power in _SCALES.items():
                known[scale + name] = Unit(power, item.code)
    for scale, power in _SCALES.items():
        if scale:
            known[scale] = Unit(power, "CNY")
    return known


def unit_of(name: str) -> Unit:
    """Raises MoneyError for a unit that is not known."""
    found = units().get(_fold(name).upper()) or units().get(_fold(name))
    if found is None:
        raise MoneyError(
            f"金额单位“{name}”无法识别",
            code="money.unknown_unit",
            fix="请使用 元、万元、亿元、万美元、亿美元 等单位。",
        )
    return found


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")


def read_number(text: str) -> Decimal:
    """``"1,234.50"`` → ``Decimal("1234.50")``; full-width digits are read, wrongly grouped commas are not."""
    folded = _fold(text).replace("，", ",").replace("−", "-")
    if len(folded) > 60 or not _NUMBER.fullmatch(folded):
        shown = text if len(text) <= 40 else text[:40] + "…"
        raise MoneyError(f"“{shown}”不是一个数", code="number.unreadable", fix="请填写阿拉伯数字，如 3.6 或 12,345。")
    return Decimal(folded.replace(",", ""))


# -------------------------------------------------------------------------------------------------- money


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in the main unit of one currency. Equal by value: 3.60 元 == 3.6 元.

    Raises TypeError for a float, MoneyError for NaN and infinity, DomainError for an unknown currency.
    """

    amount: Decimal
    currency: str = "CNY"

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", _tidy(_amount(self.amount)))
        object.__setattr__(self, "currency", currency(self.currency).code)

    @classmethod
    def of(cls, value: str | int | Decimal, unit: str = "元") -> Money:
        """``Money.of("3.6", "亿元")`` is 360,000,000 yuan. Text is read as digits; floats are refused."""
        found = unit_of(unit)
        number = read_number(value) if isinstance(value, str) else _amount(value)
        return cls(_shift(number, found.power), found.currency)

    @classmethod
    def parse(cls, text: str) -> Money:
        """Reads what ``display`` writes and people type: ``"3.6 亿元"``, ``"12,345万元"``, ``"200万美元"``.

        One number and one unit; a number alone is refused, since 30 may be 元, 万元 or 亿元.
        """
        folded = _fold(text).replace("，", ",")
        number = re.match(r"[+\-−]?[0-9][0-9,.]*", folded)
        if number is None or number.end() == len(folded):
            shown = text if len(text) <= 40 else text[:40] + "…"
            raise MoneyError(
                f"“{shown}”不是带单位的金额",
                code="money.unreadable",
                fix="请写成“3.6 亿元”或“200 万美元”这样的形式。",
            )
        return cls.of(number.group(), folded[number.end() :])

    @classmethod
    def total(cls, parts: Iterable[Money], currency: str = "CNY") -> Money:
        """The exact sum; of nothing, zero in ``currency``. Raises MoneyError where the currencies differ."""
        result: Money | None = None
        for part in parts:
            result = part if result is None else result + part
        return cls(Decimal(0), currency) if result is None else result

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            ours, theirs = currency(self.currency), currency(other.currency)
            raise MoneyError(
                f"{ours.name}与{theirs.name}不能直接相加减或比较",
                code="money.currency_mismatch",
                fix="请分币种列示，或先按注明来源和日期的汇率折算。",
            )

    def __add__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        self._same(other)
        return Money(_EXACT.add(self.amount, other.amount), self.currency)

    def __sub__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return self + -other

    def __neg__(self) -> Money:
        return Money(_EXACT.minus(self.amount), self.currency)

    def __abs__(self) -> Money:
        return -self if self.amount < 0 else self

    def __mul__(self, factor: int | Decimal) -> Money:
        """Exact; a float or another amount is a TypeError."""
        return Money(_EXACT.multiply(self.amount, _amount(factor)), self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.amount <= other.amount

    def __gt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount > other.amount

    def __ge__(self, other: Money) -> bool:
        self._same(other)
        return self.amount >= other.amount

    def __bool__(self) -> bool:
        return bool(self.amount)

    def ratio_to(self, other: Money) -> Fraction | None:
        """This amount over another of the same currency; None when the other is zero."""
        self._same(other)
        return ratio(self.amount, other.amount)

    def converted(self, rate: Decimal, to: str, places: int | None = None) -> Money:
        """At ``rate`` units of ``to`` for one unit of ours. The caller keeps the rate's source and date.

        Rounded half up to the small unit of ``to`` (fen, cent), or to ``places``.
        """
        target = currency(to)
        exact = _EXACT.multiply(self.amount, _amount(rate))
        return Money(round_half_up(exact, target.decimals if places is None else places), target.code)

    def display(self, unit: DisplayUnit = "auto", places: int | None = None) -> str:
        """As ``display``, with the unit word of the currency: ``"7.37 亿美元"``."""
        return display(self.amount, unit, places, self.currency)

    def __str__(self) -> str:
        return self.display()


def display(
    yuan: int | Decimal,
    unit: DisplayUnit = "auto",
    places: int | None = None,
    currency_code: str = "CNY",
) -> str:
    """An amount for people: 360000000 → ``"3.6 亿元"``, 160000 → ``"16 万元"``, 9999 → ``"9,999 元"``.

    ``auto`` takes 亿元 from 10^8, 万元 from 10^4, else 元, by magnitude. Without ``places`` every digit is
    kept and none is added (``123456789`` → ``"1.23456789 亿元"``). With ``places`` the value is rounded half
    up, once, from the exact amount, and always shows that many digits (``"1.23 亿元"``); a value that rounds
    up to 10,000 万元 shows as 亿元. In another currency the word follows: ``"7.37 亿美元"``. In a language that
    was lent to the kernel (see `voice`) a sum is said as that language says it.
    """
    amount = _amount(yuan)
    if (told := sum_words(amount, unit, places, currency_code)) is not None:
        return told
    word = currency(currency_code).unit
    if unit == "auto":
        power = _auto_power(amount)
        if places is not None and power < _YI:
            rounded = round_half_up(_shift(amount, -power), places).scaleb(power, _EXACT)
            power = _auto_power(rounded)
    else:
        powers = {"元": 0, "万元": _WAN, "亿元": _YI}
        if unit not in powers:
            raise ValueError(f"display unit is one of auto, 元, 万元, 亿元, not {unit!r}")
        power = powers[unit]
    shifted = _shift(amount, -power)
    number = plain(shifted) if places is None else format(round_half_up(shifted, places), ",f")
    return f"{number} {_PREFIX[power]}{word}"


def _auto_power(amount: Decimal) -> int:
    size = abs(amount)
    return _YI if size >= 10**_YI else _WAN if size >= 10**_WAN else 0


# ---------------------------------------------------------------------------------- ratios and their words


def ratio(numerator: Number | None, denominator: Number | None) -> Fraction | None:
    """Exact. None when a part is missing or the denominator is zero: never 0 %, 100 % or infinite."""
    if numerator is None or denominator is None:
        return None
    below = exact_fraction(denominator)
    return exact_fraction(numerator) / below if below else None


def percent(numerator: Number | None, denominator: Number | None, places: int = 1) -> str | None:
    """``percent(22, 32)`` → ``"68.8%"``, half up from the exact ratio; None (shown as —) where it has no
    value.
    """
    value = ratio(numerator, denominator)
    return None if value is None else f"{round_half_up(value * 100, places):,f}%"


def percentage_points(a: Number | None, b: Number | None) -> Fraction | None:
    """(a − b) × 100 for two ratios (0.688 means 68.8 %), exact: subtracted before any rounding."""
    if a is None or b is None:
        return None
    return (exact_fraction(a) - exact_fraction(b)) * 100


def change_words(
    this: Number | Money | None, last: Number | Money | None, *, places: int = 1, word: str = "同比"
) -> str:
    """Year on year for an amount or a count: 同比增长x%, 同比下降x%, 同比持平.

    Zero only after rounding is 同比基本持平, a base of zero 上年同期为零，不计同比, a missing figure
    无上年同期数，不计同比. ``word`` may be 环比; the base is then 上期. A base below zero gives no rate
    either.
    """
    base, rate = _said(word)
    if this is None:
        return say("本期无数据，不计{rate}", rate=rate)
    if last is None:
        return say("{base}无数据，不计{rate}", base=base, rate=rate)
    if isinstance(this, Money) or isinstance(last, Money):
        if not (isinstance(this, Money) and isinstance(last, Money)):
            raise TypeError("an amount of money is compared with an amount of money")
        this._same(last)
        this, last = this.amount, last.amount
    now, before = exact_fraction(this), exact_fraction(last)
    if before == 0:
        return say("{base}为零，不计{rate}", base=base, rate=rate)
    if before < 0:
        return say("{base}为负，不计{rate}", base=base, rate=rate)
    change = (now - before) / before * 100
    if change == 0:
        return say("{rate}持平", rate=rate)
    size = round_half_up(abs(change), places)
    if size == 0:
        return say("{rate}基本持平", rate=rate)
    if change > 0:
        return say("{rate}增长{n}%", rate=rate, n=f"{size:,f}")
    return say("{rate}下降{n}%", rate=rate, n=f"{size:,f}")


def _said(word: str) -> tuple[str, str]:
    """The base of a comparison and its name, in the reader's language."""
    return (say("上年同期"), say("同比")) if word == "同比" else (say("上期"), say("环比"))


def rate_change_words(this: Number | None, last: Number | None, *, places: int = 1, word: str = "同比") -> str:
    """Year on year for two ratios: 同比提高x个百分点, 同比下降x个百分点."""
    base, rate = _said(word)
    points = percentage_points(this, last)
    if points is None:
        if this is None:
            return say("本期无数据，不计{rate}", rate=rate)
        return say("{base}无数据，不计{rate}", base=base, rate=rate)
    if points == 0:
        return say("{rate}持平", rate=rate)
    size = round_half_up(abs(points), places)
    if size == 0:
        return say("{rate}基本持平", rate=rate)
    if points > 0:
        return say("{rate}提高{n}个百分点", rate=rate, n=f"{size:,f}")
    return say("{rate}下降{n}个百分点", rate=rate, n=f"{size:,f}")


def rank_change_words(this: int, last: int | None) -> str:
    """较上期上升x位, 较上期下降x位, 与上期持平; rank 1 is the best."""
    if last is None:
        return say("上期无排名")
    if this == last:
        return say("与上期持平")
    if this < last:
        return say("较上期上升{n}位", n=last - this)
    return say("较上期下降{n}位", n=this - last)


def progress_words(completion: Number | None, time_progress: Number, *, places: int = 1) -> str:
    """Completion against elapsed time, both ratios: 超 / 欠序时进度x个百分点, 与序时进度持平.

    Without a target (``completion`` None) 未设目标，不计进度. A difference that is zero only after rounding
    is said as 与序时进度基本持平, so that the words never claim an equality that a light would contradict.
    """
    points = percentage_points(completion, time_progress)
    if points is None:
        return say("未设目标，不计进度")
    if points == 0:
        return say("与序时进度持平")
    size = round_half_up(abs(points), places)
    if size == 0:
        return say("与序时进度基本持平")
    if points > 0:
        return say("超序时进度{n}个百分点", n=f"{size:,f}")
    return say("欠序时进度{n}个百分点", n=f"{size:,f}")
