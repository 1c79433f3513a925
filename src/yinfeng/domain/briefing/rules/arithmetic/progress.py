"""Time progress, ahead and behind, and what remains to the target."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from yinfeng.reading.mentions.numbers import hanzi_value

from .figures import Figure
from .page import Page
from .relation import Binding, Relation, judge, shown
from .words import comparable, is_base, is_delta, is_target, lead

_MONTHS = re.compile(
    r"1(?:月)?(?:-|~|至|到)(?P<upto>\d{1,2})月|截(?:至|止)?到?(?:(?:19|20)\d\d年)?(?P<end>\d{1,2})月(?:底|末|份|3[01]日|30日|28日|29日)"
    r"|前(?P<first>\d{1,2}|[一二三四五六七八九十]{1,2})个月|(?P<word>上半年|一季度|前三季度|三季度末|1-2季度|第一季度)"
)
_WORDS = {"上半年": 6, "一季度": 3, "第一季度": 3, "前三季度": 9, "三季度末": 9, "1-2季度": 6}
_AHEAD = re.compile(r"(?:超|快于|高于|领先|超前|超出|超过|快|高出|好于|提前)[^,]{0,4}(?:序时|时间)?进度?[^,]{0,6}$")
_BEHIND = re.compile(r"(?:欠|落后|慢于|低于|滞后|落后于|滞后于|慢|差)[^,]{0,4}(?:序时|时间)?进度?[^,]{0,6}$")
_REMAINS = re.compile(r"(?:还差|尚差|仍差|相差|缺口|差额|还需|尚需|仍需|尚缺|还缺|欠|差距)(?:为|达|约|完成|是)*$")
_LEFT = re.compile(r"(?:剩余|余下|还有|尚有|仍有|其余|另有)[^,]{0,6}$")
_EXCEEDS = re.compile(r"(?:超额完成|超出|多出|超目标|超任务|超过)[^,]{0,8}$")


def progress(page: Page) -> Iterator[Relation]:
    for figure in page.figures:
        if figure.vague:
            continue
        words = lead(page, figure)
        found: Relation | None = None
        if figure.kind == "points" and re.search("序时|时序|时间进度", _stretch(page, figure)):
            found = _ahead(page, figure, words)
        elif figure.kind == "percent" and re.search(
            r"(?:序时|时序|时间)进度[^,]{0,8}(?:为|是|应达|要求|应为|达到?)?[^,]{0,3}$", words
        ):
            if figure.depth or not re.search("超|欠|快|慢|落后|高于|低于|滞后|领先", words):
                found = _elapsed(page, figure)
        elif figure.kind in ("money", "count"):
            found = _remaining(page, figure, words)
        if found is not None:
            yield found


def _stretch(page: Page, figure: Figure) -> str:
    """The words of the clause and of what stands in brackets in it."""
    start = page.sentences[figure.sentence][0]
    return page.text[max(start, figure.start - 24) : figure.start]


def months_told(page: Page, figure: Figure) -> tuple[list[int], list[int]]:
    """(the months named in this sentence or its paragraph, all named before it in the text)."""
    near: list[int] = []
    every: list[int] = []
    start = page.sentences[figure.sentence][0]
    line = page.text.rfind("\n", 0, figure.start) + 1
    for match in _MONTHS.finditer(page.text, 0, figure.start):
        month = _month(match)
        if not 1 <= month <= 12 or re.search("(?:较|比|与)$", page.text[max(0, match.start() - 1) : match.start()]):
            continue
        every.append(month)
        if match.start() >= start or match.start() >= line:
            near.append(month)
    return near, every


def _month(match: re.Match[str]) -> int:
    if match["word"]:
        return _WORDS[match["word"]]
    text = match["upto"] or match["end"] or match["first"]
    return int(text) if text.isdigit() else int(hanzi_value(text))


def _due(page: Page, figure: Figure) -> tuple[list[tuple[Fraction, str]], bool]:
    """Time progress in percent by the months told, nearest last; and whether they are all the same."""
    near, every = months_told(page, figure)
    use = near or every
    found = [(Fraction(m * 100, 12), f"{m}/12") for m in dict.fromkeys(reversed(use))]
    return found, len(found) == 1


def _elapsed(page: Page, claim: Figure) -> Relation | None:
    due, sure = _due(page, claim)
    _near, every = months_told(page, claim)
    due += [(Fraction(month * 100, 12), f"{month}/12") for month in dict.fromkeys(every)]
    made = [Binding((), value, value, value, f"{text}") for value, text in due]
    return judge(page, "time_progress", claim, made[:1] if sure else [], made)


def _is_elapsed(page: Page, figure: Figure) -> bool:
    """序时进度为25%, 25%的时间进度, 序时进度(4个月，33.3%)."""
    told = page.text[page.sentences[figure.sentence][0] : figure.start]
    return bool(
        re.search("序时|时序|时间", lead(page, figure))
        or re.match("的?(?:序时|时间)", figure.tail)
        or re.search(r"(?:序时|时序|时间)进度\([^()]*$", told)
    )


def _ahead(page: Page, claim: Figure, words: str) -> Relation | None:
    stretch = _stretch(page, claim)
    ahead = max((m.start() for m in re.finditer("超|快|高于|领先|提前|好于", stretch)), default=-1)
    behind = max((m.start() for m in re.finditer("欠|落后|慢|低于|滞后|差", stretch)), default=-1)
    if max(ahead, behind) < 0:
        return None
    sign = 1 if ahead > behind else -1
    before = [f for f in page.back(claim, 1) if f.kind == "percent" and not f.vague]
    elapsed = [f for f in before if _is_elapsed(page, f)]
    levels = [f for f in before if f not in elapsed and not re.search("增长|下降|同比|占", lead(page, f))]
    strong: list[Binding] = []
    plausible: list[Binding] = []
    for level in levels[:6]:
        for time in elapsed:
            value = sign * (level.value - time.value)
            room = 0 if time.value % 25 == 0 else time.step / 2  # a quarter of the year is told exactly
            low, high = sign * (level.low - time.value - room), sign * (level.high - time.value + room)
            made = Binding(
                (level, time), value, min(low, high), max(low, high),
                f"{shown(page, level)} − {shown(page, time)}" if sign > 0 else f"{shown(page, time)} − {shown(page, level)}",
            )  # fmt: skip
            (strong if level is levels[0] and level.sentence == claim.sentence == time.sentence else plausible).append(
                made
            )
        due, sure = _due(page, claim)
        for value, text in due:
            gap = sign * (level.value - value)
            low, high = sorted((sign * (level.low - value), sign * (level.high - value)))
            formula = f"{shown(page, level)} − {text}" if sign > 0 else f"{text} − {shown(page, level)}"
            made = Binding((level,), gap, low, high, formula)
            first = level is levels[0] and level.sentence == claim.sentence and not elapsed
            (strong if first and sure else plausible).append(made)
    return judge(page, "ahead", claim, strong, plausible)


def _remaining(page: Page, claim: Figure, words: str) -> Relation | None:
    """距全年目标100亿元还差14.4亿元."""
    sentence = page.sentence_of(claim)
    around = [f for f in page.back(claim, 1) if comparable(page, f, claim)]
    if _REMAINS.search(words) and re.search("目标|任务|计划", sentence):
        targets = [f for f in around if is_target(page, f)]
        done = [f for f in around if f not in targets and not is_delta(page, f) and not is_base(page, f)]
        pairs = [(t, d) for t in targets[:1] for d in done[:1]]
        if targets and not done and targets[0].sentence == claim.sentence:
            above = [f for f in page.figures if f.end < targets[0].start and comparable(page, f, claim)]
            above = [f for f in above if not is_target(page, f) and not is_base(page, f) and not is_delta(page, f)]
            pairs, around = [(targets[0], f) for f in above[:1]], [*around, *above[-20:]]
    elif _EXCEEDS.search(words) and (
        re.search("目标|任务|计划", words) or (words.startswith("超额完成") and any(is_target(page, f) for f in around))
    ):
        targets = [f for f in around if is_target(page, f)]
        done = [f for f in around if f not in targets and not is_delta(page, f) and not is_base(page, f)]
        pairs = [(d, t) for t in targets[:1] for d in done[:1]]
        pairs = [p for p in pairs if p[0].value > p[1].value]
    elif _LEFT.search(words) and re.search("未|尚|没有|待", words + claim.tail):
        verb = re.search(r"(?:未|待|没有)([一-龥]{2})", words + claim.tail)
        done = [f for f in around if verb and verb[1] in lead(page, f) + f.tail and "未" not in lead(page, f) + f.tail]
        short = re.search(r"(?:未|没有?)([一-龥])(?![一-龥])", words + claim.tail)  # 还有29个没有动
        if not done and short:
            done = [f for f in around[:1] if short[1] in lead(page, f) and "没" not in lead(page, f)]
        wholes = [f for f in around if done and f.start < done[0].start and f.value >= done[0].value and f not in done]
        pairs = [(wholes[0], done[0])] if done and wholes and claim.value < wholes[0].value else []
    else:
        return None
    strong = [_gap(page, a, b) for a, b in pairs if a.sentence == claim.sentence or b.sentence == claim.sentence]
    plausible = [_gap(page, a, b) for a in around[:24] for b in around[:24] if a is not b and a.value >= b.value]
    return judge(page, "remaining", claim, strong, plausible)


def _gap(page: Page, a: Figure, b: Figure) -> Binding:
    return Binding((a, b), a.value - b.value, a.low - b.high, a.high - b.low, f"{shown(page, a)} − {shown(page, b)}")
