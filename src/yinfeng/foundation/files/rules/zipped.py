"""Office files are zips: what is inside, whether it carries macros, and whether it would burst when opened."""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import BinaryIO

from .refusal import Refused, Why

MOST_ENTRIES = 10_000
MOST_BYTES = 600 * 1024 * 1024  # unpacked
FREE_BYTES = 20 * 1024 * 1024  # below this no ratio is a danger
WORST_RATIO = 120  # an ordinary sheet of numbers packs 10–30 to 1

OFFICE = {
    "word/document.xml": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",)),
    "xl/workbook.xml": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",)),
    "ppt/presentation.xml": (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation", (".pptx",)),
    "ofd.xml": ("application/ofd", (".ofd",)),
}  # fmt: skip
OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": (".odt",),
    b"application/vnd.oasis.opendocument.spreadsheet": (".ods",),
    b"application/vnd.oasis.opendocument.presentation": (".odp",),
}
_MACROS = re.compile(
    r"(?:^|/)(?:vbaproject[^/]*\.bin|vbadata\.xml)$|(?:^|/)macrosheets/|^basic/|^scripts/", re.IGNORECASE
)
_MACRO_TYPE = re.compile(rb"macroEnabled|vbaProject|intlMacrosheet|ms-excel\.macrosheet", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENTITY = re.compile(rb"<!\s*ENTITY", re.IGNORECASE)
# A template fetched from elsewhere brings its macros along. Local paths (file:///C:…) are common and harmless here.
_REMOTE_TEMPLATE = re.compile(
    rb"<Relationship\b(?=[^>]*attachedTemplate)(?=[^>]*Target\s*=\s*[\"'](?:https?:|ftp:|\\\\|//|file:(?://|\\\\)[^/\\]))[^>]*>",
    re.IGNORECASE,
)
_PROLOGUE = 64 * 1024


def judge_zip(stream: BinaryIO, size: int) -> tuple[str, tuple[str, ...]]:
    """Media type and endings of an office file in a zip. Raises Refused."""
    try:
        with zipfile.ZipFile(stream) as packed:
            entries = packed.infolist()
            _check_declared(entries, size)
            kind = _kind(packed, {e.filename.lower(): e for e in entries})
            for entry in entries:
                _check_entry(stream, packed, entry)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, KeyError) as fault:
        raise Refused(Why.DAMAGED) from fault
    return kind


def _check_declared(entries: list[zipfile.ZipInfo], size: int) -> None:
    if len(entries) > MOST_ENTRIES:
        raise Refused(Why.BOMB, str(len(entries)))
    unpacked = sum(e.file_size for e in entries)
    packed = sum(e.compress_size for e in entries)
    if unpacked > MOST_BYTES or (unpacked > FREE_BYTES and unpacked > WORST_RATIO * size):
        raise Refused(Why.BOMB, str(unpacked))
    if packed > size:  # entries that lie over one another
        raise Refused(Why.BOMB, "overlap")
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise Refused(Why.ENCRYPTED, entry.filename)
        if _MACROS.search(entry.filename.replace("\\", "/")):
            raise Refused(Why.MACROS, entry.filename)


def _kind(packed: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> tuple[str, tuple[str, ...]]:
    for part, kind in OFFICE.items():
        if part in entries:
            return kind
    if "mimetype" in entries and entries["mimetype"].file_size < 200:
        said = packed.read(entries["mimetype"]).strip()
        if said in OPEN_DOCUMENT:
            return said.decode(), OPEN_DOCUMENT[said]
    raise Refused(Why.ARCHIVE)


def _check_entry(stream: BinaryIO, packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Unpack the entry without keeping it: its declared size must be the truth, its XML must bring no entities."""
    with packed.open(entry) as opened:  # checks the local header, and leaves the stream where the data begins
        is_xml = entry.filename.lower().endswith((".xml", ".rels"))
        prologue = opened.read(_PROLOGUE) if is_xml else b""
        if is_xml:
            _check_xml(entry.filename.lower(), prologue)
        for _chunk in iter(lambda: opened.read(1 << 20), b""):
            pass  # reading to the end proves the checksum
    if entry.compress_type == zipfile.ZIP_DEFLATED:
        _check_truth(stream, entry)


def _check_truth(stream: BinaryIO, entry: zipfile.ZipInfo) -> None:
    """Other readers do not stop at the declared size as Python's does: what unpacks to more is a bomb."""
    stream.seek(entry.header_offset + 26)
    lengths = stream.read(4)
    stream.seek(int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little"), 1)
    unpacker, left, unpacked = zlib.decompressobj(-zlib.MAX_WBITS), entry.compress_size, 0
    waiting = b""
    while not unpacker.eof and (left or waiting):
        if not waiting:
            waiting = stream.read(min(left, 1 << 20))
            left -= len(waiting)
            if not waiting:
                break
        unpacked += len(unpacker.decompress(waiting, 1 << 20))
        waiting = unpacker.unconsumed_tail
        if unpacked > entry.file_size:
            raise Refused(Why.BOMB, entry.filename)


def _check_xml(name: str, prologue: bytes) -> None:
    plain = prologue.replace(b"\x00", b"")  # UTF-16 hides nothing
    if _ENTITY.search(plain) or (_DOCTYPE.search(plain) and not name.endswith("manifest.xml")):
        raise Refused(Why.EXTERNAL, name)
    if name == "[content_types].xml" and _MACRO_TYPE.search(plain):
        raise Refused(Why.MACROS, name)
    if name.endswith(".rels") and _REMOTE_TEMPLATE.search(plain):
        raise Refused(Why.EXTERNAL, name)
