"""Where a project is: 在…, 位于…, the place before its name, the place the page is about."""

from __future__ import annotations

import re
from collections import Counter

from ..lexicon import Tag
from ..mentions.names import Name
from ..mentions.page import Page, Sentence
from .drafts import Draft
from .firms import sentence_at
from .organisations import COMPANY_ENDS, Span, organisations

_PLACE_END = re.compile(
    r"(?:经济技术开发区|高新技术产业开发区|经济开发区|高新技术产业园|高新区|经开区|开发区|工业园区|产业园区|工业园|产业园|科技园|新区|"
    r"合作区|保税区|自贸区|示范区|片区|园区|新城|街道|省|市|县|区|镇|乡|村|州|旗|郡|港|岛)"
)
_INTRO = re.compile(
    r"坐落于|坐落在|位于|落户于|落户|落地|选址|入驻|落脚|(?<!现)(?<!存)(?<!正)在(?!谈|建|手|于|此|这)|地处|抵达|来到"
)
_NOT_PLACE = re.compile(
    r"^(?:市委|省委|县委|区委|党委|该|此|这|其|本|我|各|全|上|下|会|内|中|项目|过程|年|一|两|三|同|仪式|现场|即|活动|推|带|建设|积极|\d)"
)
_NO_PLACE = re.compile(
    r"[内中里上下一\d,。;:!?、“”《》\n的举与和投注打签购启召实推]|建设|开工|开业|开展|设立|成立|共同|新建|兴建|建厂|设厂"
)


def places_in(page: Page, start: int, end: int) -> list[Span]:
    """Spans of places introduced by 在, 位于, 落户 and the like, longest first from each introduction."""
    work = page.work
    found: list[Span] = []
    at = start
    for intro in _INTRO.finditer(work, start, end):
        begin = intro.end()
        if begin < at or _NOT_PLACE.match(work, begin):
            continue
        span = place_at(page, begin, min(begin + 30, end))
        if span is not None:
            found.append(span)
            at = span[1]
    return found


def place_at(page: Page, begin: int, end: int) -> Span | None:
    """The place phrase that begins at a position: known places in a row and a name with a place ending."""
    work, stop = page.work, begin
    for word in page.words_in(begin, end):
        if word.entry.tags & Tag.PLACE and word.start <= stop + 1:
            stop = word.end
        elif word.start > stop:
            break
    for match in _PLACE_END.finditer(work, max(stop, begin + 1), end):
        between = work[stop : match.start()]
        if len(between) > 10 or _NO_PLACE.search(between):
            break
        stop = match.end()
    while begin < stop and work[begin] in "在于了到":
        begin += 1
    if stop - begin < 2 or re.fullmatch(r"[我本该][省市县区镇]", work[begin:stop]):
        return None
    return begin, stop


def main_place(page: Page, firms: list[Span]) -> Span | None:
    """The place the page is about: the most frequent place of its first lines, with a development zone behind it."""
    inside = iter([*firms, (len(page.work), len(page.work))])
    firm = next(inside)
    votes: Counter[str] = Counter()
    first: dict[str, Span] = {}
    for word in page.words[:4000]:
        if not word.entry.tags & Tag.PLACE or word.entry.word in _WIDE_PLACES:
            continue
        while firm[1] <= word.start:
            firm = next(inside, (len(page.work), len(page.work)))
        if firm[0] <= word.start:
            continue  # 东岭某某有限公司 need not be in 东岭
        zone = _ZONE.match(page.work, word.end)
        end = word.end + (zone.end() - zone.start() if zone and not re.search(r"[在与和的市县]", zone[0]) else 0)
        text = page.work[word.start : end]
        votes[text] += 1 if word.start > 400 else 2
        first.setdefault(text, (word.start, end))
    if not votes:
        return None
    best = max(votes, key=lambda text: (votes[text] + (1 if text.endswith(("区", "县")) else 0), -first[text][0]))
    return first[best]


_WIDE_PLACES = frozenset(("中国", "香港", "欧洲", "非洲", "东南亚", "北美"))
_ZONE = re.compile(
    r"[\u4e00-\u9fff]{0,6}?(?:经济技术开发区|高新技术产业开发区|经济开发区|开发区|高新区|经开区|新区|合作区|新片区)"
)


def place_of(page: Page, draft: Draft, fallback: Span | None) -> Span | None:
    """The most specific place told for a draft: 在… in its sentences, the place before its name, its line's, the page's."""
    best: tuple[float, Span] | None = None
    told = [(name, sentence_at(page, name.start)) for name in draft.names[:8]]
    for name, sentence in told:
        if sentence is None:
            continue
        for span in places_in(page, sentence.start, sentence.end):
            distance = min(abs(span[0] - name.end), abs(name.start - span[1]))
            score = (span[1] - span[0]) - 0.12 * distance
            if best is None or score > best[0]:
                best = (score, span)
    if best is not None and best[0] > -6:
        return best[1]
    for name, _ in told:
        inside = _place_in_name(page, name) if name.listed else None
        if inside is not None and page.work[inside[1] - 1] in "市县区州":
            return inside
    for name, sentence in told:
        near = _place_before(page, sentence, name.start) if sentence is not None else None
        if near is not None:
            return near
    for name, _ in told:
        inside = _place_in_name(page, name)
        if inside is not None:
            return inside
    if not draft.names:
        for index in draft.sentences[:3]:
            sentence = page.sentences[index]
            spans = places_in(page, sentence.start, sentence.end)
            if spans:
                return max(spans, key=lambda span: span[1] - span[0])
    return fallback


def _place_before(page: Page, sentence: Sentence, at: int) -> Span | None:
    """甲市签约3个项目,包括…: the last place before the name in its sentence, outside the names of firms."""
    firms = organisations(page, sentence.start, at)
    for word in reversed(page.words_in(sentence.start, at)):
        if word.entry.tags & Tag.PLACE and word.entry.word not in _WIDE_PLACES and word.end <= at:
            if any(a <= word.start < b for a, b in firms):
                continue
            start = word.start
            before = page.words_in(max(sentence.start, start - 8), start)
            if before and before[-1].end == start and before[-1].entry.tags & Tag.PLACE:
                start = before[-1].start
            zone = _ZONE.match(page.work, word.end)
            end = zone.end() if zone and zone.end() <= at and not re.search(r"[在与和的市县]", zone[0]) else word.end
            return start, end
    return None


def _place_in_name(page: Page, name: Name) -> Span | None:
    """台州大石化项目: the place a name begins with, where it is not a firm's."""
    stop = name.start
    for word in page.words_in(name.start, name.end):
        if word.start == stop and word.entry.tags & Tag.PLACE:
            stop = word.end
        if word.entry.word.endswith(COMPANY_ENDS):
            return None
    return (name.start, stop) if stop > name.start else None
