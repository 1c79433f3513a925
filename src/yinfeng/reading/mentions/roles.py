"""What an amount of money is: its role by the words before (and sometimes behind) it."""

from __future__ import annotations

import re

from ..lexicon import Tag, word_set
from .numbers import Number
from .page import Page, Word

_LINK = re.compile(
    # longest first and possessive: no way back, so no input makes it slow
    "(?:" + "|".join(sorted(word_set("links"), key=len, reverse=True)) + r"|\d{4}年|[() ])*+"
)
_AFTER = re.compile(
    r"(?:以上|左右|余|多)?(?:人民币|\(人民币\))?(?:的)?(?:巨资|资金)?"
    r"(?P<what>订单|大单|投资(?!建|兴|打|者|商)|固定资产投资|外来直接投资|增资|产值|税收|社零|外资|贷款|基金)"
)


_DIGIT = re.compile(r"\d")


_DIGIT_OR_LIST = re.compile(r"[\d、]")


_MEANT = re.compile(r"拟|将|投|计划|合计|共|斥|增资|追加")


def role_of(page: Page, number: Number, floor: int) -> tuple[str, Word | None]:
    """(role, the word that gives it). Roles: invest, output, tax, profit, paid, fdi, fai, trade, fund, plan, threshold, ''.

    The nearest measure word before the amount in its clause counts if only linking words stand between them.
    """
    work = page.work
    if is_threshold(work, number):
        return "threshold", None
    if work.startswith(("/亩", "每亩", "/平方米"), number.full_end):
        return "rate", None  # 投资强度330万元每亩
    clause = page.clause_start(number.start, floor)
    if clause == number.start and work[clause - 1 : clause] == ":":  # 总投资:15亿元
        told = page.words_in(max(floor, clause - 8), clause - 1)
        if told and told[-1].end == clause - 1 and told[-1].entry.tags & Tag.MEASURE:
            return told[-1].entry.measure or "", told[-1]
    if work[clause : number.start] in ("分别为", "分别达", "分别达到", "分别是", "分别"):
        clause = max(floor, clause - 1)  # A、B、C到位资金居前三位,分别为…
        clause = page.clause_start(clause, floor)
        told = [w for w in page.words_in(clause, number.start) if w.entry.tags & Tag.MEASURE]
        if told:
            return told[-1].entry.measure or "", told[-1]
    words = page.words_in(max(clause, number.start - 40), number.start)
    for word in reversed(words):
        if not word.entry.tags & Tag.MEASURE:
            continue
        between = work[word.end : number.start]
        role = word.entry.measure or ""
        if word.entry.word in _BARE_SIZE:
            owner = [w for w in words if w.end == word.start and w.entry.tags & Tag.MEASURE]
            role = (owner[-1].entry.measure or "") if owner else role  # 外贸进出口 + 总额
        if _LINK.fullmatch(between):
            return role, word
        if role in ("fdi", "paid", "fai") and len(between) <= 12 and not _DIGIT.search(between):
            return role, word
        if role == "invest" and len(between) <= 8 and not _DIGIT_OR_LIST.search(between):
            return role, word
        break
    if _THEN_BUILD.match(work, number.end) and _MEANT.search(work[max(clause, number.start - 8) : number.start]):
        return "invest", None
    after = _AFTER.match(work, number.end)
    if after:
        what = after["what"]
        return {
            "订单": "trade", "大单": "trade", "投资": "invest", "增资": "invest", "固定资产投资": "fai", "外来直接投资": "fdi",
            "产值": "output", "税收": "tax", "社零": "trade", "外资": "fdi", "贷款": "fund", "基金": "fund",
        }[what], None  # fmt: skip
    return "", None


_BARE_SIZE = frozenset(("总额", "总金额", "金额", "规模", "总规模", "总值"))
_THEN_BUILD = re.compile(r"(?:人民币)?(?:投建|投资建设|建设|兴建|打造|扩建|新建)")
_THRESHOLD_AFTER = re.compile(
    r"(?:\(含\))?(?:以上|及以上|以下)(?:的)?(?:重大|重点|优质|产业|工业|制造业|招商引资|先进|新|大|亿元)*"
    r"(?:项目|产业项目|制造业|企业|工程)"
)


_OVER_SO_MANY = re.compile(r"(?:及)?以上(?:\(含\))?的?\d+[个项家]")
_SO_MANY = re.compile(r"元?(?:以上|及以上)?的(?:项目)?(?:有|达|共)\d+[个项家]")
_OVER_WHAT = re.compile(r"(?:的)?(?:投资|产业|工业|制造业|重大|招商|外资|外商|内资|合作|优质|大|好)*项目")
_ALL_OVER = re.compile(r"均(?:在|为|超过?)$")
_AND_MORE = re.compile(r"(?:\(含\))?(?:及)?以上[^,。;\d]{0,10}项目")


def is_threshold(work: str, number: Number) -> bool:
    """亿元以上项目, 5000万元以上招商引资项目: the amount bounds a group."""
    start, end = number.start, number.end
    if work[end : end + 1] in "的以及" and _SO_MANY.match(work, end, end + 16):
        return True  # 总投资超过10亿元的有3个
    if work[start - 1 : start] in ("超", "过", "上") and _OVER_WHAT.match(work, end, end + 12):
        return True
    if work[end : end + 1] not in ("以", "及", "("):
        return False
    if _OVER_SO_MANY.match(work, end, end + 8):
        return True  # 其中投资5亿元以上43个
    if _THRESHOLD_AFTER.match(work, end) or _AND_MORE.match(work, end, end + 14):
        return True
    return bool(_ALL_OVER.search(work, max(0, start - 3), start)) and work[end : end + 2] == "以上"
