"""What cannot be, or deserves a second look, in a figure: sums of parts, shares, years to date, jumps, published values.

Each rule returns what it found in words; nothing found is nothing said. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.money import Money, round_half_up
from yinfeng.kernel.periods import Period
from yinfeng.kernel.voice import say

from .definition import Definition
from .figures import Figure
from .wording import is_money, said_percent, said_rounded

JUMP = 5  # times the mean of the months before
FEWEST = 3  # months before one can speak of a mean
PERCENT = re.compile(r"(-?\d+(?:\.\d+)?)\s*[%％]?")
COUNT = re.compile(r"(-?\d[\d,]*(?:\.\d+)?)\D*")


@dataclass(frozen=True)
class Finding:
    """``is_wrong``: it cannot be; else it deserves a second look. ``rule`` names it for a program."""

    rule: str  # parts, shares, bounds, year_to_date, jump, published
    is_wrong: bool
    words: str


def parts_and_whole(definition: Definition, parts: Sequence[Figure], whole: Figure) -> list[Finding]:
    """Counts and sums of lines that do not overlap add up to the whole; shares of one whole to 100 %."""
    values = [part.value for part in parts if part.value is not None]
    if not parts or whole.value is None:
        return []
    if definition.measure in ("count", "sum", "total") and sum(values, Fraction(0)) != whole.value:
        told = say(
            "各行之和 {parts} 与合计 {whole} 不符。", parts=_plain(sum(values, Fraction(0))), whole=_plain(whole.value)
        )
        return [Finding("parts", True, told)]
    total = sum(values, Fraction(0))
    if definition.measure == "share" and definition.numerator is None and values and total != 1:
        return [Finding("shares", True, say("各行占比之和为 {sum}，不是 100%。", sum=said_percent(total, 2)))]
    return []


def bounds(definition: Definition, lines: Sequence[tuple[str, Figure]]) -> list[Finding]:
    """A part is no larger than its whole, and nothing counted is negative."""
    found = []
    for label, figure in lines:
        value = figure.value
        if value is None:
            continue
        part_of_whole = definition.measure in ("ratio", "share", "cohort") and not (
            definition.numerator is not None and definition.numerator.funds is not None
        )
        if part_of_whole and not 0 <= value <= 1:
            told = say("{label}：比率 {value} 不在 0 至 100% 之间。", label=label, value=said_percent(value, 2))
            found.append(Finding("bounds", True, told))
        elif definition.numerator is not None and definition.numerator.funds is not None and value > 1:
            told = say(
                "{label}：到位资金超过协议投资（{value}），请核对投资额。", label=label, value=said_percent(value, 1)
            )
            found.append(Finding("bounds", False, told))
        elif definition.measure in ("count", "sum") and value < 0:
            found.append(Finding("bounds", True, say("{label}：数值为负。", label=label)))
    return found


def year_to_date(definition: Definition, series: Sequence[tuple[Period, Fraction | None]]) -> list[Finding]:
    """What was told as the year to date at the end of each month never falls, unless facts were voided or corrected."""
    found, last = [], None
    for period, value in series:
        if last is not None and value is not None and value < last[1]:
            told = say(
                "{month}底的年初累计 {now} 少于上月底的 {then}，此间有事实作废或更正。",
                month=Period.month(period.end.year, period.end.month).label,
                now=said_rounded(definition, value, definition.places),
                then=said_rounded(definition, last[1], definition.places),
            )
            found.append(Finding("year_to_date", False, told))
        if value is not None:
            last = (period, value)
    return found


def jumps(definition: Definition, series: Sequence[tuple[Period, Fraction | None]]) -> list[Finding]:
    """A month that holds far more than the months before it did on average."""
    found, before = [], list[Fraction]()
    for period, value in series:
        if value is None:
            continue
        mean = sum(before, Fraction(0)) / len(before) if before else Fraction(0)
        if len(before) >= FEWEST and mean > 0 and value > JUMP * mean and value > JUMP:
            told = say(
                "{month}为 {value}，是此前各月平均 {mean} 的 {times} 倍，请核实。",
                month=period.label,
                value=said_rounded(definition, value, definition.places),
                mean=said_rounded(definition, mean, max(1, definition.places)),
                times=str(round_half_up(value / mean, 1)),
            )
            found.append(Finding("jump", False, told))
        before.append(value)
    return found


def published(definition: Definition, figure: Figure, text: str) -> list[Finding]:
    """A value as somebody printed it, against the computed one rounded to as many places. ValueError where it cannot be
    read."""
    text = text.strip()
    exact = figure.value
    if definition.is_rate or definition.measure in ("ahead", "change"):
        match = PERCENT.fullmatch(text)
        if match is None:
            raise ValueError(say("已公布数“{text}”不是百分数。", text=text))
        told, shown = Decimal(match[1]), None if exact is None else exact * 100
        unit = "%"
    elif is_money(definition):
        try:
            money = Money.parse(text)
        except DomainError as fault:
            raise ValueError(str(fault)) from fault
        digits = re.match(r"-?[\d,.]+", text)
        told = Decimal((digits[0] if digits else "0").replace(",", ""))
        scale = Fraction(money.amount) / Fraction(told) if told else Fraction(1)
        shown, unit = None if exact is None else exact / scale, text[len(digits[0]) :].strip() if digits else ""
    else:
        match = COUNT.fullmatch(text)
        if match is None:
            raise ValueError(say("已公布数“{text}”不是数字。", text=text))
        told, shown, unit = Decimal(match[1].replace(",", "")), exact, ""
    if shown is None:
        return [Finding("published", True, say("已公布 {text}，按台账算不出数值。", text=text))]
    places = -int(told.as_tuple().exponent) if int(told.as_tuple().exponent) < 0 else 0
    right = round_half_up(shown, places)
    if right == told:
        return []
    cut = Decimal(int(shown * 10**places)).scaleb(-places)
    why = say("（截断而未四舍五入）") if cut == told else ""
    words = say("已公布 {text}，按台账应为 {right}{unit}{why}。", text=text, right=f"{right:,}", unit=unit, why=why)
    return [Finding("published", True, words)]


def _plain(value: Fraction) -> str:
    return f"{round_half_up(value, 2) if value.denominator != 1 else int(value):,}"
