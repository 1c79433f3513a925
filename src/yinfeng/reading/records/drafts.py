"""Drafts: what has been said about one project so far, and which draft a name belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from ..lexicon import Tag
from ..mentions.names import Name
from ..mentions.numbers import Number
from ..mentions.page import Page
from ..mentions.stages import StageCue

_QUIET = re.compile(r"[\s“”‘’()·,，、/\-]+")
_TAILS = ("建设项目", "工程项目", "项目", "工程", "建设")
_PHASES = re.compile(r"第?[一二三四五]期|首期")


@dataclass(slots=True)
class Draft:
    """A project in the making. Spans are positions in the normalised text."""

    names: list[Name] = field(default_factory=list)
    cores: list[str] = field(default_factory=list)
    grams: set[str] = field(default_factory=set)  # pairs of neighbours in all its cores
    money: dict[str, list[Number]] = field(default_factory=dict)  # role -> amounts in order
    stages: list[StageCue] = field(default_factory=list)
    land: Number | None = None
    plant: Number | None = None
    investors: list[tuple[int, int]] = field(default_factory=list)
    place: tuple[int, int] | None = None
    phases: dict[str, Number] = field(default_factory=dict)  # name of the phase -> its investment
    phase_stages: dict[str, list[StageCue]] = field(default_factory=dict)
    sentences: list[int] = field(default_factory=list)
    listed: bool = False  # an item of an enumeration of projects
    list_strong: bool = False  # … most of whose items are proper names
    denied: bool = False
    object_of_verb: bool = False  # built, paid or signed: 投资建设X
    spoken: bool = False  # the subject of a sentence with figures
    further: bool = False  # a second, further investment by the same firm
    spans: list[tuple[int, int, str]] = field(default_factory=list)  # evidence: start, end, field

    @property
    def strength(self) -> int:
        return max((name.strength for name in self.names), default=0)

    @property
    def heads(self) -> set[str]:
        return {name.head for name in self.names}

    def told_in(self, sentence: int) -> None:
        """Remember a sentence that speaks of the project."""
        if not self.sentences or self.sentences[-1] != sentence:
            self.sentences.append(sentence)

    def add_money(self, role: str, number: Number) -> None:
        self.money.setdefault(role, []).append(number)
        self.spans.append((number.start, number.end, role))


def core_of(text: str) -> str:
    """A name for comparing: without marks, phases and general words at its end."""
    core = _QUIET.sub("", text)
    core = _PHASES.sub("", core)
    for tail in _TAILS:
        if core.endswith(tail) and len(core) > len(tail) + 1:
            core = core[: -len(tail)]
            break
    return core


@lru_cache(maxsize=8192)
def _grams(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))


def alike(a: str, b: str) -> float:
    """Dice coefficient of the character pairs of two cores."""
    x, y = _grams(a), _grams(b)
    return 2 * len(x & y) / (len(x) + len(y)) if x and y else 0.0


def _covered(short: str, long: str) -> float:
    """The share of the short core that the long one has in order."""
    at = hits = 0
    for ch in short:
        found = long.find(ch, at)
        if found >= 0:
            hits += 1
            at = found + 1
    return hits / len(short) if short else 0.0


def _common_end(a: str, b: str) -> int:
    """How many characters two cores have in common at their ends."""
    length = 0
    while length < min(len(a), len(b)) and a[-1 - length] == b[-1 - length]:
        length += 1
    return length


def same_project(draft: Draft, name: Name, core: str, priced: bool = False) -> bool:
    """Whether a name means the project of the draft. priced: the name has an amount of its own before it."""
    if core in draft.cores[:12]:
        return True
    told_below = any(not old.title for old in draft.names)
    seen: set[tuple[str, bool, bool, int]] = set()
    for old, old_core in zip(draft.names[:12], draft.cores[:12], strict=True):
        if old.title and told_below:
            continue  # the text has told it better than its headline
        told = (old_core, old.title, old.listed, old.strength)
        if told in seen:
            continue
        seen.add(told)
        short, long = (core, old_core) if len(core) <= len(old_core) else (old_core, core)
        both_listed = name.listed and old.listed
        if priced and name.listed and name.strength == 1:
            continue  # 投资3亿元的新材料项目 in a list is another one than X新材料项目
        if old.listed and old.strength == 1 and draft.money.get("invest") and name.strength >= 2 and priced:
            continue
        if len(short) >= 3 and short in long and not (both_listed and name.strength >= 2):
            return True
        if both_listed:
            continue
        unlike = (
            name.head
            and old.head
            and not ({name.head, old.head} & {"项目", "工程"})
            and name.head[-2:] != old.head[-2:]
        )
        sure = 0.62 if name.strength >= 2 and old.strength >= 2 else 0.7
        if alike(core, old_core) >= (0.75 if unlike else sure):
            return True
        same_head = name.head == old.head or {name.head, old.head} & {"项目", "工程", ""}
        if name.proper and old.proper and same_head:
            p, q = sorted((name.proper, old.proper), key=len)
            if len(p) >= 2 and p in q and (len(core) <= 8 or len(old_core) <= 8 or alike(core, old_core) >= 0.35):
                return True
        if len(short) < 4:
            continue
        if short[:2] == long[:2] and same_head and _covered(short, long) >= 0.8:
            return True
        if short[-2:] == long[-2:] and _covered(short, long) == 1.0:
            return True
    return False


def _places(page: Page, name: Name) -> set[str]:
    start = name.place_before if name.place_before >= 0 else name.start
    return {w.entry.word for w in page.words_in(start, name.end) if w.entry.tags & Tag.PLACE}


def _same_place(draft: Draft, name: Name, page: Page) -> Draft | None:
    """宁远的炼化项目 … 宁远大石化项目: the last project without an amount, a trade and a place like this one's."""
    old = draft.names[-1] if draft.names else None
    if old is None or draft.money.get("invest") or old.listed or draft.listed or old.strength > 2 or name.strength > 2:
        return None
    if old.propers and name.propers:
        return None
    return draft if _places(page, old) & _places(page, name) and old.head == name.head else None


class Drafts:
    """All drafts of a page in order. A name is compared with the latest ones only, and with any that has its very core."""

    _reach = 40

    def __init__(self, page: Page) -> None:
        self._page = page
        self.all: list[Draft] = []
        self._by_core: dict[str, Draft] = {}

    def __bool__(self) -> bool:
        return bool(self.all)

    def latest(self) -> list[Draft]:
        """The latest drafts, the last one first."""
        return self.all[: -self._reach - 1 : -1]

    def meant(self, name: Name) -> Draft | None:
        """该产业园 is the last project that is a 产业园."""
        if name.head in ("项目", "工程", ""):
            return None
        return next((d for d in self.latest()[:4] if any(n.head == name.head and not n.title for n in d.names)), None)

    def add(self, draft: Draft) -> None:
        self.all.append(draft)

    def find(self, name: Name, priced: bool = False) -> Draft | None:
        """The draft a name belongs to, or None. priced: the name has an amount of its own before it."""
        core = core_of(self._page.work[name.start : name.end])
        known = None if priced and name.strength == 1 else self._by_core.get(core)
        if known is not None:
            return known
        grams = _grams(core)
        for draft in self.latest():
            if len(core) > 1 and draft.grams.isdisjoint(grams):
                continue  # not a pair of neighbours in common: no rule can join them
            if same_project(draft, name, core, priced):
                return draft
        if not name.listed and name.kind == "named" and self.all:
            found = _same_place(self.all[-1], name, self._page)
            if found is not None:
                return found
        return None

    def of(self, name: Name, sentence: int, priced: bool) -> Draft:
        """The draft of a name told in a sentence, a new one where there was none."""
        draft = self.find(name, priced)
        if draft is None:
            draft = Draft()
            self.add(draft)
        core = core_of(self._page.work[name.start : name.end])
        self._by_core.setdefault(core, draft)
        draft.names.append(name)
        draft.cores.append(core)
        draft.grams |= _grams(core)
        draft.spans.append((name.start, name.end, "name"))
        draft.sentences.append(sentence)
        return draft
