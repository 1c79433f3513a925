"""How long a first report is protected. Pure.

No public text gives the length; practice is three to six months [K]. The rule ("protection" in the rulebook) says: how
many days, from which day on to warn, and after how many days without progress protection ends before its time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from yinfeng.kernel.enums import LabelledEnum

from .words import ClaimStatus, Light

STANDARD_PROTECTION: dict[str, int] = {"days": 90, "warn_days": 60, "no_progress_days": 30}

# The clock runs while a claim is protected; an upheld one is protected again; a dispute stops it.
RUNNING = (ClaimStatus.PROTECTED, ClaimStatus.UPHELD)
# As long as one of these stands, another unit's claim is a dispute.
STANDING = (*RUNNING, ClaimStatus.DISPUTED)


class Lapse(LabelledEnum):
    """Why protection ends by itself."""

    EXPIRED = "expired", "保护期满"
    NO_PROGRESS = "no_progress", "长期无进展"


@dataclass(frozen=True)
class Protection:
    """The parsed rule, in calendar days."""

    days: int
    warn_days: int
    no_progress_days: int

    def until(self, claimed_on: date) -> date:
        """The last protected day."""
        return claimed_on + timedelta(days=self.days)

    @property
    def idle_warn_days(self) -> int:
        """Days without progress after which to warn: at the same part of its time as the expiry is."""
        return self.no_progress_days * self.warn_days // self.days


@dataclass(frozen=True)
class Clock:
    """Where a claim's clock stands on a day. ``ends_on`` is the last protected day as things are."""

    ends_on: date
    days_left: int
    cause: Lapse
    light: Light
    has_lapsed: bool


def parse_protection(body: Any) -> Protection:
    """The rule of a body. ValueError names what cannot be used."""
    if not isinstance(body, Mapping):
        raise ValueError("内容应为 days、warn_days、no_progress_days 三项")
    for name in ("days", "warn_days", "no_progress_days"):
        value = body.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 3650:
            raise ValueError(f"{name}：应为 1 至 3650 的整数天数")
    if body["warn_days"] >= body["days"]:
        raise ValueError("warn_days：提醒日应早于保护期满")
    return Protection(body["days"], body["warn_days"], body["no_progress_days"])


def clock(
    protected_until: date, last_progress_on: date, today: date, rule: Protection, *, is_signed: bool = False
) -> Clock:
    """The clock of a running claim.

    ``last_progress_on``  the latest of: the claim itself, a visit, a milestone, the lead's screening
    ``is_signed``         a signed project can no longer be lost to another unit: nothing lapses, the claim is its credit
    """
    idle_until = last_progress_on + timedelta(days=rule.no_progress_days)
    cause = Lapse.NO_PROGRESS if idle_until < protected_until else Lapse.EXPIRED
    ends_on = min(idle_until, protected_until)
    left = (ends_on - today).days
    if is_signed:
        return Clock(ends_on, left, cause, Light.NONE, False)
    warns = left <= rule.days - rule.warn_days if cause == Lapse.EXPIRED else left <= _idle_margin(rule)
    light = Light.RED if left < 0 else Light.YELLOW if warns else Light.GREEN
    return Clock(ends_on, left, cause, light, left < 0)


def _idle_margin(rule: Protection) -> int:
    return rule.no_progress_days - rule.idle_warn_days
