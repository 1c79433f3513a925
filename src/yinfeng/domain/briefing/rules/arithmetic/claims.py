"""What a bulletin claims of the ledger: figures whose words are understood to the last one. Pure.

A figure is a claim where nothing is left of the words before it once the unit, the period and empty words are taken away
but a name of this vocabulary. Whatever qualifies it further (制造业, 其中, 新引进的 …) makes it another figure, and nothing is
said about it: a wrong alarm costs more than a missed one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from yinfeng.kernel.periods import Period
from yinfeng.reading.normalising import normalise

from .figures import Figure
from .page import Page, page_of
from .tables import tables_of
from .words import is_base, is_delta, is_target, lead

# (kind, words) -> the indicators that these words may mean, the usual one first. A claim agrees with any of them.
_COUNTS = (
    (r"(?:新)?签约|新签", ("signed_count",)),
    (r"(?:新)?开工(?:建设)?", ("started_count", "started_new")),
    (r"(?:新|竣工|建成)?投产", ("producing_count",)),
    (r"(?:新)?竣工", ("completed_count",)),
    (r"(?:新)?(?:入统|入库|纳统)", ("enrolled_count",)),
    (r"(?:新)?(?:注册|注册落地)", ("registered_count",)),
    (r"(?:供地|落实用地|用地落实)", ("site_count", "land_supplied_count")),
    (r"(?:新)?升规", ("above_scale_count",)),
    (r"达产", ("at_capacity_count",)),
    (r"停滞", ("stalled_count",)),
    (r"在谈", ("in_negotiation_count",)),
    (r"在建", ("under_construction_count",)),
    (r"(?:已)?签约(?:尚)?未开工|签约后未开工", ("signed_not_started_count", "signed_in_period_not_started")),
    (r"(?:已)?签约(?:尚)?未(?:供地|落实用地)", ("signed_without_site_count", "signed_in_period_without_site")),
)  # fmt: skip
_SIZES = {"5000万": "5000wan", "1亿": "1yi", "亿": "1yi", "2亿": "2yi", "3亿": "3yi", "5亿": "5yi", "10亿": "10yi",
          "20亿": "20yi", "30亿": "30yi", "50亿": "50yi", "100亿": "100yi"}  # fmt: skip
_SIZED = re.compile(r"(5000万|100亿|[1235]?0?亿)元?(?:\(含\))?(?:及)?以上(?:的)?")
_MONEY = (
    (r"签约(?:总)?(?:金)?额|(?:协议|合同)(?:总)?(?:引资|投资)?(?:金)?额|协议(?:总)?投资|签约项目总投资",
     ("signed_amount_converted", "signed_amount_cny")),
    (r"(?:实际)?到位(?:各类)?资金|资金到位", ("funds_in_place_converted", "funds_in_place_cny", "funds_cumulative")),
    (r"(?:实际)?到位省外资金|省外(?:到位)?资金", ("funds_outside_province",)),
    (r"(?:实际)?到位市外资金|市外(?:到位)?资金", ("funds_outside_city", "funds_outside_city_only")),
)  # fmt: skip
_RATES = (
    (r"开工率", ("start_rate", "start_rate_same_window", "start_rate_with_built", "start_rate_without_terminated",
                 "start_rate_with_assets", "start_rate_cumulative")),
    (r"履约率", ("performing_rate", "performing_rate_moving")),
    (r"(?:项目)?落地率", ("landing_rate_registered", "landing_rate_site", "landing_rate_same_window")),
    (r"注册率", ("landing_rate_registered", "landing_rate_same_window")),
    (r"投产率", ("production_rate",)),
    (r"竣工率", ("completed_rate",)),
    (r"入统率", ("enrolment_rate", "enrolment_rate_signed")),
    (r"资金到位率|到资率", ("fund_rate", "fund_rate_cumulative")),
)  # fmt: skip
_EMPTY = re.compile(
    r"全市|全区|全县|全省|我市|我区|我县|本市|本区|本县|共计?|合计|累计|总计|正式|已|实现|完成|实有|目前|现有|成功|招商引资|招商"
    r"|项目|工程|个数|总?数量?|分别|实际|今年以来|本年|今年|期内|其间|当年|为|达到?|是|有|的|了|[:：,、 ]"
)
_MONTH = r"(\d{1,2})月(?:份)?"
_SPAN = re.compile(
    r"(?:(?P<year>(?:19|20)\d\d)年|今年|本年)?(?:(?P<a>\d{1,2})(?:月)?(?:-+|—+|~|至|到)(?P<b>\d{1,2})月(?:份)?"
    r"|(?P<half>上半年|下半年)|(?P<quarter>[一二三四]季度|第[一二三四]季度|前三季度)|(?P<month>\d{1,2})月份?(?!\d*日)"
    r"|(?P<whole>全年))"
)  # fmt: skip
_DAYS = re.compile(  # 2026年6月24日—6月30日
    r"(?:(?P<year>(?:19|20)\d\d)年)?(?P<m1>\d{1,2})月(?P<d1>\d{1,2})日? ?(?:-+|—+|~|至|到) ?"
    r"(?:(?P<until>(?:19|20)\d\d)年)?(?:(?P<m2>\d{1,2})月)?(?P<d2>\d{1,2})日"
)
_YEAR = re.compile(r"((?:19|20)\d\d)年(?:度|全年)?(?!\d{1,2}月|第?[一二三四]季度|[上下]半年|\d)")
_UNTIL = re.compile(r"截(?:至|止)到?(?:((?:19|20)\d\d)年)?(\d{1,2})月(?:(\d{1,2})日|底|末|份)?")
_FIRST_YEAR = re.compile(r"((?:19|20)\d\d)年")


@dataclass(frozen=True)
class Claim:
    """``start`` and ``end`` in the raw text; ``unit`` a name, empty for the whole; ``names`` are indicators. ``step`` is
    one unit of the last printed digit; a percentage is told as a fraction of one."""

    line: int
    start: int
    end: int
    quote: str
    unit: str
    names: tuple[str, ...]
    value: Fraction
    step: Fraction
    currency: str
    period: Period
    as_of: date


def claims(raw: str, units: Sequence[str], period: Period | None = None, as_of: date | None = None) -> list[Claim]:
    """All that the text claims of the ledger. ``period`` and ``as_of`` are taken where the text does not tell them."""
    normalised = normalise(raw)
    page = page_of(normalised)
    told = _whole_period(page) or period
    found: list[Claim] = []
    in_table: set[int] = set()
    for figure, unit, words in _in_tables(page, units):
        in_table.add(figure.start)
        names = _named(figure, words)
        span = _period_in(words, told) or told
        if names and span is not None:
            found.append(_claim(page, raw, figure, unit, names, span, _as_of(page, figure, span, as_of)))
    for figure in page.figures:
        if figure.start in in_table or figure.vague or is_delta(page, figure) or is_base(page, figure):
            continue
        if is_target(page, figure) or figure.depth or figure.kind not in ("count", "money", "percent"):
            continue
        words = lead(page, figure)
        clause = page.text[page.sentences[figure.sentence][0] : figure.start]
        here = re.split("[;。]", clause)[-1]
        unit = _unit_in(here, units)
        span = _period_in(here, told) or _period_in(clause, told) or told
        bare = _bare(words + _counted(figure), units)
        names = _named(figure, bare)
        if names and span is not None and not re.search("其中|占|上年|去年|同期|上月", here):
            found.append(_claim(page, raw, figure, unit, names, span, _as_of(page, figure, span, as_of)))
    return found


def _claim(
    page: Page, raw: str, figure: Figure, unit: str, names: tuple[str, ...], period: Period, as_of: date
) -> Claim:
    start, end = page.normalised.raw_span(figure.start, figure.end)
    value, step = figure.value, figure.step
    if figure.kind == "percent":
        value, step = value / 100, step / 100
    currency = figure.unit if figure.kind == "money" else ""
    return Claim(
        page.line_of(figure.start), start, end, raw[start:end], unit, names, value, step, currency, period, as_of
    )


def _counted(figure: Figure) -> str:
    """What is counted may stand behind the number: 新签约42个项目, 42个项目开工."""
    tail = re.split(r"[,;。、]", figure.tail)[0]
    return tail if len(tail) <= 6 else "…"  # more words than an object: they may qualify it


def _bare(words: str, units: Sequence[str]) -> str:
    for unit in units:
        words = words.replace(unit, "")
    words = _UNTIL.sub("", words)
    words = _SPAN.sub("", words)
    return _YEAR.sub("", words)


def _named(figure: Figure, words: str) -> tuple[str, ...]:
    """The indicators that these words mean, if they are understood to the last one."""
    if figure.kind == "percent":
        return _match(_RATES, _EMPTY.sub("", words))
    if figure.kind == "money":
        return _match(_MONEY, re.sub("项目", "", _EMPTY.sub("", words))) if figure.unit == "CNY" else ()
    if figure.unit not in ("个", ""):
        return ()
    sized = _SIZED.search(words)
    rest = _EMPTY.sub("", _SIZED.sub("", words))
    names = _match(_COUNTS, rest)
    if sized is None:
        return names
    key = _SIZES.get(sized[1])
    of_size = {"signed_count": f"signed_{key}", "started_count": f"started_{key}"}
    return (of_size[names[0]],) if key and names and names[0] in of_size else ()


def _match(table: Sequence[tuple[str, tuple[str, ...]]], words: str) -> tuple[str, ...]:
    return next((names for pattern, names in table if re.fullmatch(pattern, words)), ())


def _unit_in(words: str, units: Sequence[str]) -> str:
    """The unit named last before the figure; of names that contain each other the longer."""
    found = [(words.rfind(unit), len(unit), unit) for unit in units if unit in words]
    return max(found)[2] if found else ""


# ------------------------------------------------------------------------------------------------ periods


def _whole_period(page: Page) -> Period | None:
    """What the title, or else the first sentence that tells one, speaks of."""
    first = _FIRST_YEAR.search(page.text)
    year = int(first[1]) if first else None
    days = _DAYS.search(page.text[:600])
    if days is not None and (found := _from_day_to_day(days, year)) is not None:
        return found
    for match in _SPAN.finditer(_UNTIL.sub(lambda m: " " * len(m[0]), page.text[:600])):
        if match["year"] or year:
            found = _span(match, int(match["year"] or year or 0))
            if found is not None:
                return found
    until = _UNTIL.search(page.text[:600])
    if year is None or not (_YEAR.search(page.text[:200]) or until):
        return None
    return Period.year(year)


def _period_in(words: str, told: Period | None) -> Period | None:
    days = list(_DAYS.finditer(words))
    if days and (found := _from_day_to_day(days[-1], told.end.year if told else None)) is not None:
        return found
    matches = list(_SPAN.finditer(_UNTIL.sub("", words)))
    if not matches:
        return None
    match = matches[-1]
    year = int(match["year"]) if match["year"] else told.end.year if told else None
    return _span(match, year) if year else None


def _from_day_to_day(match: re.Match[str], year: int | None) -> Period | None:
    year = int(match["year"]) if match["year"] else year
    if year is None:
        return None
    try:
        start = date(year, int(match["m1"]), int(match["d1"]))
        end = date(int(match["until"] or year), int(match["m2"] or match["m1"]), int(match["d2"]))
    except ValueError:
        return None
    return Period.span(start, end) if start <= end else None


def _span(match: re.Match[str], year: int) -> Period | None:
    if match["a"]:
        a, b = int(match["a"]), int(match["b"])
        if not 1 <= a <= b <= 12:
            return None
        return _months(year, a, b)
    if match["half"]:
        return Period.half(year, 1 if match["half"] == "上半年" else 2)
    if match["quarter"]:
        if match["quarter"] == "前三季度":
            return _months(year, 1, 9)
        return Period.quarter(year, "一二三四".index(match["quarter"].removeprefix("第")[0]) + 1)
    if match["month"]:
        return Period.month(year, int(match["month"])) if 1 <= int(match["month"]) <= 12 else None
    return Period.year(year)


def _months(year: int, a: int, b: int) -> Period:
    if a == b:
        return Period.month(year, a)
    if (a, b) in ((1, 6), (7, 12)):
        return Period.half(year, 1 if a == 1 else 2)
    if a % 3 == 1 and b == a + 2:
        return Period.quarter(year, b // 3)
    return Period.year(year) if (a, b) == (1, 12) else Period.span(date(year, a, 1), Period.month(year, b).end)


_TITLE = (0, 1, 2)  # lines among which it stands: a draft says so above it


def _as_of(page: Page, figure: Figure, period: Period, given: date | None) -> date:
    """截至7月25日: the last day that counts; else what was given, else the end of the period."""
    for sentence in (figure.sentence, figure.sentence - 1, *_TITLE):  # the title tells it for all
        if not 0 <= sentence < len(page.sentences):
            continue
        start, end = page.sentences[sentence]
        for match in reversed(list(_UNTIL.finditer(page.text, start, min(end, figure.start)))):
            year, month = int(match[1] or period.end.year), int(match[2])
            if 1 <= month <= 12:
                last = Period.month(year, month).end
                return date(year, month, min(int(match[3]), last.day)) if match[3] and int(match[3]) else last
    return given or period.end


def _in_tables(page: Page, units: Sequence[str]) -> Iterator[tuple[Figure, str, str]]:
    """The figures of tables by unit: of which unit, and the words of their column."""
    for table in tables_of(page):
        for name, row in table.rows:
            unit = next((u for u in units if u == name.replace(" ", "")), None)
            whole = bool(re.fullmatch(r"合计|总计|全[市县区]", name.replace(" ", "")))
            if unit is None and not whole:
                continue
            for head, figure in zip(table.heads, row, strict=False):
                if figure is not None:
                    yield _as_headed(figure, head), unit or "", re.sub(r"\([^()]*\)", "", head)


def _as_headed(figure: Figure, head: str) -> Figure:
    """A bare number in a column (个), (亿元), (%) is what the head says."""
    if figure.kind != "plain":
        return figure
    scale = 10**8 if "亿元" in head else 10**4 if "万元" in head else 1
    if scale > 1:
        return replace(figure, kind="money", unit="CNY", value=figure.value * scale, scale=scale)
    if "%" in head or "率" in head:
        return replace(figure, kind="percent", unit="%")
    return replace(figure, kind="count", unit="个")
