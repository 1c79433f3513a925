"""How alike two projects are, with the reasons in words. Pure.

Four signs, none of which proves anything alone but the credit code: the same credit code, the same group, a like name, a
like product. They are put together as independent signs are (a score never falls by one sign more), and what speaks is
said. The rule ("duplicates" in the rulebook) says from which score on to warn, and how often a person may ask.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from yinfeng.kernel.text import company_core, normalise_name, squeeze
from yinfeng.kernel.voice import say

STANDARD_DUPLICATES: dict[str, int] = {"warn_score": 60, "per_hour": 120}

# Words that nearly every project name has, and that say nothing about which project it is.
_FILLER = re.compile(
    r"年产|日产|万吨|万台|万套|万件|万平方米|亿元|万元|吉瓦时|gwh|gw|项目|建设|生产线|生产|制造|基地|产业园|工业园|总部|研发中心"
    r"|一期|二期|三期|扩建|新建|改造|增资扩产|及配套|有限公司|公司|工程|\d+"
)

# How much each sign says at its strongest.
_NAME, _INVESTOR, _GROUP, _PRODUCT = 0.92, 0.75, 0.62, 0.45
_LEAST_LIKE = 0.55  # two names below this have nothing in common but letters


@dataclass(frozen=True)
class Sign:
    """What is told of a project or lead. ``uscc`` and ``group`` hold every firm that takes part."""

    name: str
    investor_name: str = ""
    product: str = ""
    uscc: frozenset[str] = field(default_factory=frozenset)
    group: frozenset[int] = field(default_factory=frozenset)  # ids of the groups' heads


@dataclass(frozen=True)
class Likeness:
    """``score`` 0–100; ``reasons`` in words, the strongest first."""

    score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class DuplicateRule:
    warn_score: int
    per_hour: int


def parse_duplicates(body: Any) -> DuplicateRule:
    """The rule of a body. ValueError names what cannot be used."""
    if not isinstance(body, Mapping):
        raise ValueError("内容应为 warn_score、per_hour 两项")
    for name, least, most in (("warn_score", 1, 100), ("per_hour", 1, 10_000)):
        value = body.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"{name}：应为 {least} 至 {most} 的整数")
    return DuplicateRule(body["warn_score"], body["per_hour"])


@lru_cache(maxsize=8192)  # one question is held against a few hundred names, letter by letter
def core(name: str) -> str:
    """What tells one project's name from another's: no place in front, no filler, no quantity; the whole name if
    nothing else is left."""
    whole = company_core(name)
    bare = _FILLER.sub("", whole)
    return bare if len(bare) >= 2 else whole


def name_likeness(one: str, other: str) -> float:
    """0–1. A name that holds the other whole (a trade name in a project's name) is nearly the same."""
    a, b = core(one), core(other)
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    short, long = sorted((a, b), key=len)
    alike = fuzz.ratio(a, b) / 100
    if len(short) >= 2 and short in long:
        # Two characters are shared by many; from four on a name is rarely held by chance.
        alike = max(alike, (0.0, 0.0, 0.6, 0.8)[len(short)] if len(short) < 4 else 0.95)
    elif len(short) >= 4:
        alike = max(alike, 0.9 * LCSseq.similarity(a, b) / len(short) * min(1.0, len(short) / 6))
    return alike


def likeness(probe: Sign, known: Sign) -> Likeness:
    """How alike a new project and a known one are."""
    if probe.uscc & known.uscc:
        return Likeness(100, (say("统一社会信用代码相同"), *_words(probe, known)[1]))
    doubt, reasons = _words(probe, known)
    return Likeness(round(100 * (1 - doubt)), tuple(reasons))


def _words(probe: Sign, known: Sign) -> tuple[float, list[str]]:
    """The doubt that is left after all signs, and the signs in words."""
    signs: list[tuple[float, str]] = []
    by_name = name_likeness(probe.name, known.name)
    signs.append(
        (
            _NAME * _stretch(by_name),
            say("项目名称相同") if by_name == 1 else say("项目名称相近（{n}）", n=f"{by_name:.0%}"),
        )
    )
    if probe.investor_name and known.investor_name:
        alike = name_likeness(probe.investor_name, known.investor_name)
        same = normalise_name(probe.investor_name) == normalise_name(known.investor_name)
        signs.append(
            (
                _INVESTOR * (1.0 if same else _stretch(alike)),
                say("投资方名称相同") if same else say("投资方名称相近（{n}）", n=f"{alike:.0%}"),
            )
        )
    if (probe.investor_name and not known.investor_name) or (known.investor_name and not probe.investor_name):
        # An investor often stands in the other one's project name only.
        investor, name = (probe.investor_name, known.name) if probe.investor_name else (known.investor_name, probe.name)
        trade_name = core(investor)
        if len(trade_name) >= 3 and trade_name in squeeze(name):
            signs.append((_INVESTOR, say("投资方名称出现在项目名称中")))
    if probe.group & known.group:
        signs.append((_GROUP, say("同属一个企业集团")))
    if probe.product and known.product:
        alike = fuzz.ratio(squeeze(probe.product), squeeze(known.product)) / 100
        signs.append(
            (
                _PRODUCT * _stretch(alike),
                say("主要产品相同") if alike == 1 else say("主要产品相近（{n}）", n=f"{alike:.0%}"),
            )
        )
    doubt = 1.0
    for weight, _ in signs:
        doubt *= 1 - weight
    spoken = sorted(((w, text) for w, text in signs if w > 0), key=lambda s: -s[0])
    return doubt, [text for _, text in spoken]


def _stretch(alike: float) -> float:
    return max(0.0, (alike - _LEAST_LIKE) / (1 - _LEAST_LIKE))
