"""Agreements: putting them on record, their reviews, their effect, their voiding.

Recording a contract advances no stage: signing is a milestone, declared with the agreement as its evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yinfeng.domain.compliance import queries as compliance
from yinfeng.domain.compliance.models import ReviewRecord
from yinfeng.domain.compliance.rules import legacy_before
from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.audit.actions import record
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.money import display

from ..models import Agreement, Evidence, Phase, Project
from ..rules.words import COUNTING, AgreementKind, Stage
from . import derive
from .entries import check_sum
from .guards import alive, day_of, happened, short, told


@dataclass(frozen=True)
class AgreementResult:
    """The agreement on record, and what a person should look at again, in words."""

    agreement: Agreement
    remarks: tuple[str, ...]


@transaction.atomic
def record_agreement(
    *,
    project: Project,
    kind: str,
    title: str,
    parties: str,
    signed_on: date,
    phases: Sequence[Phase] | None = None,
    number: str = "",
    investment_cny: int | None = None,
    fixed_investment_cny: int | None = None,
    ends_on: date | None = None,
    is_legacy: bool = False,
    actor: Person,
    at: datetime,
) -> AgreementResult:
    """A framework agreement or a formal contract, for all phases where none are named. Sums in yuan.

    A legacy agreement (signed before the day the rulebook names) may be in effect without review conclusions.
    """
    project = derive.lock(project.pk)
    alive(project)
    if kind not in AgreementKind:
        raise DomainError(_("没有“{kind}”这种协议。").format(kind=kind), code="agreement.kind", field="kind")
    kind = AgreementKind(kind)
    title = told(title, _("协议名称"), 160, "agreement", "title")
    parties = told(parties, _("协议各方"), 300, "agreement", "parties")
    number = short(number, _("协议编号"), 80, "agreement", "number")
    happened(signed_on, at, _("签署日期"), "agreement", "signed_on")
    if ends_on is not None and ends_on < signed_on:
        raise DomainError(
            _("终止日期 {ends} 早于签署日期 {signed}。").format(ends=ends_on, signed=signed_on), code="agreement.ends",
            field="ends_on",
        )  # fmt: skip
    check_sum(investment_cny, _("协议总投资"), "investment_cny")
    check_sum(fixed_investment_cny, _("协议固定资产投资"), "fixed_investment_cny")
    if investment_cny is not None and fixed_investment_cny is not None and fixed_investment_cny > investment_cny:
        raise DomainError(
            _("协议固定资产投资（{fixed}）大于协议总投资（{total}）。").format(
                fixed=display(fixed_investment_cny), total=display(investment_cny)
            ), code="agreement.fixed", field="fixed_investment_cny", fix=_("请核对两个数字。"),
        )  # fmt: skip
    if is_legacy:
        _check_legacy(signed_on, at)
    covered = _phases(project, phases)
    twin = Agreement.objects.filter(project=project, number=number, voided_at=None).first() if number else None
    if twin is not None:
        raise DomainError(
            _("编号 {number} 的协议“{title}”已经登记。").format(number=number, title=twin.title), code="agreement.twice",
            field="number", fix=_("如原记录有误，请先作废。"),
        )  # fmt: skip
    agreement = Agreement.objects.create(
        project=project, kind=kind, title=title, number=number, parties=parties, investment_cny=investment_cny,
        fixed_investment_cny=fixed_investment_cny, signed_on=signed_on, ends_on=ends_on, is_legacy=is_legacy,
        recorded_by=actor, at=at,
    )  # fmt: skip
    agreement.phases.set(covered)
    record(
        actor=actor, at=at, verb="agreement.record", kind="project", object_id=project.pk,
        after={"agreement": agreement.pk, "kind": kind, "title": title, "number": number, "signed_on": signed_on,
               "investment_cny": investment_cny, "phases": [p.pk for p in covered], "is_legacy": is_legacy},
    )  # fmt: skip
    return AgreementResult(agreement, tuple(_remarks(project, agreement, covered, all_phases=phases is None)))


@transaction.atomic
def add_review(*, agreement: Agreement, review: ReviewRecord, actor: Person, at: datetime) -> Agreement:
    """Put a review conclusion to an agreement."""
    agreement = _open(agreement)
    if agreement.reviews.filter(pk=review.pk).exists():
        raise DomainError(
            _("审查记录 {number} 已在本协议名下。").format(number=review.document_number), code="agreement.review_twice",
            field="review",
        )  # fmt: skip
    agreement.reviews.add(review)
    _record(agreement, "agreement.review", actor, at, after={"review": review.pk, "kind": review.kind,
                                                             "conclusion": review.conclusion})  # fmt: skip
    return agreement


@transaction.atomic
def make_effective(*, agreement: Agreement, effective_on: date, actor: Person, at: datetime) -> Agreement:
    """The agreement takes effect. Refused without a favourable conclusion, by that day, of each review it needs."""
    agreement = _open(agreement)
    if agreement.effective_on is not None:
        raise DomainError(
            _("“{title}”已于 {on} 生效。").format(title=agreement.title, on=agreement.effective_on),
            code="agreement.effective",
        )
    happened(effective_on, at, _("生效日期"), "agreement", "effective_on")
    if effective_on < agreement.signed_on:
        raise DomainError(
            _("生效日期 {on} 早于签署日期 {signed}。").format(on=effective_on, signed=agreement.signed_on),
            code="agreement.effective_early", field="effective_on",
        )  # fmt: skip
    rule = compliance.agreement_rule(effective_on)
    if not agreement.is_legacy:
        missing = compliance.missing_reviews(agreement.kind, agreement.reviews.all(), rule, on=effective_on)
        if missing:
            raise DomainError(
                _("“{title}”还不能生效：缺少{reviews}的通过结论。").format(
                    title=agreement.title, reviews=_("、").join(_(kind.label) for kind in missing)
                ), code="agreement.reviews", field="reviews",
                fix=_("请先登记生效日期之前作出的审查结论，再办理生效。"),
            )  # fmt: skip
    agreement.effective_on = effective_on
    agreement.save(update_fields=["effective_on"])
    _record(agreement, "agreement.effect", actor, at, after={"effective_on": effective_on, "rule": rule.stamp})
    return agreement


@transaction.atomic
def void_agreement(*, agreement: Agreement, reason: str, actor: Person, at: datetime) -> Agreement:
    """Take an agreement off the record, with the reason. Refused while a standing fact rests on it."""
    agreement = _open(agreement)
    reason = told(reason, _("作废原因"), 300, "agreement", "reason")
    cited = Evidence.objects.filter(agreement=agreement, milestone__status__in=COUNTING).select_related("milestone")
    if resting := cited.first():
        stage = _(Stage(resting.milestone.stage).label) if resting.milestone else ""
        raise DomainError(
            _("“{title}”是里程碑“{stage}”的凭证，不能作废。").format(title=agreement.title, stage=_(stage)),
            code="agreement.cited", fix=_("请先作废或更正该里程碑。"),
        )  # fmt: skip
    agreement.voided_at, agreement.void_reason = at, reason
    agreement.save(update_fields=["voided_at", "void_reason"])
    _record(agreement, "agreement.void", actor, at, note=reason)
    return agreement


# --------------------------------------------------------------------------------------------------- helpers


def _open(agreement: Agreement) -> Agreement:
    project = derive.lock(agreement.project_id)
    alive(project)
    fresh = Agreement.objects.get(pk=agreement.pk)
    if fresh.voided_at is not None:
        raise DomainError(_("“{title}”已作废，不能再办理。").format(title=fresh.title), code="agreement.voided")
    return fresh


def _check_legacy(signed_on: date, at: datetime) -> None:
    until = legacy_before(compliance.agreement_rule(day_of(at)).body)
    if signed_on >= until:
        raise DomainError(
            _("{until} 起签署的协议不属于存量协议。").format(until=until), code="agreement.legacy", field="is_legacy",
            fix=_("请按新协议登记，并附审查结论。"),
        )  # fmt: skip


def _phases(project: Project, phases: Sequence[Phase] | None) -> list[Phase]:
    own = list(project.phases.all())
    if phases is None:
        return own
    wanted = {p.pk for p in phases}
    if not wanted or wanted - {p.pk for p in own}:
        raise DomainError(_("请选择本项目的分期。"), code="agreement.phases", field="phases")
    return [p for p in own if p.pk in wanted]


def _remarks(project: Project, agreement: Agreement, covered: Sequence[Phase], *, all_phases: bool) -> list[str]:
    """What does not fit together, to be looked at by a person: nothing is changed by it."""
    said = []
    if agreement.kind == AgreementKind.FRAMEWORK:
        said.append(_("框架协议不计入签约；签订正式合同后另行登记。"))
    told_sums = [p.investment_cny for p in covered]
    expected = project.investment_cny
    if not all_phases and len(covered) < project.phase_count:
        known = [s for s in told_sums if s is not None]
        expected = sum(known) if len(known) == len(told_sums) else None
    found = agreement.investment_cny
    if agreement.kind == AgreementKind.FORMAL and found is not None and expected is not None and found != expected:
        more = _("多") if found > expected else _("少")
        said.append(
            _("合同总投资 {found} 比台账中的 {expected} {more} {gap}，请核对。").format(
                found=display(found), expected=display(expected), more=more, gap=display(abs(found - expected))
            )
        )
    others = Agreement.objects.filter(project=project, kind=AgreementKind.FORMAL, voided_at=None, phases__in=covered)
    if agreement.kind == AgreementKind.FORMAL and (
        other := others.exclude(pk=agreement.pk).order_by("signed_on", "pk").first()
    ):
        said.append(
            _("所涉分期已有正式合同“{title}”（{on} 签署）；同一分期只计一次签约。").format(
                title=other.title, on=other.signed_on
            )
        )
    if agreement.is_legacy:
        said.append(_("存量协议：请尽快清理条款，不得作为新协议的范本。"))
    return said


def _record(
    agreement: Agreement, verb: str, actor: Person, at: datetime, *, after: dict[str, Any] | None = None, note: str = ""
) -> None:
    record(
        actor=actor, at=at, verb=verb, kind="project", object_id=agreement.project_id,
        after={"agreement": agreement.pk, "title": agreement.title} | (after or {}), note=note,
    )  # fmt: skip
