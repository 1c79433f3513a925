from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.domain.compliance.rules import (
    STANDARD_AGREEMENT_REVIEWS as RULE,
)
from yinfeng.domain.compliance.rules import (
    Conclusion,
    Review,
    ReviewKind,
    check_agreement_reviews,
    missing_reviews,
)

DAY = date(2026, 3, 1)
FAIR, LEGAL = ReviewKind.FAIR_COMPETITION, ReviewKind.LEGALITY


def test_a_formal_contract_needs_both_and_a_framework_fair_competition_only():
    assert missing_reviews("formal", [], RULE) == [FAIR, LEGAL]
    assert missing_reviews("framework", [], RULE) == [FAIR]
    assert missing_reviews("formal", [Review(FAIR, "excepted", DAY)], RULE) == [LEGAL]


def test_the_latest_conclusion_of_a_kind_decides():
    passed, failed = Review(FAIR, "passed", DAY, 1), Review(FAIR, "failed", DAY, 2)
    assert missing_reviews("framework", [failed, passed], RULE) == [FAIR]
    assert missing_reviews("framework", [failed, Review(FAIR, "passed", DAY + timedelta(1), 0)], RULE) == []


def test_a_conclusion_after_the_day_does_not_count():
    late = [Review(FAIR, "passed", DAY)]
    assert missing_reviews("framework", late, RULE, on=DAY - timedelta(1)) == [FAIR]
    assert missing_reviews("framework", late, RULE, on=DAY) == []


@given(
    st.lists(
        st.builds(
            Review,
            st.sampled_from(ReviewKind.values),
            st.sampled_from(Conclusion.values),
            st.dates(date(2024, 1, 1), date(2026, 1, 1)),
            st.integers(0, 99),
        )
    ),
    st.sampled_from(["formal", "framework"]),
)
def test_a_failed_review_added_last_always_blocks_and_a_passed_one_never_adds_a_gap(reviews, kind):
    later = date(2026, 2, 1)
    failed = [*reviews, Review(FAIR, "failed", later)]
    assert FAIR in missing_reviews(kind, failed, RULE)
    passed = [*reviews, Review(FAIR, "passed", later)]
    assert set(missing_reviews(kind, passed, RULE)) == set(missing_reviews(kind, reviews, RULE)) - {FAIR}


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"formal": ["legality"]}, "不能取消"),
        ({"framework": ["gut_feeling"]}, "gut_feeling"),
        ({"formal": "legality"}, "formal"),
        ({"legacy_before": "then"}, "legacy_before"),
    ],
)
def test_a_rule_that_cannot_be_used_is_named(change, word):
    check_agreement_reviews(RULE)
    with pytest.raises(ValueError, match=word):
        check_agreement_reviews(RULE | change)
