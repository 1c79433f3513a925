"""Numbers with their units: amounts of money, counts, areas, percentages.

`find_numbers(text)` reads the folded text once and looks at what follows each number. Ranges (`6-8亿元`, `200亿-250亿元`)
are one number with a lower and an upper value; `50多亿元`, `1个亿`, `百亿元`, `2.5万亿韩元`, `五十亿元` are understood; a bare
`3亿` counts as money only where the neighbourhood speaks of money, and takes the currency of the next amount in an
enumeration (`0.7亿和0.4亿美元`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

CURRENCIES = {
    "元人民币": "CNY", "元": "CNY", "人民币": "CNY", "人民币元": "CNY", "圆": "CNY", "块钱": "CNY",
    "美元": "USD", "美金": "USD", "欧元": "EUR", "日元": "JPY", "日圆": "JPY", "港元": "HKD", "港币": "HKD", "元港币": "HKD",
    "韩元": "KRW", "韩圆": "KRW", "加元": "CAD", "加拿大元": "CAD", "加币": "CAD",
    "新台币": "TWD", "台币": "TWD", "元新台币": "TWD", "新台币元": "TWD",
    "英镑": "GBP", "澳元": "AUD", "澳大利亚元": "AUD", "新加坡元": "SGD", "新元": "SGD", "卢布": "RUB", "瑞士法郎": "CHF",
    "瑞郎": "CHF", "泰铢": "THB", "卢比": "INR", "印度卢比": "INR", "林吉特": "MYR", "越南盾": "VND", "澳门元": "MOP",
    "澳门币": "MOP", "雷亚尔": "BRL", "里亚尔": "SAR", "迪拉姆": "AED", "兰特": "ZAR",
}  # fmt: skip

_MULTIPLES = {
    "": 1.0, "百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8, "十亿": 1e9,
    "百亿": 1e10, "千亿": 1e11, "万亿": 1e12, "百万亿": 1e14, "十万亿": 1e13,
}  # fmt: skip
_MULTIPLE = "(?:百万亿|十万亿|万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千|百)"
_CURRENCY = "(?:" + "|".join(sorted(CURRENCIES, key=len, reverse=True)) + ")"
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_HANZI = "[零一二三四五六七八九十百千两]"

# what a number may be followed by, in one look: vague word, multiple, vague word, unit
_COUNTERS = (
    "个(?!亿|多亿|百分|月|工作日|小时|半月|季度|年|度|世纪|学期|星期|部分|方面|环节)|项(?!目标)|家|批次|批|场次|场|"
    "人次|次|户|名|支|位|余项|大|宗|件|条|座|只(?=(?:重大|重点|产业|工业)*项目|[,、。;]|分别)|"
    "所|处|款|类|种|组|对|期|届|轮|人|团组|万平|平米"
)
_TAIL = re.compile(
    rf" ?(?P<ge>个)?(?P<vague>余|多|几)?(?P<multiple>{_MULTIPLE})?(?P<vague2>余|多)?"
    rf"(?:(?P<currency>{_CURRENCY})(?![件素宝旦宵首帅老])|(?P<percent>%|个百分点|个点)|(?P<times>倍)|(?P<mu>亩)|(?P<hectare>公顷)|"
    rf"(?P<sqm>平方米|平方|平米|㎡|平(?![方均台衡稳板凡]))|(?P<sqkm>平方公里|平方千米|km²)|(?P<counter>{_COUNTERS}))?"
)
_COUNTER = re.compile(_COUNTERS)
_RANGE = re.compile(rf" ?(?P<multiple>{_MULTIPLE})?(?P<unit>{_CURRENCY}|亩|个|家|项)? ?(?:-|~|至|到) ?(?=\d)")
_NUMBER = re.compile(rf"(?=\d)(?<![\d.A-Za-z])(?:{_DIGITS})")
_HANZI_MONEY = re.compile(
    rf"(?=[零一二三四五六七八九十百千两万亿])(?P<digits>{_HANZI}{{1,9}}|(?=[万亿]))(?P<vague>余|多|几)?(?P<multiple>万亿|亿|万)?(?P<vague2>余|多)?(?P<currency>{_CURRENCY})"
)
_HANZI_COUNT = re.compile(
    r"(?=[一二三四五六七八九十两])(?<![第一二三四五六七八九十百千两])(?P<digits>[一二三四五六七八九十两]{1,3})(?P<counter>个|项(?!目)|家|大|场|批|次|(?=项目))"
    r"(?:(?=[^,。;!?\n]{0,12}(?:项目|企业|活动|工程))|(?<=项目[一二三四五六七八九十两][个项])|(?<=项目[一二三四五六七八九十两]{2}[个项]))"
)
_BARE_MONEY_BEFORE = re.compile(
    r"(?:投资|投入|资|产值|收入|销售|营收|税收|税|利税|利润|社零|额|金|收入约|资金|斥资|豪掷|订单|规模|价值|贷款|负债|亏损)"
    r"[^,。;]{0,6}$"
)
_BARE_MONEY_AFTER = re.compile(
    r"(?:以上|左右|以内)?(?:的)?(?:(?:产业|工业|固定资产|基础设施)?投资|资金|社零|税收|产值|项目|大单|收入)"
)
_PAID_DIRECTLY = re.compile(
    r"(?:投资|出资|斥资|注资|耗资|投入|增资|资金|引资)(?:总?额)?(?:[约达超近逾为共]|超过|大约)?$"
)
_NOT_MONEY_AFTER = re.compile(
    r"[吨只颗件千立平公斤条片套台支米份亩粒株头羽枚瓶箱册张辆部人户度方尺升kKwWmMtTGg瓦]|个|次|安时|伏安|产业(?!投资)|级"
)
_GROUP_AFTER = re.compile(r"以上|(?:级|重大|重点|产业|工业|制造业|招商)*(?:项目|企业|工程)")
_LEVEL_AFTER = re.compile(r"级|产业|俱乐部|能级|规模级")
_QUALIFIER_BEFORE = re.compile(
    r"(大约|约|(?<!不)超过|(?<!不)超|逾|突破|不低于|不少于|近|接近|将近|上|高达|达)(?:为|达)? ?$"
)
_QUALIFIER_AFTER = re.compile(r"(?:人民币)?(?:\(人民币\))?(左右|以上|上下|余|多)")
_QUALIFIERS = {
    "大约": "约", "约": "约", "左右": "约", "上下": "约", "超过": "超", "超": "超", "逾": "超", "突破": "超", "不低于": "超",
    "不少于": "超", "以上": "超", "近": "近", "接近": "近", "将近": "近", "余": "余", "多": "余", "几": "余", "上": None,
}  # fmt: skip


@dataclass(slots=True)
class Number:
    """One number. kind: money | count | percent | mu | sqm | plain. unit: currency, counter or ''.

    start, end: the surface form without qualifier; value_max: upper end of a range; full_end: with the
    qualifier after it (以上, 左右).
    """

    start: int
    end: int
    kind: str
    value: float
    unit: str = ""
    value_max: float | None = None
    qualifier: str | None = None
    full_end: int = 0
    stated: bool = True  # the currency or unit is written at this number


def hanzi_value(text: str) -> float:
    """The value of a number in Chinese digits below 10,000: 二十六 -> 26, 两百 -> 200, 百 -> 100."""
    digits = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
    scale = {"十": 10, "百": 100, "千": 1000}
    total, current = 0.0, 0.0
    if all(ch in digits for ch in text):
        return float("".join(str(digits[ch]) for ch in text))
    for ch in text:
        if ch in digits:
            current = digits[ch]
        else:
            total += (current or 1) * scale[ch]
            current = 0
    return total + current


def _scaled(value: float, multiple: str | None) -> float:
    # 9199.7 * 1e8 must be 919970000000 to the yuan, not one ten-thousandth more
    product = value * _MULTIPLES[multiple or ""]
    whole = float(round(product))
    return whole if abs(product - whole) <= 1e-9 * max(1.0, abs(whole)) else product


def _read(digits: str) -> float:
    try:
        return float(digits.replace(",", ""))
    except (ValueError, OverflowError):
        return 0.0


def find_numbers(text: str) -> list[Number]:
    """All numbers of the folded text in order."""
    found: list[Number] = []
    at = 0
    for match in _NUMBER.finditer(text):
        if match.start() < at or match.end() - match.start() > 24:
            continue
        number = _number_at(text, match)
        if number is not None:
            found.append(number)
            at = number.end
    starts, more = [n.start for n in found], []
    for number in _hanzi_numbers(text):
        before = bisect_right(starts, number.start) - 1
        if before < 0 or found[before].end <= number.start:
            more.append(number)
    found += more
    found.sort(key=lambda n: n.start)
    _inherit_currency(text, found)
    return [_settled(text, number) for number in found]


def _number_at(text: str, match: re.Match[str]) -> Number | None:
    value, start, at = _read(match[0]), match.start(), match.end()
    low_multiple: str | None = None
    low: float | None = None
    low_unit: str | None = None
    span = _RANGE.match(text, at)
    if span is not None:
        upper = _NUMBER.match(text, span.end())
        if upper is not None and (span["unit"] or span["multiple"] or _read(upper[0]) >= value):
            low, low_multiple, low_unit = value, span["multiple"], span["unit"]
            value, at = _read(upper[0]), upper.end()
    tail = _TAIL.match(text, at)
    if tail is None:
        return None
    ge, vague, multiple, vague2, currency, percent, times, mu, hectare, sqm, sqkm, counted = tail.groups()
    vague = vague or vague2
    end = tail.end()
    kind, unit = "plain", ""
    if ge and multiple and (value > 99 or _GROUP_AFTER.match(text, end)):  # 2910个亿元以上项目, 2个亿元项目
        multiple = None
    if ge and not multiple:  # 3个: a counter, not the 个 of 1个亿
        counter = _COUNTER.match(text, tail.start("ge"))
        if counter is None and not tail["multiple"]:
            return None  # 3个月
        kind, unit, end = "count", counter[0] if counter else "个", counter.end() if counter else tail.end("ge")
        vague = None
        multiple = None
    elif currency:
        kind, unit = "money", CURRENCIES[currency]
        if unit == "CNY" and text[end : end + 3] == "人民币":
            end += 3
        if text[max(0, start - 2) : start] in ("港币", "美金") or text[max(0, start - 3) : start] == "新台币":
            unit = CURRENCIES.get(
                text[max(0, start - 3) : start], CURRENCIES.get(text[max(0, start - 2) : start], unit)
            )
    elif percent:
        kind, unit = "percent", percent
    elif times:
        kind, unit = "times", "倍"
    elif mu:
        kind, unit = "mu", "亩"
    elif hectare:
        kind, unit, value = "mu", "公顷", value * 15
        low = low * 15 if low is not None else None
    elif sqm:
        kind, unit = "sqm", "平方米"
    elif counted == "项" and multiple in ("亿", "百亿", "千亿") and text.startswith("目", end):
        kind, unit, end = "money?", "", end - 1  # 超10亿项目27个
    elif sqkm:
        kind, unit = "plain", "平方公里"
    elif counted:
        kind, unit = "count", counted
    elif multiple in ("亿", "万亿", "千亿", "百亿"):
        kind, unit = "money?", ""
    elif multiple in ("万", "千万", "百万") and _PAID_DIRECTLY.search(text, max(0, start - 8), start):
        kind, unit = "money?", ""  # 投资8000万实施某某改造
    else:
        end = at
    if kind == "money?" and text[start - 2 : start] in ("美元", "欧元", "日元", "港元"):
        kind, unit = "money", CURRENCIES[text[start - 2 : start]]  # 外币美元6.5亿、欧元10亿
    number = Number(start, end, kind, _scaled(value, multiple), unit, full_end=end, stated=kind != "money?")
    if low is not None:
        number.value_max = number.value
        number.value = _scaled(low, low_multiple or multiple)
        if number.value > number.value_max:  # 2011-12亿元: not a range
            number.value_max = None
            number.value = _scaled(low, low_multiple or multiple)
        elif low_unit and kind not in ("money", "mu", "count"):
            number.value_max = None
    if vague:
        number.qualifier = "余"
    return number


def _hanzi_numbers(text: str) -> list[Number]:
    found = []
    for match in _HANZI_MONEY.finditer(text):
        digits = match["digits"]
        if not digits and not match["multiple"]:
            continue
        if not digits and (match["multiple"] != "万亿" or text[match.start() - 1 : match.start()] in "个数几"):
            continue  # 亿元以上 has no numeral
        if match["currency"] in ("元", "圆") and not match["multiple"] and digits[-1] not in "百千":
            continue  # 一元, 多元, 单元
        if _LEVEL_AFTER.match(text, match.end()):
            continue
        value = _scaled(hanzi_value(digits) if digits else 1.0, match["multiple"])
        if value < 100:
            continue
        found.append(
            Number(match.start(), match.end(), "money", value, CURRENCIES[match["currency"]], full_end=match.end())
        )
    for match in _HANZI_COUNT.finditer(text):
        value = hanzi_value(match["digits"])
        if value >= 2:
            found.append(
                Number(match.start(), match.end(), "count", value, match["counter"] or "个", full_end=match.end())
            )
    return found


_ENUMERATED = re.compile(r"[和、与及]|(?:以上)?[、,]?")


def _inherit_currency(text: str, numbers: list[Number]) -> None:
    """A bare 亿 takes the currency of the next amount in an enumeration, else the neighbourhood decides."""
    following: Number | None = None
    for number in reversed(numbers):
        if number.kind == "money?":
            between = text[number.end : following.start] if following else ""
            if following and following.kind == "money" and _ENUMERATED.fullmatch(between):
                number.kind, number.unit = "money", following.unit
            elif (
                not _NOT_MONEY_AFTER.match(text, number.end)
                and (
                    _BARE_MONEY_BEFORE.search(text, max(0, number.start - 16), number.start)
                    or _BARE_MONEY_AFTER.match(text, number.end)
                )
                and text[number.end : number.end + 1] not in ("千", "吨")
            ):
                number.kind, number.unit = "money", "CNY"
            else:
                number.kind = "plain"
        following = number


def _settled(text: str, number: Number) -> Number:
    """The number with its qualifier and the end behind it."""
    after = _QUALIFIER_AFTER.match(text, number.end)
    before = _QUALIFIER_BEFORE.search(text, max(0, number.start - 5), number.start)
    if after is not None:
        number.full_end = after.end()
        number.qualifier = _QUALIFIERS[after[1]]
    if before is not None and _QUALIFIERS.get(before[1]):
        number.qualifier = _QUALIFIERS[before[1]]
    if number.kind == "money" and _LEVEL_AFTER.match(text, number.end):
        number.kind = "level"  # 千亿元级, 万亿元产业
    return number
