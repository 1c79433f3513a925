"""The verbs of the review queue: take in, correct, accept, reject, finish."""

from .decisions import (
    Accepted,
    ProposalRefused,
    accept_as_lead,
    accept_as_project,
    accept_into_project,
    correct_proposal,
    finish_document,
    reject_proposal,
    reopen_proposal,
)
from .entering import Placement
from .intake import AlreadyKnown, read_again, take_in

__all__ = [
    "Accepted",
    "AlreadyKnown",
    "Placement",
    "ProposalRefused",
    "accept_as_lead",
    "accept_as_project",
    "accept_into_project",
    "correct_proposal",
    "finish_document",
    "read_again",
    "reject_proposal",
    "reopen_proposal",
    "take_in",
]
