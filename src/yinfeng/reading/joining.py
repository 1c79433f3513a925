"""One project, many documents: the same project across pages is one candidate with several sources.

`join_documents` is pure. What the pages agree on stands once; where they differ (an investment raised, a stage moved on)
the figures stand side by side with the document and its date, the latest first chosen. Projects are compared only with
those that share a key with them (a piece of the name, a payer, an amount), so that thousands of pages stay linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .lexicon import STAGE_RANK
from .model import ProjectRecord, Reading

_MARKS = re.compile(r"[\s“”\"'‘’()（）·,，、/\-—]+")
_LEGAL = re.compile(r"(?:股份|有限|责任|集团|控股|总|分|子)*(?:公司|集团)$")
_TAILS = ("建设项目", "工程项目", "项目", "工程", "建设")
_PHASE = re.compile(r"第?[一二三四五]期|首期")
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?=[万亿]?[吨台套件只条辆片兆瓦千GMkW米])")
_DIVISION = re.compile(r"[省市县区州镇乡]")
_FIELDS = (
    "name",
    "investor",
    "investment",
    "stage",
    "place",
    "date",
    "land_mu",
    "expected_output_cny",
    "expected_tax_cny",
)
_BUCKET = 60  # a key that more candidates share says nothing


@dataclass(frozen=True, slots=True)
class Told:
    """One page's telling of a project: which document, of which day, and the record."""

    doc_id: str
    doc_date: str | None
    record: ProjectRecord


@dataclass(frozen=True, slots=True)
class Figure:
    """One value of a field with the document that tells it."""

    value: Any
    doc_id: str
    doc_date: str | None

    def to_json(self) -> dict[str, Any]:
        return {"value": self.value, "doc_id": self.doc_id, "doc_date": self.doc_date}


@dataclass(slots=True)
class Candidate:
    """A project as all its pages tell it.

    sources: its tellings by date, the oldest first. differing: the fields whose values differ, with all their
    figures, the newest first. `record` gives the joined values: of each field the newest that is told, of the stage
    the furthest.
    """

    sources: list[Told] = field(default_factory=list)

    @property
    def newest_first(self) -> list[Told]:
        return self.sources[::-1]

    def value(self, name: str) -> Any:
        """The joined value of a field, as in the JSON of a record."""
        told = [source.record.to_json()[name] for source in self.newest_first]
        values = [value for value in told if value not in (None, "", [], {})]
        if not values:
            return None
        if name == "stage":
            return max(values, key=lambda stage: STAGE_RANK.get(stage, -1))
        if name in ("name", "place"):
            return max(values, key=len)
        return values[0]

    @property
    def differing(self) -> dict[str, tuple[Figure, ...]]:
        """Field -> its figures, the newest first, where at least two of them differ."""
        found: dict[str, tuple[Figure, ...]] = {}
        for name in _FIELDS:
            figures: list[Figure] = []
            for source in self.newest_first:
                value = source.record.to_json()[name]
                if value in (None, "") or any(_same(name, value, other.value) for other in figures):
                    continue
                figures.append(Figure(value, source.doc_id, source.doc_date))
            if len(figures) > 1:
                found[name] = tuple(figures)
        return found

    @property
    def confidence(self) -> float:
        """That of its surest telling, raised by every further page that tells it."""
        doubt = 1.0
        for document in {source.doc_id for source in self.sources}:
            doubt *= 1 - max(s.record.confidence for s in self.sources if s.doc_id == document)
        return min(0.99, 1 - doubt)

    def to_json(self) -> dict[str, Any]:
        return {
            **{name: self.value(name) for name in (*_FIELDS, "industry")},
            "confidence": round(self.confidence, 3),
            "differing": {name: [figure.to_json() for figure in figures] for name, figures in self.differing.items()},
            "sources": [
                {"doc_id": s.doc_id, "doc_date": s.doc_date, "evidence": [e.to_json() for e in s.record.evidence]}
                for s in self.sources
            ],
        }


def join_documents(readings: Iterable[Reading]) -> list[Candidate]:
    """The projects of many documents, each once, in order of their first telling (documents without a date last)."""
    order = sorted(readings, key=lambda r: (r.doc_date is None, r.doc_date.isoformat() if r.doc_date else "", r.doc_id))
    candidates: list[Candidate] = []
    keys: dict[str, list[int]] = {}
    for reading in order:
        day = reading.doc_date.isoformat() if reading.doc_date else None
        taken: set[int] = set()  # two projects of one page are two
        for record in reading.projects:
            told = Told(reading.doc_id, day, record)
            own = _keys(record)
            near = {i for key in own for i in keys.get(key, ())[-_BUCKET:]} - taken
            scored = [(score, -i) for i in near if (score := _alike(candidates[i], record)) >= 1]
            if scored:
                index = -max(scored)[1]
                candidates[index].sources.append(told)
            else:
                index = len(candidates)
                candidates.append(Candidate([told]))
            taken.add(index)
            for key in own:
                bucket = keys.setdefault(key, [])
                if not bucket or bucket[-1] != index:
                    bucket.append(index)
    return candidates


def _core(name: str | None) -> str:
    core = _PHASE.sub("", _MARKS.sub("", name or ""))
    for tail in _TAILS:
        if core.endswith(tail) and len(core) > len(tail) + 1:
            return core[: -len(tail)]
    return core


def _payers(record: ProjectRecord) -> list[str]:
    return [_LEGAL.sub("", _MARKS.sub("", name)) for name in (record.investor or "").split(";") if len(name) > 1]


def _amount(record: ProjectRecord) -> tuple[float, str] | None:
    return (record.investment.value, record.investment.unit) if record.investment else None


def _keys(record: ProjectRecord) -> set[str]:
    core = _core(record.name)
    found = {core[i : i + 4] for i in range(max(0, len(core) - 3))} or ({core} if len(core) > 1 else set())
    found |= {f"payer {payer[:4]}" for payer in _payers(record)}
    amount = _amount(record)
    if amount and record.place:
        found.add(f"amount {amount[0]:.0f} {amount[1]}")
    return found


def _grams(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _dice(a: str, b: str) -> float:
    x, y = _grams(a), _grams(b)
    return 2 * len(x & y) / (len(x) + len(y)) if x and y else 0.0


def _contains(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return len(short) >= 2 and short in long


def _elsewhere(a: str | None, b: str | None) -> bool:
    """Whether two places exclude each other: nothing of the one is in the other."""
    x, y = _DIVISION.sub("", a or ""), _DIVISION.sub("", b or "")
    return bool(x and y) and _grams(x).isdisjoint(_grams(y)) and not _contains(x, y)


def _alike(candidate: Candidate, record: ProjectRecord) -> float:
    """1 or more where a record tells of the candidate; the higher the surer."""
    return max(_pair(told.record, record) for told in candidate.sources[-6:])


def _pair(a: ProjectRecord, b: ProjectRecord) -> float:
    x, y = _core(a.name), _core(b.name)
    if x and y and _capacities_differ(x, y):
        return 0.0
    same_amount = _amount(a) is not None and _amount(a) == _amount(b)
    payers, others = _payers(a), _payers(b)
    same_payer = any(_contains(p, q) for p in payers for q in others)
    other_payer = bool(payers and others) and not same_payer
    apart = _elsewhere(a.place, b.place)
    if apart and not (x and x == y and len(x) >= 8):
        return 0.0
    near = bool(a.place and b.place) and not apart
    if x and y:
        short, long = sorted((x, y), key=len)
        names = 1.0 if x == y else 0.8 if len(short) >= 4 and short in long else _dice(x, y)
        if other_payer and names < 0.8 and not same_amount:
            return 0.0
        vague = len(short) < 5  # 石化项目 is many
        score = names + 0.4 * same_payer + 0.4 * same_amount + 0.2 * near - 0.3 * vague
        return score if names >= 0.5 else 0.0
    if same_payer and same_amount:
        return 1.2
    return 1.0 if same_payer and near and a.industry == b.industry and not (_amount(a) and _amount(b)) else 0.0


def _capacities_differ(a: str, b: str) -> bool:
    """年产3万吨 and 年产5万吨 of the same thing are two projects."""
    x, y = set(_NUMBER.findall(a)), set(_NUMBER.findall(b))
    return bool(x and y) and x.isdisjoint(y)


def _same(name: str, a: Any, b: Any) -> bool:
    if name == "investment":
        return bool((a["value"], a["unit"]) == (b["value"], b["unit"]))
    if name in ("name", "place", "date", "investor"):
        return str(a) in str(b) or str(b) in str(a)
    return bool(a == b)
