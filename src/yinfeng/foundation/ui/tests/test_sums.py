"""Sums of money in the reader's language."""

from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.kernel.money import Money, display


@pytest.mark.parametrize(
    ("yuan", "unit", "places", "code", "chinese", "english"),
    [
        (360_000_000, "auto", None, "CNY", "3.6 亿元", "¥360m"),
        (123_456_789, "auto", None, "CNY", "1.23456789 亿元", "¥123.456789m"),
        (123_456_789, "auto", 2, "CNY", "1.23 亿元", "¥123m"),
        (160_000, "auto", None, "CNY", "16 万元", "¥160k"),
        (50_300_000, "auto", None, "CNY", "5,030 万元", "¥50.3m"),
        (50_300_000, "auto", 0, "CNY", "5,030 万元", "¥50.30m"),
        (9_999, "auto", None, "CNY", "9,999 元", "¥9,999"),
        (0, "亿元", 2, "CNY", "0.00 亿元", "¥0m"),
        (737_000_000, "auto", None, "USD", "7.37 亿美元", "USD 737m"),
        (45_515_000_000, "亿元", 2, "CNY", "455.15 亿元", "¥45,515m"),
    ],
)
def test_a_sum_is_said_in_each_language(yuan, unit, places, code, chinese, english) -> None:
    with override("zh-hans"):
        assert display(yuan, unit, places, code) == chinese
    with override("en"):
        assert display(yuan, unit, places, code) == english


@given(st.decimals(min_value=-(10**15), max_value=10**15, places=2))
def test_without_places_english_loses_nothing(amount: Decimal) -> None:
    with override("en"):
        told = display(amount).removeprefix("¥").replace(",", "")
    scale = {"m": 10**6, "k": 10**3}.get(told[-1], 1)
    assert Decimal(told.rstrip("mk")) * scale == amount


def test_an_amount_of_money_speaks_too() -> None:
    with override("en"):
        assert str(Money(Decimal(45_000_000), "USD")) == "USD 45m"
    assert str(Money(Decimal(45_000_000), "USD")) == "4,500 万美元"
