"""The verbs of the review queue: take in, correct, accept, reject, finish."""

from .batch import MOST as MOST_AT_ONCE
from .batch import BatchLine, accept_many, attach_others, reject_many
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
    "MOST_AT_ONCE",
    "Accepted",
    "AlreadyKnown",
    "BatchLine",
    "Placement",
    "ProposalRefused",
    "accept_as_lead",
    "accept_as_project",
    "accept_into_project",
    "accept_many",
    "attach_others",
    "correct_proposal",
    "finish_document",
    "read_again",
    "reject_many",
    "reject_proposal",
    "reopen_proposal",
    "take_in",
]
