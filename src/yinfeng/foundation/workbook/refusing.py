"""Refusals of files, in words: what the file is, and what to do about it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from yinfeng.kernel.errors import DomainError

MOST_ROWS = 200_000
MOST_COLUMNS = 500

_SAVE_ANEW = "请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。"

# What a file may be instead of a table: code -> what it is, what to do.
REASONS: dict[str, tuple[str, str]] = {
    "empty": ("是空文件", "请确认文件已保存完整。"),
    "too_big": ("超过 200 MB", "请拆分后分批导入。"),
    "encrypted": ("设有打开密码", "请取消密码保护后再导入。"),
    "damaged": ("已损坏或不完整", "请用原软件打开核对，另存后再导入。"),
    "unreadable": ("不是可以读取的 Excel 文件，或已损坏", _SAVE_ANEW),
    "bomb": (
        "解压后体积异常，可能是恶意文件",
        "请用 Excel 或 WPS 重新打开并另存后再导入。",
    ),
    "macros": ("含有宏", "请在 Excel 或 WPS 中另存为不含宏的 .xlsx 后再导入。"),
    "external": ("引用了外部内容，可能是恶意文件", _SAVE_ANEW),
    "word": (
        "是文字文档，不是表格",
        "请把其中的表格复制到 Excel 或 WPS 表格中，另存为 .xlsx 后再导入。",
    ),
    "slides": (
        "是演示文稿，不是表格",
        "请导入 .xlsx、.xls 或 UTF-8 / GBK 编码的 .csv 文件。",
    ),
    "pdf": ("是 PDF，不是表格", "请向提供人索取 Excel 原表；公开文件请从“文档”读入。"),
    "image": ("是图片，不是表格", "请向提供人索取 Excel 原表。"),
    "archive": ("是压缩包", "请解压后导入其中的表格。"),
    "web_page": ("是网页，里面没有表格", "请在原系统中重新导出为 Excel 文件。"),
    "encoding": (
        "的文字编码无法识别",
        "请用 Excel 或 WPS 打开，确认文字正常后另存为 .xlsx 再导入。",
    ),
    "unknown": ("不是表格", "请导入 .xlsx、.xls 或 UTF-8 / GBK 编码的 .csv 文件。"),
}


def refused(shown: str, why: str) -> DomainError:
    """The refusal of a file: ``why`` is a key of ``REASONS``."""
    what, fix = REASONS[why]
    code = "damaged" if why == "unreadable" else why
    return DomainError(
        _("文件“{name}”{what}。").format(name=shown, what=_(what)), code=f"workbook.{code}", field="file", fix=_(fix)
    )


def refused_line(shown: str, line: int) -> DomainError:
    """The refusal of a text file that breaks off in a line."""
    return DomainError(
        _("文件“{name}”第 {n} 行无法识别。").format(name=shown, n=line),
        code="workbook.damaged",
        field="file",
        fix=_("请检查该行的引号是否成对，单元格是否过长。"),
    )


def check_extent(shown: str, sheet: str, rows: int, columns: int) -> None:
    """DomainError beyond the limits of rows and columns."""
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
