"""What is told around a project or a figure and not beside it: events, headers, payers, growth in rows, denials."""

from datetime import date

from yinfeng.reading import read_text
from yinfeng.reading.model import AggregateRecord, ProjectRecord

DAY = date(2024, 5, 13)


def projects(text: str) -> dict[str | None, ProjectRecord]:
    return {project.name: project for project in read_text(text, doc_date=DAY).projects}


def aggregates(text: str) -> list[AggregateRecord]:
    return list(read_text(text, doc_date=DAY).aggregates)


def test_the_day_of_a_ceremony_is_the_day_of_what_was_signed_there() -> None:
    told = projects(
        "5月12日,临溪市举行招商项目集中签约活动,12个项目成功签约。\n"
        "其中,槐序装备投资12亿元的减速器项目落户东陵市;鹿川食品投资3亿元建设的冷链仓储项目选址临溪物流园。"
    )
    assert {(p.stage, p.date) for p in told.values()} == {("signed", "2024-05-12")}
    assert {p.investor for p in told.values()} == {"槐序装备", "鹿川食品"}


def test_the_date_of_a_wire_is_no_event() -> None:
    told = projects("财联社5月13日电,5月12日,槐序集团与临溪市签约,槐序储能电池项目落户临溪市,总投资6亿元。")
    assert [p.date for p in told.values()] == ["2024-05-12"]


def test_a_header_gives_its_stage_to_what_follows() -> None:
    told = projects(
        "续建项目:槐序铜基新材料项目,总投资24亿元;鹿川饲料项目,总投资3亿元,6月底前投产。\n"
        "拟开工建设的有:总投资9亿元的沐岚轮毂项目、总投资4亿元的云岫中药项目。"
    )
    assert [p.stage for p in told.values()] == ["started", "started", "lead", "lead"]


def test_a_project_takes_the_signing_told_in_its_sentence() -> None:
    told = projects("2月23日,临溪市与沐岚地产集团正式签订协议,由沐岚地产集团投资30亿元,打造“西部家居建材城”。")
    assert [(p.stage, p.investor, p.date) for p in told.values()] == [("signed", "沐岚地产集团", "2024-02-23")]


def test_what_the_text_denies_or_turned_down_is_no_project() -> None:
    assert projects("网传沐岚动力将在临溪市投资120亿元建设电池工厂。对此,公司回应称未就该项目签署任何协议。") == {}
    assert projects("去年,一家企业有意投资30亿元建设农药项目。因不符合准入条件,临溪市没有引进该项目。") == {}


def test_growth_told_in_a_row_goes_to_its_figures_in_order() -> None:
    found = aggregates(
        "1-4月,全市签约项目168个、总投资912亿元,同比分别增长9.8%、14.2%。到位内资386亿元,总量居全省第4位,增幅11.7%。"
    )
    assert [(a.value, a.yoy_percent) for a in found] == [(168, 9.8), (91_200_000_000, 14.2), (38_600_000_000, 11.7)]


def test_growth_of_a_part_is_a_statistic_of_its_own() -> None:
    found = aggregates(
        "1-4月,实际使用外资52亿元,其中医疗仪器制造业增长84.1%。德国、法国实际对华投资分别增长8.9%、下降5.4%。"
    )
    assert [(a.unit, a.value, a.yoy_percent) for a in found] == [
        ("CNY", 5_200_000_000, None),
        ("%", 84.1, 84.1),
        ("%", 8.9, 8.9),
        ("%", -5.4, -5.4),
    ]
    assert {a.measure for a in found} == {"foreign_capital_used"}


def test_a_paragraph_goes_on_in_the_period_of_the_one_before() -> None:
    found = aggregates("1-4月,全市新签约亿元以上项目86个。\n全市外出招商37批次,举办招商推介活动12场。")
    assert {a.period for a in found} == {"1-4月"}
    assert [a.measure for a in found] == ["signed_count", "visits", "events"]


def test_a_revised_total_is_the_total() -> None:
    told = projects("槐序预制菜产业基地项目原计划总投资20亿元,项目总投资调减至12亿元,一期已封顶。")
    assert [p.investment and p.investment.value for p in told.values()] == [1_200_000_000]
