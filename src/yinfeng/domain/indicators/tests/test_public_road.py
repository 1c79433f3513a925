"""From a workbook to a figure by the public commands alone: what a bureau, or a checker, has in hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from openpyxl import Workbook

pytestmark = [pytest.mark.django_db, pytest.mark.shared]


def shown(capsys: Any, *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    call_command("indicator", "show", *arguments, "--json")
    return json.loads(capsys.readouterr().out)


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
