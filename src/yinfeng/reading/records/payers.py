"""The frames in which Chinese tells who pays for a project, where the payer has no 公司 or 集团 in its name.

`X投资3亿元的Y项目`, `由X投资兴建`, `与X签约`, `X在某地的Y基地`: what stands in the frame is taken for a firm if it
reads like one.
"""

from __future__ import annotations

import re

from ..lexicon import Tag
from ..mentions.names import Name
from ..mentions.numbers import Number
from ..mentions.page import Page, Sentence
from .organisations import COMPANY_ENDS, Span, organisations

_AMOUNT = (
    r"(?:[约近超逾共达]|超过|不低于|人民币|总额){0,2}[\d.,]+[百千万亿]{0,2}[多余]?(?:美元|欧元|日元|港元|韩元|元)?"
    r"(?:人民币|左右|以上|[多余])?"
)
_PAYS = (
    r"(?:计划|总|拟|将|预计|独家|分别|再次|再|先后|共同|联合|合资|全额|独资|共)*"
    r"(?:追加投资|投资|斥资|出资|投入|耗资|增资|投建|注资)"
)
# right before a name: X投资3亿元(建设)的
_PAID = re.compile(
    rf"(?P<firm>[^,。;:、!?“”\n]{{2,28}}?){_PAYS}{_AMOUNT}"
    r"(?:,?(?:用于|在[^,。;]{2,20}?)?(?:建设|新建|打造|兴建|扩建|实施|布局|设立|建立|开发|投建)+)?的?“?$"
)
_BUILT = re.compile(
    r"(?P<firm>[^,。;:、!?“”\n]{2,24}?)(?:计划|拟|将|独家|共同|联合|合资|独资)*"
    r"(?:投资建设|投资兴建|投资新建|投资打造|投资开发|投建|出资建设|出资兴建|承建)的“?$"
)
_AT = re.compile(r"(?P<firm>[^,。;:、!?“”\n]{2,16}?)(?:位于|在)[^,。;:]{2,20}的“?$")
_OWNS = re.compile(
    r"(?P<firm>[^,。;:、!?“”\n]{2,16}?)(?:去年|今年|前年|此前|日前|近日|曾|已|正在|\d{4}年|\d{1,2}月|\d{1,2}日|底|初){0,3}"
    r"(?:宣布|公布|披露|规划|筹建|推进|实施|运营|建设|新建|投建|打造|控股|拥有)的“?$"
)
_TOGETHER = re.compile(
    r"与(?P<firm>[^,。;:、!?“”\n]{2,16}?)(?:合作|联合|共同|携手)*(?:共建|建设|打造|投资|开发|实施)的“?$"
)
_SIGNS = re.compile(
    r"(?P<firm>[^,。;:、!?“”\n]{2,18}?)(?:与[^,。;]{2,10}(?:合作|合资|联合)|则|也|还|又|同时|当场|现场|成功)*(?:签下|签约|带来|落子|投下|的)"
    rf"(?:{_AMOUNT})?(?:的)?“?$"
)
_VENTURE = re.compile(
    r"(?P<firms>[^,。;:!?“”\n]{5,50}?)(?:日前|近日|昨日|今日|\d{1,2}[日月]|于|在[^,。;]{2,10}|正式|宣布|计划|拟|将|共同|双方)*"
    r"(?:达成[^,。;]{0,8}协议,?(?:双方)?(?:将|拟)?(?:在[^,。;]{2,12})?)?(?:成立|组建|设立|合资成立|出资设立|合资设立)(?:一家|了|新的)?合资"
)
_BY = re.compile(
    r"由(?P<firm>(?:[^,。;:由]|(?<=\d):(?=\d)){2,60}?)(?:独资|全资|联合|共同|合资|合作|负责|统一|牵头|按[^,。;]{2,14}(?:比例|股比)|采用[^,。;]{2,10}模式)*"
    r"(?:投资|出资|承建|建设|开发|打造|运营|牵头|兴建)"
)
_WITH = re.compile(
    r"(?P<left>[^,。;:!?“”\n]{0,30}?)与(?P<right>[^,。;:!?“”\n]{2,40}?)(?:就[^,。;]{2,30})?(?:在[^,。;]{1,12})?"
    r"(?:正式|成功|现场|举行|共同|分别|又|再次|已)*(?:签约|签署|签订|签下|签定|达成|签了)"
)
_OFFICE = re.compile(
    r"政府|管委会|管理委员会|人民|开发区|园区|高新区|经开区|新区|委员会|招商局|促进局|发改委|商务局|商务厅|有关部门|当地|[我该本][市县区省]|[省市县区镇乡州]$|集团公司等|双方|方面$"
)
_LEAD = re.compile(
    r"^(?:[一二三四五六七八九十]是|\(?[一二三四五六七八九十\d]{1,2}[)、.]|其中|随后|当天|当日|会上|现场|据悉|据了解|据介绍|据报道|此外|同时|目前|近日|日前|去年|"
    r"今年|昨日|今天|昨天|此次|本次|原来|下一步|未来|另外|例如|比如|包括|分别是|分别为|主要有|主要是|有|该|而|由|是|的|和|与|及|以及|在|还有|如|中国企业|"
    r"签约项目|项目|企业|公司|龙头企业|巨头|省委|世界500强企业?|世界500强|中国500强企业?|国内500强|上市公司|知名企业|央企|国企|民企|外商|客商|港商|台商|乡贤|"
    r"\d{1,2}月\d{0,2}日?|\d{1,2}日|\d{4}年|上午|下午|[,、 ])+"
)
_NEVER = re.compile(
    r"后者|前者|资金|集体|合作社资|项目|[在将拟的了是]|计划|总$|协议|合同|累计|一期|二期|三期|首期|先后|其中|预计|大会|仪式|活动|会上|签约|开工|我们|他们|记者|市场|政府|每年|主体|全部|资金|"
    r"财政|自筹|固定资产|完成|实际|今年|去年|年|月|日$|双方|方式|模式|达产|投产|年产|第[一二三]|^[一二三四五六七八九十两多各该本此这那其]|亿|万|元|个$|家$|首次|吸引|鼓励|引导|推动|"
    r"全市|全省|全县|全区|我[市省县区]|社会|带动|拉动|撬动|增加|扩大|有效|民间|产业$|方面|领域$|书记|市长|县长|区长|主任|局长"
)


def firm_like(page: Page, start: int, end: int) -> Span | None:
    """The part of a frame's left side that can be the name of a firm, or None. Fillers before it are left out."""
    work = page.work
    lead = _LEAD.match(work, start, end)
    begin = lead.end() if lead else start
    while begin < end and work[begin] in " ()”":
        begin += 1
    text = work[begin:end]
    if not 2 <= len(text) <= 24 or not re.fullmatch(r"[\u4e00-\u9fffA-Za-z0-9()·& -]+", text):
        return None
    if _NEVER.search(text) or _OFFICE.search(text):
        return None
    words = [w for w in page.words_in(begin, end) if w.end <= end]
    if (
        words
        and words[-1].end == end
        and words[-1].entry.tags & Tag.PLACE
        and words[0].start == begin
        and len(words) == 1
    ):
        return None  # only a place
    verbs = [
        w
        for w in words
        if len(w.entry.word) > 1
        and w.entry.tags & (Tag.BOUNDARY | Tag.STAGE | Tag.FUTURE | Tag.NEGATED | Tag.MEASURE)
        and not w.entry.tags & (Tag.GENERIC | Tag.SECTOR | Tag.ORG | Tag.FIRM | Tag.FACILITY)
    ]
    if verbs:
        return None
    if text.endswith(COMPANY_ENDS) and len(text) >= 6:
        return begin, end
    covered = sum(
        w.end - w.start for w in words if w.entry.tags & (Tag.GENERIC | Tag.FACILITY) and len(w.entry.word) > 1
    )
    return (begin, end) if covered * 2 <= len(text) else None


def _parts(page: Page, start: int, end: int) -> list[Span]:
    """Joint payers: all parts of A、B和C, or nothing where one of them is no firm."""
    work, found, at = page.work, [], start
    joints = r"[、与及]|以及" if re.search(r"[、与及]", work[start:end]) else "和"  # 明和工业与大成精机
    for joint in [*re.finditer(joints, work[start:end]), None]:
        stop = start + joint.start() if joint else end
        text = work[at:stop]
        cut = re.match(r"(.{2,28}?)(?:出资|投资|持股|按|等|共$|联$|采用|\d)", text)
        span = firm_like(page, at, at + len(cut[1] if cut else text))
        if span is None:
            whole = firm_like(page, start, end)
            return [whole] if whole else []
        found.append(span)
        at = start + joint.end() if joint else end
    return found


def paid_before(page: Page, sentence: Sentence, at: int) -> list[Span]:
    """The payer in the words right before a name at `at`: X投资3亿元的, X投资建设的, X在某地的."""
    work = page.work
    floor = max(sentence.start, at - 70)
    segment = at
    while segment > floor and work[segment - 1] not in "。;:!?\n":
        segment -= 1
    head = work[segment:at]
    for pattern in (_PAID, _BUILT):
        match = pattern.search(head)
        if match is None:
            continue
        start, end = segment + match.start("firm"), segment + match.end("firm")
        firms = [span for span in organisations(page, start, end) if work[span[0] : span[1]].endswith(COMPANY_ENDS)]
        if firms:
            return firms
        parts = _parts(page, start, end)
        if parts:
            return parts
    return []


def held_at(page: Page, sentence: Sentence, at: int) -> list[Span]:
    """X在某地的Y基地: the payer before the place."""
    work = page.work
    floor = max(sentence.start, at - 44)
    segment = at
    while segment > floor and work[segment - 1] not in ",。;:!?\n、":
        segment -= 1
    match = (
        _AT.search(work[segment:at])
        or _OWNS.search(work[segment:at])
        or _TOGETHER.search(work[segment:at])
        or _SIGNS.search(work[segment:at])
    )
    span = firm_like(page, segment + match.start("firm"), segment + match.end("firm")) if match else None
    return [span] if span else []


def joined_by(page: Page, sentence: Sentence) -> list[Span]:
    """X与Y成立合资公司: both."""
    match = _VENTURE.search(page.work, sentence.start, sentence.end)
    if match is None:
        return []
    parts = _parts(page, *match.span("firms"))
    return parts if len(parts) >= 2 else []


def paid_by(page: Page, sentence: Sentence) -> list[Span]:
    """由X和Y投资建设 anywhere in a sentence."""
    for match in _BY.finditer(page.work, sentence.start, sentence.end):
        parts = _parts(page, *match.span("firm"))
        if parts:
            return parts
    return []


def signed_with(page: Page, sentence: Sentence) -> list[Span]:
    """某市与X签约, X与某市政府签署: the party that is no office."""
    work = page.work
    for match in _WITH.finditer(work, sentence.start, sentence.end):
        left = firm_like(page, *match.span("left")) if match["left"] else None
        right = _parts(page, *match.span("right"))
        office = _OFFICE.search(match["right"]) or _only_place(page, *match.span("right"))
        if office and left:
            return [left]
        if not office and right and not left:
            return right
    return []


def _only_place(page: Page, start: int, end: int) -> bool:
    words = [w for w in page.words_in(start, end) if w.entry.tags & Tag.PLACE]
    return bool(words) and words[0].start == start and words[-1].end >= end - 1


def in_turn(page: Page, sentence: Sentence, pairs: dict[int, Name], amounts: list[Number]) -> dict[int, Span]:
    """A、B分别投资3亿元、2亿元建设X和Y: the payer of each name (by where it begins), one to one."""
    run = [number for number in amounts if number.start in pairs]
    if len(run) < 2:
        return {}
    match = _IN_TURN.search(page.work, max(sentence.start, run[0].start - 90), run[0].start)
    if match is None:
        return {}
    payers = _parts(page, *match.span("firms"))
    if len(payers) != len(run):
        return {}
    return {pairs[number.start].start: payer for number, payer in zip(run, payers, strict=True)}


_IN_TURN = re.compile(
    r"(?P<firms>[^,。;:!?\n]{4,70}?)(?:计划|拟|将)*分别(?:计划|拟|将)*(?:投资|斥资|出资|投入)(?:约|超|近|超过)?$"
)
