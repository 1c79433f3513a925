"""Names of projects and facilities, and how much they say.

A name ends with a head (项目, 工程, 基地, 中心 …) and begins after the nearest boundary to its left: a mark, a verb, an amount,
a count, a time. What is neither a generic nor a trade word inside it is its proper part; the more of that, the more the
name is a name. `strength`: 3 a proper name, 2 a place or quoted words with a trade, 1 only a trade (石化项目), 0 generic.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..lexicon import Entry, Tag, word_set
from .edges import MARKS, left_edge, trimmed
from .page import Page, Sentence, Word

# one-character words that always end a name to their right
_ALONE = frozenset("该此本的个对以在将是由把被从向于等有已为大两各")
_ANAPHOR = re.compile(r"(?:该|此|这个|这一|本|上述)(?:大)?(?:项目|工程|基地|园区|产业园|中心|工厂)")
_PHASE = re.compile(r"(?:项目)?(第?[一二三四五]期|首期|[1-5]期)(?:工程|项目|建设|厂房)*")
_QUOTED = re.compile(r"“([^“”\n]{4,60})”")
_NOT_A_HEAD = re.compile(
    r"负责人|总经理|董事长|总裁|代表|总监|地(?=举|内|[,。])|经理|法人|方(?![面式])|组(?!团)|库|清单|个?数(?!字)|率|办公室|部(?!分)|化|师|人员|书记|单位|法|论|秘书|顾问|资本金|贷款|会议|现场(?=会|推进|观摩|办公)|指挥|专班|进度|审批"
)
_GENERIC_END = re.compile(
    r"(?:签约|开工|投资|招商|招商引资|重点|重大|合作|意向|推介|在谈|储备|引进|履约|落地|入库|招引|亿元|以上|优质|奠基|竣工|投产|外资|内资|央企|台资|港资|民企|产业类|类|级|标志性|在建|续建|政府|"
    r"新|大|好|小|两个|多个|系列|批|各|其他|其它|等|所有)(?:项目|工程)$"
)
_SITES = word_set("sites")
_FOUNDED = re.compile(r"(?:共建|建设|新建|筹建|创办|设立|成立|投资|开工)$")
_SLOGAN = re.compile(
    r"[\u4e00-\u9fff]{0,4}?[一二三四五六七八九十两][\u4e00-\u9fff]{1,2}[一二三四五六七八九十两][\u4e00-\u9fff]{1,3}"
)
_BUILT = re.compile(r"(?:兴建|投资建设|建设|新建|投资兴建|投建)的?$")


@dataclass(slots=True)
class Name:
    """A name where it stands. kind: named | anaphor | phase | bare (项目 alone)."""

    start: int
    end: int
    kind: str
    strength: int = 0
    head: str = ""
    phase: str = ""
    quoted: bool = False
    proper: str = ""  # the longest stretch no lexicon knows
    propers: frozenset[str] = frozenset()
    listed: bool = False
    solid: bool = True  # a facility, not only a trade with 项目 or 工程
    built: bool = False  # only known by its being built: 建设产业园
    title: bool = False  # stands in a headline
    counted: bool = False  # an item of `A、B等5个项目`
    place_before: int = -1  # where `宁远的` before the name begins


def find_names(page: Page, sentence: Sentence) -> list[Name]:
    """All names of the sentence in order, not overlapping."""
    work = page.work
    found: list[Name] = []
    taken = sentence.end
    for word in reversed(page.heads_in(sentence.start, sentence.end)):
        if word.end > taken:
            continue
        name = _name_ending(page, sentence, word)
        if name is not None:
            name = _joined(work, found, name)
            found.append(name)
            taken = name.start
    found.reverse()
    return _with_phases(page, sentence, found)


_BUILD_BOTH = re.compile(r"(?<=[\u4e00-\u9fff,元])(?:建设|打造|兴建|新建|投建|设立|布局|建立|扩建)了?$")


def _joined(work: str, later: list[Name], name: Name) -> Name:
    """`A厂及B基地项目` is one project: the facility on the left joins the project on the right."""
    if not later or name.kind != "named":
        return name
    right = later[-1]
    if "分别" in work[right.end : right.end + 16] and "、" not in work[right.end : right.end + 8]:
        return name  # A和B,投资分别为…: two
    both = work[name.end : right.start] in ("及", "和", "与") and right.kind == "named"
    short = right.end - name.start < 40 and name.end - name.start <= 16 and right.strength <= 2
    if (
        both
        and short
        and "项目" not in (name.head, right.head)
        and _BUILD_BOTH.search(work, max(0, name.start - 8), name.start)
    ):
        later.pop()
        strength = max(name.strength, right.strength)
        return Name(name.start, right.end, "named", strength, right.head, proper=name.proper)
    if (
        work[name.end : right.start] in ("及", "和", "与", "暨")
        and right.kind == "named"
        and (
            work[name.end] == "暨"
            or (right.head in ("项目", "工程") and name.head not in ("项目", "工程") and right.end - name.start < 60)
        )
    ):
        later.pop()
        return Name(
            name.start,
            right.end,
            "named",
            max(name.strength, right.strength),
            right.head,
            proper=max(name.proper, right.proper, key=len),
        )
    return name


_SO_MANY_GREAT = re.compile(r"[一二三四五六七八九十两]大")


def _name_ending(page: Page, sentence: Sentence, head: Word) -> Name | None:
    work = page.work
    after = work[head.end : head.end + 1]
    if _NOT_A_HEAD.match(work, head.end):
        return None
    single = head.entry.tags & Tag.FACILITY and len(head.entry.word) == 1
    if single and (not after or after not in "、等的"):
        return None  # 港, 园, 矿 inside another word
    before = work[head.start - 1] if head.start > sentence.start else "\n"
    if head.entry.tags & Tag.HEAD and before == "”":
        opening = work.rfind("“", max(sentence.start, head.start - 40), head.start - 1)
        inside = work[opening + 1 : head.start - 1] if opening >= 0 else ""
        if len(inside) >= 6 and "”" not in inside and not _QUOTED_CAUSE.search(inside):
            proper = _core(inside)
            return Name(opening, head.end, "named", 3, head.entry.word, quoted=True, proper=proper)
    if head.entry.tags & Tag.HEAD and (before in MARKS or before in _ALONE):  # 项目 by itself: most of them
        kind = "anaphor" if before in "该此本" else "bare"
        return Name(head.start, head.end, kind, 0, head.entry.word, solid=False)
    left = left_edge(page, sentence.start, head)
    start = trimmed(page, left, head)
    verb = _VERB_FIRST.match(work, start)
    if verb and head.start - verb.end() >= 2 and (start <= sentence.start or work[start - 1] in ",。;:元"):
        start = verb.end()  # 追加4亿美元投资,扩建某某基地
    if work[start] == "其" and head.start - start > 2:
        start += 1
    start = _framed(page, sentence, head, start)
    if work[start - 1 : start] == "”" and start > sentence.start:
        opening = work.rfind("“", max(sentence.start, start - 10), start - 2)
        if (
            opening >= 0
            and not _QUOTED_MATTER.search(work, opening, start)
            and work[start : start + 1] not in ("等", "的")
        ):
            start = opening  # “唐韵里”文旅街区
    name = _judged(page, start, head)
    if name.kind != "anaphor":
        name = _widened(page, sentence, head, name)
    if left > 0 and work[left - 1] in "该此本" and name.strength < 3 and left >= sentence.start:
        name.kind, name.strength = "anaphor", 0  # 该建设项目
    facility = bool(head.entry.tags & Tag.FACILITY)
    several = _SO_MANY_GREAT.match(work[start : head.end])
    if (
        facility
        and not several
        and name.strength == 0
        and name.kind == "bare"
        and _BUILT.search(work, max(0, start - 6), start)
    ):
        name.kind, name.strength = "named", 1  # 在某地兴建的产业园
        name.built = True
    if head.entry.word in ("大学", "学院") and not _FOUNDED.search(work[max(sentence.start, start - 6) : start]):
        return None  # a partner, not a project
    strict = not head.entry.tags & Tag.HEAD
    if strict and name.strength == 0 and name.kind != "anaphor":
        opens = start == sentence.start or work[start - 1] in ",。;:”\n "
        if not opens or start != head.start or len(head.entry.word) < 2:
            return None
        return Name(start, head.end, "bare", 0, head.entry.word)  # 产业园达产后: the one spoken of
    return name


_QUOTED_CAUSE = re.compile(r"十[一二三四五]五|行动|计划|战略|企业|[百千]强|[、,+]|招商|双")
_QUOTED_MATTER = re.compile(r"十[一二三四五]五|规划|[、,\d+]|行动|工程|计划|战略|企业|强|批")
_FRAME = re.compile(
    r"(?:[、“●]|(?<=元)的|(?<=以上)的)([^、“”●,。;:!?()\n的了在将是由把被从向于与和等有已不为年月日元个]{4,24})$"
)
_OPEN_FRAME = re.compile(r"[:;\n]([^、“”●,。;:!?()\n的了在将是由把被从向于与和等有已不为年月日元个]{4,24})$")
_THEN_PAID = re.compile(r"[,(](?:计划|预计|拟)?(?:总)?投资(?:额)?[约达超近]?\d")
_PLAIN_FRAME = re.compile(r"投资|建设|签约|引进|推进|实施|打造|举行|涉及|包括|加快|新建|洽谈|开工|落户")


def _framed(page: Page, sentence: Sentence, head: Word, start: int) -> int:
    """A、趣店融资租赁项目、B and 投资3亿元的伺服驱动器项目: the frame shows where a name begins, whatever words are in it."""
    if head.entry.word not in ("项目", "工程"):
        return start
    floor = max(sentence.start, head.start - 30)
    frame = _FRAME.search(page.work, floor, head.start)
    if frame is None and _THEN_PAID.match(page.work, head.end):
        frame = _OPEN_FRAME.search(page.work, floor, head.start)
    if frame is None or not frame.start(1) < start or start - frame.start(1) > 12:
        return start
    if _PLAIN_FRAME.search(page.work, frame.start(1), start):
        return start
    if page.work[frame.start()] == "、" and not _LISTED_HEAD.search(page.work, floor - 12, frame.start()):
        return start
    return frame.start(1)


_LISTED_HEAD = re.compile(r"(?:项目|工程|基地|中心|园|厂)$")


def _widened(page: Page, sentence: Sentence, head: Word, name: Name) -> Name:
    """A name that was cut short: `X公司的Y项目`, `X及Y生产项目`, or a line or clause that begins with it."""
    work, start = page.work, name.start
    if name.strength >= 3 or start <= sentence.start:
        return name
    before = work[start - 1]
    if before == "的" and name.strength >= 1:
        firm = _company_before(page, sentence, start - 1)
        if firm is not None:
            return Name(firm, name.end, "named", 3, name.head, proper=work[firm : start - 1])
        located = re.search(r"(?:位于|坐落于|地处)[^,。;]{2,12}的$", work[max(sentence.start, start - 18) : start])
        if located and name.strength == 1:
            name.place_before = start - 1
        place = [w for w in page.words_in(max(sentence.start, start - 9), start) if w.end == start - 1]
        if place and place[0].entry.tags & Tag.PLACE and name.strength == 1:
            name.place_before = place[0].start
    builder = _builder_before(page, sentence, start) if name.strength <= 2 else None
    if builder is not None:
        return Name(builder, name.end, "named", 3, name.head, proper=work[builder:start])
    if before in "及和与、" and name.strength <= 1 and (name.kind == "named" or before == "及"):
        wide = left_edge(page, sentence.start, Word(start - 1, start - 1, head.entry))
        wide = trimmed(page, wide, head)
        part = work[wide : start - 1]
        if (
            len(part) >= (3 if before == "及" else 4)
            and "项目" not in part
            and not _OTHER_HEAD.search(part)
            and part[-1] not in "局委办会部厅处"
            and not _GENERIC_END.search(part + "项目")
        ):
            wider = _judged(page, wide, head)
            told = _company_in(page, wide, start) or re.search(r"\d|生产|制造|加工", part)
            if wider.strength >= 3 and (told or (before == "及" and not _ends_in_facility(page, wide, start - 1))):
                return wider
    clause = start
    while clause > sentence.start and work[clause - 1] not in ",。;:!?、\n“”":
        clause -= 1
    if (
        0 < start - clause <= 8
        and work[start : name.end - len(name.head)] in _TRADES
        and not _FUNCTION.search(work[clause:start])
    ):
        first = page.words_in(clause, clause + 1)
        inner = work[clause:start]
        known = [w for w in page.words_in(clause, start) if w.start == clause]
        if (
            (not first or first[0].start != clause or len(first[0].entry.word) == 1)
            and not known
            and re.fullmatch(r"[\u4e00-\u9fffA-Za-z]+", inner)
        ):
            wider = _judged(page, clause, head)
            if wider.strength >= 2 or (wider.strength and name.strength == 0):
                return Name(clause, name.end, "named", 3, name.head, proper=wider.proper or inner)
    return name


_TRADES = word_set("trades")
_OTHER_HEAD = re.compile(r"(?:项目|工程|等|企业|产业)$")
_FUNCTION = re.compile(
    r"[的了在将是由把被从向于与有已也都还并其该此本我这那各所着切不到对为就要使让给等\d]|全面|目前|总投资|年来|以来|其中|同时|此次"
)


def _company_before(page: Page, sentence: Sentence, at: int) -> int | None:
    """The left end of a company name that ends at `at`."""
    words = page.words_in(max(sentence.start, at - 8), at)
    if not words or words[-1].end != at:
        return None
    if words[-1].entry.tags & Tag.FIRM:
        return words[-1].start
    if not words[-1].entry.word.endswith("公司"):
        return None
    start = left_edge(page, sentence.start, words[-1])
    return start if at - start >= 5 else None


def _ends_in_facility(page: Page, start: int, end: int) -> bool:
    words = page.words_in(start, end)
    return bool(words) and words[-1].end == end and bool(words[-1].entry.tags & Tag.FACILITY)


def _builder_before(page: Page, sentence: Sentence, start: int) -> int | None:
    """X有限公司新建3万套车灯项目: the left end of the firm's name."""
    words = page.words_in(max(sentence.start, start - 16), start)
    if (
        len(words) >= 2
        and words[-1].end == start
        and words[-1].entry.word in _BUILDS
        and words[-2].end == words[-1].start
    ):
        return _company_before(page, sentence, words[-1].start)
    return None


_BUILDS = word_set("builds")


def _company_in(page: Page, start: int, end: int) -> bool:
    return any(w.entry.word.endswith("公司") or w.entry.tags & Tag.FIRM for w in page.words_in(start, end))


_VERB_FIRST = re.compile(r"(?:扩建|改建|新建|改扩建|改造)(?!项目|工程|的)")


def _judged(page: Page, start: int, head: Word) -> Name:
    """The name with its strength."""
    work, end = page.work, head.end
    gaps: list[str] = []
    sector = place = firm = facility = 0
    generic = 0
    tags_of_head = head.entry.tags
    at = start
    for word in page.words_in(start, head.start):
        if word.start < at:
            continue
        tags = word.entry.tags
        if len(word.entry.word) == 1 and not tags & (Tag.SECTOR | Tag.FACILITY | Tag.HEAD):
            continue  # part of an unknown stretch: 喜来登
        if word.start > at:
            gaps.append(work[at : word.start])
        if tags & Tag.FIRM:
            firm += 1
        elif tags & Tag.PLACE:
            place += 1
        elif tags & Tag.SECTOR and (
            not tags & Tag.GENERIC or (tags_of_head & Tag.FACILITY and len(head.entry.word) > 2)
        ):
            sector += 1
        elif tags & Tag.FACILITY and not tags & Tag.GENERIC:
            facility += 1
        elif tags & Tag.ORG and word.entry.word.endswith(("公司", "集团", "银行", "会社")):
            firm += 1
        else:
            generic += 1
        at = word.end
    if at < head.start:
        gaps.append(work[at : head.start])
    han = [_core(gap) for gap in gaps]
    proper = max(han, key=len, default="")
    unknown = sum(map(len, han))
    is_head = bool(head.entry.tags & Tag.HEAD)
    if firm or len(proper) >= 2:
        strength = 3
    elif place and (sector or facility or unknown or len(head.entry.word) > 2):
        strength = 2
    elif (
        sector >= 2
        or (sector and (facility or unknown or (not is_head and len(head.entry.word) > 1)))
        or facility
        or sector
    ):
        strength = 1
    elif not is_head and (place or unknown > 1) and len(head.entry.word) > 1:
        strength = 1 if not place else 2
    else:
        strength = 0
    if (is_head and strength < 3 and _GENERIC_END.search(work[start:end])) or (
        is_head and _GENERIC_END.search(work[start:end]) and not firm
    ):
        strength = 0
    if head.entry.word in _SITES:
        strength = min(strength, 1)  # 宁远工业园 is a place until something is said of it
    if _SLOGAN.fullmatch(work, start, end) or _SO_MANY_GREAT.match(work[start:end]):
        strength = 0  # 三线三基地
    if head.entry.word == "市场" and _NO_MARKET.search(work, start, end):
        strength = 0
    quoted = work[start - 1 : start] == "“" and work[end : end + 1] == "”"
    if not strength and quoted and end - start >= 6 and not _SLOGAN.fullmatch(work, start, end):
        strength = 2  # “西部国际家居建材城”: quoted words are a name
    kind = "named" if strength else "bare"
    body = work[start : head.start]
    if _ANAPHOR.fullmatch(work[start:end]) or body in ("该", "此", "这个", "这一", "本"):
        kind, strength = "anaphor", 0
    before = work[start - 1 : start]
    if (
        (strength == 0 and before and before in "该此本")
        or before == "该"
        or work[max(0, start - 2) : start] in ("这个", "这一")
    ):
        kind = "anaphor"
    return Name(
        start,
        end,
        kind,
        strength,
        head.entry.word,
        solid=bool(facility) or not is_head,
        proper=proper,
        propers=frozenset(h for h in han if len(h) >= 2),
    )


_NOISE = re.compile(
    r"(?:年产能?|年处理|年)?\d[\d.,/×*~-]*[吨万亿年只件套台条个兆瓦千级号米平方公里辆颗片英寸盏支头羽GWMwkVthd/]*|[^\u4e00-\u9fffA-Za-z]+|^年产?"
)


def _core(gap: str) -> str:
    """The part of an unknown stretch that may be a proper name."""
    return _NOISE.sub("", gap)


def _phase_name(page: Page, sentence: Sentence, match: re.Match[str]) -> Name | None:
    """沐岚包装三期: a name whose head is its phase; it needs a proper part, and a mark or 的 before it."""
    begin = max(sentence.start, match.start() - 24)
    start = left_edge(page, begin, Word(match.start(), match.start(), _NO_HEAD))
    if match.start() - start < 3 or not _AFTER_PHASE.match(page.work, match.end()):
        return None
    before = page.work[start - 1 : start]
    if start > sentence.start and before not in "、,:;。(的有括含“\n ●◆■":
        return None
    name = _judged(page, start, Word(match.start(), match.end(), _NO_HEAD))
    if name.strength < 3:
        return None
    return Name(start, match.end(), "named", 3, "", phase=match[1], proper=name.proper, propers=name.propers)


_NO_MARKET = re.compile(
    r"(?:中国|国内|国际|海外|全球|目标|消费|资本|本地|省内|当地|人才|劳动力|房地产|欧洲|亚洲|北美|主流|高端|汽车)市场$"
)
_AFTER_PHASE = re.compile(r"[、,:;。)的”\n]|$|等|已|将|项目|正|于|加快|建成|竣工|投产|开工")
_NO_HEAD = Entry("")


_PHASE_AT_END = re.compile(r"(第?[一二三四五]期|首期)[^,。;]{0,10}$")


def _with_phases(page: Page, sentence: Sentence, names: list[Name]) -> list[Name]:
    """Phases (一期, 二期项目) become mentions of their own; a bare phase name is a phase, not a project."""
    work = page.work
    if work.find("期", sentence.start, sentence.end) < 0:
        return names
    result: list[Name] = []
    for name in names:
        body = work[name.start : name.end]
        whole = _PHASE.fullmatch(body)
        if whole or (name.kind in ("bare", "anaphor") and _PHASE.search(body)):
            match = whole or _PHASE.search(body)
            name.kind, name.strength, name.phase = "phase", 0, match[1] if match else ""
        elif name.kind == "named":
            tail = _PHASE_AT_END.search(body)
            name.phase = tail[1] if tail else ""
        result.append(name)
    covered = [(n.start, n.end) for n in result]
    for match in _PHASE.finditer(work, sentence.start, sentence.end):
        if work[match.start() - 1 : match.start()] in ("分", "共", "为", "、", "("):
            continue  # 分三期建设
        if not any(a < match.end() and match.start() < b for a, b in covered):
            result.append(
                _phase_name(page, sentence, match) or Name(match.start(), match.end(), "phase", phase=match[1])
            )
    result.sort(key=lambda n: n.start)
    return result
