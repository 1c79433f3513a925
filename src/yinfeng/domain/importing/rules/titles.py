"""Titles of investors in one cell: 世界500强（2023，第35位）、上市公司; of several investors 甲公司：世界500强；乙公司：央企."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from yinfeng.domain.enterprises.rules import TitleKind
from yinfeng.kernel.voice import say

from .faults import Trouble, shown, trouble
from .reading import Place, Reading, words_of
from .value_words import FORMULA, NO, NO_TITLE, SUBSIDIARIES, SUBSIDIARY_LEVELS, TITLE_WORDS, YES

LONGEST_SOURCE = 120
BRACKETS = re.compile(r"\(([^()]*)\)")
_PARTS = re.compile(r"[、,/+\s]+|(?<=[强企业司军头人])和")
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)\s*年?度?")
_RANK = re.compile(
    r"(?:排名?|位列|列)?第\s*(\d{1,6})\s*[位名]?|(?:排名|位列)\s*(\d{1,6})\s*[位名]?|(?<!\d)(\d{1,6})\s*[位名]"
)
_LEVEL = re.compile(
    r"(?:的|旗下|下属|控股|全资)*(?:([一二三四五1-5])级)?(?:全资|控股)?(?:子公司|下属企业|下属公司|旗下企业|分支机构|孙公司)$"
)


@dataclass(frozen=True, slots=True)
class TitleSaid:
    """``firm`` "" where the cell does not say whose it is; ``year``, ``rank`` None where they are not told; ``level`` 1
    and more: of a subsidiary of that level."""

    firm: str
    kind: str
    year: int | None = None
    rank: int | None = None
    level: int = 0
    source: str = ""

    def plain(self) -> list[object]:
        return [self.firm, self.kind, self.year, self.rank, self.level, self.source]


def read_titles(place: Place, value: object) -> Reading:
    """The titles of a cell; 是 is the one that the header names. Words that are no known title are said and left out."""
    text = words_of(value) if not isinstance(value, str) else value  # type: ignore[arg-type]
    if FORMULA.match(text):
        return Reading(None, [trouble("text.formula", value=text)])
    text = unicodedata.normalize("NFKC", text).replace("[", "(").replace("]", ")").replace("【", "(").replace("】", ")")
    bare = "".join(text.split()).casefold()
    if bare in NO:
        return Reading()
    header = "".join(unicodedata.normalize("NFKC", place.header).split()).removeprefix("是否")
    if bare in YES:
        text = header
    troubles: list[Trouble] = []
    found: dict[tuple[str, str, int | None], TitleSaid] = {}
    for said in re.split(r"[;\n]+", text):
        firm, colon, titles = said.partition(":")
        if not colon:
            firm, titles = "", said
        for part in split_outside(titles, _PARTS):
            if "".join(part.split()) in NO_TITLE:
                continue
            title = _title(" ".join(firm.split()), part)
            if title is None:
                what = value if bare in YES else part
                troubles.append(Trouble("title.unknown", (("value", shown(what)), ("choices", _choices()))))
            else:
                found.setdefault((title.firm, title.kind, title.year), title)
    return Reading(tuple(found.values()) or None, troubles)


def _choices() -> str:
    return "、".join(say(kind.label) for kind in TitleKind)


def split_outside(text: str, between: re.Pattern[str]) -> list[str]:
    """The parts between separators, but never within brackets."""
    held: list[str] = []

    def put_by(match: re.Match[str]) -> str:
        held.append(match[0])
        return f"\x00{len(held) - 1}\x01"

    parts = between.split(BRACKETS.sub(put_by, text))
    return [re.sub("\x00(\\d+)\x01", lambda m: held[int(m[1])], part).strip() for part in parts if part.strip()]


def _title(firm: str, part: str) -> TitleSaid | None:
    inside = "，".join(match[1] for match in BRACKETS.finditer(part))
    word = "".join(BRACKETS.sub("", part).split()).strip("。.,，:\"“”'《》")
    year = first_of(YEAR, inside) or first_of(YEAR, word)
    rank = first_of(_RANK, inside) or first_of(_RANK, YEAR.sub("", word))
    level = 0
    told = _RANK.sub("", YEAR.sub("", word)).strip("年的").replace("“", "").replace("”", "")
    if (below := _LEVEL.search(told)) and told not in TITLE_WORDS:
        level, told = SUBSIDIARY_LEVELS.get(below[1] or "一", 1), told[: below.start()]
    kind = (
        TITLE_WORDS.get(told)
        or TITLE_WORDS.get(told.removesuffix("企业"))
        or TITLE_WORDS.get(told.removesuffix("之一"))
    )
    if kind is None:
        return None
    rest = []
    for note in re.split(r"[,，;；]+", _RANK.sub("", YEAR.sub("", inside))):
        note = note.strip(" 年度、")
        if (below := _LEVEL.search(note)) and below.start() == 0:
            level = level or SUBSIDIARY_LEVELS.get(below[1] or "一", 1)
        elif note:
            rest.append(note)
    return TitleSaid(firm, kind.value, int(year) if year else None, int(rank) if rank else None, level,
                     "，".join(rest)[:LONGEST_SOURCE])  # fmt: skip


def first_of(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return next((group for group in match.groups() if group), "") if match else ""


def title_words(titles: list[list[object]]) -> str:
    """Titles as a cell has them, in the plain form of :meth:`TitleSaid.plain`."""
    by_firm: dict[str, list[str]] = {}
    for firm, kind, year, rank, level, source in titles:
        label = TitleKind(str(kind)).label
        if level:
            label += SUBSIDIARIES[min(int(str(level)), 5)]
        notes = [f"{year}" if year else "", f"第{rank}位" if rank else "", str(source or "")]
        notes = [note for note in notes if note]
        by_firm.setdefault(str(firm or ""), []).append(f"{label}（{'，'.join(notes)}）" if notes else label)
    told = ((firm, "、".join(words)) for firm, words in by_firm.items())
    return "；".join(f"{firm}：{words}" if firm else words for firm, words in told)
