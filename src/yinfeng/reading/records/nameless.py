"""Projects without a name: `某集团将斥资2亿元在某地设厂`, `某公司开业仪式举行`, `建设年产3万吨的铸件企业`."""

from __future__ import annotations

import re

from ..mentions.names import Name
from ..mentions.numbers import Number
from ..mentions.page import Page, Sentence, Word
from ..mentions.stages import StageCue
from .drafts import Draft, core_of
from .firms import sentence_index, subject_before
from .organisations import organisations
from .payers import joined_by

_BUILD = re.compile(
    r"(?:人民币|巨资|资金)?,?(?:用于|来)?(?:在[^,。;:]{1,24}?)?(?:就地|联合|合作|共同|继续|全面|再)*(?:投资)?"
    r"(?P<verb>实施|建设|兴建|新建|打造|开发|建立|设立|建造|扩建|修建|建|上马|投建|扩大)(?P<thing>[^,。;:!?\n]{1,40})"
)
_PLAIN_THING = re.compile(
    r"^(?:一[座个条家]|新生产基地|生产基地|制造基地|研发中心|新工厂|新项目|生产线|新的|新厂|工厂|厂房|分厂|基地|项目|公司|子公司|企业|产能|新|厂)++"
    r"(?:$|用|来|以|并|,|。)"
)
_THING = re.compile(
    r"^(?:一[座个条家]|新的?|厂|新厂|工厂|新工厂|厂房|分厂|生产基地|基地|生产线|制造基地|项目|新项目|公司|子公司|企业|研发中心|产能)+(?:$|用|来|以|并|,|。)"
)
_THING = re.compile(
    r"[^,。;:!?\n“”()]{4,30}?(?:企业|基地|项目|工厂|中心|园|厂|线|站|工程|城|改造|扩建|小区|公路|大桥)(?=$|[,。;:,!])"
)
_VERBS = re.compile(r"(?:斥资|出资|投入|耗资|豪掷|砸下|再投资|投资|拟投资|计划投资|预计投资|注资)$")
_FUTURE = re.compile(r"将|拟|计划|预计|宣布|打算|准备|有意|考虑|欲")
_OPENING = re.compile(
    r"(?:(?:在|位于)[^,。;]{2,10}的)?(?:中国|在华|亚洲|全球)?(?:首座|首家|首个|第[一二三四五]座|第[一二三四五]家|新建)?(?:智慧|智能|现代化)?(?:新工厂|工厂|新厂|新基地|厂房|生产基地|总部|新总部|二期|一期)?(?:正式|隆重|顺利)?$"
)
_TOTAL = re.compile(r"总投资|投资总额|总投资额|投资额|投资规模")


def invested(page: Page, sentence: Sentence, number: Number, word: Word | None) -> Draft | None:
    """A project told only by who pays how much for what kind of plant; its name is the thing built, if it says anything."""
    work = page.work
    verb = word.entry.word if word is not None else ""
    build = _BUILD.match(work, number.full_end, sentence.end)
    if _VERBS.search(verb) and build and word is not None:
        subject = subject_before(page, sentence, word.start)
        draft = Draft()
        thing = build["thing"]
        later = re.match(r"第?[二三四五]期(?:项目|工程)", thing)
        named = later or _THING.match(thing)
        if named and not _PLAIN_THING.match(thing):
            start = build.start("thing")
            draft.names.append(Name(start, start + named.end(), "named", 2, "", built=True))
            draft.cores.append(core_of(work[start : start + named.end()]))
            draft.grams |= {draft.cores[0][i : i + 2] for i in range(len(draft.cores[0]) - 1)}
            draft.spans.append((start, start + named.end(), "name"))
        if subject is None and not draft.names:
            return None
        if subject is not None:
            draft.investors.append(subject)
            draft.spans.append((*subject, "investor"))
        clause = max(work.rfind(mark, sentence.start, word.start) for mark in ",。;:")
        before = work[max(clause, sentence.start) : number.start]
        if _FUTURE.search(before):
            draft.stages.append(StageCue(word.start, number.end, "lead", "planned"))
        return draft
    if word is not None and _TOTAL.search(verb):
        firms = organisations(page, sentence.start, sentence.end) or _partners_before(page, sentence)
        if len(firms) >= 1 and re.search(r"合资|工厂|生产|建厂|投产|设厂|项目", work[sentence.start : sentence.end]):
            draft = Draft()
            draft.investors = list(dict.fromkeys(firms))[:4]
            draft.spans += [(a, b, "investor") for a, b in draft.investors]
            return draft
    return None


def _partners_before(page: Page, sentence: Sentence) -> list[tuple[int, int]]:
    """X与Y将成立合资公司。…项目总投资3500万美元: the partners told in the two sentences before."""
    for index in range(sentence_index(page, sentence.start), -1, -1):
        other = page.sentences[index]
        if other.line != sentence.line or sentence.start - other.start > 240:
            break
        partners = joined_by(page, other)
        if partners:
            return partners
    return []


def opened(page: Page, sentence: Sentence, cue: StageCue) -> Draft | None:
    """某某有限公司开业仪式举行: a firm's plant without a name."""
    if cue.stage not in ("started", "producing") or cue.state != "asserted":
        return None
    work = page.work
    firms = organisations(page, max(sentence.start, cue.start - 50), cue.start)
    if not firms:
        return None
    start, end = firms[-1]
    if not work[start:end].endswith("公司") or not _OPENING.match(work[end : cue.start]):
        return None
    draft = Draft()
    draft.investors.append((start, end))
    draft.spans.append((start, end, "investor"))
    return draft
