"""The trade's words around figures: what a figure is a share of, a base, a change, a part of a whole."""

from __future__ import annotations

import re

from .figures import Figure
from .page import Page

_BRACKETS = re.compile(r"\([^()]*\)")
_WORDS = re.compile(r"[一-龥](?<![个家项万亿元批次条人名天亩场户件])")
_CUT = re.compile(r"[,;:、。!?\n]")

CHANGE_UP = "增长|增加|上升|提高|提升|增幅|增速|净增|扩大|多增|增"
CHANGE_DOWN = "负增长|下降|减少|降低|回落|降幅|下滑|收窄|减|少"
_CHANGE_END = re.compile(rf"(?:{CHANGE_DOWN}|{CHANGE_UP}|多|少)(?:了|为|达到?|幅度为|率为|率达?到?|率|约|近|超)*$")
_UPTO = re.compile(r"(?:增|加|长|升|高|大|降|少|落|跌|发展|减)(?:加|长|升|高|少|低)?(?:至|到|为)了?$")
_FROM = re.compile(r"(?:由|从)[^,;\d]{0,16}$")
_OF_BASE = re.compile(
    r"(?:同期|上年|去年|上月|上季度?|上期|上周|前年|年初|上一年|基数)(?:末|底|同期|全年|同月|的|为|是|仅|只有|共|签约|开工|完成|实现|达|到位|数|项目)*$"
    r"|同期[^,]{0,10}$"
)
_COMPARED = re.compile(r"同比|环比|较|比|相比|净增|增长|下降|同期|上年|去年|上月|上周|上季|上期")
DEEDS = re.compile("签约|开工|注册|落地|投产|入库|供地|到位|到资|竣工|入统|完成|转化|洽谈|在建|引进|拜访|接待|办结")
PIECES = ("个", "家", "份", "件", "批", "条")  # of what firms, contracts and projects are counted in
_TOPICS = (
    "产值|总产值", "税收|纳税|税金|利税", "销售|营收|营业收入|收入|贸易额|零售|社零",
    "投资|引资|合同额|协议额|签约额|签约金额", "到位|到资|实际使用|实际利用",
    "利润", "面积|用地|占地|供地", "就业|岗位|用工", "贷款|融资|授信", "产能|年产", "出口|进口|外贸",
)  # fmt: skip


def akin(a: Figure, b: Figure) -> bool:
    """Of one unit, or both counted in pieces of whatever is counted."""
    return a.like(b) or (a.kind == b.kind == "count" and a.unit in PIECES and b.unit in PIECES)


def lead(page: Page, figure: Figure, cut: str | None = None) -> str:
    """The words before a figure from the last mark on, with what stands in brackets left out."""
    start, _end = page.sentences[figure.sentence]
    before = page.text[start : figure.start]
    if figure.depth:
        inner = before[before.rfind("(") + 1 :]
        # 上年同期(46个、210亿元): what stands alone in brackets is told by the words before them
        before = before[: before.rfind("(")] if not _WORDS.search(inner) else inner
    before = _BRACKETS.sub("", before)
    marks = list(_CUT.finditer(before))
    return before[marks[-1].end() if marks else 0 :].replace(" ", "")


def is_delta(page: Page, figure: Figure) -> bool:
    """同比增加12个: how much more or less, not how much."""
    words = lead(page, figure)
    if _UPTO.search(words) or not _CHANGE_END.search(words):
        return False
    return bool(_COMPARED.search(words) or _COMPARED.search(page.sentence_of(figure)))


def base_sentence(page: Page, number: int) -> bool:
    """去年同期签约30个，总投资436.5亿元。A sentence that tells nothing but bases."""
    if number < 0:
        return False
    text = page.text[page.sentences[number][0] : page.sentences[number][1]]
    return bool(
        re.match(r" ?(?:据[^,]{1,4},|而)?(?:去年|上年|上季度?|上月|上期)[^,;]{0,8}(?:同期|全年|同月|集中|,)", text)
    ) and not re.search("今年|本期|本次|本月|增长|增加|下降|同比", text)


def is_base(page: Page, figure: Figure) -> bool:
    """上年同期46个, 由46个: what something is compared with."""
    if is_delta(page, figure):
        return False
    if base_sentence(page, figure.sentence):
        return True
    words = lead(page, figure)
    if _UPTO.search(words):
        return False
    if _FROM.search(words) or _is_told_beside(page, figure) or _of_earlier_year(page, figure, words):
        return True
    if figure.tail.startswith("项目") and re.search("(?:签约|引进|落户|开工)的$", words):
        return False  # 去年签约的120个项目中: what is spoken of, and no base
    return bool(_OF_BASE.search(words)) or bool(
        re.search(r"(?:较|比|与)[^,]{0,12}(?:的)?$", words) and figure.kind != "percent"
    )


_BESIDE = re.compile(
    r"(?:(?:19|20)\d\d年)?(?:\d{1,2}月份?|(?:上|去)(?:年|月|周|季度?|期)(?:同期|同月)?|同期|基期|[一二三四]季度|上半年)(?:为|是|仅)?:?$"
)


def _of_earlier_year(page: Page, figure: Figure, words: str) -> bool:
    """2024年收入412.6亿元，2023年为338.2亿元."""
    year = re.fullmatch(r"((?:19|20)\d\d)年(?:度|全年|同期)?(?:为|是|仅为|只有|有)", words)
    if year is None:
        return False
    told = page.text[page.sentences[figure.sentence][0] : figure.start]
    return any(int(other) > int(year[1]) for other in re.findall(r"((?:19|20)\d\d)年", told))


def _is_told_beside(page: Page, figure: Figure) -> bool:
    """环比增加4个（10月：19个）: what a change is counted from stands in the brackets behind it."""
    if not figure.depth:
        return False
    start, _end = page.sentences[figure.sentence]
    before = page.text[start : figure.start]
    at = before.rfind("(")
    inner = before[at + 1 :].replace(" ", "")
    if not _BESIDE.match(inner):
        return False
    changed = re.search(rf"(?:{CHANGE_DOWN}|{CHANGE_UP}|多|少)[^,;。]{{0,14}}$", before[:at])
    return changed is not None or bool(re.match("上|去|同期|基期", inner))


def is_upto(page: Page, figure: Figure) -> bool:
    """增至58个."""
    return bool(_UPTO.search(lead(page, figure)))


def is_target(page: Page, figure: Figure) -> bool:
    words = lead(page, figure) + figure.tail[:8]
    return bool(re.search("目标|任务|计划数|年度计划|全年计划|占计划|考核数|应(?:开工|完成|供|到|建|投|办|签)", words))


def falls(words: str) -> bool:
    """Whether the words before a change say that it went down."""
    tail = words[-12:]
    down = max((m.start() for m in re.finditer(CHANGE_DOWN.replace("|减|少", "|减|少于|少"), tail)), default=-1)
    up = max((m.start() for m in re.finditer("增长|增加|上升|提高|提升|增幅|扩大|多", tail)), default=-1)
    return down >= 0 and (down > up or "负增长" in tail)


def topics(page: Page, figure: Figure) -> frozenset[int]:
    """Of what an amount is: investment, tax, output …"""
    words = figure.label + figure.tail[:6]
    return frozenset(n for n, pattern in enumerate(_TOPICS) if re.search(pattern, words))


def comparable(page: Page, a: Figure, b: Figure) -> bool:
    """Whether two figures are told in one unit, of one thing as far as the words say, both as exact as printed."""
    if not a.like(b) or a.vague or b.vague or a.kind not in ("count", "money", "plain"):
        return False
    if a.kind == "money":
        x, y = topics(page, a), topics(page, b)
        return not (x and y and not x & y)
    return True


def is_band(page: Page, figure: Figure) -> bool:
    """A count of projects above or below a size."""
    for other in page.figures:
        if other.threshold and 0 <= figure.start - other.end <= 14:
            return not _CUT.search(page.text[other.end : figure.start])
    return bool(
        re.search(r"[十百千]亿(?:元)?(?:级|以上)|亿元(?:以上|及以上|\(含\)以上)|(?:超|过)[十百千]?亿", figure.label)
    )


def external(page: Page, figure: Figure) -> bool:
    """Whether the sentence says that its base is not the one printed."""
    return bool(re.search("剔除|扣除|不含|可比口径|可比价|同口径|调整后", page.sentence_of(figure)))


def told_of(words: str) -> str:
    """Whether a change or a share is of money or of pieces, as its own words say."""
    if re.search("投资|额|资金|引资|外资|税|产值|收入|到位", words):
        return "money"
    return "count" if re.search("项目数|个数|数量|家数|批次|户数|宗数", words) else ""
