import pickle
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.kernel import money
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.money import Money, MoneyError, display

amounts = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=4)
places = st.integers(min_value=0, max_value=6)


# ------------------------------------------------------------------------------------------------ rounding


@pytest.mark.parametrize(
    ("value", "digits", "wanted"),
    [
        (Fraction(22 * 100, 32), 1, "68.8"),  # 68.75: a bulletin printed 68.9
        (Fraction(29100, 292), 2, "99.66"),  # 99.6575…: a bulletin cut it to 99.65
        (Decimal("2.5"), 0, "3"),
        (Decimal("-2.5"), 0, "-3"),
        (Decimal("-0.04"), 1, "0.0"),
        (Decimal("1250"), -2, "1300"),
        (Fraction(1, 3), 3, "0.333"),
        (0, 2, "0.00"),
    ],
)
def test_half_up_rounds_by_magnitude_and_keeps_the_digits(value, digits, wanted):
    assert str(money.round_half_up(value, digits)) == wanted


@pytest.mark.parametrize(
    ("value", "digits", "wanted"),
    [
        ("0.125", 2, "0.12"),
        ("0.135", 2, "0.14"),
        ("0.1251", 2, "0.13"),
        ("0.1249", 2, "0.12"),
        ("-2.5", 0, "-2"),
        ("15.4546", 0, "15"),  # one step from the exact value, not 15.455 → 15.46 → 15.5 → 16
    ],
)
def test_gbt8170_sends_a_bare_five_to_the_even_digit(value, digits, wanted):
    assert str(money.round_gbt8170(Decimal(value), digits)) == wanted


@given(amounts, places)
def test_rounding_agrees_with_the_decimal_module(value, digits):
    wide = Context(prec=60)
    step = Decimal(1).scaleb(-digits)
    assert money.round_half_up(value, digits) == value.quantize(step, ROUND_HALF_UP, wide)
    assert money.round_gbt8170(value, digits) == value.quantize(step, ROUND_HALF_EVEN, wide)


@given(st.fractions(max_denominator=10**6), places)
def test_rounding_moves_a_value_by_at_most_half_a_step_and_only_once(value, digits):
    for rounded in (money.round_half_up(value, digits), money.round_gbt8170(value, digits)):
        assert abs(Fraction(rounded) - value) <= Fraction(1, 2 * 10**digits)
        assert money.round_half_up(rounded, digits) == rounded
        assert not (rounded == 0 and rounded.is_signed())


@pytest.mark.parametrize("value", [0.5, "0.5", True, None])
def test_rounding_refuses_what_is_not_exact(value):
    with pytest.raises(TypeError):
        money.round_half_up(value, 1)


# ----------------------------------------------------------------------------------------------- reading


@pytest.mark.parametrize(
    ("value", "unit", "amount", "currency"),
    [
        ("3.6", "亿元", "360000000", "CNY"),
        ("3.6", "亿", "360000000", "CNY"),
        ("12,345", "万元", "123450000", "CNY"),
        ("７．３７", "亿美元", "737000000", "USD"),
        ("200", "万美金", "2000000", "USD"),
        ("1", "亿港币", "100000000", "HKD"),
        ("5", "亿日元", "500000000", "JPY"),
        ("2", "万亿韩元", "2000000000000", "KRW"),
        (85, "元", "85", "CNY"),
        (Decimal("0.01"), "元", "0.01", "CNY"),
        ("-3", "千万元", "-30000000", "CNY"),
        ("10", "万USD", "100000", "USD"),
    ],
)
def test_of_reads_amount_and_unit(value, unit, amount, currency):
    assert Money.of(value, unit) == Money(Decimal(amount), currency)


@pytest.mark.parametrize("text", ["", "三亿", "3.6.1", "1,23", "1e9", "NaN", "inf", "3 6亿", "--3", "9" * 80])
def test_what_is_not_a_number_is_refused_with_a_mend(text):
    with pytest.raises(MoneyError) as refusal:
        Money.of(text if text != "3 6亿" else "3亿6", "元")
    assert refusal.value.fix


def test_a_number_without_a_unit_is_refused_because_it_could_be_anything():
    with pytest.raises(MoneyError, match="不是带单位的金额"):
        Money.parse("30")
    with pytest.raises(MoneyError, match="金额单位“公顷”无法识别"):
        Money.of("30", "公顷")


@pytest.mark.parametrize("value", [3.6, True, None])
def test_floats_are_refused_everywhere(value):
    for build in (lambda: Money(value), lambda: Money.of(value, "亿元"), lambda: display(value)):
        with pytest.raises(TypeError):
            build()


def test_nan_and_unknown_currencies_are_refused():
    with pytest.raises(MoneyError):
        Money(Decimal("NaN"))
    with pytest.raises(MoneyError):
        Money(Decimal("1e80"))
    with pytest.raises(DomainError, match="币种“XYZ”"):
        Money(Decimal(1), "XYZ")


# ------------------------------------------------------------------------------------------- arithmetic


def test_renminbi_and_dollars_are_never_added():
    yuan, dollars = Money.of("369.03", "亿元"), Money.of("7.37", "亿美元")
    for combine in (
        lambda: yuan + dollars,
        lambda: yuan - dollars,
        lambda: yuan < dollars,
        lambda: yuan >= dollars,
        lambda: yuan.ratio_to(dollars),
        lambda: Money.total([yuan, dollars]),
        lambda: money.change_words(yuan, dollars),
    ):
        with pytest.raises(MoneyError, match=r"人民币与美元") as refusal:
            combine()
        assert refusal.value.code == "money.currency_mismatch"
    assert yuan != dollars


@given(st.lists(amounts, max_size=30))
def test_sums_are_exact_in_any_order(parts):
    total = Money.total([Money(part) for part in parts])
    assert Fraction(total.amount) == sum(map(Fraction, parts), Fraction(0))
    assert Money.total([Money(part) for part in reversed(parts)]) == total


def test_a_sum_keeps_its_last_digit_beyond_the_default_precision():
    total = Money(Decimal("1" + "0" * 30)) + Money(Decimal("0.01"))
    assert total.amount == Decimal("1" + "0" * 30 + ".01")
    assert (total - Money(Decimal("1" + "0" * 30))).amount == Decimal("0.01")


@given(amounts, amounts)
def test_subtraction_undoes_addition_and_order_follows_the_amounts(a, b):
    left, right = Money(a), Money(b)
    assert left + right - right == left
    assert (left < right) == (a < b)
    assert (left >= right) == (a >= b)
    assert abs(left).amount == abs(a)
    assert (left > right, left <= right) == (a > b, a <= b)
    assert left.ratio_to(right) == (Fraction(a) / Fraction(b) if b else None)


def test_two_phases_make_the_whole():
    assert Money.of("11.6", "亿元") + Money.of("18.4", "亿元") == Money.of("30", "亿元")
    assert Money.total([]) == Money(Decimal(0))
    assert not Money.total([], "USD")
    assert Money.total([], "USD").currency == "USD"


def test_multiplication_is_exact_and_conversion_rounds_to_the_small_unit():
    assert Money.of("3", "万元") * Decimal("0.15") == Money.of("4500", "元")
    assert 2 * Money(Decimal("1.5")) == Money(Decimal(3))
    assert Money.of("1", "美元").converted(Decimal("7.12345"), "CNY") == Money(Decimal("7.12"))
    assert Money.of("100", "元").converted(Decimal("20.555"), "JPY") == Money(Decimal(2056), "JPY")
    with pytest.raises(TypeError):
        Money(Decimal(1)) * 0.5
    with pytest.raises(TypeError):
        Money(Decimal(1)) + 1


def test_equal_amounts_are_equal_however_they_are_written():
    assert Money(Decimal("3.60")) == Money(Decimal("3.6")) == Money(Decimal("36E-1"))
    assert len({Money(Decimal("100")), Money(Decimal("1E2")), Money(100)}) == 1
    assert str(Money(Decimal("1E2")).amount) == "100"
    assert pickle.loads(pickle.dumps(Money(Decimal(5), "usd"))) == Money(Decimal(5), "USD")


# --------------------------------------------------------------------------------------------- display


@pytest.mark.parametrize(
    ("yuan", "wanted"),
    [
        (360_000_000, "3.6 亿元"),
        (16_070_000_000, "160.7 亿元"),
        (123_450_000, "1.2345 亿元"),
        (100_000_000, "1 亿元"),
        (99_999_999, "9,999.9999 万元"),
        (160_000, "16 万元"),
        (12_345, "1.2345 万元"),
        (9_999, "9,999 元"),
        (0, "0 元"),
        (-360_000_000, "-3.6 亿元"),
        (Decimal("0.5"), "0.5 元"),
        (Decimal("-0.0"), "0 元"),
        (123_456_789_012_345, "1,234,567.89012345 亿元"),
    ],
)
def test_display_without_places_keeps_every_digit_and_adds_none(yuan, wanted):
    assert display(yuan) == wanted


@pytest.mark.parametrize(
    ("yuan", "unit", "digits", "wanted"),
    [
        (123_450_000, "万元", None, "12,345 万元"),
        (123_450_000, "元", None, "123,450,000 元"),
        (123_450_000, "亿元", 2, "1.23 亿元"),
        (123_500_000, "亿元", 2, "1.24 亿元"),  # half up
        (300_000_000, "亿元", 2, "3.00 亿元"),
        (99_999_999, "auto", 2, "1.00 亿元"),  # not 10,000.00 万元
        (9_999_996, "auto", 0, "1,000 万元"),
        (Decimal("9999.6"), "auto", 0, "1 万元"),
        (Decimal("-0.004"), "元", 2, "0.00 元"),
    ],
)
def test_display_with_a_unit_or_places(yuan, unit, digits, wanted):
    assert display(yuan, unit, digits) == wanted


def test_display_names_the_currency():
    assert str(Money.of("7.37", "亿美元")) == "7.37 亿美元"
    assert Money.of("500", "港元").display() == "500 港元"
    with pytest.raises(ValueError, match="display unit"):
        display(1, "公顷")


@given(amounts, st.sampled_from(["auto", "元", "万元", "亿元"]), st.sampled_from(list(money.currencies())))
def test_what_is_shown_can_be_read_back_exactly(amount, unit, currency):
    value = Money(amount, currency)
    assert Money.parse(value.display(unit)) == value


@given(amounts)
def test_wan_and_yi_are_exact(amount):
    assert money.to_wan(amount) * 10**4 == amount
    assert Fraction(money.to_yi(amount)) * 10**8 == Fraction(amount)


# ------------------------------------------------------------------------------------- rates and words


@pytest.mark.parametrize(
    ("part", "whole", "digits", "wanted"),
    [
        (114, 174, 1, "65.5%"),
        (26, 42, 1, "61.9%"),
        (76, 97, 2, "78.35%"),
        (0, 5, 1, "0.0%"),
        (5, 5, 0, "100%"),
        (Decimal("2.2"), Decimal("6.7"), 1, "32.8%"),
        (1234, 10, 1, "12,340.0%"),
        (3, 0, 1, None),
        (0, 0, 1, None),
        (None, 5, 1, None),
        (5, None, 1, None),
    ],
)
def test_percent_has_no_value_without_a_denominator(part, whole, digits, wanted):
    assert money.percent(part, whole, digits) == wanted


def test_percentage_points_are_subtracted_before_rounding():
    # 10.04 % and 9.96 %: rounded first they would differ by nothing
    assert money.percentage_points(Decimal("0.1004"), Decimal("0.0996")) == Fraction(8, 100)
    assert money.percentage_points(None, 1) is None


@pytest.mark.parametrize(
    ("this", "last", "wanted"),
    [
        (569, 100, "同比增长469.0%"),
        (80, 100, "同比下降20.0%"),
        (0, 100, "同比下降100.0%"),
        (100, 100, "同比持平"),
        (Decimal("100.01"), 100, "同比基本持平"),
        (Decimal("99.99"), 100, "同比基本持平"),
        (5, 0, "上年同期为零，不计同比"),
        (0, 0, "上年同期为零，不计同比"),
        (5, -3, "上年同期为负，不计同比"),
        (5, None, "上年同期无数据，不计同比"),
        (None, 5, "本期无数据，不计同比"),
        (Money(Decimal(150)), Money(Decimal(100)), "同比增长50.0%"),
    ],
)
def test_change_words_for_amounts(this, last, wanted):
    assert money.change_words(this, last) == wanted


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_fall_is_never_a_negative_growth(this, last):
    words = money.change_words(this, last)
    assert "-" not in words
    assert ("增长" in words) <= (this > last)
    assert ("下降" in words) <= (this < last)


def test_change_words_month_on_month_and_mixed_kinds():
    assert money.change_words(3, 0, word="环比") == "上期为零，不计环比"
    assert money.change_words(110, 100, word="环比", places=0) == "环比增长10%"
    with pytest.raises(TypeError):
        money.change_words(Money(Decimal(1)), 1)


@pytest.mark.parametrize(
    ("this", "last", "wanted"),
    [
        ("0.655", "0.600", "同比提高5.5个百分点"),
        ("0.600", "0.655", "同比下降5.5个百分点"),
        ("0.6", "0.60", "同比持平"),
        ("0.6001", "0.6", "同比基本持平"),
    ],
)
def test_change_words_for_rates(this, last, wanted):
    assert money.rate_change_words(Decimal(this), Decimal(last)) == wanted


def test_change_words_for_rates_without_data_and_for_ranks():
    assert money.rate_change_words(None, Fraction(1, 2)) == "本期无数据，不计同比"
    assert money.rate_change_words(Fraction(1, 2), None) == "上年同期无数据，不计同比"
    assert money.rank_change_words(2, 5) == "较上期上升3位"
    assert money.rank_change_words(5, 2) == "较上期下降3位"
    assert money.rank_change_words(5, 5) == "与上期持平"
    assert money.rank_change_words(5, None) == "上期无排名"


@pytest.mark.parametrize(
    ("completion", "elapsed", "wanted"),
    [
        (Decimal("0.655"), Fraction(7, 12), "超序时进度7.2个百分点"),
        (Decimal("0.50"), Fraction(7, 12), "欠序时进度8.3个百分点"),
        (Fraction(7, 12), Fraction(7, 12), "与序时进度持平"),
        (Fraction(7, 12) + Fraction(1, 10000), Fraction(7, 12), "与序时进度基本持平"),
        (None, Fraction(7, 12), "未设目标，不计进度"),
    ],
)
def test_progress_words(completion, elapsed, wanted):
    assert money.progress_words(completion, elapsed) == wanted
