"""Targets by indicator, year and unit, as a rule of the rulebook. Pure.

start_count:
  "2026": {all: 120, east: 30, west: 20}        units by their code; "all" is the whole
funds_outside_province:
  "2026": {all: 85 亿元}
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.money import Money

WHOLE = "all"


def read_target(value: Any) -> Fraction:
    """A count, or a sum with its unit. ValueError, in words, for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        number = Fraction(value)
    elif isinstance(value, str):
        try:
            number = Fraction(Money.parse(value).amount)
        except DomainError as fault:
            raise ValueError(f"目标“{value}”：{fault}") from fault
    else:
        raise ValueError(f"目标“{value}”应为整数，或带单位的金额（如 85 亿元）")
    if number <= 0:
        raise ValueError(f"目标“{value}”应大于零；没有目标的单位不写")
    return number


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
                    read_target(value)
                except ValueError as fault:
                    raise ValueError(f"{indicator}.{year}.{unit}：{fault}") from fault


def target_of(body: Mapping[str, Any], indicator: str, year: int, unit: str) -> Fraction | None:
    """None where none is set."""
    years = body.get(indicator, {})
    units = years.get(str(year), years.get(year, {}))
    return read_target(units[unit]) if unit in units else None
