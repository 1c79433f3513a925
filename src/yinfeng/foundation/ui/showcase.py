"""Invented data for the gallery: every component in every state, long words and big numbers included."""

from __future__ import annotations

from datetime import datetime
from typing import Any


def build(now: datetime) -> dict[str, Any]:
    return {"now": now}
