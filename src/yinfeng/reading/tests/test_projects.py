"""Projects: what is told of each, and what is none. All firms and places are invented."""

from datetime import date

import pytest

from yinfeng.reading import Lexicon, read_text
from yinfeng.reading.model import ProjectRecord, Reading

DAY = date(2024, 5, 20)


def read(text: str, **more: object) -> Reading:
    return read_text(text, doc_date=DAY, **more)  # type: ignore[arg-type]


def only(text: str) -> ProjectRecord:
    projects = read(text).projects
    assert len(projects) == 1, [p.name for p in projects]
    return projects[0]


def test_a_project_with_all_its_figures() -> None:
    project = only(
        "5月16日上午,沐岚光电智能传感器生产基地项目在临溪经济开发区开工。该项目总投资3.6亿元,占地85亩,新建厂房5.3万平方米,"
        "预计明年10月竣工投产后可实现年销售收入12亿元,年纳税超过5000万元。"
    )
    assert project.name == "沐岚光电智能传感器生产基地项目"
    assert project.investment is not None
    assert (project.investment.value, project.investment.unit) == (360_000_000, "CNY")
    assert (project.stage, project.date) == ("started", "2024-05-16")
    assert (project.land_mu, project.plant_area_sqm) == (85, 53_000)
    assert (project.expected_output_cny, project.expected_tax_cny) == (1.2e9, 5e7)
    assert project.place == "临溪经济开发区"
    assert project.investor == "沐岚光电"


def test_phases_stay_inside_their_project() -> None:
    project = only(
        "槐序集团副总裁介绍,槐序新能源材料建设项目总投资30亿元,其中一期投资11.6亿元,二期投资18.4亿元,目前在建的一期项目为一条电池箔生产线。"
    )
    assert project.investment is not None
    assert project.investment.value == 3e9
    assert [(p.name, p.investment.value if p.investment else None) for p in project.phases] == [
        ("一期", 1.16e9),
        ("二期", 1.84e9),
    ]
    assert project.phases[0].stage == "started"
    assert project.investor == "槐序集团"


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("鹿川能源储能电池项目正式签约落户临溪高新区。", "signed"),
        ("鹿川能源与临溪市政府签署鹿川能源储能电池项目战略合作框架协议。", "framework"),
        ("鹿川能源储能电池项目于4月8日奠基。", "started"),
        ("鹿川能源储能电池项目已竣工投产。", "producing"),
        ("鹿川能源储能电池项目将于今年10月开工建设。", "lead"),
        ("鹿川能源储能电池项目获得省发改委核准。", "registered"),
        ("鹿川能源拟与临溪市政府签订鹿川能源储能电池项目投资协议。", "negotiating"),
    ],
)
def test_stage_is_the_furthest_asserted_one(text: str, stage: str) -> None:
    assert only(text + "项目总投资2亿元。").stage == stage


def test_a_plan_does_not_raise_the_stage() -> None:
    project = only("鹿川能源储能电池项目已签约,总投资2亿元,计划今年9月开工,明年底建成投产。")
    assert project.stage == "signed"


def test_list_shares_stage_and_keeps_amounts_apart() -> None:
    projects = read(
        "大会集中签约9个项目,包括总投资12亿元的沐岚光电模组项目、总投资8亿元的鹿川能源电芯项目、总投资5亿元的槐序冷链物流园项目等,总投资额61亿元。"
    ).projects
    assert [(p.investment.value if p.investment else None, p.stage) for p in projects] == [
        (1.2e9, "signed"),
        (8e8, "signed"),
        (5e8, "signed"),
    ]


def test_amounts_told_respectively_are_paired() -> None:
    projects = read("总投资分别为11亿元、6亿元的沐岚养老社区项目和鹿川文旅小镇项目已签约。").projects
    assert [p.investment.value for p in projects if p.investment] == [1.1e9, 6e8]


def test_joint_amount_belongs_to_no_single_project() -> None:
    reading = read("本次签约沐岚光学镜片项目和鹿川能源电芯项目,投资总额达30亿元。")
    assert [p.investment for p in reading.projects] == [None, None]


def test_firm_that_builds_without_a_name() -> None:
    project = only("沐岚重工股份有限公司将斥资2亿美元在越南设立厂房用来制造起重机。")
    assert project.name is None
    assert project.investor == "沐岚重工股份有限公司"
    assert project.investment is not None
    assert (project.investment.value, project.investment.unit) == (2e8, "USD")


@pytest.mark.parametrize(
    "text",
    [
        "公司表示,市场传闻沐岚股份签订临溪湾风能发电项目框架协议,该项目总投资约30亿元,传闻不实,不存在该投资计划。",
        "全市上下要强化项目思维,抓项目、促开工,加快重大产业项目建设。",
        "今年以来,全市签约项目41个,总投资160.7亿元。",
        "全市规模以上工业企业实现产值235亿元,同比增长12%。",
        "项目负责人表示,项目建设要倒排工期。",
    ],
)
def test_no_project(text: str) -> None:
    assert read(text).projects == ()


def test_parts_of_a_project_are_not_projects() -> None:
    project = only("槐序医药产业园项目总投资9亿元,主要建设研发中心、标准厂房及年产3亿粒胶囊生产线,已开工。")
    assert project.name == "槐序医药产业园项目"


def test_the_same_project_under_two_names_is_one() -> None:
    project = only(
        "总投资38亿元的星枢年产6000万件手机镜头项目已签约。总投资38亿元的星枢项目,4月份进场装修,5月8日正式投产。"
    )
    assert (project.stage, project.date) == ("producing", "2024-05-08")


def test_local_lexicon_names_firms_and_parks() -> None:
    local = Lexicon(parks=("云岫谷",), firms=("白鹭洲",))
    project = read("白鹭洲智能装备项目在云岫谷开工,总投资2亿元。", lexicon=local).projects[0]
    assert project.investor == "白鹭洲"
    assert project.place == "云岫谷"


def test_evidence_quotes_the_raw_page() -> None:
    raw = "沐嵐光電傳感器項(xiàng)目總投資3.6億元，已經(jīng)開工建設(shè)，項(xiàng)目由槐序集團投資。"
    reading = read(raw)
    pieces = [piece for p in reading.projects for piece in p.evidence]
    assert pieces
    assert all(raw[piece.start : piece.end] == piece.quote for piece in pieces)
    assert any("investment" in piece.fields for piece in pieces)


def test_nothing_from_a_repaired_span_is_certain() -> None:
    raw = "在政府?dāng)y手園區(qū)攻堅(jiān)之後,沐嵐光電傳感器項(xiàng)目總投資3億元,已開工。"
    reading = read(raw)
    repaired = reading.normalised.repaired
    assert repaired
    for record in [*reading.projects, *reading.aggregates, *reading.money]:
        touched = any(
            reading.normalised.raw_span(a, b)[0] in range(e.start, e.end) for a, b in repaired for e in record.evidence
        )
        assert not (touched and record.certain)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # one amount for several projects is not split
        (
            "槐序集团总投资17亿元建设沐风发电设备制造项目、沐风光伏组件生产项目和沐风专用车生产项目,5月8日开工。",
            [("沐风发电设备制造项目", None), ("沐风光伏组件生产项目", None), ("沐风专用车生产项目", None)],
        ),
        # the frame shows where a name begins, whatever words it holds
        ("投资2.3亿元的优能伺服驱动器项目已开工建设。", [("优能伺服驱动器项目", 2.3e8)]),
        ("投资12.5亿元的智芯功率模块封测线落户临溪高新区。", [("智芯功率模块封测线", 1.25e9)]),
        (
            "5月8日,鹿川能源在临溪投资40亿元建设储能电池项目后,再追加8亿元扩建电芯检测中心。",
            [("储能电池项目", 4e9), ("电芯检测中心", 8e8)],
        ),
        # without a total, the first phase
        ("鹿川能源储能电池项目已签约,一期投资10亿元,二期投资12亿元。", [("鹿川能源储能电池项目", 1e9)]),
        # what a project is, is not another one
        ("沐岚总部项目是高新区重点打造的支撑性战略项目,计划总投资30亿元,5月8日奠基。", [("沐岚总部项目", 3e9)]),
        ("海纳化工炼化项目5月8日开工,总投资100亿元,主要建设乙烯装置项目、储运配套项目。", [("海纳化工炼化项目", 1e10)]),
    ],
)
def test_names_and_whose_amount_it_is(text: str, expected: list[tuple[str, float | None]]) -> None:
    assert [(p.name, p.investment.value if p.investment else None) for p in read(text).projects] == expected


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("5月8日,临溪县举行招商项目集中签约仪式。\n总投资10亿元的沐岚轴承项目,建成后年产值15亿元。", "signed"),
        ("重点在谈项目:\n1. 沐岚光模块项目(拟投资5亿元)", "negotiating"),
        ("沐岚与临溪县签订投资合作协议。根据协议,沐岚将在临溪投资12亿元,建设沐岚智能水泵项目。", "signed"),
        ("沐岚碳化硅衬底项目总投资26亿元,目前3栋厂房已完成竣工验收。", "started"),
        ("沐岚轴承项目、槐序阀门项目等23个项目成功签约。", "signed"),
    ],
)
def test_a_stage_told_around_a_project(text: str, stage: str) -> None:
    assert {p.stage for p in read(text).projects} == {stage}
