"""Putting an admission score on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from yinfeng.domain.projects.actions.guards import day_of, short
from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.audit.actions import record
from yinfeng.kernel.errors import DomainError

from ..models import ScoringSheet
from ..queries.rulings import admission
from ..rules.scoring import plain, score
from ..subjects import Subject


@transaction.atomic
def score_subject(
    *, subject: Subject, scheme: str, values: Mapping[str, str], vetoes: Sequence[str] = (), note: str = "",
    actor: Person, at: datetime,
) -> ScoringSheet:  # fmt: skip
    """Score a lead or project by the scheme in force today; the sheet keeps its edition, values and formulas."""
    schemes, stamp = admission(day_of(at))
    if scheme not in schemes:
        raise DomainError(
            _("没有“{scheme}”这套评分方案。").format(scheme=scheme[:40]), code="score.scheme", field="scheme"
        )
    chosen = schemes[scheme]
    if unknown := sorted(set(values) - {i.key for i in chosen.items}):
        raise DomainError(_("方案中没有“{key}”这一项。").format(key=unknown[0][:40]), code="score.item")
    if foreign := [v for v in vetoes if v not in chosen.vetoes]:
        raise DomainError(_("方案中没有“{veto}”这一否决情形。").format(veto=foreign[0][:40]), code="score.veto")
    try:
        result = score(chosen, values, tuple(vetoes))
    except ValueError as fault:
        raise DomainError(str(fault), code="score.value") from fault
    if all(line.points is None for line in result.lines) and not result.vetoes:
        raise DomainError(_("请至少给一项评分。"), code="score.empty")
    sheet = ScoringSheet.objects.create(
        **subject.key, scheme=chosen.key, scheme_name=chosen.name, rule=stamp,
        values={line.key: line.value for line in result.lines if line.value}, vetoes=list(result.vetoes),
        lines=[
            [line.label, plain(line.full), line.value, None if line.points is None else plain(line.points), line.formula]
            for line in result.lines
        ],
        total=Decimal(result.total.numerator) / Decimal(result.total.denominator), outcome=result.outcome,
        note=short(note, _("评分说明"), 400, "score", "note"), actor=actor, at=at,
    )  # fmt: skip
    record(
        actor=actor, at=at, verb=f"{subject.kind}.score", kind=subject.kind, object_id=subject.pk,
        after={"sheet": sheet.pk, "scheme": scheme, "rule": stamp, "total": plain(result.total), "outcome": result.outcome},
    )  # fmt: skip
    return sheet
