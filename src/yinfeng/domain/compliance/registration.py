"""What compliance puts into the registries of the house: its rule."""

from yinfeng.foundation.rulebook.queries import add_standard
from yinfeng.foundation.rulebook.rules import Standard

from .rules import STANDARD_AGREEMENT_REVIEWS, check_agreement_reviews


def register() -> None:
    """Called once, from ``AppConfig.ready``."""
    add_standard(Standard("agreement_reviews", "协议生效所需审查", STANDARD_AGREEMENT_REVIEWS, check_agreement_reviews))
