"""What is only a part of a project: production lines, buildings, what `主要建设` tells. None of these is a project."""

from __future__ import annotations

import re

from ..mentions.names import Name
from ..mentions.page import Page, Sentence
from .drafts import Drafts

_COMPONENT = re.compile(
    r"(?:生产线|产线|码头|厂房|标准厂房|办公楼|综合楼|大楼|管网|道路|线路|仓库|车间|中试基地|实验室)$"
)
_PARTS_OF = re.compile(
    r"(?:建设内容|主要建设|新建|建设|建成|包括|包含|含|涵盖|增加|增设|形成|配套|规划建设|改造|安装|购置|配备|完成|拥有|设有|建有|年产|为|及|和|以及|、)[^,。;]{0,16}$"
)
_IN_COUNTED_LIST = re.compile(r"”?(?:、[^,。;:!?\n]{2,36}?)*等\d+余?[个项][^,。;:、\d]{0,10}(?:项目|工程)")


def facility_of(name: Name) -> bool:
    """Whether a name ends with a facility and not with 项目 or 工程."""
    return name.head not in ("项目", "工程")


_SUBJECT = re.compile(
    r"[”’ ]*(?:(?:该|此|这)?(?:项目|工程|一期|二期|首期|其中)"
    r"|该(?:基地|园区|产业园|工厂|中心|企业|厂))"
)


_PRICED_AS = re.compile(r"元的$")


_PROJECT_TOLD = re.compile(r"项目|工程|一期|二期")


_PROJECTS_ARE = re.compile(r"(?:签约|引进|落户|开工|推进|实施)[^,。;]{0,8}项目,?(?:包括|有|分别|涵盖)")


_NUMBERED = re.compile(r"[一二两三四五六七八九十\dA-Z]{1,2}(?:栋|幢|号|#|条)")


_OPENS_PARTS = re.compile(
    r"[,;](?:项目)?(?:主要|计划|拟|将)*(?:在[^,。;]{1,12})?(?:包括|配套建设|配套|建设|新建|建设内容|含|涵盖)[^。;]{0,60}$"
)


_BUILDS_MAINLY = re.compile(r"主要建设|建设内容")


_HEAD_THEN = re.compile(r"(?:项目|基地|工程|产业园|中心|小镇|综合体)(?:[^,。;]{0,20}),")


_DEEDS = re.compile(r"签约|引进|落户|开工|竣工|投产|奠基|实施|\d[个项]")


_OUTPUT_FIRST = re.compile(r"(?:年产|\d)")


_BY_OUTPUT = re.compile(r"(?:年产|年处理|\d|[^,。;]{0,12}?万吨)")


_PROJECT_HOLDS = re.compile(
    r"(?:项目|工程)(?:计划|拟|将|主要|总投资)?[^,。;“”]{0,10}(?:新建|建设|包括|包含|含)[^。;]{0,40}$"
)


def is_component(page: Page, sentence: Sentence, name: Name, drafts: Drafts) -> bool:
    """A production line or a building of the project spoken of, without an amount or a firm of its own."""
    work = page.work
    text = work[name.start : name.end]
    before = work[max(sentence.start, name.start - 30) : name.start]
    if _PRICED_AS.search(before[-2:]) or name.phase:
        return False
    if _IN_COUNTED_LIST.match(work, name.end, sentence.end):
        name.counted = True
        return False  # A生产线、B基地等5个项目
    subject = _SUBJECT.match(work, sentence.start, sentence.start + 8)
    earlier = bool(drafts) and (bool(subject) or bool(_PROJECT_TOLD.search(work[sentence.start : name.start])))
    if _PROJECTS_ARE.search(
        work[sentence.start : name.start],
    ):
        earlier = False
    if _NUMBERED.match(text) and (drafts or text[1] in "栋幢"):
        return True
    if drafts and _GOES_ON_BUILDING.match(work, sentence.start, name.start) and not _OWN_AMOUNT.search(before):
        return True  # 建设含…的卫星式工厂: of the project told before
    if _OWN_AMOUNT.search(before) and not _TOTAL_BEFORE.search(before):
        return False  # 再追加8亿元扩建质量检测实验室
    opened = _OPENS_PARTS.search(
        before[-30:] if len(before) < 30 else work[max(sentence.start, name.start - 70) : name.start],
    )
    parts = _MAIN_PARTS.search(work, max(sentence.start, name.start - 50), name.start)
    if parts and not name.counted and (drafts or _PROJECT_TOLD.search(work, sentence.start, parts.start())):
        return True  # 主要建设A项目、B项目
    if (opened and name.strength < 3) or (opened and facility_of(name)):
        head = work[sentence.start : name.start]
        if _BUILDS_MAINLY.search(head) or (_HEAD_THEN.search(head) and not _DEEDS.search(head)):
            return True
    if drafts and facility_of(name) and re.search(r"完成[^,。;]{0,20}$", before):
        return True  # 完成甲馆、乙园等建设
    if _COMPONENT.search(text):
        return earlier or bool(_OUTPUT_FIRST.match(text))
    if not earlier or drafts.find(name) is not None:
        return False
    return (
        bool(_PARTS_OF.search(before))
        and bool(_BY_OUTPUT.match(text))
        and bool(
            subject
            or _PROJECT_HOLDS.search(
                work[sentence.start : name.start],
            )
        )
    )


_MAIN_PARTS = re.compile(r"(?:主要建设|建设内容[为是包括]*)(?:[^。;,\d元]{0,6}|[^。;,元]{2,24}、[^。;,元]{0,10})$")
_GOES_ON_BUILDING = re.compile(
    r"[”’ ]*(?:项目|工程)?(?:主要|同步|同时|配套|规划|计划|拟|将|还将|新|并)*"
    r"(?:配套建设|建设|新建|购置|改造|安装|包括|建设内容)(?!的)[^,。;]{0,40}"
)
_OWN_AMOUNT = re.compile(r"\d[万亿]*[美欧日港]?元,?(?:扩建|新建|新上|建设|兴建|打造|投建)(?:一条)?$")
_TOTAL_BEFORE = re.compile(r"总投资[^,。;]{0,8}\d[^,。;]{0,8}$")
