"""First-report claims 首报首谈: claiming, disputing, adjudicating, releasing, and letting lapse what nobody follows up.

One claim on a thing is protected at a time. Another unit's claim while one stands opens a dispute on both; whoever may
decide on leads settles it. Neither unit is told the other's name by a notice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.audit.actions import record
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.notices.actions import notify
from yinfeng.kernel.errors import DomainError

from ..models import Claim, Lead, Project
from ..queries import claims as queries
from ..queries import rulings
from ..rules.protection import RUNNING, STANDING, Lapse
from ..rules.words import ClaimKind, ClaimStatus, LeadStatus, Light
from . import derive
from .guards import alive, day_of, happened, kept, told


@dataclass(frozen=True)
class LapseReport:
    """What the clock did: ids of claims that lapsed and of claims whose owners were warned."""

    lapsed: tuple[int, ...]
    warned: tuple[int, ...]


@transaction.atomic
def claim(
    *,
    lead: Lead | None = None,
    project: Project | None = None,
    unit: Unit,
    kind: str,
    grounds: str,
    claimed_on: date | None = None,
    actor: Person,
    at: datetime,
) -> Claim:
    """A unit reports, negotiates or receives first. Protected from ``claimed_on`` (today where it is not told) for as
    long as the rulebook says; disputed on both sides where another unit's claim stands."""
    lead, project = _lock(lead, project)
    if kind not in ClaimKind:
        raise DomainError(_("没有“{kind}”这种申报。").format(kind=kind), code="claim.kind", field="kind")
    grounds = told(grounds, _("申报依据"), 300, "claim", "grounds")
    claimed_on = claimed_on or day_of(at)
    happened(claimed_on, at, _("申报日期"), "claim", "claimed_on")
    standing = list(queries.of_subject(lead=lead, project=project).filter(status__in=STANDING))
    own = next((c for c in standing if c.unit_id == unit.pk), None)
    if own is not None:
        raise DomainError(
            _("{unit}已于 {on} 申报“{kind}”，目前{status}。").format(
                unit=unit.short_name, on=own.claimed_on, kind=_(ClaimKind(own.kind).label),
                status=_(ClaimStatus(own.status).label),
            ), code="claim.twice", field="unit",
        )  # fmt: skip
    made = Claim.objects.create(
        lead=None if project and not lead else lead, project=None if lead else project, unit=unit, kind=kind,
        status=ClaimStatus.DISPUTED if standing else ClaimStatus.PROTECTED, claimed_on=claimed_on,
        protected_until=rulings.protection(day_of(at)).until(claimed_on), grounds=grounds, claimed_by=actor, at=at,
        dispute=kept(gettext_noop("另有单位在先申报")) if standing else "",
    )  # fmt: skip
    _record(
        made, "claim.make", actor, at, after={"unit": unit.pk, "kind": kind, "status": made.status, "on": claimed_on}
    )
    for other in standing:
        _dispute(other, kept(gettext_noop("另有单位申报")), actor, at)
    return made


@transaction.atomic
def dispute(*, claim: Claim, words: str, actor: Person, at: datetime) -> Claim:
    """Contest a protected claim: its clock stops until somebody rules."""
    claim = _fresh(claim)
    words = told(words, _("争议说明"), 300, "claim", "dispute")
    if claim.status not in RUNNING:
        raise DomainError(
            _("该申报目前是“{status}”，不能提出争议。").format(status=_(ClaimStatus(claim.status).label)),
            code="claim.status",
        )
    _dispute(claim, words, actor, at)
    return claim


@transaction.atomic
def adjudicate(*, claim: Claim, upheld: bool, decision: str, actor: Person, at: datetime) -> Claim:
    """Rule on a disputed claim (pages let only those who may decide on leads come here).

    Upheld: it is protected for a whole new term from today, every other disputed claim on the same thing is rejected.
    Rejected: where only one other disputed claim is left, that one is protected again.
    """
    claim = _fresh(claim)
    decision = told(decision, _("裁定意见"), 300, "claim", "decision")
    if claim.status != ClaimStatus.DISPUTED:
        raise DomainError(
            _("该申报目前是“{status}”，没有争议可裁定。").format(status=_(ClaimStatus(claim.status).label)),
            code="claim.status",
        )  # fmt: skip
    if claim.claimed_by_id == actor.pk:
        raise DomainError(
            _("不能裁定自己提出的申报。"), code="claim.second_person", fix=_("请由另一位有裁定权限的同事办理。")
        )
    others = [c for c in _disputed(claim) if c.pk != claim.pk]
    if upheld:
        claim.protected_until = max(claim.protected_until, rulings.protection(day_of(at)).until(day_of(at)))
        _decide(claim, ClaimStatus.UPHELD, decision, actor, at)
        for other in others:
            _decide(other, ClaimStatus.REJECTED, decision, actor, at)
    else:
        _decide(claim, ClaimStatus.REJECTED, decision, actor, at)
        if len(others) == 1:
            _decide(others[0], ClaimStatus.UPHELD, decision, actor, at, extend=True)
    return claim


@transaction.atomic
def release(*, claim: Claim, reason: str, actor: Person, at: datetime) -> Claim:
    """A unit gives its protection up: another may take the lead on at once."""
    claim = _fresh(claim)
    reason = told(reason, _("释放原因"), 300, "claim", "reason")
    if claim.status not in STANDING:
        raise DomainError(
            _("该申报目前是“{status}”，不需要释放。").format(status=_(ClaimStatus(claim.status).label)),
            code="claim.status",
        )
    others = [c for c in _disputed(claim) if c.pk != claim.pk]
    before = claim.status
    claim.status, claim.decision = ClaimStatus.RELEASED, reason
    claim.save(update_fields=["status", "decision"])
    _record(claim, "claim.release", actor, at, before={"status": before}, after={"status": claim.status}, note=reason)
    if before == ClaimStatus.DISPUTED and len(others) == 1:
        _decide(
            others[0],
            ClaimStatus.UPHELD,
            kept(gettext_noop("对方已释放：{reason}"), reason=reason)[:300],
            actor,
            at,
            extend=True,
        )
    return claim


def lapse_due(*, at: datetime, batch: int = 200) -> LapseReport:
    """The job's verb, at will once a day or more often: let lapse what has run out, warn of what soon will.

    Each batch is a transaction of its own. A claim is warned of once for each end that comes near: progress moves the
    end, and a new end is warned of anew.
    """
    today = day_of(at)
    lapsed: list[int] = []
    warned: list[int] = []
    last = 0
    while ids := list(
        Claim.objects.filter(pk__gt=last, status__in=RUNNING).order_by("pk").values_list("pk", flat=True)[:batch]
    ):
        last = ids[-1]
        _lapse_batch(ids, today, at, lapsed, warned)
    return LapseReport(tuple(lapsed), tuple(warned))


@transaction.atomic
def _lapse_batch(ids: Sequence[int], today: date, at: datetime, lapsed: list[int], warned: list[int]) -> None:
    rows = Claim.objects.select_for_update(of=("self",)).filter(pk__in=ids, status__in=RUNNING)
    claims = list(rows.select_related("lead__project", "project", "unit"))
    clocks = queries.clocks(claims, today)
    said = {
        (pk, (after or {}).get("ends_on"))
        for pk, after in AuditRow.objects.filter(
            object_kind="claim", object_id__in=[c.pk for c in claims], verb="claim.warn"
        ).values_list("object_id", "after")
    }
    for claim in claims:
        clock = clocks[claim.pk]
        if clock.has_lapsed:
            before = claim.status
            claim.status = ClaimStatus.LAPSED
            claim.decision = clock.cause.label
            claim.save(update_fields=["status", "decision"])
            _record(
                claim, "claim.lapse", None, at, before={"status": before},
                after={"status": claim.status, "cause": clock.cause, "ends_on": clock.ends_on},
            )  # fmt: skip
            _tell(
                [claim],
                kept(
                    gettext_noop("“{name}”的首报保护已失效：{cause}。"),
                    name=queries.name_of(claim),
                    cause=clock.cause.label,
                ),
                at,
            )
            lapsed.append(claim.pk)
        elif clock.light == Light.YELLOW and (claim.pk, clock.ends_on.isoformat()) not in said:
            _record(claim, "claim.warn", None, at, after={"ends_on": clock.ends_on, "cause": clock.cause})
            text = (
                gettext_noop("“{name}”的首报保护还有 {days} 天期满（{on}）。")
                if clock.cause == Lapse.EXPIRED
                else gettext_noop(
                    "“{name}”较长时间没有进展，{days} 天后（{on}）首报保护将失效；登记往来或推进项目即可延续。"
                )
            )
            _tell([claim], kept(text, name=queries.name_of(claim), days=clock.days_left, on=clock.ends_on), at)
            warned.append(claim.pk)


# --------------------------------------------------------------------------------------------------- helpers


def _lock(lead: Lead | None, project: Project | None) -> tuple[Lead | None, Project | None]:
    """The rows of the thing claimed, so that two units claiming at once take turns."""
    if (lead is None) == (project is None):
        raise ValueError("a claim belongs to exactly one lead or project")
    if lead is not None:
        lead = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
        if lead.status == LeadStatus.DROPPED:
            raise DomainError(_("线索“{name}”已放弃，不能申报。").format(name=lead.name), code="claim.lead_dropped")
        return lead, None
    assert project is not None
    project = derive.lock(project.pk)
    alive(project)
    return None, project


def _fresh(claim: Claim) -> Claim:
    """The claim as it now is, held until the transaction ends."""
    rows = Claim.objects.select_for_update(of=("self",)).select_related("unit", "lead__project", "project")
    return rows.get(pk=claim.pk)


def _disputed(claim: Claim) -> list[Claim]:
    rows = queries.of_subject(lead=claim.lead, project=claim.project).filter(status=ClaimStatus.DISPUTED)
    return list(rows.select_for_update(of=("self",)))


def _dispute(claim: Claim, words: str, actor: Person, at: datetime) -> None:
    before = claim.status
    if before != ClaimStatus.DISPUTED:
        claim.status, claim.dispute = ClaimStatus.DISPUTED, words
        claim.save(update_fields=["status", "dispute"])
        _record(
            claim, "claim.dispute", actor, at, before={"status": before}, after={"status": claim.status}, note=words
        )
        _tell(
            [claim],
            kept(gettext_noop("“{name}”的首报出现争议，保护期暂停计时，等待裁定。"), name=queries.name_of(claim)),
            at,
            but=actor,
        )


def _decide(
    claim: Claim, status: ClaimStatus, decision: str, actor: Person, at: datetime, *, extend: bool = False
) -> None:
    before = claim.status
    claim.status, claim.decision, claim.decided_by, claim.decided_at = status, decision, actor, at
    if extend:
        claim.protected_until = max(claim.protected_until, rulings.protection(day_of(at)).until(day_of(at)))
    claim.save(update_fields=["status", "decision", "decided_by", "decided_at", "protected_until"])
    _record(
        claim, "claim.adjudicate", actor, at, before={"status": before},
        after={"status": status, "protected_until": claim.protected_until}, note=decision,
    )  # fmt: skip
    _tell(
        [claim],
        kept(gettext_noop("“{name}”的首报争议已有结果：{status}。"), name=queries.name_of(claim), status=status.label), at,
        but=actor,
    )  # fmt: skip


def _tell(claims: Sequence[Claim], text: str, at: datetime, *, but: Person | None = None) -> None:
    for claim in claims:
        subject = claim.project or claim.lead
        owner_id = subject.owner_id if subject and _of_unit(claim, subject) else None
        persons = {p for p in (claim.claimed_by_id, owner_id) if p and (but is None or p != but.pk)}
        notify(persons=sorted(persons), kind="claim", text=text, url=queries.url_of(claim), at=at)


def _of_unit(claim: Claim, subject: Lead | Project) -> bool:
    unit_id = subject.owner_unit_id if isinstance(subject, Lead) else subject.lead_unit_id
    return unit_id == claim.unit_id


def _record(
    claim: Claim, verb: str, actor: Person | None, at: datetime, *, before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None, note: str = "",
) -> None:  # fmt: skip
    record(actor=actor, at=at, verb=verb, kind="claim", object_id=claim.pk, before=before, after=after, note=note)
