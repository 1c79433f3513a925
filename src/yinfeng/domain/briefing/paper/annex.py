"""The annex as a workbook: each figure with the rows it came from, a line a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.domain.indicators.queries.rows import Row
from yinfeng.foundation.workbook.write import About, CellKind, Column, stream_rows

from ..rules.writing import Figure


def write(
    title: str, figures: Sequence[Figure], rows: Mapping[int, Sequence[Row]], *, known_at: datetime, by: str
) -> bytes:
    """The bytes of an .xlsx."""
    columns = [
        Column(_("书签")), Column(_("指标")), Column(_("分列")), Column(_("数字")), Column(_("公式"), width=40),
        Column(_("口径版本"), width=26), Column(_("期间")), Column(_("截至")), Column(_("数据时点")), Column(_("项目编号")),
        Column(_("项目"), width=30), Column(_("单位")), Column(_("日期"), CellKind.DATE), Column(_("金额"), CellKind.NUMBER),
        Column(_("币种")), Column(_("计入分子")),
    ]  # fmt: skip
    about = About(title, _("通报数字来源表"), known_at, by)
    written = stream_rows(columns, _lines(figures, rows), about)
    try:
        return Path(written.path).read_bytes()
    finally:
        Path(written.path).unlink()


def _lines(figures: Sequence[Figure], rows: Mapping[int, Sequence[Row]]) -> Iterator[Sequence[Any]]:
    told: set[int] = set()
    for figure in figures:
        known = datetime.fromisoformat(figure["known_at"])
        head = (
            f"F{figure['n']}", figure["name"], figure["line"], figure["shown"], figure["formula"], figure["stamp"],
            figure["period"], figure["as_of"], f"{timezone.localtime(known):%Y-%m-%d %H:%M}",
        )  # fmt: skip
        mine = rows.get(figure["n"], ())
        if not mine or id(mine) in told:  # another aspect of the same figure has the same rows
            yield (*head, "", "", "", None, None, "", "")
            continue
        told.add(id(mine))
        rest = (head[0], *[""] * (len(head) - 1))
        for number, row in enumerate(mine):
            part = "" if row.in_part is None else _("是") if row.in_part else _("否")
            yield (*(rest if number else head), row.code, row.name, row.unit, row.on, row.amount, row.currency, part)
