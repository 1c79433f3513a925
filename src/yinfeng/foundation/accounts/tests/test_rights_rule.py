"""A rights table that cannot be used, or that would lock everyone out, is refused with its place."""

from __future__ import annotations

import copy

import pytest

from yinfeng.foundation.accounts.rules import STANDARD_RIGHTS, parse_rights


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lead": 5}, "lead：应逐个岗位"),
        ({"lead": {"officer": 7}}, "lead / officer：“7”无法识别"),
        ({"projct": {"officer": "S own"}}, "没有“projct”这类对象"),
        ({"rights": {"sysadmin": "S all"}}, "rights / secadmin：须保留"),
        ({"account": {"secadmin": "SA all"}}, "account / sysadmin：须保留"),
    ],
)
def test_a_table_that_cannot_be_used(change: dict, words: str) -> None:
    body = copy.deepcopy(STANDARD_RIGHTS) | change
    with pytest.raises(ValueError, match=words):
        parse_rights(body)


def test_a_table_that_is_none() -> None:
    with pytest.raises(ValueError, match="三层"):
        parse_rights([])  # type: ignore[arg-type]
