"""The words the reader knows: plain files of our own writing, put into one automaton.

A word may have several meanings (建设 is a boundary of names, a generic modifier and part of stage words); an `Entry`
holds them all. Matching is leftmost-longest, so a longer word hides the shorter one inside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from ..model import Lexicon


class Tag:
    """What a word can be: bits, plain integers because they are tested millions of times."""

    STAGE = 1
    WEAK = 2  # weak evidence of its stage
    FUTURE = 4
    AFTER = 8
    NEGATED = 16
    NOUN = 32  # makes a noun of the stage word before it: 开工率
    HEAD = 64  # 项目, 工程
    FACILITY = 128
    GENERIC = 256
    BOUNDARY = 512
    ORG = 1024  # ends the name of a firm
    MEASURE = 2048
    SECTOR = 4096
    PLACE = 8192
    FIRM = 16384  # a firm the bureau or the lexicon knows


STAGE_RANK = {
    "lead": 0,
    "negotiating": 1,
    "framework": 2,
    "signed": 3,
    "registered": 4,
    "land": 5,
    "expanded": 6,
    "started": 7,
    "producing": 8,
}


@dataclass(slots=True)
class Entry:
    """All meanings of a word. stage, measure, industry: the class where the tag says there is one."""

    word: str
    tags: int = 0
    stage: str | None = None
    measure: str | None = None
    industry: str | None = None


def lines(name: str) -> Iterator[tuple[str, list[str]]]:
    """(heading, words) of each line of a lexicon file; comments are left out."""
    text = files(__name__).joinpath(name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            heading, _, words = line.partition("\t")
            yield (heading, words.split()) if words else ("", line.split())


@lru_cache(maxsize=32)
def word_set(heading: str) -> frozenset[str]:
    """One of the small sets of `sets.txt`."""
    return frozenset(word for name, words in lines("sets.txt") if name == heading for word in words)


_SUFFIXES = (
    "特别行政区",
    "自治区",
    "自治州",
    "自治县",
    "自治旗",
    "地区",
    "新区",
    "省",
    "市",
    "县",
    "区",
    "州",
    "盟",
    "旗",
)
_PEOPLES = [
    "壮族",
    "回族",
    "维吾尔",
    "蒙古族",
    "蒙古",
    "藏族",
    "彝族",
    "苗族",
    "土家族",
    "侗族",
    "布依族",
    "朝鲜族",
    "满族",
    "瑶族",
    "白族",
    "傣族",
    "哈尼族",
    "羌族",
    "黎族",
]


def _division_names() -> Iterator[str]:
    from yinfeng.kernel.tables import read_rows

    odd = {word for heading, words in lines("places.txt") if heading == "not_stem" for word in words}
    for row in read_rows("divisions.csv"):
        name = row["name"]
        yield name
        for suffix in _SUFFIXES:
            if not name.endswith(suffix):
                continue
            stem = name[: -len(suffix)]
            for people in _PEOPLES:
                head = stem.split(people)[0]
                stem = head if len(head) >= 2 else stem
            # the stems of city districts are too often ordinary words
            if len(stem) >= 2 and stem not in odd and (suffix != "区" or row["level"] != "3"):
                yield stem
            break


_PLANNING = ("将", "拟", "计划", "预计", "即将", "未来将", "届时", "还将", "又将", "也将")


class Words:
    """The automaton and its entries. `find(text)` gives (entry, start, end), leftmost-longest, not overlapping."""

    def __init__(self, local: Lexicon | None = None) -> None:
        self._entries: dict[str, Entry] = {}
        self._fill()
        if local is not None:
            self._add_words(local.parks, Tag.PLACE)
            self._add_words(local.firms, Tag.FIRM)
            self._add_words(local.chains, Tag.SECTOR | Tag.GENERIC)
        from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

        self._list = list(self._entries.values())
        self._machine = AhoCorasick(
            [entry.word for entry in self._list],
            matchkind=MatchKind.LeftmostLongest,
            implementation=Implementation.ContiguousNFA,
        )

    def find(self, text: str) -> list[tuple[Entry, int, int]]:
        entries = self._list
        return [(entries[i], start, end) for i, start, end in self._machine.find_matches_as_indexes(text)]

    def get(self, word: str) -> Entry | None:
        return self._entries.get(word)

    def _add(self, word: str, tags: int) -> Entry:
        entry = self._entries.get(word)
        if entry is None:
            entry = self._entries[word] = Entry(word)
        entry.tags |= tags
        return entry

    def _add_words(self, words: tuple[str, ...] | list[str], tags: int) -> None:
        for word in words:
            if len(word) > 1:
                self._add(word, tags)

    def _fill(self) -> None:
        for name in _division_names():
            self._add(name, Tag.PLACE)
        for heading, words in lines("places.txt"):
            if heading == "world":
                self._add_words(words, Tag.PLACE)
        for _, words in lines("firms.txt"):
            self._add_words(words, Tag.FIRM)
        for name, tag in (("generic.txt", Tag.GENERIC), ("boundaries.txt", Tag.BOUNDARY), ("orgs.txt", Tag.ORG)):
            for _, words in lines(name):
                for word in words:
                    self._add(word, tag)
                    if tag == Tag.BOUNDARY and len(word) > 1 and word.startswith(_PLANNING):
                        self._add(word, Tag.FUTURE)
        for heading, words in lines("heads.txt"):
            for word in words:
                self._add(word, Tag.HEAD if heading == "strong" else Tag.FACILITY)
        for heading, words in lines("tense.txt"):
            for word in words:
                self._add(word, getattr(Tag, heading.upper()))
        for heading, words in lines("measures.txt"):
            for word in words:
                self._add(word, Tag.MEASURE).measure = heading
        for heading, words in lines("sectors.txt"):
            for word in words:
                entry = self._add(word, Tag.SECTOR)
                entry.industry = entry.industry or heading
        for heading, words in lines("stages.txt"):
            for word in words:
                weak = word.startswith("~")
                self._add(word.lstrip("~"), Tag.STAGE | (Tag.WEAK if weak else 0)).stage = heading


@lru_cache(maxsize=8)
def words_for(local: Lexicon | None = None) -> Words:
    """The words with the local names of a bureau; built once."""
    return Words(local)
