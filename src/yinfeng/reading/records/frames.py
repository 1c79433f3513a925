"""Who pays and where: investors and places around a project."""

from __future__ import annotations

import re

from ..lexicon import Tag
from ..mentions.names import Name
from ..mentions.page import Page, Sentence, Word

_COMPANY = frozenset(
    [
        "有限责任公司",
        "股份有限公司",
        "有限公司",
        "集团有限公司",
        "集团股份有限公司",
        "集团公司",
        "总公司",
        "公司",
        "集团",
        "银行",
        "株式会社",
    ]
)
_WE = re.compile(
    r"^(?:该|本|我|各|多家|一家|这家|某|其|其他|分|子|全资子|母|上市|大型|知名|外资|合资|相关|龙头|物流|科技)*(?:公司|集团|企业)$"
)
_TICKER = re.compile(r"(?:^|[,。;】\n: ])([\u4e00-\u9fffA-Za-z]{2,8})\(\d{6}(?:\.[A-Z]{2})?\)")
_COLON_TITLE = re.compile(r"^【?([\u4e00-\u9fffA-Za-z]{2,8}):")
_GEOGRAPHIC = frozenset("湾岭山河湖江海岛镇村港滩桥路坡沟洲洋泉溪州城东西南北乡街坝塘峡关口庄屯寨店林园沙")
_PLACE_END = re.compile(
    r"(?:经济技术开发区|高新技术产业开发区|经济开发区|高新技术产业园|高新区|经开区|开发区|工业园区|产业园区|工业园|产业园|科技园|新区|"
    r"合作区|保税区|自贸区|示范区|片区|园区|新城|街道|省|市|县|区|镇|乡|村|州|旗|郡)"
)
_AT = re.compile(
    r"(?:坐落于|坐落在|位于|落户于|落户在|落户|落地于|落地|选址在|选址于|选址|地处|布局在|入驻|在|到|于|落脚|花落)$"
)
_DROP_PLACE = re.compile(r"^(?:我|在|于|位于|落户|落地|江苏省?的)")


def organisations(page: Page, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of names of firms in [start, end)."""
    found: list[tuple[int, int]] = []
    for word in page.words_in(start, end):
        tags = word.entry.tags
        if tags & Tag.FIRM and word.end <= end:
            found.append((word.start, word.end))
        elif tags & Tag.ORG and word.entry.word in _COMPANY and word.end <= end:
            left = _org_start(page, start, word)
            text = page.work[left : word.end]
            if len(text) - len(word.entry.word) >= 2 and not _WE.match(text):
                if found and found[-1][0] >= left:
                    found.pop()
                elif found and found[-1][1] > left:
                    continue
                found.append((left, word.end))
    for match in _TICKER.finditer(page.work, start, end):
        if not any(a < match.end(1) and match.start(1) < b for a, b in found):
            found.append(match.span(1))
    return sorted(found)


_ORG_STOP = frozenset("由与和及被把将在对向从为是等、,。;:!?“”《》【】|\n 的了据")


def _org_start(page: Page, floor: int, suffix: Word) -> int:
    """Left end of a firm's name: more generous than for projects, since firms are named after their trades."""
    work, at = page.work, suffix.start
    floor = max(floor, at - 30)
    words = page.words_in(floor, at)
    index = len(words) - 1
    while at > floor:
        word = words[index] if index >= 0 and words[index].end == at else None
        if word is not None:
            tags, text = word.entry.tags, word.entry.word
            if (text in _ORG_STOP) or (
                len(text) > 1
                and tags & (Tag.BOUNDARY | Tag.FUTURE | Tag.STAGE)
                and not tags & (Tag.GENERIC | Tag.SECTOR | Tag.ORG | Tag.FACILITY)
            ):
                return at
            at = word.start
            index -= 1
            continue
        ch = work[at - 1]
        if ch == ")":
            opening = work.rfind("(", max(floor, at - 12), at)
            if opening < 0:
                return at
            at = opening
        elif (ch in _ORG_STOP and not (ch in "和为" and len(work[at : suffix.start]) < 2)) or ch == "(":
            return at
        else:
            at -= 1
        while index >= 0 and words[index].end > at:
            index -= 1
    return at


def investor_in_name(page: Page, name: Name) -> tuple[int, int] | None:
    """The firm at the beginning of a project's name: a full company name, a known firm, or its brand."""
    work = page.work
    for word in page.words_in(name.start, name.end):
        if word.entry.tags & Tag.FIRM and word.start == name.start:
            return word.start, word.end
        if word.entry.tags & Tag.ORG and word.entry.word in _COMPANY and word.end < name.end:
            return name.start, word.end
    # a brand: the unknown stretch at the very beginning, if it does not look like a place
    words = page.words_in(name.start, name.end)
    first = next((w for w in words if len(w.entry.word) > 1 and w.start >= name.start), None)
    stop = first.start if first else name.end
    brand = work[name.start : stop]
    if (
        first is not None
        and brand
        and first.entry.word in ("科技", "实业", "电子", "能源", "材料", "生物", "药业", "汽车", "重工")
    ):
        stop = first.end
        return (name.start, stop) if len(brand) >= 2 else None
    if 2 <= len(brand) <= 8 and brand[-1] not in _GEOGRAPHIC and not re.search(r"[\d年产]", brand):
        return name.start, stop
    return None


def place_near(page: Page, sentence: Sentence, at: int) -> tuple[int, int] | None:
    """The place of the sentence that stands nearest to a position: 在…, 位于…, 落户….."""
    best: tuple[int, int] | None = None
    for start, end in places_in(page, sentence.start, sentence.end):
        if best is None or abs(start - at) < abs(best[0] - at):
            best = (start, end)
    return best


def places_in(page: Page, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of places introduced by 在 / 位于 / 落户 and the like."""
    work = page.work
    found: list[tuple[int, int]] = []
    at = start
    for intro in re.finditer(
        r"坐落于|坐落在|位于|落户于|落户|落地|选址|入驻|落脚|(?<![\u4e00-\u9fff]现)在|地处", work[start:end]
    ):
        begin = start + intro.end()
        if begin < at:
            continue
        words = page.words_in(begin, min(begin + 24, end))
        stop = begin
        for word in words:
            if word.entry.tags & Tag.PLACE and word.start <= stop + 1:
                stop = word.end
        tail = _longest_place(work, begin, min(begin + 26, end))
        stop = max(stop, tail)
        if stop > begin + 1 and work[begin] not in "该此这其本我各全":
            found.append((begin, stop))
            at = stop
    return found


def _longest_place(work: str, start: int, end: int) -> int:
    """The end of the place phrase at `start`: up to the last place suffix before a mark or a verb."""
    stop = start
    limit = end
    for mark in ",。;:!?、“”《》\n的举与和建投开注打设":
        found = work.find(mark, start + 1, end)
        if found >= 0:
            limit = min(limit, found)
    for match in _PLACE_END.finditer(work, start + 1, limit):
        stop = match.end()
    return stop
