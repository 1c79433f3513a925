"""Growth, differences, multiples and percentage points against a printed base."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from .figures import Figure
from .page import Page
from .relation import Binding, Relation, judge, quotient, shown
from .shares import is_quotient
from .words import base_sentence, comparable, external, falls, is_base, is_delta, is_target, is_upto, lead, told_of

_GROWTH = re.compile(
    r"(?:增长|增加|上升|提高|提升|下降|减少|降低|回落|增幅|降幅|增速|涨幅|跌幅|下滑|负增长|同比|环比|增|降|减)"
    r"(?:了|为|达到?|率为|率达?|率|约|幅度为|均为)*$"
)
_YEARLY = re.compile(r"年均|月均|复合|平均增")
_MULTIPLE = re.compile(r"(?:是|为|达|达到|相当于)[^,]{0,14}(?:的)$")
_BY = re.compile(r"(?:增长|增加|提高|扩大|上升|提升|翻|增)(?:了|近|约|达|为)*$")
_LEVEL = re.compile(
    r"同期|上年|季度末|季末|月末|月底|[会战赛]前|之前|此前|去年|上月|上季|上期|平均|目标|计划|要求|年初"
    r"|全[市省县区国]|水平"
)
_UP = re.compile("提高|上升|增长|增加|提升|高于|高出|高|快于|快|领先|扩大|超过|超|多")
_DOWN = re.compile("下降|回落|降低|减少|低于|低|慢于|慢|落后|滞后|欠|收窄|少|差")


def growths(page: Page) -> Iterator[Relation]:
    """All changes told as a percentage, an amount, a multiple or percentage points."""
    for figure in page.figures:
        if figure.vague:
            continue
        found: Relation | None = None
        if figure.kind == "percent":
            found = _growth(page, figure)
        elif figure.kind == "times":
            found = _multiple(page, figure)
        elif figure.kind == "points":
            found = _points(page, figure)
        elif figure.kind in ("count", "money", "rank"):
            found = _difference(page, figure)
        if found is not None:
            yield found


def _around(page: Page, claim: Figure, back: int = 1) -> list[Figure]:
    """Amounts of the sentence and of the one before, nearest before the claim first, then those behind it."""
    before = [f for f in page.back(claim, back) if f.kind in ("count", "money", "plain") and not f.vague]
    behind = [
        f for f in page.within(claim.sentence)
        if f.start > claim.end and f.kind in ("count", "money", "plain") and not f.vague
        and not re.search("[;]", page.text[claim.end : f.start])
    ]  # fmt: skip
    return [*before[:20], *behind[:4]]


def _grown(page: Page, now: Figure, then: Figure, *, times: int = 100, less: int = 1) -> Binding | None:
    a, b = shown(page, now), shown(page, then)
    formula = f"({a} − {b}) ÷ {b}" if less else f"{a} ÷ {b}"
    return quotient(now, then, formula, times=times, less=less)


def _by_delta(page: Page, now: Figure, delta: Figure, sign: int) -> Binding | None:
    """增加12个，增长26.1%: the base is what is left."""
    base, low, high = (now.value - sign * delta.value, now.low - sign * delta.high, now.high - sign * delta.low)
    low, high = min(low, high), max(low, high)
    if low <= 0:
        return None
    a, d = shown(page, now), shown(page, delta)
    least, most = sorted((sign * delta.low / high * 100, sign * delta.high / low * 100))
    return Binding(
        (delta, now), sign * delta.value / base * 100, least, most,
        f"{d} ÷ ({a} {'−' if sign > 0 else '+'} {d})",
    )  # fmt: skip


def _turned(bindings: list[Binding], sign: int) -> list[Binding]:
    """What went down is printed without a sign: the same bindings, told the other way round."""
    if sign > 0:
        return bindings
    return [replace(b, value=-b.value, low=-b.high, high=-b.low, formula=_swapped(b.formula)) for b in bindings]


def _swapped(formula: str) -> str:
    match = re.fullmatch(r"(\()?([^()]+?) − ([^()]+?)(\) ÷ .+)?", formula)
    return f"{match[1] or ''}{match[3]} − {match[2]}{match[4] or ''}" if match else formula


def _pairs(page: Page, around: list[Figure]) -> list[tuple[Figure, Figure]]:
    """(now, then), as the words bind them, nearest first."""
    bases = [f for f in around if is_base(page, f)]
    rest = [f for f in around if not is_base(page, f) and not is_delta(page, f)]
    found = []
    for base in bases:
        # from … to …: the figure behind the base; else the one before it
        fitting = [f for f in rest if comparable(page, f, base) and f.sentence == base.sentence]
        upto = [f for f in fitting if is_upto(page, f) and f.start > base.start]
        near = sorted((f for f in fitting if not is_target(page, f)), key=lambda f: abs(f.start - base.start))
        before = [f for f in near if f.start < base.start]
        if upto:
            found.append((upto[0], base))
        elif before:
            found.append((before[0], base))
        elif near:
            found.append((near[0], base))
    return found


def _growth(page: Page, claim: Figure) -> Relation | None:
    words = lead(page, claim)
    if (
        words.endswith(("分别增长", "分别下降", "分别增加", "分别减少", "分别为", "分别提高"))
        or not _GROWTH.search(words)
        or _YEARLY.search(words)
        or is_quotient(page, claim)
    ):
        return None
    sign = -1 if falls(words) else 1
    if claim.value < 0:
        sign = 1
    around = _around(page, claim)
    kind = told_of(words)
    around = [f for f in around if not kind or f.kind in (kind, "plain")]
    here = [f for f in around if f.sentence == claim.sentence and f.start < claim.start]
    strong: list[Binding] = []
    plausible: list[Binding] = []
    deltas = [f for f in here if is_delta(page, f)]
    for delta in deltas[:2]:
        way = -1 if falls(lead(page, delta)) else 1
        nows = [
            f
            for f in here
            if comparable(page, f, delta) and f is not delta and not is_delta(page, f) and not is_base(page, f)
        ]
        nows = [f for f in nows if f.start < delta.start] or nows
        made = _by_delta(page, nows[0], delta, way) if nows else None
        adjacent = not any(delta.start < f.start < claim.start for f in here)
        if made is not None:
            (strong if adjacent and delta is deltas[0] and not external(page, claim) else plausible).append(made)
        for base in (f for f in here if f.like(delta) and is_base(page, f)):
            over = quotient(delta, base, f"{shown(page, delta)} ÷ {shown(page, base)}", times=100 * way)
            if over is not None:
                plausible.append(
                    Binding(over.figures, over.value, min(over.low, over.high), max(over.low, over.high), over.formula)
                )
    pairs = _pairs(page, around)
    for now, then in pairs:
        made = _grown(page, now, then)
        if made is None:
            continue
        near = then.sentence == claim.sentence and _bound(page, claim, now, then)
        (strong if near and not external(page, claim) else plausible).append(made)
    lonely = _alone(page, claim, around)
    for then, now in lonely:
        made = _grown(page, now, then)
        if made is not None:
            (strong if not strong else plausible).append(made)
    for now in around:
        for then in around:
            if now is not then and comparable(page, now, then):
                made = _grown(page, now, then)
                if made is not None:
                    plausible.append(made)
    return judge(page, "growth", claim, _turned(strong, sign), _turned(plausible, sign))


def _alone(page: Page, claim: Figure, around: list[Figure]) -> list[tuple[Figure, Figure]]:
    """与二季度(17个、244.5亿元)相比，总投资增长30.3%: the base is here, what has grown stands above, nearest last."""
    bases = [f for f in around if f.sentence == claim.sentence and is_base(page, f) and f.start < claim.start]
    if not bases and base_sentence(page, claim.sentence - 1):
        bases = [f for f in around if f.sentence == claim.sentence - 1]
    if len({f.kind for f in bases}) != len(bases):
        return []
    found = []
    for then in bases:
        mine = [f for f in page.within(claim.sentence) if f.like(then) and f is not then and not is_delta(page, f)]
        words = lead(page, claim)
        subject = told_of(words) or _subject(page, claim)
        if (
            mine
            or base_sentence(page, claim.sentence)
            or subject not in ("", then.kind)
            or (not subject and len(bases) > 1)
        ):
            continue
        above = [f for f in page.figures if f.end < page.sentences[then.sentence][0] and comparable(page, f, then)]
        found += [(then, now) for now in above[-30:] if not is_base(page, now) and not is_delta(page, now)]
    return found


def _subject(page: Page, claim: Figure) -> str:
    """Of what kind the change just before is: 增加6个，增长20%."""
    if claim.kind != "percent":
        return claim.kind
    before = next(iter(page.back(claim)), None)
    near = before is not None and is_delta(page, before) and ";" not in page.text[before.end : claim.start]
    return before.kind if near and before is not None and before.kind in ("count", "money") else ""


def _bound(page: Page, claim: Figure, now: Figure, then: Figure) -> bool:
    """No other amount comes between the pair and the percentage; a base in brackets right behind counts."""
    first, last = min(now.start, then.start), max(now.end, then.end)
    if last < claim.start:
        between = [
            f
            for f in page.between(last, claim.start)
            if f.kind in ("count", "money", "percent") and not is_delta(page, f)
        ]
        return not between and ";" not in page.text[first : claim.start]
    if now.end <= claim.start <= then.start:
        between = [
            f for f in page.between(now.end, claim.start) if f.kind in ("count", "money") and not is_target(page, f)
        ]
        behind = [f for f in page.between(claim.end, then.start) if f.kind in ("count", "money", "percent")]
        return not between and not behind and ";" not in page.text[claim.end : then.start]
    return False


def _multiple(page: Page, claim: Figure) -> Relation | None:
    words = lead(page, claim)
    around = _around(page, claim)
    less = 1 if _BY.search(words) else 0
    if not less and not re.search(r"(?:是|为|达到?|相当于)[^,]{0,16}$", words):
        return None
    strong: list[Binding] = []
    plausible: list[Binding] = []
    for now, then in _pairs(page, around):
        made = _grown(page, now, then, times=1, less=less)
        if made is not None:
            (strong if then.sentence == claim.sentence and _bound(page, claim, now, then) else plausible).append(made)
    for now in around:
        for then in around:
            if (
                now is not then
                and comparable(page, now, then)
                and (made := _grown(page, now, then, times=1, less=less))
            ):
                plausible.append(made)
    return judge(page, "multiple", claim, strong, plausible)


def _minus(page: Page, a: Figure, b: Figure) -> Binding:
    return Binding((a, b), a.value - b.value, a.low - b.high, a.high - b.low, f"{shown(page, a)} − {shown(page, b)}")


def _difference(page: Page, claim: Figure) -> Relation | None:
    """较上月41个增加1个."""
    if claim.kind == "rank" or not is_delta(page, claim):
        return None
    around = [f for f in _around(page, claim) if f.like(claim)]
    sign = -1 if falls(lead(page, claim)) else 1
    strong: list[Binding] = []
    for now, then in _pairs(page, around):
        if then.sentence == claim.sentence and comparable(page, now, then) and _bound(page, claim, now, then):
            strong.append(_minus(page, now, then))
    strong += [_minus(page, now, then) for then, now in _alone(page, claim, around)]
    plausible = [_minus(page, a, b) for a in around for b in around if a is not b]
    return judge(page, "difference", claim, _turned(strong, sign), _turned(plausible, sign))


def _points(page: Page, claim: Figure) -> Relation | None:
    """较上年同期63.6%提高5.2个百分点. Ahead and behind of time is told in ``progress``."""
    words = lead(page, claim)
    if re.search("序时|时序|时间进度", words):
        return None
    up = max((m.start() for m in _UP.finditer(words)), default=-1)
    down = max((m.start() for m in _DOWN.finditer(words)), default=-1)
    if max(up, down) < 0:
        return None
    sign = -1 if down > up else 1
    around = [f for f in page.back(claim, 1) if f.kind == "percent" and not f.vague and not _grew(page, f)]
    behind = [
        f
        for f in page.within(claim.sentence)
        if claim.end < f.start < claim.end + 24 and f.kind == "percent" and f.depth
    ]
    levels = [f for f in (*around, *behind) if _LEVEL.search(lead(page, f)) and f.sentence == claim.sentence]
    strong: list[Binding] = []
    for level in levels[:1]:
        nows = [f for f in around if f is not level and f not in levels and f.sentence == claim.sentence]
        if nows:
            between = [f for f in page.between(nows[0].end, claim.start) if f.kind == "points"]
            if not between:
                strong.append(_minus(page, nows[0], level))
    every = [*around[:8], *behind]
    plausible = [_minus(page, a, b) for a in every for b in every if a is not b]
    return judge(page, "points", claim, _turned(strong, sign), _turned(plausible, sign))


def _grew(page: Page, figure: Figure) -> bool:
    words = lead(page, figure)
    return bool(_GROWTH.search(words)) and not is_quotient(page, figure)
