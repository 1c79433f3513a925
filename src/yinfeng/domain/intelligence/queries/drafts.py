"""A record as it now stands: as a person left it, else as it was read."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from ..models import Document, Proposal
from ..rules.draft import Draft, draft_of, to_check, unsure_figures
from ..rules.words import ProposalStatus


def current_draft(proposal: Proposal) -> Draft:
    """As a person left it, else as it was read."""
    return Draft.from_json(proposal.corrected) if proposal.corrected else draft_of(proposal.fields)


def unchecked_of(proposal: Proposal, draft: Draft) -> frozenset[str]:
    """The figures that stand as read, are unsure, and nobody has ticked."""
    read = draft_of(proposal.fields)
    unsure = unsure_figures(read, certain=proposal.certain, spans=proposal.spans)
    return to_check(read, draft, unsure) - draft.checked


def is_touched(document: Document, proposals: Sequence[Proposal] | None = None) -> bool:
    """Whether a person has decided or corrected any of its records; no query where ``proposals`` are its records."""
    if proposals is not None:
        handled = (ProposalStatus.ACCEPTED, ProposalStatus.REJECTED)
        return document.done_at is not None or any(p.status in handled or p.corrected is not None for p in proposals)
    decided = Q(status__in=[ProposalStatus.ACCEPTED, ProposalStatus.REJECTED])
    return document.done_at is not None or document.proposals.filter(decided | Q(corrected__isnull=False)).exists()
