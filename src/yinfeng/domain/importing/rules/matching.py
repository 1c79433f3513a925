"""Which rows are one project, and which project of the ledger that is. Pure: what is known of the ledger comes in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from yinfeng.domain.projects.rules.matching import Sign, core, likeness
from yinfeng.kernel.text import normalise_name, squeeze

from .words import KeyKind

MOST_ALIKE = 5  # candidates that are looked at closely


@dataclass(frozen=True, slots=True)
class Known:
    """A project of the ledger, as far as rows are held against it."""

    pk: int
    code: str
    platform_code: str
    name: str
    name_key: str
    investor: str
    lead_unit: int
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Probe:
    """What a row says of its project. ``lead_unit`` is an id, or "+" and a name."""

    number: int
    code: str
    platform_code: str
    name: str
    investors: tuple[str, ...]
    codes: tuple[str, ...]  # credit codes of investors
    lead_unit: int | str
    phase: int | None

    @property
    def name_key(self) -> str:
        return normalise_name(self.name)


@dataclass(slots=True)
class Answer:
    """``pk`` None: the ledger has no such project. ``fault`` is (code, names) where it cannot be told."""

    pk: int | None = None
    fault: str = ""
    told: tuple[str, ...] = ()
    foreign_code: bool = False
    namesakes: tuple[int, ...] = ()


@dataclass(slots=True)
class Ledger:
    """The ledger by each key."""

    by_code: dict[str, Known] = field(default_factory=dict)
    by_platform: dict[str, Known] = field(default_factory=dict)
    by_name: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))
    by_core: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))
    firms_of: dict[int, frozenset[str]] = field(default_factory=dict)  # credit codes, of those that have any

    def add(self, known: Known) -> None:
        self.by_code[squeeze(known.code)] = known
        if known.platform_code:
            self.by_platform[squeeze(known.platform_code)] = known
        self.by_name[known.name_key].append(known)
        self.by_core[core(known.name)].append(known)

    def find(self, probe: Probe, key: str) -> Answer:
        """The project that a row means, by the chosen key."""
        if key in (KeyKind.AUTO, KeyKind.CODE) and probe.code:
            if found := self.by_code.get(squeeze(probe.code)):
                return Answer(found.pk)
            if key == KeyKind.CODE:
                return Answer(fault="unknown_code", told=(probe.code,))
        elif key == KeyKind.CODE:
            return Answer()
        foreign = bool(probe.code) and key == KeyKind.AUTO
        if key in (KeyKind.AUTO, KeyKind.PLATFORM) and probe.platform_code:
            if found := self.by_platform.get(squeeze(probe.platform_code)):
                return Answer(found.pk, foreign_code=foreign)
            if key == KeyKind.PLATFORM:
                return Answer()
        elif key == KeyKind.PLATFORM:
            return Answer(fault="no_platform_code")
        answer = self._by_name(probe, key)
        answer.foreign_code = foreign
        return answer

    def _by_name(self, probe: Probe, key: str) -> Answer:
        same = self.by_name.get(probe.name_key, [])
        if key == KeyKind.FIRM:
            codes = set(probe.codes)
            if not codes:
                return Answer(fault="no_uscc")
            same = [k for k in same if codes & self.firms_of.get(k.pk, frozenset())]
        elif key == KeyKind.AUTO:
            same = [k for k in same if not (k.platform_code and probe.platform_code)]
            fits = [k for k in same if self._fits(probe, k)]
            if not fits:
                return Answer(namesakes=tuple(k.pk for k in same[:MOST_ALIKE]))
            same = fits
        if len(same) > 1:  # letter for letter, then by the investor, then by the unit
            for narrower in (
                [k for k in same if squeeze(k.name) == squeeze(probe.name)],
                [k for k in same if _one_of(k.investor, probe.investors)],
                [k for k in same if k.lead_unit == probe.lead_unit],
            ):
                if narrower:
                    same = narrower
                if len(same) == 1:
                    break
        if len(same) > 1:
            return Answer(fault="ambiguous", told=tuple(k.code for k in same[:5] if k.visible))
        return Answer(same[0].pk) if same else Answer()

    def _fits(self, probe: Probe, known: Known) -> bool:
        """One name alone is little: the same investor, the same unit, or nothing told against it."""
        if not probe.investors or not known.investor or _one_of(known.investor, probe.investors):
            return True
        return known.lead_unit == probe.lead_unit

    def alike(self, probe: Probe, warn_score: int) -> list[tuple[Known, int, tuple[str, ...]]]:
        """Other projects that may be the same: to be looked at by a person, nothing is refused for it."""
        sign = Sign(probe.name, probe.investors[0] if probe.investors else "")
        found = []
        for known in self.by_core.get(core(probe.name), [])[:MOST_ALIKE]:
            like = likeness(sign, Sign(known.name, known.investor))
            if like.score >= warn_score:
                found.append((known, like.score, like.reasons))
        return found


def _one_of(name: str, names: Iterable[str]) -> bool:
    key = normalise_name(name)
    return any(normalise_name(other) == key for other in names)


@dataclass(slots=True)
class Group:
    """Rows that are one project. ``repeated``: number of a row that says it again -> number of the row it repeats."""

    pk: int | None
    answer: Answer
    rows: list[Probe] = field(default_factory=list)
    repeated: dict[int, int] = field(default_factory=dict)


def grouped(probes: Sequence[tuple[Probe, Answer]]) -> list[Group]:
    """Rows of one project together, in the order of the sheet: phases where each says its own, else repetitions."""
    groups: dict[object, Group] = {}
    for probe, answer in probes:
        identity: object
        if answer.pk is not None:
            identity = answer.pk
        elif answer.fault or not probe.name:
            identity = ("row", probe.number)
        elif probe.platform_code:
            identity = ("platform", squeeze(probe.platform_code))
        else:
            investor = normalise_name(probe.investors[0]) if probe.investors else ""
            identity = ("name", probe.name_key, investor, probe.lead_unit)
        group = groups.setdefault(identity, Group(answer.pk, answer))
        taken = {p.phase: p.number for p in group.rows}
        if group.rows and (probe.phase is None or None in taken or probe.phase in taken):
            group.repeated[probe.number] = taken.get(probe.phase, group.rows[0].number)
        else:
            group.rows.append(probe)
    return list(groups.values())
