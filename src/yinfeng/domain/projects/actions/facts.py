"""Declaring, verifying, returning, voiding and correcting facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.audit.actions import record
from yinfeng.foundation.notices.actions import notify
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.money import round_half_up

from ..models import Correction, Fact, Flag, FundsArrival, Milestone, Phase, Project
from ..models.ledger import SUM_LIMIT
from ..queries.gates import gate_of, lack, reached_by
from ..queries.rulings import stage_table
from ..rules.words import COUNTING, FactStatus, FlagKind, FundsBasis, FundsBoundary, Stage, ValueKind
from . import derive
from .evidence import EvidenceData, attach, papers_of
from .granting import grant_project
from .periods import refuse_closed


@dataclass(frozen=True)
class FundsData:
    """Money that arrived: whole units of ``currency``; ``rate`` (CNY for one unit) where it is not CNY."""

    amount: int
    arrived_on: date
    basis: FundsBasis
    boundary: FundsBoundary
    value_kind: ValueKind = ValueKind.ACTUAL
    currency: str = "CNY"
    rate: Decimal | None = None
    voucher: str = ""
    note: str = ""


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()


def _not_in_future(on: date, at: datetime, what: str) -> None:
    if on > _day(at):
        raise DomainError(
            _("{what}日期 {on} 晚于今天（{today}）。").format(what=what, on=on, today=_day(at)), code="fact.future",
            field="happened_on", fix=_("只登记已经发生的事实；将来的安排请写入时间清单。"),
        )  # fmt: skip


def _alive(project: Project) -> None:
    if project.merged_into_id:
        raise DomainError(_("该项目已并入另一项目，不能再登记事实。"), code="project.merged")


@transaction.atomic
def declare_milestone(
    *,
    phase: Phase,
    stage: Stage,
    happened_on: date,
    evidence: Sequence[EvidenceData] = (),
    note: str = "",
    actor: Person,
    at: datetime,
    gated: bool = True,
    expected_version: int | None = None,
    replaces: Milestone | None = None,
    under: Correction | None = None,
) -> Milestone:
    """A phase reached a stage. The one verb by which a stage ever changes.

    ``gated``  what is entered on the screen must pass the stage table; what comes in with a document or an old ledger
               is declared all the same (its gaps are listed), but never in the future nor against the ordered pairs.
    ``expected_version``  the version of the phase that the person saw: if another was quicker, they are told.
    ``under``  the correction that is being carried out: without one, a closed month refuses (here as in each verb below).
    """
    project = derive.lock(phase.project_id)
    phase = Phase.objects.get(pk=phase.pk)
    _alive(project)
    refuse_closed(happened_on, under=under)
    if expected_version is not None and phase.version != expected_version:
        raise DomainError(
            _("{phase}刚被他人更新，目前阶段为“{stage}”。您的登记没有保存。").format(
                phase=phase.name, stage=_(Stage(phase.stage).label)
            ), code="phase.changed", fix=_("请刷新后核对，再登记一次。"),
        )  # fmt: skip
    table = stage_table(_day(at))
    if gated:
        gate = gate_of(
            phase, project, stage, table, evidence=[e.kind for e in evidence], happened_on=happened_on, today=_day(at)
        )
        if not gate.is_open:
            raise DomainError(
                _("；").join([*gate.faults, *(_("缺少{what}").format(what=lack(m)) for m in gate.missing)]),
                code="gate.closed", field=gate.missing[0].key if gate.missing else "happened_on",
                fix=_("请补齐后再登记。"),
            )  # fmt: skip
    else:
        reached = reached_by(phase)
        if stage in reached:
            raise DomainError(
                _("“{stage}”已于 {on} 登记。").format(stage=_(stage.label), on=reached[stage]), code="milestone.twice",
                field="stage",
            )  # fmt: skip
        if faults := table.date_faults(stage, happened_on, reached, _day(at)):
            raise DomainError(_("；").join(faults), code="milestone.date", field="happened_on")
    milestone = Milestone.objects.create(
        project=project, phase=phase, stage=stage, happened_on=happened_on, note=note, at=at, declared_by=actor,
        replaces=replaces,
    )  # fmt: skip
    attach(milestone, evidence, actor=actor, at=at)
    before = {"stage": phase.stage, "stage_on": phase.stage_on}
    derive.refresh(project.pk, at=at, locked=project)
    record(
        actor=actor, at=at, verb="milestone.declare", kind="project", object_id=project.pk, before=before,
        after={"milestone": milestone.pk, "phase": phase.pk, "stage": stage, "happened_on": happened_on,
               "rule": table.stamp, "gated": gated},
        note=note,
    )  # fmt: skip
    return milestone


@transaction.atomic
def declare_funds(
    *,
    project: Project,
    phase: Phase | None,
    data: FundsData,
    evidence: Sequence[EvidenceData] = (),
    actor: Person,
    at: datetime,
    replaces: FundsArrival | None = None,
    under: Correction | None = None,
) -> FundsArrival:
    """Money arrived. Actual money needs a voucher; the same voucher counts once."""
    project = derive.lock(project.pk)
    _alive(project)
    refuse_closed(data.arrived_on, under=under)
    if not 0 < data.amount < SUM_LIMIT:
        raise DomainError(
            _("到位金额 {amount} 不在可登记的范围内。").format(amount=data.amount), code="funds.range", field="amount",
            fix=_("请填写大于零的整数金额，并核对单位（元）。"),
        )  # fmt: skip
    if data.value_kind != ValueKind.ESTIMATE:
        _not_in_future(data.arrived_on, at, _("到位"))
    if data.value_kind == ValueKind.ACTUAL and not (data.voucher or evidence):
        raise DomainError(
            _("实际到位资金须有凭证。"), code="funds.voucher", field="voucher",
            fix=_("请填写凭证号或上传银行回单。"),
        )  # fmt: skip
    if phase is not None and phase.project_id != project.pk:
        raise DomainError(_("所选分期不属于本项目。"), code="funds.phase", field="phase")
    if data.currency != "CNY" and data.rate is None and data.value_kind == ValueKind.ACTUAL:
        raise DomainError(
            _("{currency} 到位资金须填到位当日汇率。").format(currency=data.currency), code="funds.rate", field="rate",
            fix=_("原币金额照原样保留，折合数由汇率计算。"),
        )  # fmt: skip
    amount_cny = data.amount if data.currency == "CNY" else None
    if data.currency != "CNY" and data.rate is not None:
        amount_cny = int(round_half_up(data.amount * data.rate))
    if data.voucher:
        twice: Any = FundsArrival.objects.filter(
            project=project, voucher=data.voucher, value_kind=data.value_kind, status__in=COUNTING
        ).first()
        if twice is not None:
            raise DomainError(
                _("凭证 {voucher} 已于 {on} 登记过（{amount} {currency}）。").format(
                    voucher=data.voucher, on=twice.happened_on, amount=f"{twice.amount:,}", currency=twice.currency
                ), code="funds.voucher_twice", field="voucher", fix=_("同一凭证只计一次；如有误请先作废原记录。"),
            )  # fmt: skip
    arrival = FundsArrival.objects.create(
        project=project, phase=phase, happened_on=data.arrived_on, amount=data.amount, currency=data.currency,
        amount_cny=amount_cny, basis=data.basis, boundary=data.boundary, value_kind=data.value_kind,
        voucher=data.voucher, note=data.note, at=at, declared_by=actor, replaces=replaces,
    )  # fmt: skip
    attach(arrival, evidence, actor=actor, at=at)
    derive.refresh(project.pk, at=at, locked=project)
    record(
        actor=actor, at=at, verb="funds.declare", kind="project", object_id=project.pk,
        after={"funds": arrival.pk, "amount": data.amount, "currency": data.currency, "on": data.arrived_on,
               "value_kind": data.value_kind, "basis": data.basis},
    )  # fmt: skip
    return arrival


@transaction.atomic
def raise_flag(
    *,
    project: Project,
    phase: Phase | None = None,
    kind: FlagKind,
    happened_on: date,
    reason: str,
    to_unit_id: int | None = None,
    evidence: Sequence[EvidenceData] = (),
    actor: Person,
    at: datetime,
) -> Flag:
    """Something is the matter. TRANSFERRED also moves the landing unit, so that the new one sees the project."""
    return _flag(project, phase, kind, True, happened_on, reason, to_unit_id, evidence, actor, at)


@transaction.atomic
def lift_flag(
    *, project: Project, phase: Phase | None = None, kind: FlagKind, happened_on: date, reason: str, actor: Person,
    at: datetime,
) -> Flag:  # fmt: skip
    """It is over again, with the reason why."""
    return _flag(project, phase, kind, False, happened_on, reason, None, (), actor, at)


def _flag(
    project: Project,
    phase: Phase | None,
    kind: FlagKind,
    is_raised: bool,
    happened_on: date,
    reason: str,
    to_unit_id: int | None,
    evidence: Sequence[EvidenceData],
    actor: Person,
    at: datetime,
) -> Flag:
    project = derive.lock(project.pk)
    _alive(project)
    refuse_closed(happened_on)
    _not_in_future(happened_on, at, _(kind.label))
    if not reason.strip():
        raise DomainError(_("登记“{flag}”须写明原因。").format(flag=_(kind.label)), code="flag.reason", field="reason")
    standing: Any = (
        Flag.objects.filter(project=project, phase=phase, kind=kind, status__in=COUNTING)
        .order_by("-happened_on", "-pk")
        .first()
    )
    if kind != FlagKind.TRANSFERRED and bool(standing and standing.is_raised) == is_raised:
        text = _("该项目已经是“{flag}”状态。") if is_raised else _("该项目现在并非“{flag}”状态。")
        raise DomainError(text.format(flag=_(kind.label)), code="flag.twice", field="kind")
    if standing and happened_on < standing.happened_on:
        raise DomainError(
            _("日期 {on} 早于上一次“{flag}”登记（{last}）。").format(
                on=happened_on, flag=_(kind.label), last=standing.happened_on
            ), code="flag.date", field="happened_on",
        )  # fmt: skip
    from_unit_id = None
    if kind == FlagKind.TRANSFERRED:
        if to_unit_id is None or to_unit_id == project.landing_unit_id:
            raise DomainError(_("流转须选择另一个落地单位。"), code="flag.unit", field="to_unit")
        from_unit_id, project.landing_unit_id = project.landing_unit_id, to_unit_id
        project.save(update_fields=["landing_unit"])
        grant_project(project)
    flag = Flag.objects.create(
        project=project, phase=phase, kind=kind, is_raised=is_raised, happened_on=happened_on, reason=reason.strip(),
        from_unit_id=from_unit_id, to_unit_id=to_unit_id, at=at, declared_by=actor,
    )  # fmt: skip
    attach(flag, evidence, actor=actor, at=at)
    derive.refresh(project.pk, at=at)
    record(
        actor=actor, at=at, verb=f"flag.{'raise' if is_raised else 'lift'}", kind="project", object_id=project.pk,
        before={"landing_unit": from_unit_id} if from_unit_id else None,
        after={"flag": flag.pk, "kind": kind, "on": happened_on, "to_unit": to_unit_id}, note=reason,
    )  # fmt: skip
    return flag


FactT = TypeVar("FactT", bound=Fact)

# -- the second person


def _open_fact(fact: FactT, under: Correction | None) -> tuple[Project, FactT]:
    project = derive.lock(fact.project_id)
    fresh: Any = type(fact)._default_manager.get(pk=fact.pk)
    refuse_closed(fresh.happened_on, under=under)
    if fresh.status != FactStatus.DECLARED:
        raise DomainError(
            _("这条记录已是“{status}”，可能刚被他人处理。").format(status=_(FactStatus(fresh.status).label)),
            code="fact.handled", fix=_("请刷新后查看。"),
        )  # fmt: skip
    return project, fresh


def _tell(fact: Fact, project: Project, message: str, at: datetime, reason: str = "") -> None:
    """A notice is kept, so it is written in the house's language, whatever language its author reads."""
    with override(settings.LANGUAGE_CODE):
        text = _(message).format(project=project.name, fact=noun(fact), reason=reason.strip())
    notify(persons=[fact.declared_by_id], kind="fact", text=text, url=f"/projects/{project.pk}/", at=at)


def noun(fact: Fact) -> str:
    """What a fact is, in words: "里程碑“开工”(2026-03-01)"."""
    match fact:
        case Milestone():
            return _("里程碑“{stage}”（{on}）").format(stage=_(Stage(fact.stage).label), on=fact.happened_on)
        case FundsArrival():
            return _("到位资金 {amount} {currency}（{on}）").format(
                amount=f"{fact.amount:,}", currency=fact.currency, on=fact.happened_on
            )
        case Flag():
            return _("标识“{flag}”（{on}）").format(flag=_(FlagKind(fact.kind).label), on=fact.happened_on)
    raise TypeError(fact)


@transaction.atomic
def verify(*, fact: Fact, actor: Person, at: datetime, under: Correction | None = None) -> None:
    """Another person than its author confirms a fact against its evidence."""
    project, fact = _open_fact(fact, under)
    if fact.declared_by_id == actor.pk:
        raise DomainError(
            _("不能审核自己填报的事实。"), code="fact.second_person", fix=_("请由另一位有审核权限的同事审核。")
        )
    fact.status, fact.verified_by, fact.verified_at = FactStatus.VERIFIED, actor, at
    fact.save(update_fields=["status", "verified_by", "verified_at"])
    derive.one_less_waiting(project, at=at)
    record(actor=actor, at=at, verb="fact.verify", kind="project", object_id=project.pk, after=named(fact))
    _tell(fact, project, gettext_noop("{project}：{fact}已审核通过"), at)


@transaction.atomic
def return_fact(*, fact: Fact, reason: str, actor: Person, at: datetime, under: Correction | None = None) -> None:
    """Send a fact back with the reason; it no longer counts."""
    project, fact = _open_fact(fact, under)
    if fact.declared_by_id == actor.pk:
        raise DomainError(_("自己填报的事实请直接作废，不必退回。"), code="fact.second_person")
    _end(fact, FactStatus.RETURNED, reason, actor, at)
    derive.refresh(project.pk, at=at, locked=project)
    record(actor=actor, at=at, verb="fact.return", kind="project", object_id=project.pk, after=named(fact), note=reason)
    _tell(fact, project, gettext_noop("{project}：{fact}被退回，原因：{reason}"), at, reason)


@transaction.atomic
def void_fact(*, fact: Fact, reason: str, actor: Person, at: datetime, under: Correction | None = None) -> None:
    """Take a fact back with the reason. It stays on record, and no longer counts."""
    project = derive.lock(fact.project_id)
    fact = type(fact)._default_manager.get(pk=fact.pk)
    refuse_closed(fact.happened_on, under=under)
    if fact.status not in COUNTING:
        raise DomainError(
            _("这条记录已是“{status}”。").format(status=_(FactStatus(fact.status).label)), code="fact.handled"
        )
    _end(fact, FactStatus.VOIDED, reason, actor, at)
    derive.refresh(project.pk, at=at, locked=project)
    record(actor=actor, at=at, verb="fact.void", kind="project", object_id=project.pk, after=named(fact), note=reason)
    if fact.declared_by_id != actor.pk:
        _tell(fact, project, gettext_noop("{project}：{fact}已作废，原因：{reason}"), at, reason)


@transaction.atomic
def correct_milestone(
    *, milestone: Milestone, happened_on: date, reason: str, evidence: Sequence[EvidenceData] = (), actor: Person,
    at: datetime, under: Correction | None = None,
) -> Milestone:  # fmt: skip
    """Void a milestone and record it anew with another date, in one step, each naming the other. Papers are carried
    over unless new ones are given."""
    papers = list(evidence) or papers_of(milestone)
    void_fact(fact=milestone, reason=reason, actor=actor, at=at, under=under)
    assert milestone.phase is not None
    return declare_milestone(
        phase=milestone.phase, stage=Stage(milestone.stage), happened_on=happened_on, evidence=papers, note=reason,
        actor=actor, at=at, gated=False, replaces=milestone, under=under,
    )  # fmt: skip


def _end(fact: Fact, status: FactStatus, reason: str, actor: Person, at: datetime) -> None:
    if not reason.strip():
        text = _("退回须写明原因。") if status == FactStatus.RETURNED else _("作废须写明原因。")
        raise DomainError(text, code="fact.reason", field="reason")
    fact.status, fact.ended_by, fact.ended_at, fact.end_reason = status, actor, at, reason.strip()
    try:
        with transaction.atomic():
            fact.save(update_fields=["status", "ended_by", "ended_at", "end_reason"])
    except IntegrityError as fault:  # a constraint of the database is the last word
        raise DomainError(_("这条记录不能这样处理。"), code="fact.end") from fault


def named(fact: Fact) -> dict[str, Any]:
    return {"fact": type(fact).__name__, "id": fact.pk, "status": fact.status, "happened_on": fact.happened_on}
