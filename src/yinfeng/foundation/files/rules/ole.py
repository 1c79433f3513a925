"""The old office container (compound file): doc, xls, ppt, wps, and whether macros are inside.

Only the directory and, for xls, the list of sheets are read. Source of the layout: [MS-XLS] 2.4.28.
"""

from __future__ import annotations

from typing import BinaryIO

from yinfeng.foundation.workbook.compound import Compound, Damaged

from .refusal import Refused, Why

_BOUNDSHEET, _END_OF_STREAM = 0x85, 0x0A

KINDS = {
    "worddocument": ("application/msword", (".doc", ".wps", ".dot")),
    "workbook": ("application/vnd.ms-excel", (".xls", ".et")),
    "book": ("application/vnd.ms-excel", (".xls", ".et")),
    "powerpoint document": ("application/vnd.ms-powerpoint", (".ppt", ".dps")),
}


def judge_ole(stream: BinaryIO, size: int) -> tuple[str, tuple[str, ...]]:
    """Media type and endings of an old office file. Raises Refused."""
    try:
        return _judged(Compound(stream, size))
    except Damaged as fault:
        raise Refused(Why.DAMAGED) from fault


def _judged(compound: Compound) -> tuple[str, tuple[str, ...]]:
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
