"""Lists that say how many they hold: A、B、C三个 with a printed digit, ranks, and units of area."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from yinfeng.kernel.voice import say

from .figures import Figure
from .page import Page
from .relation import AGREES, DISAGREES, Binding, Relation, judge, shown
from .words import lead

_QUOTED = re.compile(r"“[^”]*”|《[^》]*》|\([^()]*\)|\"[^\"]*\"")
_NUMBERED = re.compile(r"\d")


def lists(page: Page) -> Iterator[Relation]:
    for figure in page.figures:
        found = None
        if figure.kind == "count" and figure.places == 0 and not figure.vague and 2 <= figure.value <= 30:
            found = _listed(page, figure)
        elif figure.kind == "count" and figure.unit == "亩":
            found = _area(page, figure)
        if found is not None:
            yield found
    yield from _ranks(page)


def _listed(page: Page, claim: Figure) -> Relation | None:
    """A、B、C等4个: no more may be named than there are; without 等 just as many."""
    start = page.sentences[claim.sentence][0]
    before = page.text[start : claim.start]
    before = _QUOTED.sub(lambda m: "口" * len(m[0]), before)
    marks = [m.end() for m in re.finditer(r"[,;:。(]", before)]
    piece = before[marks[-1] if marks else 0 :].rstrip()
    open_list = piece.endswith("等")
    items = [i for i in re.split(r"、", piece.removesuffix("等")) if i]
    if len(items) < 3 or _NUMBERED.search(piece):
        return None
    last = re.split(r"(?<=[一-龥口]{2})(?:和|以及|及)(?=[一-龥口]{2})", items[-1])
    named = len(items) - 1 + len(last[:2])
    loose = len(items)  # 和 may belong to a name
    if not open_list:
        # 北京、上海、杭州设立3个: the number must follow the last name at once
        if len(items[-1]) > 14 or re.search(
            "分别|计划|今年|上年|设立|建立|成立|组建|开展|举办|引进|签约|新增|实施|完成|推进|共|有|的", items[-1]
        ):
            return None
        if not re.match(r"[一-龥]", claim.tail) and claim.tail != "":
            return None
    count = int(claim.value)
    if count in (named, loose) or (open_list and count > min(named, loose)):
        agreed = count in (named, loose)
        if not agreed:
            return None
        return Relation("list", AGREES, (claim,), say("列出 {n} 项", n=count), shown(page, claim), str(count))
    # a number far off counts something else; 等 leaves out any number
    if abs(count - named) > 9 if not open_list else count >= min(named, loose):
        return None
    words = say("列出 {n} 项", n=named)
    return Relation("list", DISAGREES, (claim,), words, shown(page, claim), str(named))


def _area(page: Page, claim: Figure) -> Relation | None:
    """5公顷(75亩)."""
    before = [f for f in page.back(claim) if f.unit == "公顷" and claim.start - f.end <= 6 and not f.vague]
    if not before or not re.search(r"[(,]?(?:合|折合|约合|即|约)?$", page.text[before[0].end : claim.start]):
        return None
    hectare = before[0]
    value = hectare.value * 15
    made = Binding((hectare,), value, hectare.low * 15, hectare.high * 15, f"{shown(page, hectare)} × 15")
    return judge(page, "conversion", claim, [made])


def _ranks(page: Page) -> Iterator[Relation]:
    """排名第3位，较上月第5位上升2位."""
    for match in re.finditer(
        r"(?:上升|前移|提升|提高|进|下降|后移|退后|下滑|退)(?:了)? ?(\d+) ?(?:个)?(?:位次|位|名)", page.text
    ):
        ranks = [f for f in page.figures if f.kind == "rank" and f.start < match.end() + 14]
        sentence = next((n for n, (s, e) in enumerate(page.sentences) if s <= match.start() < e), 0)
        ranks = [f for f in ranks if f.sentence == sentence]
        claim = next((f for f in page.figures if f.start == match.start(1)), None)
        if len(ranks) != 2 or claim is None:
            continue
        before = [f for f in ranks if re.search("上月|上季|上期|去年|上年|同期|由|从|上周|上半年|原", lead(page, f))]
        if len(before) != 1:
            continue
        then = before[0]
        now = next(f for f in ranks if f is not then)
        up = bool(re.match("上升|前移|提升|提高|进", match[0]))
        moved: Fraction = (then.value - now.value) * (1 if up else -1)
        state = AGREES if moved == claim.value else DISAGREES
        formula = say("第{a}位与第{b}位之差", a=int(then.value), b=int(now.value))
        yield Relation("rank", state, (claim, now, then), formula, shown(page, claim), str(moved))
