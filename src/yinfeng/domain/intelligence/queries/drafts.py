"""A record as it now stands: as a person left it, else as it was read."""

from __future__ import annotations

from ..models import Proposal
from ..rules.draft import Draft, draft_of, to_check, unsure_figures


def current_draft(proposal: Proposal) -> Draft:
    """As a person left it, else as it was read."""
    return Draft.from_json(proposal.corrected) if proposal.corrected else draft_of(proposal.fields)


def unchecked_of(proposal: Proposal, draft: Draft) -> frozenset[str]:
    """The figures that stand as read, are unsure, and nobody has ticked."""
    read = draft_of(proposal.fields)
    unsure = unsure_figures(read, certain=proposal.certain, spans=proposal.spans)
    return to_check(read, draft, unsure) - draft.checked
