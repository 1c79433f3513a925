"""Numbers and sums as people write them: 3.6亿元, 约1,200万, 12 000, １２００, 1200余, with the unit of the header."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from yinfeng.foundation.workbook.sheet import Cell
from yinfeng.kernel.money import Unit, units
from yinfeng.kernel.rounding import plain
from yinfeng.kernel.voice import say

from .faults import Trouble, trouble
from .headers import unit_of_words

LONGEST_NUMBER = 200  # characters; longer ones tell a story

# Areas in square metres; a mu is 2000/3 of them.
_SQUARE_METRES = {
    "亩": Decimal(2000) / 3,
    "公顷": Decimal(10_000),
    "平方米": Decimal(1),
    "万平方米": Decimal(10_000),
    "平方公里": Decimal(1_000_000),
}
_MU_OF = {"公顷": Decimal(15), "万平方米": Decimal(15), "平方公里": Decimal(1500), "亩": Decimal(1)}

_BEFORE = re.compile(
    r"^(?:大约|约|近|接近|超过|超|逾|不少于|不低于|不超过|预计|计划|拟|总投资|共计|共|合计|计|人民币|rmb|cny|￥|¥|折合|约合|投资|达|:)+",
    re.IGNORECASE,
)
_AFTER = re.compile(r"(?:左右|以上|以内|以下|上下|不等|整|正|。|，|；|;|,|\+)+$")
_CURRENCY_FIRST = re.compile(r"^(us\$|usd|\$|美元|美金|hk\$|hkd|港币|港元|€|eur|欧元|jpy|日元)", re.I)
_SIGNS = {"$": "USD", "us$": "USD", "hk$": "HKD", "€": "EUR"}
_NUMBER = re.compile(r"[+\-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+\-]?\d{1,3})?|[+\-−]?\.\d+")
_RANGE = re.compile(r"\d[\d.,]*\s*(?:[万亿千]?元?|亩|人|%)?\s*[-—–~～至到]\s*\d")
_GROUPED = re.compile(r"(?<![\d.])\d{1,3}(?:\s\d{3})+(?!\d)")
_SPACED = re.compile(r"\d\s+\d")
_REMARK = re.compile(r"\([^()]*\)\s*$")
_APPROXIMATE = re.compile(r"约|近|超|逾|以上|左右|以内|以下|上下|不少于|不低于|不超过|余|多|预计|计划|拟|\+$|不等|几")
_CHINESE_NUMBER = re.compile(r"^[零〇一二两三四五六七八九十百千]+(?=[万亿]|$|元|亩|人|家|个)")


@dataclass(frozen=True, slots=True)
class NumberSaid:
    """A number, the unit written beside it ("" for none), and whether it was told as an approximate one."""

    number: Decimal
    unit: str = ""
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class SumSaid:
    """A sum in whole units of its currency; ``conflict`` where the cell's unit is not the header's."""

    amount: int
    currency: str
    approximate: bool = False
    conflict: bool = False


def read_said(value: Cell) -> NumberSaid | Trouble:
    """The one number of a cell with the unit beside it."""
    if isinstance(value, bool):
        return trouble("number.unreadable", value=say("是") if value else say("否"))
    if isinstance(value, int):
        return NumberSaid(Decimal(value)) if abs(value) < 10**25 else trouble("number.unreadable", value="…")
    if isinstance(value, float):
        if not math.isfinite(value) or abs(value) > 1e25:
            return trouble("number.unreadable", value=value)
        return NumberSaid(Decimal(repr(value)))
    if not isinstance(value, str):
        return trouble("number.unreadable", value=value)
    return _read_text(value)


@lru_cache(maxsize=4096)
def _read_text(value: str) -> NumberSaid | Trouble:
    if len(value) > LONGEST_NUMBER:
        return trouble("number.unreadable", value=value)
    text = unicodedata.normalize("NFKC", value)
    if _SPACED.search(_GROUPED.sub("0", text)):  # "3600 4200" are two sums, "3 600" is one
        return trouble("number.several", value=value)
    text = "".join(text.split()).replace("，", ",").replace("−", "-").replace("。", ".")
    negative = re.fullmatch(r"\((?P<inner>[\d.,]+)\)", text)  # (1,200) of bookkeeping
    if negative:
        text = "-" + negative["inner"]
    approximate = bool(_APPROXIMATE.search(text))
    bare = _REMARK.sub("", text) if not text.startswith("(") else text
    if _RANGE.search(bare):
        return trouble("number.range", value=value)
    approximate = approximate or bare != text
    currency = ""
    bare = _BEFORE.sub("", bare)
    if match := _CURRENCY_FIRST.match(bare):
        currency = match[0].lower()
        bare = _BEFORE.sub("", bare[match.end() :])
    bare = _AFTER.sub("", bare)
    bare = _CHINESE_NUMBER.sub(_chinese, bare)
    match = _NUMBER.match(bare)
    if match is None:
        return trouble("number.unreadable", value=value)
    rest = re.sub(r"^(?:[余多几]|个(?=[万亿]))", "", bare[match.end() :])
    rest = re.sub(r"^([万亿])[余多](?=元|美元|亩|$)", r"\1", rest)
    rest = _AFTER.sub("", rest)
    if rest.startswith(("\\", "/")) and len(rest) == 1:
        rest = ""
    if re.match(r"[.,]+\d", rest):
        return trouble("number.unreadable", value=value)
    if _NUMBER.search(rest):
        return _compound(bare, approximate) or trouble("number.several", value=value)
    unit = _unit(rest, currency)
    if unit is None:
        return trouble("number.unreadable", value=value)
    try:
        number = Decimal(match[0].replace(",", "").replace("−", "-"))
    except InvalidOperation:
        return trouble("number.unreadable", value=value)
    if number and not -30 < number.adjusted() < 30:
        return trouble("number.unreadable", value=value)
    return NumberSaid(number, unit, approximate)


def _compound(text: str, approximate: bool) -> NumberSaid | None:
    """1亿2000万元."""
    match = re.fullmatch(r"(\d+)亿(?:零|又)?(\d+(?:\.\d+)?)(千|百)?万(?:元)?", text)
    if match is None:
        return None
    factor = {"千": 1000, "百": 100}.get(match[3] or "", 1)
    return NumberSaid(Decimal(match[1]) * 10_000 + Decimal(match[2]) * factor, "万元", approximate)


def _unit(rest: str, currency: str) -> str | None:
    """The unit after a number, None for words that are none."""
    rest = {"w": "万", "W": "万", "w元": "万元"}.get(rest, rest)
    if not rest:
        return _SIGNS.get(currency, currency.upper() if currency.isascii() else currency)
    if currency and rest in ("千", "万", "十万", "百万", "千万", "亿", "万元", "亿元"):
        return rest.replace("元", "") + _SIGNS.get(currency, currency.upper() if currency.isascii() else currency)
    found = unit_of_words(rest)
    return found or None


_CHINESE_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_CHINESE_PLACES = {"十": 10, "百": 100, "千": 1000}


def _chinese(match: re.Match[str]) -> str:
    """三千二百 -> 3200; 万 and 亿 stay as the unit."""
    total = digit = 0
    for char in match[0]:
        if char in _CHINESE_PLACES:
            total += (digit or 1) * _CHINESE_PLACES[char]
            digit = 0
        else:
            digit = _CHINESE_DIGITS[char]
    return str(total + digit)


def money_unit(name: str) -> Unit | None:
    """万元 -> a power of ten and a currency; None for what is no unit of money."""
    return units().get(name)


def read_sum(value: Cell, unit: str, *, currency: str = "") -> SumSaid | Trouble:
    """A sum of money. ``unit`` is the header's ("" where it has none); the cell's own unit goes before it.

    ``currency``  what a unit without one (万) means, e.g. the column 币种 of the row; CNY where it is not told
    """
    said = read_said(value)
    if isinstance(said, Trouble):
        return said
    of_header = money_unit(unit) if unit else None
    of_cell = money_unit(said.unit) if said.unit else None
    if said.unit and of_cell is None:
        return trouble("number.unreadable", value=value)
    own = said.unit
    if of_cell is not None and of_header is not None and own in _BARE and of_header.currency != "CNY":
        of_cell = Unit(of_cell.power, of_header.currency)  # 500万 under 万美元
    used = of_cell or of_header
    if used is None:
        return trouble("money.unit_missing", value=value)
    if currency and (own or unit) in _BARE:
        used = Unit(used.power, currency)
    amount = int(said.number.scaleb(used.power).to_integral_value(ROUND_HALF_UP))
    conflict = of_cell is not None and of_header is not None and of_cell != of_header
    return SumSaid(amount, used.currency, said.approximate, conflict)


_BARE = frozenset({"十", "百", "千", "万", "十万", "百万", "千万", "亿", "十亿", "百亿", "千亿", "万亿"})


def read_area(value: Cell, unit: str, wanted: str) -> tuple[Decimal, NumberSaid, str] | Trouble:
    """An area in ``wanted`` (亩 or 平方米), with what was said and the unit it was taken for."""
    said = read_said(value)
    if isinstance(said, Trouble):
        return said
    used = said.unit or unit or wanted
    if used not in _SQUARE_METRES:
        return trouble("number.unreadable", value=value)
    if used == wanted:
        area = said.number
    elif wanted == "亩" and used in _MU_OF:
        area = said.number * _MU_OF[used]
    else:
        area = said.number * _SQUARE_METRES[used] / _SQUARE_METRES[wanted]
    return area.quantize(Decimal("0.01"), ROUND_HALF_UP), said, used


def number_words(number: Decimal | int) -> str:
    """A number for a message."""
    return plain(Decimal(number))


__all__ = ["NumberSaid", "SumSaid", "money_unit", "number_words", "read_area", "read_said", "read_sum"]
