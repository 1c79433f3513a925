"""Averages and unit prices: 平均每个1.2亿元, 投资强度423万元/亩, 每个100万元共20个合计2000万元."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from yinfeng.reading.mentions.numbers import hanzi_value

from .figures import Figure
from .page import Page
from .relation import Binding, Relation, judge, quotient, shown
from .wholes import one_digit_off
from .words import comparable, is_base, is_delta, lead

_MEAN = re.compile(r"(?:平均|户均|均|人均|单体|亩均|月均|每亩|投资强度|单个项目)[^,;。]{0,10}$")
_PER = (
    ("月均|每个?月", ("月",)), ("亩均|每亩|强度", ("亩",)), ("人均|每人", ("人",)), ("户均|家均|每家|每户", ("家", "个")),
    ("每个(?!月)|单体|单个|个均|项目", ("个", "份")),
    ("天均|日均|每天", ("天",)), ("场均|每场", ("场",)), ("批均|每批", ("批",)),
)  # fmt: skip
_OF_ALL = re.compile(r"平均(?:每个|单个|单体)?(?:项目|协议|合同|总?投资额?|规模|体量|金额|额)*(?:为|达|约)?$")
_NOT = re.compile(r"年均|增长|同比|税收|产值|增收|收入|能耗|增加值|以上|不低于|每[万亿]")


def averages(page: Page) -> Iterator[Relation]:
    for figure in page.figures:
        if figure.kind not in ("money", "plain", "count") or figure.vague:
            continue
        words = lead(page, figure)
        found = _of_scores(page, figure, words) or _all_scores(page, figure, words)
        if found is not None:
            yield found
            continue
        if _MEAN.search(words) and not _NOT.search(words):
            found = _mean(page, figure, words)
        elif re.search(r"(?:合计|共计|总计|总额|共)[^,;]{0,4}$", words) and figure.kind == "money":
            found = _product(page, figure)
        if found is not None:
            yield found


def _of_scores(page: Page, claim: Figure, words: str) -> Relation | None:
    """四个专班平均得分90.5分，最高分与最低分相差10.6分: of the scores told before, where they are as many as is said."""
    mean, gap = (
        re.search("平均(?:得分|分)?(?:为|达)?$", words),
        re.search("最高[^,]{0,4}最低[^,]{0,4}(?:相差|差距|差)(?:为|达)?$", words),
    )
    if claim.unit != "分" or not (mean or gap):
        return None
    scores = [f for f in page.back(claim, 1) if f.kind == "count" and f.unit == "分" and not f.vague]
    scores = [f for f in scores if not re.search("平均|最高|最低|满分|相差|总分", lead(page, f))]
    if len(scores) < 2:
        return None
    if gap:
        high, low = max(scores, key=lambda f: f.value), min(scores, key=lambda f: f.value)
        value = high.value - low.value
        formula = f"{shown(page, high)} − {shown(page, low)}"
        return judge(page, "difference", claim, [Binding((high, low), value, value, value, formula)])
    stated = re.search(r"([两二三四五六七八九十]|\d+)个", words)
    told = stated and (int(stated[1]) if stated[1].isdigit() else hanzi_value(stated[1]))
    value = sum((f.value for f in scores), Fraction(0)) / len(scores)
    formula = f"({' + '.join(shown(page, f) for f in reversed(scores))}) ÷ {len(scores)}"
    made = [Binding(tuple(reversed(scores)), value, value, value, formula)]
    return judge(page, "average", claim, made if told == len(scores) else [], made)


_SCORED = re.compile("(?:得分|得|评分|扣分|加分)(?:为|是)?$")


def _all_scores(page: Page, total: Figure, words: str) -> Relation | None:
    """1.到位资金：得分26.25分。2.外资：得分16.40分。……合计得分42.65分: the scores of one unit, line by line."""
    if total.unit != "分" or not re.match("(?:合计|总计|综合|总|最终)(?:得|评)?分?(?:为|是)?$", words):
        return None
    if page.text[page.sentences[total.sentence][0] : total.start].count(",") or total.depth:
        return None
    scores: list[Figure] = []
    for figure in page.before(total):
        if figure.unit != "分" or figure.vague:
            continue
        if re.search("合计|总分|满分|综合得分", lead(page, figure)):
            break
        told = page.text[page.sentences[figure.sentence][0] : figure.start]
        if not figure.depth and (told.endswith("=") or _SCORED.search(lead(page, figure))):
            scores.append(figure)
    if not 2 <= len(scores) <= 12:
        return None
    scores.reverse()
    value = sum((f.value for f in scores), Fraction(0))
    made = [Binding(tuple(scores), value, value, value, " + ".join(shown(page, f) for f in scores))]
    near = len(str(int(value / total.step))) > 2
    return judge(page, "sum", total, made if near and one_digit_off(total, scores) else [], made)


def _mean(page: Page, claim: Figure, words: str) -> Relation | None:
    land = bool(re.search("亩均|每亩|强度", words))
    before = [f for f in page.back(claim, 0) if not f.vague and f.value > 0 and not is_delta(page, f)]
    before = [f for f in before if "均" not in lead(page, f)]
    units = next((u for word, u in _PER if re.search(word, words)), ("个", "家", "人"))
    if claim.unit in ("天", "小时", "工作日"):
        return None  # 平均用时从96天压到60天: of what happened, and not of what is told
    money = [f for f in before if f.kind == "money" and (f.unit == claim.unit or claim.kind != "money")]
    pieces = [f for f in before if f.kind == "count" and f.unit in units and (land or f.places == 0)]
    if not money:
        money = [f for f in before if f.kind == "count" and f.unit in (claim.unit, f"{claim.unit}次")]
    made = []
    for whole in money:
        for piece in pieces:
            if piece is not whole and not (whole.kind == "count" and whole.unit == piece.unit):
                one = quotient(whole, piece, f"{shown(page, whole)} ÷ {shown(page, piece)}")
                if one is not None:
                    made.append(one)
    sure = len(money) == 1 and len(pieces) == 1
    if not pieces and len(money) == 1 and not land and re.search("户均|平均|个均|单个|单体", words):
        # 新签约21个，7、8、9月分别签约6个、8个、7个。总投资109.2亿元，户均5.20亿元: the count is that of the sentence before
        near = [
            f for f in page.back(claim, 1) if f.kind == "count" and f.unit in units and f.places == 0 and not f.vague
        ]
        near = [f for f in near if f.sentence == claim.sentence - 1 and not is_delta(page, f) and not is_base(page, f)]
        near.reverse()
        made = [m for f in near if (m := quotient(money[0], f, f"{shown(page, money[0])} ÷ {shown(page, f)}"))]
        sure = bool(made) and near[0].value == max(f.value for f in near)
    if not money and claim.kind == "money" and len(pieces) == 1:  # the total stands above
        above = [
            f
            for f in page.figures
            if f.end < claim.start and f.unit == claim.unit and "总投资" in lead(page, f) and not f.vague
        ]
        made = [m for f in above if (m := quotient(f, pieces[0], f"{shown(page, f)} ÷ {shown(page, pieces[0])}"))]
        sure = len(above) == 1
    elif not sure and claim.kind == "money" and _OF_ALL.search(words) and not before:
        head = _headline(page, claim)
        if head is not None:
            made, sure = [head, *made], True
    of_then = re.search("[由从]$", words)  # 平均投资额由5.12亿元提高到6.83亿元: the first is that of the base
    return judge(page, "average", claim, made[:1] if sure and not of_then else [], made)


def _headline(page: Page, claim: Figure) -> Binding | None:
    """共签约项目22个，总投资318.64亿元: what the text began with."""
    above = [f for f in page.figures if f.end < claim.start and not f.vague]
    first = next((f for f in above if f.kind == "count" and f.unit == "个"), None)
    whole = next((f for f in above if f.kind == "money" and f.unit == claim.unit), None)
    if (
        first is None
        or whole is None
        or first.sentence != whole.sentence
        or not re.search("投资|合同|协议|总额|引资", lead(page, whole))
    ):
        return None
    return quotient(whole, first, f"{shown(page, whole)} ÷ {shown(page, first)}")


def _product(page: Page, claim: Figure) -> Relation | None:
    """每个100万元，共20个，合计2000万元."""
    before = [f for f in page.back(claim) if not f.vague]
    each = [
        f
        for f in before
        if f.kind == "money" and f.unit == claim.unit and re.search(r"每[一-龥]{1,4}|单价|各", lead(page, f))
    ]
    pieces = [f for f in before if f.kind == "count" and f.places == 0]
    if (
        len(each) != 1
        or not pieces
        or len([f for f in before if comparable(page, f, claim) and not is_delta(page, f)]) > 1
    ):
        return None
    made = [
        Binding(
            (each[0], p), each[0].value * p.value, each[0].low * p.low, each[0].high * p.high,
            f"{shown(page, each[0])} × {shown(page, p)}",
        )
        for p in pieces
    ]  # fmt: skip
    return judge(page, "product", claim, made[:1] if len(pieces) == 1 else [], made)
