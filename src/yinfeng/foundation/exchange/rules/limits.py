"""How many requests a minute: a sliding window out of two counters. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

WINDOW_SECONDS = 60


@dataclass(frozen=True)
class Count:
    """Requests of the minute ``window`` (minutes since 1970), and of the minute before it."""

    window: int = 0
    used: int = 0
    used_before: int = 0

    def at(self, moment: float) -> Count:
        """The same count as the minute of ``moment`` has it."""
        window = int(moment // WINDOW_SECONDS)
        if window <= self.window:  # a clock set back opens no new minute
            return self
        return Count(window, 0, self.used if window == self.window + 1 else 0)

    def room(self, limit: int, moment: float) -> int:
        """How many more may pass now: the minute before counts with the part of it that is less than a minute ago."""
        elapsed = min(1.0, max(0.0, moment / WINDOW_SECONDS - self.window))
        return limit - self.used - math.ceil(self.used_before * (1 - elapsed))

    def wait(self, limit: int, moment: float) -> int:
        """Whole seconds until one more may pass (at least one)."""
        for second in range(1, 2 * WINDOW_SECONDS):
            later = moment + second
            if self.at(later).room(limit, later) > 0:
                return second
        return 2 * WINDOW_SECONDS
