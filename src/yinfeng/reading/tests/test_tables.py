"""Tables of projects. All firms and places are invented."""

from datetime import date

from yinfeng.reading import read_text

TABLE = """表1 临溪县2022年上半年签约项目一览
单位：万元
序号 | 项目名称 | 投资方 | 总投资 | 进展
1 | 高强度镁合金轮毂项目 | 沐岚轻合金有限公司 | 85,000 | 已开工
2 | 智能家居五金件项目 | 槐序五金 | 32000 | 正在办理用地手续
合计 |  |  | 117000 |
"""


def test_each_row_is_a_project_by_its_columns() -> None:
    reading = read_text(TABLE, doc_date=date(2022, 7, 15))
    assert [(p.name, p.investor, p.investment and p.investment.value, p.stage) for p in reading.projects] == [
        ("高强度镁合金轮毂项目", "沐岚轻合金有限公司", 8.5e8, "started"),
        ("智能家居五金件项目", "槐序五金", 3.2e8, "signed"),
    ]
    assert {m.value for m in reading.money} == {8.5e8, 3.2e8}
    for record in [*reading.projects, *reading.money]:
        assert all(TABLE[e.start : e.end] == e.quote for e in record.evidence)


def test_lines_with_bars_that_are_no_table_are_read_as_text() -> None:
    text = "首页 | 要闻 | 招商\n5月8日,鹿川能源储能电池项目在临溪县开工,总投资12亿元。\n上一篇 | 下一篇"
    projects = read_text(text, doc_date=date(2024, 5, 9)).projects
    assert [(p.name, p.stage) for p in projects] == [("鹿川能源储能电池项目", "started")]
