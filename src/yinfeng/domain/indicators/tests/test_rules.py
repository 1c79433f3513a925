"""Definitions and arithmetic, without a database."""

from __future__ import annotations

import copy
from contextlib import suppress
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.domain.indicators.queries.as_json import exact
from yinfeng.domain.indicators.rules import figures
from yinfeng.domain.indicators.rules.definition import Band, Bands
from yinfeng.domain.indicators.rules.figures import Raw, Tally, cohorts, figure, into_bands
from yinfeng.domain.indicators.rules.node import DefinitionError
from yinfeng.domain.indicators.rules.parsing import parse_set
from yinfeng.domain.indicators.rules.standard import standard_body
from yinfeng.domain.indicators.rules.targets import check_targets, check_unit, target_of
from yinfeng.domain.indicators.rules.wording import formula, said, words_of
from yinfeng.kernel.periods import Period

RATE: dict[str, Any] = {
    "name": "开工率", "group": "rates", "words": "开工 ÷ 签约", "source": "测试", "measure": "ratio",
    "base": {"label": "签约", "date": "signed_on"}, "numerator": {"label": "开工", "reached": "started_on"},
}  # fmt: skip
COUNT: dict[str, Any] = {
    "name": "签约数", "group": "rates", "words": "签约", "source": "测试", "measure": "count",
    "base": {"label": "签约", "date": "signed_on"},
}  # fmt: skip


def a_set(**indicators: Any) -> dict[str, Any]:
    return {"format": 1, "groups": {"rates": ["推进率", "Rates"]}, "indicators": indicators}


def one(body: dict[str, Any], **others: Any) -> Any:
    return parse_set(a_set(it=body, **others)).by_name["it"]


def change(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    body = copy.deepcopy(body)
    *way, last = path.split(".")
    here = body
    for step in way:
        here = here.setdefault(step, {})
    here[last] = value
    return body


def test_the_standard_set_is_sound_and_says_itself_in_words() -> None:
    known = parse_set(standard_body())
    assert len(known.by_name) > 60
    for definition in known.by_name.values():
        assert definition.words
        assert definition.label_en
        assert definition.source
        assert known.get(definition.label) is definition, "a name stands for one indicator"


@pytest.mark.parametrize(
    ("body", "place", "says"),
    [
        (change(RATE, "base.dat", "signed_on"), "base.dat", "没有这个字段"),
        (change(RATE, "colour", "red"), "it.colour", "没有这个字段"),
        (change(RATE, "measure", "mean"), "it.measure", "可选"),
        (change(RATE, "base.date", "signed"), "base.date", "signed_on"),
        (change(RATE, "base.where", {"kinds": []}), "base.where.kinds", "永远为空"),
        (change(RATE, "base.where", {"kinds": ["factory"]}), "base.where.kinds", "可选"),
        (change(RATE, "base.where", {"origins": "new", "not_origins": "new"}), "not_origins", "永远为空"),
        (change(RATE, "base.where", {"not_reached": "signed_on"}), "base.where", "永远为空"),
        (change(RATE, "base.where", {"band": {"at_least": "5亿元", "below": "5亿元"}}), "band", "永远为空"),
        (change(RATE, "base.where", {"band": {"at_least": "5亿元", "above": "6亿元"}}), "band", "两个界限"),
        (change(RATE, "base.where", {"band": {"at_least": "100万美元"}}), "band.at_least", "人民币"),
        (change(RATE, "base.where", {"band": {"at_least": "5"}}), "band.at_least", "单位"),
        (change(RATE, "base.window", "since"), "base.since", "起始日期"),
        (change(RATE, "base.since", date(2024, 1, 1)), "base.since", "引号"),
        (change(RATE, "base.grace_days", -1), "grace_days", "整数"),
        (change(RATE, "base.grace_days", True), "grace_days", "整数"),
        (change(RATE, "numerator", None), "it.numerator", "没有分子"),
        (change(RATE, "numerator", {"label": "全部"}), "numerator", "100%"),
        (change(RATE, "base", None), "it.base", "没有底数"),
        (change(RATE, "group", "else"), "it.group", "没有“else”这一组"),
        (change(RATE, "of", "investment"), "it.currency", "币种口径"),
        (change(change(RATE, "of", "investment"), "currency", "original"), "it.currency", "不能相除"),
        (change(change(RATE, "of", "investment"), "currency", "ABC"), "it.currency", "无法识别"),
        (change(RATE, "numerator.funds", {"value_kind": "actual"}), "it.of", "分母须是金额"),
        (change(RATE, "base.funds", {"value_kind": ["actual", "estimate"]}), "value_kind", "无法识别"),
        (change(COUNT, "of", "investment"), "it.of", "计数"),
        ({**COUNT, "measure": "sum"}, "it.of", "合计什么"),
        (change(COUNT, "places", 9), "it.places", "整数"),
        (change(COUNT, "bands", {"steps": []}), "bands.cumulative", "true 或 false"),
        (change(COUNT, "bands", {"cumulative": False, "steps": [{"label": "甲", "at_least": "5亿元"},
                                 {"label": "甲", "below": "5亿元"}]}), "steps[2].label", "重复"),
        (change(COUNT, "name", "长" * 61), "it.name", "60"),
        (change(RATE, "base.where", {"kindz": ["service"]}), "where.kindz", "kinds"),
        ("签约数", "indicators.it", "一组"),
    ],
)  # fmt: skip
def test_a_bad_definition_is_refused_with_its_place_and_mend(body: Any, place: str, says: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        one(body)
    assert place in refused.value.place
    assert says in str(refused.value)


def test_overlapping_bands_are_refused_and_touching_ones_are_not() -> None:
    def bands(cumulative: bool, *steps: dict[str, str]) -> dict[str, Any]:
        return change(COUNT, "bands", {"cumulative": cumulative, "steps": list(steps)})

    low, high = {"label": "小", "at_least": "1亿元", "below": "5亿元"}, {"label": "大", "at_least": "5亿元"}
    assert len(one(bands(False, high, low)).bands.steps) == 2
    with pytest.raises(DefinitionError, match="重叠"):
        one(bands(False, high, {"label": "小", "at_least": "1亿元", "at_most": "5亿元"}))
    with pytest.raises(DefinitionError, match="自大至小"):
        one(bands(True, {"label": "一", "at_least": "1亿元"}, {"label": "五", "at_least": "5亿元"}))
    with pytest.raises(DefinitionError, match="只有下限"):
        one(bands(True, high, low))


def test_circles_and_unknown_references_are_refused_by_name() -> None:
    def ref(to: str) -> dict[str, Any]:
        return {"name": to, "group": "rates", "words": "比", "source": "测试", "measure": "quotient",
                "numerator": to, "denominator": "it"}  # fmt: skip

    with pytest.raises(DefinitionError, match="循环引用：a → b → a"):
        parse_set(a_set(it=COUNT, a=ref("b"), b=ref("a")))
    with pytest.raises(DefinitionError, match="不存在"):
        parse_set(a_set(it=COUNT, a=ref("c")))
    with pytest.raises(DefinitionError, match="比率"):
        parse_set(a_set(it=COUNT, r=RATE, a=ref("r")))


def _sum(currency: str, **more: Any) -> dict[str, Any]:
    return {**COUNT, "name": currency, "measure": "sum", "of": "investment", "currency": currency, **more}


FUNDS: dict[str, Any] = {"group": "rates", "words": "到位", "measure": "sum", "currency": "CNY"}


@pytest.mark.parametrize(
    ("measure", "one_part", "other_part", "says"),
    [("total", _sum("CNY"), _sum("USD"), "币种不同"), ("quotient", _sum("USD"), _sum("CNY"), "币种不同"),
     ("total", _sum("CNY"), COUNT, "单位不同"),
     ("total", {**FUNDS, "name": "实际", "base": {"label": "到位", "funds": {"value_kind": "actual"}}},
      {**FUNDS, "name": "预计", "base": {"label": "预计", "funds": {"value_kind": "estimate"}}}, "口径不同"),
     ("total", _sum("CNY"), _sum("converted"), ""), ("quotient", _sum("CNY"), COUNT, "")],
)  # fmt: skip
def test_two_currencies_and_two_kinds_of_money_are_never_put_together(
    measure: str, one_part: dict[str, Any], other_part: dict[str, Any], says: str
) -> None:
    parts = {"parts": ["a", "b"]} if measure == "total" else {"numerator": "a", "denominator": "b"}
    body = a_set(
        a=one_part, b=other_part, it={"name": "合", "group": "rates", "words": "合", "measure": measure, **parts}
    )
    if not says:
        assert parse_set(body).by_name["it"].refs == ("a", "b")
        return
    with pytest.raises(DefinitionError, match=says) as refused:
        parse_set(body)
    assert refused.value.place == "indicators.it"


def test_a_name_stands_for_one_indicator() -> None:
    with pytest.raises(DefinitionError, match="已由 a 使用") as refused:
        parse_set(a_set(a=COUNT, b=COUNT))
    assert refused.value.place == "indicators.b.name"


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda x: st.lists(x, max_size=3)
                    | st.dictionaries(st.sampled_from(["base", "date", "measure", "name", "where", "format"]), x, max_size=4),
                    max_leaves=12))  # fmt: skip
def test_whatever_stands_in_a_body_gets_an_answer_in_words(body: Any) -> None:
    for whole in (
        body,
        a_set(it=body),
        a_set(it=change(RATE, "base", body)),
        a_set(it=change(RATE, "numerator", body)),
    ):
        with suppress(DefinitionError):
            parse_set(whole)


# ------------------------------------------------------------------------------------------------ arithmetic


def raw(base: int, part: int = 0) -> Raw:
    return Raw(Tally(base), Tally(part))


def test_a_rate_is_exact_inside_and_rounded_once() -> None:
    rate = one(RATE)
    assert figure(rate, raw(32, 22)).value == Fraction(11, 16)
    assert said(rate, figure(rate, raw(32, 22))) == "68.8%"
    assert formula(rate, figure(rate, raw(32, 22))) == "开工 22 个 ÷ 签约 32 个 = 68.8%"


def test_an_empty_base_has_no_value() -> None:
    rate = one(RATE)
    assert figure(rate, raw(0)).value is None
    assert said(rate, figure(rate, raw(0))) == "—"
    assert formula(rate, figure(rate, raw(0))).endswith("= —")


def test_sums_of_two_currencies_stand_side_by_side() -> None:
    total = one({**COUNT, "measure": "sum", "of": "investment", "scale": "亿元"})
    both = Raw(Tally(113, 113, {"CNY": Fraction(36_903_000_000), "USD": Fraction(737_000_000)}))
    found = figure(total, both)
    assert found.value is None
    assert said(total, found) == "369.03 亿元 + 7.37 亿美元"
    with pytest.raises(ValueError, match="never added"):
        both.base.amount()


def test_what_told_no_sum_is_not_zero() -> None:
    total = one({**COUNT, "measure": "sum", "of": "investment", "currency": "CNY"})
    assert said(total, figure(total, Raw(Tally(3, 0)))) == "—"
    assert figure(total, Raw()).value == 0, "of no project the sum is zero"
    assert figure(total, Raw(Tally(3, 2, {"CNY": Fraction(5)}))).untold == 1


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=12))
def test_a_total_is_pooled_never_a_mean(lines: list[tuple[int, int]]) -> None:
    rate, whole = one(RATE), Raw()
    for base, part in lines:
        whole.add(raw(base, min(base, part)))
    bases, parts = sum(b for b, _p in lines), sum(min(b, p) for b, p in lines)
    assert figure(rate, whole).value == (Fraction(parts, bases) if bases else None)


BANDS = Bands(True, (Band("a", "30", 30), Band("b", "10", 10), Band("c", "5", 5), Band("d", "1", 1)))


@given(st.lists(st.integers(0, 60), max_size=40))
def test_cumulative_bands_hold_the_larger_ones(amounts: list[int]) -> None:
    slots: dict[str, Raw] = {}
    for amount in amounts:
        key = next((b.key for b in BANDS.steps if b.holds(amount)), "")
        slots.setdefault(key, Raw()).base.count += 1
    printed = into_bands(BANDS, slots)
    assert [printed[b.key].base.count for b in BANDS.steps] == [
        sum(a >= (b.low or 0) for a in amounts) for b in BANDS.steps
    ]
    assert figures.reads_as_cumulative((b.low or 0, printed[b.key].base.count) for b in BANDS.steps)


def test_each_end_of_a_band_says_whether_it_belongs() -> None:
    assert Band("x", "", 5, True).holds(5)
    assert not Band("x", "", 5, False).holds(5)
    assert Band("x", "", None, True, 5, True).holds(5)
    assert not Band("x", "", None, True, 5, False).holds(5)
    assert not Band("x", "", None, True, 5, True).holds(None)


@pytest.mark.parametrize(
    ("now", "then", "words"),
    [(110, 100, "同比增长10.0%"), (91, 100, "同比下降9.0%"), (100, 100, "同比持平"), (10001, 10000, "同比基本持平"),
     (5, 0, "上年同期为零，不计同比")],
)  # fmt: skip
def test_a_change_is_said_as_the_conventions_have_it(now: int, then: int, words: str) -> None:
    of = {"name": "比", "group": "rates", "words": "比", "source": "测试", "measure": "change", "of": "n",
          "against": "last_year"}  # fmt: skip
    known = parse_set(a_set(n=COUNT, it=of))
    found = figures.change(Fraction(now), Fraction(then), rates=False)
    assert words_of(known.by_name["it"], found, known.by_name["n"]) == words


def test_progress_is_told_in_points() -> None:
    body = {
        "name": "超欠",
        "group": "rates",
        "words": "比",
        "source": "测试",
        "measure": "ahead",
        "of": "done",
        "places": 2,
    }
    done = {"name": "完成率", "group": "rates", "words": "比", "source": "测试", "measure": "completion", "of": "n"}
    it = parse_set(a_set(n=COUNT, done=done, it=body)).by_name["it"]
    october = Fraction(10, 12)
    assert words_of(it, figures.ahead(Fraction(9, 10), october)) == "超序时进度6.67个百分点"
    assert words_of(it, figures.ahead(Fraction(8, 10), october)) == "欠序时进度3.33个百分点"
    assert words_of(it, figures.ahead(october, october)) == "与序时进度持平"
    assert words_of(it, figures.ahead(None, october)) == "未设目标，不计进度"


def test_a_cohort_has_no_rate_until_it_is_old_enough() -> None:
    pairs = [
        (date(2024, 1, 31), date(2024, 2, 29), 2),
        (date(2024, 1, 5), None, 2),
        (date(2024, 3, 1), date(2024, 3, 2), 1),
    ]
    january, march = cohorts(pairs, (1, 3), date(2024, 5, 31), "month")
    assert (january.period, january.size, january.reached) == (Period.month(2024, 1), 4, (2, 2))
    assert january.rates() == (Fraction(1, 2), Fraction(1, 2))
    assert march.reached == (1, None), "three months have not passed for those of 31 March"


def test_grace_cuts_the_young_from_the_base() -> None:
    rate = one(change(RATE, "base.grace_days", 90))
    assert figures.window_of(rate, Period.year(2024), date(2024, 6, 30))[1] == date(2024, 4, 1)
    assert figures.window_of(rate, Period.year(2024), date(2025, 6, 30))[1] == date(2024, 12, 31)


def test_what_is_compared_is_seen_as_early() -> None:
    period, as_of = figures.compared(Period.ytd(date(2024, 7, 25)), date(2024, 7, 25), "last_year")
    assert (period, as_of) == (Period.ytd(date(2023, 7, 25)), date(2023, 7, 25))
    period, as_of = figures.compared(Period.month(2024, 1), date(2024, 1, 31), "previous")
    assert (period, as_of) == (Period.month(2023, 12), date(2023, 12, 31))


@given(st.fractions())
def test_json_numbers_are_exact(value: Fraction) -> None:
    text = exact(value)
    assert text is not None
    assert Fraction(text) == value


def test_targets_are_read_with_their_unit_or_refused() -> None:
    body = {"signed_count": {"2024": {"all": 120}}, "funds_outside_province": {"2024": {"east": "85 亿元"}}}
    check_targets(body)
    assert target_of(body, "funds_outside_province", 2024, "east") == 8_500_000_000
    assert target_of(body, "funds_outside_province", 2024, "all") is None
    for bad in ({"x": {"2024": {"all": 0}}}, {"x": {"24": {}}}, {"x": {"2024": {"all": "85"}}}, [], {"x": 3}):
        with pytest.raises(ValueError, match=r"[\u4e00-\u9fff]"):
            check_targets(bad)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [("signed_count", "5亿元", "是数量"), ("signed_count", 120, ""), ("funds_outside_province", 120, "写明单位"),
     ("funds_outside_province", "5亿美元", "以元计"), ("funds_outside_province", "85 亿元", ""),
     ("funds_overseas_usd", "85 亿元", "以美元计"), ("funds_overseas_usd", "2 亿美元", ""), ("start_rate", 70, "是比率"),
     ("start_rate", "70%", "")],
)  # fmt: skip
def test_a_target_is_told_in_the_unit_of_what_it_is_the_target_of(name: str, value: Any, says: str) -> None:
    definition = parse_set(standard_body()).by_name[name]
    if not says:
        check_unit(definition, value)
        return
    with pytest.raises(ValueError, match=says):
        check_unit(definition, value)
