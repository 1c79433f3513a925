from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yinfeng.domain.projects.rules.matching import (
    STANDARD_DUPLICATES,
    Sign,
    core,
    likeness,
    name_likeness,
    parse_duplicates,
)

ONE = frozenset({1})
WARN = STANDARD_DUPLICATES["warn_score"]
names = st.text(alphabet="晨曦电池材料新能源光电示例一二集团公司AB12（） ", max_size=24)
signs = st.builds(
    Sign,
    names,
    names,
    names,
    st.frozensets(st.sampled_from("ab"), max_size=1),
    st.frozensets(st.integers(1, 3), max_size=1),
)


@pytest.mark.parametrize(
    ("probe", "known"),
    [
        (Sign("晨曦电池材料项目"), Sign("年产10万吨晨曦电池材料生产线建设项目")),
        (Sign("晨曦（示例）电池材料"), Sign("晨曦示例电池材料")),
        (Sign("晨曦电池壳项目", "晨曦科技有限公司"), Sign("新型结构件项目", "晨曦科技股份有限公司")),
        (
            Sign("新型结构件项目", product="锂电池壳", group=frozenset({1})),
            Sign("壳体", product="锂电池壳体", group=frozenset({1})),
        ),
        (Sign("甲", uscc=frozenset({"x"})), Sign("完全两样", uscc=frozenset({"x", "y"}))),
        (Sign("结构件项目", "晨曦科技有限公司"), Sign("晨曦科技结构件二期项目")),
    ],
)
def test_what_a_person_would_call_the_same_is_warned_of_with_reasons(probe, known):
    found = likeness(probe, known)
    assert found.score >= WARN
    assert found.reasons


@pytest.mark.parametrize(
    ("probe", "known"),
    [
        (Sign("年产5万吨锂电池材料项目"), Sign("年产5万台数控机床项目")),
        (Sign("远山食品加工项目", "远山食品有限公司"), Sign("近水食品加工项目", "近水食品有限公司")),
        (Sign("晨曦电池", product="电池"), Sign("暮云纺织", product="电池")),
        (Sign("产业园项目"), Sign("生产基地建设项目")),
        (Sign("总部"), Sign("")),
    ],
)
def test_what_only_shares_common_words_is_not(probe, known):
    assert likeness(probe, known).score < WARN


def test_filler_and_quantities_fall_away_but_never_the_whole_name():
    assert core("年产20万吨晨曦电池材料生产线建设项目（一期）") == "晨曦电池材料"
    assert core("项目") == "项目"
    assert core("") == ""


@given(signs, signs)
@settings(max_examples=200, deadline=None)
def test_likeness_is_the_same_both_ways_and_within_bounds(one, other):
    there, back = likeness(one, other), likeness(other, one)
    assert there.score == back.score
    assert 0 <= there.score <= 100
    assert set(there.reasons) == set(back.reasons)


@given(signs, st.integers(7, 9))
@settings(deadline=None)
def test_one_sign_more_never_lowers_the_score(sign, head):
    other = Sign("示例新材料", "示例公司", "材料")
    shared = frozenset({head})
    more = Sign(sign.name, sign.investor_name, sign.product, sign.uscc, sign.group | shared)
    known = Sign(other.name, other.investor_name, other.product, other.uscc, shared)
    assert likeness(more, known).score >= likeness(sign, known).score


@given(names)
@settings(deadline=None)
def test_a_name_is_like_itself(name):
    assert name_likeness(name, name) == (1.0 if core(name) else 0.0)


@pytest.mark.parametrize("body", [None, {}, {"warn_score": 0, "per_hour": 5}, {"warn_score": 60, "per_hour": True}])
def test_a_rule_that_cannot_be_used_is_refused(body):
    parse_duplicates(STANDARD_DUPLICATES)
    with pytest.raises(ValueError):
        parse_duplicates(body)
