"""Cells of words: names, codes, firms, choices, phases."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rapidfuzz import process

from yinfeng.foundation.workbook.sheet import Cell
from yinfeng.kernel.money import units
from yinfeng.kernel.tables import currencies
from yinfeng.kernel.uscc import UsccError, validate
from yinfeng.kernel.voice import say

from .columns import LedgerColumn
from .faults import Trouble, shown, trouble
from .firms import read_firms
from .headers import fold
from .reading import Place, Reading, words_of
from .synonyms import VALUES
from .value_words import CURRENCY_CHOICES, FORMULA, NO, PHASE, PHASE_NUMERALS, WHOLE, YES

LONGEST = {
    "name": 120, "product": 120, "platform_code": 40, "code": 20, "phase_name": 60, "referrer": 60, "task_force": 80,
    "exchange_rate_source": 80, "funds_voucher": 80, "company": 120, "signing_ceremony": 120, "start_ceremony": 120,
}  # fmt: skip
LONGEST_TEXT = 5000


def read_text(place: Place, value: Cell) -> Reading:
    text = words_of(value)
    most = LONGEST.get(place.column.key, 200 if place.column.kind in ("unit", "person") else LONGEST_TEXT)
    if FORMULA.match(text):
        return Reading(None, [trouble("text.formula", value=text)])
    if len(text) > most:
        return Reading(None, [trouble("text.long", length=len(text), most=most)])
    return Reading(text or None)


def read_long_text(place: Place, value: Cell) -> Reading:
    if not isinstance(value, str):
        return read_text(place, value)
    if FORMULA.match(value):
        return Reading(None, [trouble("text.formula", value=value)])
    lines = [" ".join(line.split()) for line in value.splitlines()]
    text = "\n".join(line for line in lines if line)
    if len(text) > LONGEST_TEXT:
        return Reading(None, [trouble("text.long", length=len(text), most=LONGEST_TEXT)])
    return Reading(text or None)


def read_code(place: Place, value: Cell) -> Reading:
    """A code is text; what Excel took for a number beyond 15 digits has lost its tail."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        if abs(value) >= 10**15 or (isinstance(value, float) and not value.is_integer()):
            return Reading(None, [trouble("code.rounded", value=value)])
        value = str(int(value))
    elif isinstance(value, str):
        if re.fullmatch(r"\d(?:\.\d+)?[eE]\+\d{2,3}", value.strip()):
            return Reading(None, [trouble("code.rounded", value=value)])
        value = "".join(unicodedata.normalize("NFKC", value).split())
    return read_text(place, value)


def read_uscc(place: Place, value: Cell) -> Reading:
    """A credit code; several of them (of several investors) as a tuple."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Reading(None, [trouble("code.rounded", value=value)])
    text = unicodedata.normalize("NFKC", words_of(value) if not isinstance(value, str) else value)
    parts = [part for part in re.split(r"[、;,\s/]+", text.strip()) if part]
    if len(parts) > 1 and len("".join(parts)) == 18:
        parts = ["".join(parts)]  # written in groups
    found, troubles = [], []
    for part in parts:
        try:
            found.append(validate(part))
        except UsccError as fault:
            troubles.append(trouble("uscc.wrong", value=part, why=fault.message))
    if troubles:
        return Reading(None, troubles)
    return Reading(found[0] if len(found) == 1 else tuple(found) or None)


def read_firms_cell(place: Place, value: Cell) -> Reading:
    if isinstance(value, str) and FORMULA.match(value):
        return Reading(None, [trouble("text.formula", value=value)])
    firms, troubles = read_firms(value if isinstance(value, str) else words_of(value))
    return Reading(firms or None, troubles)


@lru_cache(maxsize=64)
def _members(column: LedgerColumn) -> dict[str, str]:
    """Folded words -> value of a choice."""
    found: dict[str, str] = {}
    for value, words in VALUES.get(column.key, {}).items():
        found |= {fold(word): value for word in words}
    for value, label in column.choices:
        found[fold(label)] = found[fold(value)] = value
    return found


def read_choice(place: Place, value: Cell) -> Reading:
    column = place.column
    members = _members(column)
    text = words_of(value)
    folded = fold(text)
    without = fold(re.sub(r"[(（][^()（）]*[)）]", "", text))
    for candidate in (folded, without, folded.removesuffix("项目"), folded.removesuffix("类")):
        if candidate in members:
            return Reading(members[candidate])
    labels = "、".join(say(label) for _value, label in column.choices)
    if column.key == "stage":
        return Reading()
    parts = {members.get(fold(part)) for part in re.split(r"[、，,/;；\s]+", text)}
    if len(parts) == 1 and None not in parts:
        return Reading(parts.pop())
    near = process.extractOne(folded, list(members), score_cutoff=80) if len(folded) >= 3 else None
    if near is not None:
        labels = say("{near}（最接近）、{all}", near=dict(column.choices)[members[near[0]]], all=labels)
    code = "choice.unknown" if column.required_for_create else "choice.unknown_left"
    return Reading(None, [Trouble(code, (("value", shown(text)), ("choices", labels)))])


@lru_cache(maxsize=1)
def _currency_names() -> dict[str, str]:
    found: dict[str, str] = {}
    for item in currencies().values():
        for name in (item.code, item.name, item.unit, *item.aliases):
            found[fold(name)] = item.code
    for name, unit in units().items():
        if unit.power in (0, 4):
            found.setdefault(fold(name), unit.currency)
    return found | {"人民币": "CNY", "元": "CNY", "rmb": "CNY", "美金": "USD"}


def read_currency(place: Place, value: Cell) -> Reading:
    text = words_of(value)
    code = _currency_names().get(fold(text))
    if code is None:
        return Reading(None, [Trouble("choice.unknown_left", (("value", shown(text)), ("choices", CURRENCY_CHOICES)))])
    return Reading(code)


def read_yes_no(place: Place, value: Cell) -> Reading:
    if isinstance(value, bool):
        return Reading(value)
    text = words_of(value).casefold()
    if text in YES:
        return Reading(True)
    if text in NO:
        return Reading(False)
    return Reading(None, [Trouble("choice.unknown_left", (("value", shown(text)), ("choices", say("是、否"))))])


def read_phase(place: Place, value: Cell) -> Reading:
    """一期, 第2期, 首期 -> its number; 全部 and 不分期 -> 1."""
    text = "".join(unicodedata.normalize("NFKC", words_of(value)).split()).casefold()
    if text in WHOLE:
        return Reading(1)
    match = PHASE.fullmatch(text)
    number = _phase_number(match["n"]) if match else 0
    if not 1 <= number <= 30:
        return Reading(None, [trouble("phase.unreadable", value=text)])
    return Reading(number)


def _phase_number(text: str) -> int:
    if text.isdigit():
        return int(text)
    if text in PHASE_NUMERALS:
        return PHASE_NUMERALS[text]
    tens, ten, ones = text.partition("十")
    digits = "零一二三四五六七八九"
    if any(char not in digits for char in tens + ones) or len(tens) > 1 or len(ones) > 1:
        return 0
    if not ten:
        return digits.index(tens)
    return (digits.index(tens) if tens else 1) * 10 + (digits.index(ones) if ones else 0)
