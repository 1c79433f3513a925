"""From a workbook to a figure by the public commands alone: what a bureau, or a checker, has in hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from openpyxl import Workbook

from yinfeng.domain.importing.models import Import

pytestmark = [pytest.mark.django_db, pytest.mark.shared]


def shown(capsys: Any, *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    call_command("indicator", "show", *arguments, "--json")
    return json.loads(capsys.readouterr().out)


def imported(path: Path, heads: list[str], rows: list[list[Any]]) -> None:
    book = Workbook()
    book.active.append(heads)
    for row in rows:
        book.active.append(row)
    book.save(path)
    call_command("ledger", "import", str(path), "--create-units")


def test_a_project_that_was_terminated_stays_in_the_base(shared: Path, tmp_path: Path, capsys: Any) -> None:
    vectors = json.loads((shared / "golden" / "indicators.json").read_text(encoding="utf-8"))["vectors"]
    vector = next(v for v in vectors if v["id"] == "weinan_2010")
    inputs, expected = vector["inputs"], vector["expected"]
    heads = [
        "项目名称",
        "项目类别",
        "投资方",
        "牵头单位",
        "总投资（万元）",
        "签约日期",
        "开工日期",
        "竣工日期",
        "终止日期",
    ]
    ways = {
        "built": ["2010-05-01", "2010-11-01", None], "building": ["2010-06-01", None, None],
        "in_procedure": [None, None, None], "terminated": [None, None, "2010-10-08"],
    }  # fmt: skip
    rows = [
        [f"{way}{n}号测试部件", "制造业", f"{way}{n}号测试厂", "试验一区", 8_000, "2010-04-06", *days]
        for way, days in ways.items()
        for n in range(inputs[way])
    ]
    imported(tmp_path / "ledger.xlsx", heads, rows)
    asked = ("--from", "2010-01-01", "--to", "2010-12-31", "--as-of", "2010-12-31")
    told = shown(capsys, "start_rate_with_built", *asked)["total"]
    assert told["display"] == expected["start_rate"]["value"] + "%"
    assert (told["numerator"], told["denominator"]) == (str(expected["started"]), str(expected["signed_check"]))
    told = shown(capsys, "performing_rate", *asked)["total"]
    assert told["display"] == expected["performing_rate"]["value"] + "%"
    assert (told["numerator"], told["denominator"]) == (str(expected["performing"]), str(expected["signed_check"]))

    # What is exported goes in again as it is; a second termination is taken, and taken back with its import.
    call_command("ledger", "export", str(tmp_path / "out.xlsx"))
    capsys.readouterr()
    call_command("ledger", "import", str(tmp_path / "out.xlsx"))
    assert f"无变化 {len(rows)}" in capsys.readouterr().out
    rows[0][-1] = "2010-12-01"
    imported(tmp_path / "later.xlsx", heads, rows[:1])
    assert shown(capsys, "performing_rate", *asked)["total"]["numerator"] == str(expected["performing"] - 1)
    call_command("doctor")
    call_command("ledger", "undo", str(Import.objects.latest("pk").pk))
    assert shown(capsys, "performing_rate", *asked)["total"]["numerator"] == str(expected["performing"])
    call_command("doctor")


def test_an_estimate_is_printed_beside_and_never_added(shared: Path, tmp_path: Path, capsys: Any) -> None:
    vectors = json.loads((shared / "golden" / "indicators.json").read_text(encoding="utf-8"))["vectors"]
    vector = next(v for v in vectors if v["id"] == "kecheng_2022h1")
    facts = {f["name"]: f["value"] for f in vector["inputs"]["facts"]}
    heads = ["项目名称", "项目类别", "投资方", "牵头单位", "总投资（亿元）", "签约日期", "落地日期", "入统日期",
             "累计到位资金（亿元）",
             "本月预计到位资金（亿元）", "资金截止日期", "资金来源地"]  # fmt: skip
    rows = []
    for n in range(facts["signed_at_least_1yi"]):
        made = n < facts["signed_at_least_5yi_manufacturing"]
        money: list[Any] = [None, None, None, None]
        if n == 0:
            money = [facts["funds_outside_city_manufacturing_yi"], facts["funds_june_manufacturing_yi"]]
        elif n == 7:
            money = ["4.5", "1.7"]  # the rest of 6.7 and of 3.3
        if n in (0, 7):
            money += ["2022-06-30", "市外资金"]
        rows.append([
            f"测试{n}号工程", "制造业" if made else "服务业", f"测试{n}号厂", "试验一区", 5 if made else 1, "2022-03-01",
            "2022-05-01" if n < facts["land_supplied"] else None, "2022-06-01" if n < facts["stat_enrolled"] else None,
            *money,
        ])  # fmt: skip
    imported(tmp_path / "ledger.xlsx", heads, rows)
    asked = ("--from", "2022-01-01", "--to", "2022-06-30", "--as-of", "2022-07-25")
    told = {
        name: shown(capsys, name, *asked)["total"]["display"]
        for name in (
            "signed_1yi", "signed_manufacturing_5yi", "site_count", "enrolled_count", "funds_outside_city",
            "funds_manufacturing_share", "funds_estimate", "funds_estimate_manufacturing", "start_rate_due",
        )
    }  # fmt: skip
    share = vector["expected"]["manufacturing_share_of_funds"]["value"]
    assert list(told.values()) == [
        "8 个", "4 个", "7 个", "6 个", "6.70 亿元", f"{share}%", "3.30 亿元", "1.60 亿元", "—"
    ]  # fmt: skip
    call_command("ledger", "export", str(tmp_path / "out.xlsx"))
    capsys.readouterr()
    call_command("ledger", "import", str(tmp_path / "out.xlsx"))
    assert f"无变化 {len(rows)}" in capsys.readouterr().out
    call_command("doctor")


def test_a_published_table_comes_back_out_of_its_ledger(shared: Path, tmp_path: Path, capsys: Any) -> None:
    vectors = json.loads((shared / "golden" / "indicators.json").read_text(encoding="utf-8"))["vectors"]
    vector = next(v for v in vectors if v["id"] == "luan_2024h1_start_rate")
    book = Workbook()
    sheet = book.active
    sheet.append(["项目名称", "项目类别", "投资方", "牵头单位", "总投资（万元）", "签约日期", "开工日期"])
    for row in vector["inputs"]["rows"]:
        for n in range(row["signed"]):
            started = "2024-06-30" if n < row["started"] else "2024-07-01"
            sheet.append(
                [
                    f"{row['unit']}{n}号测试部件",
                    "制造业",
                    f"{row['unit']}{n}号测试厂",
                    row["unit"],
                    10_000,
                    "2024-03-01",
                    started,
                ]
            )
    file = tmp_path / "ledger.xlsx"
    book.save(file)
    call_command("ledger", "import", str(file), "--create-units")
    told = shown(
        capsys, "start_rate_same_window_1yi", "--from", "2024-01-01", "--to", "2024-06-30", "--by", "unit",
        "--as-of", "2024-12-31",
    )  # fmt: skip
    rates = {line["labels"][0]: line["display"].removesuffix("%") for line in told["lines"]}
    assert rates == vector["expected"]["rates"]
    assert told["total"]["display"] == vector["expected"]["total"]["rate"] + "%"
    with pytest.raises(SystemExit):
        call_command(
            "indicator", "check", "start_rate_same_window_1yi", "--from", "2024-01-01", "--to", "2024-06-30",
            "--as-of", "2024-12-31", "--published", "66.5%",
        )  # fmt: skip
    assert "应为 65.5%" in capsys.readouterr().out
