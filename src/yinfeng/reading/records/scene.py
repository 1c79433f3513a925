"""What the walk through a page carries with it: the scene of a sentence, and what was found."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..mentions.groups import Group
from ..mentions.names import Name
from ..mentions.numbers import Number
from ..mentions.page import Word
from ..mentions.stages import StageCue
from .drafts import Draft
from .organisations import Span
from .sentence import Told


@dataclass(slots=True)
class Sum:
    """An amount that belongs to no single project: to a group, or to a place."""

    number: Number
    role: str
    word: Word | None
    sentence: int
    group: Group | None = None


@dataclass(slots=True)
class Story:
    """What the walk found."""

    drafts: list[Draft] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    sums: list[Sum] = field(default_factory=list)


@dataclass(slots=True)
class Scene:
    """Where the walk stands inside one sentence.

    focus: who is spoken of; here: it was named in this very sentence; phase: the phase spoken of; waiting: stages said
    before their project (签约X); general: stages said of nobody yet; reserved: amounts that belong to a name further on,
    by their position; listed_group: the group whose items are being listed; pending: amounts waiting for `…的X项目`;
    payers: who pays for a name, by where it begins (A、B分别投资…).
    """

    told: Told
    named: list[Name]
    focus: Draft | Group | None
    here: bool = False
    phase: str | None = None
    waiting: list[StageCue] = field(default_factory=list)
    general: list[StageCue] = field(default_factory=list)
    reserved: dict[int, Name] = field(default_factory=dict)
    listed_group: Group | None = None
    pending: list[tuple[str, Number]] = field(default_factory=list)
    joint: set[int] = field(default_factory=set)  # amounts of several projects together
    payers: dict[int, Span] = field(default_factory=dict)
