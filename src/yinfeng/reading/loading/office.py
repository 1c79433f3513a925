"""Word and Excel files: paragraphs and tables in order; zip bombs and macro files refused."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

from ..errors import ReadingError

_MAX_UNPACKED = 300_000_000
_MAX_RATIO = 120
_MAX_ENTRIES = 10_000
_MAX_CELLS = 3_000_000


def kind_of_archive(data: bytes) -> str:
    """docx or xlsx. Raises ReadingError for other archives, for bombs and for files with macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise ReadingError("文件已损坏,无法打开", "broken") from None
    names = {info.filename for info in infos}
    unpacked = sum(info.file_size for info in infos)
    if len(infos) > _MAX_ENTRIES or unpacked > _MAX_UNPACKED:
        raise ReadingError("解压后的内容过大,疑似压缩炸弹,已拒绝", "bomb")
    if unpacked > 10_000_000 and unpacked > _MAX_RATIO * max(len(data), 1):
        raise ReadingError("压缩比异常,疑似压缩炸弹,已拒绝", "bomb")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise ReadingError("文件带有宏,请另存为不带宏的 .docx 或 .xlsx", "macros")
    if any(info.flag_bits & 1 for info in infos):
        raise ReadingError("文件有密码保护,请解除后再上传", "encrypted")
    if "word/document.xml" in names:
        return "docx"
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    raise ReadingError("这是压缩包,请解压后上传其中的文件", "archive")


def open_docx(data: bytes) -> tuple[str, date | None]:
    """(paragraphs and tables in the order of the page, date last modified is not taken: it is not the document's)."""
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table
    from lxml.etree import XMLSyntaxError  # type: ignore[import-untyped]

    try:
        document = docx.Document(io.BytesIO(data))
        lines = []
        for block in document.iter_inner_content():
            if isinstance(block, Table):
                lines += _rows(block)
            else:
                lines.append(block.text)
    except (PackageNotFoundError, XMLSyntaxError, KeyError, ValueError, AttributeError, zipfile.BadZipFile):
        raise ReadingError("Word 文件已损坏,无法打开", "broken") from None
    return "\n".join(lines), None


def _rows(table: object) -> list[str]:
    lines = []
    for row in table.rows:  # type: ignore[attr-defined]
        cells, last = [], None
        for cell in row.cells:
            if cell._tc is not last:  # a merged cell is listed once for each column it covers
                cells.append(cell.text.strip().replace("\n", " "))
            last = cell._tc
        lines.append(" | ".join(cells))
    return lines


def open_xlsx(data: bytes) -> tuple[str, date | None]:
    """(each sheet's rows as lines of ` | `, None)."""
    from python_calamine import CalamineError, CalamineWorkbook

    lines: list[str] = []
    cells = 0
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in workbook.sheet_names:
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=True)
            if rows:
                lines.append(name)
            for row in rows:
                cells += len(row)
                if cells > _MAX_CELLS:
                    raise ReadingError("表格过大,请拆分后再上传", "too_large")
                shown = [_shown(value) for value in row]
                if any(shown):
                    lines.append(" | ".join(shown).rstrip(" |"))
    except ReadingError:
        raise
    except (CalamineError, OSError, ValueError):
        raise ReadingError("Excel 文件已损坏,无法打开", "broken") from None
    return "\n".join(lines), None


def _shown(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    return str(value).strip().replace("\n", " ")
