"""Stages of projects as they are told: which stage, asserted or planned or denied."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..lexicon import Tag
from .page import Page, Sentence

_HYPOTHETICAL = re.compile(
    r"(?:仪式)?(?:并)?(?:达效|达产|运营|投产|见效|生效|完成)?(?:之后|以后|后|之前|以前|前|时(?!间)|之日起|起)"
)
_AFTER_FACT = re.compile(r"(?:仪式)?(?:以来|后)")
_NOUN = re.compile(
    r"(?:率|项目代表|企业代表|代表(?=致辞|、|,)|筹备|准备工作|条件|手续|许可|证|方式|难|前期|进度|意识|意向|目标|任务|日期|时间|计划|要求|攻坚|达效|见效)"
)
_AS_NOUN_BEFORE = re.compile(
    r"(?:早日|尽快|尽早|推动|促进(?!局|中心|会|委|署)|确保|力争|助力|加速|加快|保障|推进)[^,。;]{0,14}$"
)
_WITHIN = re.compile(r"(?:[一二两三四五六七八九十\d]+(?:个月|年)(?:内|后|左右)|之日起)[^,。;]{0,16}$")
_ASSERTED = re.compile(r"已|目前|现|正式|举行|昨|今天|今日|正在|日(?:上午|下午)?|仪式|均|顺利|成功")
_CEREMONY = re.compile(r"(?:仪式|大会|活动|典礼)")
_LIST_OF_STAGES = re.compile(r"[、,](?:落地|开工|投产|入库|达产|签约)")


@dataclass(slots=True)
class StageCue:
    """One stage word. state: asserted | planned | denied | hypothetical. weak: gives way to any other."""

    start: int
    end: int
    stage: str
    state: str
    weak: bool = False
    date: str | None = None
    formal: bool = False  # 正式签约, 投资协议: more than a framework


_MONTHS_NEEDED = re.compile(r"(?:起|用时|需|力争)?\d{1,2}个月(?:内|左右)?(?:建成|完工)?$")


def find_stages(page: Page, sentence: Sentence) -> list[StageCue]:
    """The stage words of a sentence with how they are told. 签约 beside MOU or 框架协议 is a framework."""
    work = page.work
    if not page.tells_stage(sentence.start, sentence.end):
        return []
    words = page.words_in(sentence.start, sentence.end)
    found: list[StageCue] = []
    planned_clause: int | None = None
    for index, word in enumerate(words):
        entry = word.entry
        if not entry.tags & Tag.STAGE or entry.stage is None:
            continue
        after = work[word.end : word.end + 8]
        if entry.word in _BROUGHT and _NO_PROJECT.match(work, word.end):
            continue  # 引进染色机, 引进企业
        if _NOUN.match(after) or work[word.start - 1 : word.start] in ("已建", "再"):
            continue
        clause = page.clause_start(word.start, sentence.start)
        state = "asserted"
        before = [w for w in words[:index] if w.start >= clause]
        if any(w.entry.tags & Tag.NEGATED for w in before if word.start - w.end <= 6):
            state = "denied"
        elif entry.stage == "negotiating":
            state = "planned" if any(w.entry.tags & Tag.FUTURE for w in before) else "asserted"
        elif any(w.entry.tags & Tag.FUTURE for w in before) or _carried_future(page, words, clause, sentence.start):
            state = "planned"
            planned_clause = clause
        elif (
            planned_clause is not None
            and planned_clause < clause
            and not _ASSERTED.search(work, clause, word.end + 4)
            and not _ITEM.match(work, clause)
        ):
            state = "planned"  # 计划明年5月建成,8月投产,两年内达产
        elif (
            _WITHIN.search(work, clause, word.start)
            or _MONTHS_NEEDED.search(work[clause : word.start])
            or _BEFORE_DAY.search(work, clause, word.start)
        ):
            state = "planned"
        elif "为准" in work[word.end : word.end + 24].split("。")[0]:
            state = "hypothetical"  # 以后续签订的正式投资协议为准
        elif _HYPOTHETICAL.match(after) or _stacked_hypothetical(words, index, work):
            state = "hypothetical"
        elif _AS_NOUN_BEFORE.search(work, clause, word.start):
            state = "planned"
        formal = (
            entry.word in ("正式签约", "投资协议", "签署投资协议", "签署合同")
            or "合同" in after
            or "合同" in entry.word
        )
        found.append(StageCue(word.start, word.end, entry.stage, state, bool(entry.tags & Tag.WEAK), None, formal))
    return _settled(work, found)


def _carried_future(page: Page, words: list, clause: int, floor: int) -> bool:
    """将于4月奠基,并在年底完成…: the clause goes on planning."""
    work = page.work
    start = page.clause_start(max(clause - 1, floor), floor)
    if work[clause : clause + 1] not in ("并", "且"):
        # 拟以3亿元设立子公司,购置土地建设…: without a word of time or fact the clause goes on planning
        if clause == floor or work[clause - 1] != "," or _FACT.search(work, clause, min(clause + 30, len(work))):
            return False
        return any(start <= w.start < clause and w.entry.word in _INTENDS for w in words)
    return any(start <= w.start < clause and w.entry.tags & Tag.FUTURE for w in words)


_BEFORE_DAY = re.compile(
    r"(?:\d[月日号年]|[月年][底初末]|旬)(?:之|以)?前(?:全面|全部|实现|可|能|正式|力争|确保|竣工|建成|主体|完成)*$"
)
_BROUGHT = frozenset(("引进", "引入", "新引进", "签约引进"))
_NO_PROJECT = re.compile(
    r"[^,。;、]{0,16}?(?:企业|人才|设备|技术|资金|机组|[染注印]\w机|生产线|产线|工艺|团队|院士|品种|装置)"
)
_ITEM = re.compile(r"[一二三四五六七八九十]是")
_INTENDS = frozenset(("拟", "欲", "打算", "拟在", "拟以", "拟于", "拟由", "拟与"))
_FACT = re.compile(r"^[^,。;]{0,30}?(?:已|目前|现|正|昨|今天|今日|日|月|年|项目|工程|该|其中)")


def _stacked_hypothetical(words: list, index: int, work: str) -> bool:
    """建成投产后: the stage words stand in a row and the row is hypothetical."""
    at = words[index].end
    for word in words[index + 1 : index + 4]:
        if word.start - at > 1 or not word.entry.tags & Tag.STAGE:
            return False
        at = word.end
        if _HYPOTHETICAL.match(work[at : at + 8]):
            return True
    return False


def _settled(work: str, cues: list[StageCue]) -> list[StageCue]:
    """签署 + 框架协议 is one framework; 拟 + 签约 is negotiating; any other plan is a lead."""
    result = []
    frameworks = [cue for cue in cues if cue.stage == "framework"]
    for cue in cues:
        if cue.stage == "signed" and any(
            abs(cue.start - f.start) <= 24 and "。" not in work[min(cue.start, f.start) : max(cue.start, f.start)]
            for f in frameworks
        ):
            continue
        if cue.state == "planned" and cue.stage in ("signed", "framework"):
            cue.stage, cue.state = "negotiating", "asserted"
            cue.weak = True
        result.append(cue)
    return result
