"""Statistics about groups of projects. All places are invented."""

from datetime import date

import pytest

from yinfeng.reading import read_text

DAY = date(2024, 8, 10)


def statistics(text: str) -> list[tuple[object, ...]]:
    found = read_text(text, doc_date=DAY).aggregates
    return [(a.measure, a.value, a.unit, a.threshold_cny, a.period, a.yoy_percent) for a in found]


def test_count_sum_and_part_with_threshold() -> None:
    assert statistics("今年上半年,全市签约亿元以上项目41个,总投资160.7亿元,其中30亿元以上项目2个。") == [
        ("signed_count", 41, "count", 1e8, "今年上半年", None),
        ("total_investment", 1.607e10, "CNY", 1e8, "今年上半年", None),
        ("signed_count", 2, "count", 3e9, "今年上半年", None),
    ]


def test_growth_belongs_to_the_figure_before_it() -> None:
    found = statistics("1-7月,全区签约项目329个,投资1153.5亿元,同比下降40.0%,其中外资6.94亿美元,下降92.7%。")
    assert ("total_investment", 1.1535e11, "CNY", None, "1-7月", -40.0) in found
    assert ("total_investment", 6.94e8, "USD", None, "1-7月", -92.7) in found


def test_growth_alone_is_a_statistic_and_average_growth_has_no_year_on_year() -> None:
    assert statistics("前三季度,全市固定资产投资同比增长5.5%。") == [
        ("fixed_asset_investment", 5.5, "%", None, "前三季度", 5.5)
    ]
    assert statistics("五年来,新区实际使用外资年均增长45.3%。")[0][-1] is None


@pytest.mark.parametrize(
    ("text", "measure", "value"),
    [
        ("截至7月底,全市在手在谈项目113个。", "negotiating_count", 113),
        ("8月5日,44个重点项目开工。", "started_count", 44),
        ("投产项目168个。", "producing_count", 168),
        ("今年共列各类建设项目63项。", "project_count", 63),
        ("计划开工重大项目50个。", "project_count", 50),
        ("截至目前,共到位市外资金6.7亿元。", "paid_in_capital", 6.7e8),
        ("全市实际使用外资4478万美元。", "foreign_capital_used", 44_780_000),
        ("区领导外出招商8次。", "visits", 8),
        ("今年举办招商推介会12场。", "events", 12),
    ],
)
def test_measures(text: str, measure: str, value: float) -> None:
    assert (measure, value) in [row[:2] for row in statistics(text)]


def test_parts_inherit_state_and_threshold_from_the_group() -> None:
    found = statistics("1~7月,全市新签约亿元以上产业项目42个。从产业分类看,制造业项目41个,服务业1个。")
    assert ("signed_count", 41, "count", 1e8, "1~7月", None) in found
    assert ("signed_count", 1, "count", 1e8, "1~7月", None) in found


def test_a_headline_is_not_counted_twice() -> None:
    found = statistics("临溪40个项目集中开工 总投资200亿\n4月15日,临溪市40个项目集中开工,总投资200亿元。")
    assert [row[:2] for row in found] == [("started_count", 40), ("total_investment", 2e10)]


@pytest.mark.parametrize(
    "text",
    [
        "地区生产总值增长6.5%。",
        "履约率达98.77%。",
        "实现进出口总额10.6万亿元。",
        "新增就业8600人。",
        "制造业占比61.9%。",
    ],
)
def test_not_labelled(text: str) -> None:
    assert statistics(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the state of a ceremony, and parts told in a sentence or a line of their own
        (
            "5月8日,全市举行重大项目集中开工仪式,36个项目总投资331亿元。\n其中,产业项目27个。",
            ("started_count", 27, None),
        ),
        ("全市共签约项目27个。其中,临溪高新区10个,海棠县3个。", ("signed_count", 10, None)),
        ("全县签约项目51个,超10亿元项目27个。", ("signed_count", 27, 1e9)),
        ("上半年引进亿元以上项目166个,其中50亿元以上4个、百亿元以上1个。", ("project_count", 1, 1e10)),
        ("上半年,55个签约项目投资额均在5000万元以上。", ("signed_count", 55, 5e7)),
        # two states in one clause
        ("前8个月,100个市列重大项目开工建设90个。", ("started_count", 90, None)),
        ("前8个月,100个市列重大项目开工建设90个。", ("project_count", 100, None)),
        # agreements are signings
        ("1-10月,已正式签订招商协议150个,协议引资264.2亿元。", ("signed_count", 150, None)),
        ("今年,力争新签约亿元以上项目180个以上。", ("project_count", 180, 1e8)),
        # what is counted, and what a measure told before holds for
        ("1-6月,到位资金排前两位的是:海棠县31.2亿元、临溪县27.8亿元。", ("paid_in_capital", 2.78e9, None)),
        ("1-2月,实际使用外资18.2亿美元。欧盟投资2.6亿美元,增长1.4倍。", ("foreign_capital_used", 2.6e8, None)),
        ("全市引进亿元以上省外项目资金额219亿元。", ("paid_in_capital", 2.19e10, 1e8)),
    ],
)
def test_what_the_words_around_a_figure_make_of_it(text: str, expected: tuple[object, ...]) -> None:
    assert expected in [(measure, value, threshold) for measure, value, _, threshold, _, _ in statistics(text)]


def test_growth_in_multiples_and_a_fall_by_its_sign() -> None:
    found = statistics(
        "1-9月,甲县、乙县分别到位资金96亿元和71亿元,同比分别增长17.2%和-3.6%;实际使用外资2.6亿美元,增长1.4倍。"
    )
    assert [growth for *_, growth in found] == [17.2, -3.6, 140]


def test_tourists_are_no_delegations() -> None:
    assert statistics("节日期间全市接待游客286万人次,同比增长68%。") == []
