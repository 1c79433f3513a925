"""规则“备份与日志保留”：何时备份，留几份，日志留多久。Pure.

How long backups and logs are kept: the body of the rule, and which backups of a folder it keeps.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from yinfeng.kernel.voice import say

LEAST_LOG_MONTHS = 6  # 网络安全法 第二十一条: logs of the network at least six months
STANDARD_KEEPING: dict[str, Any] = {
    "backup": {"daily_at": "02:30", "keep_days": 7, "keep_weeks": 4, "keep_months": 12, "warn_after_hours": 48},
    "look_log": {"keep_months": 36},
}


@dataclass(frozen=True)
class Keeping:
    """``daily_at`` None: no backup by the clock."""

    daily_at: time | None
    keep_days: int
    keep_weeks: int
    keep_months: int
    warn_after_hours: int
    look_months: int


def parse_keeping(body: Any) -> Keeping:
    """The rule out of its body. ValueError, in words, where it cannot be used."""
    if not isinstance(body, dict) or set(body) != set(STANDARD_KEEPING):
        raise ValueError(say("应当有且只有 backup、look_log 两项"))
    backup, looks = body["backup"], body["look_log"]
    for told, name in ((backup, "backup"), (looks, "look_log")):
        if not isinstance(told, dict) or set(told) != set(STANDARD_KEEPING[name]):
            raise ValueError(say("{name} 应当有且只有 {keys}", name=name, keys=say("、").join(STANDARD_KEEPING[name])))
    numbers = {name: _number(backup, name) for name in ("keep_days", "keep_weeks", "keep_months", "warn_after_hours")}
    if numbers["keep_days"] < 1:
        raise ValueError(say("keep_days 至少为 1"))
    if numbers["warn_after_hours"] < 1:
        raise ValueError(say("warn_after_hours 至少为 1"))
    months = _number(looks, "keep_months")
    if months < LEAST_LOG_MONTHS:
        raise ValueError(say("look_log 的 keep_months 至少为 {n}：日志依法留存不少于六个月", n=LEAST_LOG_MONTHS))
    return Keeping(daily_at=_moment(backup["daily_at"]), look_months=months, **numbers)


def _number(told: dict[str, Any], name: str) -> int:
    value = told[name]
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10_000:
        raise ValueError(say("{name} 应为 0 至 10000 的整数", name=name))
    return value


def _moment(told: Any) -> time | None:
    if told is None:
        return None
    try:
        hour, _colon, minute = str(told).partition(":")
        return time(int(hour), int(minute))
    except ValueError as fault:
        raise ValueError(say("daily_at 应为“02:30”这样的时刻；不定时备份则写 null")) from fault


def is_due(rule: Keeping, last: datetime | None, now: datetime) -> bool:
    """Whether the daily backup is to be made: its time of the day has come, and none was made since. ``now`` and ``last``
    are in local time."""
    if rule.daily_at is None:
        return False
    turn = now.replace(hour=rule.daily_at.hour, minute=rule.daily_at.minute, second=0, microsecond=0)
    if turn > now:
        turn -= timedelta(days=1)
    return last is None or last < turn


def to_remove(rule: Keeping, made: Iterable[datetime]) -> set[datetime]:
    """Which of the daily backups go: kept are those of the last days, one a week and one a month before that (the newest
    of each), and always the newest of all. ``made`` are local times."""
    ordered = sorted(made, reverse=True)
    kept: set[datetime] = set(ordered[:1])
    for of, most in (
        (lambda t: t.date(), rule.keep_days),
        (lambda t: t.isocalendar()[:2], rule.keep_weeks),
        (lambda t: (t.year, t.month), rule.keep_months),
    ):
        seen: set[Any] = set()
        for moment in ordered:
            if of(moment) not in seen:
                if len(seen) == most:
                    break
                seen.add(of(moment))
                kept.add(moment)
    return set(ordered) - kept


def months_before(day: datetime, months: int) -> datetime:
    """The same moment so many calendar months before; the last day of the month where it has none such."""
    month = day.year * 12 + day.month - 1 - months
    year, month = divmod(month, 12)
    for back in range(4):
        try:
            return day.replace(year=year, month=month + 1, day=day.day - back)
        except ValueError:
            continue
    raise ValueError("no such day")  # not reached: every month has 28 days
