"""From the first bytes, and from what is inside containers, to one of the types the house takes."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import BinaryIO

from .ole import judge_ole
from .refusal import Refused, Why
from .zipped import judge_zip

_EXECUTABLE = (
    b"MZ", b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe", b"#!", b"L\x00\x00\x00\x01\x14\x02\x00", b"dex\n", b"\x00asm",
)  # fmt: skip
_ARCHIVE = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF", b"\x28\xb5\x2f\xfd")
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"heif"}
_MAIL = re.compile(
    rb"\A(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)*?(?:From|Received|Return-Path|MIME-Version):",
    re.IGNORECASE,
)
_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_CHUNK = 1 << 20

TEXT = ("text/plain", (".txt", ".md", ".text", ".log", ".json"))


@dataclass(frozen=True)
class Judged:
    """The media type and the endings that fit it, the usual one first."""

    media_type: str
    endings: tuple[str, ...]


def judge(stream: BinaryIO, size: int, name: str) -> Judged:
    """What the content of ``stream`` is. The name decides only between kinds of plain text (csv or txt).

    Raises Refused where the house does not take it.
    """
    if size == 0:
        raise Refused(Why.EMPTY)
    stream.seek(0)
    head = stream.read(4096)
    stream.seek(0)
    if head.startswith(_EXECUTABLE):
        raise Refused(Why.EXECUTABLE)
    if head.startswith(_ARCHIVE):
        raise Refused(Why.ARCHIVE)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Judged(*judge_zip(stream, size))
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return Judged(*judge_ole(stream, size))
    if b"%PDF-" in head[:1024]:
        return Judged("application/pdf", (".pdf",))
    return _picture(head) or _text(stream, head, name)


def _picture(head: bytes) -> Judged | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Judged("image/png", (".png",))
    if head.startswith(b"\xff\xd8\xff"):
        return Judged("image/jpeg", (".jpg", ".jpeg"))
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Judged("image/webp", (".webp",))
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return Judged("image/heic", (".heic", ".heif"))
    return None


def _text(stream: BinaryIO, head: bytes, name: str) -> Judged:
    start = _decoded_start(stream, head)
    if _PAGE.match(start):
        return Judged("text/html", (".html", ".htm"))
    if _MAIL.match(head):
        return Judged("message/rfc822", (".eml",))
    if name.lower().endswith((".csv", ".tsv")):
        return Judged("text/csv", (".csv", ".tsv"))
    return Judged(*TEXT)


def _decoded_start(stream: BinaryIO, head: bytes) -> str:
    """The first characters, once the whole stream has proved to be text in an encoding people use here."""
    for encoding in _encodings(head):
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        stream.seek(0)
        start = ""
        try:
            while chunk := stream.read(_CHUNK):
                text = decoder.decode(chunk)
                if _NO_TEXT.search(text):
                    raise Refused(Why.UNKNOWN)
                start = start or text[:4096]
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return start.lstrip("\ufeff")
    raise Refused(Why.UNKNOWN)


def _encodings(head: bytes) -> list[str]:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    return ["utf-8", "gb18030"]
