"""Reading a period from text: the grammar behind ``Period.parse``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from yinfeng.kernel.periods import Period, PeriodError, month_end

_ONE_TO_FOUR = {"1": 1, "2": 2, "3": 3, "4": 4, "一": 1, "二": 2, "三": 3, "四": 4}
_CHINESE_YEAR = re.compile(r"[〇零○一二三四五六七八九]{4}(?=年)")
_CHINESE_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")

_YEAR = r"(?P<y>[0-9]{4})"
_YEAR_WORD = _YEAR + r"年度?"
_TO = r"(?:-|至|到|~)"
_DATE = r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日"
_ISO_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


def read(text: str) -> Period:
    """See ``Period.parse``."""
    folded = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    folded = re.sub("[—–―－−～]+", lambda m: "~" if "～" in m.group() else "-", folded)
    folded = _CHINESE_YEAR.sub(lambda m: m.group().translate(_CHINESE_DIGITS), folded)
    folded = folded.strip("“”\"'「」")
    try:
        for pattern, build in _GRAMMAR:
            if found := pattern.fullmatch(folded):
                return build(found)
    except ValueError as error:
        raise PeriodError(f"“{text}”中的日期不存在", code="period.no_such_date", fix="请核对月份和日期。") from error
    shown = text if len(text) <= 40 else text[:40] + "…"
    raise PeriodError(
        f"“{shown}”不是可识别的期间",
        code="period.unreadable",
        fix="可写作：2023年7月、2023年第三季度、2023年上半年、2023年1-6月、2023-07、2023Q3、2023H1、2023、十四五。",
    )


def _day(text: str) -> date:
    year, month, day = (int(part) for part in re.findall("[0-9]+", text))
    return date(year, month, day)


def _months(m: re.Match[str]) -> Period:
    year, first, last = int(m["y"]), int(m["a"]), int(m["b"])
    if first == 1:
        return Period.ytd(month_end(year, Period.month(year, last).end.month))
    return Period.span(Period.month(year, first).start, Period.month(year, last).end)


def _iso_span(m: re.Match[str]) -> Period:
    return Period.span(_day(m["a"]), _day(m["b"]))


def _span(m: re.Match[str]) -> Period:
    start = _day(m["a"])
    tail = m["b"]
    end = _day(tail if len(re.findall("[0-9]+", tail)) == 3 else f"{start.year}年{tail}")
    whole_year_so_far = start == date(end.year, 1, 1)
    return Period.ytd(end) if whole_year_so_far else Period.span(start, end)


def _month_span(m: re.Match[str]) -> Period:
    start = Period.month(int(m["y"]), int(m["a"])).start
    return Period.span(start, Period.month(int(m["z"]), int(m["b"])).end)


def _first_quarters(m: re.Match[str]) -> Period:
    return Period.ytd(Period.quarter(int(m["y"]), _ONE_TO_FOUR[m["q"]]).end)


_Builder = Callable[[re.Match[str]], Period]
_GRAMMAR: list[tuple[re.Pattern[str], _Builder]] = [
    (re.compile(pattern), build)
    for pattern, build in (
        (_YEAR + r"(?:年|年度|全年|年全年)?", lambda m: Period.year(int(m["y"]))),
        (
            _YEAR + r"(?:年|-|/|\.)(?P<m>[0-9]{1,2})(?:月份?)?",
            lambda m: Period.month(int(m["y"]), int(m["m"])),
        ),
        (_YEAR + r"(?P<m>0[1-9]|1[0-2])", lambda m: Period.month(int(m["y"]), int(m["m"]))),
        (_YEAR + r"-?Q(?P<q>[1-4])", lambda m: Period.quarter(int(m["y"]), int(m["q"]))),
        (
            _YEAR_WORD + r"第?(?P<q>[1-4一二三四])季度?",
            lambda m: Period.quarter(int(m["y"]), _ONE_TO_FOUR[m["q"]]),
        ),
        (_YEAR_WORD + r"前(?P<q>[1-4一二三四])个?季度", _first_quarters),
        (_YEAR + r"-?H(?P<h>[12])", lambda m: Period.half(int(m["y"]), int(m["h"]))),
        (_YEAR_WORD + r"(?P<h>[上下])半年", lambda m: Period.half(int(m["y"]), 1 if m["h"] == "上" else 2)),
        (_YEAR_WORD + rf"(?P<a>[0-9]{{1,2}})月?{_TO}(?P<b>[0-9]{{1,2}})月份?", _months),
        (
            _YEAR_WORD + rf"(?P<a>[0-9]{{1,2}})月{_TO}(?P<z>[0-9]{{4}})年(?P<b>[0-9]{{1,2}})月",
            _month_span,
        ),
        (
            _YEAR + r"-?YTD(?P<d>[0-9]{4})",
            lambda m: Period.ytd(date(int(m["y"]), int(m["d"][:2]), int(m["d"][2:]))),
        ),
        (rf"截[至止到](?P<d>{_DATE})", lambda m: Period.ytd(_day(m["d"]))),
        (rf"(?P<a>{_ISO_DATE})(?:/|\.\.)(?P<b>{_ISO_DATE})", _iso_span),
        (rf"(?P<a>{_DATE}){_TO}(?P<b>{_DATE}|[0-9]{{1,2}}月[0-9]{{1,2}}日)", _span),
        (r"(?P<n>[0-9]{1,2})FYP", lambda m: Period.five_year_plan(int(m["n"]))),
        (
            r"[“\"]?(?P<n>[一二三四五六七八九十]{1,3}五)[”\"]?(?:时期|期间|规划)?",
            lambda m: Period.five_year_plan(m["n"]),
        ),
    )
]
