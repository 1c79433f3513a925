"""Names of projects and facilities, and how much they say.

A name ends with a head (项目, 工程, 基地, 中心 …) and begins after the nearest boundary to its left: a mark, a verb, an amount,
a count, a time. What is neither a generic nor a trade word inside it is its proper part; the more of that, the more the
name is a name. `strength`: 3 a proper name, 2 a place or quoted words with a trade, 1 only a trade (石化项目), 0 generic.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..lexicon import Tag
from .page import Page, Sentence, Word

_MARKS = frozenset(",。;:!?、\n“”‘’《》【】[]|…~<>\"'")
# one-character words that always end a name to their right
_HARD = frozenset("的了在将是由把被从向于和与等有已也都还并其该此本及")
_COUNTERS = frozenset(("个", "家", "项", "大", "批", "批次", "场", "次", "余项", "人", "户", "名", "位"))
_ANAPHOR = re.compile(r"(?:该|此|这个|这一|本|上述)(?:大)?(?:项目|工程|基地|园区|产业园|中心|工厂)")
_PHASE = re.compile(r"(?:项目)?(第?[一二三四五]期|首期|[1-5]期)(?:工程|项目|建设|厂房)*")
_QUOTED = re.compile(r"“([^“”\n]{4,60})”")
_REACH = 60


@dataclass(slots=True)
class Name:
    """A name where it stands. kind: named | anaphor | phase | bare (项目 alone)."""

    start: int
    end: int
    kind: str
    strength: int = 0
    head: str = ""
    phase: str = ""
    quoted: bool = False
    proper: str = ""  # the longest stretch no lexicon knows
    listed: bool = False
    firm_name: bool = False


def find_names(page: Page, sentence: Sentence) -> list[Name]:
    """All names of the sentence in order, not overlapping."""
    work = page.work
    found: list[Name] = []
    taken = sentence.end
    for word in reversed(page.words_in(sentence.start, sentence.end)):
        if not word.entry.tags & (Tag.HEAD | Tag.FACILITY) or word.end > taken:
            continue
        name = _name_ending(page, sentence, word)
        if name is not None:
            name = _joined(work, found, name)
            found.append(name)
            taken = name.start
    found.reverse()
    return _with_phases(work, sentence, found)


def _joined(work: str, later: list[Name], name: Name) -> Name:
    """`A厂及B基地项目` is one project: the facility on the left joins the project on the right."""
    if not later or name.kind != "named":
        return name
    right = later[-1]
    if work[name.end : right.start] in ("及", "和", "与", "暨") and right.kind == "named":
        if right.head in ("项目", "工程") and name.head not in ("项目", "工程") and right.end - name.start < 60:
            later.pop()
            return Name(
                name.start,
                right.end,
                "named",
                max(name.strength, right.strength),
                right.head,
                proper=max(name.proper, right.proper, key=len),
            )
    return name


def _name_ending(page: Page, sentence: Sentence, head: Word) -> Name | None:
    work = page.work
    after = work[head.end : head.end + 1]
    if head.entry.tags & Tag.HEAD and after in "化法师" and after:
        return None
    if (
        head.entry.tags & Tag.FACILITY
        and len(head.entry.word) == 1
        and not (after == "" or not "\u4e00" <= after <= "\u9fff")
    ):
        return None  # 港, 园, 矿 inside another word
    left = left_edge(page, sentence.start, head)
    start = _trimmed(page, left, head)
    name = _judged(page, start, head)
    strict = not head.entry.tags & Tag.HEAD
    if strict and name.strength == 0:
        return None
    return name


def left_edge(page: Page, floor: int, head: Word) -> int:
    """Where the noun phrase that ends with `head` begins."""
    work, at = page.work, head.start
    floor = max(floor, at - _REACH)
    stops = _number_stops(page, floor, at)
    words = page.words_in(floor, at)
    index = len(words) - 1
    specific = False
    while at > floor:
        if at in stops:
            return at
        word = words[index] if index >= 0 and words[index].end == at else None
        if word is not None and word.start >= floor:
            tags = word.entry.tags
            if _is_boundary(page, word, specific, floor):
                return at
            if not tags & Tag.GENERIC and tags & (Tag.SECTOR | Tag.PLACE | Tag.FIRM | Tag.FACILITY):
                specific = True
            at = word.start
            index -= 1
            continue
        ch = work[at - 1]
        if ch in _MARKS:
            return at
        if ch == ")":
            opening = work.rfind("(", max(floor, at - 16), at)
            if opening < 0:
                return at
            at = opening
        elif ch == "(" or (
            ch == " "
            and not (
                at - 2 >= floor and work[at - 2].isascii() and work[at - 2].isalnum() and work[at : at + 1].isascii()
            )
        ):
            return at
        else:
            at -= 1
            if not ch.isdigit():
                specific = True
        while index >= 0 and words[index].end > at:
            index -= 1
    return at


def _number_stops(page: Page, floor: int, at: int) -> set[int]:
    stops = set()
    for number in page.numbers_in(floor, at):
        if number.kind in ("money", "level", "percent", "mu", "sqm") or (
            number.kind == "count" and number.unit in _COUNTERS
        ):
            stops.add(number.end)
            stops.add(number.full_end)
    stops.update(time.end for time in page.times_in(floor, at))
    return stops


def _is_boundary(page: Page, word: Word, specific: bool, floor: int) -> bool:
    tags, text = word.entry.tags, word.entry.word
    if not tags & (Tag.BOUNDARY | Tag.STAGE | Tag.FUTURE | Tag.MEASURE):
        return False
    if len(text) == 1:
        if text in _HARD:
            # 华为, 中和: a hard character between two unknown ones is too often part of a name only for these
            return not (text in "和为" and _inside_unknown(page, word))
        if tags & (Tag.GENERIC | Tag.SECTOR | Tag.FACILITY):
            return False
        return not _inside_unknown(page, word)
    if tags & (Tag.GENERIC | Tag.SECTOR | Tag.FACILITY | Tag.ORG) or word.entry.stage == "expanded":
        return specific and bool(tags & (Tag.BOUNDARY | Tag.STAGE)) and word.entry.stage != "expanded"
    if tags & Tag.STAGE and not specific:
        return False  # 投产项目, 在建工程
    return True


def _inside_unknown(page: Page, word: Word) -> bool:
    """Whether Han characters no lexicon knows stand directly on the left of a one-character word."""
    before = page.work[word.start - 1 : word.start]
    if not before or not ("\u4e00" <= before <= "\u9fff"):
        return False
    known = page.words_in(max(0, word.start - 12), word.start)
    return not known or known[-1].end != word.start


def _trimmed(page: Page, left: int, head: Word) -> int:
    """Without verbs, time words and marks at the left end: 建设二期项目 -> 二期项目."""
    at = left
    while at < head.start:
        here = page.words_in(at, min(at + 1, head.start))
        if here and here[0].start == at and here[0].end <= head.start:
            tags = here[0].entry.tags
            if tags & Tag.BOUNDARY and not tags & (Tag.SECTOR | Tag.PLACE | Tag.FACILITY):
                at = here[0].end
                continue
            if tags & Tag.STAGE:
                at = here[0].end
                continue
        if page.work[at] in " ()":
            at += 1
            continue
        break
    return at


def _judged(page: Page, start: int, head: Word) -> Name:
    """The name with its strength."""
    work, end = page.work, head.end
    gaps: list[str] = []
    sector = place = firm = facility = 0
    generic = 0
    at = start
    for word in page.words_in(start, head.start):
        if word.start < at:
            continue
        tags = word.entry.tags
        if len(word.entry.word) == 1 and tags & (Tag.BOUNDARY | Tag.FUTURE | Tag.NEGATED) and not tags & Tag.GENERIC:
            continue  # part of an unknown stretch: 喜来登
        if word.start > at:
            gaps.append(work[at : word.start])
        if tags & Tag.FIRM:
            firm += 1
        elif tags & Tag.PLACE:
            place += 1
        elif tags & Tag.SECTOR and not (tags & Tag.GENERIC):
            sector += 1
        elif tags & Tag.FACILITY and not tags & Tag.GENERIC:
            facility += 1
        elif tags & Tag.ORG:
            firm += 1
        else:
            generic += 1
        at = word.end
    if at < head.start:
        gaps.append(work[at : head.start])
    han = [_core(gap) for gap in gaps]
    proper = max(han, key=len, default="")
    unknown = sum(map(len, han))
    is_head = bool(head.entry.tags & Tag.HEAD)
    if firm or len(proper) >= 2:
        strength = 3
    elif place and (sector or facility or unknown or len(head.entry.word) > 2):
        strength = 2
    elif (
        sector >= 2
        or (sector and (facility or unknown or (not is_head and len(head.entry.word) > 1)))
        or facility
        or sector
    ):
        strength = 1
    elif not is_head and (place or unknown > 1) and len(head.entry.word) > 1:
        strength = 1 if not place else 2
    else:
        strength = 0
    kind = "named" if strength else "bare"
    body = work[start : head.start]
    if _ANAPHOR.fullmatch(work[start:end]) or body in ("该", "此", "这个", "这一", "本"):
        kind, strength = "anaphor", 0
    before = work[start - 1 : start]
    if (
        (strength == 0 and before and before in "该此本")
        or before == "该"
        or work[max(0, start - 2) : start] in ("这个", "这一")
    ):
        kind = "anaphor"
    return Name(start, end, kind, strength, head.entry.word, proper=proper)


_NOISE = re.compile(r"[^\u4e00-\u9fffA-Za-z]+|[吨万亿年产只件套台条个兆瓦千级号米平方公里辆]+")


def _core(gap: str) -> str:
    """The part of an unknown stretch that may be a proper name."""
    return _NOISE.sub("", gap)


def _with_phases(work: str, sentence: Sentence, names: list[Name]) -> list[Name]:
    """Phases (一期, 二期项目) become mentions of their own; a bare phase name is a phase, not a project."""
    result: list[Name] = []
    for name in names:
        body = work[name.start : name.end]
        whole = _PHASE.fullmatch(body)
        if whole or (name.kind in ("bare", "anaphor") and _PHASE.search(body)):
            match = whole or _PHASE.search(body)
            name.kind, name.strength, name.phase = "phase", 0, match[1] if match else ""
        elif name.kind == "named":
            tail = re.search(r"(第?[一二三四五]期|首期)(?:工程|项目|建设)*$", body)
            name.phase = tail[1] if tail else ""
        result.append(name)
    covered = [(n.start, n.end) for n in result]
    for match in _PHASE.finditer(work, sentence.start, sentence.end):
        if not any(a < match.end() and match.start() < b for a, b in covered):
            result.append(Name(match.start(), match.end(), "phase", phase=match[1]))
    result.sort(key=lambda n: n.start)
    return result
