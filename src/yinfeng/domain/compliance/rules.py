"""Vocabulary of reviews. Pure."""

from yinfeng.kernel.enums import LabelledEnum


class ReviewKind(LabelledEnum):
    FAIR_COMPETITION = "fair_competition", "公平竞争审查"
    LEGALITY = "legality", "合法性审查"
    COLLECTIVE_DECISION = "collective_decision", "集体决策"


class Conclusion(LabelledEnum):
    PASSED = "passed", "通过"
    EXCEPTED = "excepted", "适用例外规定"
    FAILED = "failed", "未通过"


# What an agreement needs before it can be effective (a rule of the rulebook, kind "agreement_reviews").
STANDARD_AGREEMENT_REVIEWS = {"formal": ["fair_competition", "legality"], "framework": ["fair_competition"]}
