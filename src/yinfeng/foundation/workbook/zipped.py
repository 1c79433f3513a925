"""Workbooks that are zips: judged before they are opened, and what of a sheet the library does not tell.

Hidden rows and columns, and formulas without a saved result, are found by one pass over the bytes of the sheet: no tree
is built, no entity is expanded, and what unpacks to more than it says is refused.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import defusedxml.ElementTree as SafeTree
from defusedxml.common import DefusedXmlException

from .refusing import MOST_COLUMNS, MOST_ROWS, refused

MOST_ENTRIES = 10_000
MOST_UNPACKED = 1024 * 1024 * 1024
FREE_BYTES = 50 * 1024 * 1024  # below this no ratio is a danger
WORST_RATIO = 200
_MOST_INDEX = 8 * 1024 * 1024
_CHUNK = 1 << 20
_OVERLAP = 1 << 14

_MACROS = re.compile(r"(?:^|/)(?:vbaproject[^/]*\.bin|vbadata\.xml)$|(?:^|/)macrosheets/|^basic/|^scripts/", re.I)
_ENTITY = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.I)
_KINDS = (
    ("word/", "word"),
    ("ppt/", "slides"),
    ("ofd.xml", "word"),
)
_OPEN_DOCUMENT = {b"text": "word", b"presentation": "slides"}


@dataclass(frozen=True)
class Layout:
    """What the bytes of a sheet tell beside its values; rows and columns from 0. ``errors``: what a failed formula shows."""

    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    uncomputed: frozenset[tuple[int, int]] = frozenset()
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)


def judge_zip(raw: bytes, shown: str) -> dict[str, str]:
    """Refuses bombs, macros, passwords, entities, and what is no workbook. Returns sheet name -> part, for xlsx."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            entries = packed.infolist()
            _check_declared(entries, len(raw), shown)
            names = {entry.filename.lower(): entry for entry in entries}
            _check_kind(packed, names, shown)
            for entry in entries:
                name = entry.filename.lower()
                pieces = unpacked(raw, entry, shown)
                is_xml = name.endswith((".xml", ".rels")) and not name.endswith("manifest.xml")
                if is_xml and _ENTITY.search(next(pieces, b"")[:65_536].replace(b"\x00", b"")):
                    raise refused(shown, "external")
                for _piece in pieces:
                    pass  # to the end: what unpacks to more than it says is found before anybody else opens it
            return _parts(packed, names)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, KeyError, OSError) as fault:
        raise refused(shown, "damaged") from fault


def _check_declared(entries: list[zipfile.ZipInfo], size: int, shown: str) -> None:
    unpacked_size = sum(entry.file_size for entry in entries)
    is_bomb = unpacked_size > MOST_UNPACKED or (unpacked_size > FREE_BYTES and unpacked_size > WORST_RATIO * size)
    if is_bomb or len(entries) > MOST_ENTRIES or sum(entry.compress_size for entry in entries) > size:
        raise refused(shown, "bomb")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise refused(shown, "encrypted")
    if any(_MACROS.search(entry.filename.replace("\\", "/")) for entry in entries):
        raise refused(shown, "macros")


def _check_kind(packed: zipfile.ZipFile, names: dict[str, zipfile.ZipInfo], shown: str) -> None:
    if any(name.startswith("xl/workbook.") for name in names):
        return
    for start, kind in _KINDS:
        if any(name.startswith(start) for name in names):
            raise refused(shown, kind)
    said = packed.read(names["mimetype"])[:200] if "mimetype" in names else b""
    if b"spreadsheet" not in said:
        raise refused(shown, next((kind for word, kind in _OPEN_DOCUMENT.items() if word in said), "archive"))


def unpacked(raw: bytes, entry: zipfile.ZipInfo, shown: str) -> Iterator[bytes]:
    """The content of an entry in pieces. What is more than it declares is a bomb: other readers would not stop there."""
    at = entry.header_offset + 26
    start = at + 4 + int.from_bytes(raw[at : at + 2], "little") + int.from_bytes(raw[at + 2 : at + 4], "little")
    end = start + entry.compress_size
    if entry.compress_type == zipfile.ZIP_STORED:
        yield from (raw[place : min(place + _CHUNK, end)] for place in range(start, end, _CHUNK))
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise NotImplementedError(entry.compress_type)
    unpacker, total = zlib.decompressobj(-zlib.MAX_WBITS), 0
    waiting: bytes = b""
    while not unpacker.eof and (start < end or waiting):
        if not waiting:
            waiting = raw[start : min(start + _CHUNK, end)]
            start += _CHUNK
            if not waiting:
                return
        piece = unpacker.decompress(waiting, _CHUNK)
        waiting = unpacker.unconsumed_tail
        total += len(piece)
        if total > entry.file_size:
            raise refused(shown, "bomb")
        yield piece


def _parts(packed: zipfile.ZipFile, names: dict[str, zipfile.ZipInfo]) -> dict[str, str]:
    """Sheet name -> its part, as the workbook's index says. Empty where there is no such index (ods, xlsb)."""
    index, links = names.get("xl/workbook.xml"), names.get("xl/_rels/workbook.xml.rels")
    if index is None or links is None or max(index.file_size, links.file_size) > _MOST_INDEX:
        return {}
    try:
        targets = {
            node.get("Id"): str(node.get("Target", ""))
            for node in SafeTree.fromstring(packed.read(links), forbid_dtd=True).iter()
        }
        found = {}
        for node in SafeTree.fromstring(packed.read(index), forbid_dtd=True).iter():
            if node.tag.rpartition("}")[2] == "sheet":
                link = next((value for name, value in node.attrib.items() if name.rpartition("}")[2] == "id"), "")
                target = targets.get(link, "").lstrip("/")
                part = target if target.startswith("xl/") else f"xl/{target}"
                if part.lower() in names:
                    found[str(node.get("name", ""))] = names[part.lower()].filename
        return found
    except (SafeTree.ParseError, DefusedXmlException):
        return {}


# ------------------------------------------------------------------------------------------------------ layout

_HIDDEN = re.compile(rb"hidden\s*=\s*[\"'](?:1|true)[\"']")
_TAG = re.compile(rb"<(?:\w+:)?(row|col)\s([^<>]*)$")
_ATTRIBUTE = re.compile(rb"(r|min|max)\s*=\s*[\"'](\d+)[\"']")
# A formula whose cell ends without a value, or with an empty one.
_NO_VALUE = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f[^<>]*/>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ERROR = re.compile(rb"<(?:\w+:)?c\s([^<>]*?)\bt\s*=\s*[\"']e[\"']([^<>]*)>(.{0,3000}?)</(?:\w+:)?c>", re.S)
_REFERENCE = re.compile(rb"\br\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_SHOWN = re.compile(rb"<(?:\w+:)?v>([^<]{1,20})</")
_CELL = re.compile(rb"<(?:\w+:)?c\s[^<>]*?\br\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"']")


def read_layout(raw: bytes, part: str, shown: str) -> Layout:
    """One pass over the bytes of a sheet."""
    rows: set[int] = set()
    columns: set[int] = set()
    uncomputed: set[tuple[int, int]] = set()
    errors: dict[tuple[int, int], str] = {}
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        entry = packed.getinfo(part)
    held, done = b"", 0
    for piece in unpacked(raw, entry, shown):
        held = held[-_OVERLAP:] if len(held) > _OVERLAP else held
        done = len(held)
        held += piece
        _hidden_in(held, max(done - 200, 0), rows, columns)
        if b"f>" in held or b"/>" in held:
            _uncomputed_in(held, max(done - 2000, 0), uncomputed)
        if b't="e"' in held or b"t='e'" in held:
            for match in _ERROR.finditer(held, max(done - 4000, 0)):
                place, told = _REFERENCE.search(match[1] + b" " + match[2]), _SHOWN.search(match[3])
                if place and told:
                    errors[_place(place)] = told[1].decode("ascii", "replace")
    return Layout(frozenset(rows), frozenset(columns), frozenset(uncomputed), errors)


def _place(match: re.Match[bytes]) -> tuple[int, int]:
    """Row and column of a reference: B7 is (6, 1)."""
    column = 0
    for letter in match[1].decode():
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def _hidden_in(text: bytes, start: int, rows: set[int], columns: set[int]) -> None:
    for match in _HIDDEN.finditer(text, start):
        opening = text.rfind(b"<", 0, match.start())
        tag = _TAG.search(text[opening : match.start()] + b"") if opening >= 0 else None
        if tag is None:
            continue
        told = {
            name: int(number) for name, number in _ATTRIBUTE.findall(text[opening : text.find(b">", match.end()) + 1])
        }
        if tag[1] == b"row" and 0 < told.get(b"r", 0) <= MOST_ROWS:
            rows.add(told[b"r"] - 1)
        elif tag[1] == b"col" and b"min" in told:
            columns.update(range(told[b"min"] - 1, min(told.get(b"max", told[b"min"]), MOST_COLUMNS)))


def _uncomputed_in(text: bytes, start: int, found: set[tuple[int, int]]) -> None:
    for match in _NO_VALUE.finditer(text, start):
        opening = max(text.rfind(b"<c ", 0, match.start()), text.rfind(b":c ", 0, match.start()) - 4)
        cell = _CELL.search(text, max(opening, 0), match.start())
        if cell:
            found.add(_place(cell))
