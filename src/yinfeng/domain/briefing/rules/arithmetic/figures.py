"""The figures of a text with every digit as it is printed.

Amounts are exact; what was printed with decimals stands for all the values that round to it, and what is said with
约, 余, 近 or as a threshold (5亿元以上) stands for none: no sum is checked against it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import cast

_SCALE = {
    "": 1, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8, "十亿": 10**9,
    "百亿": 10**10, "千亿": 10**11, "万亿": 10**12,
}  # fmt: skip
_CURRENCY = {
    "元": "CNY", "人民币": "CNY", "元人民币": "CNY", "美元": "USD", "美金": "USD", "欧元": "EUR", "港元": "HKD", "港币": "HKD",
    "日元": "JPY", "韩元": "KRW", "英镑": "GBP", "新台币": "TWD",
}  # fmt: skip
_COUNTER = {
    "个": "个", "项": "个", "宗": "个", "家": "家", "户": "家", "人次": "人次", "人": "人", "名": "人", "批次": "批", "批": "批",
    "场次": "场", "场": "场", "次": "次", "条": "条", "件": "件", "笔": "笔", "份": "份", "支": "支", "座": "座", "处": "处",
    "天": "天", "亩": "亩", "公顷": "公顷", "平方米": "平方米", "吨": "吨", "台": "台", "套": "套", "分": "分", "只": "只",
    "辆": "辆", "组": "组", "期": "期", "类": "类", "种": "种", "对": "对", "所": "所", "栋": "栋", "幢": "幢", "片": "片",
    "团组": "团组", "宗地": "宗地", "千米": "千米", "公里": "公里", "平方公里": "平方公里", "吨标准煤": "吨标准煤",
    "千瓦时": "千瓦时", "度": "度", "个工作日": "工作日", "小时": "小时", "个月": "月", "位次": "位次",
}  # fmt: skip
_NUMBER = re.compile(r"(?<![\d.A-Za-z])(?:\d{1,3}(?:[,٬]\d{3})+|\d+)(?:\.\d+)?(?![\d])")
_TAIL = re.compile(
    r" ?(?P<vague>余|多|几|来)?"
    r"(?P<scale>万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千(?!米|瓦)|百(?!分))?(?P<vague2>余|多)?"
    r"(?:(?P<percent>%|％)|(?P<points>个?百分点)|(?P<times>倍)"
    rf"|(?P<money>{'|'.join(sorted(_CURRENCY, key=len, reverse=True))})(?!/)"
    rf"|(?P<counter>{'|'.join(sorted(_COUNTER, key=len, reverse=True))}))?"
)
_BARE_YI = re.compile(r"亿$")
_NOT_A_FIGURE = re.compile(r"年(?!均)|月(?!均)|日(?!均)|时(?!序)|号|届|级|版|楼|路|强|℃|[A-Za-z+]|岁|代|省|比")
_NO_COUNT = re.compile("亿|月|工作日|小时|季")
_AFTER = re.compile(r"(?:\([含]?\))?(?:\(含\))?(?:及其?|\(含\))?(?:以上|以下|以内|左右|上下)")
_BEFORE = re.compile(
    r"(?:大约|(?<![签履合预节集违邀条])约|近|超过|超|逾|突破|不低于|不少于|不超过|至少|最多|接近|将近|高达?于|力争|争取)(?:为|达到?|了)?$"
)
_ABOUT = re.compile(r"(?:大约|约)(?:为|达到?|占)?$")
_RANGE = re.compile(r" ?(?:-|~|至|到) ?\d")
_RANK = re.compile(r"第 ?$")


_SET = "目标|任务|计划数|年度计划|预算"  # what is set and not measured is told exactly


@dataclass(slots=True)
class Figure:
    """One printed figure. ``value`` in base units (yuan, single pieces, a percentage as its number: 61.9 → 61.9);
    ``places`` printed decimals and ``scale`` of the last unit (亿 = 10**8); ``kind``: money, count, percent, points,
    times, rank, plain; ``unit``: currency or counter. ``vague``: said with 约, 余, 近 or as a threshold."""

    start: int
    end: int
    number_end: int
    value: Fraction
    places: int
    scale: int
    kind: str
    unit: str = ""
    vague: bool = False
    threshold: bool = False
    label: str = ""  # the words before it, from the last mark or figure on
    tail: str = ""  # the words after it, up to the next mark or figure
    depth: int = 0  # brackets around it
    sentence: int = 0
    clause: int = 0
    paragraph: int = 0
    marks: frozenset[str] = field(default_factory=frozenset)

    @property
    def step(self) -> Fraction:
        """One unit of the last printed digit."""
        return Fraction(self.scale, cast("int", 10**self.places))

    @property
    def counts(self) -> bool:
        """Whether it is told by the piece, so that it is exact."""
        return self.kind in ("count", "rank", "plain") and self.places == 0 and self.scale == 1

    @property
    def exact(self) -> bool:
        if self.counts:
            return True
        if self.kind in ("money", "count", "plain") and self.places == 0:
            digits = self.value / self.scale
            return bool(digits % 10 == 0 or re.search(_SET, self.label))
        return self.kind == "money" and self.places <= 2 and bool(re.search(_SET, self.label))

    @property
    def low(self) -> Fraction:
        return self.value if self.exact else self.value - self.step / 2

    @property
    def high(self) -> Fraction:
        return self.value if self.exact else self.value + self.step / 2

    def like(self, other: Figure) -> bool:
        """Whether the two may be added or compared."""
        return self.kind == other.kind and self.unit == other.unit


def scan(text: str) -> list[Figure]:
    """The figures of a folded text in order, without years, dates, ranges, and numbers that are names (500强)."""
    found: list[Figure] = []
    barred = -1
    for match in _NUMBER.finditer(text):
        if match.start() < barred or match.end() - match.start() > 20:
            continue
        spread = _RANGE.match(text, match.end()) or _range_with_unit(text, match.end())
        figure = _figure(text, match)
        if spread is not None:
            after = _NUMBER.match(text, spread.end() - 1)
            barred = after.end() if after else spread.end()
            continue
        if figure is not None:
            found.append(figure)
    _inherit(text, found)
    return found


def _range_with_unit(text: str, at: int) -> re.Match[str] | None:
    return _SPREAD.match(text, at)


_SPREAD = re.compile(
    r"(?:亿|万|千万)?(?:元|美元|%|个|亩|天) ?(?:-|~) ?\d"
    r"|(?:亿|万|千万)?(?:元|美元|亩)?(?:\(不?含[^()]{0,4}\)|以上) ?(?:-+|~|至|到) ?\d"
    r"|(?:亿|万)元?(?:至|到) ?\d(?=[\d.]*(?:亿|万))"
)


def _figure(text: str, match: re.Match[str]) -> Figure | None:
    start, digits_end = match.start(), match.end()
    printed = re.sub("[,٬]", "", match[0])
    negative = text[start - 1 : start] == "-" and not re.match(
        r"[\d月日年A-Za-z]", text[max(0, start - 2) : start - 1] or " "
    )
    value = Fraction(printed) * (-1 if negative else 1)
    places = len(printed.partition(".")[2])
    if _RANK.search(text, max(0, start - 2), start):
        ends = re.compile(r"[位名]").match(text, digits_end)
        return Figure(start, digits_end, digits_end, value, 0, 1, "rank", "位") if ends else None
    tail = _TAIL.match(text, digits_end)
    if tail is None:
        return None
    scale = _SCALE[tail["scale"] or ""]
    kind, unit, end = "plain", "", digits_end
    if tail["percent"]:
        kind, unit, end = "percent", "%", tail.end()
        if text[end : end + 2] in ("个点",):
            kind = "points"
    elif tail["points"]:
        kind, unit, end = "points", "pp", tail.end()
    elif tail["times"]:
        kind, unit, end = "times", "x", tail.end()
    elif tail["money"]:
        kind, unit, end = "money", _CURRENCY[tail["money"]], tail.end()
    elif tail["counter"] and not (tail["counter"] == "期" and not tail["scale"]):
        kind, unit, end = "count", _COUNTER[tail["counter"]], tail.end()
        if kind == "count" and tail["counter"] == "个" and _NO_COUNT.match(text, end):
            return None
        if tail["counter"] in ("类", "期", "度", "对") and not text[end : end + 2].strip():
            kind = "count"
    elif tail["scale"] in ("亿", "万亿", "千亿", "百亿", "十亿"):
        kind, unit, end = "money?", "", tail.end()
    elif tail["scale"]:
        scale = 1 if not tail["scale"] else scale
        end = tail.end()
    if kind == "plain":
        if _NOT_A_FIGURE.match(text, end) or re.search(r"[A-Za-z+×]$", text[max(0, start - 1) : start]):
            return None
        if re.fullmatch(r"(?:19|20)\d\d", printed):
            return None
    vague = bool(tail["vague"] or tail["vague2"])
    threshold = False
    after = _AFTER.match(text, end)
    if after is not None:
        vague = True
        threshold = after[0].endswith(("以上", "以下", "以内"))
        end_all = after.end()
    else:
        end_all = end
    if _BEFORE.search(text, max(0, start - 6), start - (1 if negative else 0)):
        vague = True
    return Figure(
        start - (1 if negative else 0), end_all if threshold else end, digits_end, value * scale, places, scale, kind, unit,
        vague, threshold,
    )  # fmt: skip


def _inherit(text: str, found: list[Figure]) -> None:
    """A bare 亿 is money, in the currency of the next amount of the enumeration."""
    following: Figure | None = None
    for figure in reversed(found):
        if figure.kind == "money?":
            figure.kind = "money"
            near = following is not None and following.kind == "money" and following.start - figure.end <= 3
            figure.unit = following.unit if near and following is not None else "CNY"
            if re.match(r"[吨只颗件千立平公斤条片套台支米份粒株头羽枚瓶]", text[figure.end : figure.end + 1]):
                figure.kind, figure.unit = "count", text[figure.end : figure.end + 1]
        following = figure
