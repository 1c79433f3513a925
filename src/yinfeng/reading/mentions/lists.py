"""Enumerations of projects: `A、B、C等项目`, `包括A、B、C等`, whose items need no head of their own."""

from __future__ import annotations

import re

from ..lexicon import Entry, Tag
from .edges import left_edge
from .names import Name
from .page import Page, Sentence, Word

_TAIL = re.compile(
    r"等(?:在内的)?(?P<count>\d+余?[个项]|[一二三四五六七八九十]+[个大项]|一批|多个)?"
    r"[^,。;:、!?\n“”\d了]{0,12}?(?P<head>(?<!子)项目|工程)(?!招引|建设指挥|推进会|信息|库|清单|研判|负责|方面|参观|考察)"
)
_PEOPLE = re.compile(r"领导|同志|干部|部门|单位|情况|工作|出席|参加|人士|专家|代表|班子|书记")
_PARTS = re.compile(r"[”’ ]*(?:该|此|这)?(?:项目|工程)(?:主要)?(?:建设内容)?(?:包括|包含|涵盖|含|由)")
_BUILT_PARTS = re.compile(r"(?:主要建设|建设内容[为是包括]*|主要生产|配套建设|主要有)[^,。;]{0,6}$")
_COUNTED_TAIL = re.compile(
    r"(?<![等第\d和及与共])(?P<count>[两二三四五六七八九十]|\d+)[个大](?:重点|重大|产业|工业)*(?P<head>(?<!子)项目|工程)(?!招引|信息|库|清单)"
)
_FACILITY_TAIL = re.compile(
    r"等(?:\d+[个座]|[一二三四五六七八九十]+[个座大])?(?P<head>重大设施|重点设施|重点线路|港区|园区|基地|产业园|工程|电站|厂区)"
)
_ITEM_MARK = frozenset("、")
_STOP = frozenset(",。;:!?\n")
_INTRO = re.compile(
    r"(?:包括|涵盖|涉及|例如|比如|诸如|如|引进了?|引入了?|签约了?|推荐|落户了?|实施了?|推进|建设|开工|分别为|分别是|其中|储备|洽谈|对接|谋划|争取|启动|有|了|的|是|为|与|抓好|加快)$"
)
_VERBAL = Tag.STAGE | Tag.FUTURE | Tag.NEGATED


def listed_items(page: Page, sentence: Sentence, taken: list[Name]) -> list[Name]:
    """Items without a head in enumerations of projects, as listed names; items that are names already are left out."""
    work = page.work
    text = work[sentence.start : sentence.end]
    if "等" not in text and "、" not in text:
        return []
    found: list[Name] = []
    led = _LED.search(work, sentence.start, sentence.end) if "、" in text else None
    if led:
        found += _led_items(page, sentence, led.end(), taken)
    if "等" not in text and not ("、" in text and _COUNTED_TAIL.search(text)):
        return found
    for pattern in (_TAIL, _FACILITY_TAIL, _COUNTED_TAIL):
        for match in pattern.finditer(work, sentence.start, sentence.end):
            if (
                re.search(r"企业|公司|产业|领域|行业|方面|问题", work[match.start() : match.start("head")])
                and match["head"] == "项目"
            ) and not match["count"]:
                continue
            if _PEOPLE.search(work, match.start(), match.end()):
                continue
            if _PARTS.match(work, sentence.start, match.start()):
                continue
            tail = re.search(r"第[一二三]批$", work[max(sentence.start, match.start() - 3) : match.start()])
            items = _items(
                page,
                sentence,
                match.start() - (3 if tail else 0),
                bool(match["count"]) if "count" in match.re.groupindex else False,
            )
            if items and pattern is _COUNTED_TAIL and items[-1][1] < match.start():
                continue
            if items and _BUILT_PARTS.search(work, max(sentence.start, items[0][0] - 12), items[0][0]):
                continue
            if items is None:
                continue
            found += [
                Name(
                    a,
                    b,
                    "named",
                    strength,
                    "",
                    proper=proper,
                    propers=frozenset([proper]) if proper else frozenset(),
                    listed=True,
                )
                for a, b, strength, proper in items
                if not _grown(taken, a, b)
                and not any(n.start < b and a < n.end and n.kind != "phase" for n in [*taken, *found])
            ]
    return found


def _grown(taken: list[Name], start: int, end: int) -> bool:
    """城北污水处理厂提标改造 in a list: a name that ends inside the item takes the rest of it."""
    inside = [n for n in taken if n.start < end and start < n.end and n.kind != "phase"]
    if len(inside) != 1 or inside[0].kind != "named" or inside[0].start < start or not 0 < end - inside[0].end <= 16:
        return False
    inside[0].start, inside[0].end, inside[0].head, inside[0].listed = start, end, "", True
    return True


_LED = re.compile(
    r"(?:(?:签约|开工|新开工|续建|新建|重点|重大|投产|竣工|引进|储备|落户|推进|在谈|预备)(?:的)?(?:重点|重大|产业|建设)*|\d+余?[个项][^,。;:]{0,8})"
    r"项目(?:主要)?(?:有|包括|包含|分别为|分别是)(?:了)?:?"
)


def _led_items(page: Page, sentence: Sentence, at: int, taken: list[Name]) -> list[Name]:
    """新开工项目包括:A、B、C等。: what stands between the colon and the end of the sentence, if most of it is proper."""
    work = page.work
    stop = min((p for p in (work.find(mark, at, sentence.end) for mark in ",。;!?\n") if p >= 0), default=sentence.end)
    spans = []
    for part in re.finditer(r"[^、]+", work[at:stop]):
        text = part[0]
        cut = re.search(r"等(?:\d+[个项]|一批|多个)?(?:[^,。;]{0,10}项目)?[,。;]?$|,.*$", text)
        a, b = at + part.start(), at + part.start() + (cut.start() if cut else len(text))
        if re.search(r"[,:\d]元|,|以及|^每|^年|\d[个项只]", work[a:b]) or not 3 <= b - a <= 40:
            return []
        spans.append((a, b))
    judged = [(a, b, *_judge(page, a, b)) for a, b in spans]
    proper = [item for item in judged if item[2] >= 2]
    if len(spans) < 2 or len(proper) * 2 < len(judged):
        return []
    return [
        Name(
            a,
            b,
            "named",
            max(strength, 2),
            "",
            proper=proper_part,
            propers=frozenset([proper_part] if proper_part else []),
            listed=True,
        )
        for a, b, strength, proper_part in judged
        if strength >= 0 and not any(n.start < b and a < n.end and n.kind == "named" for n in taken)
    ]


def _items(page: Page, sentence: Sentence, end: int, counted: bool = False) -> list[tuple[int, int, int, str]] | None:
    """The items left of 等, or None where it is no enumeration of proper things. counted: 等5个项目."""
    work = page.work
    spans: list[tuple[int, int]] = []
    priced: set[int] = set()
    at = end
    first = True
    while at > sentence.start and len(spans) < 30:
        start = at
        quoted = work[at - 1] == "”"
        if quoted:
            start = work.rfind("“", sentence.start, at)
            if start < 0:
                break
            spans.append((start + 1, at - 1))
        else:
            while start > sentence.start and work[start - 1] not in "、,。;:!?\n“" and at - start < 40:
                if work[start - 1] in "和及与" and _PAID.match(work, start, at):
                    break
                start -= 1
            if start > sentence.start and work[start - 1] == "“" and "”" in work[start:at]:
                spans.append((start - 1, at))  # “两机”重大专项
                break
            if start > sentence.start and work[start - 1] in "、和及与":
                paid = _PAID.match(work[start:at])
                spans.append((start + (paid.end() if paid else 0), at))
                if paid:
                    priced.add(start + paid.end())
            else:
                edge = left_edge(page, max(start, sentence.start), Word(at, at, _NOBODY))
                spans.append((edge, at))
                if work[edge - 2 : edge] == "元的":
                    priced.add(edge)
                first = False
        if not first or start == sentence.start or work[start - 1] not in "、和及与":
            break
        at = start - 1
    spans.reverse()
    quoted_only = bool(spans) and work[spans[0][1] : spans[0][1] + 1] == "”"
    if len(spans) < 2 and not quoted_only and not (counted and spans):
        return None
    judged = [(a, b, *_judge(page, a, b)) for a, b in spans]
    judged = [(a, b, max(s, 2) if a in priced and s >= 0 else s, proper) for a, b, s, proper in judged]
    proper = [item for item in judged if item[2] >= 2]
    if len(spans) < 2 and not quoted_only:
        return [item for item in proper if item[2] >= 3] or None
    if len(proper) * 2 < len(judged):
        return None
    # in a list of proper things the vague ones are proper too
    return [
        (a, b, s or 2, p)
        for a, b, s, p in judged
        if s > 0 or (s == 0 and b - a >= 5 and (counted or len(proper) * 3 >= len(judged) * 2))
    ]


_PAID = re.compile(r"[^,。;、的]{0,8}\d[\d.]*[万亿]*[多余]?[美欧]?元(?:以上|左右)?的")
_NOBODY = Entry("")  # stands for a head where there is none


def _judge(page: Page, start: int, end: int) -> tuple[int, str]:
    """(strength, proper part) of an item: 3 with unknown words in it, 2 with a place or a measured product, 0 vague."""
    work = page.work
    if not 2 <= end - start <= 40 or re.search(r"[的了在将]", work[start:end]):
        return -1, ""
    gaps, at, place = [], start, 0
    for word in page.words_in(start, end):
        if word.end > end or word.start < at:
            continue
        tags = word.entry.tags
        if len(word.entry.word) == 1:
            continue
        if tags & _VERBAL and word.entry.stage not in ("expanded",) and not tags & Tag.GENERIC:
            return -1, ""
        if word.start > at:
            gaps.append(work[at : word.start])
        if tags & Tag.FIRM and end - start > word.end - word.start:
            return 3, word.entry.word  # 碧桂园三期
        if tags & (Tag.PLACE | Tag.FIRM):
            place += 1
        at = word.end
    if at < end:
        gaps.append(work[at:end])
    han = [re.sub(r"\d[\d.]*[吨万亿台套件]*|年产|[^\u4e00-\u9fffA-Za-z]+", "", gap) for gap in gaps]
    proper = max(han, key=len, default="")
    if len(proper) >= 2 and not work.endswith("化", start, end):
        return 3, proper
    if place or re.search(r"\d", work[start:end]):
        return 2, ""
    return 0, ""
