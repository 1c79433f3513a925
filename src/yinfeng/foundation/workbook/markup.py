"""Tables that other systems write as web pages or as Excel's XML of 2003, and save under the name .xls."""

from __future__ import annotations

import email
import io
import re
from html.parser import HTMLParser
from typing import Any

import defusedxml.ElementTree as SafeTree
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _

from .plain import decoded
from .refusing import MOST_COLUMNS, MOST_ROWS, check_extent, refused
from .sheet import Cell, Sheet

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w\-]+)", re.I)
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)
_MOST_MERGED = 100_000


def is_markup(raw: bytes) -> bool:
    """Whether the content begins as a page or as XML."""
    head = raw[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith(b"<") or (head.startswith(b"mime-version:") and b"multipart" in head)


def read_markup(raw: bytes, shown: str) -> list[Sheet]:
    """The sheets of a page (its tables with two rows or more) or of Excel's XML."""
    head = raw[:8192].lower()
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"mime-version:"):
        pages = [part.get_payload(decode=True) for part in email.message_from_bytes(raw).walk()
                 if part.get_content_type() == "text/html"]  # fmt: skip
        sheets = [sheet for page in pages if isinstance(page, bytes) for sheet in _tables(page, shown)]
    elif b"office:spreadsheet" in head and b"<html" not in head:
        sheets = _read_xml(raw, shown)
    else:
        sheets = _tables(raw, shown)
    if not sheets:
        raise refused(shown, "web_page")
    return sheets


# ------------------------------------------------------------------------------------------------------ pages


def _tables(raw: bytes, shown: str) -> list[Sheet]:
    charset = _CHARSET.search(raw[:8192])
    text = None
    if charset and not raw.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        name = charset[1].decode().lower()
        name = "gb18030" if name in ("gb2312", "gbk", "gb18030", "x-gbk") else name
        try:
            text = raw.decode(name)
        except (LookupError, UnicodeDecodeError):
            text = None
    text = text if text is not None else decoded(raw)
    if text is None:
        raise refused(shown, "encoding")
    reader = _Page(shown)
    reader.feed(text)
    reader.close()
    tables = [table for table in reader.tables if len(table.rows) >= 2 or len(reader.tables) == 1]
    return [table.as_sheet(_("表格 {n}").format(n=n)) for n, table in enumerate(tables, start=1) if table.rows]


class _Table:
    """A table as it is read: cells of several rows or columns keep their places free."""

    def __init__(self) -> None:
        self.rows: list[list[Cell]] = []
        self.merged: list[tuple[int, int, int, int]] = []
        self.hidden: set[int] = set()
        self.taken: dict[int, int] = {}  # column -> first row in which it is free again

    def add_row(self) -> None:
        self.rows.append([])

    def add(self, value: Cell, across: int, down: int) -> None:
        if not self.rows:
            self.add_row()
        number, row = len(self.rows) - 1, self.rows[-1]
        while self.taken.get(len(row), 0) > number:
            row.append(None)
        column = len(row)
        row.extend([value, *[None] * (across - 1)])
        if down > 1:
            for one in range(column, column + across):
                self.taken[one] = number + down
        if (across > 1 or down > 1) and len(self.merged) < _MOST_MERGED:
            self.merged.append((number, column, number + down - 1, column + across - 1))

    def as_sheet(self, name: str) -> Sheet:
        width = max(map(len, self.rows), default=0)
        rows = [row + [None] * (width - len(row)) for row in self.rows]
        last = len(rows) - 1
        merged = tuple((top, left, min(bottom, last), right) for top, left, bottom, right in self.merged)
        return Sheet(name, rows, frozenset(self.hidden), merged=merged)


class _Page(HTMLParser):
    """The tables of a page; a table within a cell is text of the cell."""

    def __init__(self, shown: str) -> None:
        super().__init__(convert_charrefs=True)
        self.shown = shown
        self.tables: list[_Table] = []
        self.depth = 0
        self.cell: list[str] | None = None
        self.across = self.down = 1
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag in ("script", "style", "title"):
            self.silent += 1
        elif tag == "table":
            self.depth += 1
            if self.depth == 1:
                self.tables.append(_Table())
        elif self.depth != 1:
            if self.cell is not None and tag in ("br", "tr", "p", "div"):
                self.cell.append("\n")
        elif tag == "tr":
            self._end_cell()
            table = self.tables[-1]
            table.add_row()
            check_extent(self.shown, _("表格 {n}").format(n=len(self.tables)), len(table.rows), 0)
            if _HIDDEN.search(told.get("style", "")) or "hidden" in told:
                table.hidden.add(len(table.rows) - 1)
        elif tag in ("td", "th"):
            self._end_cell()
            self.cell = []
            self.across = _span(told.get("colspan", ""), MOST_COLUMNS)
            self.down = _span(told.get("rowspan", ""), MOST_ROWS)
        elif tag in ("br", "p", "div") and self.cell:
            self.cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "title"):
            self.silent = max(self.silent - 1, 0)
        elif tag == "table":
            if self.depth == 1:
                self._end_cell()
            self.depth = max(self.depth - 1, 0)
        elif self.depth == 1 and tag in ("td", "th", "tr"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self.cell is not None and not self.silent:
            self.cell.append(data if "\n" not in data else " ".join(data.split()))

    def _end_cell(self) -> None:
        if self.cell is None:
            return
        lines = [" ".join(line.split()) for line in "".join(self.cell).split("\n")]
        text = "\n".join(line for line in lines if line)
        self.tables[-1].add(text or None, self.across, self.down)
        check_extent(self.shown, _("表格 {n}").format(n=len(self.tables)), 0, len(self.tables[-1].rows[-1]))
        self.cell = None


def _span(text: str, most: int) -> int:
    digits = text.strip()
    return min(max(int(digits), 1), most) if digits.isascii() and digits.isdigit() and len(digits) < 7 else 1


# ------------------------------------------------------------------------------------------------------ XML of 2003


def _read_xml(raw: bytes, shown: str) -> list[Sheet]:
    """Worksheets of a SpreadsheetML document."""
    sheets: list[Sheet] = []
    table = _Table()
    name = ""
    hidden_sheet = False
    columns: set[int] = set()
    try:
        for event, node in SafeTree.iterparse(io.BytesIO(raw), events=("start", "end"), forbid_dtd=True):
            tag = node.tag.rpartition("}")[2]
            if event == "start":
                if tag == "Worksheet":
                    table, name, hidden_sheet, columns = _Table(), _of(node, "Name"), False, set()
                elif tag == "Row":
                    _open_row(table, node, shown, name)
            elif tag == "Column":
                if _of(node, "Hidden") == "1":
                    at = _span(_of(node, "Index"), MOST_COLUMNS) - 1 if _of(node, "Index") else len(columns)
                    columns.update(range(at, min(at + _span(_of(node, "Span"), MOST_COLUMNS), MOST_COLUMNS)))
            elif tag == "Visible":
                hidden_sheet = hidden_sheet or (node.text or "").startswith("SheetHidden")
            elif tag == "Cell":
                _close_cell(table, node, shown, name)
            elif tag == "Row":
                node.clear()
            elif tag == "Worksheet":
                made = table.as_sheet(name)
                sheets.append(Sheet(name, made.rows, made.hidden_rows, frozenset(columns), made.merged, hidden_sheet))
                node.clear()
    except DefusedXmlException as fault:
        raise refused(shown, "external") from fault
    except SafeTree.ParseError as fault:
        raise refused(shown, "damaged") from fault
    return sheets


def _of(node: Any, name: str) -> str:
    return next((str(value) for key, value in node.attrib.items() if key.rpartition("}")[2] == name), "")


def _open_row(table: _Table, node: Any, shown: str, name: str) -> None:
    at = _of(node, "Index")
    check_extent(shown, name, int(at) if at.isdigit() else len(table.rows) + 1, 0)
    while at.isdigit() and len(table.rows) < int(at) - 1:
        table.add_row()
    table.add_row()
    if _of(node, "Hidden") == "1":
        table.hidden.add(len(table.rows) - 1)


def _close_cell(table: _Table, node: Any, shown: str, name: str) -> None:
    at = _of(node, "Index")
    check_extent(shown, name, 0, int(at) if at.isdigit() else 0)
    row = table.rows[-1]
    while at.isdigit() and len(row) < int(at) - 1:
        row.append(None)
    data = next((child for child in node if child.tag.rpartition("}")[2] == "Data"), None)
    across = min(int(_of(node, "MergeAcross") or 0), MOST_COLUMNS) + 1
    down = min(int(_of(node, "MergeDown") or 0), MOST_ROWS) + 1
    table.add(_value(data) if data is not None else None, across, down)


def _value(data: Any) -> Cell:
    text = "".join(data.itertext()).strip()
    kind = _of(data, "Type")
    if kind == "Number":
        try:
            number = float(text)
        except ValueError:
            return text or None
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    if kind == "DateTime" and re.fullmatch(r"\d{4}-\d\d-\d\dT.*", text):
        return text[:10]
    if kind == "Boolean":
        return text == "1"
    return text or None
