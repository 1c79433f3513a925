"""Which two figures a claim is computed from: every pair near it, weighed by how far off it stands, by the words it shares
with the claim, and by whether it is a target, a base, a change."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from .figures import Figure
from .page import Page
from .shares import rated
from .words import DEEDS, PIECES, akin, is_base, is_delta, is_target, lead, told_of

_FAR = 7.0  # what stands so far off is called by its name, or not at all
_NEAR = 3  # sentences back
_LOOKED_UP = 80  # figures above that may be called by their name
_POOL = 14  # figures before a claim that are looked at

_SHARE = re.compile(
    r"占(?P<of>.{0,14})$|(?P<total>(?:[一-龥]{0,4}总[额数量]|全部[一-龥]{0,6})的)$|(?P<bare>(?:比重|份额|比例|集中度).{0,3})$"
)
_COMPLETION = re.compile(r"完成|目标|任务|计划|执行")
_RATE = re.compile(r"(?P<stem>[^,]{0,8})率(?:为|达到?|是|约|均为|已达|只有|仅为?|高达)*$")
_GROWTH = re.compile(
    r"(?:增长|增加|上升|提高|提升|增幅|增速|涨幅|下降|减少|降低|回落|降幅|缩短|压缩|同比|环比|比[^,]{1,6}|\+)(?:了|为|达到?|约|至|近|超)*$"
)
_FALL = re.compile(r"下降|减少|降低|回落|降幅|缩短|压缩|下滑|负")
_NO_RATIO = re.compile(r"各占$|应(?:完成|达到?)$|低于$|高于$|不足$|(?:持股|出资|股权|配比)[^,]{0,2}$")
_MEAN = re.compile(r"均|强度|每(?![万亿])[一-龥]")
_ALL = re.compile(r"(?:累计|合计|共计|小计|总共|合起来|加起来|加在一起|两项|两次|两地|全年实际)[^,]{0,8}$")
_LEFT = re.compile(r"(?:未(?P<undone>[一-龥]{2})|剩|空置|空白|尚余|还剩|还有|结余)[^,已]{0,6}$")
_GAP = re.compile(
    r"(?:多|少|高|低|差|缺|欠|增|减|降|缩短|压缩|超|快|慢|缺口|提升|提高|上升|回落|收窄|扩大|掉|退|短|再加|需补|要补|须补)(?:了|为|达|有|的|共|在|约|出|到|出了)*$"
)
_PERIOD = re.compile(r"^(?:其中)?(?:[一二三四]季度|\d{1,2}月)")
_CHANGED = re.compile(r"(?:增[加长]?|减少?|下降|提高|提升|上升|回落)[了为达到]*$")  # than what, must be told
_GAP_OVER = re.compile(
    r"(?:超|差|欠|缺|少|多|低|高)[^,]{0,8}\d[\d.,]*[^,\d]{1,4}$|(?:还|尚|仍)(?:需|须|要|差|缺|应)[^,\d]{0,14}$"
)
_ONE_TO = re.compile("比(?:例)?(?:为|是|达)? ?1 ?[:∶]$")  # 投资与产值之比为1:1.57, and no time of day
_UNIT_OF_MEAN = re.compile(
    r"([宗月户家批人亩项天场次条期笔])均|每个?(月|季度)|每([宗户家批人亩天场次条期笔])|每(?:一)?(个)"
)
_SCOPE = re.compile("全[市省国县区州]|全球|世界|国内")
_PLAIN = re.compile(
    "全[市省国县区州]|总数|总量|总额|总|全部|项目|投资|额|数|量|的|为|达|(?<!签)约|到|了|其中|同期|比重|比例|份额|本次|上述|个|家|了|比|据"
)
_COMMON = frozenset(
    re.findall("..", "项目全市全县全区我市其中投资完成实现截至今年合计共计总额累计达到同期上年去年")
)  # tell nothing of what is meant


@dataclass(frozen=True)
class Shape:
    """A formula of two figures."""

    kind: str
    compute: Callable[[Fraction, Fraction], Fraction]
    formula: str


@dataclass(frozen=True)
class Pair:
    """Two figures that a claim may be computed from, in this way."""

    weight: float
    shape: Shape
    a: Figure
    b: Figure


RATIO = Shape("rate", lambda a, b: a / b * 100, "{a} ÷ {b}")
GROWN = Shape("growth", lambda a, b: (a - b) / b * 100, "({a} − {b}) ÷ {b}")
FALLEN = Shape("growth", lambda a, b: (b - a) / b * 100, "({b} − {a}) ÷ {b}")
BY = Shape("growth", lambda a, b: a / b * 100, "{a} ÷ {b}")
LESS = Shape("difference", lambda a, b: abs(a - b), "{a} − {b}")
PLUS = Shape("sum", lambda a, b: a + b, "{a} + {b}")
POINTS = Shape("points", lambda a, b: abs(a - b), "{a} − {b}")
EACH = Shape("average", lambda a, b: a / b, "{a} ÷ {b}")
FOLD = Shape("multiple", lambda a, b: a / b, "{a} ÷ {b}")


def pairs_of(page: Page, claim: Figure) -> list[Pair]:
    """The weightiest first; none where the words claim nothing that two figures tell."""
    words = lead(page, claim)
    if claim.kind == "percent":
        return _of_percent(page, claim, words)
    if claim.kind == "points":
        if re.search("序时|时序|时间进度", words):
            return []  # see progress
        return _gaps(page, claim, words, POINTS)
    if claim.kind == "times" or (claim.kind == "plain" and _ONE_TO.search(page.text, 0, claim.start)):
        start = page.sentences[claim.sentence][0]
        return _folds(page, claim, re.split("[,;]", page.text[start : claim.start])[-1])
    if claim.kind in ("money", "count") and _MEAN.search(words[-12:]):
        return _means(page, claim, words)
    if claim.kind in ("money", "count"):
        if (left := _LEFT.search(words)) is not None:
            return _rests(page, claim, left["undone"] or "")
        if _GAP.search(words) or _GAP_OVER.search(words):
            return _gaps(page, claim, words, LESS)
        if _ALL.search(words):
            return _gaps(page, claim, words, PLUS)
    return []


def _of_percent(page: Page, claim: Figure, words: str) -> list[Pair]:
    if _NO_RATIO.search(words) or page.text[claim.start - 1 : claim.start] in ("×", "x", "*", "+"):
        return []
    share = _SHARE.search(words)
    if share is not None:
        of, subject = share["of"] or share["total"] or "", words[: share.start()]
        return _ratios(page, claim, subject, of, completion=bool(_COMPLETION.search(of)))
    if (like := re.search("(?P<subject>[^,]{2,12})相当于(?P<of>[^,]{2,12})的$", words)) is not None:
        return _ratios(page, claim, like["subject"], like["of"], completion=False)
    if _GROWTH.search(words):
        return _changes(page, claim, words)
    rate = _RATE.search(words)
    if rate is not None:
        return _ratios(page, claim, rate["stem"], "", completion=bool(_COMPLETION.search(rate["stem"])))
    return _ratios(page, claim, "", words, completion=True) if _COMPLETION.search(words) else []


def _pool(page: Page, claim: Figure, kinds: Sequence[str]) -> list[Figure]:
    """Figures that a claim may be computed from, nearest first: before it, in brackets right behind it, and what its
    paragraph and the text began with."""
    _start, end = page.sentences[claim.sentence]

    def fit(figures: Iterable[Figure]) -> Iterator[Figure]:
        return (f for f in figures if f.kind in kinds and not f.vague and f.value > 0)

    near = list(fit(itertools.takewhile(lambda f: f.sentence >= claim.sentence - _NEAR, page.before(claim))))
    before = near[:_POOL]
    stop = page.text.find(";", claim.end, end)
    behind = list(fit(page.between(claim.end + 1, min(claim.end + 40, stop if stop > 0 else end))))[:4]
    heads = list(itertools.islice(fit(itertools.takewhile(lambda f: f.start < claim.start, page.figures)), 6))
    words = lead(page, claim) + (lead(page, before[0]) if before else "")
    words += "".join(lead(page, f) for f in before if is_target(page, f) and f.sentence == claim.sentence)
    above = itertools.islice(fit(page.before(claim)), _LOOKED_UP)
    named = list(itertools.islice((f for f in above if _kin(page, words, f)), 6))
    return list({f.start: f for f in (*before, *behind, *heads, *named)}.values())


def _kin(page: Page, words: str, figure: Figure) -> int:
    """How many pairs of characters the words share with those of the figure."""
    told = lead(page, figure) + figure.tail[:8]
    if figure.kind == "percent":  # 系统集成61.4亿元，占14.9%: told of what its breath began with
        told = page.text[max(page.sentences[figure.sentence][0], page.text.rfind(";", 0, figure.start)) : figure.start]
    pieces = {words[n : n + 2] for n in range(len(words) - 1)} - _COMMON
    return min(2, sum(piece in told for piece in pieces if re.fullmatch("[一-龥]{2}", piece)))


def _akin(page: Page, a: Figure, b: Figure) -> bool:
    """Of one unit, or both counted in pieces; but land is let in 宗 and projects are counted in 个."""
    if a.kind == "count" and ("宗" in page.text[a.number_end : a.end]) != ("宗" in page.text[b.number_end : b.end]):
        return False
    return akin(a, b)


def _ranked(weighed: list[Pair]) -> list[Pair]:
    return sorted(weighed, key=lambda pair: -pair.weight)


def _away(page: Page, claim: Figure, figure: Figure, rank: int) -> float:
    """How far off a figure stands, in figures; what another breath told stands further."""
    cut = ";" in page.text[figure.end : claim.start] if figure.end <= claim.start else False
    far = _FAR if rank < _POOL and not _kin(page, lead(page, claim), figure) else _FAR / 2
    return min(far, rank * 0.8 + (claim.sentence - figure.sentence) * 0.5 + (1.0 if cut else 0.0))


def _ratios(page: Page, claim: Figure, subject: str, of: str, *, completion: bool) -> list[Pair]:
    pool = _pool(page, claim, ("count", "money"))
    away = {f.start: _away(page, claim, f, rank) for rank, f in enumerate(pool)}
    weighed = []
    for n in pool:
        if is_delta(page, n) or (n.start > claim.end and not n.depth):
            continue
        if (deeds := set(DEEDS.findall(subject))) and _deeds(page, n) and not deeds & _deeds(page, n):
            continue  # 签约1个，开工率0%: a rate of starts is not of signings
        top = 2.0 * _kin(page, subject, n) - away[n.start]
        top -= 3 * (is_target(page, n) + is_base(page, n)) + 1.5 * (claim.sentence - n.sentence)
        for d in pool:
            if (
                d is n
                or not _akin(page, n, d)
                or is_delta(page, d)
                or rated(page, d, n)
                or not _is_of(page, of, d, completion)
            ):
                continue
            if completion and _deeds(page, n) and _deeds(page, d) and not _deeds(page, n) & _deeds(page, d):
                continue
            below = 2.0 * _kin(page, of, d) - 0.5 * away[d.start] + (1.0 if n.like(d) else 0.0)
            below += _kin(page, lead(page, d), n) + (_kin(page, of, n) if completion else 0)
            below += 3.0 * is_target(page, d) if completion else -2.0 * is_target(page, d)
            below -= 3.0 * is_base(page, d)
            if not completion:
                below -= 4.0 * (d.value < n.value) + 1.0 * (d.start > n.start)
            below += 0.7 * _opens(page, d)
            weighed.append(Pair(top + below, RATIO, n, d))
    return _ranked(weighed)


def _deeds(page: Page, figure: Figure) -> set[str]:
    return set(DEEDS.findall(lead(page, figure) + figure.tail[:6]))


def _is_of(page: Page, of: str, whole: Figure, completion: bool) -> bool:
    """占一般公共预算收入的82%: not of any figure that is told of something else; 占全市的: of what is told of 全市."""
    if completion:
        return not re.search("目标|任务|计划|指标", of) or is_target(page, whole)
    sentence = page.text[page.sentences[whole.sentence][0] : whole.end]
    if (scope := _SCOPE.search(of)) is not None and scope[0] not in sentence:
        return False
    told = _PLAIN.sub("", of)
    words = lead(page, whole) + whole.tail[:8]
    return len(told) < 2 or told[-2:] in words or (len(told) == 2 and told[0] in words)


def _opens(page: Page, figure: Figure) -> bool:
    """The first of its kind in its sentence: what the sentence is about."""
    return not any(f.like(figure) and f.start < figure.start for f in page.within(figure.sentence))


def _changes(page: Page, claim: Figure, words: str) -> list[Pair]:
    pool = _pool(page, claim, ("count", "money"))
    if "环比" in words and len(periods := [f for f in pool if _PERIOD.search(lead(page, f))]) > 1:
        same = [f for f in periods if f.like(periods[0])][:2]
        return [Pair(0.0, FALLEN if _FALL.search(words) else GROWN, *same)] if len(same) == 2 else []
    if not any(is_base(page, f) or is_delta(page, f) for f in pool):
        return []
    away = {f.start: _away(page, claim, f, rank) for rank, f in enumerate(pool)}
    grown = FALLEN if _FALL.search(words) else GROWN
    weighed = []
    for now in pool:
        for then in pool:
            if now is then or not now.like(then) or is_base(page, now) or is_target(page, then):
                continue
            if told_of(words) not in ("", now.kind):
                continue
            near = -away[now.start] - 0.6 * away[then.start] + _kin(page, words, now)
            if is_base(page, then) and not is_delta(page, now):
                weighed.append(Pair(near + 3.0, grown, now, then))
            elif is_delta(page, now) and is_base(page, then):
                weighed.append(Pair(near + 1.0, BY, now, then))
    return _ranked(weighed)


def _gaps(page: Page, claim: Figure, words: str, shape: Shape) -> list[Pair]:
    kinds = ("percent",) if shape is POINTS else (claim.kind,)
    elsewhere = re.search("全[省国市县区]|平均|均值|同类", words)
    alone = len([f for f in page.within(claim.sentence) if f.like(claim) and f.start < claim.start]) == 2
    pool = [f for f in _pool(page, claim, kinds) if claim.kind == "points" or f.like(claim)]
    pool = [f for f in pool if not is_delta(page, f) or claim.kind == "points"]
    away = {f.start: _away(page, claim, f, rank) for rank, f in enumerate(pool)}
    weighed = []
    for a in pool:
        for b in pool:
            if a.start <= b.start:
                continue
            weight = -away[a.start] - away[b.start] + _kin(page, words, a) + _kin(page, words, b)
            if shape is PLUS and (a.paragraph != claim.paragraph or b.paragraph != claim.paragraph):
                continue
            if shape is LESS and not 0.01 < a.value / b.value < 100:
                continue
            based = is_base(page, a) or is_base(page, b)
            if elsewhere and not any(elsewhere[0] in lead(page, f) for f in (a, b)):
                continue
            if shape is PLUS and not alone:
                continue
            if shape is POINTS and bool(_GROWTH.search(lead(page, a))) != bool(_GROWTH.search(lead(page, b))):
                continue  # a growth and a share
            if shape is LESS and not based and _CHANGED.search(words):
                continue
            weight += 1.5 * (based or is_target(page, a))
            weight += 0.7 * (_opens(page, a) + _opens(page, b))
            weighed.append(Pair(weight, shape, a, b))
    return _ranked(weighed)


def _rests(page: Page, claim: Figure, undone: str) -> list[Pair]:
    """19个，已办结13个，未办结的6个: what is left of a whole when what is done is taken from it."""
    pool = [f for f in _pool(page, claim, (claim.kind,)) if f.like(claim) and not is_delta(page, f)]
    away = {f.start: _away(page, claim, f, rank) for rank, f in enumerate(pool)}
    done = [f for f in pool if "未" not in lead(page, f) and (not undone or undone in lead(page, f) + f.tail[:8])]
    done = done if undone else [f for f in done if _deeds(page, f) or re.search("已|入驻|走访", lead(page, f))]
    return _ranked(
        [
            Pair(-away[a.start] - away[b.start] + 0.7 * _opens(page, a), LESS, a, b)
            for b in done[:2]
            for a in pool
            if a is not b and a.value > b.value and a.start < b.start and not (undone and undone in lead(page, a))
        ]
    )


def _means(page: Page, claim: Figure, words: str) -> list[Pair]:
    told = _UNIT_OF_MEAN.search(words)
    unit = next((word for word in told.groups() if word), "") if told else ""
    pool = _pool(page, claim, ("count", "money"))
    away = {f.start: _away(page, claim, f, rank) for rank, f in enumerate(pool)}
    weighed = []
    for whole in pool:
        if whole.kind != claim.kind or (claim.kind == "money" and whole.unit != claim.unit) or is_delta(page, whole):
            continue
        for piece in pool:
            if "均" in lead(page, whole):
                break
            if piece is whole or piece.kind != "count" or piece.places or is_delta(page, piece) or piece.like(whole):
                continue
            printed = page.text[piece.number_end : piece.end]
            weight = -away[whole.start] - 0.6 * away[piece.start] + _kin(page, words, whole)
            if unit not in printed or (not unit and piece.unit not in PIECES):
                continue
            weight += 3.0 * bool(unit)
            then = is_base(page, whole) or is_base(page, piece)
            weight += -2.0 * then if not re.search("[由从]$", words) else 2.0 * then
            weighed.append(Pair(weight, EACH, whole, piece))
    return _ranked(weighed)


def _folds(page: Page, claim: Figure, words: str) -> list[Pair]:
    pool = _pool(page, claim, ("count", "money"))
    away = {f.start: _away(page, claim, f, rank) for rank, f in enumerate(pool)}
    weighed = []
    for a in pool:
        for b in pool:
            if a is b or not a.like(b) or is_delta(page, a) or is_delta(page, b) or told_of(words) not in ("", a.kind):
                continue
            if (a.value < b.value) == (claim.value > 1):
                continue
            weight = (
                -away[a.start]
                - away[b.start]
                + _kin(page, words, a)
                + _kin(page, words, b)
                + 2.0 * is_base(page, b)
                - 2.0 * is_base(page, a)
            )
            weighed.append(Pair(weight, FOLD, a, b))
    return _ranked(weighed)
