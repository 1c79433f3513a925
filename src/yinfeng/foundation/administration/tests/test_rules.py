"""Reading a rule as people type it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.foundation.administration.rules import diff, parse_body, thing_label, verb_label
from yinfeng.foundation.rulebook.queries import as_text

words = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"], exclude_characters="\ufeff"), max_size=20
)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(words, plain, min_size=1, max_size=4))
def test_what_is_written_is_read_back(body: dict) -> None:
    assert parse_body(as_text(body)) == body


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "为空"),
        ("a: [1, 2", "第 1 行|第 2 行"),
        ("a: 1\n\tb: 2", "第 2 行"),
        ("a: 1\na: 2", "重复"),
        ("a: &x [1]\nb: *x", "引用"),
        ("a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]", "引用"),
        ("!!python/object/apply:os.system ['id']", "第 1 行"),
        ("a: \x07", "控制字符"),
        ("? [1, 2]\n: x", "键只能"),
        ("x" * 200_001, "超过"),
        ("[" * 5_000, "嵌套|第"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_body(text)


def test_dates_stay_text_so_that_a_body_is_plain_json() -> None:
    body = parse_body("from: 2026-03-02\nyes: true\non: off\n周期: 月")
    assert body == {"from": "2026-03-02", "yes": True, "on": "off", "周期": "月"}
    json.dumps(body)


def test_a_difference_shows_what_went_and_what_came() -> None:
    lines = diff("a: 1\nb: 2\n", "a: 1\nb: 3\n")
    assert [(line.kind, line.text) for line in lines if line.kind in ("added", "removed")] == [
        ("removed", "b: 2"),
        ("added", "b: 3"),
    ]
    assert diff("a: 1", "a: 1") == []


def test_verbs_are_read_by_people_and_unknown_ones_stay() -> None:
    assert verb_label("person.reset_password") == "人员 · 重置密码"
    assert verb_label("dragon.tame") == "dragon · tame"
    assert verb_label("odd") == "odd"
    assert thing_label("unit") == "单位"
