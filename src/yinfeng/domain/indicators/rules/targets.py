"""Targets by indicator, year and unit, as a rule of the rulebook. Pure.

start_count:
  "2026": {all: 120, east: 30, west: 20}        units by their code; "all" is the whole
funds_outside_province:
  "2026": {all: 85 亿元, curve: [4, 9, 17, 25, 34, 50, 57, 64, 73, 82, 90, 100]}    percent due by the end of each month
start_rate:
  "2024": {all: 70%}                            of a rate: what the projects of that year should reach
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from yinfeng.foundation.accounts.rules import Role
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.money import Money
from yinfeng.kernel.periods import time_progress
from yinfeng.kernel.tables import currency

from .definition import Definition
from .wording import is_money

WHOLE, CURVE = "all", "curve"
PERCENT = re.compile(r"\d{1,4}(\.\d{1,4})?%")


def read_target(value: Any) -> Fraction:
    """A count, a sum with its unit, or a rate. ValueError, in words, for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        number = Fraction(value)
    elif isinstance(value, str) and PERCENT.fullmatch(value.strip()):
        number = Fraction(value.strip()[:-1]) / 100
    elif isinstance(value, str):
        try:
            number = Fraction(Money.parse(value).amount)
        except DomainError as fault:
            raise ValueError(f"目标“{value}”：{fault}") from fault
    else:
        raise ValueError(f"目标“{value}”应为整数、带单位的金额（如 85 亿元）或比率（如 70%）")
    if number <= 0:
        raise ValueError(f"目标“{value}”应大于零；没有目标的单位不写")
    return number


def check_unit(definition: Definition, value: Any) -> None:
    """ValueError, in words, where a target is told in another unit than what it is the target of: 5 亿元 of projects,
    dollars of yuan."""
    if definition.is_rate:
        if not (isinstance(value, str) and PERCENT.fullmatch(value.strip())):
            raise ValueError(f"“{definition.label}”是比率，目标“{value}”应写成百分数，如 70%")
    elif not is_money(definition):
        if not isinstance(value, int):
            raise ValueError(f"“{definition.label}”是数量，目标“{value}”应为整数，如 120")
    else:
        code = "CNY" if definition.currency in ("original", "converted") else definition.currency
        if not isinstance(value, str) or value.strip().endswith("%") or Money.parse(value).currency != code:
            raise ValueError(
                f"“{definition.label}”以{currency(code).unit}计，目标“{value}”应写明单位，如 85 亿{currency(code).unit}"
            )


def read_curve(value: Any) -> tuple[Fraction, ...]:
    """Twelve percentages, one a month, that never fall and end with 100."""
    if not isinstance(value, list) or len(value) != 12:
        raise ValueError("进度曲线应为十二个月末的累计百分比，如 [4, 9, …, 100]")
    if any(isinstance(v, bool) or not isinstance(v, int | float) for v in value):
        raise ValueError("进度曲线只能是数字")
    if value != sorted(value) or value[0] < 0 or value[-1] != 100:
        raise ValueError("进度曲线应逐月不减，自 0 以上至 100 为止")
    return tuple(Fraction(str(v)) / 100 for v in value)


def curve_of(body: Mapping[str, Any], indicator: str, year: int) -> tuple[Fraction, ...] | None:
    """The year's own curve; None is the even one, month ÷ 12."""
    years = body.get(indicator, {})
    units = years.get(str(year), years.get(year, {}))
    return read_curve(units[CURVE]) if CURVE in units else None


def elapsed_of(body: Mapping[str, Any], indicator: str, until: date, year: int) -> Fraction:
    """How much of the year's target is due by a day: 序时进度, the running month counted whole. All of it once the year
    is over, and nothing before it begins."""
    if until.year != year:
        return Fraction(until.year > year)
    curve = curve_of(body, indicator, year)
    return curve[until.month - 1] if curve else time_progress(until)


def check_targets(body: Any) -> None:
    """ValueError names the place."""
    if not isinstance(body, Mapping):
        raise ValueError("目标应为“指标代号: {年度: {单位代码: 目标}}”")
    for indicator, years in body.items():
        if not isinstance(years, Mapping):
            raise ValueError(f"{indicator}：应按年度列出")
        for year, units in years.items():
            if not str(year).isdecimal() or len(str(year)) != 4:
                raise ValueError(f"{indicator}.{year}：不是年度")
            if not isinstance(units, Mapping):
                raise ValueError(f"{indicator}.{year}：应按单位代码列出，全局写作 {WHOLE}")
            for unit, value in units.items():
                try:
                    if unit == CURVE:
                        read_curve(value)
                    else:
                        read_target(value)
                except ValueError as fault:
                    raise ValueError(f"{indicator}.{year}.{unit}：{fault}") from fault


def target_of(body: Mapping[str, Any], indicator: str, year: int, unit: str) -> Fraction | None:
    """None where none is set."""
    years = body.get(indicator, {})
    units = years.get(str(year), years.get(year, {}))
    return read_target(units[unit]) if unit in units else None


def check_ranking(body: Any) -> None:
    """``{shown: true, to: [leader, director, steward]}`` puts ranks beside units for these posts; off unless a bureau
    decides otherwise. ValueError says what is wrong."""
    if not isinstance(body, Mapping) or set(body) != {"shown", "to"} or not isinstance(body["shown"], bool):
        raise ValueError("单位排名应为 {shown: true 或 false, to: [可以看到名次的岗位]}")
    if not isinstance(body["to"], list) or not all(isinstance(one, str) and one in Role for one in body["to"]):
        raise ValueError(f"to：应列出岗位，可选：{'、'.join(Role.values)}")
