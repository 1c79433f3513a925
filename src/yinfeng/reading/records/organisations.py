"""Names of firms: full company names, groups, firms of the lexicon, listed companies before their stock code."""

from __future__ import annotations

import re

from ..lexicon import Tag, word_set
from ..mentions.page import Page, Word

Span = tuple[int, int]

COMPANY_ENDS = ("公司", "集团", "银行", "会社")
_WE = re.compile(
    r"^(?:该|本|我|各|多家|一家|这家|某|其|其他|分|子|某|北京某|全资子|母|上市|大型|知名|外资|合资|相关|龙头|物流|科技|我们|两家|新|项目|平台|控股|有限)*(?:公司|集团|企业|银行)$"
)
TICKER = re.compile(r"(?:^|[,。;】\n: ])([\u4e00-\u9fffA-Za-z]{2,8})\(\d{6}(?:\.[A-Z]{2})?\)")
NO_FIRM = re.compile(
    r"^据|发布|政府|管委会|发改委|委员会|商务部|厅|局$|市委|县委|区委|办公室|部门|双方|他们|我市|我县|我区|全市|记者|项目"
)


def ticker_span(match: re.Match[str]) -> Span:
    """The short name before a stock code, without 上市公司 and the like."""
    lead = re.match(r"(?:A股|港股|上市)?公司|龙头企业|企业", match[1])
    return match.start(1) + (lead.end() if lead and lead.end() <= len(match[1]) - 2 else 0), match.end(1)


def organisations(page: Page, start: int, end: int) -> list[Span]:
    """Spans of names of firms in [start, end)."""
    found: list[Span] = []
    for word in page.words_in(start, end):
        tags = word.entry.tags
        if word.end > end:
            break
        if tags & Tag.FIRM:
            if not found or found[-1][1] <= word.start:
                found.append((word.start, word.end))
        elif tags & Tag.ORG and word.entry.word.endswith(COMPANY_ENDS):
            left = _org_start(page, start, word)
            if word.end - left - len(word.entry.word) < 2 or _WE.match(page.work[left : word.end]):
                continue
            while found and found[-1][0] >= left:
                found.pop()
            if not found or found[-1][1] <= left:
                found.append((left, word.end))
    for match in TICKER.finditer(page.work, start, end):
        span = ticker_span(match)
        if not any(a < span[1] and span[0] < b for a, b in found):
            found.append(span)
    return sorted(span for span in found if not NO_FIRM.search(page.work[span[0] : span[1]]))


_ORG_STOP_WORDS = word_set("before_firms")
_ORG_STOP = frozenset("以由与和及被把将在对向从是等、,。;:!?“”《》【】|\n 的了据给")


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
            verb = len(text) > 1 and tags & (Tag.BOUNDARY | Tag.FUTURE | Tag.STAGE)
            if (
                text in _ORG_STOP
                or text in _ORG_STOP_WORDS
                or (verb and not tags & (Tag.GENERIC | Tag.SECTOR | Tag.ORG | Tag.FACILITY))
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
        elif ch in _ORG_STOP or ch == "(":
            return at
        else:
            at -= 1
        while index >= 0 and words[index].end > at:
            index -= 1
    return at
