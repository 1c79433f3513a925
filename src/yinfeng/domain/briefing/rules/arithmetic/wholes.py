"""Whether the parts of a total are said to be all of it, and whether they add up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from yinfeng.reading.mentions.numbers import hanzi_value

from .figures import Figure
from .page import Page
from .relation import AGREES, DISAGREES, ROUNDING
from .words import is_band, lead

VIEW = re.compile(r"按[^,。;:]{1,8}(?:(?<!计)分|看|划分|统计|:)|分[^,。;:]{1,6}(?:看|:)|从[^,。;:]{1,8}(?:看|来看|:)")
_REST_TOLD = re.compile(r"(?:其余|其他|其它|余下)(?!\d)[^\d,;]{0,6}(?:为|均|主要|系|属)")
_HOW_MANY = re.compile(r"分([三四五六七八]|[3-8])(?:期|批|步)")
_REST = re.compile(r"其余|剩余|另有|另外|其他|其它|余下")
TOP = re.compile(r"居前|前[一二两三四五六七八九十]|排名|较多|最多|突出|主要|重点|领先|位居|如|例如|等")
_PLACE = re.compile(
    r"(?:县|(?<!地)区|市|镇|乡|街道|园区|片区|开发区|经开区|高新区|新区|新城|园|办事处|局|委|办|院|中心|专班|组|队|公司|集团|基地|港|小镇)$"
)
_COMPLETE: tuple[tuple[str, ...], ...] = (
    ("内资", "外资|港澳台资"),
    ("一期", "二期"),
    ("首期", "二期"),
    ("新建|新开工|新签", "续建|结转"),
    ("新建|新开工", "续建|结转", "前期|储备"),
    ("一产|第一产业|农业", "二产|第二产业|工业|制造业", "三产|第三产业|服务业"),
    ("一季度", "二季度"),
    ("上半年", "下半年"),
    ("地上", "地下"),
    ("省内", "省外"),
    ("市内", "市外"),
    ("境内", "境外"),
    ("国内", "国外|境外"),
    ("线上", "线下"),
    ("固定资产|固定资金", "流动资金|营运资金"),
    ("男", "女"),
    ("驻外", "本地"),
    ("A类", "B类"),
    ("A级", "B级"),
    ("甲类", "乙类"),
    ("一类", "二类"),
    ("一等", "二等", "三等"),
    ("人民币项目", "美元项目|外币项目"),
)
_FURTHER = "三期|四期|五期|港澳台|外资|三季度|四季度|[C-F][类级]|[丙丁]类|[三四五]类"
_STATES = (
    "建成|竣工|投产",
    "在建|建设中|正在建设",
    "手续|前期|办理|筹备|未开工|尚未|待开工|洽谈",
    "终止|停建|退出|取消|停工|解约",
)
_DISJOINT = (
    "产业|基础设施|民生|社会事业|公共服务|生态|城建|新能源|新材料|装备|机械|电子|信息|医药|健康|食品|农业|纺织|服装|化工|建材|汽车|家电|轻工|文旅|旅游|商贸|物流|环保|服务业|制造业|冶金|航空|数字|生物",
)


def adds_up(total: Figure, parts: Sequence[Figure]) -> str:
    added = sum((p.value for p in parts), Fraction(0))
    if added == total.value:
        return AGREES
    finest = min(p.step for p in parts)
    if total.step > finest and not (total.exact and total.places == 0):
        return AGREES if abs(added - total.value) <= total.step / 2 else DISAGREES
    if total.places and total.step == finest and abs(added - total.value) <= total.step * (1 if len(parts) < 5 else 2):
        return ROUNDING
    return DISAGREES


def all_of_it(page: Page, total: Figure, parts: list[Figure], cue: str, scope: str) -> bool:
    """Whether the words say that these parts are the whole."""
    names = [_name(page, part) for part in parts]
    if re.search(r"除[^,]{2,}(?:外|之外)", page.text[total.end : parts[0].start]):
        return False
    if _all_ranges(page, parts) and VIEW.search(cue):
        return True
    if any(is_band(page, part) for part in parts):
        return False
    if _verbs_differ(names):
        names = [_place(page, part) or name for part, name in zip(parts, names, strict=True)]
    if re.search(r"等(?:[^级]|$)", scope[: parts[-1].end - parts[0].start + 40]) and not _REST.search(names[-1]):
        return False
    if cue in ("", "~") and (_told_alike(page, total, parts[0]) or ";" in page.text[total.end : parts[0].start]):
        return False  # 香港2.1亿美元，占56%；新加坡0.6亿美元，占17%；其余……: the first is one of them
    if _REST.search(names[-1]) and not _REST.search(names[0]) and cue != "~":
        return bool(cue) or total.value >= max(p.value for p in parts)
    if _REST_TOLD.search(scope):
        return False
    if len(parts) > 1 and _told_how_many(page, parts):
        return True
    if _months_on_end([lead(page, part) for part in parts]):
        return True
    stated = _HOW_MANY.search(page.sentence_of(parts[0]))
    if stated and {"三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8}.get(stated[1], 0) > len(parts):
        return False
    told = [lead(page, part) + part.tail[:6] for part in parts]
    if done_and_not(told):
        return total.value >= max(p.value for p in parts)
    for kinds in _COMPLETE:
        if cue == "~" and "二期" not in kinds:
            continue
        every = all(any(re.search(k, n) for n in told) for k in kinds)
        nothing_else = all(any(re.search(k, n) for k in (*kinds, _FURTHER)) for n in told)
        if len(parts) >= len(kinds) and every and nothing_else:
            return True
    if cue in ("", "~", "~~"):
        among = re.match(r"(?:签约|合同|开工)?(?:项目|事项|企业)?中?,", page.text[total.end : total.end + 8])
        closed = any(re.search("未|尚|终止|退出|逾期|其余", word) for word in told)
        return bool(len(parts) > 2 and among and closed and one_digit_off(total, parts))
    if re.match("涉及|分布|主要分布", cue):
        return len(parts) > 1 and all(_PLACE.search(n) for n in names) and not TOP.search(scope[:12])
    if "分别" in cue or "(" in cue:
        return not TOP.search(scope[:12])
    months = [re.search(r"(\d{1,2})月", n) for n in names]
    if len(parts) > 2 and all(months):
        order = [int(m[1]) for m in months if m]
        return order == list(range(order[0], order[0] + len(order)))
    states = [next((k for k, s in enumerate(_STATES) if re.search(s, n)), None) for n in names]
    if len(parts) > 2 and None not in states and len(set(states)) == len(states) and 3 in states:
        return True
    head = page.text[max(0, total.start - 20) : total.start] + scope[:10]
    if len(parts) > 2 and sum(bool(_PLACE.search(n)) for n in names) == len(names) and not TOP.search(head):
        return True
    if VIEW.search(cue) and len(parts) > 1 and not TOP.search(scope[:10]):
        return len(parts) > 2 or one_digit_off(total, parts)  # two kinds of many need not be all
    if len(parts) > 1 and total.kind == "money" and total.places and len(str(int(total.value / total.step))) >= 4:
        return one_digit_off(total, parts)
    return False


def _told_alike(page: Page, total: Figure, part: Figure) -> bool:
    share = re.compile(r" ?,? ?(?:占|\()[^,;。]{0,10}\d[\d.]*%")
    return bool(share.match(page.text, total.end) and share.match(page.text, part.end))


def _months_on_end(names: list[str]) -> bool:
    """1-9月累计165亿元，10月当月21亿元: no month is left out."""
    if len(names) != 2:
        return False
    first, second = re.search(r"1-(\d{1,2})月", names[0]), re.match(r"(\d{1,2})月", names[1])
    return bool(first and second and int(first[1]) + 1 == int(second[1]))


def _told_how_many(page: Page, parts: list[Figure]) -> bool:
    """……，三个环节首尾相接: as many as are told."""
    told = re.match(
        r"[^,;。0-9]{0,4}[,;。] ?(?:这|以上|上述)?([两二三四五六七八九])(?:个|者|类|色|项|家|地|段|大|方|种|块)",
        page.text[parts[-1].end :][:16],
    )
    return told is not None and hanzi_value(told[1]) == len(parts)


def one_tail(page: Page, total: Figure, parts: list[Figure]) -> bool:
    """7个项目中有4个卡在用地环节，2个卡在环评环节，1个卡在资金环节: what is wrong with each of them."""
    tails = {part.tail[:2] for part in parts}
    if len(parts) < 2 or len(tails) > 1 or len(min(tails)) < 2 or "等" in parts[-1].tail:
        return False
    return bool(re.search(r"中,?(?:有|,)$", page.text[total.end : parts[0].start]))


def _all_ranges(page: Page, parts: list[Figure]) -> bool:
    """10亿元以上7个，5亿元—10亿元13个，5亿元以下8个: bands that exclude each other, down to the bottom."""
    start = page.sentences[parts[0].sentence][0]
    before = [
        page.text[max(start, (parts[n - 1].end if n else part.start - 24)) : part.start] for n, part in enumerate(parts)
    ]
    return (
        len(parts) > 1
        and "以上" in before[0]
        and bool(re.search("以下|不足|不满", before[-1]))
        and all(re.search(r"\d[^,;]{0,14}(?:-|~|至|到) ?\d", piece) for piece in before[1:-1])
    )


def done_and_not(told: list[str]) -> bool:
    """已开工54个，尚未开工42个: all of them, where it is one deed."""
    if len(told) != 2:
        return False
    done, undone = re.search(r"已([一-龥]{2})", told[0]), re.search(r"(?:未|没有)([一-龥]{2})", told[1])
    return bool(done and undone and done[1] == undone[1] and "未" not in told[0] and "已" not in told[1])


def _verbs_differ(names: list[str]) -> bool:
    return all(re.fullmatch(r"[一-龥]{0,2}\d*[一-龥]{0,2}", name) for name in names)


def _place(page: Page, figure: Figure) -> str:
    """The name that opens the segment of a figure."""
    start = max(page.sentences[figure.sentence][0], page.text.rfind(";", 0, figure.start) + 1)
    found = re.match(
        r"(?:其中)?[:,]?([一-龥]{1,8}?(?:县|区|市|镇|乡|街道|园区|组|新城|片))", page.text[start : figure.start]
    )
    return found[1] if found else ""


def one_digit_off(total: Figure, parts: list[Figure]) -> bool:
    """Whether the difference is one wrong digit: nobody leaves out a round sum by chance."""
    step = min(total.step, *(p.step for p in parts))
    gap = abs(sum((p.value for p in parts), Fraction(0)) - total.value) / step
    if gap.denominator != 1 or gap == 0:
        return False
    return len(str(gap.numerator).strip("0")) == 1


def exclude(page: Page, parts: list[Figure]) -> bool:
    names = [_name(page, part) for part in parts]
    if any(is_band(page, part) for part in parts) or len(set(names)) < len(names):
        return False
    if all(_PLACE.search(n) for n in names):
        return True
    return all(any(re.search(kinds, n) for kinds in _DISJOINT) for n in names)


def _name(page: Page, figure: Figure) -> str:
    words = lead(page, figure)
    words = re.sub(r"(?:和|及|与|以及)", "", words[:1]) + words[1:]
    words = re.sub(r"(?:签约|引进|开工|投产|到位|完成|新签|项目|资金|总投资|投资|额|数|为|有|共|各)+$", "", words)
    return words or figure.tail[:8]
