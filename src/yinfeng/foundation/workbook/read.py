"""Excel and CSV in: cells as plain values, judged by content, within limits."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, ZipError

from yinfeng.kernel.errors import DomainError

from .sheet import Cell, Sheet, cell_name

__all__ = ["Cell", "Sheet", "cell_name", "read_workbook"]

MOST_BYTES = 200 * 1024 * 1024
MOST_UNPACKED = 1024 * 1024 * 1024
WORST_RATIO = 200
MOST_ROWS = 200_000
MOST_COLUMNS = 500
_ENCODINGS = ("utf-8-sig", "gb18030")


def read_workbook(content: bytes | Path, *, name: str = "") -> list[Sheet]:
    """Every sheet of an xlsx, xls, ods or CSV (UTF-8, UTF-16, GBK). Formulas give their last value.

    ``name`` is only used in messages. DomainError, in words, where it is none of these, damaged, protected by a
    password, or beyond 200 MB, 200,000 rows or 500 columns.
    """
    shown = name or (content.name if isinstance(content, Path) else _("表格"))
    size = content.stat().st_size if isinstance(content, Path) else len(content)
    if size == 0:
        raise _refused(shown, _("是空文件"), "empty", _("请确认文件已保存完整。"))
    if size > MOST_BYTES:
        raise _refused(shown, _("超过 200 MB"), "too_big", _("请拆分后分批导入。"))
    raw = content.read_bytes() if isinstance(content, Path) else content
    if raw.startswith(b"PK\x03\x04"):
        _check_zip(raw, shown)
        return _read_office(raw, shown)
    if raw.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _read_office(raw, shown)
    return [_read_csv(raw, shown)]


def _read_office(raw: bytes, shown: str) -> list[Sheet]:
    try:
        book = CalamineWorkbook.from_object(io.BytesIO(raw))
        sheets = []
        for sheet_name in book.sheet_names:
            sheet = book.get_sheet_by_name(sheet_name)
            _check_extent(shown, sheet_name, sheet.total_height, sheet.total_width)
            rows = [[_plain(v) for v in row] for row in sheet.to_python(skip_empty_area=False)]
            sheets.append(Sheet(sheet_name, rows))
    except PasswordError as fault:
        raise _refused(shown, _("设有打开密码"), "encrypted", _("请取消密码保护后再导入。")) from fault
    except (CalamineError, ZipError, OSError, ValueError) as fault:
        raise _refused(
            shown,
            _("不是可以读取的 Excel 文件，或已损坏"),
            "damaged",
            _("请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。"),
        ) from fault
    return sheets


def _read_csv(raw: bytes, shown: str) -> Sheet:
    text = _decoded(raw)
    if text is None or "\x00" in text:
        raise _refused(shown, _("不是表格"), "unknown", _("请导入 .xlsx、.xls 或 UTF-8 / GBK 编码的 .csv 文件。"))
    start = text[: text.find("\n")] if "\n" in text else text
    separator = max(",\t;", key=start.count)
    rows: list[list[Cell]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append([cell.strip() or None for cell in row])
            if len(rows) > MOST_ROWS or len(row) > MOST_COLUMNS:
                _check_extent(shown, "csv", len(rows), len(row))
    except csv.Error as fault:
        raise _refused(
            shown,
            _("第 {n} 行无法识别").format(n=len(rows) + 1),
            "damaged",
            _("请检查该行的引号是否成对，单元格是否过长。"),
        ) from fault
    while rows and not any(cell is not None for cell in rows[-1]):
        rows.pop()
    width = max(map(len, rows), default=0)
    return Sheet("csv", [row + [None] * (width - len(row)) for row in rows])


def _decoded(raw: bytes) -> str | None:
    encodings = ("utf-16",) if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else _ENCODINGS
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _plain(value: Cell) -> Cell:
    """Excel knows no integers: 3.0 is 3. Empty text is nothing."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, str):
        return value.strip() or None
    return value


def _check_zip(raw: bytes, shown: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
    except zipfile.BadZipFile as fault:
        raise _refused(shown, _("已损坏或不完整"), "damaged", _("请用原软件打开核对，另存后再导入。")) from fault
    if unpacked > MOST_UNPACKED or (unpacked > 50 * 1024 * 1024 and unpacked > WORST_RATIO * len(raw)):
        raise _refused(
            shown, _("解压后体积异常，可能是恶意文件"), "bomb", _("请用 Excel 或 WPS 重新打开并另存后再导入。")
        )


def _check_extent(shown: str, sheet: str, rows: int, columns: int) -> None:
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise DomainError(
            _(
                "“{name}”的工作表“{sheet}”有 {rows} 行、{columns} 列，超过 {most_rows} 行、{most_columns} 列的上限。"
            ).format(
                name=shown,
                sheet=sheet,
                rows=f"{rows:,}",
                columns=columns,
                most_rows=f"{MOST_ROWS:,}",
                most_columns=MOST_COLUMNS,
            ),
            code="workbook.too_many_rows",
            fix=_("请删去空白行列，或拆分后分批导入。"),
        )


def _refused(shown: str, what: str, code: str, fix: str) -> DomainError:
    return DomainError(
        _("文件“{name}”{what}。").format(name=shown, what=what), code=f"workbook.{code}", field="file", fix=fix
    )
