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

from yinfeng.kernel.voice import say

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
    by = say("（依据 {rule}）", rule=rule.stamp)
    if ended_on is not None:
        return LightOf(Light.NONE, say("项目已于 {on} 终止，不再亮灯{by}", on=ended_on, by=by))
    if stalled_on is not None:
        also = say("，节点时限 {due} 已逾期{late}天", due=next_due_on, late=late) if late else ""
        reason = say(
            "自 {on} 起停滞，至 {today} 已{n}天{also}{by}", on=stalled_on, today=today, n=(today - stalled_on).days,
            also=also, by=by,
        )  # fmt: skip
        return LightOf(Light.RED, reason, late)
    if next_due_on is None:
        if stage == Stage.PERFORMANCE_REVIEWED:
            return LightOf(Light.NONE, say("已完成履约评价，没有待办节点{by}", by=by))
        return LightOf(Light.NONE, say("没有排定下一节点的时限{by}", by=by))
    if next_due_on <= rule.red_until(today):
        return LightOf(
            Light.RED,
            say(
                "节点时限 {due}，至 {today} 逾期{late}天，达到红灯线 {red} 天{by}",
                due=next_due_on,
                today=today,
                late=late,
                red=rule.red_after_days,
                by=by,
            ),
            late,
        )
    if next_due_on <= rule.yellow_until(today):
        return LightOf(
            Light.YELLOW,
            say(
                "节点时限 {due}，至 {today} 逾期{late}天，达到黄灯线 {yellow} 天，满 {red} 天转红灯{by}",
                due=next_due_on,
                today=today,
                late=late,
                yellow=rule.yellow_after_days,
                red=rule.red_after_days,
                by=by,
            ),
            late,
        )
    left = (next_due_on - today).days
    if late:  # past the deadline, but not yet by as much as the rule asks for
        return LightOf(
            Light.GREEN,
            say(
                "节点时限 {due}，逾期{late}天，未到黄灯线 {yellow} 天{by}",
                due=next_due_on,
                late=late,
                yellow=rule.yellow_after_days,
                by=by,
            ),
            late,
        )
    when = say("今天到期") if left == 0 else say("还剩{n}天", n=left)
    soon = next_due_on <= rule.soon_until(today)
    near = say("，临近到期") if soon else ""
    return LightOf(
        Light.GREEN, say("节点时限 {due}，{when}{near}{by}", due=next_due_on, when=when, near=near, by=by), 0, soon
    )
