"""Chart options of the cockpit as plain data: straight bars, the running month marked as unfinished."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from .queries.cockpit import Month


def _bars(months: Sequence[Month], values: Sequence[float], name: str, colour: str) -> dict[str, Any]:
    data = [
        {"value": value, "unfinished": True} if month.is_running else value
        for month, value in zip(months, values, strict=True)
    ]
    return {
        "tooltip": {"trigger": "axis"},
        "xAxis": {
            "type": "category",
            "data": [f"{m.period.start:%y/%m}" for m in months],
            "axisLabel": {"interval": 2},
        },
        "yAxis": {"type": "value", "name": name, "nameTextStyle": {"align": "left"}},
        "series": [{"type": "bar", "name": name, "data": data, "barMaxWidth": 18, "itemStyle": {"color": colour}}],
    }


def signings(months: Sequence[Month]) -> dict[str, Any]:
    """Projects first signed, by month."""
    return _bars(months, [m.count for m in months], _("签约项目（个）"), "#1a56d6")


def sums(months: Sequence[Month]) -> dict[str, Any]:
    """Agreed sums of them in 亿元, by month; foreign currencies are left out and said so."""
    return _bars(months, [round(m.sum_cny / 10**8, 2) for m in months], _("协议投资（亿元）"), "#12877b")
