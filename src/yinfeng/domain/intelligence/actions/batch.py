"""Many records at once, and further documents of a record that was accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yinfeng.domain.projects.actions.evidence import add_source, attach
from yinfeng.domain.projects.models import Lead, Project
from yinfeng.domain.projects.rules.words import Channel
from yinfeng.foundation.accounts.models import Person
from yinfeng.kernel.errors import DomainError

from ..models import Proposal
from ..queries.drafts import current_draft
from ..rules.draft import spans_for
from ..rules.words import ProposalStatus, Target
from .decisions import accept, accept_as_lead, accept_as_project, lock_open, reject_proposal, settle
from .entering import Placement, agrees, papers, standing

MOST = 50


@dataclass(frozen=True)
class BatchLine:
    """What became of one record: ``lead`` or ``project``, else ``fault`` says why not; both blank: left as it was."""

    proposal: Proposal
    lead: Lead | None = None
    project: Project | None = None
    fault: str = ""

    @property
    def is_done(self) -> bool:
        return self.lead is not None or self.project is not None


class _Undone(Exception):
    pass


def accept_many(
    *, proposals: Sequence[Proposal], target: Target, placement: Placement, whole: bool, actor: Person, at: datetime
) -> list[BatchLine]:
    """Each as a lead or a project of its own. ``whole``: all of them or none; else each by itself.

    Every record is tried, so that all faults are told at once.
    """
    if target == Target.INTO:
        raise ValueError(target)
    if not 0 < len(proposals) <= MOST:
        raise DomainError(_("一次处理 1 至 {n} 条记录。").format(n=MOST), code="batch.size")
    if placement.channel not in Channel and target == Target.LEAD:
        raise DomainError(_("转为线索须选择招商方式。"), code="proposal.no_channel", field="channel")
    lines: list[BatchLine] = []
    try:
        with transaction.atomic():
            for proposal in proposals:
                lines.append(_one(proposal, target, placement, actor, at))
            if whole and any(line.fault for line in lines):
                raise _Undone
    except _Undone:
        return [BatchLine(line.proposal, fault=line.fault) for line in lines]
    return lines


def _one(proposal: Proposal, target: Target, placement: Placement, actor: Person, at: datetime) -> BatchLine:
    verb = accept_as_lead if target == Target.LEAD else accept_as_project
    try:
        with transaction.atomic():
            made = verb(proposal=proposal, placement=placement, actor=actor, at=at)
    except DomainError as refusal:
        return BatchLine(proposal, fault=str(refusal))
    return BatchLine(made.proposal, lead=made.lead, project=made.project)


def reject_many(*, proposals: Sequence[Proposal], reason: str, actor: Person, at: datetime) -> list[BatchLine]:
    """Each left out of the ledger for the same reason; what somebody else decided meanwhile is told."""
    if not 0 < len(proposals) <= MOST:
        raise DomainError(_("一次处理 1 至 {n} 条记录。").format(n=MOST), code="batch.size")
    if not reason.strip():
        raise DomainError(_("不采用须写明原因。"), code="proposal.reason", field="reason")
    lines = []
    for proposal in proposals:
        try:
            reject_proposal(proposal=proposal, reason=reason, actor=actor, at=at)
        except DomainError as refusal:
            lines.append(BatchLine(proposal, fault=str(refusal)))
        else:
            lines.append(BatchLine(proposal))
    return lines


# ------------------------------------------------------------------------------------------- further documents


@transaction.atomic
def attach_others(*, proposal: Proposal, others: Sequence[Proposal], actor: Person, at: datetime) -> list[BatchLine]:
    """Records of other documents that tell of the same project go to where this one went, as further evidence.

    Nothing new is declared: their spans become papers of the project, and of each milestone that stands with the very
    date they tell. What they tell differently stays theirs to read.
    """
    proposal = Proposal.objects.select_related("project", "lead", "document").get(pk=proposal.pk)
    if proposal.status != ProposalStatus.ACCEPTED:
        raise DomainError(_("请先采用这条记录。"), code="proposal.not_accepted")
    lines = []
    for other in others:
        try:
            with transaction.atomic():
                lines.append(_attach(proposal, other, actor, at))
        except DomainError as refusal:
            lines.append(BatchLine(other, fault=str(refusal)))
    return lines


def _attach(proposal: Proposal, other: Proposal, actor: Person, at: datetime) -> BatchLine:
    document, other = lock_open(other)
    project, lead = proposal.project, proposal.lead
    if project is not None:
        add_source(project=project, papers=papers(other, other.spans), actor=actor, at=at)
        on_record = standing(project)
        for fact in current_draft(other).facts:
            held = on_record.get((fact.phase, fact.what))
            if held is not None and fact.day is not None and agrees(fact, held.happened_on):
                attach(held, papers(other, spans_for(other.spans, fact.what)), actor=actor, at=at)
    accept(other, actor=actor, at=at, project=project, lead=lead)
    settle(document, at)
    return BatchLine(other, lead=lead, project=project)
