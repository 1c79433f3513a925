"""Growth rates: 同比增长8.3% bound to its figure, paired with 分别, or a statistic of its own."""

from __future__ import annotations

import re
from bisect import bisect_right

from ..mentions.numbers import Number
from ..mentions.page import Page, Sentence
from .periods import Statistic

_YOY = re.compile(
    r"[,(]?(?:较?(?:上年|去年|上年度)?(?:同期)?(?:同比|比(?:20)?\d{2}年(?:同期)?|同比(?:20)?\d{2}年|较(?:20)?\d{2}年(?:同期)?|比上年同期|比去年同期|较上年同期|较去年同期|比上年|比去年|较上年|较去年|与去年[^,。;]{0,12}相比,?)?)"
    r"(?:分别|实际|累计|名义|逆势|大幅)*(?P<way>增长|增加|上升|提高|提升|增幅(?:达|为)?|增速(?:达|为)?|翻番|下降|减少|下滑|回落|降低|降幅(?:达|为)?|缩减)"
    r"(?:了|达|约|近|超|超过|到|至|为|幅度)*$"
)
_FALL = re.compile(r"下降|减少|下滑|回落|降低|降幅|缩减")
_GOAL = re.compile(r"(?:目标|任务|计划|年度目标任务)(?:的)?$")
_GROWTH_MEASURE = re.compile(
    r"(?P<what>固定资产投资|工业投资|制造业投资|技改投资|产业投资|民间投资|基础设施投资|项目投资|投资总额|计划投资总额|协议投资额|签约金额|到位资金|"
    r"省外资金|市外资金|内资|实际使用外资|实际利用外资|利用外资|使用外资|合同外资|外商直接投资|对华投资|外资|投资)(?:金额|总额|额|实际到位额|到位额|规模)?(?:[^,。;\d]{0,10})$"
)
_AVERAGE = re.compile(r"年均|年平均|复合")


def bind_growth(page: Page, found: list[Statistic]) -> None:
    """Growth rates: bound to the nearest figure before them in the sentence, or statistics of their own."""
    told: dict[int, dict[int, Statistic]] = {}
    for statistic in found:
        told.setdefault(statistic.sentence, {})[statistic.number.start] = statistic
    inherited: tuple[int, str] = (-9, "")  # the last sentence with a statistic of capital, and its measure
    rates = [n.start for n in page.numbers if n.kind == "times" or (n.kind == "percent" and n.unit == "%")]
    spoken = {bisect_right(page.sentence_starts, start) - 1 for start in rates}
    for index in sorted(spoken.union(told)):
        sentence = page.sentences[max(index, 0)]
        here = told.get(index, {})
        percents = [n for n in sentence.numbers if n.kind == "times" or (n.kind == "percent" and n.unit == "%")]
        if percents:
            known = inherited[1] if index - inherited[0] <= 4 else ""
            for run in _runs(page, percents):
                told_here = [s for s in here.values() if s.measure in _CAPITAL and s.number.start < run[0].start]
                found += _grown(page, sentence, index, run, here, told_here[-1].measure if told_here else known)
        for statistic in here.values():
            if statistic.measure in _CAPITAL:
                inherited = (index, statistic.measure)


_CAPITAL = frozenset(("foreign_capital_used", "paid_in_capital", "fixed_asset_investment"))
_JOINED_RATE = re.compile(r"[、和与及,]+(?:同比)?(?:增长|增加|上升|下降|减少|下滑)?-?")


def _runs(page: Page, percents: list[Number]) -> list[list[Number]]:
    """Rates that stand in one row: 9.6%、下降2.7%和增长14.8%."""
    runs: list[list[Number]] = []
    for percent in percents:
        joined = bool(runs) and _JOINED_RATE.fullmatch(page.work, runs[-1][-1].end, percent.start) is not None
        if joined and page.work[runs[-1][-1].end] != ",":
            runs[-1].append(percent)
        else:
            runs.append([percent])
    return runs


def _rate(page: Page, floor: int, percent: Number) -> tuple[float, int, int] | None:
    """(signed rate, where the words of growth begin, where the way of growing begins) or None where it is no growth."""
    before = page.work[max(floor, percent.start - 40) : percent.start]
    negative = before.endswith("-")
    before = before.removesuffix("-")
    match = _YOY.search(before) or re.search(r"(?P<way>增长|下降|增幅)[^,。;\d]{0,6}$", before)
    if match is None or "环比" in before[-14:]:
        return None
    base = percent.start - negative - len(before)
    fall = bool(_FALL.search(match["way"]))
    size = percent.value * 100 if percent.kind == "times" else percent.value  # 增长1.4倍
    return (-size if fall != negative else size), base + match.start(), base + match.start("way")


def _grown(
    page: Page, sentence: Sentence, index: int, run: list[Number], here: dict[int, Statistic], known: str
) -> list[Statistic]:
    """The statistics of growth of one row of rates; rates of figures told before are put to those."""
    work, first = page.work, run[0]
    read = _rate(page, sentence.start, first)
    if read is None:
        return []
    rate, left, way = read
    figures = [
        n
        for n in page.numbers_in(sentence.start, left + 1)
        if n.kind in ("money", "count", "plain") and work[n.start - 1 : n.start] != "第"
    ]
    clause = left
    while clause > sentence.start and work[clause - 1] not in ",:;。":
        clause -= 1
    rates = [rate]
    minus = work[first.start - 1] == "-"  # a sign holds for its own rate only, 下降 for the row
    for number in run[1:]:
        own = re.search(r"增长|增加|上升|下降|减少|下滑", work[_rate_end(run, number) : number.start])
        size = number.value * 100 if number.kind == "times" else number.value
        if work[number.start - 1] == "-":
            rates.append(-size)
            continue
        sign = (-1 if _FALL.search(own[0]) else 1) if own else (1 if minus or rates[-1] >= 0 else -1)
        rates.append(sign * size)
    amounts = [f for f in figures if clause <= f.start and f.kind in ("money", "count")]
    subject = work[clause:left] + work[left:way]
    measured = None if amounts else _GROWTH_MEASURE.search(work[clause:left]) or _GROWTH_MEASURE.search(subject)
    if measured is None and not amounts and known and _OF_A_PART.search(work[clause:left]):
        return [_growth_of(known, value, n, index, clause, False) for value, n in zip(rates, run, strict=True)]
    if measured:
        average = bool(_AVERAGE.search(work[clause : first.start]))
        parts = re.split(r"[、和与及]", subject) if len(run) > 1 else [subject]
        made = []
        for order, (value, number) in enumerate(zip(rates, run, strict=True)):
            own = _GROWTH_MEASURE.search(parts[order]) if len(parts) == len(run) else None
            what = (own or measured)["what"]
            measure = _growth_measure(what)
            if what in ("投资", "外资") and known == "foreign_capital_used":
                measure = known
            made.append(_growth_of(measure, value, number, index, clause, average))
        return made
    owners = [here[f.start] for f in figures if f.start in here and f.end <= left + 1]
    if len(run) > 1 or "分别" in work[max(sentence.start, left - 4) : first.start]:
        for owner, value, number in zip(
            owners[-len(run) :], rates[-len(owners) :] if owners else [], run, strict=False
        ):
            if owner.yoy is None:
                owner.yoy = value
                owner.spans.append((number.start, number.end, "yoy_percent"))
        return []
    earlier = [
        f for f in figures if f.end <= left + 1 and not _GOAL.search(work, max(sentence.start, f.start - 8), f.start)
    ]
    nearest = earlier[-1] if earlier else None
    if nearest is None or nearest.start not in here:
        return []
    between = work[nearest.full_end : left]
    owner = here[nearest.start]
    if _AVERAGE.search(work, nearest.full_end, first.start) and owner.measure in _CAPITAL:
        return [_growth_of(owner.measure, rate, first, index, clause, True)]
    if owner.yoy is None and not re.search(r"[。;]", between) and len(between) <= 60:
        owner.yoy = rate
        owner.spans.append((first.start, first.end, "yoy_percent"))
    return []


_OF_A_PART = re.compile(
    r"^(?:其中)?[^,。;\d]{2,24}(?:业|产业|行业|领域|区|省|市|县|国|地区|外资|项目|东盟|欧盟|企业|香港|来源地)$"
)


def _rate_end(run: list[Number], number: Number) -> int:
    """Where the rate before this one ends."""
    return run[run.index(number) - 1].end


def _growth_of(measure: str, rate: float, number: Number, index: int, clause: int, average: bool) -> Statistic:
    made = Statistic(measure, rate, "%", number, index, yoy=None if average else rate)
    made.spans = [(clause, number.end, "value")]
    return made


def _growth_measure(what: str) -> str:
    if what == "合同外资":
        return "other:contracted_foreign_capital"
    if what in ("到位资金", "省外资金", "市外资金", "内资"):
        return "paid_in_capital"
    if "外" in what or "对华" in what:
        return "foreign_capital_used"
    if what in ("投资总额", "计划投资总额", "协议投资额", "签约金额"):
        return "total_investment"
    if what == "投资":
        return "fixed_asset_investment"
    return "fixed_asset_investment"
