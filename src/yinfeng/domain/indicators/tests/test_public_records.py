"""Leads and visits from workbooks to figures by the public commands alone, as a half-year summary prints them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from yinfeng.domain.importing.models import Import, ImportRow
from yinfeng.domain.projects.models import Lead, Visit

from .road import brought_in, figures, imported, shown, sized, vector_of

pytestmark = [pytest.mark.django_db, pytest.mark.shared]
HALF = ("2022-01-01", "2022-06-30")
LEADS = ["线索名称", "项目类别", "招商方式", "首报时间", "驻点组", "投资方", "总投资（亿元）", "研判日期"]
VISITS = ["往来方式", "日期", "对接企业", "驻点组", "接待人员", "来访人员", "带队领导", "洽谈内容"]


def lead(n: int, kind: str = "制造业", on: str = "2022.3.7", screened: str | None = "2022-04-11") -> list[Any]:
    return [f"试验{n}号线索", kind, "产业链", on, f"试验{n % 4}号驻点组", f"试验{n}号客商", 1.5, screened]


def visit(n: int, way: str, head: str | None = None) -> list[Any]:
    return [
        way,
        f"2022-0{1 + n % 6}-{1 + n % 27:02}",
        f"试验{n}号客商",
        f"试验{n % 4}号驻点组",
        "甲、乙",
        "王总等3人",
        head,
        "谈用地",
    ]


def said(capsys: Any) -> str:
    return str(capsys.readouterr().out)


def test_leads_and_visits_of_outposts_come_out_of_workbooks(shared: Path, tmp_path: Path, capsys: Any) -> None:
    vector = vector_of(shared, "kecheng_2022h1")
    teams, expected = vector["inputs"]["outposts"], vector["expected"]
    valid, talent = teams["valid_leads"], teams["talent_projects"]
    rows = [lead(n, "人才" if n < talent else "制造业") for n in range(valid)]
    rows += [lead(200 + n, on="2022.5.9", screened=None) for n in range(6)]  # reported, and not found to be valid
    rows.append(lead(300, on="2021-11-02", screened="2021-12-01"))
    book = tmp_path / "leads.xlsx"
    imported(book, LEADS, rows, "--kind", "leads")
    assert f"新增 {len(rows)} 条线索" in said(capsys)
    log = [visit(n, "来访") for n in range(teams["investor_visits"])]
    log += [visit(n, "外出考察", "区领导") for n in range(teams["leader_trips"])]
    log += [visit(n, "外出考察") for n in range(30, 35)]
    imported(tmp_path / "visits.xlsx", VISITS, log, "--kind", "visits")
    brought_in(
        tmp_path / "ledger.xlsx",
        *sized(["5.5"] * teams["signed_manufacturing_at_least_5yi"], 驻点组="试验0号驻点组", 签约日期="2022-06-18"),
        (
            teams["signed_tax_source_or_trade"],
            {"驻点组": "试验1号驻点组", "签约日期": "2022-03-01", "项目类别": "外贸"},
        ),
    )
    asked = [(name, *HALF) for name in (
        "outpost_leads_qualified", "outpost_leads_talent", "outpost_leads", "outpost_visits_in", "outpost_leader_trips",
        "outpost_visits_out", "leader_trips", "leads_qualified", "outpost_signed_to_leads",
    )]  # fmt: skip
    printed = [
        f"{valid} 条", f"{talent} 条", f"{valid + 6} 条", f"{teams['investor_visits']} 次", f"{teams['leader_trips']} 次",
        f"{teams['leader_trips'] + 5} 次", f"{teams['leader_trips']} 次", f"{valid} 条",
        f"{expected['signed_to_lead']['value']}%",
    ]  # fmt: skip
    assert figures(capsys, *asked) == printed
    call_command("doctor")

    # The same again, and what is exported, is no news.
    for kind, many in (("leads", len(rows)), ("visits", len(log))):
        call_command("ledger", "export", str(tmp_path / "out.xlsx"), "--kind", kind)
        for path in (tmp_path / f"{kind}.xlsx", tmp_path / "out.xlsx"):
            capsys.readouterr()
            call_command("ledger", "import", str(path), "--kind", kind)
            assert f"无变化 {many} 行" in said(capsys)

    # A visit is voided with its import, and known before it; leads that were used are named; the rest goes.
    imports = {
        one.book: one.pk for one in Import.objects.filter(state="applied").order_by("-pk") if one.written["created"]
    }
    known = timezone.now().isoformat()
    with pytest.raises(SystemExit):
        call_command("ledger", "undo", str(imports["leads"]))
    assert "不能整批撤销" in capsys.readouterr().err
    call_command("ledger", "undo", str(imports["visits"]))
    assert figures(capsys, *asked[3:5]) == ["0 次", "0 次"]
    then = shown(capsys, "outpost_visits_in", "--from", HALF[0], "--to", HALF[1], "--known-at", known)
    assert then["total"]["display"] == printed[3]
    call_command("ledger", "undo", str(imports["leads"]))
    assert figures(capsys, *asked[:3]) == ["0 条"] * 3
    assert set(Lead.objects.values_list("status", flat=True)) == {"withdrawn"}
    call_command("doctor")
    call_command("ledger", "import", str(book), "--kind", "leads")  # and may come again
    assert figures(capsys, asked[0]) == printed[:1]


def test_an_investor_that_is_known_already_is_pointed_out(tmp_path: Path, capsys: Any) -> None:
    imported(tmp_path / "a.xlsx", LEADS, [lead(1)], "--kind", "leads")
    capsys.readouterr()
    imported(tmp_path / "b.xlsx", LEADS, [["又一条线索", *lead(1)[1:]]], "--kind", "leads")
    assert f"这家投资方已有线索或项目：{Lead.objects.earliest('pk').code} 试验1号线索" in capsys.readouterr().err
    assert Lead.objects.count() == 2


def test_a_lead_is_brought_up_by_a_later_workbook_and_set_back(tmp_path: Path, capsys: Any) -> None:
    imported(tmp_path / "a.xlsx", LEADS, [lead(1, screened=None), lead(2, screened=None)], "--kind", "leads")
    before = list(Lead.objects.order_by("pk").values("name", "investment_cny", "screened_on", "stage", "status"))
    heads = [*LEADS, "放弃原因"]
    changed = [[*lead(1)[:6], 2, "2022-04-11", None], [*lead(2, screened=None), "投资方放弃"]]
    imported(tmp_path / "b.xlsx", heads, changed, "--kind", "leads")
    assert "更新 2 条" in said(capsys)
    one, two = Lead.objects.order_by("pk")
    assert (one.investment_cny, str(one.screened_on), two.status) == (200_000_000, "2022-04-11", "dropped")
    imported(tmp_path / "b.xlsx", heads, changed, "--kind", "leads")
    assert "无变化 2 行" in said(capsys)
    call_command("ledger", "undo", str(Import.objects.filter(state="applied").order_by("pk")[1].pk))
    assert list(Lead.objects.order_by("pk").values(*before[0])) == before


@pytest.mark.parametrize(("kind", "heads", "row", "cell", "words"), [
    ("leads", LEADS, ["甲线索", "制造业", "产业链", None, None, "甲客商", 1, None], "D2", "没有填写“首报日期”"),
    ("leads", LEADS, ["甲线索", "不明", "产业链", "2022.3.7", None, "甲客商", 1, None], "B2", "不是可选的值"),
    ("leads", LEADS, ["甲线索", "制造业", "产业链", "2022.3.7", None, "甲客商", 1, "2022-02-01"], "H2", "早于首报日期"),
    ("leads", LEADS, ["甲线索", "制造业", "产业链", "2099-03-07", None, "甲客商", 1, None], "D2", "晚于今天"),
    ("visits", VISITS, ["来访", "2022-05-01", "没有的客商", None, "甲", "乙", None, "谈"], "C2", "没有线索或项目“没有的客商”"),
    ("visits", VISITS, ["来访", "2022-05-01", None, None, "甲", None, None, "谈"], "F2", "没有填写“对方人员”"),
    ("visits", VISITS[:4], ["来访", "2022-05-01", "甲客商", None], "", "没有找到“纪要”列"),
])  # fmt: skip
def test_what_is_wrong_is_said_at_its_cell_and_nothing_is_taken(
    kind: str, heads: list[str], row: list[Any], cell: str, words: str, tmp_path: Path, capsys: Any
) -> None:
    good = lead(1) if kind == "leads" else row
    with pytest.raises(SystemExit):
        imported(tmp_path / "a.xlsx", heads, [row, good], "--kind", kind)
    told = capsys.readouterr().err
    assert any(f"!{cell}（" in line and words in line for line in told.splitlines()), told
    assert (Lead.objects.count(), Visit.objects.count()) == (0, 0)


def test_a_row_twice_and_a_sheet_of_something_else_are_refused(tmp_path: Path, capsys: Any) -> None:
    with pytest.raises(SystemExit):
        imported(tmp_path / "a.xlsx", LEADS, [lead(1), lead(1)], "--kind", "leads")
    assert "与第 2 行是同一条线索" in capsys.readouterr().err
    assert ImportRow.objects.filter(decision="duplicate").count() == 1
    with pytest.raises(SystemExit):
        imported(tmp_path / "a.xlsx", LEADS, [lead(1)], "--kind", "visits")
    assert "没有找到往来台账的表头" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        imported(tmp_path / "a.xlsx", VISITS, [visit(1, "来访")])
    assert "像是往来台账" in capsys.readouterr().err
    assert Lead.objects.count() == 0


def test_what_is_too_long_for_one_write_is_refused_whole(tmp_path: Path, capsys: Any) -> None:
    with pytest.raises(SystemExit):
        imported(tmp_path / "a.xlsx", LEADS, [lead(n) for n in range(1_001)], "--kind", "leads")
    assert "超过 1000 行" in capsys.readouterr().err
    assert (Lead.objects.count(), Import.objects.get().state) == (0, "refused")


def test_a_template_is_understood_as_it_is(tmp_path: Path, capsys: Any) -> None:
    for kind in ("leads", "visits"):
        call_command("ledger", "template", str(tmp_path / "t.xlsx"), "--kind", kind)
        call_command("ledger", "import", str(tmp_path / "t.xlsx"), "--kind", kind)
        assert "没有数据行" in said(capsys)
