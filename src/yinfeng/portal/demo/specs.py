"""What is invented before anything is dated: firms, leads and projects as frozen values. Pure, no database.

All sums are whole yuan (or whole units of the project's own currency), all dates days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from importlib import resources
from typing import Any

import yaml

from yinfeng.domain.enterprises.rules import CapitalKind
from yinfeng.domain.projects.rules.words import Channel, Origin, ProjectKind, Stage

WAN, YI = 10**4, 10**8


def read(name: str) -> Any:
    """One of the data files beside this module."""
    return yaml.safe_load(resources.files(__package__).joinpath(name).read_text("utf-8"))


@dataclass(frozen=True)
class Firm:
    """An invented firm with an invented credit code (division 99…, which no place has)."""

    name: str
    uscc: str = ""
    capital_kind: CapitalKind = CapitalKind.DOMESTIC


@dataclass(frozen=True)
class PhaseSpec:
    """A phase and how far it shall get, time allowing. ``lag`` days after the first contact its own story begins."""

    target: Stage
    investment: int | None = None
    route: str = ""
    land_mu: Decimal | None = None
    plant_sqm: Decimal | None = None
    lag: int = 0


@dataclass(frozen=True)
class ProjectSpec:
    key: str
    name: str
    kind: ProjectKind
    firm: Firm
    company: Firm
    lead_unit: str
    landing_unit: str
    owner: str
    contact_on: date
    phases: tuple[PhaseSpec, ...]
    channel: Channel
    origin: Origin = Origin.NEW
    capital_kind: CapitalKind = CapitalKind.DOMESTIC
    partner: Firm | None = None
    product: str = ""
    content: str = ""
    amount: int | None = None
    currency: str = "CNY"
    rate: Decimal | None = None
    fixed: int | None = None
    output: int | None = None
    tax: int | None = None
    trade: int | None = None
    jobs: int | None = None
    land_mu: Decimal | None = None
    plant_sqm: Decimal | None = None
    industry: str | None = None
    segment: tuple[str, str] | None = None
    groups: tuple[tuple[str, str], ...] = ()
    outpost: str = ""
    referrer: str = ""
    leader: str = ""
    is_confidential: bool = False
    from_lead: bool = False
    pace: float = 1.0  # below 1 is quicker than usual
    features: frozenset[str] = frozenset()
    fault: str = ""  # a planned fault, in words, for demo/README.md

    @property
    def amount_cny(self) -> int | None:
        return self.amount if self.rate is None or self.amount is None else int(self.amount * self.rate)


@dataclass(frozen=True)
class LeadSpec:
    """A lead that has not become a project (those that did are ``from_lead`` projects)."""

    key: str
    name: str
    kind: ProjectKind
    firm: Firm
    owner_unit: str
    owner: str
    channel: Channel
    reported_on: date
    fate: str  # open, screened, dropped
    product: str = ""
    content: str = ""
    investment: int | None = None
    land_mu: Decimal | None = None
    needs: str = ""
    segment: tuple[str, str] | None = None
    referrer: str = ""
    is_confidential: bool = False
    features: frozenset[str] = frozenset()
    fault: str = ""


@dataclass(frozen=True)
class CitySpec:
    """The data files, read once."""

    city: Mapping[str, Any] = field(default_factory=lambda: read("city.yaml"))
    words: Mapping[str, Any] = field(default_factory=lambda: read("words.yaml"))
    stories: Mapping[str, Any] = field(default_factory=lambda: read("stories.yaml"))
    documents: list[Mapping[str, Any]] = field(default_factory=lambda: read("documents.yaml"))
