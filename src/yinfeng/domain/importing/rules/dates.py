"""Dates as people write them: 2023.5, 2023年5月, 45077, 6月底, 五月上旬. Pure; today and the year meant are handed in."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from yinfeng.foundation.workbook.sheet import Cell
from yinfeng.kernel.periods import month_end

from .faults import Trouble, trouble

Precision = Literal["day", "dekad", "month", "quarter", "half", "year"]

EARLIEST, LATEST = date(1978, 1, 1), date(2100, 12, 31)
_EPOCH = date(1899, 12, 30)  # day 0 of Excel from 1 March 1900 on
_FIRST_SERIAL, _LAST_SERIAL = 28_491, 73_415  # the same range as days of Excel
_MISTYPED_YEARS = (date(1905, 6, 1), date(1905, 9, 30))  # 2023 typed into a cell formatted as a date is 15 July 1905


@dataclass(frozen=True, slots=True)
class DateSaid:
    """A date with how exactly it was told: it lies between ``first`` and ``last``, both included.

    ``year_assumed``  the year was not written but handed in
    ``in_words``      there were further words around it
    """

    first: date
    last: date
    precision: Precision
    year_assumed: bool = False
    in_words: bool = False


_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_CHINESE = re.compile(r"([一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=\s*[月日号季])")
_SEPARATOR = r"\s*[.\-/年,，、．·—–]\s*"
_YEAR = r"(?P<y>(?:19|20)\d\d|'?\d\d(?=\s*年|[.\-/]\d{1,2}[.\-/]\d{1,2}(?!\d)))"
_DAY = re.compile(rf"{_YEAR}{_SEPARATOR}(?P<m>\d{{1,2}})\s*[.\-/月,，、．·—–]\s*(?P<d>\d{{1,2}})(?!\d)\s*[日号]?")
_MONTH = re.compile(rf"{_YEAR}{_SEPARATOR}(?P<m>\d{{1,2}})(?!\d)\s*(?:月份?)?\s*(?P<part>上旬|中旬|下旬|[初中底末])?")
_QUARTER = re.compile(
    rf"{_YEAR}\s*年?度?\s*(?:第?(?P<q>[1-4])季度?|Q(?P<q2>[1-4])|(?P<h>[上下])半年)\s*[初底末]?", re.I
)
_YEAR_ONLY = re.compile(r"(?P<y>(?:19|20)\d\d)\s*(?:年度?)?\s*[初中底末内]?")
_NO_YEAR_DAY = re.compile(r"(?<![\d.])(?P<m>\d{1,2})\s*(?:月|[.\-/](?=\d))\s*(?P<d>\d{1,2})(?![\d%])\s*[日号]?")
_NO_YEAR_MONTH = re.compile(r"(?<![\d.])(?P<m>\d{1,2})\s*月份?\s*(?P<part>上旬|中旬|下旬|[初中底末])?")
_COMPACT = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)?(?!\d)")
_DAY_FIRST = re.compile(r"(?<![\d.])(?P<a>\d{1,2})\s*[./\-]\s*(?P<b>\d{1,2})\s*[./\-]\s*(?P<y>(?:19|20)\d\d)(?!\d)")
_THIS_YEAR = re.compile("今年|本年|当年")
_YEAR_END = re.compile(r"^(?:今年|本年|当年)?年?(?P<part>年底|年末|年内|底前)$")

PLANNED = re.compile("计划|预计|拟|力争|争取|预期|有望|将于|将在|准备|打算|目标")
NOT_YET = re.compile("未|没有|尚无|不涉及|无需|^否$|待|还没|筹备|正在|^[×xX✗]$|^不")
DONE = re.compile("已|^[√✓✔是有]$|完成|^(?:签约|开工|投产|入库|入统|竣工|注册|供地|在建|达产)$|办结|取得|通过")
_AROUND = re.compile(
    r"^(?:约|大约|于|在|实际|时间|日期)?|(?:左右|前|后|之前|前后|已?(?:签约|开工|投产|入库|入统|竣工|完成|注册|取得|供地|达产|动工|完工))?[。.;；,，]?$"
)


def read_date(value: Cell, *, year: int | None = None, padded: bool | None = None) -> DateSaid | Trouble | None:
    """A date, what is wrong with it, or None where the cell says that there is none yet (未开工).

    ``year``    what a date without one means
    ``padded``  whether the column's numbers write months with two digits (2023.05): then 2023.1 is October; None where
                that cannot be told
    """
    if isinstance(value, datetime):
        return _checked(value.date(), value)
    if isinstance(value, date):
        return _checked(value, value)
    if value is None or value == 0 or isinstance(value, bool):
        return None if value in (None, 0, False) else trouble("date.words_only", value="√")
    if isinstance(value, int | float):
        return _number(value, padded)
    if isinstance(value, timedelta) or not isinstance(value, str):
        return trouble("date.unreadable", value=value)
    return _text(value, year)


def _checked(day: date, value: object) -> DateSaid | Trouble | None:
    if day in (date(1900, 1, 1), date(1899, 12, 31), _EPOCH):
        return None  # an empty cell with a date format
    if not EARLIEST <= day <= LATEST:
        return trouble("date.out_of_range", value=day.isoformat() if isinstance(value, date) else value)
    return DateSaid(day, day, "day")


def _number(value: int | float, padded: bool | None) -> DateSaid | Trouble | None:
    text = repr(value) if isinstance(value, float) else str(value)
    if value != value or value in (float("inf"), float("-inf")) or value < 0:
        return trouble("date.unreadable", value=text)
    if isinstance(value, float) and not value.is_integer():
        head, _point, tail = text.partition(".")
        if re.fullmatch("(?:19|20)[0-9]{2}", head) and len(tail) <= 2 and tail.isdigit():
            if tail == "1":
                if padded:
                    return _month(int(head), 10)
                return trouble("date.ambiguous_month", value=text, year=head)
            return _month(int(head), int(tail)) or trouble("date.impossible", value=text)
        if re.fullmatch("(?:19|20)[0-9]{2}", head) and len(tail) == 4 and tail.isdigit():  # 2023.0531
            return _day(int(head), int(tail[:2]), int(tail[2:])) or trouble("date.impossible", value=text)
        value = int(value)  # a day of Excel with its time
    whole = int(value)
    if 1978 <= whole <= 2100:
        return _span(date(whole, 1, 1), date(whole, 12, 31), "year")
    if _FIRST_SERIAL <= whole <= _LAST_SERIAL:
        return _checked(_EPOCH + timedelta(days=whole), value)
    if match := _COMPACT.fullmatch(str(whole)):
        return _matched(match, str(whole))
    return trouble("date.unreadable", value=text)


def _text(value: str, year: int | None) -> DateSaid | Trouble | None:
    text = unicodedata.normalize("NFKC", value).strip()
    text = re.sub(r"[〇零○一二三四五六七八九]{4}(?=\s*年)", lambda m: m[0].translate(_DIGITS), text)
    text = re.sub(
        r"([一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=\s*[月日号季]|季度)",
        _small_number,
        text,
    )
    text = re.sub(r"\s+(?=[年月日号.\-/])|(?<=[年月.\-/])\s+", "", text)
    text = re.sub(r"[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?$", "", text)
    if re.fullmatch(r"\d{5}(?:\.\d+)?|\d{8}|\d{6}|\d{4}", text):
        return _number(float(text) if "." in text else int(text), None)
    found = _find(text, year)
    if isinstance(found, Trouble):
        return found
    if found is not None:
        said, rest = found
        if PLANNED.search(rest):
            return trouble("date.planned", value=value)
        if NOT_YET.search(rest):
            return None if not said.year_assumed and "待" not in rest else trouble("date.words_only", value=value)
        around = _AROUND.sub("", rest.strip("()[]【】 :：,，。;；"))
        if around and not re.fullmatch(r"[\s()（）]*", around):
            return DateSaid(said.first, said.last, said.precision, said.year_assumed, in_words=True)
        return said
    if PLANNED.search(text):
        return trouble("date.planned", value=value)
    if NOT_YET.search(text):
        return None
    if DONE.search(text):
        return trouble("date.words_only", value=value)
    return trouble("date.unreadable", value=value)


def _find(text: str, year: int | None) -> tuple[DateSaid, str] | Trouble | None:
    """The one date of a text, and the text without it."""
    for pattern in (_DAY_FIRST, _DAY, _QUARTER, _MONTH, _COMPACT):
        matches = list(pattern.finditer(text))
        if not matches:
            continue
        if len({m.group(0) for m in matches}) > 1 or ((rest := _cut(text, matches[0])) and _another(rest)):
            return trouble("date.several", value=text)
        if pattern is _DAY_FIRST:
            return _day_first(matches[0], text)
        said = _matched(matches[0], text)
        return said if isinstance(said, Trouble) else (said, _cut(text, matches[0]))
    if match := _YEAR_ONLY.search(text):
        number = int(match["y"])
        if EARLIEST.year <= number <= LATEST.year and not re.search(r"\d", _cut(text, match)):
            return DateSaid(date(number, 1, 1), date(number, 12, 31), "year"), _cut(text, match)
        return None
    for pattern in (_NO_YEAR_DAY, _NO_YEAR_MONTH):
        match = pattern.search(text)
        if match and ("月" in match[0] or match[0] == text):
            if year is None:
                return trouble("date.no_year", value=text)
            said = _matched(match, text, year)
            if isinstance(said, Trouble):
                return said
            return DateSaid(said.first, said.last, said.precision, year_assumed=True), _cut(text, match)
    if _YEAR_END.match(text):
        if year is None:
            return trouble("date.no_year", value=text)
        return DateSaid(date(year, 1, 1), date(year, 12, 31), "year", year_assumed=True), ""
    return None


def _cut(text: str, match: re.Match[str]) -> str:
    return text[: match.start()] + text[match.end() :]


def _another(rest: str) -> bool:
    return bool(re.search(r"(?:19|20)\d\d\s*[年.\-/]|\d{1,2}\s*月|[-—–~至到]\s*\d{1,2}(?:\.\d{1,2})?", rest))


def _matched(match: re.Match[str], text: str, year: int | None = None) -> DateSaid | Trouble:
    found = match.groupdict()
    number = year if year is not None else _full_year(found["y"])
    impossible = trouble("date.impossible", value=text)
    if found.get("q") or found.get("q2"):
        quarter = int(found["q"] or found["q2"])
        return _span(date(number, quarter * 3 - 2, 1), month_end(number, quarter * 3), "quarter") or impossible
    if found.get("h"):
        first, last = (1, 6) if found["h"] == "上" else (7, 12)
        return _span(date(number, first, 1), month_end(number, last), "half") or impossible
    month = int(found["m"])
    if found.get("d"):
        return _day(number, month, int(found["d"])) or impossible
    return _month(number, month, found.get("part") or "") or impossible


def _day_first(match: re.Match[str], text: str) -> tuple[DateSaid, str] | Trouble:
    """31/5/2023 and 5/31/2023 are plain, 5/6/2023 is not."""
    one, two, year = int(match["a"]), int(match["b"]), int(match["y"])
    if one <= 12 and two <= 12 and one != two:
        return trouble("date.ambiguous_day", value=text)
    said = _day(year, two, one) if one > 12 else _day(year, one, two)
    return (said, _cut(text, match)) if said else trouble("date.impossible", value=text)


def _full_year(told: str) -> int:
    digits = told.strip("'")
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _day(year: int, month: int, day: int) -> DateSaid | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return _span(found, found, "day")


_PARTS = {
    "上旬": (1, 10),
    "中旬": (11, 20),
    "下旬": (21, 0),
    "初": (1, 10),
    "中": (11, 20),
    "底": (21, 0),
    "末": (21, 0),
}


def _month(year: int, month: int, part: str = "") -> DateSaid | None:
    if not 1 <= month <= 12:
        return None
    end = month_end(year, month)
    first, last = _PARTS.get(part, (1, 0))
    return _span(date(year, month, first), date(year, month, last) if last else end, "dekad" if part else "month")


def _span(first: date, last: date, precision: Precision) -> DateSaid | None:
    return DateSaid(first, last, precision) if first >= EARLIEST and last <= LATEST else None


def _small_number(match: re.Match[str]) -> str:
    """十二 -> 12, 二十 -> 20, 三 -> 3."""
    tens, ten, ones = match[0].partition("十")
    if not ten:
        return match[0].translate(_DIGITS)
    return str((int(tens.translate(_DIGITS)) if tens else 1) * 10 + (int(ones.translate(_DIGITS)) if ones else 0))
