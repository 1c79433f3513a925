"""The shapes that leave the reader. All frozen; offsets are code points of the raw text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Local names the reader cannot know: they come from the bureau's own tables.

    parks: names of parks and development zones; firms: short or full firm names; chains: names of industry
    chains and segments. Order does not matter; a name of one character is ignored.
    """

    parks: tuple[str, ...] = ()
    firms: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Normalised:
    """Readable simplified text and the way back.

    text: the readable text. offsets: for each character of `text` the raw index it came from, or None when the
    two are the same string. repaired: [start, end) spans of `text` that were guessed from damaged bytes.
    traditional: whether the page was converted from Traditional characters.
    """

    text: str
    offsets: Sequence[int] | None
    raw_length: int
    repaired: tuple[tuple[int, int], ...] = ()
    traditional: bool = False

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """[start, end) of `text` as [start, end) of the raw text (annotations inside are included)."""
        if self.offsets is None:
            return start, end
        if start >= end:
            at = self.offsets[start] if start < len(self.offsets) else self.raw_length
            return at, at
        first = self.offsets[start]
        # up to where the next character begins, without a trailing annotation or line break
        last = self.offsets[end - 1] + 1
        return first, max(last, first + 1)

    def is_repaired(self, start: int, end: int) -> bool:
        """Whether any character of [start, end) was guessed."""
        before = bisect_left(self.repaired, (end, -1)) - 1
        return before >= 0 and self.repaired[before][1] > start


class Evidence(NamedTuple):
    """A quotation: raw[start:end] == quote; fields are the names of the values it supports."""

    start: int
    end: int
    quote: str
    fields: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {"start": self.start, "end": self.end, "quote": self.quote, "fields": list(self.fields)}


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in base units of an ISO currency; value_max for the upper end of a range."""

    value: float
    unit: str
    qualifier: str | None = None
    value_max: float | None = None

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"value": plain(self.value), "unit": self.unit, "qualifier": self.qualifier}
        if self.value_max is not None:
            found["value_max"] = plain(self.value_max)
        return found


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of a project: its name as written (一期), what it costs and how far it is."""

    name: str
    investment: Amount | None = None
    stage: str | None = None
    date: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "investment": self.investment.to_json() if self.investment else None,
            "stage": self.stage,
            "date": self.date,
        }


@dataclass(frozen=True, slots=True)
class ProjectRecord:
    """One project as the document tells it (the labelling guide's fields, and a few more)."""

    name: str | None = None
    investor: str | None = None
    investment: Amount | None = None
    stage: str | None = None
    place: str | None = None
    industry: str | None = None
    date: str | None = None
    land_mu: float | None = None
    plant_area_sqm: float | None = None
    expected_output_cny: float | None = None
    expected_tax_cny: float | None = None
    phases: tuple[Phase, ...] = ()
    stage_dates: tuple[tuple[str, str], ...] = ()
    confidence: float = 0.5
    certain: bool = False
    evidence: tuple[Evidence, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "investor": self.investor,
            "investment": self.investment.to_json() if self.investment else None,
            "stage": self.stage,
            "place": self.place,
            "industry": self.industry,
            "date": self.date,
            "land_mu": plain(self.land_mu),
            "plant_area_sqm": plain(self.plant_area_sqm),
            "expected_output_cny": plain(self.expected_output_cny),
            "expected_tax_cny": plain(self.expected_tax_cny),
            "phases": [phase.to_json() for phase in self.phases],
            "stage_dates": dict(self.stage_dates),
            "confidence": round(self.confidence, 3),
            "certain": self.certain,
            "evidence": [piece.to_json() for piece in self.evidence],
        }


@dataclass(frozen=True, slots=True)
class AggregateRecord:
    """One statistic about a group of projects, investment totals, foreign capital, visits or events."""

    measure: str
    value: float
    unit: str
    threshold_cny: float | None = None
    scope: str | None = None
    period: str | None = None
    yoy_percent: float | None = None
    confidence: float = 0.5
    certain: bool = False
    evidence: tuple[Evidence, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "measure": self.measure,
            "threshold_cny": plain(self.threshold_cny),
            "scope": self.scope,
            "period": self.period,
            "value": plain(self.value),
            "unit": self.unit,
            "yoy_percent": plain(self.yoy_percent),
            "confidence": round(self.confidence, 3),
            "certain": self.certain,
            "evidence": [piece.to_json() for piece in self.evidence],
        }


@dataclass(frozen=True, slots=True)
class MoneyRecord:
    """One explicit amount of money, unique in its document by value, currency and upper bound."""

    value: float
    currency: str
    value_max: float | None = None
    text: str = ""
    confidence: float = 0.5
    certain: bool = False
    evidence: tuple[Evidence, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "value": plain(self.value),
            "currency": self.currency,
            "value_max": plain(self.value_max),
            "text": self.text,
            "confidence": round(self.confidence, 3),
            "certain": self.certain,
            "evidence": [piece.to_json() for piece in self.evidence],
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read from one document."""

    projects: tuple[ProjectRecord, ...] = ()
    aggregates: tuple[AggregateRecord, ...] = ()
    money: tuple[MoneyRecord, ...] = ()
    normalised: Normalised = field(default_factory=lambda: Normalised("", None, 0))
    doc_date: date | None = None
    doc_id: str = ""

    def to_json(self) -> dict[str, Any]:
        """The contract of `yinfeng read`: one object a document."""
        return {
            "id": self.doc_id,
            "doc_date": self.doc_date.isoformat() if self.doc_date else None,
            "projects": [record.to_json() for record in self.projects],
            "aggregates": [record.to_json() for record in self.aggregates],
            "money": [record.to_json() for record in self.money],
        }


def plain(value: float | None) -> float | int | None:
    """A whole number as an int, so that JSON says 1500000000 and not 1500000000.0."""
    if value is None:
        return None
    return int(value) if float(value).is_integer() else value
