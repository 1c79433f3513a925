"""The rule of keeping that is in force."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from yinfeng.foundation.rulebook.queries import in_force

from .rules.keeping import Keeping, parse_keeping

KIND = "keeping"


def rule_in_force(at: datetime) -> Keeping:
    return parse_keeping(in_force(KIND, timezone.localdate(at)).body)
