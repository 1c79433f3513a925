"""One thing told twice: the same named project, or the same headline figure, with one digit changed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from yinfeng.kernel.voice import say

from .figures import Figure
from .page import Page
from .relation import AGREES, DISAGREES, Relation, shown
from .words import is_base, is_delta, is_target, lead

_PROJECT_AFTER = re.compile(r"^(?:人民币)?的?(?P<name>[^,。;:、()]{3,30}?)(?:项目|产业园|基地|生产线|工程|园区)")
_PROJECT_BEFORE = re.compile(
    r"(?P<name>[^,。;:、()“”\n]{3,30}?)(?:项目|产业园|基地|生产线|工程|园区)[^,。;]{0,6}[,]?"
    r"(?:计划|预计|合同|协议)?(?:总投资|投资)(?:额)?(?:为|达|约)?$"
)
_PERIOD = re.compile(
    r"(?:(?:19|20)\d\d年)?(?:\d{1,2}(?:-|~|至|到)\d{1,2}月|上半年|下半年|[一二三四]季度|前三季度|\d{1,2}月(?:份|底|末)?|全年|去年|上年|今年)"
)


def repeats(page: Page) -> Iterator[Relation]:
    """Amounts of one named project, and sums of four digits and more told twice with one digit different."""
    yield from _projects(page)
    yield from _headlines(page)
    yield from _this_time(page)
    yield from _of_these(page)


def _projects(page: Page) -> Iterator[Relation]:
    told: dict[str, Figure] = {}
    for figure in page.figures:
        if figure.kind != "money" or figure.vague:
            continue
        words = lead(page, figure)
        if not re.search(r"(?:总投资|投资|投资额|总投资额)(?:为|达|约)?$", words) or re.search(
            "一期|二期|三期|追加|新增|完成|设备|固定", words
        ):
            continue
        name = _name(page, figure)
        if not name:
            continue
        for other, first in told.items():
            if first.unit == figure.unit and _same_name(name, other) and first.start < figure.start:
                state = AGREES if first.value == figure.value else DISAGREES
                if state == DISAGREES and not _one_digit(first, figure):
                    continue
                formula = say("同一项目前文为 {value}", value=shown(page, first))
                yield Relation("repeat", state, (figure, first), formula, shown(page, figure), shown(page, first))
                break
        told.setdefault(name, figure)


def _name(page: Page, figure: Figure) -> str:
    after = _PROJECT_AFTER.match(page.text[figure.end : figure.end + 44])
    if after and not re.search("一期|二期|三期", after["name"]):
        return after["name"].lstrip("的")
    start = page.sentences[figure.sentence][0]
    before = _PROJECT_BEFORE.search(page.text[start : figure.start])
    if before and not re.search("一期|二期|三期|个|家", before["name"]):
        return before["name"]
    return ""


_BUILT = re.compile(r"^(?:建设|新建|兴建|投资|年产|年处理|\d[\d.,]*|[万亿千百吨套台件只辆米瓦个的])+")


def _same_name(a: str, b: str) -> bool:
    """Whether one stands in the other, or they begin alike and are not two of a kind."""
    short, long = sorted((_BUILT.sub("", a), _BUILT.sub("", b)), key=len)
    return len(short) >= 3 and (short in long or (short[:4] == long[:4] and len(short) > 4))


def _one_digit(a: Figure, b: Figure) -> bool:
    """Printed alike but for one digit."""
    x, y = str(a.value / a.step), str(b.value / b.step)
    return a.step == b.step and len(x) == len(y) and sum(p != q for p, q in zip(x, y, strict=True)) == 1


def _headlines(page: Page) -> Iterator[Relation]:
    big = [
        f for f in page.figures
        if f.kind == "money" and not f.vague and f.places and len(str(int(f.value / f.step))) >= 4
        and not is_base(page, f) and not is_delta(page, f) and not is_target(page, f)
    ]  # fmt: skip
    for n, figure in enumerate(big):
        for other in big[:n]:
            if other.unit != figure.unit or other.sentence == figure.sentence:
                continue
            if not _same_words(lead(page, other), lead(page, figure)) or _periods(page, other) != _periods(
                page, figure
            ):
                continue
            if other.value == figure.value:
                yield Relation(
                    "repeat", AGREES, (figure, other), say("前文为 {value}", value=shown(page, other)), shown(page, figure),
                    shown(page, other),
                )  # fmt: skip
            elif _one_digit(other, figure):
                yield Relation(
                    "repeat", DISAGREES, (figure, other), say("前文为 {value}", value=shown(page, other)), shown(page, figure),
                    shown(page, other),
                )  # fmt: skip


def _same_words(a: str, b: str) -> bool:
    core = re.compile(r"计划|预计|达到|共计|合计|达|为|约|共|额|总")
    x, y = core.sub("", a), core.sub("", b)
    x, y = _PERIOD.sub("", x), _PERIOD.sub("", y)
    return bool(x) and (x == y or (min(len(x), len(y)) >= 4 and (x.endswith(y) or y.endswith(x))))


_THESE = re.compile("个?(?:新?签约|开工|落地|集中签约)?项目(?:中|里|共|全部)")


def _of_these(page: Page) -> Iterator[Relation]:
    """26个签约项目共需用地……: as many as the text began with, where a sentence begins with them."""
    for figure in page.figures:
        start = page.sentences[figure.sentence][0]
        opens = not re.search("[一-龥]", page.text[start : figure.start])
        if not opens or figure.vague or figure.unit != "个" or figure.value < 10:
            continue
        if not _THESE.match(page.text, figure.number_end):
            continue
        above = [f for f in page.figures if f.end < start and f.unit == "个" and not f.vague and not is_delta(page, f)]
        if any(f.value == figure.value for f in above):
            continue
        first = next((f for f in above if re.search("签约|开工", lead(page, f)) and not is_base(page, f)), None)
        if first is not None and _one_digit(first, figure):
            formula = say("前文为 {value}", value=shown(page, first))
            yield Relation("repeat", DISAGREES, (figure, first), formula, shown(page, figure), shown(page, first))


def _periods(page: Page, figure: Figure) -> str:
    found = _PERIOD.findall(page.text[page.sentences[figure.sentence][0] : figure.start])
    return found[-1] if found and re.search("去年|上年", found[-1]) else ""


_ALL_OF_THEM = re.compile(  # and nothing else that would single some of them out
    r"(?:本次|此次|这次|上述|^这)"
    r"(?:集中|现场|签约|开工|竣工|投产|推介|发布|活动|仪式|会|上|举行|达成|引进|项目|共|有|计|为|的)*$"
)


def _this_time(page: Page) -> Iterator[Relation]:
    """本次签约的22个项目: as many as the text began with."""
    for figure in page.figures:
        if figure.kind != "count" or figure.vague or figure.unit != "个":
            continue
        words, after = lead(page, figure), page.text[figure.end : figure.end + 6]
        this = re.search(r"(?:本次|此次|这次|上述|^这)[^,]{0,14}$", words)
        if this is None or re.search("其中|的[^个]{2,}", words) or not re.search("项目|签约|开工", words + after):
            continue
        whole = _ALL_OF_THEM.search(words)
        above = [
            f for f in page.figures
            if f.end < page.sentences[figure.sentence][0] and f.like(figure) and not f.vague
            and not is_delta(page, f) and not is_base(page, f)
        ]  # fmt: skip
        above = [f for f in above if re.search("项目|签约|开工", lead(page, f) + page.text[f.end : f.end + 6])]
        above = [f for f in above if not re.search("季度|月", lead(page, f))]
        if not above or whole is None:
            continue
        same = [f for f in above if f.value == figure.value]
        other = (same or above)[0]
        state = AGREES if same else DISAGREES
        formula = say("前文为 {value}", value=shown(page, other))
        yield Relation("repeat", state, (figure, other), formula, shown(page, figure), shown(page, other))
