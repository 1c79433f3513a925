"""The check pack 主体核查: what should be looked at before a firm is believed. Pure.

Each check says what it saw, and stays 待核 where the fact is not on record: a missing fact is never a pass. The speed
flag is the pattern of the fake central enterprises of 2025: signed within days, a large sum, a young company.

Body of the rule (kind ``investor_checks``)::

    young_years, speed_days, speed_from_cny, speed_company_years, capital_share_percent
    central_names: [names of central enterprises or words in them, to find look-alikes]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yinfeng.kernel import uscc
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.voice import say

from .standard import STANDARD_CHECKS
from .words import Finding


@dataclass(frozen=True)
class CheckRule:
    young_years: int
    speed_days: int
    speed_from_cny: int
    speed_company_years: int
    central_names: tuple[str, ...]


def parse_checks(body: Mapping[str, Any]) -> CheckRule:
    """ValueError names what cannot be used."""
    if not isinstance(body, Mapping):
        raise ValueError("主体核查规则应写作“名称: 数值”")
    if unknown := sorted(set(body) - set(STANDARD_CHECKS)):
        raise ValueError(f"没有“{unknown[0]}”这一项，可用：{'、'.join(STANDARD_CHECKS)}")
    numbers: dict[str, int] = {}
    for name in ("young_years", "speed_days", "speed_from_cny", "speed_company_years"):
        value = body.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise ValueError(f"{name} 应为不小于 0 的整数，而不是“{value}”")
        numbers[name] = value
    names = body.get("central_names")
    if not isinstance(names, list) or not all(isinstance(n, str) and len(n.strip()) >= 2 for n in names):
        raise ValueError("central_names 应为一组名称，每个至少两个字")
    return CheckRule(**numbers, central_names=tuple(n.strip() for n in names))


@dataclass(frozen=True)
class Investor:
    """What is on record of a firm and of the matter."""

    name: str
    uscc: str
    registered_on: date | None
    group_name: str
    titles: tuple[str, ...]  # lists it stands on
    investment_cny: int | None
    reported_on: date | None  # when the talks began
    signed_on: date | None


@dataclass(frozen=True)
class Check:
    key: str
    label: str
    finding: Finding
    words: str


def check(firm: Investor, rule: CheckRule, today: date) -> tuple[Check, ...]:
    """All checks of a firm, in a fixed order."""
    return (_credit_code(firm), _age(firm, rule, today), _group(firm, rule), _lists(firm), _speed(firm, rule, today))


def _credit_code(firm: Investor) -> Check:
    label = "统一社会信用代码"
    if not firm.uscc:
        return Check("uscc", label, Finding.UNKNOWN, say("没有登记统一社会信用代码，无法核对主体"))
    try:
        uscc.validate(firm.uscc)
    except DomainError as fault:
        return Check("uscc", label, Finding.ALARM, str(fault))
    return Check("uscc", label, Finding.PASSED, say("{code} 校验相符", code=firm.uscc))


def years_between(start: date, end: date) -> int:
    """Full years."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def _age(firm: Investor, rule: CheckRule, today: date) -> Check:
    label = "成立年限"
    if firm.registered_on is None:
        return Check("age", label, Finding.UNKNOWN, say("没有登记成立日期"))
    years = years_between(firm.registered_on, today)
    told = say("{on} 成立，满 {years} 年", on=firm.registered_on, years=years)
    if years < rule.young_years:
        return Check("age", label, Finding.WARNING, say("{told}，不足 {n} 年", told=told, n=rule.young_years))
    return Check("age", label, Finding.PASSED, told)


def _group(firm: Investor, rule: CheckRule) -> Check:
    """A name that sounds like a central enterprise is believed only up to its root."""
    label = "名称与股权根源"
    alike = next((n for n in rule.central_names if n in firm.name), None)
    if alike is None:
        words = say("集团：{name}", name=firm.group_name) if firm.group_name else say("名称与央企名录无相近之处")
        return Check("group", label, Finding.PASSED, words)
    if firm.group_name:
        words = say("名称含“{alike}”，登记的集团为{name}，请核对股权链", alike=alike, name=firm.group_name)
        return Check("group", label, Finding.WARNING, words)
    return Check(
        "group", label, Finding.ALARM, say("名称含“{alike}”，而集团未核实：谨防冒名，请查到股权根源", alike=alike)
    )


def _lists(firm: Investor) -> Check:
    label = "企业称号"
    if not firm.titles:
        return Check("titles", label, Finding.UNKNOWN, say("不在已登记的名录上"))
    return Check("titles", label, Finding.PASSED, say("；").join(firm.titles))


def _speed(firm: Investor, rule: CheckRule, today: date) -> Check:
    """Signed within days, a large sum, a young company: each is common, the three together are not."""
    label = "签约速度"
    if firm.reported_on is None or firm.investment_cny is None:
        return Check("speed", label, Finding.UNKNOWN, say("没有首报日期或投资额"))
    until = firm.signed_on or today
    days = (until - firm.reported_on).days
    fast = firm.signed_on is not None and days < rule.speed_days
    large = firm.investment_cny > rule.speed_from_cny
    young = firm.registered_on is not None and years_between(firm.registered_on, until) < rule.speed_company_years
    told = say("首报至签约 {days} 天", days=days) if firm.signed_on else say("洽谈已 {days} 天，尚未签约", days=days)
    if fast and large and young:
        return Check("speed", label, Finding.ALARM, say("{told}，金额大、公司新：须查实后再推进", told=told))
    if large and young:
        return Check("speed", label, Finding.WARNING, say("{told}，金额大而公司成立不满 {n} 年", told=told,
                                                          n=rule.speed_company_years))  # fmt: skip
    return Check("speed", label, Finding.PASSED, told)
