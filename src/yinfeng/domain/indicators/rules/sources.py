"""What may be counted beside projects and money: contacts, leads, agreements and phases, and what each can tell. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# The conditions on projects that a record can answer without being a project.
OF_A_LEAD = ("kinds", "not_kinds", "channels", "chains", "band", "titles")


@dataclass(frozen=True)
class Source:
    """``dates`` may date the base (the first is the default); ``sums`` maps what may be summed to its column;
    ``where`` names the conditions it answers to, None is all of a project's; ``word`` follows a number of it."""

    word: str
    dates: tuple[str, ...]
    sums: Mapping[str, str]
    where: tuple[str, ...] | None
    dimensions: tuple[str, ...] | None  # None is all of a project's
    lost: str  # what has no history: all of it, or "" where only the sums have none


SOURCES: dict[str, Source] = {
    "visits": Source(
        "{n} 次", ("held_on",), {"our_people": "our_count", "their_people": "their_count"}, ("titles",),
        ("unit", "district", "outpost", "month", "quarter", "year"), "",
    ),
    "leads": Source(
        "{n} 条", ("reported_on", "screened_on"), {"investment": "investment_cny"}, OF_A_LEAD,
        ("unit", "district", "outpost", "kind", "channel", "chain", "month", "quarter", "year"), "线索",
    ),
    "agreements": Source("{n} 份", ("signed_on",), {"investment": "investment_cny"}, None, None, ""),
    "phases": Source("{n} 期", (), {"investment": "phase__investment_cny"}, None, None, ""),
}  # fmt: skip


def without_history(source: str, of: str) -> str:
    """Why a figure of such records cannot be told as known at a past moment."""
    if SOURCES[source].lost:
        return SOURCES[source].lost
    return "分期投资" if source == "phases" and of else ""
