"""Changing a closed month: proposed by one person, decided by another, carried out in the moment of approval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.audit.actions import record
from yinfeng.foundation.files import actions as files
from yinfeng.foundation.files.models import StoredFile
from yinfeng.foundation.notices.actions import notify
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.periods import Period

from ..models import ClosedPeriod, Correction, Fact, Flag, FundsArrival, Milestone, Phase, Project
from ..rules.words import (
    COUNTING,
    CorrectionKind,
    CorrectionStatus,
    EvidenceKind,
    FactStatus,
    FundsBasis,
    FundsBoundary,
    Stage,
    ValueKind,
)
from . import derive, facts, periods
from .evidence import EvidenceData, papers_of
from .guards import alive, happened, kept, short, told

SLOTS: dict[type[Fact], str] = {Milestone: "milestone", FundsArrival: "arrival", Flag: "flag"}


@dataclass(frozen=True)
class CorrectionData:
    """What a correction wants. ``fact`` is the one it is about (None to add one).

    To replace a milestone: ``happened_on``; money: ``happened_on``, ``amount``, ``voucher`` as far as they change.
    To add a milestone: ``phase_id``, ``stage``, ``happened_on``; money (yuan): ``amount``, ``happened_on``, ``basis``,
    ``boundary``, ``voucher``, ``phase_id``.
    """

    kind: CorrectionKind
    fact: Fact | None = None
    happened_on: date | None = None
    stage: str = ""
    phase_id: int | None = None
    amount: int | None = None
    basis: str = ""
    boundary: str = ""
    voucher: str = ""


@transaction.atomic
def propose_correction(
    *, project: Project, data: CorrectionData, reason: str, document: str, file_id: int | None = None, actor: Person,
    at: datetime,
) -> Correction:  # fmt: skip
    """Ask for a change to a closed month. Nothing changes yet; another person decides."""
    project = derive.lock(project.pk)
    alive(project)
    reason = told(reason, _("更正原因"), 300, "correction", "reason")
    document = told(document, _("依据文号"), 120, "correction", "document")
    fact = _target(project, data)
    wanted = _checked(project, data, fact, at)
    days = [d for d in (fact.happened_on if fact else None, data.happened_on) if d is not None]
    period = _period(days)
    slot = SLOTS[type(fact)] if fact else ""
    if slot and Correction.objects.filter(**{slot: fact}, status=CorrectionStatus.PROPOSED).exists():
        raise DomainError(
            _("这条记录已有一项待批准的更正。"), code="correction.twice", fix=_("请等待批准，或请批准人先不予批准。")
        )
    if file_id:
        stored = StoredFile.objects.get(pk=file_id)
        if stored.owner_id is None:
            files.attach(file=stored, owner_kind="project", owner_id=project.pk, actor=actor, at=at)
    correction = Correction.objects.create(
        period=period, project=project, kind=data.kind, data=wanted, reason=reason, document=document, file_id=file_id,
        proposed_by=actor, at=at, **({slot: fact} if slot else {}),
    )  # fmt: skip
    record(
        actor=actor, at=at, verb="correction.propose", kind="project", object_id=project.pk,
        after={"correction": correction.pk, "period": str(period), "kind": data.kind, "data": wanted,
               "fact": {"kind": slot, "id": fact.pk} if fact else None, "document": document},
        note=reason,
    )  # fmt: skip
    return correction


def _target(project: Project, data: CorrectionData) -> Any:
    if data.kind == CorrectionKind.ADD:
        if data.fact is not None:
            raise DomainError(_("补登不针对已有记录。"), code="correction.fact")
        return None
    if data.fact is None or data.fact.project_id != project.pk:
        raise DomainError(_("请指明本项目的哪一条记录。"), code="correction.fact")
    fact: Any = type(data.fact)._default_manager.get(pk=data.fact.pk)
    waiting = data.kind in (CorrectionKind.VERIFY, CorrectionKind.RETURN)
    if fact.status not in ((FactStatus.DECLARED,) if waiting else COUNTING):
        raise DomainError(
            _("这条记录已是“{status}”。").format(status=_(FactStatus(fact.status).label)), code="fact.handled"
        )
    return fact


def _checked(project: Project, data: CorrectionData, fact: Any, at: datetime) -> dict[str, Any]:
    """What was told, as it is stored; refused where the verb itself would be sure to refuse it."""
    if data.happened_on is not None:
        happened(data.happened_on, at, _("更正后的日期"), "correction", "happened_on")
    match data.kind, fact:
        case CorrectionKind.REPLACE, Milestone():
            if data.happened_on is None or data.happened_on == fact.happened_on:
                raise DomainError(
                    _("请填写与原来不同的日期。"), code="correction.nothing", field="happened_on",
                    fix=_("原日期为 {on}。").format(on=fact.happened_on),
                )  # fmt: skip
            return {"happened_on": data.happened_on.isoformat()}
        case CorrectionKind.REPLACE, FundsArrival():
            return _changed_money(data, fact)
        case CorrectionKind.REPLACE, Flag():
            raise DomainError(_("状态标识不能改登，请作废后另行登记。"), code="correction.flag")
        case CorrectionKind.ADD, _:
            return _added(project, data)
    return {}


def _changed_money(data: CorrectionData, fact: FundsArrival) -> dict[str, Any]:
    told_: dict[str, Any] = {}
    if data.happened_on is not None and data.happened_on != fact.happened_on:
        told_["happened_on"] = data.happened_on.isoformat()
    if data.amount is not None and data.amount != fact.amount:
        told_["amount"] = data.amount
    if data.voucher and data.voucher != fact.voucher:
        told_["voucher"] = data.voucher
    if not told_:
        raise DomainError(
            _("更正内容与原记录相同。"), code="correction.nothing", field="amount", fix=_("请改金额、日期或凭证号。")
        )
    return told_


def _added(project: Project, data: CorrectionData) -> dict[str, Any]:
    if data.happened_on is None:
        raise DomainError(_("请填写日期。"), code="correction.day", field="happened_on")
    phase = Phase.objects.filter(project=project, pk=data.phase_id).first() if data.phase_id else None
    if data.phase_id and phase is None:
        raise DomainError(_("所选分期不属于本项目。"), code="correction.phase", field="phase_id")
    common = {"happened_on": data.happened_on.isoformat(), "phase": phase.pk if phase else None}
    if data.stage:
        if phase is None or data.stage not in Stage:
            raise DomainError(_("请选择分期和阶段。"), code="correction.stage", field="stage")
        return common | {"stage": data.stage}
    if not data.amount or data.basis not in FundsBasis or data.boundary not in FundsBoundary:
        raise DomainError(
            _("请填写补登的里程碑，或到位资金的金额、口径和来源地。"), code="correction.what", field="amount"
        )
    voucher = told(data.voucher, _("凭证号"), 80, "correction", "voucher")
    return common | {"amount": data.amount, "basis": data.basis, "boundary": data.boundary, "voucher": voucher}


def _period(days: Sequence[date]) -> ClosedPeriod:
    """The closed month it is about: the fact's own before the one it moves to."""
    periods.hold()
    for on in days:
        found = ClosedPeriod.objects.filter(year=on.year, month=on.month).first()
        if found is not None:
            return found
    raise DomainError(
        _("所涉月份（{months}）没有关账，不需要走更正。").format(
            months=_("、").join(dict.fromkeys(periods.label(d.year, d.month) for d in days))
        ), code="correction.open", field="happened_on", fix=_("请在项目页直接登记、更正或作废。"),
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ the second person


def _open(correction: Correction, actor: Person) -> tuple[Project, Correction]:
    project = derive.lock(correction.project_id)
    fresh = (
        Correction.objects.select_for_update(of=("self",))
        .select_related("period", "proposed_by", "milestone", "arrival", "flag")
        .get(pk=correction.pk)
    )
    if fresh.status != CorrectionStatus.PROPOSED:
        raise DomainError(
            _("这项更正已是“{status}”。").format(status=_(CorrectionStatus(fresh.status).label)),
            code="correction.handled",
        )
    if fresh.proposed_by_id == actor.pk:
        raise DomainError(
            _("不能批准自己提出的更正。"), code="correction.second_person", fix=_("请由另一位有关账权限的同事批准。")
        )
    return project, fresh


@transaction.atomic
def approve_correction(*, correction: Correction, note: str = "", actor: Person, at: datetime) -> Correction:
    """Carry a correction out: the fact is voided, replaced, added, verified or returned as proposed, by its proposer and
    verified by whoever approves, and the figures before and after are kept."""
    project, correction = _open(correction, actor)
    note = short(note, _("批准意见"), 300, "correction", "note")
    fact: Any = correction.milestone or correction.arrival or correction.flag
    places = _places(correction, fact, project)
    before = _figures(places, project.lead_unit_id)
    made = _carry_out(correction, fact, project, actor, at)
    after = _figures(places, project.lead_unit_id)
    correction.status, correction.decided_by, correction.decided_at = CorrectionStatus.APPROVED, actor, at
    correction.decision_note = note
    correction.effect = [
        {"unit": project.lead_unit_id, "month": place[2], "what": place[0], "key": place[1],
         "before": list(before[place]), "after": list(after[place])}
        for place in places
    ]  # fmt: skip
    if isinstance(made, Milestone):
        correction.new_milestone = made
    elif isinstance(made, FundsArrival):
        correction.new_arrival = made
    correction.save()
    record(
        actor=actor, at=at, verb="correction.approve", kind="project", object_id=project.pk,
        after={"correction": correction.pk, "period": str(correction.period), "kind": correction.kind,
               "new": made.pk if made else None, "effect": correction.effect},
        note=note or correction.reason,
    )  # fmt: skip
    _tell(correction, project, gettext_noop("{project}：对 {month} 的更正已批准"), at)
    return correction


@transaction.atomic
def reject_correction(*, correction: Correction, note: str, actor: Person, at: datetime) -> Correction:
    """Not so, with the reason. Nothing has changed."""
    project, correction = _open(correction, actor)
    note = told(note, _("不予批准的原因"), 300, "correction", "note")
    correction.status, correction.decided_by, correction.decided_at = CorrectionStatus.REJECTED, actor, at
    correction.decision_note = note
    correction.save(update_fields=["status", "decided_by", "decided_at", "decision_note"])
    record(
        actor=actor, at=at, verb="correction.reject", kind="project", object_id=project.pk,
        after={"correction": correction.pk}, note=note,
    )  # fmt: skip
    _tell(correction, project, gettext_noop("{project}：对 {month} 的更正未获批准，原因：{note}"), at)
    return correction


def _tell(correction: Correction, project: Project, message: str, at: datetime) -> None:
    text = kept(message, project=project.name, month=str(correction.period), note=correction.decision_note)
    notify(persons=[correction.proposed_by_id], kind="fact", text=text, url=f"/projects/{project.pk}/", at=at)


def _carry_out(correction: Correction, fact: Any, project: Project, actor: Person, at: datetime) -> Fact | None:
    reason, who, data = correction.reason, correction.proposed_by, correction.data
    paper = EvidenceData(EvidenceKind.OTHER, correction.document, correction.file_id)
    made: Fact | None = None
    match correction.kind:
        case CorrectionKind.VERIFY:
            facts.verify(fact=fact, actor=actor, at=at, under=correction)
            return None
        case CorrectionKind.RETURN:
            facts.return_fact(fact=fact, reason=reason, actor=actor, at=at, under=correction)
            return None
        case CorrectionKind.VOID:
            facts.void_fact(fact=fact, reason=reason, actor=who, at=at, under=correction)
            return None
        case CorrectionKind.REPLACE if isinstance(fact, Milestone):
            made = facts.correct_milestone(
                milestone=fact, happened_on=date.fromisoformat(data["happened_on"]), reason=reason,
                evidence=[*papers_of(fact), paper], actor=who, at=at, under=correction,
            )  # fmt: skip
        case CorrectionKind.REPLACE:
            papers = [*papers_of(fact), paper]
            facts.void_fact(fact=fact, reason=reason, actor=who, at=at, under=correction)
            made = facts.declare_funds(
                project=project, phase=fact.phase, data=_money(fact, data, reason), evidence=papers, actor=who, at=at,
                replaces=fact, under=correction,
            )  # fmt: skip
        case _ if "stage" in data:
            made = facts.declare_milestone(
                phase=Phase.objects.get(pk=data["phase"]), stage=Stage(data["stage"]), gated=False, note=reason,
                happened_on=date.fromisoformat(data["happened_on"]), evidence=[paper], actor=who, at=at, under=correction,
            )  # fmt: skip
        case _:
            money = facts.FundsData(
                data["amount"], date.fromisoformat(data["happened_on"]), FundsBasis(data["basis"]),
                FundsBoundary(data["boundary"]), voucher=data["voucher"], note=reason,
            )  # fmt: skip
            made = facts.declare_funds(
                project=project, phase=Phase.objects.filter(pk=data["phase"]).first(), data=money, evidence=[paper],
                actor=who, at=at, under=correction,
            )  # fmt: skip
    facts.verify(fact=made, actor=actor, at=at, under=correction)
    made.refresh_from_db()
    return made


def _money(fact: FundsArrival, data: Mapping[str, Any], reason: str) -> facts.FundsData:
    rate = None
    if fact.currency != "CNY" and fact.amount_cny is not None:
        rate = Decimal(fact.amount_cny) / Decimal(fact.amount)
    old = facts.FundsData(
        fact.amount, fact.happened_on, FundsBasis(fact.basis), FundsBoundary(fact.boundary), ValueKind(fact.value_kind),
        fact.currency, rate, fact.voucher, reason,
    )  # fmt: skip
    on = date.fromisoformat(data["happened_on"]) if "happened_on" in data else fact.happened_on
    return replace(old, amount=data.get("amount", old.amount), arrived_on=on, voucher=data.get("voucher", old.voucher))


# ------------------------------------------------------------------------------------------------ what it moved

Place = tuple[str, str, str]  # (what, stage or kind of value, month "2026-03")


def _places(correction: Correction, fact: Any, project: Project) -> list[Place]:
    """The figures that may move: the fact's own month and the one it goes to."""
    data = correction.data
    if isinstance(fact, Milestone) or "stage" in data:
        what, key = "milestone", fact.stage if fact else data["stage"]
    elif isinstance(fact, Flag):
        what, key = "flag", fact.kind
    else:
        what, key = "funds", fact.value_kind if fact else ValueKind.ACTUAL.value
    days = [d for d in (fact.happened_on if fact else None, data.get("happened_on")) if d]
    return list(dict.fromkeys((what, str(key), str(d)[:7]) for d in days))


def _figures(places: Sequence[Place], unit_id: int) -> dict[Place, tuple[int, int, int]]:
    """Place -> (standing facts, of these verified, sum in yuan) of a unit's projects."""
    found = {}
    for what, key, month in places:
        span = Period.month(int(month[:4]), int(month[5:]))
        model, column = {
            "milestone": (Milestone, "stage"),
            "flag": (Flag, "kind"),
            "funds": (FundsArrival, "value_kind"),
        }[what]
        rows: Any = model._default_manager.filter(
            **{column: key}, status__in=COUNTING, happened_on__range=(span.start, span.end),
            project__lead_unit_id=unit_id, project__merged_into=None,
        )  # fmt: skip
        ask: dict[str, Any] = {"n": Count("pk"), "verified": Count("pk", filter=Q(status=FactStatus.VERIFIED))}
        if what == "funds":
            ask["total"] = Sum("amount_cny")
        told_ = rows.aggregate(**ask)
        found[what, key, month] = (told_["n"], told_["verified"], told_.get("total") or 0)
    return found
