"""Excel out: streamed, so that a hundred thousand rows cost a few megabytes, and safe to open.

The first sheet holds the rows under one header row (what the ledger import reads back); the second, 说明, says which
view it is, as of when, who took it out, how many rows and which sums.
"""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import xlsxwriter
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from yinfeng.kernel.enums import LabelledEnum
from yinfeng.kernel.errors import DomainError

MOST_ROWS = 1_000_000  # Excel itself ends at 1,048,576
LONGEST_TEXT = 32_000  # Excel itself ends at 32,767
# What Excel would take for a formula when the cell is edited, or the sheet saved as CSV and opened again.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")


class CellKind(LabelledEnum):
    TEXT = "text", "文本"
    INTEGER = "integer", "整数"
    NUMBER = "number", "数值"
    MONEY = "money", "金额"
    PERCENT = "percent", "百分比"
    DATE = "date", "日期"
    MOMENT = "moment", "时间"


_FORMATS = {
    CellKind.INTEGER: "#,##0",
    CellKind.NUMBER: "#,##0.##",
    CellKind.MONEY: "#,##0.00",
    CellKind.PERCENT: "0.0%",
    CellKind.DATE: "yyyy-mm-dd",
    CellKind.MOMENT: "yyyy-mm-dd hh:mm",
}
_WIDTHS = {CellKind.TEXT: 20, CellKind.MONEY: 16, CellKind.DATE: 12, CellKind.MOMENT: 17}


@dataclass(frozen=True)
class Column:
    """One column. ``divide_by`` turns what is stored into what is shown (yuan by 10_000 under 万元); ``summed``
    columns are added up exactly on the 说明 sheet."""

    label: str
    kind: CellKind = CellKind.TEXT
    divide_by: int = 1
    summed: bool = False
    width: int = 0


@dataclass(frozen=True)
class About:
    """What the 说明 sheet tells: ``facts`` are further (name, value) lines such as the filters of the view."""

    title: str
    view_name: str
    data_time: datetime
    exported_by: str
    facts: Sequence[tuple[str, str]] = field(default=())


@dataclass(frozen=True)
class Written:
    """The file made (the caller moves or deletes it), its rows and the sums by column label, in shown units."""

    path: Path
    rows: int
    sums: dict[str, Decimal]


def stream_rows(
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    about: About,
    *,
    path: Path | None = None,
    progress: Callable[[int], object] | None = None,
) -> Written:
    """Write rows (values in the order of ``columns``) as they come. Without ``path`` a temporary file is made.

    Text is always text, never a formula; dates are dates; numbers are numbers. ``progress(n)`` is called every 500
    rows. DomainError beyond a million rows; no file is left behind after any error.
    """
    if path is None:
        with tempfile.NamedTemporaryFile(prefix="yinfeng-", suffix=".xlsx", delete=False) as made:
            path = Path(made.name)
    try:
        return _write(columns, rows, about, path, progress)
    except BaseException:
        with suppress(FileNotFoundError):
            path.unlink()
        raise


def _write(
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    about: About,
    path: Path,
    progress: Callable[[int], object] | None,
) -> Written:
    book = xlsxwriter.Workbook(
        str(path),
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
        },
    )
    closed = False
    try:
        book.set_properties(
            {"title": about.title, "author": about.exported_by, "comments": str(settings.STANDING_LINE)}
        )
        sheet = book.add_worksheet(_sheet_name(about.title))
        legend = book.add_worksheet(_("说明"))
        totals = [Fraction(0) for _column in columns]
        count = _fill(book, sheet, columns, rows, totals, progress)
        sums = {c.label: _decimal(total / c.divide_by) for c, total in zip(columns, totals, strict=True) if c.summed}
        _explain(book, legend, about, count, sums)
        book.close()
        closed = True
    finally:
        if not closed:
            _discard(book)
    return Written(path, count, sums)


def _fill(
    book: xlsxwriter.Workbook,
    sheet: Worksheet,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    totals: list[Fraction],
    progress: Callable[[int], object] | None,
) -> int:
    head = book.add_format(
        {
            "bold": True,
            "bg_color": "#E8EEF7",
            "border": 1,
            "border_color": "#C9D3E3",
            "text_wrap": True,
            "valign": "vcenter",
        }
    )
    guarded = book.add_format({"quote_prefix": True})
    formats = [book.add_format({"num_format": _FORMATS[c.kind]}) if c.kind in _FORMATS else None for c in columns]
    for number, column in enumerate(columns):
        sheet.set_column(number, number, column.width or max(_WIDTHS.get(column.kind, 12), 2 * len(column.label) + 3))
    sheet.set_row(0, 30)
    for number, column in enumerate(columns):
        sheet.write_string(0, number, clean_text(column.label), head)
    sheet.freeze_panes(1, 1 if len(columns) > 4 else 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(f"&C{settings.STANDING_LINE}&R&P / &N")
    writers = [
        _writer(sheet, number, column, formats[number], guarded, totals) for number, column in enumerate(columns)
    ]
    count = 0
    for count, row in enumerate(rows, start=1):
        if count > MOST_ROWS:
            raise DomainError(
                _("超过 {most} 行，无法放入一张表。").format(most=f"{MOST_ROWS:,}"),
                code="workbook.too_many_rows",
                fix=_("请加上筛选条件后分批导出。"),
            )
        for write, value in zip(writers, row, strict=True):
            if value is not None and value != "":
                write(count, value)
        if progress and count % 500 == 0:
            progress(count)
    sheet.autofilter(0, 0, count, max(len(columns) - 1, 0))
    return count


def _writer(
    sheet: Worksheet,
    number: int,
    column: Column,
    look: Format | None,
    guarded: Format,
    totals: list[Fraction],
) -> Callable[[int, Any], object]:
    """The function that writes one value of a column; chosen once, called a hundred thousand times."""

    def text(row: int, value: Any) -> object:
        words = clean_text(value)
        return sheet.write_string(row, number, words, guarded if words.startswith(_FORMULA_STARTS) else None)

    def figure(row: int, value: Any) -> object:
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            return text(row, value)
        try:
            shown = float(value / column.divide_by if column.divide_by != 1 else value)
        except (ValueError, OverflowError, ArithmeticError):
            shown = math.nan
        if not math.isfinite(shown):
            return text(row, value)
        if column.summed:
            totals[number] += Fraction(value)
        return sheet.write_number(row, number, shown, look)

    def day(row: int, value: Any) -> object:
        if isinstance(value, datetime):
            value = (timezone.localtime(value) if timezone.is_aware(value) else value).replace(tzinfo=None)
        if not isinstance(value, date):
            return text(row, value)
        if value.year < 1900:
            return text(row, value.isoformat())
        return sheet.write_datetime(row, number, value, look)

    if column.kind is CellKind.TEXT:
        return text
    return day if column.kind in (CellKind.DATE, CellKind.MOMENT) else figure


def clean_text(value: Any) -> str:
    """A value as text that Excel can hold: 是 / 否, no control characters, no lone surrogates, not too long."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    words = _UNWRITABLE.sub("\ufffd", str(value))
    return words if len(words) <= LONGEST_TEXT else words[:LONGEST_TEXT] + _("…（过长，已截断）")


def _explain(book: xlsxwriter.Workbook, sheet: Worksheet, about: About, count: int, sums: dict[str, Decimal]) -> None:
    name = book.add_format({"bold": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    amount = book.add_format({"num_format": "#,##0.00", "align": "left"})
    whole = book.add_format({"num_format": "#,##0", "align": "left"})
    warning = book.add_format({"bold": True, "font_color": "#B3261E"})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 80)
    lines: list[tuple[str, Any]] = [
        (_("表名"), about.title),
        (_("视图"), about.view_name),
        (_("数据截至"), f"{timezone.localtime(about.data_time):%Y-%m-%d %H:%M}"),
        (_("导出人"), about.exported_by),
        (_("范围"), _("本人可见范围")),
        *about.facts,
        (_("行数"), count),
        *((_("合计：{label}").format(label=label), total) for label, total in sums.items()),
    ]
    for row, (label, value) in enumerate(lines):
        sheet.write_string(row, 0, clean_text(label), name)
        if isinstance(value, Decimal):
            sheet.write_number(row, 1, float(value), amount)
        elif isinstance(value, int):
            sheet.write_number(row, 1, value, whole)
        else:
            sheet.write_string(row, 1, clean_text(value), wrap)
    sheet.write_string(len(lines) + 1, 0, str(settings.STANDING_LINE), warning)


def _decimal(exact: Fraction) -> Decimal:
    return Decimal(exact.numerator) / Decimal(exact.denominator)


def _sheet_name(title: str) -> str:
    return _SHEET_NAME.sub(" ", clean_text(title)).strip()[:31] or _("数据")


def _discard(book: xlsxwriter.Workbook) -> None:
    """Drop the temporary files of a workbook that will not be finished."""
    for sheet in book.worksheets():
        with suppress(Exception):
            sheet.row_data_fh.close()
        with suppress(Exception):
            Path(sheet.row_data_filename).unlink()
    book.fileclosed = True  # else its destructor would try again
