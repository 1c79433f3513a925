"""The light as a condition of the database: the same rule as ``rules/lights.py``, so that lists can be cut by it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from yinfeng.foundation.rulebook import queries as rulebook

from ..rules.lights import LightRule, parse_lights
from ..rules.words import Light


def rule_in_force(on: date) -> LightRule:
    """The edition of the lights rule on a day (one query)."""
    found = rulebook.in_force("lights", on)
    return parse_lights(found.body, found.stamp)


def lit(lights: Iterable[str], today: date, rule: LightRule) -> Q:
    """Projects whose light is one of ``lights``; agrees with ``light_of`` row by row."""
    running = Q(ended_on__isnull=True)
    moving = running & Q(stalled_on__isnull=True)
    red, yellow = rule.red_until(today), rule.yellow_until(today)
    conditions = {
        Light.RED: running & (Q(stalled_on__isnull=False) | Q(next_due_on__lte=red)),
        Light.YELLOW: moving & Q(next_due_on__gt=red, next_due_on__lte=yellow),
        Light.GREEN: moving & Q(next_due_on__gt=yellow),
        Light.NONE: Q(ended_on__isnull=False) | (Q(stalled_on__isnull=True) & Q(next_due_on__isnull=True)),
    }
    found = Q(pk__in=[])
    for light in lights:
        found |= conditions[Light(light)]
    return found
