"""What the project page reads of one project: few queries, whatever it holds.

The three kinds of fact share their columns and come in one query; the small things around a project (investors,
listings, groups, members, access rows, who follows it) come in another.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, BooleanField, CharField, DecimalField, F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast

from yinfeng.domain.chains.models import IndustryGroup
from yinfeng.foundation.accounts.models import AccessGrant, Person

from ..models import Flag, Follow, FundsArrival, Listing, Milestone, Project, ProjectInvestor
from ..rules.words import COUNTING, FactStatus
from .abilities import GrantRow
from .prepared import Prepared, name_beside


@dataclass(frozen=True)
class FactRow:
    """A fact of any kind. ``word`` is the stage of a milestone, the kind of a flag, empty for money."""

    what: str  # milestone | funds | flag
    pk: int
    phase_id: int | None
    happened_on: date
    status: str
    at: datetime
    author_id: int
    author: str
    verifier: str | None
    verified_at: datetime | None
    ended_by: str | None
    ended_at: datetime | None
    end_reason: str
    note: str
    word: str
    is_raised: bool | None
    amount: int | None
    currency: str
    amount_cny: int | None
    basis: str
    boundary: str
    value_kind: str
    voucher: str

    @property
    def counts(self) -> bool:
        return self.status in COUNTING

    @property
    def is_verified(self) -> bool:
        return self.status == FactStatus.VERIFIED


_SHARED = ("pk", "phase_id", "happened_on", "status", "at", "declared_by_id")
_PEOPLE = {"author": "declared_by", "verifier": "verified_by", "ender": "ended_by"}


def _text(value: str = "") -> Value:
    return Value(value, output_field=CharField())


def _no_number() -> Cast:
    return Cast(Value(None), BigIntegerField())


def _fact_rows(what: str, rows: QuerySet[Any], **own: Any) -> QuerySet[Any]:
    columns: dict[str, Any] = {
        "word": _text(),
        "raised": Cast(Value(None), BooleanField()),
        "sum": _no_number(),
        "money": _text(),
        "sum_cny": _no_number(),
        "base": _text(),
        "border": _text(),
        "nature": _text(),
        "paper": _text(),
    } | own
    found: QuerySet[Any] = (
        rows.order_by()
        .annotate(
            what=_text(what),
            **{name: name_beside(rows.model, key, Person) for name, key in _PEOPLE.items()},
            **columns,
        )
        .values_list(
            "what", *_SHARED, "author", "verifier", "verified_at", "ender", "ended_at", "end_reason", "note",
            "word", "raised", "sum", "money", "sum_cny", "base", "border", "nature", "paper",
        )
    )  # fmt: skip
    return found


def _facts(project_id: int) -> QuerySet[Any]:
    milestones = _fact_rows("milestone", Milestone.objects.filter(project_id=project_id), word=F("stage"))
    flags = _fact_rows(
        "flag", Flag.objects.filter(project_id=project_id), word=F("kind"), raised=F("is_raised"), paper=F("reason")
    )
    funds = _fact_rows(
        "funds", FundsArrival.objects.filter(project_id=project_id), sum=F("amount"), money=F("currency"),
        sum_cny=F("amount_cny"), base=F("basis"), border=F("boundary"), nature=F("value_kind"), paper=F("voucher"),
    )  # fmt: skip
    return milestones.union(flags, funds, all=True)


_prepared_facts = Prepared(_facts)


def facts_of(project_id: int) -> list[FactRow]:
    """Every fact of a project, ended ones too, in the order of their days (one query)."""
    rows = [FactRow(*row) for row in _prepared_facts.rows(project_id)]
    return sorted(rows, key=lambda r: (r.happened_on, r.at, r.pk))


@dataclass(frozen=True)
class InvestorRow:
    enterprise_id: int
    name: str
    uscc: str
    share_percent: Decimal | None


@dataclass(frozen=True)
class ListingRow:
    pk: int
    name: str
    level: str
    document: str
    year: int


@dataclass(frozen=True)
class Around:
    """The small things around a project."""

    investors: tuple[InvestorRow, ...]
    listings: tuple[ListingRow, ...]
    groups: tuple[tuple[int, str], ...]  # (id, "scheme · name")
    members: tuple[tuple[int, str], ...]  # of the task force
    grants: tuple[GrantRow, ...]
    is_followed: bool


def _side(what: str, rows: QuerySet[Any], **own: Any) -> QuerySet[Any]:
    columns: dict[str, Any] = {
        "ref": _no_number(), "ref2": _no_number(), "text": _text(), "more": _text(), "paper": _text(),
        "share": Cast(Value(None), DecimalField(max_digits=5, decimal_places=2)), "place": Value(0, IntegerField()),
    } | own  # fmt: skip
    found: QuerySet[Any] = rows.order_by().annotate(what=_text(what), **columns).values_list("what", *columns)
    return found


def _around(project_id: int, person_id: int) -> QuerySet[Any]:
    # The through tables are read directly: a member or a group needs no join over the project.
    members = Project.task_force_members.through.objects.filter(project_id=project_id)
    groups = IndustryGroup.objects.filter(project=project_id)
    parts = [
        _side(
            "investor", ProjectInvestor.objects.filter(project_id=project_id, until=None), ref=F("enterprise_id"),
            text=F("enterprise__name"), more=F("enterprise__uscc"), share=F("share_percent"),
            place=Cast(F("order"), IntegerField()),
        ),
        _side(
            "listing", Listing.objects.standing().filter(project_id=project_id), ref=Cast(F("pk"), BigIntegerField()),
            text=F("name"), more=F("level"), paper=F("document"), place=Cast(F("year"), IntegerField()),
        ),
        _side("group", groups, ref=Cast(F("pk"), BigIntegerField()), text=F("name"), more=F("scheme"),
              place=Cast(F("order"), IntegerField())),
        _side("member", members, ref=F("person_id"), text=F("person__name")),
        _side("grant", AccessGrant.objects.filter(kind="project", object_id=project_id), ref=F("unit_id"),
              ref2=F("person_id"), text=F("why")),
        _side("follow", Follow.objects.filter(project_id=project_id, person_id=person_id)),
    ]  # fmt: skip
    return parts[0].union(*parts[1:], all=True)


_prepared_around = Prepared(_around)


def around(project_id: int, person_id: int) -> Around:
    """The small things around a project, and whether this person follows it (one query)."""
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for what, *row in _prepared_around.rows(project_id, person_id):
        found[what].append(tuple(row))
    for rows in found.values():
        rows.sort(key=lambda row: (row[6], row[0] or 0))
    return Around(
        investors=tuple(
            InvestorRow(ref, text, more or "", share) for ref, _, text, more, _, share, _ in found["investor"]
        ),
        listings=tuple(
            ListingRow(ref, text, more, paper, year)
            for ref, _, text, more, paper, _, year in sorted(found["listing"], key=lambda row: -row[6])
        ),
        groups=tuple((ref, f"{more} · {text}") for ref, _, text, more, *_ in found["group"]),
        members=tuple((ref, text) for ref, _, text, *_ in found["member"]),
        grants=tuple(GrantRow(ref, ref2, text) for ref, ref2, text, *_ in found["grant"]),
        is_followed=bool(found["follow"]),
    )
