"""Who pays: firms around a project, by the frames of the language.

`由X和Y投资建设`, `X拟投资3亿元在…建设`, `X与Y签约共建`, `X公司的Y项目`, and the firm at the head of a project's name.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from ..lexicon import Tag, word_set
from ..mentions.names import Name
from ..mentions.page import Page, Sentence
from .drafts import Draft
from .organisations import COMPANY_ENDS, NO_FIRM, TICKER, Span, organisations, ticker_span
from .payers import held_at, joined_by, paid_before, paid_by, signed_with

_GEOGRAPHIC = frozenset("湾岭山河湖江海岛镇村港滩桥路坡沟洲洋泉溪州城东西南北乡街坝塘峡关口庄屯寨店林园沙台")
_TRADES = word_set("trades")
_INVEST_VERB = re.compile(r"(?:独资|全资|联合|共同|合资|合作)?(?:投资|斥资|出资|投入|豪掷|耗资|注资)")
_BY = re.compile(
    r"由([^,。;:由]{2,60}?)(?:独资|全资|联合|共同|合资|合作|负责|统一)*(?:投资|出资|承建|建设|开发|打造|运营|牵头)"
)
_SURE_JOINT = re.compile(r"以及|[、与及]")
_JOINT = re.compile(r"[、和与及]|以及")
_FILLERS = re.compile(
    r"^(?:[一二三四五六七八九十]是|据悉|据了解|据介绍|此外|同时|目前|近日|日前|其中|去年|今年|昨日|今天|昨天|当日|此次|原来|下一步|未来|另外|该|而|由|是|的|和|与|在|,|\d+日?|上午|下午|中国企业|企业|公司|中国工程机械制造企业|-)+"
)
_NOT_BRAND = re.compile(
    r"^[县市省区镇]|^亚太|^华[东南北中]|^西[南北]|^东北|^大中华|^中国|^国家|^全球|^北美|^欧洲|^区域|[^新高]区$|人民|实验|红色|公共|中心|市民|区域|长三角|珠三角|京津冀|大湾区|粤港澳|海峡|国际|(?:生态|人居|农村)环境|全民|机制|一批|系列|首个|超|抗|高|医科|理工|师范|职业|^第|期$"
)
_PUBLIC = word_set("public")


def _is_brand(page: Page, span: Span) -> bool:
    text = page.work[span[0] : span[1]]
    if re.match(r"新区|区|县|镇|村|开发区|片区|湾|岛|港|路|人民|市|省|经济区|河", page.work[span[1] : span[1] + 3]):
        return False
    if _NOT_BRAND.search(text):
        return False
    words = page.words_in(*span)
    plain = sum(w.end - w.start for w in words if w.end <= span[1] and not w.entry.tags & (Tag.FIRM | Tag.PLACE))
    if plain >= len(text) and words and max(len(w.entry.word) for w in words) > 1:
        return False  # 粮食烘干, 电动汽车
    if not re.fullmatch(r"[\u4e00-\u9fffA-Za-z&·-]+", text):
        return False
    return 2 <= len(text) <= 10 and text[-1] not in _GEOGRAPHIC and not re.search(r"[\d年产、,]", text)


_OUTPUT = re.compile(r"(?:年产|年处理|年加工|日处理|日产|年)?\d")


def investor_in_name(page: Page, name: Name) -> Span | None:
    """The firm at the beginning of a project's name: a full company name, a known firm, or its brand."""
    words = page.words_in(name.start, name.end)
    for word in words:
        if (
            word.entry.tags & Tag.ORG
            and word.entry.word.endswith(COMPANY_ENDS)
            and name.start + 4 <= word.end < name.end
        ):
            return name.start, word.end
    for word in words:
        if word.entry.tags & Tag.FIRM and word.start <= name.start + 4:
            return word.start, word.end
    begin = name.start
    for word in words:  # a place may stand before the brand
        if word.start == begin and word.entry.tags & Tag.PLACE:
            begin = word.end
        else:
            break
    first = next((w for w in words if len(w.entry.word) > 1 and w.start >= begin), None)
    stop = first.start if first else name.end
    output = _OUTPUT.search(page.work, begin, min(stop + 4, name.end))
    if output and output.start() - begin >= 2:  # 新辰硅业10万吨…, 鼎丰面粉日处理500吨…
        stop, first = output.start(), None
    if first is not None and 2 <= stop - begin <= 6 and first.entry.word in _TRADES and first.end < name.end:
        stop = first.end
    if name.head in _PUBLIC or any(w.entry.word in _PUBLIC for w in words[-2:]):
        return None
    return (begin, stop) if _is_brand(page, (begin, stop)) and stop < name.end else None


def payers(page: Page, sentence: Sentence, name_start: int, name_end: int) -> list[Span]:
    """Investors told around a name in its sentence."""
    work = page.work
    for match in _BY.finditer(work, sentence.start, sentence.end):
        if match.end() <= name_start + 2 or match.start() >= name_end:
            parts = _parts(page, match.start(1), match.end(1))
            if parts:
                return parts
    holders = re.search(r"持股", work[sentence.start : sentence.end])
    if holders and name_start < sentence.start + holders.start():
        parts = organisations(page, name_end, sentence.end)
        if len(parts) >= 2:
            return parts
    under = re.search(
        r"([\u4e00-\u9fffA-Za-z]{2,14})旗下(?:的)?$", work[max(sentence.start, name_start - 20) : name_start]
    )
    if under:
        base = max(sentence.start, name_start - 20)
        start, end = base + under.start(1), base + under.end(1)
        cut = max(work.rfind(word, start, end) + len(word) for word in ("集团", "公司", "的", "国"))
        start = cut if start < cut < end - 1 else start
        return [(start, end)]
    together = re.search(
        r"签约共建|联合投资|共同投资|合资建设|共同出资|联合建设|合作建设", work[sentence.start : sentence.end]
    )
    if together:
        at = sentence.start + together.start()
        parts = organisations(page, max(sentence.start, at - 60), at)
        if parts:
            return parts
    verb = None
    for match in _INVEST_VERB.finditer(work, sentence.start, name_start):
        if (
            work[match.end() : match.end() + 1] not in "者商额促环热潮"
            and work[match.start() - 1] not in "总划协计成概估"
        ):
            verb = match.start()
    if verb is not None and not re.search(r"[。;]", work[verb:name_start]):
        subject = subject_before(page, sentence, verb)
        if subject is not None:
            return [subject]
    return []


def subject_before(page: Page, sentence: Sentence, at: int) -> Span | None:
    """The firm that is the subject of a verb at `at`: the last firm of its clause, else of the sentence, else the noun phrase."""
    work = page.work
    clause = at
    while clause > sentence.start and work[clause - 1] not in ",:;。!?\n】":
        clause -= 1
    for start in (clause, sentence.start):
        firms = organisations(page, start, at)
        if firms:
            return firms[-1] if start == clause else firms[0]
    head = work[clause:at]
    lead = _FILLERS.match(head)
    begin = clause + (lead.end() if lead else 0)
    stop = begin
    while stop < at and work[stop] not in "将拟计划在于已还也的,(投宣就为与和正累":
        stop += 1
    span = (begin, stop)
    words = page.words_in(begin, stop)
    known = any(w.entry.tags & (Tag.PLACE | Tag.MEASURE) and w.end == stop for w in words)
    text = work[begin:stop]
    if (
        2 <= len(text) <= 8
        and not any(
            len(w.entry.word) > 1
            and w.entry.tags & (Tag.BOUNDARY | Tag.STAGE | Tag.FUTURE)
            and not w.entry.tags & (Tag.GENERIC | Tag.SECTOR | Tag.ORG)
            for w in words
        )
        and not known
        and not NO_FIRM.search(text)
        and _is_brand(page, span)
        and re.fullmatch(r"[\u4e00-\u9fffA-Za-z]+", text)
    ):
        ordinary = sum(
            w.end - w.start for w in words if w.entry.tags & (Tag.GENERIC | Tag.BOUNDARY) and len(w.entry.word) > 1
        )
        return span if ordinary * 2 < len(text) else None
    return None


def _parts(page: Page, start: int, end: int) -> list[Span]:
    """Joint investors split at 、和与, each a plausible name."""
    firms = organisations(page, start, end)
    if firms and (len(firms) > 1 or not _SURE_JOINT.search(page.work, start, end)):
        return firms
    work, found, at = page.work, [], start
    joints = _JOINT if not re.search(r"[、与及]", work[start:end]) else _SURE_JOINT
    for joint in [*joints.finditer(work, start, end), None]:
        stop = joint.start() if joint else end
        text = work[at:stop]
        cut = re.match(r"(.{2,28}?)(?:出资|投资|持股|等|共$|联$|\d)", text)
        text = cut[1] if cut else text
        if 2 <= len(text) <= 28 and not NO_FIRM.search(text) and not re.search(r"[的了在]", text):
            found.append((at, at + len(text)))
        at = joint.end() if joint else end
    return found


def fuller(page: Page, span: Span, firms: list[Span]) -> Span:
    """The group or listed company behind a brand, where the page names it: 大成 -> 大成集团."""
    text = page.work[span[0] : span[1]]
    if text.endswith("集团") or len(text) < 2:
        return span
    whole = () if text.endswith("公司") else (text,)
    for stem in dict.fromkeys((*whole, text[: _brand_length(page, span)])):
        for start, end in firms:
            other = page.work[start:end]
            if len(stem) >= 2 and other.startswith(stem) and other.endswith("集团") and len(other) <= len(stem) + 8:
                return start, end
    return span


def _brand_length(page: Page, span: Span) -> int:
    """How long the unknown stretch at the beginning of a firm's name is."""
    first = next((w for w in page.words_in(*span) if len(w.entry.word) > 1), None)
    return (first.start if first else span[1]) - span[0]


def investors_of(page: Page, draft: Draft, firms: list[Span], ours: Span | None) -> list[Span]:
    """All investors of a draft, the best told first frame wins. ours: who 公司 is on a page that is an announcement."""
    found = _investors(page, draft, firms)
    if ours is not None and not draft.listed:
        texts = [page.work[a:b] for a, b in found]
        brand = page.work[ours[0] : ours[1]]
        told = all(text.endswith(COMPANY_ENDS) for text in texts)
        if (
            not found
            or not told
            or any(re.search(r"子公司|^A股|^公司|^并|^本", text) or brand[:2] in text for text in texts)
        ):
            return [ours]
    return found


_DOES = re.compile(r"[^。;]{0,30}(?:建设|打造|新建|创立|设立|投建|兴建|落户|开工|扩建|洽谈|考察|双方)")


def _investors(page: Page, draft: Draft, firms: list[Span]) -> list[Span]:
    if draft.investors:
        return draft.investors
    names = list({page.work[name.start : name.end]: name for name in reversed(draft.names[:24])}.values())[::-1]
    in_name = [span for name in names if (span := investor_in_name(page, name))]
    for span in in_name:
        if page.work[span[0] : span[1]].endswith(("公司", "集团")):
            return [fuller(page, span, firms)]
    told = [(name, sentence_at(page, name.start)) for name in names]
    told.sort(key=lambda pair: pair[1] is not None and pair[1].title)
    for name, sentence in told:
        found = paid_before(page, sentence, name.start) if sentence is not None else []
        if found:
            return [fuller(page, span, firms) for span in found]
    for name, sentence in told:
        found = held_at(page, sentence, name.start) if sentence is not None and not in_name else []
        if found:
            return found
    for name, sentence in told:
        if sentence is not None and not name.listed:
            found = payers(page, sentence, name.start, name.end)
            if found:
                return found
    if in_name:
        return [fuller(page, in_name[0], firms)]
    named = {id(sentence) for _, sentence in told}
    for index in draft.sentences[:8]:  # 该产业园由X投资兴建
        if id(page.sentences[index]) not in named and not draft.listed:
            found = paid_by(page, page.sentences[index])
            if found:
                return found
    for _, sentence in told:
        found = joined_by(page, sentence) if sentence is not None and not draft.listed else []
        if found:
            return found
    for name, sentence in told:
        if sentence is not None and not name.listed and not sentence.title:
            found = signed_with(page, sentence)
            if found:
                return found
    for name in names:
        sentence = sentence_at(page, name.start)
        if sentence is not None and not name.listed and not sentence.title:
            near = [
                f for f in organisations(page, sentence.start, name.start) if not NO_FIRM.search(page.work[f[0] : f[1]])
            ]
            if len(near) == 1 and _DOES.match(page.work, near[0][1], name.start):
                return near
    return []


_ANNOUNCES = re.compile(
    r"(?:^|[\n,。】:丨|])(?P<firm>[\u4e00-\u9fffA-Za-z]{2,10}?)(?: ?\( ?\d{6}(?: ?\.[A-Z]{2})? ?\))?"
    r"(?:昨日|今日|昨|今|\d{1,2}日)?(?:晚间|晚|早间)?"
    r"(?:发布)?(?:澄清|自愿性披露|对外投资|重大合同)?(?:公告|公布)(?:称|显示|,|:)"
)


_SPEAKS = re.compile(r"[ 【]*([\u4e00-\u9fffA-Za-z]{2,6}):")


def announcer(page: Page) -> Span | None:
    """The firm whose announcement the page is: `X(300001.SZ)公告称`; it is what 公司 means."""
    head = min(len(page.work), 600)
    match = TICKER.search(page.work, 0, head)
    if match:
        return ticker_span(match)
    match = _ANNOUNCES.search(page.work, 0, head)
    if match and not re.search(r"据|日|月|显示|发布|的|公司$", match["firm"]):
        return match.span("firm")
    for sentence in page.sentences[:6]:  # 某某股份:两项目投产
        told = _SPEAKS.match(page.work, sentence.start) if sentence.title else None
        if told and not NO_FIRM.search(told[1]) and page.work.count(told[1]) > 2:
            words = page.words_in(*told.span(1))
            if not any(w.entry.tags & Tag.PLACE for w in words):
                return told.span(1)
    return None


def sentence_index(page: Page, at: int) -> int:
    """The number of the sentence a position lies in, or -1."""
    index = bisect_right(page.sentence_starts, at) - 1
    return index if index >= 0 and page.sentences[index].end > at else -1


def sentence_at(page: Page, at: int) -> Sentence | None:
    """The sentence a position lies in."""
    index = sentence_index(page, at)
    return page.sentences[index] if index >= 0 else None
