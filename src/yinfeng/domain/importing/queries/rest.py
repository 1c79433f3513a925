"""The rows that were not taken, as a workbook: their original columns, and what is wrong with each."""

from __future__ import annotations

import tempfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from yinfeng.foundation.files import vault
from yinfeng.foundation.workbook.read import read_workbook
from yinfeng.foundation.workbook.write import clean_text

from ..models import Import, ImportRow
from ..rules.words import Decision

BAD = (Decision.FAULTY, Decision.DUPLICATE, Decision.CONFLICT)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_rest(of: Import, *, path: Path | None = None) -> tuple[Path, int]:
    """Write the faulty, duplicate and conflicting rows of a checked import; how many. Read again from the file, so that
    every column comes back, understood or not."""
    if path is None:
        with tempfile.NamedTemporaryFile(prefix="yinfeng-", suffix=".xlsx", delete=False) as made:
            path = Path(made.name)
    sheets = read_workbook(vault.place_of(of.file.sha256), name=of.file.name)
    sheet = next(s for s in sheets if s.name == of.sheet)
    headers = of.found.get("about", {}).get("header_rows") or [0]
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        page = book.add_worksheet(_("退回的行"))
        look = _Look(book)
        line = 0
        width = max((len(row) for row in sheet.rows), default=0)
        for number in headers:
            for place, value in enumerate(sheet.rows[number]):
                look.write(page, line, place, value, head=True)
            line += 1
        page.write_string(line - 1, width, _("原行号"), look.head)
        page.write_string(line - 1, width + 1, _("处理"), look.head)
        page.write_string(line - 1, width + 2, _("错误说明"), look.head)
        page.set_column(width + 2, width + 2, 80)
        count = 0
        rows = ImportRow.objects.filter(of=of, decision__in=BAD).order_by("number")
        for row in rows.iterator(chunk_size=500):
            for place, value in enumerate(sheet.rows[row.number - 1]):
                look.write(page, line, place, value)
            page.write_number(line, width, row.number)
            page.write_string(line, width + 1, _(Decision(row.decision).label))
            page.write_string(line, width + 2, clean_text(explained(row)), look.fault)
            line += 1
            count += 1
        page.freeze_panes(len(headers), 0)
    return path, count


def explained(row: ImportRow) -> str:
    """What is wrong with a row, in words: one sentence a fault, then each conflict with both values."""
    said = [
        f"{f['cell'] or f['column'] or _('本行')}：{f['message']}{f['mend']}"
        for f in row.faults
        if f["severity"] == "error"
    ]
    said += [
        _("{cell}：表格为“{new}”，台账为“{old}”（{source}）。").format(
            cell=d["cell"] or d["key"], new=d["new"], old=d["old"], source=d.get("source", "")
        )
        for d in row.differences
        if d["conflict"]
    ]
    return "\n".join(said) or _("与同一项目的其他行一并退回。")


class _Look:
    def __init__(self, book: Any) -> None:
        self.head = book.add_format({"bold": True, "bg_color": "#E8EEF7", "text_wrap": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self.guarded = book.add_format({"quote_prefix": True})
        self.fault = book.add_format({"text_wrap": True, "font_color": "#B3261E"})

    def write(self, page: Any, line: int, place: int, value: Any, *, head: bool = False) -> None:
        match value:
            case None:
                return
            case bool():
                page.write_boolean(line, place, value)
            case int() | float():
                page.write_number(line, place, value)
            case datetime():
                page.write_datetime(line, place, value, self.moment)
            case date() if value.year >= 1900:
                page.write_datetime(line, place, value, self.day)
            case time():
                page.write_string(line, place, value.isoformat())
            case _:
                text = clean_text(value)
                page.write_string(
                    line, place, text, self.head if head else self.guarded if text.startswith(_FORMULA_STARTS) else None
                )
