"""`yinfeng ledger` in an empty installation, and what it answers."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from yinfeng.domain.importing.models import Import
from yinfeng.domain.importing.rules.words import ImportState
from yinfeng.domain.projects.models import Project
from yinfeng.foundation.accounts.models import Unit

from .test_bulk import no_faults

pytestmark = pytest.mark.django_db

CSV = (
    "项目编号,项目名称,引进单位,总投资（亿元）,签约日期,开工日期\n"
    "A-1,云上展厅,东县,3.6,2024-03-01,2024-06-01\n"
    "A-2,霁光产线,西区,1.2,2024年5月,\n"
)


def run(*words: Any) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("ledger", *map(str, words), stdout=out, stderr=err)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_an_empty_installation_takes_a_ledger_and_answers_figures(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(CSV, encoding="gb18030")
    code, out, _err = run("import", file, "--dry-run")
    assert (code, Project.objects.count(), Unit.objects.filter(name="东县").count()) == (0, 0, 0)
    assert "新增 2 行" in out
    code, out, _err = run("import", file)
    assert (code, Project.objects.count()) == (0, 2), out
    number = Import.objects.get(state=ImportState.APPLIED).pk
    no_faults()
    told = StringIO()
    call_command(
        "indicator", "show", "signed_count", "--from", "2024-01-01", "--to", "2024-12-31", "--by", "unit", "--json",
        stdout=told,
    )  # fmt: skip
    answer = json.loads(told.getvalue())
    assert answer["total"]["value"] == "2"
    assert sorted(line["labels"][0] for line in answer["lines"] if line["value"] == "1") == ["东县", "西区"]
    code, out, _err = run("export", tmp_path / "out.xlsx")
    code, out, err = run("import", tmp_path / "out.xlsx", "--key", "code")
    assert (code, "无变化 2 行" in out) == (0, True), err
    code, out, _err = run("undo", number)
    assert code == 0
    assert Project.objects.filter(merged_into=None).count() == 0
    no_faults()


def test_faults_stand_on_lines_of_their_own_with_their_place(tmp_path: Path) -> None:
    file = tmp_path / "b.csv"
    file.write_text(CSV.replace("3.6,2024-03-01", "很多,2024-13-45"), encoding="utf-8")
    code, out, err = run("import", file)
    assert (code, Project.objects.count()) == (1, 0)
    lines = [line for line in err.splitlines() if "提示" not in line]
    assert {"D2", "E2"} <= {line.split("!")[1].split("（")[0] for line in lines}
    assert all(line.startswith(str(file)) for line in lines)
    code, out, _err = run("import", file, "--good-rows-only", "--rest", tmp_path / "rest.xlsx")
    assert (code, Project.objects.count(), (tmp_path / "rest.xlsx").is_file()) == (1, 1, True), out
