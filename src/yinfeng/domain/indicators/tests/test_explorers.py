"""The editor, the pivot, cohorts, the funnel and targets, through their addresses."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from yinfeng.domain.indicators.queries import editions
from yinfeng.domain.indicators.queries.answers import answer
from yinfeng.domain.projects.rules.words import Stage
from yinfeng.foundation.rulebook import actions as rulebook
from yinfeng.foundation.rulebook.models import Rule
from yinfeng.kernel.periods import Period

from . import ledger

pytestmark = pytest.mark.django_db
YI = 100_000_000
SPAN = "?start=2024-01-01&end=2024-12-31"
PARK = """name: 园区开工率
group: rates
words: 东屏区内开工 ÷ 签约
measure: ratio
base: {label: 期内签约, date: signed_on, where: {kinds: manufacturing}}
numerator: {label: 已开工, reached: started_on}
"""


def of(name: str, *args: Any) -> str:
    return reverse(f"indicators:{name}", args=args)


# ------------------------------------------------------------------------------------------------ the editor


def draft(body: str, **more: Any) -> dict[str, Any]:
    return {
        "code": "park_start_rate",
        "body": body,
        "valid_from": timezone.localdate(),
        "note": "园区考核办法",
        "based_on": 0,
        **more,
    }


def test_a_definition_is_tried_on_real_data_and_saved_as_a_version(city: Any, as_person: Any) -> None:
    today = timezone.localdate()
    ledger.project(
        city, city.units["east"], signed_on=today.replace(month=1, day=1), started_on=today.replace(month=1, day=1)
    )
    ledger.project(city, city.units["east"], signed_on=today.replace(month=1, day=1))
    client = as_person("steward")
    tried = client.post(of("definition_new"), {**draft(PARK), "check": "1", "note": ""})
    page = tried.context["page"]
    assert (page.fault, {line.label: line.after for line in page.preview.lines}["东屏区"]) == ("", "50.0%")
    assert page.preview.doubts == ()
    lost = PARK.replace("where: {kinds: manufacturing}", "where: {groups: 没有的组群}")
    shown = client.post(of("definition_new"), {**draft(lost), "check": "1", "note": ""})
    assert "没有名为“没有的组群”的产业组群" in shown.content.decode(), "sound, and still nothing would ever be counted"
    assert not Rule.objects.exists(), "a trial saves nothing"
    saved = client.post(of("definition_new"), draft(PARK))
    assert saved.status_code == 302
    rule = Rule.objects.get()
    assert (rule.kind, rule.version, rule.author) == (editions.DEFINITIONS, 1, city.people["steward"])
    assert "park_start_rate" not in editions.definitions(today)[0].by_name, "not before another approves it"
    rulebook.approve(rule=rule, actor=city.people["director"], at=timezone.now())
    assert answer("park_start_rate", viewer=None, period=Period.year(today.year)).total.display == "50.0%"
    page = client.get(of("definition", "park_start_rate")).context["page"]
    assert [(line.edition.version, line.edition.approver) for line in page.history] == [
        (1, city.people["director"].name)
    ]


def test_an_edit_shows_the_old_figure_beside_the_new_and_builds_on_what_waits(city: Any, as_person: Any) -> None:
    first = timezone.localdate().replace(month=1, day=1)
    ledger.project(city, city.units["east"], signed_on=first, kind="service")
    client = as_person("steward")
    text = client.get(of("definition_edit", "signed_count")).context["page"].form.initial["body"]
    changed = text.replace("date: signed_on", "date: signed_on\n  where: {kinds: manufacturing}")
    shown = client.post(of("definition_edit", "signed_count"), {**draft(changed), "check": "1"}).context["page"]
    east = next(line for line in shown.preview.lines if line.label == "东屏区")
    assert (east.before, east.after, east.is_changed) == ("1 个", "0 个", True)
    assert any(line.kind == "added" for line in shown.changes)
    assert client.post(of("definition_edit", "signed_count"), draft(changed)).status_code == 302
    stale = client.post(of("definition_edit", "start_rate"), draft(PARK))
    assert "他人刚提交了新的一版" in stale.context["page"].fault
    assert client.post(of("definition_edit", "start_rate"), draft(PARK, based_on=1)).status_code == 302
    newest = Rule.objects.get(version=2).body["indicators"]
    assert newest["signed_count"]["base"]["where"], "the edition that waits is built upon"
    assert newest["start_rate"]["name"] == "园区开工率"


def test_what_a_newer_standard_defines_can_be_taken_over(city: Any, as_person: Any) -> None:
    client = as_person("steward")
    assert client.get(of("definitions")).context["page"].left_behind == []
    body = {**draft(""), "drop": "1"}
    assert client.post(of("definition_edit", "visits_top500"), {**body, "body": "x"}).status_code == 302
    (left,) = client.get(of("definitions")).context["page"].left_behind
    assert left[0] == "visits_top500"
    form = client.get(of("definition_new") + "?standard=visits_top500").context["page"].form
    back = {**draft(form.initial["body"]), "code": form.initial["code"], "based_on": 1}
    assert client.post(of("definition_new"), back).status_code == 302
    assert client.get(of("definitions")).context["page"].left_behind == []


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (PARK.replace("signed_on", "signd_on"), "base.date"),
        (PARK.replace("measure: ratio", "measure: quotient\nof: x"), "park_start_rate"),
        ("name: [", "第 1 行"),
        (PARK + "bands: {cumulative: false, steps: [{label: 甲, at_least: 1亿元}, {label: 乙, at_least: 5亿元}]}\n", "重叠"),
        ("name: 甲\ngroup: rates\nwords: 甲\nmeasure: total\nparts: [park_start_rate]\n", "循环引用"),
        (PARK.replace("kinds: manufacturing", "kinds: []"), "永远为空"),
    ],
)  # fmt: skip
def test_a_bad_definition_is_refused_with_its_place(city: Any, as_person: Any, body: str, says: str) -> None:
    for verb in ({"check": "1"}, {}):
        answered = as_person("steward").post(of("definition_new"), draft(body, **verb))
        assert answered.status_code == 422
        assert says in answered.context["page"].fault
    assert not Rule.objects.exists()


def test_who_may_only_read_edits_nothing(city: Any, as_person: Any) -> None:
    assert as_person("officer").get(of("definition", "start_rate")).status_code == 200
    assert as_person("officer").post(of("definition_edit", "start_rate"), draft(PARK)).status_code == 403
    assert not Rule.objects.exists()


# ------------------------------------------------------------------------------------------------ explorers


def test_the_pivot_adds_up_and_opens_the_rows_of_a_cell(city: Any, as_person: Any) -> None:
    ledger.project(city, city.units["east"], signed_on=date(2024, 5, 1), name="汐岚精工部件项目")
    ledger.project(city, city.units["east"], signed_on=date(2024, 8, 1), kind="service", name="望屿冷链项目")
    ledger.project(city, city.units["west"], signed_on=date(2024, 8, 1))
    client = as_person("director")
    address = of("pivot") + SPAN + "&name=signed_count&down=unit&across=quarter"
    grid = client.get(address).context["page"].grid
    assert [label for _key, label in grid.columns] == ["2024年第二季度", "2024年第三季度"]
    assert [(row.label, [c.line and c.line.display for c in row.cells], row.total.display) for row in grid.rows] == [
        ("东屏区", ["1 个", "1 个"], "2 个"), ("砚西县", [None, "1 个"], "1 个")
    ]  # fmt: skip
    opened = client.get(address + "&cell=0.1").content.decode()
    assert "<p>期内签约 1 个</p>" in opened, "the cell says how it was computed"
    assert "望屿冷链项目" in opened
    assert "汐岚精工部件项目" not in opened
    assert client.get(address + "&cell=9.9").context["page"].rows is None
    assert client.get(of("pivot") + SPAN + "&down=unit&across=unit").status_code == 400
    assert client.get(of("pivot") + SPAN + "&name=leads_count&down=unit&across=origin").status_code == 400


def test_the_pivot_leaves_as_a_workbook(city: Any, as_person: Any) -> None:
    from openpyxl import load_workbook

    ledger.projects(city, city.units["east"], 2, signed_on=date(2024, 5, 1))
    answered = as_person("director").get(of("pivot_export") + SPAN + "&name=signed_count&down=unit&across=kind")
    sheet = load_workbook(BytesIO(b"".join(answered.streaming_content))).worksheets[0]
    told = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert told == [["单位", "制造业", "合计"], ["东屏区", 2, 2], ["合计", 2, 2]]
    ledger.project(city, city.units["east"], signed_on=date(2024, 5, 1), investment_currency="USD")
    query = SPAN + "&name=signed_amount&down=unit&across=kind&known=2024-12-31"
    book = load_workbook(BytesIO(b"".join(as_person("director").get(of("pivot_export") + query).streaming_content)))
    assert book.worksheets[0]["B2"].value == "4.00 亿元 + 2.00 亿美元", "what cannot be added is told, not left out"
    about = {row[0].value: row[1].value for row in book.worksheets[1].iter_rows()}
    assert "按 2024-12-31 23:59 所知" in about["截至"]


def test_the_funnel_says_how_far_those_signed_came(city: Any, as_person: Any) -> None:
    day = date(2024, 5, 1)
    ledger.project(city, city.units["east"], signed_on=day, registered_on=day, started_on=day)
    ledger.projects(city, city.units["west"], 3, signed_on=day)
    page = as_person("director").get(of("funnel") + SPAN).context["page"]
    assert [(step.label, step.count, step.first_words) for step in page.funnel.steps][:4] == [
        ("签约", 4, "100.0%"), ("已注册", 1, "25.0%"), ("已落实用地", 0, "0.0%"), ("已开工", 1, "25.0%")
    ]  # fmt: skip
    assert {row.label: row.size for row in page.funnel.rows}["砚西县"] == 3


def test_cohorts_show_who_got_there_after_how_many_months(city: Any, as_person: Any) -> None:
    ledger.project(city, city.units["east"], signed_on=date(2024, 1, 10), started_on=date(2024, 3, 1))
    ledger.project(city, city.units["east"], signed_on=date(2024, 1, 20), started_on=date(2024, 9, 1))
    client = as_person("director")
    page = client.get(of("cohorts") + SPAN).context["page"]
    assert (page.rows[0].label, page.rows[0].size) == ("2024年1月", 2)
    assert [cell.detail for cell in page.rows[0].cells][:3] == ["1 / 2", "1 / 2", "2 / 2"]
    assert client.get(of("cohorts") + SPAN + "&grain=quarter").context["page"].rows[0].label == "2024年第一季度"


# ------------------------------------------------------------------------------------------------ targets


def test_targets_are_set_by_one_and_approved_by_another(city: Any, as_person: Any) -> None:
    today = timezone.localdate()
    ledger.projects(city, city.units["east"], 3, signed_on=date(today.year, 1, 1))
    client = as_person("steward")
    form = {
        "unit-all": "12",
        "unit-east": "6",
        "unit-city": "1",
        "curve": "",
        "valid_from": today,
        "note": "年度责任书",
        "based_on": 0,
    }
    assert client.post(of("targets_set", "signed_count", today.year), {**form, "unit-east": "六"}).status_code == 422
    assert client.post(of("targets_set", "signed_count", today.year), {**form, "curve": "1,2,3"}).status_code == 422
    assert not Rule.objects.exists()
    assert client.post(of("targets_set", "signed_count", today.year), form).status_code == 302
    rulebook.approve(rule=Rule.objects.get(), actor=city.people["director"], at=timezone.now())
    page = client.get(of("targets_of", "signed_count", today.year)).context["page"]
    told = {line.label: (line.target, line.done, line.completion, line.gap) for line in page.table.lines}
    assert told["东屏区"] == ("6 个", "3 个", "50.0%", "-3 个")
    assert told["砚西县"] == ("—", "0 个", "—", "—")
    assert told["合计"] == ("12 个", "3 个", "25.0%", "-9 个")
    assert told[city.units["city"].short_name] == ("1 个", "0 个", "0.0%", "-1 个"), (
        "what has done nothing has a target"
    )
    assert not page.table.ranks, "no ranks unless switched on"
    listed = client.get(of("targets")).context["page"].table.lines
    assert [line.label for line in listed] == ["签约项目数"]
    # Whoever sees a part of what was done is told no rate of the whole target, but that of the own unit.
    seen = as_person("officer").get(of("targets_of", "signed_count", today.year)).context["page"].table
    told = {line.label: (line.target, line.completion) for line in seen.lines}
    assert (told["东屏区"][0], told["合计"]) == ("6 个", ("—", "—"))
    assert "本人可见范围。" in seen.notes
    assert as_person("officer").get(of("targets")).context["page"].table.lines[0].completion == "—"


def test_the_curve_of_a_target_says_what_is_due(city: Any) -> None:
    today = timezone.localdate()
    body = {"signed_count": {"2024": {"all": 10, "curve": [0, 0, 0, 0, 0, 20, 30, 40, 50, 60, 80, 100]}}}
    rule = rulebook.propose(
        kind=editions.TARGETS, body=body, valid_from=today, note="下达", actor=city.people["steward"], at=timezone.now()
    )
    rulebook.approve(rule=rule, actor=city.people["director"], at=timezone.now())
    ledger.projects(city, city.units["east"], 3, signed_on=date(2024, 5, 1))
    asked = {"viewer": None, "period": Period.year(2024), "as_of": date(2024, 6, 30)}
    assert answer("signed_ahead", **asked).total.display == "10.00 个百分点"
    assert answer("signed_gap_pro_rata", **asked).total.display == "1 个"
    assert answer("signed_gap", **asked).total.display == "-7 个"
    assert answer("signed_ahead", viewer=None, period=Period.year(2024)).total.display == "-70.00 个百分点", (
        "the year is over"
    )


def test_ranks_appear_only_where_they_are_switched_on(city: Any, as_person: Any) -> None:
    at, today = timezone.now(), timezone.localdate()
    for kind, body in (
        (editions.TARGETS, {"signed_count": {str(today.year): {"all": 9, "east": 2, "west": 2}}}),
        (editions.RANKING, {"shown": True, "to": ["director"]}),
    ):  # fmt: skip
        rule = rulebook.propose(
            kind=kind, body=body, valid_from=today, note="试行", actor=city.people["steward"], at=at
        )
        rulebook.approve(rule=rule, actor=city.people["director"], at=at)
    ledger.project(city, city.units["west"], signed_on=date(today.year, 1, 1))
    table = as_person("director").get(of("targets_of", "signed_count", today.year)).context["page"].table
    assert table.ranks
    assert not as_person("officer").get(of("targets_of", "signed_count", today.year)).context["page"].table.ranks
    assert {line.label: line.rank for line in table.lines if line.rank} == {"砚西县": 1, "东屏区": 2}
    assert [line.label for line in table.lines][1:4] == ["东屏区", "东屏产业园", "砚西县"], "the order stays official"


def test_the_bridge_page_names_the_project(city: Any, as_person: Any, project: Any) -> None:
    from yinfeng.domain.projects.actions import facts as deeds

    at = timezone.now() - timedelta(days=1)
    deeds.declare_milestone(
        phase=project.phases.get(), stage=Stage.SIGNED, happened_on=date(2026, 1, 5), actor=city.people["officer"],
        at=at, gated=False,
    )  # fmt: skip
    client = as_person("director")
    span = "?start=2026-01-01&end=2026-12-31"
    assert project.name in client.get(of("bridge", "signed_count") + span).content.decode()
    since = f"{span}&against=known&since={timezone.localdate(at) - timedelta(days=2)}"
    assert project.name in client.get(of("bridge", "signed_count") + since).content.decode()
    assert client.get(of("bridge", "signed_count") + span + "&against=known").status_code == 400
    assert client.get(of("bridge", "signed_count_yoy") + span).status_code == 400
