"""How names, amounts and stage words of one sentence belong together. All pure: a sentence in, yes or no out."""

from __future__ import annotations

import re

from ..mentions.groups import Group
from ..mentions.names import Name
from ..mentions.numbers import Number
from ..mentions.page import Page, Word
from ..mentions.stages import StageCue
from .sentence import Told

MANY_YEARS = re.compile(
    r"(?:[二两三四五六七八九十]|[2-9]|1\d)年(?:内|间|累计|对赌|总|的)*[^,。;年]{0,6}(?:产值|税收|税|收入|销售)[^,。;]{0,4}$|累计[^,。;]{0,8}$"
)
_FORWARD = re.compile(
    r"(?:以上|左右)?(?:人民币|\(人民币\))?(?:巨资|资金|投资)?,?(?:拟|将|计划)?(?:分[^,。;]{1,3}期)?(?:用于|来)?(?:在[^,。;:]{1,24}?)?(?:就地|联合|合作|共同|建立|继续|全面|再)*"
    r"(?:投资)?(?:建设|兴建|新建|打造|开发|建立|设立|实施|进行|建造|扩建|开工建设|启动|修建|筹建|建|创立|布局|上马|投建|建成|建起)(?:了|一[家座个条])*"
)
_NEW_PAYER = re.compile(r"[,、](?:和|以及)?[^,。;、\d]{2,16}?(?:计划|拟|将)?投资$")
_VERB_ROLE = re.compile(r"(?:斥资|出资|投入|耗资|豪掷|砸下|追加|再投资|投资|拟投资|计划投资|预计投资|注资)$")
_CUE_THEN_NAME = re.compile(
    r"(?:总部|了|的|总|投资|额|达|约|为|等|一批|成功|建设|落地|落户|签约|项目|新|重点|重大|优质|\d|\.|亿|万|元|美|多|余|:|“|、|以|及|位于|运营|[\s])*+"
)


def introduced(page: Page, told: Told, name: Name, group: Group) -> bool:
    """…13个项目,包括A、B: the name is an item of the group before it."""
    if group.sentence < told.index and re.match(
        r"[”’ ]*(?:其中|其间|包括|如|例如|比如|主要有|"
        r"(?:此次|本次|现场|集中)?(?:签约|开工|投产|落户|引进)(?:的)?项目(?:有|是|为|包括|分别|涵盖))(?!企业)",
        page.work[told.sentence.start : told.sentence.start + 16],
    ):
        return True
    before = page.work[max(told.sentence.start, name.start - 60) : name.start]
    return group.sentence == told.index and bool(
        re.search(r"(?:包括|涵盖|如|例如|比如|其中(?!包)|分别为|分别是|主要有)[^。;]{0,44}$", before)
    )


_LIST_ENDS = re.compile(r"、[^。;]{0,40}等(?:[^,。;]{0,8}),[^,。;]{0,8}$")


_ET_CETERA = re.compile(r"”?等")


_DIGIT = re.compile(r"\d")


_COMMA = re.compile(r"”?,")


def closes_list(page: Page, told: Told, number: Number) -> bool:
    """…包括A、B、C等,总投资9亿元: the sum is the group's and not the last item's."""
    before = [n for n in told.names if n.kind == "named" and n.end <= number.start]
    if not before:
        return False
    work, last = page.work, before[-1]
    if _LIST_ENDS.search(work[last.end : number.start]):
        return True
    if not last.listed:
        return False
    if _ET_CETERA.match(work[last.end : last.end + 2]):
        return True
    pair = len(before) > 1 and before[-2].listed and not _DIGIT.search(work[before[-2].end : last.start])
    return pair and bool(_COMMA.match(work[last.end : last.end + 2])) and "分别" not in work[last.end : number.start]


def of_projects(page: Page, told: Told, name: Name) -> bool:
    """Whether the enumeration of a name is one of projects and not of parks or firms."""
    work, sentence = page.work, told.sentence
    if not name.head or name.head in ("项目", "工程"):
        return True
    end = next((n.end for n in reversed(told.names) if n.listed and n.start >= name.start), name.end)
    if re.match(r"”?等[^,。;]{0,16}(?:项目|工程|港区|设施|线路)", work[end : end + 24]):
        return True
    return bool(re.search(r"项目[^。;]{0,140}$", work[sentence.start : name.start]))


def is_object(page: Page, told: Told, name: Name) -> bool:
    """与某市签订协议,投资建设X: what was said before is said of X."""
    before = page.work[max(told.sentence.start, name.start - 24) : name.start]
    return bool(re.search(r"(?:投资|建设|新建|兴建|打造|落户|共建|设立|实施)[^,。;]{0,8}“?$", before))


def exemplified(page: Page, told: Told, name: Name) -> bool:
    """…项目,如A、B: the name is an example of what was said before."""
    before = page.work[told.sentence.start : name.start]
    return bool(re.search(r"(?:如|包括|例如|比如|引进|引入|签约|落户|涵盖|开工|分别是|:)[^。;]{0,120}$", before))


_NEXT_CLAUSE = re.compile(r"[,。;:]")


def cue_target(page: Page, told: Told, cue: StageCue, named: list[Name]) -> Name | None:
    """The name right behind a stage word: 签约X项目, 开工的X, 引进总投资3亿元的X."""
    work = page.work
    following = next((n for n in named if n.start >= cue.end), None)
    if following is None or following.start - cue.end > 60:
        return None
    between = work[cue.end : following.start]
    if between.startswith("、") and any(n.end <= cue.start for n in named):
        return None  # A建成运营、投资2亿元的B加快建设
    if _CUE_THEN_NAME.fullmatch(between):
        return following
    if (
        cue.stage in ("signed", "framework")
        and not any(n.end <= cue.start for n in named)
        and _AGREED_TO.fullmatch(between)
    ):
        return following  # 签署合作备忘录,计划设立某某中心
    if not _NEXT_CLAUSE.search(between) and "的" in between and not any(n.end <= cue.start for n in named):
        return following
    return None


_AMOUNT_OF = re.compile(r"(?:以上|左右)?的“?")


_SECOND_FIGURE = re.compile(r"[、,][^,。;、]{2,24}[元亩米人亿万][^,。;、\d]{0,4}的“?")


_NEXT_SENTENCE = re.compile(r"[。;:]")


_YUAN_OF = re.compile(r"(?:以上|左右)?(?:人民币|\(人民币\))?的")


_ADDED_UP = re.compile(r"合计|累计|总计|共计$")


_SPENT_ON = re.compile(r"”?(?:人民币)?(?:,?(?:主要)?用于|来)?“?")


_SENTENCE_END = re.compile(r"[。;]")


_ONCE_MORE = re.compile(r"再投资|追加|还将|另")


def name_after(page: Page, told: Told, number: Number, role: str, word: Word | None, named: list[Name]) -> Name | None:
    """The name an amount stands before: 投资3亿元的X项目, 投资3亿元建设X."""
    work = page.work
    following = next((n for n in named if n.start >= number.end), None)
    if following is None or following.start - number.full_end > 46:
        return None
    between = work[number.full_end : following.start]
    if role in ("output", "tax") and MANY_YEARS.search(work, max(told.sentence.start, number.start - 16), number.start):
        return None
    if role in ("output", "tax", "invest") and _AMOUNT_OF.fullmatch(between):
        return following
    if "其中" in between:
        return None
    if role == "invest" and _SECOND_FIGURE.fullmatch(between):
        return following
    if role not in ("invest", "", "fai", "plan"):
        return None
    if _NEXT_SENTENCE.search(between):
        return None
    next_money = next((m for m in told.money if m[0].start > number.start), None)
    if next_money is not None and next_money[0].start < following.start and next_money[1] == "invest":
        return None
    if _YUAN_OF.match(between) and not re.search(r"," if _DIGIT.search(between) else r"[,、]", between):
        return following if role == "invest" or len(between) <= 6 else None
    if _ADDED_UP.search(work[max(told.sentence.start, number.start - 6) : number.start]):
        return None
    if role == "invest" and _SPENT_ON.fullmatch(between):
        return following
    if word is not None and not _VERB_ROLE.search(word.entry.word):
        return None
    previous = next((n for n in reversed(named) if n.end <= number.start and n.head in ("项目", "工程")), None)
    if (
        previous is not None
        and not _SENTENCE_END.search(work[previous.end : number.start])
        and not _ONCE_MORE.search(work[previous.end : number.start])
        and not _NEW_PAYER.match(work, previous.end, number.start)
    ):
        return None
    if _FORWARD.match(between) and between.count(",") <= 1:
        return following
    return None


_IN_ROW = re.compile(r"[、和与及]")


def paired(work: str, told: Told, named: list[Name]) -> dict[int, Name]:
    """分别为3亿元、2亿元的A和B, A和B分别投资3亿元、2亿元: amounts and names one to one."""
    found: dict[int, Name] = {}
    if work.find("分别", told.sentence.start, told.sentence.end) < 0:
        return found
    run: list[Number] = []
    amounts = [money[0] for money in told.money if money[1] not in ("fai", "paid", "fdi", "output", "tax", "fund")]
    for number in [*amounts, None]:
        if number is not None and run and _IN_ROW.fullmatch(work[run[-1].full_end : number.start]):
            run.append(number)
            continue
        near = "分别" in work[max(told.sentence.start, run[0].start - 9) : run[0].start] if run else False
        if len(run) >= 2 and (near or _EACH_OF.search(work, told.sentence.start, run[0].start)):
            after = [n for n in named if run[-1].end <= n.start <= run[-1].end + 120]
            before = [n for n in named if n.end <= run[0].start]
            forward = _FORWARD.match(work, run[-1].full_end) or work[run[-1].full_end : run[-1].full_end + 1] == "的"
            names = after[: len(run)] if forward else before[-len(run) :]
            if len(names) == len(run):
                found.update({amount.start: name for amount, name in zip(run, names, strict=True)})
        run = [number] if number is not None else []
    return found


def led_by_state(page: Page, told: Told, name: Name) -> bool:
    """当日签约的项目包括拟投资250亿元的X, 同时开工的还有Y: the state told at the head of the sentence is that of the name."""
    return bool(_STATE_LEADS.match(page.work, told.sentence.start, name.start))


_STATE_LEADS = re.compile(
    r"[^,。;]{0,10}(?:签约|开工|投产|竣工|落户|揭牌)(?:的)?(?:重点|重大|产业|主要)*(?:项目)?(?:还|主要)?(?:有|包括|为|是)"
)
_AGREED_TO = re.compile(
    r"(?:合作|投资|项目)*(?:协议|合同|书)?,(?:双方)?(?:计划|拟|将|共同)*(?:在[^,。;]{1,14})?(?:投资)?(?:[约超近]?\d[\d.]*[万亿]*[美欧]?元,?)?"
    r"(?:建设|设立|打造|新建|共建|合作建设|兴建)(?:一[座个家条])?“?"
)
_EACH_OF = re.compile(r"分别[^。;]{0,40}投资(?:额)?[约达为]?$")


def joint_of(page: Page, told: Told, number: Number, first: Name, named: list[Name]) -> bool:
    """总投资17亿元建设A项目、B项目和C项目: one amount for several projects, which is not split."""
    work = page.work
    if (
        not _FORWARD.match(work, number.full_end)
        or "分别" in work[max(told.sentence.start, number.start - 9) : number.start]
    ):
        return False
    if page.work[number.full_end : first.start].endswith("的"):
        return False
    row, last = [first], first
    for name in named:
        if name.start > last.end and _AND.fullmatch(work, last.end, name.start):
            row.append(name)
            last = name
    joint = len(row) >= 2 and all(name.head in ("项目", "工程") for name in row)
    if joint:
        for name in row:
            name.listed = name.counted = True
    return joint


_AND = re.compile(r"”?(?:[、和与及]|以及)“?")


def group_ahead(page: Page, told: Told, number: Number) -> Group | None:
    """总投资2000亿元的150个项目: the group behind a sum."""
    if page.work[number.full_end : number.full_end + 1] != "的":
        return None
    groups = (g for g in told.groups if g.kind == "project" and g.number.start == number.full_end + 1)
    return next(groups, None)


def is_site(page: Page, number: Number) -> bool:
    before = page.work[max(0, number.start - 12) : number.start]
    after = page.work[number.end : number.end + 4]
    return bool(re.search(r"占地|用地|地块|土地|面积|购|供地|征地|规划", before)) or after.startswith(
        ("土地", "的土地", "用地")
    )


def is_plant(page: Page, number: Number) -> bool:
    before = page.work[max(0, number.start - 12) : number.start]
    after = page.work[number.end : number.end + 8]
    return bool(re.search(r"建筑面积|厂房|新建|建设|租用|租赁", before)) or "厂房" in after


_PHASE_AHEAD = re.compile(r"(?:的|建设)?(第?[一二三四五]期|首期)")


def phase_of(page: Page, told: Told, cue: StageCue) -> str | None:
    """The phase a stage is said of: 在建的一期, 一期已投产; None where it is said of the whole."""
    ahead = _PHASE_AHEAD.match(page.work, cue.end)
    if ahead:
        return ahead[1]
    before = [n for n in told.names if n.phase and n.end <= cue.start]
    if before and not re.search(r"[,。;:]", page.work[before[-1].end : cue.start]):
        return before[-1].phase
    return None
