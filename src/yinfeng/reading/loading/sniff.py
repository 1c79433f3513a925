"""What kind of file these bytes are, by their content."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from ..errors import ReadingError

MAX_BYTES = 50_000_000

Opened = tuple[str, date | None]
Opener = Callable[[bytes], Opened]

_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|div|article|table|p)[\s>]", re.IGNORECASE)
_HTML_WIDE = re.compile("<(?:!doctype\\s+html|html|head|body)[\\s>]", re.IGNORECASE)
_MAIL = re.compile(rb"\A(?:[A-Za-z][A-Za-z0-9-]*: [^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n){2,}")
_MAIL_NAMES = (b"from:", b"subject:", b"mime-version:", b"received:", b"content-type:")


def sniff(data: bytes) -> tuple[str, Opener]:
    """(kind, opener). Raises ReadingError for kinds that are not read, naming what to do instead."""
    from .text import open_text

    head = data[:4096]
    if head.startswith(b"%PDF-") or b"%PDF-" in head[:1024]:
        from .pdf import open_pdf

        return "pdf", open_pdf
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        from .office import kind_of_archive, open_docx, open_xlsx

        kind = kind_of_archive(data)
        return kind, {"docx": open_docx, "xlsx": open_xlsx}[kind]
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise ReadingError("旧版 Office 文件(.doc/.xls):请另存为 .docx 或 .xlsx 后再上传", "old_office")
    for magic, name in (
        (b"\x89PNG", "图片"), (b"\xff\xd8\xff", "图片"), (b"GIF8", "图片"), (b"Rar!", "压缩包"),
        (b"7z\xbc\xaf", "压缩包"), (b"\x1f\x8b", "压缩包"), (b"MZ", "程序"), (b"\x7fELF", "程序"),
    ):  # fmt: skip
        if head.startswith(magic):
            raise ReadingError(f"这是{name},不是可读的文档", "not_a_document")
    if _MAIL.match(head) and any(name in head[:2048].lower() for name in _MAIL_NAMES):
        from .mail import open_mail

        return "eml", open_mail
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if _HTML.search(head) or (wide and _HTML_WIDE.search(head.decode("utf-16", "ignore"))):
        from .web import open_html

        return "html", open_html
    return "txt", open_text
