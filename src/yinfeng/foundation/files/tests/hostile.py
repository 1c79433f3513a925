"""Files to be refused and files to be taken, built here byte by byte."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="{kind}"/></Types>'
)
PLAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def packed(parts: dict[str, bytes | str], *, stored: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def docx(extra: dict[str, bytes | str] | None = None, kind: str = PLAIN) -> bytes:
    return packed({"[Content_Types].xml": TYPES.format(kind=kind), "word/document.xml": "<document/>", **(extra or {})})


def xlsx(extra: dict[str, bytes | str] | None = None) -> bytes:
    return packed({"[Content_Types].xml": TYPES.format(kind="x"), "xl/workbook.xml": "<workbook/>", **(extra or {})})


def zip_bomb() -> bytes:
    return xlsx({"xl/worksheets/sheet1.xml": b"0" * (40 * 1024 * 1024)})


def lying_bomb() -> bytes:
    """A sheet that says it unpacks to 100 bytes and unpacks to 3 MB."""
    honest = docx({"word/media/a.bin": b"0" * 3_000_000})
    at = honest.rindex(b"word/media/a.bin") - 46  # the central record of the entry
    assert honest[at : at + 4] == b"PK\x01\x02"
    crc = zlib.crc32(b"0" * 100)
    return (
        honest[: at + 16]
        + struct.pack("<I", crc)
        + honest[at + 20 : at + 24]
        + struct.pack("<I", 100)
        + honest[at + 28 :]
    )


def overlapping_bomb() -> bytes:
    """Two central records that point to one and the same entry, so that the packed sizes add up beyond the file."""
    body = packed({"xl/workbook.xml": "<workbook/>", "xl/a.bin": bytes(range(256)) * 40}, stored=True)
    start = body.index(b"PK\x01\x02")
    end = body.index(b"PK\x05\x06")
    central = body[start:end]
    second = central[central.index(b"PK\x01\x02", 4) :]
    many = central + second * 30
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 32, 32, len(many), start, 0)
    return body[:start] + many + tail


def ole(*names: str, workbook: bytes = b"") -> bytes:
    """A compound file with the named (empty) streams; ``workbook`` fills a stream called Workbook."""
    sector = 512
    free, end, fat_mark = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    workbook = workbook.ljust(4096, b"\x00") if workbook else b""
    filled = -(-len(workbook) // sector)
    fat = [fat_mark, end] + [2 + i + 1 for i in range(filled)]
    if filled:
        fat[-1] = end
    fat += [free] * (128 - len(fat))

    def entry(name: str, kind: int, start: int, size: int) -> bytes:
        raw = name.encode("utf-16-le") + b"\x00\x00"
        return (
            raw.ljust(64, b"\x00") + struct.pack("<HBB", len(raw), kind, 1) + b"\xff" * 12 + bytes(36)
            + struct.pack("<IQ", start, size)
        )  # fmt: skip

    entries = [entry("Root Entry", 5, end, 0), *(entry(n, 2, end, 0) for n in names)]
    if workbook:
        entries.append(entry("Workbook", 2, 2, len(workbook)))
    directory = b"".join(entries[:4]).ljust(sector, b"\x00")
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 0x3E, 3, 0xFFFE, 9, 6, bytes(6),
        0, 1, 1, 0, 4096, end, 0, end, 0,
    )  # fmt: skip
    difat = struct.pack("<I", 0) + struct.pack("<I", free) * 108
    return header + difat + struct.pack("<128I", *fat) + directory + workbook


def boundsheet(kind: int) -> bytes:
    """The globals of a BIFF8 workbook with one sheet of the kind (0 worksheet, 1 macro sheet)."""
    record = struct.pack("<IBB", 0, 0, kind) + b"\x01\x00A"
    start = struct.pack("<HH", 0x0809, 16) + bytes(16)
    return start + struct.pack("<HH", 0x85, len(record)) + record + struct.pack("<HH", 0x0A, 0)
