"""Figures told in parallel: 签约34个、32个、27个，开工32个、22个、17个，开工率分别为94.1%、68.8%、63.0%."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

from .figures import Figure
from .page import Page
from .relation import Binding, Relation, could_be, judge, quotient, shown
from .words import falls, is_base, lead

_JOIN = re.compile(r" ?(?:、|和|与|及|以及|,) ?")
_EACH = re.compile(r"(?:分别|依次)[^,;。]{0,8}$")


def parallel(page: Page) -> Iterator[Relation]:
    """Percentages told one by one for figures told one by one."""
    for number in range(len(page.sentences)):
        figures = [f for f in page.within(number) if not f.threshold]
        runs = _runs(page, figures)
        for run in runs:
            if run[0].kind != "percent" or len(run) < 2 or not _EACH.search(lead(page, run[0])):
                continue
            behind = [  # 分别完成目标的64%和61.6%(目标分别为8亿美元和5亿美元)
                r for r in runs if r[0].depth and len(r) == len(run) and 0 < r[0].start - run[-1].end < 40
            ]
            bracketed = [f for f in figures if f.depth and 0 < f.start - run[-1].end < 60 and f.kind != "percent"]
            behind += _named(page, bracketed, len(run)) if len(bracketed) == len(run) else []
            earlier = [r for r in runs if r is not run and r[0].start < run[0].start]
            yield from _judged(page, run, earlier, figures, behind)


def _runs(page: Page, figures: list[Figure]) -> list[list[Figure]]:
    found: list[list[Figure]] = []
    for figure in figures:
        joined = found and not figure.vague and _JOIN.fullmatch(page.text[found[-1][-1].end : figure.start])
        if joined and (found[-1][-1].kind == "percent") == (figure.kind == "percent"):
            found[-1].append(figure)
        else:
            found.append([figure])
    return found


def _named(page: Page, figures: list[Figure], count: int) -> list[list[Figure]]:
    """制造业28个、服务业9个、农业3个: items with a name each, as many as there are percentages."""
    found = []
    for start in range(len(figures) - count + 1):
        piece = figures[start : start + count]
        if all(f.like(piece[0]) and not f.vague for f in piece) and piece[0].kind in ("count", "money"):
            found.append(piece)
    return found


def _judged(
    page: Page, run: list[Figure], runs: list[list[Figure]], figures: list[Figure], behind: list[list[Figure]]
) -> Iterator[Relation]:
    count = len(run)
    words = lead(page, run[0])
    before = [f for f in figures if f.end <= run[0].start and f.kind in ("count", "money") and not f.vague]
    if re.search("增长|下降|增|减|降", words):  # (上年同期分别为25个、160亿元) may stand behind
        after = [f for f in figures if f.start > run[-1].end and f.depth and f.kind in ("count", "money")]
        before += [f for f in after if f.start - run[-1].end < 40 and not f.vague]
    lists = [r for r in runs if len(r) == count and r[0].kind in ("count", "money")] + _named(page, before, count)
    ways: list[list[Binding | None]] = []
    if re.search("增长|下降|增|减|降", words):
        pairs = _mixed(page, run, before)
        if pairs:
            ways.append([_growth(page, a, b, p, words) for (a, b), p in zip(pairs, run, strict=True)])
        for now in lists:
            for then in lists:
                if now is not then and not {id(f) for f in now} & {id(f) for f in then}:
                    ways.append([_growth(page, a, b, p, words) for a, b, p in zip(now, then, run, strict=True)])
    else:
        for top in lists:
            for below in (*lists, *behind):
                if top is not below:
                    ways.append([_divided(page, a, b) for a, b in zip(top, below, strict=True)])
            for whole in [f for f in page.figures if f.end <= top[0].start][-40:]:
                if whole.like(top[0]) and not whole.vague and whole not in top:
                    ways.append([_divided(page, a, whole) for a in top])
    best: list[Binding | None] = []
    fits = -1
    for way in ways:
        good = sum(1 for b, p in zip(way, run, strict=True) if b is not None and could_be(p, b.low, b.high))
        if good > fits:
            best, fits = way, good
    if fits < count - 1 or (fits < 1 and count > 1):
        return
    for claim, binding in zip(run, best, strict=True):
        if binding is not None:
            relation = judge(page, "share" if "增" not in words else "growth", claim, [binding])
            if relation is not None:
                yield relation


def _mixed(page: Page, run: list[Figure], before: list[Figure]) -> list[tuple[Figure, Figure]]:
    """42个、263.7亿元, 去年同期为35个、221.4亿元, 分别增长20%、19.1%: (now, then) of each kind."""
    count = len(run)
    for start in range(len(before)):
        then = before[start : start + count]
        if len(then) == count and is_base(page, then[0]) and all(
            _JOIN.fullmatch(page.text[a.end : b.start]) for a, b in itertools.pairwise(then)
        ):  # fmt: skip
            above = [f for f in page.figures if f.end <= then[0].start and not f.vague][-20:]
            found = []
            for base in then:
                now = [f for f in above if f.like(base) and not is_base(page, f)]
                if now:
                    found.append((now[-1], base))
            return found if len(found) == count else []
    return []


def _divided(page: Page, a: Figure, b: Figure) -> Binding | None:
    return quotient(a, b, f"{shown(page, a)} ÷ {shown(page, b)}", times=100) if a.like(b) else None


def _growth(page: Page, a: Figure, b: Figure, claim: Figure, words: str) -> Binding | None:
    if not a.like(b) or is_base(page, a):
        return None
    made = quotient(a, b, f"({shown(page, a)} − {shown(page, b)}) ÷ {shown(page, b)}", times=100, less=1)
    if made is not None and falls(words):
        return replace(made, value=-made.value, low=-made.high, high=-made.low)
    return made
