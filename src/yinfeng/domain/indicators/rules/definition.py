"""What a definition of an indicator says, once it has been read and found sound. Pure.

Sums are whole yuan or whole units of their currency, rates are fractions of one; rounding happens in ``wording``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as Day

from .sources import without_history

MEASURES = (
    "count", "sum", "ratio", "share", "cohort", "duration", "completion", "time_progress", "ahead", "gap", "change",
    "quotient", "average", "total", "weighted", "vintage", "check", "streak",
)  # fmt: skip
# Measures computed from the answers of other indicators.
DERIVED = (
    "completion", "ahead", "gap", "change", "quotient", "average", "total", "weighted", "vintage", "check", "streak",
)  # fmt: skip
# Measures that look at the months of the period one by one.
MONTHLY = ("check", "streak")
WINDOWS = ("period", "until", "before", "ytd", "rolling_12", "since", "all")
DIMENSIONS = (
    "unit", "district", "kind", "capital_kind", "origin", "channel", "band", "month", "quarter", "year", "chain", "group",
    "stage", "outpost",
)  # fmt: skip
# What the ledger keeps no history of: such a figure cannot be told as it was known at a past moment.
WITHOUT_HISTORY = ("chain", "group", "outpost")
ANY_GROUP = "*"
PLANNED_START, PLANNED_PRODUCTION = "planned_start_on", "planned_production_on"
PLANNED = (PLANNED_START, PLANNED_PRODUCTION)
# The day on which a project stood on a stage, by the kind of event: the first word is the kind.
CEREMONIES = {"signing_ceremony_on": "signing", "start_ceremony_on": "start", "completion_ceremony_on": "completion"}
# Dates of a base that are no column of the project: several rows may bear them, so they break nothing down.
INDIRECT = (*PLANNED, *CEREMONIES)
ATTRIBUTIONS = ("lead", "landing", "outpost", "split")

# What may be summed: name -> (column in the project's own currency or "", column in yuan or plain, kept in history).
SUMMED: dict[str, tuple[str, str, bool]] = {
    "investment": ("investment_amount", "investment_cny", True),
    "fixed_investment": ("", "fixed_investment_cny", False),
    "annual_output": ("", "annual_output_cny", False),
    "annual_tax": ("", "annual_tax_cny", False),
    "trade_volume": ("", "trade_volume_cny", False),
    "jobs": ("", "jobs", False),
    "land_area": ("", "land_area_mu", False),
    "plant_area": ("", "plant_area_sqm", False),
}
# What is summed and is no money, with the word that follows the number.
COUNTED_IN: dict[str, str] = {
    "jobs": "{n} 人", "land_area": "{n} 亩", "plant_area": "{n} ㎡", "our_people": "{n} 人次", "their_people": "{n} 人次",
}  # fmt: skip
NOT_MONEY = set(COUNTED_IN)


@dataclass(frozen=True)
class Band:
    """A range of investment in yuan. Each end says whether it belongs to the band (含)."""

    key: str
    label: str
    low: int | None = None
    low_in: bool = True
    high: int | None = None
    high_in: bool = False

    def holds(self, amount: int | None) -> bool:
        """A project without a sum is in no band: missing is not zero."""
        if amount is None:
            return False
        above = self.low is None or amount > self.low or (self.low_in and amount == self.low)
        below = self.high is None or amount < self.high or (self.high_in and amount == self.high)
        return above and below


@dataclass(frozen=True)
class Bands:
    """``cumulative``: each lower threshold also counts what lies above it; else a project is in one band at most."""

    cumulative: bool
    steps: tuple[Band, ...]


@dataclass(frozen=True)
class Where:
    """Which projects; an empty tuple asks for nothing. ``reached`` names any of several dates."""

    kinds: tuple[str, ...] = ()
    not_kinds: tuple[str, ...] = ()
    capital_kinds: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    not_origins: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()
    band: Band | None = None
    terminated: str = "in"  # in, out, only
    stalled: str = "in"
    reached: tuple[str, ...] = ()
    not_reached: tuple[str, ...] = ()
    this_year: str = ""  # a date that lies in the year of the period's end
    earlier: str = ""  # a date that lies before that year
    routes: tuple[str, ...] = ()  # of any phase: land, lease
    listings: tuple[str, ...] = ()  # names of lists; "*" is any
    listing_levels: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()  # of any present investor
    ceremonies: tuple[str, ...] = ()  # names of events
    told: tuple[str, ...] = ()  # what may be summed, and is known of the project


@dataclass(frozen=True)
class Funds:
    """Which arrivals of money. One kind of value at a time: estimates are never added to actual ones."""

    value_kind: str = "actual"
    basis: str = "capital"
    boundaries: tuple[str, ...] = ()


@dataclass(frozen=True)
class Records:
    """Records that are neither projects nor money; what each kind offers stands in ``sources``."""

    source: str  # visits, leads, agreements, phases
    directions: tuple[str, ...] = ()
    led: bool = False  # only visits that a leader headed
    kinds: tuple[str, ...] = ()  # of agreements
    statuses: tuple[str, ...] = ()  # of leads
    by_units: tuple[str, ...] = ()  # kinds of the unit that recorded it


@dataclass(frozen=True)
class Base:
    """What is counted: ``date`` within ``window``. ``undated`` takes in what has no such date."""

    label: str
    date: str = ""
    window: str = "period"
    since: Day | None = None
    grace_days: int = 0
    undated: bool = False
    where: Where = field(default_factory=Where)
    funds: Funds | None = None  # the base is arrivals of money, not projects
    records: Records | None = None  # or records of another kind


@dataclass(frozen=True)
class Numerator:
    """Which part of the base: reached one of the dates by ``until`` (the window's end, or as of), and ``where``."""

    label: str
    reached: tuple[str, ...] = ()
    until: str = "as_of"  # or "window"
    where: Where = field(default_factory=Where)
    funds: Funds | None = None  # money that arrived for the projects of the base


@dataclass(frozen=True)
class Definition:
    """One indicator. ``currency``: "original" (side by side), "converted" (by stored rates), or one code."""

    name: str
    label: str
    label_en: str
    group: str
    words: str
    source: str
    measure: str
    base: Base | None = None
    numerator: Numerator | None = None
    of: str = ""  # what is summed; empty counts
    currency: str = "original"
    facts: str = "declared"  # or "verified"
    attribution: str = "lead"  # "landing", "outpost", or "split": shares of an assessment, never of statistics
    places: int = 0
    scale: str = "auto"  # 元, 万元, 亿元, auto
    bands: Bands | None = None
    refs: tuple[str, ...] = ()  # the indicators it is computed from
    weights: tuple[int, ...] = ()  # percent, of the parts of a weighted rate
    against: str = ""  # last_year, previous; of a gap: target, pro_rata
    months: tuple[int, ...] = ()  # of a cohort
    at_least: int = 1  # of a check: how many each month must have
    direction: str = ""  # of a streak: falling, rising
    per: str = ""  # of an average: what one of the denominator is called
    note: str = ""

    @property
    def is_rate(self) -> bool:
        return self.measure in (
            "ratio", "share", "cohort", "completion", "time_progress", "quotient", "weighted", "vintage",
        )  # fmt: skip

    def without_history(self) -> str:
        """Why this figure cannot be told as known at a past moment; empty where it can."""
        for where in (self.base.where if self.base else None, self.numerator.where if self.numerator else None):
            if where is None:
                continue
            if where.groups or where.chains:
                return "产业组群和产业链的归属"
            if where.titles and self.base and self.base.records and self.base.records.source == "visits":
                return "线索的投资方"
            if where.routes or any(not SUMMED[one][2] for one in where.told):
                return "这一金额或数量"
        if self.attribution == "outpost":
            return "驻点归属"
        if self.base is None:
            return ""
        if self.base.date in PLANNED:
            return "计划日期"
        if self.base.records is not None:
            return without_history(self.base.records.source, self.of)
        return "这一金额或数量" if self.of and not SUMMED[self.of][2] else ""


@dataclass(frozen=True)
class DefinitionSet:
    """All indicators of an edition, in their order, each reference sound."""

    by_name: Mapping[str, Definition]
    groups: Mapping[str, tuple[str, str]]  # key -> (Chinese, English)

    def get(self, name: str) -> Definition | None:
        """By its identifier, or by its Chinese name where only one bears it."""
        if name in self.by_name:
            return self.by_name[name]
        named = [d for d in self.by_name.values() if d.label == name]
        return named[0] if len(named) == 1 else None

    def chain_of(self, definition: Definition) -> list[Definition]:
        """It and everything it is computed from."""
        found = [definition]
        for ref in definition.refs:
            found += self.chain_of(self.by_name[ref])
        return found

    def amounts_of(self, definition: Definition) -> Definition | None:
        """The definition whose amounts a derived figure is told in; None of one that counts by itself."""
        if not definition.refs:
            return None
        part = self.by_name[definition.refs[0]]
        if definition.measure == "gap":
            part = self.by_name[part.refs[0]]
        while part.measure == "total":
            part = self.by_name[part.refs[0]]
        return part
