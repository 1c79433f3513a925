"""Expressions of time: dates of events and reporting periods.

`find_times(text, doc_date)` gives each expression with its ISO date where it has one definite reading (YYYY, YYYY-MM or
YYYY-MM-DD; the first day of a range), and whether it can be the period of a statistic. A year once said in a sentence
is carried to the months after it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_YEAR = (
    r"(?:(?P<year>(?:19|20)\d{2}|(?<!\d)\d{2}(?=年\d{1,2}月)) ?年(?: (?=\d))?|"
    r"(?P<relative>今年|去年|明年|前年|本年|当年|上年|次年))"
)
_MONTH = r"(?P<month>1[0-2]|0?[1-9]) ?月(?P<share>份)?"
_DAY = r" ?(?P<day>3[01]|[12]\d|0?[1-9]) ?[日号]"
_EDGE = r"(?P<edge>初|末|底|上旬|中旬|下旬|以来|至今|以前)"
_UNTIL = r"(?P<until>截至|截止到?|到|至)"

_TIME = re.compile(
    # spans of months and parts of years
    rf"(?:{_UNTIL}(?:时间)?)?(?:{_YEAR}(?P<part>以来|至今|以前|全年(?!目标|任务|计划)|上半年|下半年|初|底|末|年初|年底|伊始|春|夏|秋|冬)?)?"
    r"(?:(?P<m1>1[0-2]|0?[1-9]|[XxNn])(?:月份?)?(?:-|~|至|到)(?P<m2>1[0-2]|0?[1-9]|[XxNn])月份?(?P<mend>底|末)?"
    r"|(?P<quarters>前[一二三]季度|前[1-3]季度|[一二三四]季度|第[一二三四]季度|前三季|一季度末)"
    r"|前(?P<first>1[01]|[2-9]|十一|[二三四五六七八九十]|两)个?月"
    r"|(?P<halves>上半年|下半年)"
    rf"|{_MONTH}(?:{_EDGE}|{_DAY}(?:(?:-|~|至|到)(?:1?\d月)?(?P<lastday>3[01]|[12]\d|0?[1-9])[日号])?)?(?P<since>以来|至今)?"
    r")?"
)
_START = re.compile(r"[截到至今去明前本当上次一二三四下第\dXxNn]")
_BARE_DAY = re.compile(
    r"(?=\d)(?<![\d年月第.\-~至])(?P<day>3[01]|[12]\d|0?[1-9])[日号]"
    r"(?!线|楼|公馆|文件|令|院|机|井|店|码|召|角|啕)"
)
_WORDS = re.compile(
    # one look at the first character spares forty tries
    r"(?=[今当昨日前截目现近迄不一两三四五六七八九十百攻专集行活会战成挂开建首新年本上每“全])(?:(?P<today>今天|今日|当天|当日)(?:\((?P<tm>\d{1,2})月(?P<td>\d{1,2})日\)|\((?P<td2>\d{1,2})日\))?"
    r"|(?P<yesterday>昨天|昨日|昨晚|日前一天)(?:\((?P<ym>\d{1,2})月(?P<yd>\d{1,2})日\))?|(?P<before>前天|前日)"
    r"|(?P<open>(?:截至|截止)?(?:目前|当前|现在)(?!最)|近年来|迄今为止|迄今|近日|日前|近期|不久前|一年来|[两三四五六七八九十]年来|"
    r"(?:百日)?(?:攻坚|专项|集中)?(?:攻坚|行动|活动|会战|战役)(?:开展|启动)?以来|(?:成立|挂牌|开园|开发|建[区园县市厂])以来|"
    r"近[两三四五六七八九十]年|[一二三四五]年多来|首季|开幕当天|"
    r"新年伊始|年初以来|年初|年底前|年内|今年来|本月|上月|当月|本季度|本周|上周|每年|年均|“?十[一二三四五]五”?(?:期间|时期|以来)?|"
    r"“[^“”\n]{2,12}”期间|首期|开年以来|全年(?!目标|任务|计划|度)))"
)
_HANZI = {
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "十一": 11,
}


@dataclass(slots=True)
class Time:
    """One expression. iso: the date it gives an event, or None; period: it can be the period of a statistic.

    whole: an expression such as 2023年 alone or 近日, weaker than a dated one.
    """

    start: int
    end: int
    iso: str | None
    period: bool = True
    weak: bool = False
    vague: bool = False


_FULL_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})年")


def told_year(text: str) -> int | None:
    """The year a page names most often, for pages without a date: 3月29日 beside 2023年 is of that year."""
    counts: dict[int, int] = {}
    for year in _FULL_YEAR.findall(text[:20_000]):
        counts[int(year)] = counts.get(int(year), 0) + 1
    return max(counts, key=lambda year: (counts[year], year), default=None)


def find_times(text: str, doc_date: date | None) -> list[Time]:
    """All expressions of time of the folded text in order."""
    found: list[Time] = []
    hint = told_year(text) if doc_date is None else None
    carried: int | None = None
    sentence_end = -1
    for match in _candidates(text):
        if found and match.start() < found[-1].end:
            continue
        if match.start() > sentence_end:
            carried = None
            stop = _next_stop(text, match.start())
            sentence_end = stop
        time: Time | None
        if match.re is _WORDS:
            time = _word_time(match, match.groupdict(), doc_date)
        elif match.re is _TIME:
            time, year = _calendar_time(match, match.groupdict(), doc_date, carried or hint)
            carried = year if year is not None else carried
        else:
            time = _bare_day(match, doc_date, found)
        if time is not None:
            found.append(time)
    return found


def _candidates(text: str) -> list[re.Match[str]]:
    hits = [m for m in _TIME_ANCHORED(text) if m.end() - m.start() > 1]
    hits += list(_WORDS.finditer(text))
    hits += list(_BARE_DAY.finditer(text))
    hits.sort(key=lambda m: (m.start(), -m.end()))
    return hits


_ANCHOR = re.compile(
    r"(?=[截今去明前本当上次\d一二三四下XxNn])(?:(?:截至|截止到?)(?=\d|今|去|本|当)|(?:19|20)\d\d ?年|(?<!\d)\d\d年(?=\d{1,2}月)"
    r"|今年|去年|明年|前年|本年|当年|上年|次年|"
    r"(?<![\d.])(?:1[0-2]|0?[1-9]) ?月|(?<![\d.A-Za-z])(?:1[0-2]|0?[1-9]|[XxNn])(?:月份?)?[-~至到](?:1[0-2]|0?[1-9]|[XxNn])月|"
    r"前[一二三1-3]季|前[\d一二三四五六七八九十两]{1,2}个?月|[一二三四]季度|[上下]半年)"
)


def _TIME_ANCHORED(text: str) -> list[re.Match[str]]:
    found, at = [], 0
    for anchor in _ANCHOR.finditer(text):
        if anchor.start() < at:
            continue
        match = _TIME.match(text, anchor.start())
        if match is not None and match.end() > anchor.start():
            found.append(match)
            at = match.end()
    return found


def _next_stop(text: str, start: int) -> int:
    stops = [p for p in (text.find("。", start), text.find("\n", start)) if p >= 0]
    return min(stops) if stops else len(text)


def _iso(year: int | None, month: int | None = None, day: int | None = None) -> str | None:
    if year is None:
        return None
    if month is None:
        return f"{year:04d}"
    if day is None:
        return f"{year:04d}-{month:02d}"
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return f"{year:04d}-{month:02d}"


def _relative_year(word: str, doc_date: date | None) -> int | None:
    if doc_date is None:
        return None
    return doc_date.year + {"去年": -1, "上年": -1, "前年": -2, "明年": 1, "次年": 1}.get(word, 0)


def _calendar_time(
    match: re.Match[str], groups: dict[str, str | None], doc_date: date | None, carried: int | None
) -> tuple[Time | None, int | None]:
    year: int | None = None
    if groups["year"]:
        year = int(groups["year"])
        year = year + 2000 if year < 100 else year
    elif groups["relative"]:
        year = _relative_year(groups["relative"], doc_date)
    told = year
    month = int(groups["month"]) if groups["month"] else None
    if year is None and not groups["year"] and not groups["relative"] and (month or groups["m1"]):
        year = carried
        if year is None and doc_date is not None:
            year = doc_date.year
            # 12月 in a page of January is last year's
            if month and (month > doc_date.month + 6 or (month > doc_date.month and not groups["until"])):
                year = doc_date.year - 1 if month > doc_date.month + 1 else doc_date.year
    if month:
        day = int(groups["day"]) if groups["day"] else None
        iso = _iso(year, month, day)
        return Time(match.start(), match.end(), iso, weak=False), told
    if groups["m1"] or groups["quarters"] or groups["first"] or groups["halves"]:
        return Time(match.start(), match.end(), None), told
    if groups["until"] and not (groups["year"] or groups["relative"]):
        return None, told
    if not (groups["year"] or groups["relative"]):
        return None, told
    part = groups["part"] or ""
    iso = None if part in ("以来", "至今", "以前", "上半年", "下半年") else _iso(year)
    return Time(match.start(), match.end(), iso, weak=True), told


def _word_time(match: re.Match[str], groups: dict[str, str | None], doc_date: date | None) -> Time:
    start, end = match.span()
    if groups["open"]:
        word = groups["open"]
        if word == "上月" and doc_date is not None:
            last = doc_date.replace(day=1) - timedelta(days=1)
            return Time(start, end, _iso(last.year, last.month))
        vague = word in ("近日", "日前", "近期", "年底前", "年内", "年均") or word.startswith("近年")
        return Time(start, end, None, period=not (vague and word != "近年来"), weak=True, vague=True)
    if doc_date is None:
        return Time(start, end, None)
    if match[0] in ("当天", "当日"):  # of a day told elsewhere
        return Time(start, end, None, period=False)
    day = doc_date
    if groups["yesterday"]:
        day = doc_date - timedelta(days=1)
    elif groups["before"]:
        day = doc_date - timedelta(days=2)
    month, number = groups["tm"] or groups["ym"], groups["td"] or groups["yd"] or groups["td2"]
    if number:
        year = doc_date.year if not month or int(month) <= doc_date.month + 6 else doc_date.year - 1
        return Time(start, end, _iso(year, int(month) if month else doc_date.month, int(number)))
    return Time(start, end, day.isoformat(), weak=False)


def _bare_day(match: re.Match[str], doc_date: date | None, before: list[Time]) -> Time:
    day = int(match["day"])
    anchor: date | None = doc_date
    if doc_date is not None and day > doc_date.day:  # the 30th in a page of the 1st: last month's
        anchor = doc_date.replace(day=1) - timedelta(days=1)
    iso = _iso(anchor.year, anchor.month, day) if anchor else None
    return Time(match.start(), match.end(), iso)
