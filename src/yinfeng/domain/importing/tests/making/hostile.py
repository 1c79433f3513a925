"""Files to be refused, each in words."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable

from yinfeng.foundation.files.tests import hostile as packed

from .books import PLAIN, book

ENTITY = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def with_part(content: bytes, name: str, part: bytes, *, replace: bool = False) -> bytes:
    """The same zip with one part more, or another in its place."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if not (replace and entry.filename == name):
                new.writestr(entry, old.read(entry))
        new.writestr(name, part)
    return out.getvalue()


def with_entity() -> bytes:
    content = book(*PLAIN).xlsx()
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        strings = old.read("xl/sharedStrings.xml").decode()
    body = strings.partition("?>")[2]
    return with_part(content, "xl/sharedStrings.xml", (ENTITY + body).encode(), replace=True)


def with_password() -> bytes:
    """An xls whose first record after its beginning says that the rest is enciphered."""
    start = struct.pack("<HH", 0x0809, 16) + bytes(16)
    key = struct.pack("<HH", 0x2F, 6) + bytes(6)
    return packed.ole(workbook=start + key + struct.pack("<HH", 0x0A, 0))


HOSTILE: dict[str, Callable[[], bytes]] = {
    "empty.xlsx": lambda: b"",
    "zip_bomb.xlsx": lambda: packed.xlsx({"xl/worksheets/sheet1.xml": bytes(60 * 1024 * 1024)}),
    "overlapping_bomb.xlsx": packed.overlapping_bomb,
    "lying_bomb.xlsx": lambda: packed.lying_bomb().replace(b"word/document.xml", b"xl/workbook.xml\x00\x00"),
    "macros.xlsm": lambda: with_part(book(*PLAIN).xlsx(), "xl/vbaProject.bin", b"x"),
    "macros_named.xlsx": lambda: with_part(book(*PLAIN).xlsx(), "xl/vbaProject.bin", b"x"),
    "macros.xls": lambda: packed.ole("Workbook", "_VBA_PROJECT_CUR"),
    "macro_sheet.xls": lambda: packed.ole(workbook=packed.boundsheet(1)),
    "external_entity.xlsx": with_entity,
    "external_entity.xls": lambda: (
        ENTITY + '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet/></Workbook>'
    ).encode(),
    "password.xlsx": lambda: packed.ole("EncryptedPackage", "EncryptionInfo"),
    "password.xls": with_password,
    "truncated.xlsx": lambda: book(*PLAIN).xlsx()[:-300],
    "truncated.xls": lambda: book(*PLAIN).xls()[:2500],
    "word_named.xlsx": packed.docx,
    "word_named.xls": lambda: packed.ole("WordDocument"),
    "pdf_named.xlsx": lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "picture_named.xls": lambda: b"\x89PNG\r\n\x1a\n" + bytes(64),
    "archive_named.xlsx": lambda: packed.packed({"台账.csv": "a,b"}),
    "page_without_table.xls": lambda: "<html><body>请登录</body></html>".encode(),
    "noise.csv": lambda: bytes(range(256)) * 8,
    "open_quote.csv": lambda: b'a,b\n"' + b"x" * 200_000,
    "lone_surrogates.csv": lambda: ("项目\ud800\udc00\ud801" * 200).encode("utf-16-le", "surrogatepass"),
}

# name -> code of the refusal
REFUSALS = {
    "empty.xlsx": "workbook.empty",
    "zip_bomb.xlsx": "workbook.bomb",
    "overlapping_bomb.xlsx": "workbook.bomb",
    "lying_bomb.xlsx": "workbook.bomb",
    "macros.xlsm": "workbook.macros",
    "macros_named.xlsx": "workbook.macros",
    "macros.xls": "workbook.macros",
    "macro_sheet.xls": "workbook.macros",
    "external_entity.xlsx": "workbook.external",
    "external_entity.xls": "workbook.external",
    "password.xlsx": "workbook.encrypted",
    "password.xls": "workbook.encrypted",
    "truncated.xlsx": "workbook.damaged",
    "truncated.xls": "workbook.damaged",
    "word_named.xlsx": "workbook.word",
    "word_named.xls": "workbook.word",
    "pdf_named.xlsx": "workbook.pdf",
    "picture_named.xls": "workbook.image",
    "archive_named.xlsx": "workbook.archive",
    "page_without_table.xls": "workbook.web_page",
    "noise.csv": "workbook.unknown",
    "open_quote.csv": "workbook.damaged",
    "lone_surrogates.csv": "workbook.unknown",
}
