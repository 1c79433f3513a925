"""The old office container (compound file) of doc, xls, ppt and the like. Source of the layout: [MS-CFB]. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import BinaryIO

_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF
_HEADER = Struct("<8s16sHHHHH6sIIIIIIIII")
_MOST_ENTRIES = 100_000


class Damaged(ValueError):
    """The file breaks off, or its sectors point nowhere or in circles."""


@dataclass(frozen=True)
class Entry:
    name: str
    start: int
    size: int


class Compound:
    """A compound file, read sector by sector; every chain is bounded by the number of sectors."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        stream.seek(0)
        raw = stream.read(512)
        if len(raw) < 512:
            raise Damaged
        fields = _HEADER.unpack_from(raw)
        self._stream = stream
        self._sector = 1 << fields[5]
        if self._sector not in (512, 4096):
            raise Damaged
        self._count = size // self._sector + 1
        self._fat = self._read_fat(raw, difat_start=fields[15], fat_sectors=fields[9])
        self.entries = self._read_directory(fields[10])
        self._mini_limit, self._mini_start = fields[12], fields[13]

    def _at(self, number: int) -> bytes:
        if number >= self._count:
            raise Damaged
        self._stream.seek((number + 1) * self._sector)
        block = self._stream.read(self._sector)
        if not block:
            raise Damaged
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
                raise Damaged
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
                raise Damaged
            start = self._fat[start]
        return b"".join(parts)

    def _read_directory(self, start: int) -> list[Entry]:
        block = self.chain(start, 128 * _MOST_ENTRIES)
        entries = []
        for at in range(0, len(block) - 127, 128):
            entry = block[at : at + 128]
            length = int.from_bytes(entry[64:66], "little")
            if entry[66] == 0 or not 2 <= length <= 64:  # an unused place
                continue
            name = entry[: length - 2].decode("utf-16-le", "replace").lower()
            size = int.from_bytes(entry[120:128], "little")
            entries.append(Entry(name, int.from_bytes(entry[116:120], "little"), size & 0xFFFFFFFF))
        return entries

    def read(self, entry: Entry, most: int) -> bytes:
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
