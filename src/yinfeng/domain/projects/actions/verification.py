"""Verifying and returning many facts at once: what cannot be done is named with its reason and holds up no other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.audit.actions import record_many
from yinfeng.foundation.notices.actions import notify
from yinfeng.kernel.errors import DomainError

from ..models import Fact, Project
from ..rules.words import FactStatus
from . import periods
from .facts import named, noun, return_fact
from .guards import kept

STEP = 1_000  # facts a transaction: a quarter of a second of write lock


@dataclass(frozen=True)
class BatchResult:
    """How a batch ended: what was done, and for each other fact why it was not."""

    verified: int
    refused: tuple[tuple[str, str], ...]  # (the fact in words, why)


def verify_many(*, facts: Sequence[Fact], actor: Person, at: datetime) -> BatchResult:
    """Verify facts, a thousand in a transaction: within one either all that can be are verified, or none.

    Ends as :func:`facts.verify` on each would: derived counts, one audit row a fact; each author gets one notice.
    """
    count = 0
    refused: list[tuple[str, str]] = []
    for step in _steps(facts):
        verified, told = _verify_step(step, actor, at)
        count += verified
        refused += told
    return BatchResult(count, tuple(refused))


def _steps(facts: Sequence[Fact]) -> Iterator[list[Fact]]:
    """At most ``STEP`` facts of one kind each, in the order of projects: two batches lock in the same order."""
    ordered = sorted(facts, key=lambda f: (type(f).__name__, f.project_id, f.pk))
    for _kind, group in groupby(ordered, key=type):
        rows = list(group)
        for first in range(0, len(rows), STEP):
            yield rows[first : first + STEP]


@transaction.atomic
def _verify_step(facts: Sequence[Fact], actor: Person, at: datetime) -> tuple[int, list[tuple[str, str]]]:
    model: Any = type(facts[0])
    locked = Project.objects.select_for_update(of=("self",)).filter(pk__in={f.project_id for f in facts})
    names = dict(locked.order_by("pk").values_list("pk", "name"))
    closed = periods.closed_months()
    fresh = {f.pk: f for f in model._default_manager.filter(pk__in=[f.pk for f in facts])}
    good: list[Any] = []
    refused = []
    for known in facts:
        fact = fresh[known.pk]
        if why := _why_not(fact, actor, closed):
            refused.append((f"{names[fact.project_id]} · {noun(fact)}", why))
        else:
            good.append(fact)
    ids = [f.pk for f in good]
    model._default_manager.filter(pk__in=ids).update(status=FactStatus.VERIFIED, verified_by=actor, verified_at=at)
    by_number: dict[int, list[int]] = defaultdict(list)
    for project_id, n in Counter(f.project_id for f in good).items():
        by_number[n].append(project_id)
    # Each counted before and counts now, so nothing but the number that waits has changed: see ``one_less_waiting``.
    for n, projects in by_number.items():
        rows = Project.objects.filter(pk__in=projects)
        rows.update(unverified_count=F("unverified_count") - n, version=F("version") + 1)
        rows.filter(changed_at__lt=at).update(changed_at=at)
    for fact in good:
        fact.status = FactStatus.VERIFIED
    record_many(actor=actor, at=at, verb="fact.verify", kind="project", rows=[(f.project_id, named(f)) for f in good])
    _tell_authors([(names[f.project_id], f) for f in good], at)
    return len(good), refused


def _why_not(fact: Fact, actor: Person, closed: frozenset[periods.Month]) -> str:
    if fact.status != FactStatus.DECLARED:
        return _("这条记录已是“{status}”，可能刚被他人处理。").format(status=_(FactStatus(fact.status).label))
    if fact.declared_by_id == actor.pk:
        return _("不能审核自己填报的事实。")
    if periods.is_closed(fact.happened_on, closed):
        return periods.closed_error(fact.happened_on).message
    return ""


def _tell_authors(verified: Sequence[tuple[str, Fact]], at: datetime) -> None:
    by_author: dict[int, list[tuple[str, Fact]]] = defaultdict(list)
    for project, fact in verified:
        by_author[fact.declared_by_id].append((project, fact))
    for author, own in by_author.items():
        project, first = own[0]
        if len(own) == 1:
            text = kept(gettext_noop("{project}：{fact}已审核通过"), project=project, fact=noun(first))
        else:
            text = kept(
                gettext_noop("您填报的 {n} 条已审核通过，如{project}：{fact}"), n=len(own), project=project,
                fact=noun(first),
            )  # fmt: skip
        notify(persons=[author], kind="fact", text=text, url=f"/projects/{first.project_id}/", at=at)


def return_many(*, facts: Sequence[Fact], reason: str, actor: Person, at: datetime) -> BatchResult:
    """Send facts back for one reason, each in a transaction of its own: stages and sums follow from what is left."""
    count = 0
    refused = []
    for fact in sorted(facts, key=lambda f: (f.project_id, f.pk)):
        try:
            return_fact(fact=fact, reason=reason, actor=actor, at=at)
        except DomainError as error:
            if error.code == "fact.reason":  # nothing to be said of each: the reason itself is missing
                raise
            refused.append((f"{fact.project.name} · {noun(fact)}", error.message))
        else:
            count += 1
    return BatchResult(count, tuple(refused))
