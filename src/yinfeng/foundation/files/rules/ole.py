"""The old office container (compound file): doc, xls, ppt, wps, and whether macros are inside.

Only the directory and, for xls, the list of sheets are read. Source of the layout: [MS-CFB] and [MS-XLS] 2.4.28.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import BinaryIO

from .refusal import Refused, Why

_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF
_HEADER = Struct("<8s16sHHHHH6sIIIIIIIII")
_BOUNDSHEET, _END_OF_STREAM = 0x85, 0x0A
_MOST_ENTRIES = 100_000

KINDS = {
    "worddocument": ("application/msword", (".doc", ".wps", ".dot")),
    "workbook": ("application/vnd.ms-excel", (".xls", ".et")),
    "book": ("application/vnd.ms-excel", (".xls", ".et")),
    "powerpoint document": ("application/vnd.ms-powerpoint", (".ppt", ".dps")),
}


@dataclass(frozen=True)
class _Entry:
    name: str
    start: int
    size: int


class _Compound:
    """A compound file, read sector by sector; every chain is bounded by the number of sectors."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        stream.seek(0)
        raw = stream.read(512)
        if len(raw) < 512:
            raise Refused(Why.DAMAGED)
        fields = _HEADER.unpack_from(raw)
        self._stream = stream
        self._sector = 1 << fields[5]
        if self._sector not in (512, 4096):
            raise Refused(Why.DAMAGED)
        self._count = size // self._sector + 1
        self._fat = self._read_fat(raw, difat_start=fields[15], fat_sectors=fields[9])
        self.entries = self._read_directory(fields[10])
        self._mini_limit, self._mini_start = fields[12], fields[13]

    def _at(self, number: int) -> bytes:
        if number >= self._count:
            raise Refused(Why.DAMAGED)
        self._stream.seek((number + 1) * self._sector)
        block = self._stream.read(self._sector)
        if not block:
            raise Refused(Why.DAMAGED)
        return block

    def _read_fat(self, raw: bytes, *, difat_start: int, fat_sectors: int) -> list[int]:
        where = [int.from_bytes(raw[i : i + 4], "little") for i in range(76, 512, 4)]
        steps = 0
        while difat_start not in (_END, _FREE):
            block = self._at(difat_start)
            numbers = [int.from_bytes(block[i : i + 4], "little") for i in range(0, len(block), 4)]
            where += numbers[:-1]
            difat_start = numbers[-1] if numbers else _END
            if (steps := steps + 1) > self._count:
                raise Refused(Why.DAMAGED)
        fat: list[int] = []
        for number in [n for n in where if n < _END][: min(fat_sectors, self._count)]:
            block = self._at(number)
            fat += [int.from_bytes(block[i : i + 4], "little") for i in range(0, len(block), 4)]
        return fat

    def chain(self, start: int, most: int | None = None) -> bytes:
        """The bytes of a chain of sectors, at most ``most`` of them."""
        parts: list[bytes] = []
        length = steps = 0
        while start < _END and (most is None or length < most):
            block = self._at(start)
            parts.append(block)
            length += len(block)
            if start >= len(self._fat) or (steps := steps + 1) > self._count:
                raise Refused(Why.DAMAGED)
            start = self._fat[start]
        return b"".join(parts)

    def _read_directory(self, start: int) -> list[_Entry]:
        block = self.chain(start, 128 * _MOST_ENTRIES)
        entries = []
        for at in range(0, len(block) - 127, 128):
            entry = block[at : at + 128]
            length = int.from_bytes(entry[64:66], "little")
            if entry[66] == 0 or not 2 <= length <= 64:  # an unused place
                continue
            name = entry[: length - 2].decode("utf-16-le", "replace").lower()
            size = int.from_bytes(entry[120:128], "little")
            entries.append(_Entry(name, int.from_bytes(entry[116:120], "little"), size & 0xFFFFFFFF))
        return entries

    def read(self, entry: _Entry, most: int) -> bytes:
        """The beginning of a stream, wherever it lies; small ones share the mini stream in pieces of 64 bytes."""
        if entry.size >= self._mini_limit:
            return self.chain(entry.start, min(most, entry.size))
        table = self.chain(self._mini_start)
        room = self.chain(self.entries[0].start)  # the root entry holds the mini stream
        parts, start = [], entry.start
        for _step in range(entry.size // 64 + 1):
            if start >= _END or start * 4 + 4 > len(table):
                break
            parts.append(room[start * 64 : start * 64 + 64])
            start = int.from_bytes(table[start * 4 : start * 4 + 4], "little")
        return b"".join(parts)[: entry.size]


def judge_ole(stream: BinaryIO, size: int) -> tuple[str, tuple[str, ...]]:
    """Media type and endings of an old office file. Raises Refused."""
    compound = _Compound(stream, size)
    names = {e.name: e for e in compound.entries}
    if names.keys() & {"encryptedpackage", "encryptioninfo"}:
        raise Refused(Why.ENCRYPTED)
    if any("vba" in name or name in ("macros", "_vba_project_cur") for name in names):
        raise Refused(Why.MACROS)
    for name, kind in KINDS.items():
        if name in names:
            if kind[0] == "application/vnd.ms-excel":
                _check_sheets(compound.read(names[name], 4 << 20))
            return kind
    # What is left in this container is e-mail stores and installers.
    raise Refused(Why.UNKNOWN)


def _check_sheets(workbook: bytes) -> None:
    """Macros of Excel 4 live in sheets of their own kind (BoundSheet8.dt = 1)."""
    at = 0
    while at + 4 <= len(workbook):
        kind, length = (
            int.from_bytes(workbook[at : at + 2], "little"),
            int.from_bytes(workbook[at + 2 : at + 4], "little"),
        )
        if kind == _BOUNDSHEET and length >= 6 and workbook[at + 4 + 5] == 1:
            raise Refused(Why.MACROS)
        if kind == _END_OF_STREAM:
            return
        at += 4 + length
