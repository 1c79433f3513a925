"""The light of a project: what its next deadline, a stall or an end says today, and why in words. Pure.

Body of the rule (kind ``lights``)::

    due_soon_days      a deadline this near is pointed out (the light stays green)
    yellow_after_days  days past the deadline from which the light is yellow
    red_after_days     days past the deadline from which it is red; a stalled project is red at once
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from .words import Light, Stage

STANDARD_LIGHTS: dict[str, Any] = {"due_soon_days": 7, "yellow_after_days": 1, "red_after_days": 15}


@dataclass(frozen=True)
class LightRule:
    due_soon_days: int
    yellow_after_days: int
    red_after_days: int
    stamp: str = "lights v0"

    def yellow_until(self, today: date) -> date:
        """A deadline on this day or before it is at least yellow."""
        return today - timedelta(days=self.yellow_after_days)

    def red_until(self, today: date) -> date:
        """A deadline on this day or before it is red."""
        return today - timedelta(days=self.red_after_days)

    def soon_until(self, today: date) -> date:
        return today + timedelta(days=self.due_soon_days)


@dataclass(frozen=True)
class LightOf:
    """A light with its reason. ``overdue_days`` > 0 where the deadline has passed."""

    light: Light
    reason: str
    overdue_days: int = 0
    is_due_soon: bool = False


def parse_lights(body: Mapping[str, Any], stamp: str = "lights v0") -> LightRule:
    """ValueError names what cannot be used."""
    days: dict[str, int] = {}
    for name in STANDARD_LIGHTS:
        value = body.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 3650:
            raise ValueError(f"{name} 应为 0 到 3650 之间的整数天数，而不是“{value}”")
        days[name] = value
    if unknown := sorted(set(body) - set(STANDARD_LIGHTS)):
        raise ValueError(f"没有“{unknown[0]}”这一项，可用：{'、'.join(STANDARD_LIGHTS)}")
    if not 1 <= days["yellow_after_days"] <= days["red_after_days"]:
        raise ValueError("yellow_after_days 应不小于 1，且不大于 red_after_days")
    return LightRule(**days, stamp=stamp)


def light_of(
    next_due_on: date | None,
    stalled_on: date | None,
    ended_on: date | None,
    stage: str,
    today: date,
    rule: LightRule,
) -> LightOf:
    """The light on ``today`` and the reason in words, with the dates and the stamp of the rule."""
    late = max(0, (today - next_due_on).days) if next_due_on else 0
    by = f"（依据 {rule.stamp}）"
    if ended_on is not None:
        return LightOf(Light.NONE, f"项目已于 {ended_on} 终止，不再亮灯{by}")
    if stalled_on is not None:
        also = f"，节点时限 {next_due_on} 已逾期{late}天" if late else ""
        return LightOf(Light.RED, f"自 {stalled_on} 起停滞，至 {today} 已{(today - stalled_on).days}天{also}{by}", late)
    if next_due_on is None:
        if stage == Stage.PERFORMANCE_REVIEWED:
            return LightOf(Light.NONE, f"已完成履约评价，没有待办节点{by}")
        return LightOf(Light.NONE, f"没有排定下一节点的时限{by}")
    if next_due_on <= rule.red_until(today):
        return LightOf(
            Light.RED,
            f"节点时限 {next_due_on}，至 {today} 逾期{late}天，达到红灯线 {rule.red_after_days} 天{by}",
            late,
        )
    if next_due_on <= rule.yellow_until(today):
        return LightOf(
            Light.YELLOW,
            f"节点时限 {next_due_on}，至 {today} 逾期{late}天，达到黄灯线 {rule.yellow_after_days} 天，"
            f"满 {rule.red_after_days} 天转红灯{by}",
            late,
        )
    left = (next_due_on - today).days
    if late:  # past the deadline, but not yet by as much as the rule asks for
        return LightOf(
            Light.GREEN, f"节点时限 {next_due_on}，逾期{late}天，未到黄灯线 {rule.yellow_after_days} 天{by}", late
        )
    when = "今天到期" if left == 0 else f"还剩{left}天"
    soon = next_due_on <= rule.soon_until(today)
    return LightOf(Light.GREEN, f"节点时限 {next_due_on}，{when}{'，临近到期' if soon else ''}{by}", 0, soon)
