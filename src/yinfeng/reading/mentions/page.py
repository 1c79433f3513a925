"""The page as the record builders see it: sentences, words, numbers and times with their positions."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from ..lexicon import Entry, Tag, Words
from ..model import Normalised
from ..normalising import fold
from .numbers import Number, find_numbers
from .times import Time, find_times

_STOP = re.compile(r"[。!?\n]+[”’)\]]?|;(?=\S)")


class Word(NamedTuple):
    """A word of the lexicon where it stands: the most frequent object of all, so a plain tuple."""

    start: int
    end: int
    entry: Entry


@dataclass(slots=True)
class Sentence:
    """[start, end) of one sentence; semicolons end sentences too. title: a headline, not running text."""

    start: int
    end: int
    line: int
    title: bool = False
    numbers: Sequence[Number] = ()  # those that begin in it


@dataclass(slots=True)
class Page:
    """text: the normalised text (for showing); work: the same folded (for parsing), equally long."""

    normalised: Normalised
    work: str
    doc_date: date | None
    sentences: list[Sentence]
    words: list[Word]
    numbers: list[Number]
    times: list[Time]
    word_starts: list[int] = field(default_factory=list)
    number_starts: list[int] = field(default_factory=list)
    time_starts: list[int] = field(default_factory=list)
    sentence_starts: list[int] = field(default_factory=list)
    heads: list[Word] = field(default_factory=list)  # the words that can end a name
    head_starts: list[int] = field(default_factory=list)
    stage_starts: list[int] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)  # where the marks that end a clause stand

    @property
    def text(self) -> str:
        return self.normalised.text

    def clause_start(self, at: int, floor: int) -> int:
        """Where the clause that holds the character before `at` begins."""
        marks = self.marks
        before = bisect_left(marks, at) - 1
        return max(floor, marks[before] + 1) if before >= 0 else floor

    def clause_end(self, at: int, ceiling: int) -> int:
        """Where the clause that begins or goes on at `at` ends."""
        marks = self.marks
        behind = bisect_left(marks, at)
        return min(ceiling, marks[behind]) if behind < len(marks) else ceiling

    def words_in(self, start: int, end: int) -> list[Word]:
        a, b = bisect_left(self.word_starts, start), bisect_left(self.word_starts, end)
        return self.words[a:b]

    def heads_in(self, start: int, end: int) -> list[Word]:
        a, b = bisect_left(self.head_starts, start), bisect_left(self.head_starts, end)
        return self.heads[a:b]

    def tells_stage(self, start: int, end: int) -> bool:
        """Whether a stage word begins in [start, end)."""
        at = bisect_left(self.stage_starts, start)
        return at < len(self.stage_starts) and self.stage_starts[at] < end

    def numbers_in(self, start: int, end: int) -> list[Number]:
        a, b = bisect_left(self.number_starts, start), bisect_left(self.number_starts, end)
        return self.numbers[a:b]

    def times_in(self, start: int, end: int) -> list[Time]:
        a, b = bisect_left(self.time_starts, start), bisect_left(self.time_starts, end)
        return self.times[a:b]


_META_LINE = re.compile(
    r"^ *(?:发布时间|发布人|来源|责任编辑|作者|编辑|访问次数|信息来源|索引号|发文字号|本报记者|记者|字号|浏览|打印)[:|: ]?"
)
_END_MARK = re.compile(r"[。;!?…]$")
_FLASH = re.compile(r"^ *【[^】\n]{4,80}】")


_KEY_LINE = re.compile(
    r"[^\u4e00-\u9fff]{0,4}(?:投资方|投资主体|投资企业|投资单位|投资商|业主|建设单位|业主单位|实施主体|签约企业|总投资|投资额|投资总额|投资规模|计划总投资|"
    r"建设内容|项目内容|建设地点|项目地点|项目选址|选址|占地面积|项目进展|进展情况):"
)
_ENDS_NAME = Tag.HEAD | Tag.FACILITY
_ITEM_LINE = re.compile(r"(?:\d{1,2}[.、)]|\(?[一二三四五六七八九十]{1,2}[、.)])(?!\d)")
_CLAUSE_MARK = re.compile(r"[,:;。!?\n]")
_LONGEST = 900  # no sentence of the language is longer; what is longer is cut so that time stays linear


def _cut(work: str, sentence: Sentence) -> list[Sentence]:
    """A run of text without an end mark in bearable pieces, at a comma or a space where there is one."""
    if sentence.end - sentence.start <= _LONGEST:
        return [sentence]
    pieces, at = [], sentence.start
    while sentence.end - at > _LONGEST:
        stop = max(work.rfind(mark, at + _LONGEST // 2, at + _LONGEST) for mark in ",、 ") + 1
        stop = stop if stop > at else at + _LONGEST
        pieces.append(Sentence(at, stop, sentence.line))
        at = stop
    pieces.append(Sentence(at, sentence.end, sentence.line))
    return pieces


def sentences_of(work: str) -> list[Sentence]:
    """Sentences of the folded text; headlines are lines without an end mark, and 【…】 at the head of a flash."""
    found: list[Sentence] = []
    at = 0
    lines = work.split("\n")
    for number, line in enumerate(lines):
        stripped = line.strip()
        if stripped and not (_META_LINE.match(stripped) and len(stripped) < 40):
            begin = at
            flash = _FLASH.match(line)
            if flash:
                found.append(Sentence(at, at + flash.end(), number, title=True))
                begin = at + flash.end()
            told = _KEY_LINE.match(stripped) or _KEY_LINE.match(
                lines[number + 1].strip() if number + 1 < len(lines) else ""
            )
            item = _ITEM_LINE.match(stripped) and "元" in stripped
            short = not told and not item and len(stripped) <= 60 and not _END_MARK.search(stripped) and not flash
            if not found and len(stripped) <= 60 and stripped[-1] in "!?" and "。" not in stripped:
                found.append(Sentence(begin, at + len(line), number, title=True))
                at += len(line) + 1
                continue
            cut = begin
            for stop in _STOP.finditer(work, begin, at + len(line)):
                found.append(Sentence(cut, stop.end(), number, title=False))
                cut = stop.end()
            if cut < at + len(line) and work[cut : at + len(line)].strip():
                found.append(Sentence(cut, at + len(line), number, title=short and cut == begin))
        at += len(line) + 1
    return [piece for sentence in found for piece in _cut(work, sentence)]


def page_of(normalised: Normalised, doc_date: date | None, words: Words) -> Page:
    """Everything that is found by looking once through the text."""
    work = fold(normalised.text)
    make = tuple.__new__  # as Word(…), without a call of Python for each
    found = [make(Word, (start, end, entry)) for entry, start, end in words.find(work)]
    numbers = find_numbers(work)
    times = find_times(work, doc_date)
    sentences = sentences_of(work)
    at = 0
    for sentence in sentences:
        while at < len(numbers) and numbers[at].start < sentence.start:
            at += 1
        begin = at
        while at < len(numbers) and numbers[at].start < sentence.end:
            at += 1
        sentence.numbers = numbers[begin:at]
    heads = [word for word in found if word.entry.tags & _ENDS_NAME]
    return Page(
        normalised=normalised,
        work=work,
        doc_date=doc_date,
        sentences=sentences,
        words=found,
        numbers=numbers,
        times=times,
        word_starts=[word.start for word in found],
        number_starts=[number.start for number in numbers],
        time_starts=[time.start for time in times],
        sentence_starts=[sentence.start for sentence in sentences],
        heads=heads,
        head_starts=[word.start for word in heads],
        stage_starts=[word.start for word in found if word.entry.tags & Tag.STAGE],
        marks=[mark.start() for mark in _CLAUSE_MARK.finditer(work)],
    )
