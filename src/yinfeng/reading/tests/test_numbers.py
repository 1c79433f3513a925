"""Amounts as the trade writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.reading.mentions.numbers import find_numbers, hanzi_value
from yinfeng.reading.normalising import fold


def amounts(text: str) -> list[tuple[float, str, float | None, str | None]]:
    return [(n.value, n.unit, n.value_max, n.qualifier) for n in find_numbers(fold(text)) if n.kind == "money"]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("总投资３．２６亿元", 326_000_000, "CNY"),
        ("投资9199.7亿元人民币", 919_970_000_000, "CNY"),
        ("利税1个亿", 100_000_000, "CNY"),
        ("总投资2.5万亿韩元", 2.5e12, "KRW"),
        ("千万美元以上项目20个", 1e7, "USD"),
        ("投资上百亿元", 1e10, "CNY"),
        ("投资五十亿元", 5e9, "CNY"),
        ("注册资本1,200万元", 12_000_000, "CNY"),
        ("带来1千万美元外资", 1e7, "USD"),
        ("斥资4.2亿港元", 420_000_000, "HKD"),
        ("税收2亿", 200_000_000, "CNY"),
    ],
)
def test_one_amount(text: str, value: float, unit: str) -> None:
    assert [found[:2] for found in amounts(text)] == [(value, unit)]


@pytest.mark.parametrize(
    "text",
    [
        "亿元以上项目3个", "打造千亿级产业集群", "年产3亿只电容", "储量24亿吨", "万亿元级产业", "2910个亿元以上项目", "两市一体",
        "一元复始", "共有项目15个",
    ],
)  # fmt: skip
def test_not_money(text: str) -> None:
    assert amounts(text) == []


def test_ranges_have_two_ends() -> None:
    assert amounts("年税收6-8亿元") == [(6e8, "CNY", 8e8, None)]
    assert amounts("交易额200亿-250亿元") == [(2e10, "CNY", 2.5e10, None)]


def test_currency_is_inherited_in_an_enumeration() -> None:
    assert [found[:2] for found in amounts("分别到资0.72亿和0.45亿美元")] == [(72_000_000, "USD"), (45_000_000, "USD")]


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [
        ("总投资约5亿元", "约"), ("总投资5亿元左右", "约"), ("总投资超过5亿元", "超"), ("总投资近5亿元", "近"),
        ("总投资5亿多元", "余"),         ("总投资50多亿元", "余"), ("总投资达5亿元", None), ("税收500万元以上", "超"),
    ],
)  # fmt: skip
def test_qualifiers(text: str, qualifier: str | None) -> None:
    assert amounts(text)[0][3] == qualifier


def test_neighbours_stay_apart() -> None:
    assert [found[0] for found in amounts("5亿元以上3个,10亿元以上2个")] == [5e8, 1e9]
    assert [found[0] for found in amounts("总投资120亿元,分两期建设")] == [1.2e10]


@given(st.integers(1, 9999), st.integers(0, 99), st.sampled_from(["亿元", "万元", "万美元"]))
def test_every_decimal_is_exact(whole: int, cents: int, unit: str) -> None:
    found = amounts(f"总投资{whole}.{cents:02d}{unit}")
    scale = 10**6 if unit.startswith("亿") else 100
    assert found[0][0] == (whole * 100 + cents) * scale


def test_chinese_digits() -> None:
    assert [hanzi_value(text) for text in ("十", "二十六", "两百", "一千零五")] == [10, 26, 200, 1005]
