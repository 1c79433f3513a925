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
    r"(?:经济技术开发区|高新技术产业开发区|经济开发区|高新技术产业园|高新区|经开区|开发区|工业园区|产业园区|集中区|集聚区|聚集区|物流园|化工园|新材料园|生物城|科技城|科学城|综保区|保税港区|作业区|循环经济园|经济区|工业区|港区|工业园|产业园|科技园|新区|"
    r"合作区|投资区|保税区|自贸区|示范区|片区|园区|新城|街道|省|市|县|区|镇|乡|村|州|旗|郡|港|岛)"
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
    headline = page.sentences[0].end if page.sentences and page.sentences[0].title else 0
    for word in page.words[:4000]:
        if not word.entry.tags & Tag.PLACE or word.entry.word in _WIDE_PLACES:
            continue
        while firm[1] <= word.start:
            firm = next(inside, (len(page.work), len(page.work)))
        if firm[0] <= word.start:
            continue  # 东岭某某有限公司 need not be in 东岭
        zone = _ZONE.match(page.work, word.end)
        end = word.end + (zone.end() - zone.start() if zone and not re.search(r"[在与和的市县]", zone[0]) else 0)
        town = _TOWN.match(page.work, word.end) if not zone and page.work[word.end - 1] in "县市区" else None
        end = town.end() if town else end
        text = page.work[word.start : end]
        if _adjectival(page, word.end, len(page.work)):
            continue
        votes[text] += 1 if word.start > 400 else 2
        if word.start < headline and not first and text[:2] not in _PROVINCES:
            votes[text] += 1  # the first place of the headline
        first.setdefault(text, (word.start, end))
    if not votes:
        return None
    best = max(votes, key=lambda text: (votes[text] + (1 if text.endswith(("区", "县")) else 0), -first[text][0]))
    return first[best]


_PROVINCES = frozenset(
    [
        "河北",
        "山西",
        "内蒙",
        "辽宁",
        "吉林",
        "黑龙",
        "江苏",
        "浙江",
        "安徽",
        "福建",
        "江西",
        "山东",
        "河南",
        "湖北",
        "湖南",
        "广东",
        "广西",
        "海南",
        "四川",
        "贵州",
        "云南",
        "西藏",
        "陕西",
        "甘肃",
        "青海",
        "宁夏",
        "新疆",
        "美国",
        "日本",
        "韩国",
        "德国",
        "法国",
        "英国",
        "瑞士",
        "瑞典",
        "荷兰",
        "意大",
        "新加",
        "加拿",
    ]
)
_WIDE_PLACES = frozenset(("中国", "香港", "台湾", "欧洲", "非洲", "东南亚", "北美"))
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
    strong = _site(page, draft)
    if strong is not None:
        return strong
    for name, _ in told:
        inside = _place_in_name(page, name)
        if inside is not None and (
            page.work[inside[1] - 1] in "市县区州镇乡村" or (name.listed and inside[1] - inside[0] > 2)
        ):
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
        home = _in_brackets_of(page, draft)
        for index in draft.sentences[:3]:
            sentence = page.sentences[index]
            spans = places_in(page, sentence.start, sentence.end)
            if spans:
                return max(spans, key=lambda span: span[1] - span[0])
        if home is not None:
            return home
    return fallback


def _place_before(page: Page, sentence: Sentence, at: int) -> Span | None:
    """甲市签约3个项目,包括…: the last place before the name in its sentence, outside the names of firms."""
    firms = organisations(page, sentence.start, at)
    for word in reversed(page.words_in(sentence.start, at)):
        if word.entry.tags & Tag.PLACE and word.entry.word not in _WIDE_PLACES and word.end <= at:
            if any(a <= word.start < b for a, b in firms) or _adjectival(page, word.end, at):
                continue
            if page.work[word.start - 1 : word.start] == "(":
                continue
            start = word.start
            before = page.words_in(max(sentence.start, start - 8), start)
            if before and before[-1].end == start and before[-1].entry.tags & Tag.PLACE:
                start = before[-1].start
            zone = _ZONE.match(page.work, word.end)
            end = zone.end() if zone and zone.end() <= at and not re.search(r"[在与和的市县]", zone[0]) else word.end
            return start, end
    return None


_SITE = re.compile(
    r"(?:项目|工程|基地|园|中心|该项目|厂)?(?:位于|选址(?:于|在)?|坐落(?:于|在)|地处|建设地点(?:为|在|位于)|落址)"
)


def _site(page: Page, draft: Draft) -> Span | None:
    """Where a later sentence about the project says it is: 该项目位于…."""
    for index in draft.sentences[:8]:
        sentence = page.sentences[index]
        match = _SITE.search(page.work, sentence.start, sentence.end)
        if match and not draft.listed:
            span = place_at(page, match.end(), min(match.end() + 30, sentence.end))
            if span is not None:
                return span
    return None


def _in_brackets_of(page: Page, draft: Draft) -> Span | None:
    """某某船舶设备(常熟)有限公司: where the plant of a firm is."""
    for start, end in draft.investors:
        for word in page.words_in(start, end):
            if word.entry.tags & Tag.PLACE and page.work[word.start - 1 : word.start] == "(":
                return word.start, word.end
    return None


def _adjectival(page: Page, at: int, stop: int) -> bool:
    """Whether a place is only where a firm comes from: 德国瑞格传动, 锡川华新五金."""
    if at >= stop or not "\u4e00" <= page.work[at] <= "\u9fff":
        return False
    follows = page.words_in(at, at + 1)
    if not follows or follows[0].start != at:
        return page.work[at] not in "在的与和及市县区镇省我全将已拟举签共有新今本现也再又正一首此上下成为是并投建开落引"
    return bool(follows[0].entry.tags & (Tag.SECTOR | Tag.FIRM | Tag.ORG)) and not follows[0].entry.tags & Tag.GENERIC


_TOWN = re.compile(
    r"(?:[\u4e00-\u9fff]{2,3}?(?:镇|街道|村)|[\u4e00-\u9fff]{2}乡)(?![\u4e00-\u9fff]?(?:企业|振兴|建设))"
)


def _place_in_name(page: Page, name: Name) -> Span | None:
    """台州大石化项目, 宝马沈阳生产基地: the place in a name, where it is not the home of a firm."""
    stop = name.start
    last: Span | None = None
    for word in page.words_in(name.start, name.end):
        if word.entry.word.endswith(COMPANY_ENDS):
            stop, last = word.end, None
        elif word.entry.tags & Tag.PLACE and word.entry.word not in _WIDE_PLACES:
            if _adjectival(page, word.end, name.end):
                last = None
            elif last is not None and last[1] == word.start:
                last = (last[0], word.end)
            else:
                last = (word.start, word.end)
    if last is None:
        town = _TOWN.match(page.work, stop, name.end)
        return town.span() if town else None
    return last
