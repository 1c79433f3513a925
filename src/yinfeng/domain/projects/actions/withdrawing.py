"""Withdrawing projects that should never have been opened, many at once. Why it is done so: docs/adr/0012.

A withdrawn project points at itself where a merged one points at another: it leaves lists, counts and search like one,
its facts are voided with the reason, and what was known of it stays known.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.audit.models import AuditRow

from ..models import Flag, FundsArrival, Milestone, Phase, Project, ProjectState
from ..models.state import OPEN_END
from ..queries import search
from ..rules.derive import derive
from ..rules.words import COUNTING, FactStatus
from .bulk_firms import AUDIT, audit
from .bulk_rows import Table
from .periods import closed_error, closed_months, is_closed

BATCH = 500


@transaction.atomic
def withdraw_many(*, ids: Sequence[int], reason: str, actor: Person, at: datetime) -> None:
    """Withdraw projects: all or none. DomainError where a fact of theirs lies in a closed month."""
    closed = closed_months()
    empty = derive({0: {}}).columns()
    phase_count = empty.pop("phase_count")
    assert phase_count == 1
    trail = Table(AuditRow, AUDIT)
    for start in range(0, len(ids), BATCH):
        part = list(ids[start : start + BATCH])
        held = Project.objects.select_for_update(of=("self",)).filter(pk__in=part).order_by("pk")
        words = []
        for pk, name, code, platform, investor, product in held.values_list(
            "pk", "name", "code", "platform_code", "investor_name", "product"
        ):
            if platform:  # it may be given to another project: this one is not found by it any more
                words.append((pk, search.text_of(name, code, None, investor, product)))
            trail.add(audit(
                actor.pk, at, "project.withdraw", "project", pk, note=reason,
                before={"name": name, "code": code, "platform_code": platform}, after={"merged_into": pk},
            ))  # fmt: skip
        models: Any = (Milestone, FundsArrival, Flag)
        for model in models:
            standing = model.objects.filter(project_id__in=part, status__in=COUNTING)
            for on in standing.values_list("happened_on", flat=True).distinct() if closed else ():
                if is_closed(on, closed):
                    raise closed_error(on)
            standing.update(status=FactStatus.VOIDED, ended_by=actor, ended_at=at, end_reason=reason[:300])
        Phase.objects.filter(project_id__in=part).update(
            stage=empty["least_stage"], stage_on=None, version=F("version") + 1
        )
        Project.objects.filter(pk__in=part).update(
            **empty, merged_into=F("pk"), platform_code=None, funds_cny=0, unverified_count=0, next_due_on=None,
            next_due_text="", changed_at=at, version=F("version") + 1,
        )  # fmt: skip
        states = ProjectState.objects.filter(project_id__in=part, valid_to=OPEN_END)
        states.filter(valid_from__gte=at).delete()
        states.update(valid_to=at)
        search.index_many(words)
    trail.write()
