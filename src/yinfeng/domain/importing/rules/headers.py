"""What the words of a header mean: the column, the unit of its numbers, and what it adds to every row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Indel

from yinfeng.kernel.money import units
from yinfeng.kernel.voice import say

from .columns import BY_KEY, IN_OTHER_CURRENCY, LEDGER
from .header_words import (
    AREAS,
    BOUNDARIES,
    BRACKETS,
    COUNTS,
    EMPTY,
    HEADINGS,
    KEPT,
    NUMBERING,
    PER,
    PLANS,
    SAME,
    SEPARATORS,
    SPANS,
    TELLING,
    TRAILING_UNIT,
    TRIMMED,
    UNIT_WORDS,
    WHOLE,
)
from .synonyms import EITHER

LONGEST_HEADER = 60
_SURE, _KNOWN, _EITHER, _LEAST = 1.0, 0.97, 0.75, 0.6


@dataclass(frozen=True)
class Header:
    """A header taken apart: ``text`` as people read it, ``core`` folded, ``unit`` "" where it tells none."""

    text: str
    core: str
    unit: str
    adds: Mapping[str, str]


@dataclass(frozen=True)
class Guess:
    """What a header may be."""

    key: str
    confidence: float
    reason: str


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """Letters, digits and Chinese characters only, in one width and case."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum())


def fold_header(text: str) -> str:
    """The form in which two spellings of a header are equal: what ``remembered`` is compared by."""
    return parse_header(text).core


def _without_brackets(text: str) -> tuple[str, list[str]]:
    """The text with its brackets taken out, but for words that change the column: those stand in front of their part."""
    inside: list[str] = []

    def taken(match: re.Match[str]) -> str:
        words = next(group for group in match.groups() if group is not None)
        inside.append(words)
        return f"\x00{words.strip()}\x00" if KEPT.fullmatch(words.strip()) else " "

    outside = BRACKETS.sub(taken, unicodedata.normalize("NFKC", text).replace("\x00", " "))
    parts = [re.sub(r"^([^\x00]*)\x00([^\x00]*)\x00", r"\2\1", part) for part in outside.split("/")]
    return "/".join(parts).replace("\x00", " "), inside


@lru_cache(maxsize=4096)
def unit_of_words(words: str) -> str:
    """A unit as meant, "" for words that are none: ``"单位：人民币万元"`` -> ``"万元"``, ``"㎡"`` -> ``"平方米"``."""
    folded = "".join(unicodedata.normalize("NFKC", words).split()).casefold()
    for candidate in dict.fromkeys((folded, UNIT_WORDS.sub("", UNIT_WORDS.sub("", folded)))):
        plain = PER.sub("", candidate)
        for one in dict.fromkeys((candidate, plain)):
            if one in AREAS or one in COUNTS:
                return AREAS.get(one) or COUNTS[one]
            money = units().get(one) or units().get(one.upper())
            if money is not None and one not in ("十", "百", "千", ""):
                return one.upper() if one.isascii() else one
    return ""


def units_in(text: str) -> Iterator[str]:
    """The units that a note above the table tells: 单位：万元、亩."""
    for match in re.finditer(r"单\s*位\s*[:：为]?\s*([^)）\]】]{1,24})", unicodedata.normalize("NFKC", text)):
        for part in re.split(r"[,，、;；/\s]+|和|或|\(|（", match.group(1)):
            if found := unit_of_words(part):
                yield found


@lru_cache(maxsize=8192)
def parse_header(text: str) -> Header:
    """A header of one or several rows, joined by "/"."""
    shown = re.sub(r"\s+", " ", text).strip()
    outside, inside = _without_brackets(shown)
    unit = ""
    for words in inside:
        for part in (words, *SEPARATORS.split(words)):
            unit = unit or unit_of_words(part)
    parts = []
    told = outside.split("/")
    for place, part in enumerate(told):
        part = NUMBERING.sub("", part.strip())
        if place and (found := unit_of_words(part)):  # 总投资/万元: the lower row is a unit
            unit = unit or found
            continue
        match = TRAILING_UNIT.search(part)
        if match and match.start() > 0 and not unit:
            unit = unit_of_words(match.group(1))
            part = part[: match.start()]
        if place < len(told) - 1 and HEADINGS.fullmatch("".join(part.split())):
            continue
        if part := _core(part):
            parts.append(part)
    parts = [*(part.replace("情况", "") or part for part in parts[:-1]), *parts[-1:]]
    boundary = next((value for pattern, value in BOUNDARIES if pattern.search(outside)), "")
    return Header(shown, "/".join(parts), unit, {"funds_boundary": boundary} if boundary else {})


def _core(text: str) -> str:
    squeezed = "".join(text.split())
    for pattern, word in SPANS:
        if pattern.search(squeezed):
            rest = pattern.sub("", squeezed, count=1)
            squeezed = rest if word in rest else word + rest
            break
    core = fold(squeezed)
    for old, new in SAME:
        core = core.replace(old, new) if new or core != old else core
    return core


def _variants(core: str) -> dict[str, float]:
    """Other ways to say the same, each with what it costs: both headings in either order, the lower one alone, without
    words that tell nothing."""
    parts = core.split("/")
    tail, above = parts[-1], "".join(parts[:-1])
    found: dict[str, float] = {above + tail: 0.0, tail + above: 0.0}
    if len(parts) > 2:
        found |= {parts[-2] + tail: 0.0, tail + parts[-2]: 0.0}
    if above and tail in WHOLE:
        found.setdefault(above, 0.02)
    if above and tail in EMPTY:
        return found
    found.setdefault(tail, 0.02 if above else 0.0)
    waiting = list(found.items())
    while waiting:
        variant, cost = waiting.pop()
        for pattern in TRIMMED:
            shorter = pattern.sub("", variant)
            if shorter not in found and len(shorter) > 1 and shorter not in EMPTY and cost < 0.09:
                found[shorter] = cost + 0.03
                waiting.append((shorter, cost + 0.03))
    return found


@lru_cache(maxsize=1)
def _names() -> dict[str, tuple[str, float]]:
    """Folded name -> (key, confidence): titles before synonyms."""
    found: dict[str, tuple[str, float]] = {}
    for sure in (True, False):
        for column in LEDGER:
            for name in (column.title,) if sure else column.synonyms:
                found.setdefault(_core(name), (column.key, _SURE if sure else _KNOWN))
    for name in EITHER:
        found.pop(_core(name), None)
    return found


@lru_cache(maxsize=1)
def _either() -> dict[str, tuple[str, ...]]:
    return {_core(name): keys for name, keys in EITHER.items()}


@lru_cache(maxsize=8192)
def guesses(text: str) -> tuple[Guess, ...]:
    """What a header may be, best first. Sure ones (title or known name) from 0.9 on, guesses below."""
    header = parse_header(text)
    if not header.core or len(header.core) > LONGEST_HEADER:
        return ()
    best: dict[str, Guess] = {}
    is_asked, is_plan = header.core.startswith("是否"), bool(PLANS.match(header.core))
    is_told = header.core.endswith("情况")
    is_part = "本年" in header.core or "本月" in header.core

    def keep(key: str, confidence: float, reason: str) -> None:
        column = BY_KEY[key]
        if is_part and column.kind == "money" and column.span in ("", "to_date") and column.place != "aside":
            return  # a part of the whole is not the whole
        if is_asked and column.kind not in ("yes_no", "choice", "titles", "listings"):
            return  # 是否开工 is answered by yes or no
        if is_plan and column.kind == "date" and column.place != "phase":
            return  # 预计签约时间 is no signing
        if column.place == "event" and (column.kind == "date") != header.core.endswith("日期"):
            return  # what an event is called is not its day
        if is_told and column.kind == "date":
            confidence = min(confidence, _LEAST)  # 开工情况 is told in words more often than by a date
        key = _by_currency(key, header.unit)
        if key not in best or best[key].confidence < confidence:
            best[key] = Guess(key, round(confidence, 3), reason)

    for variant, cost in _variants(header.core).items():
        if (named := _names().get(variant)) is not None and not ("/" in header.core and variant in EMPTY):
            key, confidence = named
            reason = say("与列名一致") if confidence == _SURE and not cost else say("“{title}”的常用名称")
            keep(key, confidence - cost, reason.format(title=say(BY_KEY[key].title)) if "{" in reason else reason)
        if "/" in header.core and variant in EMPTY:
            continue
        keys = _either().get(variant, ())
        above = _names().get(header.core.split("/")[0], ("", 0.0))[0]
        for place, key in enumerate(sorted(keys, key=lambda key: key != above)):
            keep(key, _EITHER - 0.05 * place - cost, say("通常指“{title}”，请核对", title=say(BY_KEY[key].title)))
    if not any(guess.confidence >= _EITHER for guess in best.values()):
        for key, confidence, name in _alike(header.core):
            keep(key, confidence, say("与“{name}”相近，请核对", name=name))
    return tuple(sorted(best.values(), key=lambda guess: -guess.confidence))


def _alike(core: str) -> Iterator[tuple[str, float, str]]:
    """Names that resemble the header and in which the same telling words stand."""
    for variant in dict.fromkeys((core.replace("/", ""), core.rsplit("/", 1)[-1])):
        told = frozenset(TELLING.findall(variant))
        if not told or len(variant) < 3:
            continue
        for name, (key, _confidence) in _names().items():
            if len(name) < 3 or _telling(name) != told:
                continue
            likeness = Indel.normalized_similarity(variant, name)
            if likeness >= 0.66:
                yield key, min(0.85, _LEAST + (likeness - 0.66) * 0.7), name


@lru_cache(maxsize=4096)
def _telling(name: str) -> frozenset[str]:
    return frozenset(TELLING.findall(name))


def _by_currency(key: str, unit: str) -> str:
    """总投资（万美元） is the sum in its own currency, another column."""
    if key in IN_OTHER_CURRENCY and unit:
        money = units().get(unit)
        if money is not None and money.currency != "CNY":
            return IN_OTHER_CURRENCY[key]
    return key
