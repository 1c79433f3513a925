"""The vocabulary of rights, and places in the tree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.foundation.accounts.passwords import one_time_password
from yinfeng.foundation.accounts.rules import (
    ADMINISTRATORS,
    DEEPEST,
    STANDARD_RIGHTS,
    Role,
    Scope,
    child_path,
    masked_phone,
    may_hold_together,
    parse_rights,
)


def test_the_standard_policy_keeps_the_three_administrators_from_business() -> None:
    table = parse_rights(STANDARD_RIGHTS)
    own = {"account", "rights", "audit", "setting"}
    for (kind, role, _verb), _scope in table.items():
        if role in ADMINISTRATORS:
            assert kind in own
        else:
            assert kind not in own
    assert table["account", "sysadmin", "A"] is Scope.ALL
    assert ("rights", "sysadmin", "A") not in table  # who administers accounts grants no rights
    assert ("account", "secadmin", "A") not in table
    assert ("audit", "sysadmin", "S") not in table


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"lead": {"king": "S all"}}, "king"),
        ({"lead": {"park": "Q all"}}, "Q all"),
        ({"lead": {"park": "S everywhere"}}, "S everywhere"),
        ({"lead": {"park": "S"}}, "无法识别"),
        ({"lead": {"park": ""}}, "无法识别"),
    ],
)
def test_a_policy_that_cannot_be_read_names_the_cell(body: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_rights(body)


@given(st.sets(st.sampled_from([str(r) for r in Role])))
def test_administrators_stand_alone(roles: set[str]) -> None:
    administrators = roles & {str(r) for r in ADMINISTRATORS}
    assert may_hold_together(roles) == (not administrators or len(roles) == 1)


def test_places_in_the_tree_sort_as_text() -> None:
    assert child_path("", 1) == "0001."
    assert child_path("0001.", 23) == "0001.0023."
    assert sorted([child_path("", n) for n in (10, 2, 9999)]) == ["0002.", "0010.", "9999."]
    for parent, number in (("", 0), ("", 10_000), ("0001." * DEEPEST, 1)):
        with pytest.raises(ValueError, match="最多"):
            child_path(parent, number)
    assert len(child_path("0001." * (DEEPEST - 1), 1)) <= 60  # the column's width


def test_a_one_time_password_is_new_each_time_and_easy_to_read_out() -> None:
    made = {one_time_password() for _n in range(200)}
    assert len(made) == 200
    assert not set("".join(made)) & set("0O1lI")


def test_a_masked_number_cannot_be_called() -> None:
    assert masked_phone("13800001234") == "138****34"
    assert masked_phone("12345") == "****"
    assert masked_phone("") == ""
