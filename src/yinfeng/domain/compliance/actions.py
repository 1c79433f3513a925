"""Putting review conclusions on record: the only writer. A record is never edited; a new one replaces it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.audit.actions import record
from yinfeng.kernel.errors import DomainError

from .models import ReviewRecord
from .rules import Conclusion, ReviewKind

# The Regulation on Fair Competition Review (art. 17) asks that a case under art. 12 is explained in detail.
SHORTEST_EXCEPTION = 30


@transaction.atomic
def record_review(
    *, kind: str, subject: str, conclusion: str, concluded_on: date, reviewer: str, document_number: str, grounds: str,
    unit: Unit, actor: Person, at: datetime,
) -> ReviewRecord:  # fmt: skip
    """A written conclusion: which review, of what, how it ended, by whom, under which number, and why."""
    if kind not in ReviewKind:
        raise DomainError(_("没有“{kind}”这种审查。").format(kind=kind), code="review.kind", field="kind")
    if conclusion not in Conclusion:
        raise DomainError(
            _("没有“{one}”这种审查结论。").format(one=conclusion), code="review.conclusion", field="conclusion"
        )
    told = {
        "subject": (subject, _("审查事项"), 200), "reviewer": (reviewer, _("审查机构"), 80),
        "document_number": (document_number, _("文号"), 80), "grounds": (grounds, _("理由与依据"), 20_000),
    }  # fmt: skip
    for field, (text, label, most) in told.items():
        if not text.strip():
            raise DomainError(_("请填写{label}。").format(label=label), code="review.empty", field=field)
        if len(text.strip()) > most:
            raise DomainError(
                _("{label}最多 {most} 个字。").format(label=label, most=most), code="review.too_long", field=field
            )
    if concluded_on > timezone.localdate(at):
        raise DomainError(
            _("结论日期 {on} 晚于今天。").format(on=concluded_on), code="review.future", field="concluded_on",
            fix=_("只登记已经作出的书面结论。"),
        )  # fmt: skip
    if conclusion == Conclusion.EXCEPTED:
        if kind != ReviewKind.FAIR_COMPETITION:
            raise DomainError(
                _("只有公平竞争审查有例外规定。"),
                code="review.exception",
                field="conclusion",
                fix=_("请选择“通过”或“未通过”。"),
            )
        if len(grounds.strip()) < SHORTEST_EXCEPTION:
            raise DomainError(
                _("适用例外规定的，须详细说明理由（不少于 {least} 个字）。").format(least=SHORTEST_EXCEPTION),
                code="review.exception_grounds", field="grounds",
                fix=_("请写明适用的情形、没有对公平竞争影响更小的替代方案，以及实施期限或终止条件。"),
            )  # fmt: skip
    review = ReviewRecord.objects.create(
        kind=kind, subject=subject.strip(), conclusion=conclusion, concluded_on=concluded_on, reviewer=reviewer.strip(),
        document_number=document_number.strip(), grounds=grounds.strip(), unit=unit, recorded_by=actor, at=at,
    )  # fmt: skip
    record(
        actor=actor, at=at, verb="review.record", kind="review", object_id=review.pk,
        after={"kind": kind, "subject": review.subject, "conclusion": conclusion, "concluded_on": concluded_on,
               "document_number": review.document_number},
    )  # fmt: skip
    return review
