"""Admission scoring 准入评分: a scheme as data, a sheet of values, points with the sentence behind each. Pure.

Body of the rule (kind ``admission``): schemes by key::

    key:
      name: 名称
      total: 100                    the items' full points must add up to it
      pass_at: 60                   from how many points on a project is proposed for admission
      vetoes: [words, …]            any one ticked rejects, whatever the sum
      items:
        - {key, label, full, how: points}                             typed by hand, never above full
        - {key, label, full, how: choice, choices: {鼓励类: 10, …}}
        - {key, label, full, how: measure, unit: 万元, full_at: 400,  full from here on
           per: 10, points: 0.1, whole: true}                         each whole step below takes points away
        - {key, label, full, how: bands, unit: 亿元, bands: [{from: 3, points: 5}, …]}   the highest band reached

Points never fall below an item's ``floor`` (0 where it has none). Everything is exact: strings in, fractions inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from yinfeng.kernel.voice import say

WAYS = ("points", "choice", "measure", "bands")


@dataclass(frozen=True)
class Item:
    """One line of a scheme."""

    key: str
    label: str
    full: Fraction
    how: str
    unit: str = ""
    floor: Fraction = Fraction(0)
    choices: tuple[tuple[str, Fraction], ...] = ()
    full_at: Fraction = Fraction(0)
    per: Fraction = Fraction(1)
    points: Fraction = Fraction(0)
    whole: bool = True
    bands: tuple[tuple[Fraction, Fraction], ...] = ()  # (from, points), the highest first

    @property
    def rule(self) -> str:
        """The item's way in words."""
        match self.how:
            case "choice":
                told = say("、").join(f"{name} {plain(points)}" for name, points in self.choices)
                return say("{told} 分", told=told)
            case "measure":
                return say(
                    "达到 {at}{unit} 得满分，每低 {per}{unit} 减 {points} 分", at=plain(self.full_at), unit=self.unit,
                    per=plain(self.per), points=plain(self.points),
                )  # fmt: skip
            case "bands":
                return say("；").join(
                    say("≥{start}{unit} 得 {points} 分", start=plain(s), unit=self.unit, points=plain(p))
                    for s, p in self.bands
                )
        return say("由评分人给分，不超过 {full} 分", full=plain(self.full))


@dataclass(frozen=True)
class Scheme:
    key: str
    name: str
    total: Fraction
    pass_at: Fraction
    items: tuple[Item, ...]
    vetoes: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """One scored item; ``points`` None where no value was told."""

    key: str
    label: str
    full: Fraction
    value: str
    points: Fraction | None
    formula: str


@dataclass(frozen=True)
class Score:
    """``outcome``: admitted, below, vetoed or open (something is not scored yet)."""

    lines: tuple[Line, ...]
    total: Fraction
    full: Fraction
    pass_at: Fraction
    vetoes: tuple[str, ...]
    outcome: str
    formula: str


def plain(value: Fraction | Decimal | int) -> str:
    """A number without needless zeros: ``7``, ``4.5``; at most four places."""
    number = Fraction(value)
    if number.denominator == 1:
        return str(number.numerator)
    text = f"{Decimal(number.numerator) / Decimal(number.denominator):.4f}"
    return text.rstrip("0").rstrip(".")


def parse_admission(body: Any) -> dict[str, Scheme]:
    """ValueError names the scheme, the item and what is wrong with it."""
    if not isinstance(body, Mapping) or not body:
        raise ValueError("准入评分应至少有一套方案，写作“方案代码: {name, total, items …}”")
    return {str(key): _scheme(str(key), told) for key, told in body.items()}


def _scheme(key: str, told: Any) -> Scheme:
    if not isinstance(told, Mapping):
        raise ValueError(f"{key}：应写明 name、total、pass_at、items")
    if unknown := sorted(set(told) - {"name", "total", "pass_at", "items", "vetoes"}):
        raise ValueError(f"{key}：没有“{unknown[0]}”这一项")
    name = str(told.get("name") or "").strip()
    if not name:
        raise ValueError(f"{key}：请写明方案名称 name")
    lines = told.get("items")
    if not isinstance(lines, list) or not lines:
        raise ValueError(f"{key}：请逐项写明 items")
    items = tuple(_item(f"{key} 第 {n} 项", line) for n, line in enumerate(lines, 1))
    keys = [i.key for i in items]
    if twice := next((k for k in keys if keys.count(k) > 1), None):
        raise ValueError(f"{key}：指标代码“{twice}”出现了两次")
    total = _number(f"{key} total", told.get("total"))
    if (weights := sum((i.full for i in items), Fraction(0))) != total:
        raise ValueError(f"{key}：各项满分合计 {plain(weights)}，与 total {plain(total)} 不符")
    pass_at = _number(f"{key} pass_at", told.get("pass_at", 0))
    if not 0 <= pass_at <= total:
        raise ValueError(f"{key}：pass_at 应在 0 与 total {plain(total)} 之间")
    vetoes = told.get("vetoes") or []
    if not isinstance(vetoes, list) or not all(isinstance(v, str) and v.strip() for v in vetoes):
        raise ValueError(f"{key}：vetoes 应为一组文字")
    return Scheme(key, name, total, pass_at, items, tuple(v.strip() for v in vetoes))


def _item(where: str, told: Any) -> Item:
    if not isinstance(told, Mapping):
        raise ValueError(f"{where}：应写明 key、label、full、how")
    key, label, how = str(told.get("key") or ""), str(told.get("label") or ""), told.get("how", "points")
    if not key.isidentifier() or not label.strip():
        raise ValueError(f"{where}：key 应为英文代码，label 不能为空")
    if how not in WAYS:
        raise ValueError(f"{where}：how 可为 {'、'.join(WAYS)}，而不是“{how}”")
    full = _number(f"{where} full", told.get("full"))
    if full <= 0:
        raise ValueError(f"{where}：full 应大于 0")
    floor = _number(f"{where} floor", told.get("floor", 0))
    if not 0 <= floor <= full:
        raise ValueError(f"{where}：floor 应在 0 与满分之间")
    made: dict[str, Any] = {"unit": str(told.get("unit") or ""), "floor": floor}
    if how == "choice":
        choices = told.get("choices")
        if not isinstance(choices, Mapping) or not choices:
            raise ValueError(f"{where}：choices 应写作“选项: 分数”")
        made["choices"] = tuple((str(c), _within(f"{where} {c}", p, full)) for c, p in choices.items())
    elif how == "measure":
        made |= {n: _number(f"{where} {n}", told.get(n)) for n in ("full_at", "per", "points")}
        made["whole"] = bool(told.get("whole", True))
        if made["per"] <= 0:
            raise ValueError(f"{where}：per 应大于 0")
    elif how == "bands":
        bands = told.get("bands")
        if not isinstance(bands, list) or not bands or not all(isinstance(b, Mapping) for b in bands):
            raise ValueError(f"{where}：bands 应写作一组“from、points”")
        read = [
            (_number(f"{where} from", b.get("from")), _within(f"{where} points", b.get("points"), full)) for b in bands
        ]
        if len({start for start, _ in read}) != len(read):
            raise ValueError(f"{where}：两档的起点相同")
        made["bands"] = tuple(sorted(read, reverse=True))
    return Item(key, label.strip(), full, str(how), **made)


def _number(where: str, value: Any) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError(f"{where} 应为数，而不是“{value}”")
    try:
        read = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{where} 应为数，而不是“{value}”") from None
    if not read.is_finite() or abs(read) > 10**15:
        raise ValueError(f"{where} 超出范围")
    return Fraction(read)


def _within(where: str, value: Any, full: Fraction) -> Fraction:
    points = _number(where, value)
    if not 0 <= points <= full:
        raise ValueError(f"{where} 应在 0 与满分 {plain(full)} 之间")
    return points


def score(scheme: Scheme, values: Mapping[str, str], vetoes: tuple[str, ...] = ()) -> Score:
    """Points item by item. ``values`` are as typed (numbers as decimal strings, choices by name); a missing one leaves
    the item open. ValueError (its text says the item) where a value cannot be used: typed points above the full ones
    are refused, not cut."""
    lines = tuple(_line(item, str(values.get(item.key) or "").strip()) for item in scheme.items)
    told = [line for line in lines if line.points is not None]
    total = sum((line.points for line in told if line.points is not None), Fraction(0))
    struck = tuple(v for v in scheme.vetoes if v in vetoes)
    if struck:
        outcome = "vetoed"
    elif len(told) < len(lines):
        outcome = "open"
    else:
        outcome = "admitted" if total >= scheme.pass_at else "below"
    formula = " + ".join(plain(line.points) for line in told if line.points is not None) or "0"
    return Score(lines, total, scheme.total, scheme.pass_at, struck, outcome, f"{formula} = {plain(total)}")


def _line(item: Item, value: str) -> Line:
    if not value:
        return Line(item.key, item.label, item.full, "", None, say("未评"))
    if item.how == "choice":
        points = next((p for name, p in item.choices if name == value), None)
        if points is None:
            raise ValueError(say("{label}：没有“{value}”这个选项", label=item.label, value=value))
        return Line(item.key, item.label, item.full, value, points, f"{value} → {plain(points)}")
    try:
        number = _number(item.label, value.replace(",", "").replace("，", ""))
    except ValueError:
        raise ValueError(say("{label}：“{value}”不是数", label=item.label, value=value[:20])) from None
    if number < 0:
        raise ValueError(say("{label}：不能为负数", label=item.label))
    shown = f"{plain(number)}{item.unit}"
    if item.how == "points":
        if number > item.full:
            raise ValueError(
                say(
                    "{label}：{value} 分超过满分 {full} 分",
                    label=item.label,
                    value=plain(number),
                    full=plain(item.full),
                )
            )
        return Line(item.key, item.label, item.full, value, number, plain(number))
    if item.how == "bands":
        points = next((p for start, p in item.bands if number >= start), item.floor)
        return Line(item.key, item.label, item.full, value, points, f"{shown} → {plain(points)}")
    short = max(Fraction(0), item.full_at - number)
    steps = short / item.per
    if item.whole:
        steps = Fraction(steps.numerator // steps.denominator)
    points = max(item.floor, item.full - steps * item.points)
    if not short:
        return Line(item.key, item.label, item.full, value, item.full, f"{shown} ≥ {plain(item.full_at)}{item.unit}")
    told = f"{plain(item.full)} − {plain(steps)} × {plain(item.points)} = {plain(item.full - steps * item.points)}"
    if points == item.floor and item.full - steps * item.points < item.floor:
        told = say("{told}，最低 {floor}", told=told, floor=plain(item.floor))
    return Line(item.key, item.label, item.full, value, points, told)
