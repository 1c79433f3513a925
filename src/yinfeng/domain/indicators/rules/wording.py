"""A figure in words: rounded here, once, and its formula with the numbers in it. Pure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from yinfeng.kernel.money import (
    UNDEFINED,
    DisplayUnit,
    change_words,
    display,
    plain,
    progress_words,
    rate_change_words,
    round_half_up,
)
from yinfeng.kernel.rounding import EXACT
from yinfeng.kernel.voice import say

from .definition import COUNTED_IN, NOT_MONEY, Definition
from .figures import Figure
from .sources import SOURCES


def exact_decimal(value: Fraction) -> Decimal:
    """An amount as a decimal: amounts are whole units, areas hundredths; anything else is a fault of ours."""
    return EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))


def _counted(definition: Definition, number: str) -> str:
    records = definition.base.records if definition.base else None
    if definition.of in COUNTED_IN:
        return say(COUNTED_IN[definition.of], n=number)
    return say(SOURCES[records.source].word if records else "{n} 个", n=number)


def is_money(definition: Definition) -> bool:
    """Whether what is counted is money."""
    if definition.of:
        return definition.of not in NOT_MONEY
    return bool(definition.base and definition.base.funds)


def said_amount(definition: Definition, value: Fraction | None, currency: str = "", places: int | None = None) -> str:
    """A count, an amount or an area of the base."""
    if value is None:
        return UNDEFINED
    if not is_money(definition):
        return _counted(definition, plain(exact_decimal(value)))
    code = currency or (definition.currency if definition.currency not in ("original", "converted") else "CNY")
    scale: DisplayUnit = definition.scale  # type: ignore[assignment]
    return display(exact_decimal(value), scale, places, code)


def said_rounded(definition: Definition, value: Fraction | None, places: int) -> str:
    """An amount or a number of the definition that need not end: an average, a half share."""
    if value is None:
        return UNDEFINED
    if is_money(definition):
        code = definition.currency if definition.currency not in ("original", "converted") else "CNY"
        scale: DisplayUnit = definition.scale  # type: ignore[assignment]
        return display(round_half_up(value, 8), scale, places, code)
    return _counted(definition, f"{round_half_up(value, places):,}")


def said_percent(value: Fraction | None, places: int) -> str:
    return UNDEFINED if value is None else f"{round_half_up(value * 100, places):,f}%"


def said_points(value: Fraction | None, places: int) -> str:
    return UNDEFINED if value is None else say("{n} 个百分点", n=f"{round_half_up(value * 100, places):,f}")


def said(definition: Definition, figure: Figure, of: Definition | None = None) -> str:
    """The value as it is printed; ``of`` is what a derived figure is made of."""
    if definition.is_rate:
        return said_percent(figure.value, definition.places)
    if definition.measure == "ahead":
        return said_points(figure.value, definition.places)
    if definition.measure == "change":
        words = said_points if of is not None and of.is_rate else said_percent
        return words(figure.value, definition.places)
    if definition.measure == "check":
        return UNDEFINED if figure.value is None else say("是") if figure.value else say("否")
    if definition.measure == "streak":
        return UNDEFINED if figure.value is None else say("{n} 个月", n=plain(exact_decimal(figure.value)))
    if definition.measure == "duration":
        return (
            UNDEFINED
            if figure.value is None
            else say("{n} 天", n=f"{round_half_up(figure.value, definition.places):,}")
        )
    if definition.measure == "average" and of is not None:
        told = said_rounded(replace(of, scale=definition.scale), figure.value, definition.places)
        return told if figure.value is None else f"{told}/{say(definition.per)}"
    if definition.measure == "gap" and of is not None:
        return said_rounded(of, figure.value, of.places if is_money(of) else definition.places)
    if definition.attribution == "split" and figure.value is not None and not figure.sums:
        return said_rounded(definition, figure.value, definition.places)
    if definition.measure == "sum" and len(figure.sums) > 1:
        return " + ".join(said_amount(definition, v, c, definition.places) for c, v in figure.sums)
    shown = of if definition.measure == "total" and of is not None else definition
    if shown.measure == "sum":
        code = figure.sums[0][0] if figure.sums else ""
        return said_amount(shown, figure.value, code, definition.places if is_money(shown) else None)
    return said_amount(shown, figure.value)


def formula(definition: Definition, figure: Figure) -> str:
    """With the numbers in it: ``已开工 22 个 ÷ 期内签约 32 个 = 68.8%``."""
    base, numerator = definition.base, definition.numerator
    value = said(definition, figure)
    if base is None:
        return value
    label, count, untold = say(base.label), _number(figure.count), _number(figure.untold)
    if definition.measure == "count":
        return f"{label} {value}"
    if definition.measure == "sum":
        if base.funds:
            return say("{label} {count} 笔，合计 {value}", label=label, count=count, value=value)
        told = say("{label} {count} 个，合计 {value}", label=label, count=count, value=value)
        return told if not figure.untold else told + say("（{n} 个未填，未计入）", n=untold)
    if definition.measure == "duration":
        days, n = _plain(figure.numerator), _plain(figure.denominator)
        return say("共 {days} 天 ÷ {n} 个项目 = {value}", days=days, n=n, value=value)
    above = said_amount(definition, figure.numerator)
    below = said_amount(definition, figure.denominator)
    named = say(numerator.label) if numerator else say("本项")
    whole = label if numerator else say("{label}合计", label=label)
    text = f"{named} {above} ÷ {whole} {below} = {value}"
    if definition.of and figure.untold:
        text += say("（{n} 个未填金额，未计入）", n=untold)
    return text


def _number(value: int | Fraction) -> str:
    return f"{value if isinstance(value, int) else round_half_up(value, 2):,}"


def derived_formula(
    definition: Definition,
    figure: Figure,
    parts: list[Definition],
    period: str,
    other: str,
    of: Definition | None = None,
) -> str:
    """The formula of a figure computed from others; ``of`` is what the amounts of a gap are amounts of."""
    value = said(definition, figure, of or (parts[0] if parts else None))

    def told(part: Definition, amount: Fraction | None) -> str:
        return said_percent(amount, part.places) if part.is_rate else said(part, Figure(amount))

    match definition.measure:
        case "time_progress":
            return say("已过 {n} 个月 ÷ 12 个月 = {value}", n=_plain(figure.numerator), value=value)
        case "completion":
            done, target = told(parts[0], figure.numerator), told(parts[0], figure.denominator)
            return say(
                "{name} {done} ÷ 年度目标 {target} = {value}",
                name=say(parts[0].label),
                done=done,
                target=target,
                value=value,
            )
        case "ahead":
            done, elapsed = (
                said_percent(figure.numerator, definition.places),
                said_percent(figure.denominator, definition.places),
            )
            return say("完成率 {done} − 序时进度 {elapsed} = {value}", done=done, elapsed=elapsed, value=value)
        case "change":
            now, then = told(parts[0], figure.numerator), told(parts[0], figure.denominator)
            return say(
                "{period} {now}，{other} {then}：{change}",
                period=period,
                now=now,
                other=other,
                then=then,
                change=change_text(definition, figure, parts[0]),
            )
        case "gap" if of is not None:
            done, due = said_rounded(of, figure.numerator, of.places), said_rounded(of, figure.denominator, of.places)
            goal = say("年度目标") if definition.against == "target" else say("按序时应完成")
            return say("已完成 {done} − {goal} {due} = {value}", done=done, goal=goal, due=due, value=value)
        case "average":
            above, below = told(parts[0], figure.numerator), told(parts[1], figure.denominator)
            return f"{say(parts[0].label)} {above} ÷ {say(parts[1].label)} {below} = {value}"
        case "weighted":
            named = [f"{say(p.label)} × {w}%" for p, w in zip(parts, definition.weights, strict=True)]
            return f"{' + '.join(named)} = {value}"
        case "vintage":
            part, goal = parts[0], said_percent(figure.target, definition.places)
            text = formula(part, figure)
            return text if figure.target is None else say("{text}，目标 {goal}", text=text, goal=goal)
        case "check":
            had, judged = _plain(figure.numerator), _plain(figure.denominator)
            return say("{judged} 个月中 {had} 个月有", judged=judged, had=had)
        case "streak":
            first, last = told(parts[0], figure.denominator), told(parts[0], figure.numerator)
            if figure.value is None:
                return value
            if definition.direction == "falling":
                return say("连续下降 {n} 个月（由 {first} 至 {last}）", n=_plain(figure.value), first=first, last=last)
            return say("连续上升 {n} 个月（由 {first} 至 {last}）", n=_plain(figure.value), first=first, last=last)
        case "quotient":
            above, below = told(parts[0], figure.numerator), told(parts[1], figure.denominator)
            return f"{say(parts[0].label)} {above} ÷ {say(parts[1].label)} {below} = {value}"
    return f"{' + '.join(say(p.label) for p in parts)} = {value}"


def _plain(value: Fraction | None) -> str:
    return UNDEFINED if value is None else plain(exact_decimal(value))


def change_text(definition: Definition, figure: Figure, of: Definition) -> str:
    """同比增长x%, 同比下降x%, 同比提高x个百分点 … by the conventions of the engine."""
    word = "同比" if definition.against == "last_year" else "环比"
    words = rate_change_words if of.is_rate else change_words
    return words(figure.numerator, figure.denominator, places=definition.places, word=word)


def words_of(definition: Definition, figure: Figure, of: Definition | None = None) -> str:
    """The sentence a bulletin prints: of a change and of progress, else empty."""
    if definition.measure == "change" and of is not None:
        return change_text(definition, figure, of)
    if definition.measure == "ahead":
        return progress_words(figure.numerator, figure.denominator or Fraction(0), places=definition.places)
    if definition.measure == "check" and figure.missing:
        return say("缺 {months}", months="、".join(month.label for month in figure.missing))
    if definition.measure == "vintage" and figure.target is not None and figure.value is not None:
        return say("达到目标") if figure.value >= figure.target else say("未达目标")
    return ""
