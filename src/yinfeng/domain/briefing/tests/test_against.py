"""A bulletin against the ledger: what is covered, what is left alone, and where it differs."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from yinfeng.domain.briefing.rules.arithmetic.claims import claims
from yinfeng.domain.indicators.tests import ledger

YI = 100_000_000
UNITS = ["东屏产业园", "东屏区", "砚西县"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2024年上半年，全市新签约项目42个，其中制造业26个。", [("42个", "", "signed_count", "2024H1")]),
        ("2024年1—6月，东屏区签约项目12个、开工项目5个。",
         [("12个", "东屏区", "signed_count", "2024H1"), ("5个", "东屏区", "started_count", "2024H1")]),
        ("2024年，全市1亿元（含）以上签约项目9个。", [("9个", "", "signed_1yi", "2024")]),
        ("截至2024年7月25日，东屏区开工率68.8%；砚西县开工率70%。",
         [("68.8%", "东屏区", "start_rate", "2024"), ("70%", "砚西县", "start_rate", "2024")]),
        ("2024年一季度，全市到位资金3.45亿元，同比增长12%。", [("3.45亿元", "", "funds_in_place_converted", "2024Q1")]),
        ("2024年5月，新签约项目3个，上年同期为2个，比上月增加1个。", [("3个", "", "signed_count", "2024-05")]),
        ("2024年，全市新引进制造业签约项目8个，年度目标60个，约开工40个。", []),  # qualified, a target, about
        ("各单位：县区\t签约项目（个）\t开工率（%）\n东屏区\t12\t41.7\n砚西县\t9\t55.6\n合计\t21\t47.6\n2024年上半年情况。",
         [("12", "东屏区", "signed_count", "2024H1"), ("41.7", "东屏区", "start_rate", "2024H1"),
          ("9", "砚西县", "signed_count", "2024H1"), ("55.6", "砚西县", "start_rate", "2024H1"),
          ("21", "", "signed_count", "2024H1"), ("47.6", "", "start_rate", "2024H1")]),
        ("全市新签约项目42个。", []),  # of which period?
        ("招商周报（2024年6月24日—6月30日）\n本周（2024年6月24日—6月30日），全市新签约项目2个，开工项目1个。",
         [("2个", "", "signed_count", "2024-06-24/2024-06-30"), ("1个", "", "started_count", "2024-06-24/2024-06-30")]),
    ],
)  # fmt: skip
def test_a_claim_is_understood_to_its_last_word(text: str, told: list[tuple[str, str, str, str]]) -> None:
    found = claims(text, UNITS)
    assert [(c.quote, c.unit, c.names[0], c.period.code) for c in found] == told
    assert all(text[c.start : c.end] == c.quote for c in found)


@pytest.fixture
def filled(city: Any) -> Any:
    east, west = city.units["east"], city.units["west"]
    for n in range(6):
        ledger.project(
            city,
            east,
            signed_on=date(2024, 3, n + 1),
            started_on=date(2024, 5, 9) if n < 4 else None,
            investment=2 * YI,
        )
    one = ledger.project(city, west, signed_on=date(2024, 6, 1), investment=YI // 2)
    ledger.project(city, west, signed_on=date(2024, 7, 8))
    ledger.arrival(city, one, 36_400_000, date(2024, 6, 20))
    return city


GOOD = (
    "关于2024年上半年招商引资工作情况的通报\n2024年上半年，全市新签约项目7个，其中东屏区6个；到位资金3640万元。\n"
    "东屏区新签约项目6个，开工项目4个，开工率66.67%；砚西县新签约项目1个，开工率0.00%。\n"
)


@pytest.mark.django_db
def test_the_ledger_names_each_figure_that_differs(filled: Any, tmp_path: Path, capsys: Any) -> None:
    right, wrong = tmp_path / "right.txt", tmp_path / "wrong.txt"
    right.write_text(GOOD, encoding="utf-8")
    wrong.write_text(GOOD.replace("项目4个", "项目5个").replace("3640万元", "3.64亿元"), encoding="utf-8")
    call_command("brief", "check", str(right), "--ledger")
    assert "与台账比对 7 个数字，0 处不符" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        call_command("brief", "check", str(wrong), "--ledger", "--json")
    said = capsys.readouterr()
    body = json.loads(said.out)["ledger"]
    text = wrong.read_text(encoding="utf-8")
    assert [(text[d["start"] : d["end"]], d["unit"], d["indicator"], d["expected"]) for d in body["disagreements"]] == [
        ("3.64亿元", None, "funds_in_place_converted", "0.36 亿元"), ("5个", "东屏区", "started_count", "4 个")
    ]  # fmt: skip
    assert "wrong.txt:3:" in said.err
    assert "文中为 5个" in said.err


@pytest.mark.django_db
def test_our_own_bulletin_agrees_with_the_ledger(filled: Any, tmp_path: Path, capsys: Any) -> None:
    call_command("brief", "quarterly", "--as-of", "2024-06-30", "--out", str(tmp_path / "q.docx"))
    capsys.readouterr()
    call_command("brief", "check", str(tmp_path / "q.docx"), "--ledger", "--json")
    held = json.loads(capsys.readouterr().out)["ledger"]
    assert held["disagreements"] == []
    assert held["covered"] >= 5


@pytest.mark.django_db
def test_on_the_page_the_ledger_answers_within_the_reader_s_scope(filled: Any) -> None:
    def checked(who: str) -> str:
        client = Client()
        client.force_login(filled.people[who], backend="django.contrib.auth.backends.ModelBackend")
        return client.post(
            reverse("briefing:check"), {"text": GOOD.replace("项目4个", "项目5个"), "ledger": "on"}
        ).content.decode()

    page = checked("director")
    assert "与台账比对 7 个数字" in page
    assert "东屏区2024年上半年开工项目数" in page
