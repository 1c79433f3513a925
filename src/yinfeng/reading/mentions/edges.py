"""Where a noun phrase begins: the nearest boundary left of its head, and what is stripped from its left end."""

from __future__ import annotations

import re

from ..lexicon import Tag, word_set
from .page import Page, Word

MARKS = frozenset("●◆■★▲◇□☆△▪➤✅,。;:!?、\n“”‘’《》【】[]|…~<>\"'")
_HARD = frozenset("暨对以给让使令到为的了在将是由把被从向于和与等有已也都还并其该此本及")
_NUMBERING = re.compile(r"\(?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)、.](?!\d)|一[个座家条批项种]")
_COUNTERS = frozenset(("个", "家", "项", "大", "批", "批次", "场", "次", "余项", "人", "户", "名", "位"))
_NOUNISH = word_set("nounish")
_PICTURE = re.compile("[\u2190-\u2bff\U0001f000-\U0001ffff]")  # arrows, boxes, emoji before an item
_CLAUSE_BEFORE = frozenset(",。;:!?\n")
_HEAD_CLOSED = re.compile(r"紧邻|毗邻|位于|占地|正在|正|已|将|主要|计划|预计|于|目前|均")
_REACH = 60


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
            if tags & Tag.HEAD and _HEAD_CLOSED.match(work, word.end):
                return at  # X项目正在装修厂房
            if not tags & Tag.GENERIC and tags & (Tag.SECTOR | Tag.PLACE | Tag.FIRM):
                specific = True
            at = word.start
            index -= 1
            continue
        ch = work[at - 1]
        if ch in MARKS or (ch > "\u2190" and _PICTURE.match(ch)):
            return at
        if ch == "-" and work[at - 2 : at] == "--" and (at - 3 < floor or work[at - 3] in "目程”,。"):
            return at  # 项目——先导产业园
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


_NO_STOPS: frozenset[int] = frozenset()


def _number_stops(page: Page, floor: int, at: int) -> set[int] | frozenset[int]:
    numbers, times = page.numbers_in(floor, at), page.times_in(floor, at)
    if not numbers and not times:
        return _NO_STOPS
    stops = set()
    for number in numbers:
        if number.kind in ("money", "level", "percent", "mu", "sqm") or (
            number.kind == "count" and number.unit in _COUNTERS
        ):
            stops.add(number.end)
            stops.add(number.full_end)
    stops.update(time.end for time in times)
    return stops


def _is_boundary(page: Page, word: Word, specific: bool, floor: int) -> bool:
    tags, text = word.entry.tags, word.entry.word
    if text in ("至", "到") and _between_places(page, word):
        return False  # 宁远至东岭高速铁路
    if text == "和" and word.start > 0 and page.work[word.start - 1] in _CLAUSE_BEFORE:
        return False  # ,和盛能源项目: the beginning of a name
    if text in _BRAND_VERBS and page.work[word.start - 1 : word.start] in ("的", "、", ",", "。", "\n", "“"):
        return False  # 投资3亿元的联合盐化项目
    if not tags & (Tag.BOUNDARY | Tag.STAGE | Tag.FUTURE | Tag.MEASURE):
        return False
    if text in _NOUNISH:
        return page.work[word.start - 1 : word.start] in ("", "\n", ",", "。", ";", "、") and word.start > floor
    if len(text) == 1:
        if text in _HARD:
            return not (text in "和同有" and _one_before(page.work, word.start, floor))
        if tags & (Tag.GENERIC | Tag.SECTOR | Tag.FACILITY):
            return False
        if specific and not any(w.start == word.end for w in page.words_in(word.end, word.end + 1)):
            return False  # 中科, 同心: the beginning of a name
        return not _inside_unknown(page, word)
    if tags & Tag.STAGE and text.startswith(("已", "新")):
        return specific
    if tags & (Tag.GENERIC | Tag.SECTOR | Tag.FACILITY | Tag.ORG) or word.entry.stage == "expanded":
        return specific and bool(tags & (Tag.BOUNDARY | Tag.STAGE)) and word.entry.stage != "expanded"
    return specific or not tags & Tag.STAGE  # 投产项目, 在建工程


def _between_places(page: Page, word: Word) -> bool:
    before = page.words_in(max(0, word.start - 8), word.start)
    after = page.words_in(word.end, word.end + 1)
    return bool(
        before
        and before[-1].end == word.start
        and before[-1].entry.tags & Tag.PLACE
        and after
        and after[0].entry.tags & Tag.PLACE
    )


_BRAND_VERBS = frozenset(("联合", "统一", "合力", "运营", "服务", "成功", "创新"))


def _one_before(work: str, at: int, floor: int) -> bool:
    """One single Han character after a mark stands before 和: 民和农牧 is one name."""
    if at <= floor or not "\u4e00" <= work[at - 1] <= "\u9fff":
        return False
    return at - 1 == floor or not "\u4e00" <= work[at - 2] <= "\u9fff"


def _inside_unknown(page: Page, word: Word) -> bool:
    """Whether Han characters no lexicon knows stand directly on the left of a one-character word."""
    before = page.work[word.start - 1 : word.start]
    if not before or not ("\u4e00" <= before <= "\u9fff"):
        return False
    known = page.words_in(max(0, word.start - 12), word.start)
    if known and known[-1].end == word.start and known[-1].entry.tags & (Tag.FIRM | Tag.PLACE):
        return not page.words_in(word.end, word.end + 1)  # 协鑫能科: the firm's name goes on
    return not known or known[-1].end != word.start


def trimmed(page: Page, left: int, head: Word) -> int:
    """Without verbs, time words and marks at the left end: 建设二期项目 -> 二期项目."""
    at = left
    while at < head.start:
        here = page.words_in(at, min(at + 1, head.start))
        if here and here[0].start == at and here[0].end <= head.start:
            tags = here[0].entry.tags
            brand = (
                len(here[0].entry.word) == 1
                and (
                    here[0].entry.word not in _HARD
                    or (here[0].entry.word == "和" and page.work[at - 1 : at] in _CLAUSE_BEFORE)
                )
                and not page.words_in(here[0].end, here[0].end + 1)
            ) or (
                here[0].entry.word in _BRAND_VERBS and page.work[at - 1 : at] in ("的", "、", ",", "。", "“")
            )  # 中科, 中铁
            if tags & Tag.BOUNDARY and not tags & (Tag.SECTOR | Tag.PLACE | Tag.FACILITY) and not brand:
                at = here[0].end
                continue
            if tags & Tag.STAGE:
                at = here[0].end
                continue
        numbering = _NUMBERING.match(page.work, at, head.start)
        if numbering:
            at = numbering.end()
            continue
        if page.work[at] in " ()":
            at += 1
            continue
        break
    return at
