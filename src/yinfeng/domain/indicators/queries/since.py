"""What was recorded of some projects between two moments, or happened between two days: who, when, what, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from yinfeng.domain.enterprises.models import EnterpriseTitle
from yinfeng.domain.enterprises.rules import TitleKind
from yinfeng.domain.projects.models import (
    Flag,
    FundsArrival,
    Listing,
    Milestone,
    Phase,
    Project,
    ProjectInvestor,
    ProjectState,
)
from yinfeng.domain.projects.rules.words import Channel, FlagKind, FundsBasis, Origin, ProjectKind, Stage, ValueKind
from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.kernel.money import display

# Attributes whose change can move a figure; dates and money follow from facts, which are told themselves.
ATTRIBUTES = (
    "kind", "origin", "capital_kind", "investment_amount", "investment_currency", "lead_unit_id", "landing_unit_id",
    "channel",
)  # fmt: skip


@dataclass(frozen=True)
class Deed:
    """``deed`` is 登记, 作废或退回, 审核 or 修改."""

    at: datetime
    by: str
    deed: str
    what: str
    why: str


def deeds_between(projects: Iterable[int], since: datetime, until: datetime) -> dict[int, tuple[Deed, ...]]:
    """Of each project, in the order of recording. Ten queries however many there are."""
    ids = list(projects)
    if not ids:
        return {}
    found: dict[int, list[Deed]] = {}
    _facts(found, ids, since, until)
    people = _people(ids, since, until)
    _attributes(found, ids, since, until, people)
    _beside(found, ids, since, until, people)
    return {pk: tuple(sorted(deeds, key=lambda deed: deed.at)) for pk, deeds in found.items()}


def _facts(found: dict[int, list[Deed]], ids: list[int], since: datetime, until: datetime) -> None:
    recorded = Q(at__gt=since, at__lte=until)
    ended = Q(ended_at__gt=since, ended_at__lte=until)
    verified = Q(verified_at__gt=since, verified_at__lte=until)
    for model, told in ((Milestone, _milestone), (FundsArrival, _arrival), (Flag, _flag)):
        rows: Any = model.objects.filter(recorded | ended | verified, project_id__in=ids)
        for fact in rows.select_related("declared_by", "ended_by", "verified_by", "phase"):
            deeds = found.setdefault(fact.project_id, [])
            what = told(fact)
            if since < fact.at <= until:
                deeds.append(
                    Deed(
                        fact.at, _name(fact.declared_by), _("更正") if fact.replaces_id else _("登记"), what, fact.note
                    )
                )
            if fact.verified_at and since < fact.verified_at <= until:
                deeds.append(Deed(fact.verified_at, _name(fact.verified_by), _("审核"), what, ""))
            if fact.ended_at and since < fact.ended_at <= until:
                deeds.append(Deed(fact.ended_at, _name(fact.ended_by), _("退回或作废"), what, fact.end_reason))


def deeds_dated(projects: Iterable[int], first: date, last: date) -> dict[int, tuple[Deed, ...]]:
    """Of each project what happened from one day to another, by the facts that count; the latest last. Three queries."""
    ids, found = list(projects), dict[int, list[tuple[date, Deed]]]()
    for model, told in ((Milestone, _milestone), (FundsArrival, _arrival), (Flag, _flag)) if ids else ():
        rows: Any = model.objects.counting().filter(project_id__in=ids, happened_on__range=(first, last))
        for fact in rows.select_related("declared_by", "phase"):
            deed = Deed(fact.at, _name(fact.declared_by), _("登记"), told(fact), fact.note)
            found.setdefault(fact.project_id, []).append((fact.happened_on, deed))
    return {pk: tuple(deed for _on, deed in sorted(rows, key=lambda row: row[0])) for pk, rows in found.items()}


def _name(person: Person | None) -> str:
    return person.name if person else ""


def _milestone(fact: Any) -> str:
    phase: Phase | None = fact.phase
    told = _("{stage} {day}").format(stage=_(Stage(fact.stage).label), day=f"{fact.happened_on:%F}")
    return f"{told}（{phase.name}）" if phase and phase.number > 1 else told


def _arrival(fact: Any) -> str:
    kind = "" if fact.value_kind == ValueKind.ACTUAL else f"（{_(ValueKind(fact.value_kind).label)}）"
    amount = display(fact.amount, "auto", None, fact.currency)
    return f"{_(FundsBasis(fact.basis).label)} {amount} {fact.happened_on:%F}{kind}"


def _flag(fact: Any) -> str:
    word = _(FlagKind(fact.kind).label)
    return (
        f"{word} {fact.happened_on:%F}"
        if fact.is_raised
        else _("解除{flag} {day}").format(flag=word, day=f"{fact.happened_on:%F}")
    )


# ------------------------------------------------------------------------------------- what stands beside it


def _beside(
    found: dict[int, list[Deed]],
    ids: list[int],
    since: datetime,
    until: datetime,
    people: Mapping[tuple[int, datetime], str],
) -> None:
    """Lists it was put on or taken off, investors that came or went, and what its investors were titled."""
    moved = Q(at__gt=since, at__lte=until) | Q(voided_at__gt=since, voided_at__lte=until)
    for row in Listing.objects.filter(moved, project_id__in=ids).select_related("recorded_by", "voided_by"):
        what = f"{_('入选清单')} {row.name} {row.year}"
        found.setdefault(row.project_id, []).extend(_came_and_went(row, what, row.document, since, until))
    owners: dict[int, set[int]] = {}
    for owner in ProjectInvestor.objects.filter(project_id__in=ids).select_related("enterprise"):
        owners.setdefault(owner.enterprise_id, set()).add(owner.project_id)
        what = f"{_('投资方')} {owner.enterprise.name}"
        for at, deed in ((owner.at, _("登记")), (owner.ended_at, _("退出"))):
            if at is not None and since < at <= until:
                told = Deed(at, people.get((owner.project_id, at), ""), deed, what, "")
                found.setdefault(owner.project_id, []).append(told)
    titles = EnterpriseTitle.objects.filter(moved, enterprise_id__in=owners)
    for title in titles.select_related("enterprise", "recorded_by", "voided_by"):
        what = f"{title.enterprise.name} {_(TitleKind(title.kind).label)} {title.year}"
        for pk in owners[title.enterprise_id]:
            found.setdefault(pk, []).extend(_came_and_went(title, what, title.source, since, until))


def _came_and_went(row: Any, what: str, why: str, since: datetime, until: datetime) -> Iterable[Deed]:
    if row.at and since < row.at <= until:
        yield Deed(row.at, _name(row.recorded_by), _("登记"), what, why)
    if row.voided_at and since < row.voided_at <= until:
        yield Deed(row.voided_at, _name(row.voided_by), _("退回或作废"), what, row.void_reason)


# ------------------------------------------------------------------------------------------------ attributes


def _attributes(
    found: dict[int, list[Deed]],
    ids: list[int],
    since: datetime,
    until: datetime,
    people: Mapping[tuple[int, datetime], str],
) -> None:
    """From one row of history to the next; who did it says the audit row of that moment."""
    states: dict[int, list[ProjectState]] = {}
    rows = ProjectState.objects.filter(project_id__in=ids, valid_to__gt=since, valid_from__lte=until)
    for state in rows.order_by("project_id", "valid_from"):
        states.setdefault(state.project_id, []).append(state)
    units = dict(Unit.objects.values_list("pk", "short_name"))
    for pk, row in states.items():
        if row[0].valid_from > since:
            by = people.get((pk, row[0].valid_from), "")
            found.setdefault(pk, []).append(Deed(row[0].valid_from, by, _("建立台账"), row[0].name, ""))
        for before, after in pairwise(row):
            told = [
                f"{_field(name)}：{_value(before, name, units)} → {_value(after, name, units)}"
                for name in ATTRIBUTES
                if getattr(before, name) != getattr(after, name)
            ]
            if told:
                by = people.get((pk, after.valid_from), "")
                found.setdefault(pk, []).append(Deed(after.valid_from, by, _("修改"), "；".join(told), ""))


def _people(ids: list[int], since: datetime, until: datetime) -> dict[tuple[int, datetime], str]:
    rows = AuditRow.objects.filter(
        object_kind="project", object_id__in=ids, at__gt=since, at__lte=until, actor__isnull=False
    )
    return {(pk, at): name for pk, at, name in rows.order_by("pk").values_list("object_id", "at", "actor__name")}


def _field(name: str) -> str:
    return str(Project._meta.get_field(name.removesuffix("_id")).verbose_name)  # type: ignore[union-attr]


def _value(state: ProjectState, name: str, units: Mapping[int, str]) -> str:
    value = getattr(state, name)
    if value in (None, ""):
        return "—"
    if name == "investment_amount":
        return display(value, "auto", None, state.investment_currency)
    if name.endswith("unit_id"):
        return units.get(value, "")
    words: dict[str, Any] = {"kind": ProjectKind, "origin": Origin, "channel": Channel}
    if name == "capital_kind":
        from yinfeng.domain.enterprises.rules import CapitalKind

        return _(CapitalKind(value).label)
    return _(words[name](value).label) if name in words else str(value)
