"""Draft, check, issue, object, correct: what is refused, and what never changes again."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta
from typing import Any

import docx
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from docx.oxml.ns import qn
from docx.shared import Mm

from yinfeng.domain.briefing import actions, checks
from yinfeng.domain.briefing.models import Bulletin, Objection
from yinfeng.domain.briefing.queries.against import against_ledger
from yinfeng.domain.briefing.queries.changes import moved_since
from yinfeng.domain.briefing.queries.composing import compose
from yinfeng.domain.briefing.rules.arithmetic.claims import claims
from yinfeng.domain.briefing.rules.own import contradictions
from yinfeng.domain.briefing.rules.proof import prove
from yinfeng.domain.briefing.rules.template import standard_body
from yinfeng.domain.briefing.rules.writing import plain_text
from yinfeng.domain.indicators.rules.standard import standard_body as indicator_body
from yinfeng.domain.indicators.tests.ledger import project, projects, units
from yinfeng.domain.projects.actions import facts
from yinfeng.domain.projects.models import Project
from yinfeng.domain.projects.rules.words import Stage
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.foundation.files.queries import read_bytes
from yinfeng.foundation.rulebook import actions as rulebook
from yinfeng.foundation.rulebook.models import Rule
from yinfeng.kernel.errors import DomainError

JUNE = date(2025, 6, 30)


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def ledger(city: Any) -> Any:
    """32 projects signed in the half-year and 22 of them started; last year 20 signed."""
    east = city.units["east"]
    projects(city, east, 22, signed_on=date(2025, 3, 1), started_on=date(2025, 5, 1))
    projects(city, east, 10, signed_on=date(2025, 4, 1))
    projects(city, east, 20, signed_on=date(2024, 4, 1))
    return city


def made(city: Any, key: str = "half_year", **asked: Any) -> Any:
    return compose(key, viewer=None, as_of=asked.pop("as_of", JUNE), at=timezone.now(), **asked)


def draft(city: Any, key: str = "half_year") -> Bulletin:
    return actions.draft(composed=made(city, key), actor=city.people["steward"], at=timezone.now())


def issued(city: Any, **values: Any) -> Bulletin:
    one = actions.check(bulletin=draft(city), actor=city.people["director"], at=timezone.now())
    return actions.issue(bulletin=one, actor=city.people["director"], at=timezone.now(), viewer=None, **values)


def text(bulletin: Any) -> str:
    return plain_text(bulletin.title, bulletin.blocks, bulletin.figures)


# ------------------------------------------------------------------------------------------------ computing


def test_the_weekly_report_tells_by_leader_what_moved_or_waits(city: Any, project: Any) -> None:
    leader, today = city.people["leader"], timezone.localdate()
    project.leader = leader
    project.save(update_fields=["leader"])

    def told() -> Any:
        made = compose("weekly", viewer=None, as_of=today, at=timezone.now())
        return [
            [cell[0][1] for cell in row] for b in made.blocks if "联系领导" in b.get("head", ()) for row in b["rows"]
        ]

    assert told() == []
    facts.declare_milestone(
        phase=project.phases.get(), stage=Stage.SIGNED, happened_on=today, gated=False, actor=city.people["officer"],
        at=timezone.now(),
    )  # fmt: skip
    assert told() == [[leader.name, project.name, project.lead_unit.short_name, f"签约 {today:%m-%d}", ""]]


@pytest.mark.parametrize("key", ["weekly", "monthly", "quarterly", "half_year", "signing", "assessment"])
def test_every_kind_is_computed_and_proves_itself(ledger: Any, key: str) -> None:
    found = made(ledger, key)
    written = plain_text(found.title, found.blocks, found.figures)
    assert "澜屏市" in written
    assert not re.search(r"[{}]|增长-", written)
    assert [c.words for c in prove(written).disagreements] == []


def test_a_bulletin_of_a_small_place_is_not_held_to_contradict_itself(city: Any) -> None:
    """Where most cells are 0, two columns of a table stand in many a relation by chance."""
    parks = units(city, ["甲县", "乙县", "丙县", "丁县", "戊县"])
    project(city, parks["甲县"], signed_on=date(2025, 3, 1), started_on=date(2025, 5, 1))
    projects(city, parks["乙县"], 2, signed_on=date(2025, 4, 1))
    project(city, parks["乙县"], signed_on=date(2024, 4, 1), started_on=date(2025, 4, 1))
    project(city, parks["丙县"], signed_on=date(2024, 4, 1), started_on=date(2025, 2, 1), producing_on=date(2025, 6, 1))
    for key in ("monthly", "quarterly", "half_year"):
        one = made(city, key)
        assert [c.words for c in contradictions(one.title, one.blocks, one.figures)] == []
    rate = {f["line"]: f["shown"] for f in one.figures if f["indicator"] == "start_rate" and f["aspect"] == "value"}
    assert (rate["甲县"], rate["乙县"], rate["丁县"]) == ("100.00%", "0.00%", "—")


def test_a_half_year_is_the_first_half_whenever_it_is_written(ledger: Any) -> None:
    project(ledger, ledger.units["east"], signed_on=date(2025, 8, 1))
    one = made(ledger, "half_year", as_of=date(2025, 10, 20))
    assert (one.as_of, str(one.period)) == (JUNE, "2025年上半年")
    assert "2025年上半年，澜屏市新签约项目32个" in plain_text(one.title, one.blocks, one.figures)


def test_a_period_that_is_not_over_says_up_to_when_it_is_told(ledger: Any) -> None:
    one = made(ledger, "half_year", as_of=date(2025, 3, 31))
    assert "2025年上半年（截至3月31日）" in one.title
    told = {c.as_of for c in claims(plain_text(one.title, one.blocks, one.figures), ["东屏区"])}
    assert told == {date(2025, 3, 31)}


@pytest.mark.parametrize("as_of", [date(2025, 3, 31), JUNE])
def test_what_we_write_ourselves_agrees_with_itself_and_with_the_ledger(ledger: Any, as_of: date) -> None:
    for key in ("weekly", "monthly", "quarterly", "half_year", "signing", "assessment"):
        one = made(ledger, key, as_of=as_of)
        text = plain_text(one.title, one.blocks, one.figures)
        assert [c.words for c in prove(text).disagreements] == [], key
        assert [h.words for h in against_ledger(text, viewer=None) if h.state == "disagrees"] == [], key


def test_a_notice_of_a_signing_lists_who_signed_and_nothing_else(ledger: Any) -> None:
    signed = project(ledger, ledger.units["east"], signed_on=date(2025, 6, 3))
    table = next(b for b in made(ledger, "signing").blocks if b["type"] == "table")
    assert [row[0][0][1] for row in table["rows"]] == [signed.name]
    assert table["rows"][0][2][0][1] == "2亿元"


def test_a_chart_of_money_is_drawn_in_yi_and_says_so(ledger: Any) -> None:
    body = standard_body()
    body["kinds"]["monthly"]["blocks"] = [
        {"chart": {"indicator": "signed_amount_cny", "by": "unit", "title": "签约额"}}
    ]
    in_force(ledger, "bulletin_templates", body)
    (chart,) = made(ledger, "monthly").blocks
    assert (chart["title"], dict(zip(chart["labels"], chart["values"], strict=True))["东屏区"]) == (
        "签约额（亿元）",
        64.0,
    )


def in_force(city: Any, kind: str, body: Any) -> None:
    rule = rulebook.propose(
        kind=kind, body=body, valid_from=timezone.localdate(), note="本地口径", actor=city.people["steward"],
        at=timezone.now(),
    )  # fmt: skip
    rulebook.approve(rule=rule, actor=city.people["director"], at=timezone.now())


@pytest.mark.parametrize(
    ("block", "says"),
    [({"text": "{indicator no_such}"}, "monthly 第 1 段：没有代号为“no_such”"),
     ({"table": {"by": "band", "columns": ["signed_count"]}}, "monthly 第 1 段：“签约项目数”不能按 band 分列")],
)  # fmt: skip
def test_a_template_that_could_not_be_written_is_not_saved(city: Any, block: Any, says: str) -> None:
    body = standard_body()
    body["kinds"]["monthly"]["blocks"] = [block]
    with pytest.raises(DomainError, match=says):
        in_force(city, "bulletin_templates", body)
    assert not Rule.objects.exists()


def test_a_new_definition_changes_no_old_bulletin_and_corrects_none(ledger: Any) -> None:
    """What was issued was right by its own definition: neither the list of changes nor a correction tells a new one."""
    Bulletin.objects.filter(pk=issued(ledger).pk).update(known_at=timezone.now() - timedelta(days=3))
    one = Bulletin.objects.get()
    body = indicator_body()
    signed = body["indicators"]["signed_count"]
    kept = {name: definition for name, definition in body["indicators"].items() if name != "visits_in"}
    narrow = {**signed, "base": {**signed["base"], "where": {"kinds": "service"}}}
    in_force(ledger, "indicators", {**body, "indicators": {**kept, "signed_count": narrow}})
    assert "新签约项目0个" in text(made(ledger))
    then = text(made(ledger, known_at=one.known_at))
    assert "新签约项目32个" in then
    assert "产业契合度：（不留历史，不能回溯）" in then, (
        "one figure without history does not keep the rest from being told"
    )
    assert "接待客商0次" in text(made(ledger)), "a template of the house knows the figures of the house"
    assert moved_since(one, None, timezone.now()) == []
    with pytest.raises(DomainError, match="没有需要更正"):
        actions.correct(bulletin=one, reason="口径", viewer=None, actor=ledger.people["director"], at=timezone.now())


def test_a_figure_that_was_taken_out_is_told_and_corrected_nowhere(ledger: Any) -> None:
    one, steward = draft(ledger), ledger.people["steward"]
    kept = next(f["n"] for f in one.figures if f["indicator"] == "started_count" and not f["line"])
    actions.rewrite(bulletin=one, title=one.title, source=f"开工项目[{kept}]。", actor=steward, at=timezone.now())
    one = actions.check(bulletin=one, actor=ledger.people["director"], at=timezone.now())
    one = actions.issue(
        bulletin=one, actor=ledger.people["director"], at=timezone.now(), viewer=None, number="澜招〔2025〕4号"
    )
    document = docx.Document(io.BytesIO(read_bytes(one.word_file)))
    assert document.paragraphs[0].text == "澜招〔2025〕4号", "a number stands also without a red head"
    table = document.tables[-1]
    assert [row.cells[0].text for row in table.rows[1:]] == [f"F{kept}"]
    project(ledger, ledger.units["east"], signed_on=date(2025, 6, 1))
    with pytest.raises(DomainError, match="没有需要更正"):
        actions.correct(bulletin=one, reason="漏", viewer=None, actor=steward, at=timezone.now())


def test_the_words_of_a_rise_follow_the_conventions(ledger: Any) -> None:
    written = text(made(ledger))
    assert "新签约项目32个，同比增长60.0%" in written
    assert "上年同期为零，不计同比" in written


def test_a_figure_carries_its_formula_rows_and_edition(ledger: Any) -> None:
    found = made(ledger)
    rate = next(f for f in found.figures if f["indicator"] == "start_rate" and not f["line"])
    assert "22 个 ÷" in rate["formula"]
    assert "32 个" in rate["formula"]
    assert rate["rows_count"] == 32
    assert rate["stamp"].startswith("indicators v")


def test_a_project_one_pager_is_about_its_project(city: Any, project: Any) -> None:
    found = made(city, "project", project=project, as_of=timezone.localdate())
    assert "云梯智能电梯部件项目" in found.title
    assert "3.6亿元" in plain_text(found.title, found.blocks, found.figures)
    with pytest.raises(DomainError, match="请指明项目"):
        made(city, "project")


# ------------------------------------------------------------------------------------------------- freezing


def test_the_way_from_draft_to_issued(ledger: Any) -> None:
    one = issued(ledger, window_days=5, number="澜招〔2025〕3号", red_head="澜屏市招商局")
    assert one.state == "issued"
    assert one.objections_until == timezone.localdate() + timedelta(days=5)
    verbs = list(AuditRow.objects.filter(object_kind="bulletin").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["bulletin.draft", "bulletin.check", "bulletin.issue"]
    assert list(checks.frozen()) == []


def test_a_bulletin_that_contradicts_itself_is_not_checked(ledger: Any) -> None:
    one = draft(ledger)
    actions.rewrite(
        bulletin=one, title=one.title, source="签约项目32个，已开工22个，开工率68.9%。", actor=ledger.people["steward"],
        at=timezone.now(),
    )  # fmt: skip
    with pytest.raises(DomainError, match=r"自相矛盾，共 1 处.*68\.8%"):
        actions.check(bulletin=one, actor=ledger.people["director"], at=timezone.now())
    one.refresh_from_db()
    assert (one.state, one.checked_at) == ("draft", None)


@pytest.mark.parametrize(
    ("source", "says"),
    [("2025年上半年，新签约项目99个。", "台账：.*32 个，文中为 99个"), ("本期签约额同比增长-8.92%。", "应为“下降8.92%”"),
     ("2025年上半年，新签约项目[{n}]，开工率较高。", "")],
)  # fmt: skip
def test_what_is_typed_by_hand_is_held_against_the_ledger_and_the_wording(ledger: Any, source: str, says: str) -> None:
    one = draft(ledger)
    number = next(f["n"] for f in one.figures if f["indicator"] == "signed_count" and not f["line"])
    actions.rewrite(
        bulletin=one, title=one.title, source=source.format(n=number), actor=ledger.people["steward"], at=timezone.now()
    )
    deed = {"bulletin": one, "actor": ledger.people["director"], "at": timezone.now()}
    if not says:
        assert actions.check(**deed).state == "checked"
        return
    with pytest.raises(DomainError, match=says):
        actions.check(**deed)
    one.refresh_from_db()
    assert one.state == "draft"


def test_who_drafted_it_cannot_issue_it(ledger: Any) -> None:
    one = actions.check(bulletin=draft(ledger), actor=ledger.people["steward"], at=timezone.now())
    with pytest.raises(DomainError, match="另一人签发"):
        actions.issue(bulletin=one, actor=ledger.people["steward"], at=timezone.now(), viewer=None)
    one.refresh_from_db()
    assert (one.state, one.word_file_id) == ("checked", None)


def test_an_issued_bulletin_never_changes(ledger: Any) -> None:
    one = issued(ledger)
    before, digest = text(one), one.digest
    projects(ledger, ledger.units["east"], 5, signed_on=date(2025, 5, 1))
    at, steward = timezone.now(), ledger.people["steward"]
    for deed in (
        lambda: actions.rewrite(bulletin=one, title="别的", source="别的", actor=steward, at=at),
        lambda: actions.compute_again(bulletin=one, composed=made(ledger), actor=steward, at=at),
        lambda: actions.reopen(bulletin=one, actor=steward, at=at),
        lambda: actions.check(bulletin=one, actor=steward, at=at),
        lambda: actions.issue(bulletin=one, actor=ledger.people["leader"], at=at, viewer=None),
    ):
        with pytest.raises(DomainError, match="现为“已印发”"):
            deed()
    one.refresh_from_db()
    assert (text(one), one.digest) == (before, digest)


def test_doctor_finds_an_issued_bulletin_that_was_tampered_with(ledger: Any) -> None:
    one = issued(ledger)
    Bulletin.objects.filter(pk=one.pk).update(title="改过的标题")
    assert "摘要不符" in next(checks.frozen())


def test_the_database_refuses_an_issued_bulletin_without_its_freeze(ledger: Any) -> None:
    one = draft(ledger)
    with pytest.raises(IntegrityError), transaction.atomic():
        Bulletin.objects.filter(pk=one.pk).update(state="issued")


# ----------------------------------------------------------------------------------------- paper and annex


def test_word_is_laid_out_by_the_standard_and_every_figure_is_a_bookmark(ledger: Any) -> None:
    one = issued(ledger, red_head="澜屏市招商局", number="澜招〔2025〕3号")
    content = read_bytes(one.word_file)
    document = docx.Document(io.BytesIO(content))
    section = document.sections[0]
    sizes = (section.page_width, section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(s / Mm(1)) for s in sizes] == [210, 37, 35, 28, 26]
    xml = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    marks = set(re.findall(r'w:name="F(\d+)"', xml))
    assert marks == {str(f["n"]) for f in one.figures}
    assert 'w:eastAsia="仿宋_GB2312"' in xml
    listed = {row.cells[0].text for row in document.tables[-1].rows[1:]}
    assert listed == {f"F{n}" for n in marks}
    feet = {n: zipfile.ZipFile(io.BytesIO(content)).read(f"word/footer{n}.xml").decode() for n in (1, 2)}
    assert all("— " in foot and "PAGE" in foot for foot in feet.values())
    assert {re.findall(r'w:jc w:val="(\w+)"', foot)[0] for foot in feet.values()} == {"right", "left"}
    assert document.settings.odd_and_even_pages_header_footer
    body = next(p for p in document.paragraphs if p.text.startswith("2025年"))
    assert body.paragraph_format.line_spacing.pt == 28
    assert body.runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋_GB2312"


def test_the_annex_holds_the_rows(ledger: Any) -> None:
    from python_calamine import CalamineWorkbook

    one = issued(ledger)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(read_bytes(one.annex_file))).get_sheet_by_index(0).to_python()
    number = next(f["n"] for f in one.figures if f["indicator"] == "signed_count" and not f["line"])
    codes = {row[9] for row in sheet[1:] if row[0] == f"F{number}"}
    assert codes == set(Project.objects.filter(signed_on__year=2025).values_list("code", flat=True))


# ------------------------------------------------------------------------------------ objections, corrections


def test_an_objection_within_its_window_is_answered_by_another(ledger: Any) -> None:
    one, officer = issued(ledger, window_days=3), ledger.people["officer"]
    made_of = {"bulletin": one, "unit": ledger.units["east"], "text": "少计一个项目"}
    objection = actions.raise_objection(**made_of, actor=officer, at=timezone.now())
    with pytest.raises(DomainError, match="不在异议期内"):
        actions.raise_objection(**made_of, actor=officer, at=timezone.now() + timedelta(days=4))
    with pytest.raises(DomainError, match="自己提出"):
        actions.decide(objection=objection, outcome="upheld", reply="是", actor=officer, at=timezone.now())
    with pytest.raises(DomainError, match="填写答复"):
        actions.decide(
            objection=objection, outcome="upheld", reply=" ", actor=ledger.people["director"], at=timezone.now()
        )
    assert Objection.objects.get().outcome == "open"
    actions.decide(
        objection=objection, outcome="upheld", reply="将更正", actor=ledger.people["director"], at=timezone.now()
    )
    assert (Objection.objects.get().outcome, Objection.objects.count()) == ("upheld", 1)


def test_a_draft_takes_no_objection(ledger: Any) -> None:
    with pytest.raises(DomainError, match="要求“已印发”"):
        actions.raise_objection(
            bulletin=draft(ledger), unit=ledger.units["east"], text="不对", actor=ledger.people["officer"],
            at=timezone.now(),
        )  # fmt: skip
    assert not Objection.objects.exists()


def test_a_correction_lists_what_changed_and_leaves_the_old_one_alone(ledger: Any) -> None:
    one, director = issued(ledger), ledger.people["director"]
    before = text(one)
    with pytest.raises(DomainError, match="没有需要更正"):
        actions.correct(bulletin=one, reason="漏报", viewer=None, actor=director, at=timezone.now())
    project(ledger, ledger.units["east"], signed_on=date(2025, 6, 1))
    notice = actions.correct(bulletin=one, reason="漏报一个项目", viewer=None, actor=director, at=timezone.now())
    written = text(notice)
    assert "漏报一个项目" in written
    assert "签约项目数 | 32个 | 33个" in written
    one.refresh_from_db()
    assert text(one) == before
    assert notice.corrects_id == one.pk


def test_what_changed_since_names_the_fact(ledger: Any) -> None:
    one = draft(ledger)
    late = project(ledger, ledger.units["east"], signed_on=date(2025, 6, 1), at=timezone.now())
    moved = {m.before["indicator"]: m for m in moved_since(one, None, timezone.now()) if not m.before["line"]}
    bridge = moved["signed_count"].bridge
    assert bridge is not None
    assert [line.name for line in bridge.lines] == [late.name]
    assert (moved["signed_count"].before["shown"], moved["signed_count"].after["shown"]) == ("32个", "33个")


def test_a_confidential_project_counts_without_its_name(ledger: Any) -> None:
    secret = project(ledger, ledger.units["east"], signed_on=date(2025, 6, 1), is_confidential=True)
    one = issued(ledger)
    figure = next(f for f in one.figures if f["indicator"] == "signed_count" and not f["line"])
    assert figure["shown"] == "33个"
    kept = str(one.figures) + str(one.blocks) + read_bytes(one.word_file).decode("latin-1")
    assert secret.name not in kept
    assert secret.code not in kept
