"""What goes out comes in again without a difference; what comes in wrong changes nothing; what went in can be undone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import Phase as Phase_
from hypothesis import strategies as st

from yinfeng.domain.enterprises.actions import add_title
from yinfeng.domain.enterprises.models import Enterprise
from yinfeng.domain.enterprises.queries import search
from yinfeng.domain.importing.actions.applying import apply
from yinfeng.domain.importing.actions.staging import bring_in, check, choose
from yinfeng.domain.importing.actions.undoing import undo
from yinfeng.domain.importing.models import Import, ImportRow
from yinfeng.domain.importing.queries.exporting import projects_to_export, write_ledger
from yinfeng.domain.importing.queries.rest import write_rest
from yinfeng.domain.projects.access import visible_projects
from yinfeng.domain.projects.actions import facts, ledger
from yinfeng.domain.projects.actions.entries import InvestorData, PhaseData, ProjectData
from yinfeng.domain.projects.actions.evidence import EvidenceData
from yinfeng.domain.projects.actions.facts import FundsData
from yinfeng.domain.projects.models import FundsArrival, Lead, Milestone, Phase, Project, ProjectState, Visit
from yinfeng.domain.projects.queries.firms import known
from yinfeng.domain.projects.rules.words import Channel, FundsBasis, FundsBoundary, ProjectKind, SiteRoute, Stage
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.kernel.errors import DomainError

from .test_bulk import NO_TEXT, no_faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(city: Any) -> Any:
    city.at = city.at.replace(year=2026, month=6, day=15)
    return city.tick


def sheet(path: Path, heads: list[str], *rows: list[Any]) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "台账"
    page.append(heads)
    for row in rows:
        page.append(row)
    book.save(path)
    return path


def bring(city: Any, path: Path, who: str = "steward", **more: Any) -> Import:
    """Bring a workbook in and check it, with the reach of a person."""
    actor = city.people[who]
    unit = more.pop("unit", city.units["east"])
    made = bring_in(content=path, name="台账.xlsx", unit=unit, actor=actor, at=city.tick(), **more)
    return check(of=made, viewer=viewer_of(actor, city.today), actor=actor, at=city.tick())


def take(city: Any, found: Import, who: str = "steward") -> Any:
    actor = city.people[who]
    return apply(of=found, viewer=viewer_of(actor, city.today), actor=actor, at=city.tick())


def export(city: Any, path: Path) -> Path:
    write_ledger(projects_to_export(None), title="台账", made_by="测试", at=city.at, path=path)
    return path


def all_of_it() -> tuple[Any, ...]:
    return (
        list(Project.objects.order_by("pk").values()), list(ProjectState.objects.order_by("pk").values()),
        list(Milestone.objects.order_by("pk").values()), list(FundsArrival.objects.order_by("pk").values()),
    )  # fmt: skip


STAGES = [Stage.SIGNED, Stage.SITE_SECURED, Stage.STARTED, Stage.PRODUCING]
words = st.text(st.characters(codec="utf-8", exclude_categories=NO_TEXT), min_size=2, max_size=12)
odd = st.one_of(
    words, st.sampled_from(["=1+1", "@SUM(A1)", "-2+3", "+86", "二期", "甲、乙", "3.14", "2024年5月", "1e5"])
)
days = st.lists(st.one_of(st.none(), st.dates(date(2022, 1, 1), date(2026, 3, 1))), min_size=4, max_size=4)
arrivals = st.tuples(st.integers(1, 10**11), st.dates(date(2023, 1, 1), date(2026, 6, 1)), st.booleans())
projects = st.lists(
    st.fixed_dictionaries({
        "name": odd.map(lambda w: f"甲{w}"), "starts": st.sampled_from(["", "=", "-", "+", "@"]), "content": odd,
        "amount": st.integers(1, 10**13), "currency": st.sampled_from(["CNY", "CNY", "USD", "HKD"]),
        "phases": st.lists(days, min_size=1, max_size=3),
        "funds": st.lists(arrivals, max_size=3), "jobs": st.one_of(st.none(), st.integers(1, 99999)),
        "land": st.one_of(st.none(), st.decimals(Decimal("0.01"), 10**5, places=2)),
        "secret": st.booleans(), "share": st.one_of(st.none(), st.decimals(1, 100, places=2)),
    }),
    min_size=1, max_size=3, unique_by=lambda p: p["name"],
)  # fmt: skip


@settings(
    max_examples=3,
    phases=[Phase_.explicit, Phase_.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(made=projects)
def test_export_and_import_differ_in_nothing(city: Any, at: Any, tmp_path: Path, made: list[dict[str, Any]]) -> None:
    Import.objects.all().delete()
    for number, one in enumerate(made):
        foreign = one["currency"] != "CNY"
        project = ledger.create_project(
            data=ProjectData(
                name=one["starts"] + one["name"], kind=ProjectKind.MANUFACTURING, lead_unit_id=city.units["east"].pk,
                landing_unit_id=city.units["park"].pk, content=one["content"], product=one["content"],
                investment_amount=one["amount"], investment_currency=one["currency"],
                exchange_rate=Decimal("7.123456") if foreign else None, exchange_rate_source="公布汇率" if foreign else "",
                exchange_rate_on=date(2026, 1, 5) if foreign else None, land_area_mu=one["land"], jobs=one["jobs"],
                is_confidential=one["secret"], channel=Channel.CHAIN, owner_id=city.people["officer"].pk,
                investors=[
                    InvestorData("云梯集团有限公司", share_percent=one["share"]), InvestorData("霁光（香港）有限公司")
                ][: 1 + number % 2],
                company=InvestorData("云梯（东区）有限公司") if number else None,
                phases=[PhaseData(site_route=SiteRoute.LAND, planned_start_on=date(2026, 5, 5)) for _ in one["phases"]],
            ), actor=city.people["officer"], at=at(),
        )  # fmt: skip
        paper = [EvidenceData("ledger", cell="H3")]
        for phase, dates in zip(Phase.objects.filter(project=project).order_by("number"), one["phases"], strict=True):
            told = sorted(d for d in dates if d)
            for stage, on in zip([s for s, d in zip(STAGES, dates, strict=True) if d], told, strict=True):
                facts.declare_milestone(
                    phase=phase, stage=stage, happened_on=on, evidence=paper, actor=city.people["officer"], at=at(),
                    gated=False,
                )  # fmt: skip
        for amount, on, dollars in one["funds"]:
            data = FundsData(
                amount, on, FundsBasis.CAPITAL, FundsBoundary.OVERSEAS, currency="USD" if dollars else "CNY",
                rate=Decimal("7.1"),
            )  # fmt: skip
            facts.declare_funds(
                project=project, phase=None, data=data, evidence=paper, actor=city.people["officer"], at=at()
            )
    path, steward = export(city, tmp_path / "out.xlsx"), city.people["steward"]
    made_import = bring_in(content=path, name="o.xlsx", unit=city.units["east"], key="code", actor=steward, at=at())
    found = check(of=made_import, viewer=None, actor=steward, at=at())
    rows = ImportRow.objects.filter(of=found).order_by("number")
    assert [(r.decision, r.differences, [f for f in r.faults if f["severity"] == "error"]) for r in rows] == [
        ("same", [], []) for _ in range(Phase.objects.count())
    ]  # fmt: skip


HEADS = [
    "项目名称",
    "项目类别",
    "投资方",
    "总投资（万元）",
    "牵头单位",
    "签约日期",
    "开工日期",
    "累计到位资金（万元）",
    "资金来源地",
]


def rows_of(city: Any) -> list[list[Any]]:
    east = city.units["east"].name
    return [
        [
            "云梯电梯部件",
            "制造业",
            "云梯集团有限公司",
            36000,
            east,
            date(2025, 3, 1),
            date(2025, 6, 1),
            5000,
            "省外资金",
        ],
        ["霁光传感器", "制造业", "霁光科技有限公司", 12500.5, east, "2025年5月", None, None, None],
        ["岚泽隔膜", "制造业", "岚泽新材料有限公司", 100000, east, "2025-07-09", "2025-10-08", 12000, "市外资金"],
    ]


def test_an_import_creates_declared_facts_with_their_cells(city: Any, at: Any, tmp_path: Path) -> None:
    found = bring(city, sheet(tmp_path / "a.xlsx", HEADS, *rows_of(city)))
    assert (found.state, found.found["counts"]) == ("previewed", {"create": 3})
    assert Project.objects.count() == 0
    loaded = take(city, found)
    first = Project.objects.get(name="云梯电梯部件")
    assert (first.investment_cny, first.signed_on, first.furthest_stage, first.funds_cny) == (
        360_000_000, date(2025, 3, 1), "started", 50_000_000,
    )  # fmt: skip
    signed = Milestone.objects.get(project=first, stage="signed")
    paper = signed.evidence.get()
    assert (signed.status, paper.workbook, paper.cell, paper.file_id) == (
        "declared",
        "台账.xlsx · 台账",
        "F2",
        found.file_id,
    )
    assert "2025年5月" in Milestone.objects.get(project__name="霁光传感器").note
    assert len(loaded.created) == 3
    assert Import.objects.get().state == "applied"
    no_faults()
    assert list(visible_projects(viewer_of(city.people["stranger"], city.today))) == []


def test_one_bad_row_takes_nothing_and_good_rows_only_returns_the_rest(city: Any, at: Any, tmp_path: Path) -> None:
    rows = rows_of(city)
    rows[1][3] = -5
    rows.append(["岚泽隔膜", "制造业", "岚泽新材料有限公司", 100000, rows[0][4], None, None, None, None])
    found = bring(city, sheet(tmp_path / "a.xlsx", HEADS, *rows))
    assert found.found["counts"] == {"create": 2, "faulty": 1, "duplicate": 1}
    before = all_of_it()
    with pytest.raises(DomainError) as refusal:
        take(city, found)
    assert refusal.value.code == "import.faults"
    assert all_of_it() == before
    choose(of=found, changes={"good_rows_only": True}, actor=city.people["steward"], at=at())
    found = check(of=found, viewer=None, actor=city.people["steward"], at=at())
    take(city, found)
    assert Project.objects.count() == 2
    path, count = write_rest(Import.objects.get(), path=tmp_path / "rest.xlsx")
    page = openpyxl.load_workbook(path).active
    assert page is not None
    lines = list(page.iter_rows(values_only=True))
    assert count == 2
    assert lines[0][:4] == tuple(HEADS[:4])
    assert lines[0][-1] == "错误说明"
    assert lines[1][0] == "霁光传感器"
    assert "D3" in str(lines[1][-1])
    assert "第 4 行" in str(lines[2][-1])
    no_faults()


def test_an_update_shows_each_cell_and_a_verified_fact_is_a_conflict(city: Any, at: Any, tmp_path: Path) -> None:
    take(city, bring(city, sheet(tmp_path / "a.xlsx", HEADS, *rows_of(city))))
    rows = rows_of(city)
    rows[0][3], rows[0][7] = 40000, 7000
    rows[2][5] = "2025-07-19"
    path = sheet(tmp_path / "b.xlsx", HEADS, *rows)
    verified = Milestone.objects.get(project__name="岚泽隔膜", stage="signed")
    facts.verify(fact=verified, actor=city.people["director"], at=at())
    found = bring(city, path)
    assert found.found["counts"] == {"update": 1, "same": 1, "conflict": 1}
    changed = ImportRow.objects.get(of=found, number=2)
    assert [(d["key"], d["old"], d["new"], d["cell"]) for d in changed.differences] == [
        ("investment_cny", "3.6 亿元", "4 亿元", "D2"), ("funds_in_place_cny", "5,000 万元", "7,000 万元", "H2"),
    ]  # fmt: skip
    [conflict] = ImportRow.objects.get(of=found, number=4).differences
    assert (conflict["old"], conflict["new"], conflict["conflict"]) == ("2025-07-09", "2025-07-19", True)
    assert city.people["director"].name in conflict["source"]
    assert "F4" in conflict["source"]
    choose(of=found, changes={"on_conflict": "keep"}, actor=city.people["steward"], at=at())
    take(city, check(of=found, viewer=None, actor=city.people["steward"], at=at()))
    first = Project.objects.get(name="云梯电梯部件")
    assert (first.investment_cny, first.funds_cny) == (400_000_000, 70_000_000)
    assert Project.objects.get(name="岚泽隔膜").signed_on == date(2025, 7, 9)
    again = bring(city, path, on_conflict="take")
    take(city, again)
    assert Project.objects.get(name="岚泽隔膜").signed_on == date(2025, 7, 19)
    assert Milestone.objects.get(pk=verified.pk).status == "voided"
    no_faults()


def test_a_change_after_the_check_is_shown_as_a_conflict_and_nothing_is_taken(
    city: Any, at: Any, tmp_path: Path
) -> None:
    take(city, bring(city, sheet(tmp_path / "a.xlsx", HEADS, *rows_of(city))))
    rows = rows_of(city)
    rows[0][3] = 40000
    rows[2][3] = 90000
    found = bring(city, sheet(tmp_path / "b.xlsx", HEADS, *rows))
    ledger.edit_project(
        project=Project.objects.get(name="云梯电梯部件"), changes={"investment_amount": 380_000_000},
        actor=city.people["director"], at=at(),
    )  # fmt: skip
    before = all_of_it()
    with pytest.raises(DomainError) as refusal:
        take(city, found)
    assert refusal.value.code == "import.changed"
    assert all_of_it() == before
    row = ImportRow.objects.get(of=found, number=2)
    assert row.decision == "conflict"
    assert row.differences[0]["old"] == "3.8 亿元"
    assert city.people["director"].name in row.differences[0]["source"]


def test_undo_takes_a_whole_import_back(city: Any, at: Any, tmp_path: Path) -> None:
    first = bring(city, sheet(tmp_path / "a.xlsx", HEADS, *rows_of(city)[:2]))
    take(city, first)
    kept = Project.objects.filter(name="云梯电梯部件").values().get()
    rows = rows_of(city)
    rows[0][2:8] = ["岚泽新材料有限公司", 40000, rows[0][4], date(2025, 3, 9), date(2025, 6, 11), 7000]
    second = bring(city, sheet(tmp_path / "b.xlsx", HEADS, *rows))
    assert second.found["counts"] == {"update": 1, "same": 1, "create": 1}
    take(city, second)
    assert Project.objects.get(name="云梯电梯部件").started_on == date(2025, 6, 11)
    known = at()
    at(5)
    done = undo(of=second, reason="传错了文件", actor=city.people["steward"], at=at())
    assert (done.withdrawn, done.restored) == (1, 1)
    no_faults()
    back = Project.objects.filter(name="云梯电梯部件").values().get()
    assert {k: v for k, v in back.items() if k not in ("version", "changed_at")} == {
        k: v for k, v in kept.items() if k not in ("version", "changed_at")
    }
    assert [i.enterprise.name for i in Project.objects.get(name="云梯电梯部件").investors.filter(until=None)] == [
        "云梯集团有限公司"
    ]
    viewer = viewer_of(city.people["director"], city.today)
    assert sorted(visible_projects(viewer).values_list("name", flat=True)) == ["云梯电梯部件", "霁光传感器"]
    assert ProjectState.objects.known_at(known).filter(name="岚泽隔膜").exists()  # what was known stays known
    assert Milestone.objects.filter(project__name="岚泽隔膜", status="voided").count() == 2
    with pytest.raises(DomainError):
        undo(of=second, reason="再来一次", actor=city.people["steward"], at=at())
    again = bring(city, tmp_path / "b.xlsx")
    assert again.found["counts"] == {"update": 1, "same": 1, "create": 1}


def test_undo_is_refused_where_somebody_went_on_and_names_it(city: Any, at: Any, tmp_path: Path) -> None:
    found = bring(city, sheet(tmp_path / "a.xlsx", HEADS, *rows_of(city)))
    take(city, found)
    ledger.edit_project(
        project=Project.objects.get(name="霁光传感器"),
        changes={"product": "探头"},
        actor=city.people["officer"],
        at=at(),
    )
    before = all_of_it()
    with pytest.raises(DomainError) as refusal:
        undo(of=found, reason="传错了", actor=city.people["steward"], at=at())
    assert "霁光传感器" in str(refusal.value)
    assert all_of_it() == before
    done = undo(of=found, reason="传错了", leave_changed=True, actor=city.people["steward"], at=at())
    assert done.withdrawn == 2
    assert done.left[0][1] == "霁光传感器"
    no_faults()


def test_an_officer_imports_for_the_own_unit_only(city: Any, at: Any, tmp_path: Path) -> None:
    take(city, bring(city, sheet(tmp_path / "a.xlsx", HEADS, *rows_of(city))))
    rows = rows_of(city)
    rows[0][3] = 99
    rows.append(["西区新项目", "制造业", "丙公司", 5, city.units["west"].name, None, None, None, None])
    rows.append(["东区新项目", "制造业", "丁公司", 5, city.units["east"].name, None, None, None, None])
    found = bring(city, sheet(tmp_path / "b.xlsx", HEADS, *rows), who="stranger", unit=city.units["west"])
    held = {r.number: r for r in ImportRow.objects.filter(of=found)}
    assert {n: r.decision for n, r in held.items()} == {
        2: "faulty", 3: "faulty", 4: "faulty", 5: "create", 6: "faulty",
    }  # fmt: skip
    assert [f["message"] for f in held[2].faults if f["severity"] == "error"] == ["已有首报，请联系上级。"]
    assert held[2].differences == []


def test_figures_of_year_and_month_become_arrivals_of_their_time(city: Any, at: Any, tmp_path: Path) -> None:
    heads = [
        "项目名称",
        "牵头单位",
        "累计到位资金（万元）",
        "本年到位资金（万元）",
        "本月到位资金（万元）",
        "资金截止日期",
    ]
    found = bring(
        city, sheet(tmp_path / "a.xlsx", heads, ["云梯电梯", city.units["east"].name, 1000, 300, 50, "2026-05-31"])
    )
    take(city, found)
    assert sorted(FundsArrival.objects.values_list("happened_on", "amount")) == [
        (date(2025, 12, 31), 7_000_000), (date(2026, 4, 30), 2_500_000), (date(2026, 5, 31), 500_000),
    ]  # fmt: skip
    assert Project.objects.get().funds_cny == 10_000_000


def test_a_title_in_a_ledger_makes_no_firm_of_a_confidential_project_known(city: Any, at: Any, tmp_path: Path) -> None:
    heads = ["项目名称", "项目类别", "投资方", "投资方类别", "保密项目"]
    path = sheet(tmp_path / "a.xlsx", heads, ["云梯秘密项目", "制造业", "云梯集团有限公司", "世界500强", "是"])
    take(city, bring(city, path))
    assert Enterprise.objects.get().titles.get().by_ledger
    outsider = viewer_of(city.people["officer"], city.today)
    assert known(outsider, search(outsider, "云梯")) == []
    add_title(enterprise=Enterprise.objects.get(), kind="listed", year=2025, actor=city.people["director"], at=at())
    assert [hit.name for hit in known(outsider, search(outsider, "云梯"))] == ["云梯集团有限公司"]


def test_a_leader_with_an_account_heads_a_visit(city: Any, at: Any, tmp_path: Path) -> None:
    leads = sheet(
        tmp_path / "l.xlsx",
        ["线索名称", "项目类别", "招商方式", "首报日期"],
        ["云梯线索", "制造业", "乡贤招商", "2026-01-05"],
    )
    take(city, bring(city, leads, book="leads"))
    heads = ["往来方式", "往来日期", "线索或项目", "我方人员", "对方人员", "带队领导", "纪要"]
    row = ["外出拜访", "2026-03-02", "云梯线索", "甲、乙", "王总", city.people["leader"].name, "看厂"]
    take(city, bring(city, sheet(tmp_path / "v.xlsx", heads, row), book="visits"))
    visit = Visit.objects.get()
    assert (visit.leader, visit.led_by, visit.lead) == (city.people["leader"], "", Lead.objects.get())
    changed = bring(city, sheet(tmp_path / "w.xlsx", heads, [*row[:-1], "另一说"]), book="visits")
    [fault] = ImportRow.objects.get(of=changed).faults[-1:]
    assert (fault["code"], fault["cell"]) == ("visit.differs", "G2")
    with pytest.raises(DomainError):
        take(city, changed)
    assert Visit.objects.get().minutes == "看厂"
