"""Which rows below a header are no rows of the ledger: totals, blanks, notes, headings of groups, the header again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from yinfeng.foundation.workbook.sheet import Cell, Sheet
from yinfeng.kernel.voice import say

from .finding import Block
from .headers import fold

RowKind = Literal["title", "header", "empty", "total", "note", "group"]

_TOTAL_WORDS = "合计|小计|总计|共计|累计|汇总|总合计|本页合计|本页小计"
_TOTAL = re.compile(
    rf"(?:{_TOTAL_WORDS})(?:\d+[个项家户]?(?:项目)?)?|.{{0,16}}(?:合计|小计|总计|共计)|(?:合计|总计|小计|共计).{{0,12}}"
)
_NOTE = re.compile(
    r"^\s*(?:备注|附注|注释|注|说明|填表说明|填报说明|填写说明|填表人|制表人?|审核人?|单位负责人|负责人|联系电话|填报人|填报单位|填报日期|主要领导"
    r"|分管领导签字|审批人|报送日期|盖章|数据来源|以上|此表|本表)\s*(?:[:：\d]|[（(]|$|均|数据|由)"
)
_GROUP = re.compile(
    r"^\s*(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[）)]|第[一二三四五六七八九十]{1,3}[类批部])"
)
_EXAMPLE = re.compile(r"^\s*(?:示例|样例|例如|例|填写示例|填报示例|范例)\s*(?:[:：]|$|\d)")
_COUNTS = re.compile(r"[\d.,，%％\-—/\s]+|.{0,4}[个项家]")
_NUMBERS = re.compile(r"^[\s(（]*(?:\d{1,3}|[甲乙丙丁戊己庚辛]|[A-Z]{1,2})[\s)）]*$")


@dataclass(frozen=True)
class RowMark:
    """A row that is no row of the ledger, and why."""

    kind: RowKind
    reason: str


def mark_rows(
    sheet: Sheet, block: Block, *, name: int | None, sequence: int | None, told: Sequence[int]
) -> tuple[dict[int, RowMark], int]:
    """The marked rows below the header, and the last row of the table. ``told``: columns that mean something."""
    marks: dict[int, RowMark] = {}
    header = [fold(text.rsplit("/", 1)[-1]) for text in block.headers]
    merged, within = _wide(sheet), _within(sheet, name)
    words = {kind: say(text) for kind, text in _REASONS.items()}
    last = block.bottom
    for number in range(block.bottom + 1, len(sheet.rows)):
        row = sheet.rows[number]
        kind = _kind_of(row, header, name, sequence, told, first=number <= block.bottom + 2, wide=number in merged)
        if kind is None or kind == "ambiguous" or (number in within and kind in ("group", "note")):
            last = number
            continue
        if kind != "blank":
            last = number
        marks[number] = RowMark(_KINDS[kind], words[kind])
    return {number: mark for number, mark in marks.items() if number <= last}, last


_KINDS: dict[str, RowKind] = {
    "blank": "empty", "number": "empty", "total": "total", "note": "note", "group": "group", "header": "header",
    "numbers": "header", "example": "note",
}  # fmt: skip
_REASONS = {
    "blank": "空行", "number": "只有序号", "total": "合计行，不是项目", "note": "表注或签字栏", "group": "分组标题行",
    "header": "重复的表头", "numbers": "栏号行", "example": "填写示例",
}  # fmt: skip


def _wide(sheet: Sheet) -> set[int]:
    """Rows of which one merged cell takes four columns or more."""
    return {top for top, left, bottom, right in sheet.merged if top == bottom and right - left >= 3}


def _within(sheet: Sheet, name: int | None) -> set[int]:
    """Rows whose name is merged with the one above: they belong to its project."""
    found: set[int] = set()
    for top, left, bottom, _right in sheet.merged:
        if left == name and bottom > top:
            found.update(range(top + 1, min(bottom, len(sheet.rows) - 1) + 1))
    return found


def _kind_of(
    row: Sequence[Cell],
    header: Sequence[str],
    name: int | None,
    sequence: int | None,
    told: Sequence[int],
    *,
    first: bool,
    wide: bool,
) -> str | None:
    filled = [column for column, cell in enumerate(row) if cell is not None]
    if not filled:
        return "blank"
    named = row[name] if name is not None and name < len(row) else None
    if sequence is not None and filled == [sequence]:
        return (
            "number"
            if not isinstance(row[sequence], str) or len(str(row[sequence])) <= 4
            else _alone(str(row[sequence]))
        )
    head = row[filled[0]]
    texts = [column for column in filled if isinstance(row[column], str)]
    for cell in (head, named, row[sequence] if sequence is not None and sequence < len(row) else None):
        if isinstance(cell, str) and _is_total(cell) and _few_words(row, texts, name):
            return "total"
    if isinstance(head, str):
        if len(filled) == 1:
            return _alone(head) or ("ambiguous" if filled[0] == name else "note" if wide or len(head) > 40 else "group")
        if _EXAMPLE.match(head):
            return "example"
        if named is None and len(texts) <= 3 and _NOTE.match(head):
            return "note"
        if _GROUP.match(head) and len(texts) <= 2 and (named is None or filled[0] == name):
            return "group"
        if wide and named is None and len(texts) == 1:
            return "group"
    if (
        first
        and len(filled) >= 3
        and all(_NUMBERS.match(str(row[column])) for column in filled)
        and _ascends(row, filled)
    ):
        return "numbers"
    same = sum(
        1 for column in texts if column < len(header) and header[column] and fold(str(row[column])) == header[column]
    )
    if same >= 3 and same * 2 >= len(filled):
        return "header"
    if not set(filled) & set(told):
        return "blank" if all(str(row[column]).strip() in ("", "0") for column in filled) else None
    return None


def _alone(text: str) -> str | None:
    """What a row with a single text is."""
    if _is_total(text):
        return "total"
    if _NOTE.match(text):
        return "note"
    if _EXAMPLE.match(text):
        return "example"
    return "group" if _GROUP.match(text) else None


def _is_total(text: str) -> bool:
    return len(text) <= 40 and bool(_TOTAL.fullmatch("".join(text.split()).strip(":：（）()")))


def _few_words(row: Sequence[Cell], texts: Sequence[int], name: int | None) -> bool:
    """A row of sums: next to its name hardly any words. 合计电子厂项目 with investor and content is a project."""
    words = [c for c in texts if c != name and len(str(row[c])) > 1 and not _COUNTS.fullmatch(str(row[c]))]
    return len(words) <= 2


def _ascends(row: Sequence[Cell], filled: Sequence[int]) -> bool:
    numbers = [int(m) for column in filled if (m := re.sub(r"\D", "", str(row[column])))]
    return len(numbers) < 2 or all(b == a + 1 for a, b in pairwise(numbers))
