"""What the ledger stores, by noun."""

from .agreements import Agreement, Ceremony
from .attached import Listing, ProjectInvestor
from .claims import Claim
from .facts import Evidence, Fact, Flag, FundsArrival, Milestone
from .ledger import Lead, Phase, Project
from .lists import TeamSeat, Undertaking
from .periods import ClosedPeriod, Correction
from .state import ProjectState
from .views import Follow, SavedView
from .visits import Visit

__all__ = [
    "Agreement",
    "Ceremony",
    "Claim",
    "ClosedPeriod",
    "Correction",
    "Evidence",
    "Fact",
    "Flag",
    "Follow",
    "FundsArrival",
    "Lead",
    "Listing",
    "Milestone",
    "Phase",
    "Project",
    "ProjectInvestor",
    "ProjectState",
    "SavedView",
    "TeamSeat",
    "Undertaking",
    "Visit",
]
