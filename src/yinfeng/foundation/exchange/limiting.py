"""Requests a minute. A token's process leases a small share of its minute at a time, so that counting costs one write for
many requests; signed-in people, who click, are counted in memory."""

from __future__ import annotations

import threading
from datetime import datetime

from . import settings
from .actions.tokens import lease
from .authentication import Caller
from .rules.limits import WINDOW_SECONDS, Count

SHARES = 20  # a lease is so much of the limit
MOST_REMEMBERED = 10_000

_lock = threading.Lock()
_leased: dict[str, tuple[int, int]] = {}  # caller -> (minute, requests left of the lease)
_people: dict[str, Count] = {}


def refusal(caller: Caller, at: datetime) -> int:
    """0 where the request may pass, else the seconds to wait."""
    limit = settings.requests_a_minute()
    if caller.token is None:
        return _of_person(caller.key, limit, at.timestamp())
    minute = int(at.timestamp() // WINDOW_SECONDS)
    with _lock:
        known, left = _leased.get(caller.key, (0, 0))
        if known == minute and left > 0:
            _leased[caller.key] = (minute, left - 1)
            return 0
    taken, wait = lease(token_id=caller.token.pk, limit=limit, most=max(1, limit // SHARES), at=at)
    if not taken:
        return wait
    with _lock:
        if len(_leased) > MOST_REMEMBERED:
            _leased.clear()  # leases that are lost are requests not used
        known, left = _leased.get(caller.key, (0, 0))
        _leased[caller.key] = (minute, (left if known == minute else 0) + taken - 1)
    return 0


def _of_person(key: str, limit: int, moment: float) -> int:
    with _lock:
        if len(_people) > MOST_REMEMBERED:
            _people.clear()
        count = _people.get(key, Count()).at(moment)
        if count.room(limit, moment) <= 0:
            return count.wait(limit, moment)
        _people[key] = Count(count.window, count.used + 1, count.used_before)
        return 0


def forget() -> None:
    """What this process remembers; tests begin anew."""
    with _lock:
        _leased.clear()
        _people.clear()
