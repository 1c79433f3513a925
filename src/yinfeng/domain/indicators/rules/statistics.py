"""Reading the statistics office's list, and what of it differs from the ledger. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from yinfeng.kernel.enums import LabelledEnum
from yinfeng.kernel.periods import month_end

HEADS: dict[str, tuple[str, ...]] = {
    "platform_code": ("项目代码", "在线平台代码", "统一代码", "投资项目代码"),
    "name": ("项目名称", "名称"),
    "investment_cny": ("计划总投资", "总投资"),
    "invested_cny": ("累计完成投资", "自开始建设累计完成投资", "完成投资"),
    "enrolled_on": ("入库时间", "入库日期", "入统日期", "纳统日期", "入库月份"),
}
UNITS = {"亿元": 10**8, "万元": 10**4, "元": 1}
DAY = re.compile(r"(\d{4})\D*(\d{1,2})(?:\D+(\d{1,2}))?\D*")
MOST_FAULTS = 20
SUMS = {"合计", "小计", "总计"}
LOOKED_FOR_HEADS = 15  # rows from the top


class DifferenceKind(LabelledEnum):
    MISSING_HERE = "missing_here", "统计有、台账无"
    MISSING_THERE = "missing_there", "台账已入统、统计无"
    NOT_ENROLLED = "not_enrolled", "统计有、台账未登记入统"
    AMOUNT = "amount", "总投资不同"
    DATE = "date", "入统月份不同"


@dataclass(frozen=True)
class Entry:
    """One row of the list; sums in yuan."""

    number: int
    platform_code: str
    name: str
    investment_cny: int | None
    invested_cny: int | None
    enrolled_on: date | None


class UnreadableError(ValueError):
    """The faults of a list, each with its place."""


def read_list(rows: Sequence[Sequence[Any]]) -> list[Entry]:
    """The entries of a sheet, below the row that holds the heads. UnreadableError lists what cannot be read."""
    at, columns, scale = _heads(rows)
    entries: list[Entry] = []
    faults: list[str] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(rows[at + 1 :], at + 2):
        cells = {name: row[place] if place < len(row) else None for name, place in columns.items()}
        code, called = (str(cells[name] or "").strip() for name in ("platform_code", "name"))
        if SUMS & {code, called} or not (code or called):
            continue
        if not code:
            faults.append(f"第 {number} 行：“{called[:20]}”没有项目代码")
            continue
        if code in seen:
            faults.append(f"第 {number} 行：项目代码 {code} 与第 {seen[code]} 行重复")
            continue
        seen[code] = number
        try:
            entries.append(
                Entry(
                    number, code[:40], str(cells["name"] or "").strip()[:160],
                    _amount(cells.get("investment_cny"), scale.get("investment_cny", 1)),
                    _amount(cells.get("invested_cny"), scale.get("invested_cny", 1)), _day(cells.get("enrolled_on")),
                )
            )  # fmt: skip
        except ValueError as fault:
            faults.append(f"第 {number} 行：{fault}")
    if faults:
        more = f"；另有 {len(faults) - MOST_FAULTS} 处" if len(faults) > MOST_FAULTS else ""
        raise UnreadableError("；".join(faults[:MOST_FAULTS]) + more)
    if not entries:
        raise UnreadableError("表头之下没有数据行")
    return entries


def _heads(rows: Sequence[Sequence[Any]]) -> tuple[int, dict[str, int], dict[str, int]]:
    for at, row in enumerate(rows[:LOOKED_FOR_HEADS]):
        texts = [re.sub(r"\s", "", str(cell or "")) for cell in row]
        columns: dict[str, int] = {}
        for name, words in HEADS.items():
            for place, text in enumerate(texts):
                if place not in columns.values() and any(text.startswith(word) for word in words):
                    columns[name] = place
                    break
        if "platform_code" in columns and "name" in columns:
            scale = {}
            for name in ("investment_cny", "invested_cny"):
                if name in columns:
                    text = texts[columns[name]]
                    unit = next((u for u in UNITS if u in text), None)
                    if unit is None:
                        raise UnreadableError(f"表头“{text}”没有写明单位，请写成“{text}（万元）”")
                    scale[name] = UNITS[unit]
            return at, columns, scale
    raise UnreadableError(f"前 {LOOKED_FOR_HEADS} 行里没有找到“项目代码”和“项目名称”两列表头")


def _amount(value: Any, scale: int) -> int | None:
    if value is None or str(value).strip() in ("", "-", "—"):
        return None
    try:
        amount = Decimal(str(value).replace(",", "").replace("，", "").strip()) * scale
    except InvalidOperation:
        raise ValueError(f"“{value}”不是金额") from None
    if not amount.is_finite() or amount < 0 or amount >= 10**15:
        raise ValueError(f"“{value}”超出可能的范围")
    return int(amount.to_integral_value())


def _day(value: Any) -> date | None:
    """A day, or the last of a month where only the month is told."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value or "").strip().removesuffix(".0")
    if not text:
        return None
    if re.fullmatch(r"\d{6}", text):
        text = f"{text[:4]}-{text[4:]}"
    elif re.fullmatch(r"\d{8}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    match = DAY.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        year, month = int(match[1]), int(match[2])
        return date(year, month, int(match[3])) if match[3] else month_end(year, month)
    except ValueError:
        raise ValueError(f"“{value}”不是日期") from None


@dataclass(frozen=True)
class Held:
    """A project as the ledger has it."""

    id: int
    code: str
    name: str
    unit: str
    platform_code: str
    investment_cny: int | None
    enrolled_on: date | None


@dataclass(frozen=True)
class Difference:
    """``entry`` is None where the list has none, ``held`` where the ledger has none."""

    kind: DifferenceKind
    entry: Entry | None
    held: Held | None


def differences(entries: Sequence[Entry], held: Mapping[str, Held], enrolled: Sequence[Held]) -> list[Difference]:
    """``held`` are the ledger's projects by platform code, ``enrolled`` those that it says were enrolled by the list's
    day. The list may be out of the ledger in more than one way."""
    found = []
    for entry in entries:
        here = held.get(entry.platform_code)
        if here is None:
            found.append(Difference(DifferenceKind.MISSING_HERE, entry, None))
            continue
        if here.enrolled_on is None:
            found.append(Difference(DifferenceKind.NOT_ENROLLED, entry, here))
        elif entry.enrolled_on and (entry.enrolled_on.year, entry.enrolled_on.month) != (
            here.enrolled_on.year, here.enrolled_on.month
        ):  # fmt: skip
            found.append(Difference(DifferenceKind.DATE, entry, here))
        if entry.investment_cny is not None and entry.investment_cny != here.investment_cny:
            found.append(Difference(DifferenceKind.AMOUNT, entry, here))
    listed = {entry.platform_code for entry in entries}
    found += [
        Difference(DifferenceKind.MISSING_THERE, None, one) for one in enrolled if one.platform_code not in listed
    ]
    order = list(DifferenceKind)
    return sorted(found, key=lambda one: order.index(one.kind))
