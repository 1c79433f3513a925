"""What a bulk load is to do, as plain data: projects to open and projects to bring up to a ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ..rules.words import ValueKind
from .entries import InvestorData


@dataclass(frozen=True, slots=True)
class Source:
    """The workbook that facts are declared from: it is the evidence of each, with the cell."""

    file_id: int
    workbook: str  # name of the file and of the sheet
    unit_id: int | None = None  # whose it is: the host of the events that it tells of


@dataclass(frozen=True, slots=True)
class NewMilestone:
    stage: str
    happened_on: date
    cell: str
    note: str = ""
    replaces: int | None = None  # the standing milestone that this one corrects
    papers_of: int | None = None  # the milestone whose papers it takes over, instead of the cell


@dataclass(frozen=True, slots=True)
class NewFunds:
    """Money that arrived: whole units of ``currency``; ``amount_cny`` None where no rate is known."""

    amount: int
    currency: str
    amount_cny: int | None
    happened_on: date
    basis: str
    boundary: str
    cell: str
    voucher: str = ""
    note: str = ""
    value_kind: str = ValueKind.ACTUAL


@dataclass(frozen=True, slots=True)
class Ended:
    """The phase, or the project of an only one, was terminated 终止."""

    happened_on: date
    cell: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class OnStage:
    """The phase stood on the stage of an event 集中活动: one of that name and day is one event."""

    kind: str
    name: str
    held_on: date


@dataclass(slots=True)
class PhaseFacts:
    """What is told of one phase. ``pk`` None is a new phase; ``attributes`` are those of ``EDITABLE_PHASE``."""

    number: int
    pk: int | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    milestones: list[NewMilestone] = field(default_factory=list)
    funds: list[NewFunds] = field(default_factory=list)
    ended: Ended | None = None
    events: list[OnStage] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class NewTitle:
    """A title of an investor. Without ``is_of_year`` no year was told: any year of the same title is the same."""

    firm: InvestorData
    kind: str
    year: int
    is_of_year: bool
    rank: int | None = None
    level: int = 0
    source: str = ""


@dataclass(frozen=True, slots=True)
class NewListing:
    """A list of key projects that the project stands on."""

    name: str
    level: str
    year: int
    document: str


@dataclass(slots=True)
class ProjectPlan:
    """One project. ``pk`` None opens it; else ``version`` is the version the person looked at.

    ``attributes``  of ``EDITABLE`` that are told (all of them on opening, the changed ones else)
    ``investors``, ``company``, ``group_ids``  None: not told
    ``framework``   (day, cell) of a framework agreement that is put on record
    """

    row: int
    attributes: dict[str, Any]
    pk: int | None = None
    version: int = 0
    investors: Sequence[InvestorData] | None = None
    company: InvestorData | None = None
    group_ids: Sequence[int] | None = None
    phases: list[PhaseFacts] = field(default_factory=list)
    framework: tuple[date, str] | None = None
    titles: Sequence[NewTitle] = ()
    listings: Sequence[NewListing] = ()
    # To take a load back: what only ever was set by it.
    void_milestones: Sequence[int] = ()
    void_arrivals: Sequence[int] = ()
    void_flags: Sequence[int] = ()
    restore: Mapping[str, Any] = field(default_factory=dict)  # company_id, investor_name, owners, group_ids


@dataclass(slots=True)
class Loaded:
    """What a load wrote, by which it can be taken back.

    ``by_row``   number of the plan's row -> id of its project
    ``changed``  project -> attribute -> (value before, value after), as JSON holds them
    """

    created: tuple[int, ...]
    by_row: Mapping[int, int]
    changed: Mapping[int, Mapping[str, Any]]
    milestones: tuple[int, int]  # first and last id that was reserved for it
    arrivals: tuple[int, int]
    flags: tuple[int, int]
    agreements: tuple[int, ...]
    listings: tuple[int, int] = (1, 0)  # first and last id that was reserved for it
    titles: tuple[tuple[int, int], ...] = ()  # (title, the project that told of it)
    events: tuple[tuple[OnStage, tuple[int, ...]], ...] = ()  # event -> the phases that were put on its list
    lock_seconds: float = 0.0  # how long the one write held the database
    processor_seconds: dict[str, float] = field(default_factory=dict)  # of it, by table, and "all"
