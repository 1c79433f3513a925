"""A draft: what would enter the ledger, first as the machine read it, then as a person left it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from yinfeng.domain.enterprises.rules import CapitalKind
from yinfeng.domain.projects.rules.words import STAGE_ORDER, Origin, ProjectKind, SiteRoute, Stage

from .words import ReadStage, root_of

FRAMEWORK = "framework"  # a fact that is an agreement and no milestone

# What the reader says, as the milestone it is. What is missing here is none: LEAD and NEGOTIATING are where every
# record begins, FRAMEWORK is an agreement, EXPANDED an origin.
MILESTONE_OF: dict[str, Stage] = {
    ReadStage.SIGNED: Stage.SIGNED,
    ReadStage.REGISTERED: Stage.REGISTERED,
    ReadStage.LAND: Stage.SITE_SECURED,
    ReadStage.STARTED: Stage.STARTED,
    ReadStage.PRODUCING: Stage.PRODUCING,
}
# The contract and the company are the whole project's; land, works and production begin with one phase.
OF_ALL_PHASES = frozenset({Stage.SIGNED, Stage.REGISTERED})

_KINDS: dict[str, ProjectKind] = {
    "商贸物流": ProjectKind.SERVICE,
    "总部研发": ProjectKind.SERVICE,
    "数字算力": ProjectKind.SERVICE,
    "文旅": ProjectKind.CULTURE_TOURISM,
    "基础设施": ProjectKind.INFRASTRUCTURE,
    "公共服务": ProjectKind.INFRASTRUCTURE,
}

# The figures of a draft, and the names under which the reader's spans support them.
FIGURES: dict[str, tuple[str, ...]] = {
    "amount": ("investment",),
    "phases": ("phases", "investment"),
    "land_mu": ("land_mu",),
    "plant_area_sqm": ("plant_area_sqm",),
    "output_cny": ("expected_output_cny",),
    "tax_cny": ("expected_tax_cny",),
}


@dataclass(frozen=True, slots=True)
class PhaseDraft:
    name: str
    investment_cny: int | None = None


@dataclass(frozen=True, slots=True)
class FactDraft:
    """Something that happened: ``what`` is a stage or ``framework``; ``on`` a whole day or blank; ``read`` the date
    as the text gives it (a year, a month or a day)."""

    what: str
    phase: int = 1
    on: str = ""
    read: str = ""

    @property
    def is_assumed(self) -> bool:
        """The text tells only the month and the day is its first, which a person has not changed."""
        return len(self.read) == 7 and self.on == f"{self.read}-01"

    @property
    def day(self) -> date | None:
        return date.fromisoformat(self.on) if self.on else None


@dataclass(frozen=True, slots=True)
class Draft:
    """Sums in whole units of ``currency`` (``amount``, ``amount_max``) or in yuan (``*_cny``); areas in 亩 and ㎡."""

    name: str = ""
    investor: str = ""
    amount: int | None = None
    amount_max: int | None = None
    currency: str = "CNY"
    qualifier: str = ""
    kind: str = ProjectKind.MANUFACTURING
    origin: str = Origin.NEW
    capital_kind: str = CapitalKind.DOMESTIC
    industry: str = ""
    place: str = ""
    content: str = ""
    land_mu: Decimal | None = None
    plant_area_sqm: Decimal | None = None
    output_cny: int | None = None
    tax_cny: int | None = None
    phases: tuple[PhaseDraft, ...] = ()
    facts: tuple[FactDraft, ...] = ()
    checked: frozenset[str] = field(default=frozenset())

    @property
    def investors(self) -> tuple[str, ...]:
        return tuple(part for piece in re.split(r"[;；]", self.investor) if (part := piece.strip()))

    @property
    def investment_cny(self) -> int | None:
        """Yuan are never converted here: a sum of another currency has no yuan until somebody gives the rate."""
        return self.amount if self.currency == "CNY" else None

    @property
    def phase_total(self) -> int | None:
        """The sum of the phases, where every phase tells one."""
        told = [p.investment_cny for p in self.phases]
        return sum(t for t in told if t is not None) if told and None not in told else None

    @property
    def site_route(self) -> str:
        return SiteRoute.LAND if self.land_mu else ""

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name, "investor": self.investor, "amount": self.amount, "amount_max": self.amount_max,
            "currency": self.currency, "qualifier": self.qualifier, "kind": str(self.kind), "origin": str(self.origin),
            "capital_kind": str(self.capital_kind),
            "industry": self.industry, "place": self.place, "content": self.content,
            "land_mu": None if self.land_mu is None else str(self.land_mu),
            "plant_area_sqm": None if self.plant_area_sqm is None else str(self.plant_area_sqm),
            "output_cny": self.output_cny, "tax_cny": self.tax_cny,
            "phases": [{"name": p.name, "investment_cny": p.investment_cny} for p in self.phases],
            "facts": [{"what": str(f.what), "phase": f.phase, "on": f.on, "read": f.read} for f in self.facts],
            "checked": sorted(self.checked),
        }  # fmt: skip

    @classmethod
    def from_json(cls, held: Mapping[str, Any]) -> Draft:
        plain = {k: v for k, v in held.items() if k not in ("land_mu", "plant_area_sqm", "phases", "facts", "checked")}
        return cls(
            **plain,
            land_mu=None if held["land_mu"] is None else Decimal(held["land_mu"]),
            plant_area_sqm=None if held["plant_area_sqm"] is None else Decimal(held["plant_area_sqm"]),
            phases=tuple(PhaseDraft(**p) for p in held["phases"]),
            facts=tuple(FactDraft(**f) for f in held["facts"]),
            checked=frozenset(held["checked"]),
        )


# ------------------------------------------------------------------------------------------- from the reading


def draft_of(read: Mapping[str, Any]) -> Draft:
    """The first draft: the record of `yinfeng read` in the words of the ledger. Nothing is invented."""
    money = read.get("investment") or {}
    phases = _phases(read)
    return Draft(
        name=_short(read.get("name"), 120),
        investor=_short(read.get("investor"), 120),
        amount=_whole(money.get("value")),
        amount_max=_whole(money.get("value_max")),
        currency=money.get("unit") or "CNY",
        qualifier=money.get("qualifier") or "",
        kind=_KINDS.get(read.get("industry") or "", ProjectKind.MANUFACTURING),
        origin=Origin.EXPANSION if read.get("stage") == ReadStage.EXPANDED else Origin.NEW,
        industry=read.get("industry") or "",
        place=_short(read.get("place"), 120),
        land_mu=_decimal(read.get("land_mu")),
        plant_area_sqm=_decimal(read.get("plant_area_sqm")),
        output_cny=_whole(read.get("expected_output_cny")),
        tax_cny=_whole(read.get("expected_tax_cny")),
        phases=phases,
        facts=tuple(_facts(read, max(1, len(phases)))),
    )


def _phases(read: Mapping[str, Any]) -> tuple[PhaseDraft, ...]:
    made = []
    for number, phase in enumerate(read.get("phases") or (), 1):
        money = phase.get("investment") or {}
        in_yuan = (money.get("unit") or "CNY") == "CNY"
        made.append(
            PhaseDraft(
                _short(phase.get("name"), 60) or f"第{number}期", _whole(money.get("value")) if in_yuan else None
            )
        )
    return tuple(made)


def _facts(read: Mapping[str, Any], phases: int) -> Iterable[FactDraft]:
    """Each stage that the record asserts, with its date; a stage of one phase goes to that phase."""
    told: dict[str, str] = {}
    for stage, on in (read.get("stage_dates") or {}).items():
        told[stage] = on or ""
    if stage := read.get("stage"):
        told[stage] = told.get(stage) or read.get("date") or ""
    facts: dict[tuple[str, int], FactDraft] = {}
    for number, phase in enumerate(read.get("phases") or (), 1):
        what = _fact_of(phase.get("stage"))
        if what:
            facts[what, number] = _fact(what, number, phase.get("date") or "")
    for stage, on in told.items():
        what = _fact_of(stage)
        if not what:
            continue
        numbers = range(1, phases + 1) if what in OF_ALL_PHASES else (1,)
        if what not in OF_ALL_PHASES and any(w == what for w, _ in facts):
            continue  # a phase says it more exactly than the whole
        for number in numbers:
            facts.setdefault((what, number), _fact(what, number, on))
    return sorted(facts.values(), key=lambda f: (f.phase, STAGE_ORDER.get(f.what, 0)))


def _fact_of(stage: str | None) -> str | None:
    return FRAMEWORK if stage == ReadStage.FRAMEWORK else MILESTONE_OF.get(stage or "")


def _fact(what: str, phase: int, read: str) -> FactDraft:
    return FactDraft(what, phase, offered_day(read), read)


def offered_day(read: str) -> str:
    """A whole day stands; of a month the first day is offered; a year alone is no date."""
    if re.fullmatch(r"\d{4}-\d{2}", read):
        return f"{read}-01"
    return read if re.fullmatch(r"\d{4}-\d{2}-\d{2}", read) else ""


def _whole(value: Any) -> int | None:
    if value is None:
        return None
    number = Decimal(str(value)).to_integral_value()
    return int(number)


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.01")).normalize()


def _short(value: str | None, most: int) -> str:
    return (value or "").strip()[:most]


# ------------------------------------------------------------------------------------------- what has to be checked


def unsure_figures(draft: Draft, *, certain: bool, spans: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """The figures that a person has to compare with the text: the reader was unsure, or the page is repaired there."""
    told = {f for f in FIGURES if _figure(draft, f) is not None}
    if not certain:
        return frozenset(told)
    repaired = {root_of(name) for s in spans if s.get("repaired") for name in s.get("fields") or ()}
    return frozenset(f for f in told if repaired & set(FIGURES[f]))


def to_check(read: Draft, now: Draft, unsure: frozenset[str]) -> frozenset[str]:
    """Of the unsure figures those that still stand as read: who typed another has looked."""
    return frozenset(f for f in unsure if _figure(now, f) is not None and _figure(now, f) == _figure(read, f))


def _figure(draft: Draft, name: str) -> object | None:
    if name == "amount":
        return None if draft.amount is None else (draft.amount, draft.currency)
    if name == "phases":
        sums = tuple(p.investment_cny for p in draft.phases)
        return sums if any(s is not None for s in sums) else None
    value: object | None = getattr(draft, name)
    return value


# ------------------------------------------------------------------------------------------- evidence


def spans_for(spans: Sequence[Mapping[str, Any]], what: str | None = None) -> list[Mapping[str, Any]]:
    """The spans that a fact rests on; without ``what``, those of the record itself. Never none where there are any."""
    if what is None:
        return list(spans)
    stage_words = {w.value for w, s in ((ReadStage(k), v) for k, v in MILESTONE_OF.items()) if s == what} | {what}
    wanted = {"stage", "date", *(f"stage_dates.{word}" for word in stage_words)}
    found = [s for s in spans if wanted & set(s.get("fields") or ())]
    return found or [s for s in spans if "name" in (s.get("fields") or ())] or list(spans[:1])
