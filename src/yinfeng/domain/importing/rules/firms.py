"""Several firms in one cell: 甲公司（60%）、乙公司（40%）."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal

from yinfeng.foundation.workbook.sheet import Cell
from yinfeng.kernel.rounding import plain
from yinfeng.kernel.text import squeeze
from yinfeng.kernel.uscc import UsccError, validate

from .faults import Trouble, shown, trouble

LONGEST_NAME = 120
# Full-width letters, digits and signs; brackets stay as they are written in the name.
_HALF_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94) if chr(0x21 + i).isalnum() or chr(0x21 + i) in "%/+"} | {
    0x3000: 0x20
}


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm named in a cell, with its share in percent and its credit code where they are told."""

    name: str
    share_percent: Decimal | None = None
    uscc: str = ""
    remark: str = field(default="", compare=False)  # what stood behind its name in brackets: 世界500强, 牵头方


_LEGAL = r"公司|集团|厂|企业|合作社|中心|研究院|研究所|基金|商会|合伙\)|普通合伙|有限合伙"
# Between firms: 、；and lines always; commas unless a Latin legal form follows; a blank or slash behind a legal form.
_BETWEEN = re.compile(
    rf"[、;；\n\r]+|[,，](?!\s*(?:Ltd|Inc|LLC|L\.L\.C|Co\b|Corp|Limited|GmbH|S\.A|B\.V|PLC|Pte))|(?<=公司)(?:\s+|/|\+|及(?!其)|和)|(?<=[）)])\s+(?=\S{{4}})"
    rf"|(?:(?<=集团)|(?<=企业)|(?<=中心)|(?<=合伙\)))(?:\s+|/|\+)|/(?=[^/]{{2,}}(?:{_LEGAL}))",
    re.IGNORECASE,
)
_ENUMERATED = re.compile(r"(?:^|(?<=[\s；;、，,]))[(（]?\d{1,2}[.．、)）](?!\d)\s*|[①-⑳]")
_SHARE = re.compile(
    r"[(（\[]?\s*(?:占股|占比|持股|股比|股权|股份|出资|投资|占)*(?:比例)?\s*[:：]?\s*(?P<share>\d{1,3}(?:\.\d+)?)\s*[%％]\s*(?:股权|股份)?\s*[)）\]]?"
)
_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Z])")
_LABEL = re.compile(r"(?:统一)?(?:社会)?信用代码|USCC", re.IGNORECASE)
_REMARK = re.compile(
    r"[(（][^()（）]*(?:500强|上市|央企|国企|民企|龙头|小巨人|单项冠军|独角兽|控股子公司|全资子公司|母公司|牵头|联合体|行业|强企业|专精特新)[^()（）]*[)）]"
)
_AND_MORE = re.compile(r"等(?:[\d一二三四五六七八九十两几多]*家?(?:企业|公司|单位)?)?$")


def read_firms(value: Cell) -> tuple[tuple[Firm, ...], list[Trouble]]:
    """The firms of a cell in their order, and what is wrong with them."""
    text = str(value).translate(_HALF_WIDTH)
    troubles: list[Trouble] = []
    text = _ENUMERATED.sub("\n", text)
    found: list[Firm] = []
    for part in _split(text):
        firm, more = _firm(part)
        if more:
            troubles.append(trouble("firms.more", value=value))
        if not firm.name:
            if found and (firm.share_percent is not None or firm.uscc):  # a share on a line of its own
                held = found[-1]
                found[-1] = replace(
                    held,
                    share_percent=held.share_percent if firm.share_percent is None else firm.share_percent,
                    uscc=held.uscc or firm.uscc,
                )
            continue
        if firm.uscc:
            try:
                validate(firm.uscc)
            except UsccError as fault:
                troubles.append(trouble("uscc.wrong", value=firm.uscc, why=fault.message))
                firm = replace(firm, uscc="")
        same = next((place for place, other in enumerate(found) if squeeze(other.name) == squeeze(firm.name)), None)
        if same is not None:
            troubles.append(trouble("firms.twice", value=firm.name))
        else:
            found.append(firm)
    shares = sum((firm.share_percent for firm in found if firm.share_percent is not None), Decimal(0))
    if shares > 100:
        troubles.append(trouble("firms.shares", value=plain(shares)))
    for firm in found:
        if len(firm.name) > LONGEST_NAME:
            troubles.append(trouble("text.long", length=len(firm.name), most=LONGEST_NAME, value=shown(firm.name)))
    return tuple(found), troubles


def _split(text: str) -> list[str]:
    """The parts between separators, but never within brackets."""
    parts: list[str] = []
    start = depth = 0
    for match in re.finditer(rf"[(\[（]|[)\]）]|{_BETWEEN.pattern}", text, re.IGNORECASE):
        sign = match[0]
        if sign in "([（":
            depth += 1
        elif sign in ")]）":
            depth = max(depth - 1, 0)
        elif depth == 0 or "\n" in sign:
            parts.append(text[start : match.start()])
            start, depth = match.end(), 0
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


def _firm(part: str) -> tuple[Firm, bool]:
    """One firm of a part; whether 等 says that there are more."""
    code = _CODE.search(part.upper())
    if code:
        part = part[: code.start()] + part[code.end() :]
    part = _LABEL.sub("", part)
    share = _SHARE.search(part)
    percent = Decimal(share["share"]) if share else None
    if share:
        part = part[: share.start()] + " " + part[share.end() :]
    remark = "、".join(match[0][1:-1] for match in _REMARK.finditer(part))
    part = _REMARK.sub("", part)
    name = " ".join(part.split())
    name = re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", name)
    name = re.sub(r"[(（]\s*[)）]|^[:：,，。.\-—\s]+|[:：,，。\-—\s]+$", "", name).strip()
    more = bool(_AND_MORE.search(name)) and len(_AND_MORE.sub("", name)) >= 2
    if more:
        name = _AND_MORE.sub("", name)
    return Firm(name, percent, code[0] if code else "", remark), more
