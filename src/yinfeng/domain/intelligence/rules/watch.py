"""The watch on other cities: which place a record tells of, which month, and what deserves an alert. Pure.

Body of the rule (kind ``city_watch``)::

    neighbours      names of the cities that are watched (友邻); empty: every city that is read of
    months          how many months the page shows
    stages          the reader's stages that count as won by another city
    falling_months  so many months in a row with fewer leads than the month before raise an alert; 0 switches it off
    falling_from    a unit with fewer leads than this in the first of those months is too small to speak of a fall
    expansion_days  how old a document may be that raises the alert of a target firm expanding elsewhere; 0: off
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any

from .words import ReadStage

STANDARD_WATCH: dict[str, Any] = {
    "neighbours": [], "months": 12,
    "stages": ["framework", "signed", "registered", "land", "started", "producing", "expanded"],
    "falling_months": 3, "falling_from": 3, "expansion_days": 60,
}  # fmt: skip
_LIMITS = {"months": (3, 36), "falling_months": (0, 12), "falling_from": (1, 1000), "expansion_days": (0, 366)}
_MONTH = re.compile(r"(\d{4})(?:-(\d{2}))?")


@dataclass(frozen=True)
class WatchRule:
    neighbours: tuple[str, ...]
    months: int
    stages: frozenset[str]
    falling_months: int
    falling_from: int
    expansion_days: int


def parse_watch(body: Mapping[str, Any]) -> WatchRule:
    """ValueError names what cannot be used."""
    if not isinstance(body, Mapping):
        raise ValueError("友邻监测应写作“名称: 内容”")
    if unknown := sorted(set(body) - set(STANDARD_WATCH)):
        raise ValueError(f"没有“{unknown[0]}”这一项，可用：{'、'.join(STANDARD_WATCH)}")
    names, stages = body.get("neighbours"), body.get("stages")
    if not isinstance(names, list) or not all(isinstance(n, str) and 2 <= len(n.strip()) <= 20 for n in names):
        raise ValueError("neighbours 应为城市名称的清单，每个 2 至 20 字")
    if not isinstance(stages, list) or not stages or not set(stages) <= set(ReadStage.values):
        raise ValueError(f"stages 应取自：{'、'.join(ReadStage.values)}")
    for name, (least, most) in _LIMITS.items():
        value = body.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"{name} 应为 {least} 至 {most} 的整数，而不是“{value}”")
    if 0 < body["falling_months"] < 2:
        raise ValueError("falling_months 应为 0 或不小于 2")
    return WatchRule(
        tuple(n.strip() for n in names), body["months"], frozenset(stages), body["falling_months"],
        body["falling_from"], body["expansion_days"],
    )  # fmt: skip


# ------------------------------------------------------------------------------------------- where and when


def region_of(place: str | None, ours: Iterable[str], neighbours: Sequence[str] = ()) -> str:
    """The city that a place or scope belongs to, by name; blank where it is ours or cannot be told.

    ``ours``  names of our city, districts and parks. Neighbours come before the public table of divisions, so that
    a city of one's own naming is known; a county gives its prefecture.
    """
    if not place:
        return ""
    if any(len(name) > 1 and name in place for name in ours):
        return ""
    for name in neighbours:
        if name in place or (len(name) > 2 and name.removesuffix("市") in place):
            return name
    cities, counties = _places()
    for length in range(min(len(place), 8), 1, -1):
        for start in range(len(place) - length + 1):
            word = place[start : start + length]
            if city := cities.get(word) or counties.get(word):
                return city
    return ""


def region_told(texts: Iterable[str], ours: Sequence[str], neighbours: Sequence[str] = ()) -> str:
    """The city of the first text that names a place at all: of the record's own place, else of its sentences, else of
    its document. Blank where that place is ours, or none is named."""
    for text in texts:
        if any(len(name) > 1 and name in text for name in ours):
            return ""
        if city := region_of(text, (), neighbours):
            return city
    return ""


@lru_cache(maxsize=1)
def _places() -> tuple[dict[str, str], dict[str, str]]:
    """Names of prefectures and municipalities, short ones too; names of counties in full, where one prefecture has it."""
    from yinfeng.kernel.tables import divisions

    known = {d.code: d for d in divisions()}
    cities: dict[str, str] = {}
    counties: dict[str, set[str]] = {}
    for division in known.values():
        parent = known.get(division.parent or "")
        if division.level == 2 or (division.level == 1 and division.name.endswith("市")):
            cities[division.name] = division.name
            if len(division.short_name) > 1:
                cities.setdefault(division.short_name, division.name)
        elif division.level == 3 and len(division.name) > 2 and parent is not None:
            counties.setdefault(division.name, set()).add(parent.name)
    return cities, {name: next(iter(of)) for name, of in counties.items() if len(of) == 1}


def month_of(told: str | None, doc_date: date | None) -> date | None:
    """The month (its first day) in which a record happened: as told to the month, else that of its document."""
    found = _MONTH.match(told or "")
    if found and found[2] and 1 <= int(found[2]) <= 12:
        return date(int(found[1]), int(found[2]), 1)
    return doc_date.replace(day=1) if doc_date else None


def months_back(today: date, count: int) -> list[date]:
    """The last ``count`` months, this one last, as their first days."""
    index = today.year * 12 + today.month - 1
    return [date(i // 12, i % 12 + 1, 1) for i in range(index - count + 1, index + 1)]


# ------------------------------------------------------------------------------------------- alerts


def is_falling(counts: Sequence[int], months: int, least: int) -> bool:
    """Whether the last ``months`` whole months each had fewer than the one before; ``counts`` oldest first, whole
    months only. The first of them must have had ``least``, so that 2, 1, 0 of a small unit raise nothing."""
    tail = counts[-(months + 1) :]
    return months > 0 and len(tail) == months + 1 and tail[0] >= least and all(a > b for a, b in pairwise(tail))
