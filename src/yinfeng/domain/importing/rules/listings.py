"""Lists of key projects in one cell: 省重点项目（2021，某某文件）、市长工程（市级）."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from .faults import Trouble, shown, trouble
from .reading import Place, Reading, words_of
from .titles import BRACKETS, YEAR, first_of, split_outside
from .value_words import FORMULA, LIST_HEADS, LIST_LEVELS, NO, YES

LONGEST_NAME, LONGEST_DOCUMENT = 60, 120


@dataclass(frozen=True, slots=True)
class ListingSaid:
    """``level`` 国家级, 省级, 市级 or 县级; ``year`` None and ``document`` "" where they are not told."""

    name: str
    level: str
    year: int | None = None
    document: str = ""

    def plain(self) -> list[object]:
        return [self.name, self.level, self.year, self.document]


def read_listings(place: Place, value: object) -> Reading:
    """The lists of a cell; 是 is the one that the header names. Without a level a list is said and left out."""
    text = value if isinstance(value, str) else words_of(value)  # type: ignore[arg-type]
    if FORMULA.match(text):
        return Reading(None, [trouble("text.formula", value=text)])
    text = unicodedata.normalize("NFKC", text).replace("【", "(").replace("】", ")")
    bare = "".join(text.split()).casefold()
    if bare in NO:
        return Reading()
    if bare in YES:
        text = LIST_HEADS.sub("", "".join(unicodedata.normalize("NFKC", place.header).split()))
    found: dict[tuple[str, int | None], ListingSaid] = {}
    troubles: list[Trouble] = []
    for part in split_outside(text.replace(";", "、").replace("\n", "、"), re.compile("、")):
        said = _listing(part)
        if said is None:
            what = value if bare in YES else part
            troubles.append(Trouble("listing.level", (("value", shown(what)),)))
        elif len(said.name) > LONGEST_NAME:
            troubles.append(trouble("text.long", length=len(said.name), most=LONGEST_NAME))
        else:
            found.setdefault((said.name, said.year), said)
    return Reading(tuple(found.values()) or None, troubles)


def _listing(part: str) -> ListingSaid | None:
    inside = [note.strip() for match in BRACKETS.finditer(part) for note in re.split(r"[,，]+", match[1])]
    name = " ".join(BRACKETS.sub("", part).split())
    year = next((first_of(YEAR, note) for note in inside if YEAR.fullmatch(note)), "") or first_of(YEAR, name)
    name = YEAR.sub("", name).strip("年度 的")
    level = next((LIST_LEVELS[note] for note in inside if note in LIST_LEVELS), "")
    if not level:
        level = next((LIST_LEVELS[sign] for sign in ("国家", "省", "自治区", "市", "县", "区") if sign in name[:6]), "")
    if not name or not level:
        return None
    rest = [note for note in inside if note and note not in LIST_LEVELS and not YEAR.fullmatch(note)]
    return ListingSaid(name, level, int(year) if year else None, "，".join(rest)[:LONGEST_DOCUMENT])


def listing_words(listings: list[list[object]]) -> str:
    """Lists as a cell has them, in the plain form of :meth:`ListingSaid.plain`."""
    told = []
    for name, level, year, document in listings:
        paper = str(document or "")
        notes = [str(level or ""), str(year or ""), "" if re.search(r"[()（）、;；\n]", paper) else paper]
        told.append(f"{name}（{'，'.join(note for note in notes if note)}）")
    return "、".join(told)
