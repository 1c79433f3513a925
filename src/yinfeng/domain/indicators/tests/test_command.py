"""`yinfeng indicator`: what it prints, its JSON, and its exit codes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command

from yinfeng.domain.indicators.rules.standard import standard_body

from . import ledger

SPAN = ("--from", "2024-01-01", "--to", "2024-12-31")
pytestmark = pytest.mark.django_db


def test_a_figure_is_printed_with_its_definition_formula_and_rows(city: Any, capsys: Any) -> None:
    ledger.project(
        city, city.units["east"], signed_on=date(2024, 5, 1), started_on=date(2024, 6, 1), name="云梯部件项目"
    )
    call_command("indicator", "show", "开工率（至截止日）", *SPAN, "--by", "unit", "--rows")
    out = capsys.readouterr().out
    assert "已开工 1 个 ÷ 期内签约 1 个 = 100.00%" in out
    assert "期内签约且至截止日已开工的项目数 ÷ 期内签约项目数" in out
    assert "indicators v0" in out
    assert "云梯部件项目" in out
    assert "—" in out, "units without a base"


def test_json_carries_both_dates_exact_numbers_and_rows(city: Any, capsys: Any) -> None:
    made = ledger.projects(city, city.units["east"], 3, signed_on=date(2024, 5, 1))
    ledger.project(city, city.units["east"], signed_on=date(2023, 5, 1))
    call_command("indicator", "show", "signed_share", *SPAN, "--by", "unit", "--known-at", "2024-12-31", "--json")
    body = json.loads(capsys.readouterr().out)
    assert (body["format"], body["indicator"], body["state"]) == (1, "signed_share", "ok")
    assert body["known_at"].startswith("2024-12-31T23:59:59")
    assert body["period"] == {"from": "2024-01-01", "to": "2024-12-31", "label": "2024年"}
    assert {row["project"] for row in body["rows"]} == {p.code for p in made}
    east = next(line for line in body["lines"] if line["labels"] == ["东屏区"])
    assert (east["value"], east["display"], east["key"]) == ("1", "100.0%", [city.units["east"].pk])
    call_command("indicator", "show", "start_cohort", *SPAN, "--json", "--as-of", "2025-01-31")
    table = json.loads(capsys.readouterr().out)["cohorts"]
    assert table["rows"] == [{"period": "2024-05", "size": 3, "reached": [0, 0, None, None, None]}]


def test_before_the_first_record_it_says_so(city: Any, capsys: Any) -> None:
    ledger.project(city, city.units["east"], signed_on=date(2024, 5, 1))
    call_command("indicator", "show", "signed_count", *SPAN, "--known-at", "2023-12-30", "--json")
    body = json.loads(capsys.readouterr().out)
    assert (body["state"], body["total"]["value"], body["total"]["display"]) == ("no_record", None, "无记录")
    assert body["rows"] == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(("show", "no_such", *SPAN), "no_such"), (("show", "signed_count", *SPAN, "--by", "band"), "规模档"),
     (("show", "fit_ratio", *SPAN, "--known-at", "2024-06-30"), "不留历史"), (("check", "/no/such.yaml"), "不能读取")],
)  # fmt: skip
def test_a_question_at_fault_ends_with_one(city: Any, capsys: Any, arguments: tuple[str, ...], says: str) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("indicator", *arguments)
    assert ended.value.code == 1
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [("show", "signed_count", "--from", "2024-13-01", "--to", "2024-12-31"),
     ("show", "signed_count", "--from", "2024-12-31", "--to", "2024-01-01"), ("show", "signed_count"), ("sow",),
     ("show", "signed_count", *SPAN, "--by", "colour"), ("show", "signed_count", *SPAN, "--as", "nobody"),
     ("bridge", "signed_count", *SPAN, "--since", "2024-06-30", "--against", "previous")],
)  # fmt: skip
def test_a_wrong_call_is_a_usage_error(city: Any, arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("indicator", *arguments)
    assert refused.value.returncode in (1, 2)  # argparse, called from Python, raises with Django's own default


def test_a_file_of_definitions_is_checked_and_tried(city: Any, capsys: Any, tmp_path: Path) -> None:
    ledger.projects(city, city.units["east"], 2, signed_on=date(2024, 5, 1))
    body = standard_body()
    mine = {**body, "indicators": {"mine": {**body["indicators"]["signed_count"], "name": "本地签约数"}}}
    file = tmp_path / "mine.yaml"
    file.write_text(yaml.safe_dump(mine, allow_unicode=True), encoding="utf-8")
    call_command("indicator", "check", str(file))
    assert "1 个指标" in capsys.readouterr().out
    call_command("indicator", "show", "本地签约数", *SPAN, "--definitions", str(file), "--json")
    assert json.loads(capsys.readouterr().out)["total"]["value"] == "2"
    for text, says in (("a: [", "第 1 行"), ("a: 1\na: 2", "重复"), ("format: 2", "format"), ("\udcff", "UTF-8")):
        file.write_bytes(text.encode("utf-8", "surrogateescape"))
        with pytest.raises(SystemExit) as ended:
            call_command("indicator", "check", str(file))
        assert ended.value.code == 1
        assert says in capsys.readouterr().err


def test_every_indicator_is_listed_by_group(city: Any, capsys: Any) -> None:
    call_command("indicator", "list", "--json")
    listed = json.loads(capsys.readouterr().out)["indicators"]
    assert [one["indicator"] for one in listed] == list(standard_body()["indicators"])
    call_command("indicator", "list")
    out = capsys.readouterr().out
    assert "到位资金" in out
    assert "fund_rate" in out


def test_a_person_sees_only_their_own(city: Any, project: Any, capsys: Any) -> None:
    ledger.project(city, city.units["west"], signed_on=date(2024, 5, 1))
    call_command("indicator", "show", "signed_count", *SPAN, "--as", "stranger", "--json")
    body = json.loads(capsys.readouterr().out)
    assert body["total"]["value"] == "0"
    assert "本人可见范围。" in body["notes"]
    assert body["rows"] == []
