"""The public road from a workbook to a figure: commands and formats alone, as a bureau or a checker has them in hand."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management import call_command
from openpyxl import Workbook

Batch = tuple[int, dict[str, Any]]


def shown(capsys: Any, *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    call_command("indicator", "show", *arguments, "--json")
    return json.loads(capsys.readouterr().out)


def imported(path: Path, heads: list[str], rows: list[list[Any]], *options: str) -> None:
    book = Workbook()
    book.active.append(heads)
    for row in rows:
        book.active.append(row)
    book.save(path)
    call_command("ledger", "import", str(path), "--create-units", *options)


def brought_in(path: Path, *batches: Batch) -> None:
    """A workbook of so many projects of each sort, imported; cells by column name, invented names."""
    rows: list[dict[str, Any]] = [cells for many, cells in batches for _ in range(many)]
    rows = [
        {"项目名称": f"试验{n}号工程", "投资方": f"试验{n}号厂", "项目类别": "制造业", "牵头单位": "试验局", **cells}
        for n, cells in enumerate(rows)
    ]
    heads = list(dict.fromkeys(head for row in rows for head in row))
    imported(path, heads, [[row.get(head) for head in heads] for row in rows])


def sized(amounts: list[str], **cells: Any) -> list[Batch]:
    """One project of each sum."""
    return [(1, {"总投资（亿元）": amount, **cells}) for amount in amounts]


def spread(total: str, many: int, each: str) -> list[str]:
    """``many`` sums of ``each``, of which the last makes up the ``total``."""
    return [each] * (many - 1) + [str(Decimal(total) - Decimal(each) * (many - 1))]


def figures(capsys: Any, *asked: tuple[str, ...], trial: tuple[str, ...] = ()) -> list[str]:
    """(indicator, first day, last day[, dimension, label]) -> what is printed."""
    said = []
    for name, first, last, *line in asked:
        by = ("--by", line[0]) if line else ()
        told = shown(capsys, name, "--from", first, "--to", last, "--as-of", last, *by, *trial)
        found = [x for x in told["lines"] if x["labels"] == line[1:]] if line else [told["total"]]
        said += [x["display"] for x in found]
    return said


def vector_of(shared: Path, name: str) -> Any:
    vectors = json.loads((shared / "golden" / "indicators.json").read_text(encoding="utf-8"))["vectors"]
    return next(v for v in vectors if v["id"] == name)
