"""A person decides what becomes of what was read. Nothing enters the ledger by any other way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.domain.projects.actions.entries import InvestorData
from yinfeng.domain.projects.actions.evidence import add_source
from yinfeng.domain.projects.actions.leads import LeadData, create_lead
from yinfeng.domain.projects.actions.ledger import create_project
from yinfeng.domain.projects.models import Lead, Phase, Project
from yinfeng.domain.projects.rules.words import (
    Channel,
    ProjectKind,
)
from yinfeng.foundation.accounts.models import Person
from yinfeng.foundation.audit.actions import record
from yinfeng.kernel.errors import DomainError

from ..models import Document, Proposal
from ..queries.drafts import current_draft, unchecked_of
from ..rules.checks import Problem, fact_label, problems
from ..rules.draft import Draft
from ..rules.words import DocumentStatus, ProposalKind, ProposalStatus, Target
from .entering import Placement, agrees, declare, papers, project_data, standing


class ProposalRefused(DomainError):
    """What stands in the way of accepting, all at once; ``problems`` name the inputs."""

    def __init__(self, found: Sequence[Problem]) -> None:
        found = [p.said(_) for p in found]
        first = found[0]
        super().__init__(
            "；".join(p.message.rstrip("。") for p in found) + "。", code=first.code, field=first.field, fix=first.fix
        )
        self.problems = tuple(found)


@dataclass(frozen=True)
class Accepted:
    """What an acceptance did: ``declared`` facts were entered, ``supported`` ones stood already and gained a paper."""

    proposal: Proposal
    project: Project | None = None
    lead: Lead | None = None
    declared: int = 0
    supported: int = 0


# ------------------------------------------------------------------------------------------- the verbs


@transaction.atomic
def correct_proposal(
    *, proposal: Proposal, draft: Draft, expected_version: int | None = None, actor: Person, at: datetime
) -> Proposal:
    """Keep what a person typed. What was read stays beside it, unchanged."""
    _document, proposal = lock_open(proposal, expected_version)
    return _correct(proposal, draft, actor, at)


@transaction.atomic
def reject_proposal(
    *, proposal: Proposal, reason: str, expected_version: int | None = None, actor: Person, at: datetime
) -> Proposal:
    """Leave it out of the ledger, with the reason. It stays on record and can be taken up again."""
    document, proposal = lock_open(proposal, expected_version)
    _reject(proposal, _reason(reason), actor, at)
    settle(document, at)
    return proposal


@transaction.atomic
def reopen_proposal(*, proposal: Proposal, actor: Person, at: datetime) -> Proposal:
    """Take a rejected proposal up again; its document goes back into the queue."""
    document, proposal = _lock(proposal)
    if proposal.status != ProposalStatus.REJECTED:
        raise DomainError(
            _("只有“不采用”的记录可以恢复，这条记录{status}。").format(status=_(ProposalStatus(proposal.status).label)),
            code="proposal.not_rejected",
        )
    before = {"status": proposal.status, "reason": proposal.reason}
    proposal.status, proposal.reason, proposal.decided_by, proposal.decided_at = ProposalStatus.OPEN, "", None, None
    _save(proposal)
    if document.status == DocumentStatus.DONE:
        document.status, document.done_at = DocumentStatus.QUEUE, None
        document.save(update_fields=["status", "done_at"])
    settle(document, at)
    _record(proposal, "proposal.reopen", actor, at, before=before)
    return proposal


@transaction.atomic
def accept_as_lead(
    *,
    proposal: Proposal,
    placement: Placement,
    draft: Draft | None = None,
    expected_version: int | None = None,
    actor: Person,
    at: datetime,
) -> Accepted:
    """A new lead. Its spans stay with the proposal: a lead has no facts yet for them to be evidence of."""
    document, proposal, draft = _ready(proposal, draft, Target.LEAD, expected_version, actor, at)
    if placement.channel not in Channel:
        raise ProposalRefused([Problem("proposal.no_channel", "channel", _("转为线索须选择招商方式。"))])
    lead = create_lead(
        data=LeadData(
            name=draft.name, kind=ProjectKind(draft.kind), owner_unit_id=placement.unit_id,
            channel=Channel(placement.channel),
            investor=InvestorData(draft.investors[0]) if draft.investors else None,
            content=draft.content, investment_cny=draft.investment_cny, land_area_mu=draft.land_mu,
            expected_output_cny=draft.output_cny, expected_tax_cny=draft.tax_cny,
        ),
        actor=actor, at=at,
    )  # fmt: skip
    accept(proposal, actor=actor, at=at, lead=lead)
    settle(document, at)
    return Accepted(proposal, lead=lead)


@transaction.atomic
def accept_as_project(
    *,
    proposal: Proposal,
    placement: Placement,
    draft: Draft | None = None,
    expected_version: int | None = None,
    actor: Person,
    at: datetime,
) -> Accepted:
    """A new project with its phases; each fact is declared with its span as evidence and waits for verification."""
    document, proposal, draft = _ready(proposal, draft, Target.PROJECT, expected_version, actor, at)
    project = create_project(data=project_data(draft, placement), actor=actor, at=at)
    add_source(project=project, papers=papers(proposal, proposal.spans), actor=actor, at=at)
    declared, supported = declare(proposal, draft, project, actor=actor, at=at)
    accept(proposal, actor=actor, at=at, project=project)
    settle(document, at)
    return Accepted(proposal, project=project, declared=declared, supported=supported)


@transaction.atomic
def accept_into_project(
    *,
    proposal: Proposal,
    project: Project,
    draft: Draft | None = None,
    expected_version: int | None = None,
    actor: Person,
    at: datetime,
) -> Accepted:
    """Facts and spans go to a project on record. Its attributes are not touched: the ledger is changed on its own page.

    A milestone that stands already with the same date gains the span as a further paper; with another date it is
    refused, since a document does not overrule a fact.
    """
    document, proposal, draft = _ready(proposal, draft, Target.INTO, expected_version, actor, at, project)
    add_source(project=project, papers=papers(proposal, proposal.spans), actor=actor, at=at)
    declared, supported = declare(proposal, draft, project, actor=actor, at=at)
    project = Project.objects.get(pk=project.pk)
    accept(proposal, actor=actor, at=at, project=project)
    settle(document, at)
    return Accepted(proposal, project=project, declared=declared, supported=supported)


@transaction.atomic
def finish_document(*, document: Document, reason: str = "", actor: Person, at: datetime) -> Document:
    """The document is done with. What is still open is left out with ``reason``; without one it is refused."""
    document = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if document.status == DocumentStatus.DONE:
        raise DomainError(_("这份文档已研判完成。"), code="document.done", fix=_("请刷新后查看。"))
    rest = list(document.proposals.filter(status=ProposalStatus.OPEN))
    if rest and not reason.strip():
        raise DomainError(
            _("还有 {n} 条记录没有处理。").format(n=len(rest)), code="document.open_proposals", field="reason",
            fix=_("请逐条处理，或填写原因，将其余记录一并不采用。"),
        )  # fmt: skip
    for proposal in rest:
        _reject(proposal, _reason(reason), actor, at)
    document.status, document.done_at = DocumentStatus.DONE, at
    document.save(update_fields=["status", "done_at"])
    record(
        actor=actor, at=at, verb="document.finish", kind="document", object_id=document.pk,
        after={"rejected": len(rest)}, note=reason.strip(),
    )  # fmt: skip
    return document


# ------------------------------------------------------------------------------------------- the steps


def _lock(proposal: Proposal) -> tuple[Document, Proposal]:
    """The document is the lock of all its proposals."""
    document = Document.objects.select_for_update(of=("self",)).get(pk=proposal.document_id)
    fresh = Proposal.objects.select_related("decided_by").get(pk=proposal.pk)
    fresh.document = document
    return document, fresh


def lock_open(proposal: Proposal, expected_version: int | None = None) -> tuple[Document, Proposal]:
    document, proposal = _lock(proposal)
    if proposal.kind == ProposalKind.AGGREGATE:
        raise DomainError(_("统计数字只留存备查，不进入台账。"), code="proposal.aggregate")
    if proposal.status != ProposalStatus.OPEN:
        raise DomainError(
            _("这条记录已由{who}处理为“{status}”。您的操作没有保存。").format(
                who=proposal.decided_by.name if proposal.decided_by else "", status=_(ProposalStatus(proposal.status).label)
            ),
            code="proposal.handled", fix=_("请刷新后查看。"),
        )  # fmt: skip
    if expected_version is not None and proposal.version != expected_version:
        raise DomainError(
            _("这条记录刚被他人更正。您的修改没有保存。"), code="proposal.changed", fix=_("请刷新后再改。")
        )
    return document, proposal


def _ready(
    proposal: Proposal,
    draft: Draft | None,
    target: Target,
    expected_version: int | None,
    actor: Person,
    at: datetime,
    project: Project | None = None,
) -> tuple[Document, Proposal, Draft]:
    """Locked, corrected where a draft is given, and with nothing in the way."""
    document, proposal = lock_open(proposal, expected_version)
    if draft is not None:
        proposal = _correct(proposal, draft, actor, at)
    draft = current_draft(proposal)
    phases = Phase.objects.filter(project=project).count() if project is not None else None
    found = problems(
        draft, target=target, unchecked=sorted(unchecked_of(proposal, draft)), today=_day(at), phase_count=phases
    )
    if project is not None:
        found += _conflicts(draft, project)
    if found:
        raise ProposalRefused(found)
    return document, proposal, draft


def _conflicts(draft: Draft, project: Project) -> list[Problem]:
    """Facts of the draft that stand in the ledger with another date."""
    known = standing(project)
    return [
        Problem(
            "proposal.other_date", f"facts-{place}-on",
            _("该项目第 {phase} 期“{what}”已于 {on} 登记，与文档的 {read} 不同。").format(
                phase=fact.phase, what=_(fact_label(fact.what)), on=held.happened_on, read=fact.on
            ),
            _("请取消勾选这条事实；如原记录有误，请先在项目页更正。"),
        )
        for place, fact in enumerate(draft.facts)
        if (held := known.get((fact.phase, fact.what))) and fact.day and not agrees(fact, held.happened_on)
    ]  # fmt: skip


def _correct(proposal: Proposal, draft: Draft, actor: Person, at: datetime) -> Proposal:
    before, after = current_draft(proposal).to_json(), draft.to_json()
    if before == after:
        return proposal
    proposal.corrected = after
    _save(proposal)
    changed = [k for k in after if before[k] != after[k]]
    _record(
        proposal, "proposal.correct", actor, at,
        before={k: before[k] for k in changed}, after={k: after[k] for k in changed},
    )  # fmt: skip
    return proposal


def _reject(proposal: Proposal, reason: str, actor: Person, at: datetime) -> None:
    proposal.status, proposal.reason = ProposalStatus.REJECTED, reason
    proposal.decided_by, proposal.decided_at = actor, at
    _save(proposal)
    _record(proposal, "proposal.reject", actor, at, note=reason)


def accept(
    proposal: Proposal, *, actor: Person, at: datetime, project: Project | None = None, lead: Lead | None = None
) -> None:
    """The step of every acceptance, inside its transaction."""
    proposal.status, proposal.project, proposal.lead = ProposalStatus.ACCEPTED, project, lead
    proposal.decided_by, proposal.decided_at = actor, at
    _save(proposal)
    made = {"project": project.pk} if project else {"lead": lead.pk if lead else None}
    _record(proposal, "proposal.accept", actor, at, after=made)


def _save(proposal: Proposal) -> None:
    proposal.version += 1
    proposal.save(
        update_fields=["corrected", "status", "reason", "decided_by", "decided_at", "project", "lead", "version"]
    )


def settle(document: Document, at: datetime) -> None:
    """A document whose last record is decided is done; until then it is as pressing as its most pressing one."""
    rest = document.proposals.filter(status=ProposalStatus.OPEN).aggregate(n=Count("pk"), highest=Max("priority"))
    if document.status == DocumentStatus.QUEUE:
        document.priority = rest["highest"] or 0
        if not rest["n"]:
            document.status, document.done_at = DocumentStatus.DONE, at
        document.save(update_fields=["status", "done_at", "priority"])


def _record(
    proposal: Proposal,
    verb: str,
    actor: Person,
    at: datetime,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
) -> None:
    record(
        actor=actor, at=at, verb=verb, kind="document", object_id=proposal.document_id, before=before,
        after={"proposal": proposal.pk, "status": proposal.status, **(after or {})}, note=note,
    )  # fmt: skip


def _reason(reason: str) -> str:
    if not reason.strip():
        raise DomainError(_("不采用须写明原因。"), code="proposal.reason", field="reason")
    return " ".join(reason.split())[:300]


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()
