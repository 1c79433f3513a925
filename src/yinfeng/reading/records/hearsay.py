"""What is said of nobody in particular: a stage told in the paragraph before, and words that deny what was told."""

from __future__ import annotations

import re

from ..mentions.groups import Group
from ..mentions.page import Page
from ..mentions.stages import StageCue
from .drafts import Draft

DENIAL = re.compile(
    r"不存在|不实|不属实|否认|澄清|并未|子虚乌有|传闻|谣言|未与任何|[未没]有?就[^,。;]{0,14}(?:签署|签订|达成)|[并亦也]无[^,。;]{0,6}(?:计划|投资|项目)|"
    r"(?:没有|放弃|婉拒|拒绝|叫停)(?:了)?(?:引进|签约|接受)?(?:该|此|这个|这一)项目"
)
DENIES_BEFORE = re.compile(r"该项目|该事项|上述|对此|传闻|不实|此事|这一消息|该消息|相关报道")

_UNTOLD_YET = re.compile(r"拟|将|计划(?!总?投资)|谋划|储备|前期|洽谈|在谈|争取|力争|推介|预计(?!总?投资)")


_HEADERS = (
    (
        "lead",
        re.compile(r"(?:拟建|前期|储备|谋划|拟开工|计划开工|计划新开工|即将开工|明年[^,。;:]{0,10}(?:开工|建设|实施))"),
    ),
    ("negotiating", re.compile(r"在谈|洽谈|意向|跟踪")),
    ("producing", re.compile(r"投产|竣工|已建成|完工")),
    ("started", re.compile(r"在建|续建|加快建设|正在建设|已开工|新开工|开工")),
    ("signed", re.compile(r"签约|落户|引进")),
)
_WHOLE_LINE = re.compile(r":\s*$")
_HEADER = re.compile(
    r"[”’ ]*(?:\(?[一二三四五六七八九十\d]{1,2}[)、.])?[^,。;:、]{0,10}(?:项目|建设|开工|投产|竣工|在建)"
    r"(?:的)?(?:主要|重点)?(?:有|包括|为|是)?:"
)


def header_stage(page: Page, start: int, end: int) -> StageCue | None:
    """`续建项目:`, `明年拟开工建设的有:` at the head of a sentence: the stage of all that follows in its paragraph."""
    match = _HEADER.match(page.work, start, end)
    if match is None:
        return None
    for stage, pattern in _HEADERS:
        found = pattern.search(match[0])
        if found:
            return StageCue(start + found.start(), start + found.end(), stage, "asserted", True)
    return None


def heard_stage(page: Page, draft: Draft, heard: list[tuple[int, StageCue]]) -> None:
    """A project of which no stage is told takes the one last told in its paragraph: 签订协议,由后者投资…打造X."""
    first = next((i for i in draft.sentences if not page.sentences[i].title), None)
    if first is None or not draft.names or any(cue.state == "asserted" for cue in draft.stages):
        return
    if not (draft.money.get("invest") or draft.phases or draft.listed):
        return
    at = next((n.start for n in draft.names if not n.title), draft.names[0].start)
    own = page.sentences[first]
    planned = [cue for cue in draft.stages if cue.state == "planned"]
    intended = bool(planned) and all(cue.weak and cue.stage == "lead" for cue in planned)
    told = page.work[max(own.start, at - 24) : at]
    for index, cue in reversed(heard):
        if index > first or (index == first and cue.start > at):
            continue
        header = cue.weak
        if (
            header
            and _WHOLE_LINE.search(page.work, page.sentences[index].start, page.sentences[index].end)
            and first <= index + 30
        ):
            draft.stages = [c for c in draft.stages if not c.weak]
            draft.stages.append(StageCue(cue.start, cue.end, cue.stage, "asserted", True, cue.date))
            draft.spans.append((cue.start, cue.end, "stage"))
            return  # 重点签约项目: and its items in the lines below
        same_line = page.sentences[index].line == own.line
        if header and not same_line:
            continue
        if not header and not (same_line or (first <= index + 3 and page.sentences[index].line >= own.line - 1)):
            return
        agreed = (
            same_line and cue.stage in ("signed", "framework") and bool(_AGREED.match(page.work, own.start, own.end))
        )
        if not header and not agreed and ((planned and not (intended and same_line)) or _LATER.search(told)):
            return
        if not header and not intended and not agreed and _UNTOLD_YET.search(told):
            return
        draft.stages = [] if header else [c for c in draft.stages if not c.weak]
        draft.stages.append(StageCue(cue.start, cue.end, cue.stage, "asserted", True, cue.date))
        draft.spans.append((cue.start, cue.end, "stage"))
        return


_AGREED = re.compile(
    r"[”’ ]*(?:根据|按照?)[^,。;]{0,10}(?:协议|合同|约定)|[^,。;]{0,6}(?:协议|合同)(?:约定|显示|明确|内容)|双方(?:将|约定|商定)"
)
_LATER = re.compile(r"还将|未来|下一步|今后|明年|后续|谋划|储备|力争|争取|推进")


def take_stage(draft: Draft, group: Group) -> None:
    """An item of a list takes the state of the group it is listed under."""
    known = any(cue.state == "asserted" and not cue.weak for cue in draft.stages)
    if group.stage in ("signed", "started", "producing", "negotiating") and not known:
        draft.stages.append(StageCue(group.start, group.end, group.stage, "asserted", False, group.date))
        draft.spans.append((group.start, group.end, "stage"))


_EVENT_EARLY = 5  # sentences from the top in which a page tells what it reports
_ELSEWHEN = re.compile(r"目前|此前|去年|前年|早在|近年|截至|将于|明年|下一步|计划于|拟|储备|在谈|洽谈|意向|谋划")


def event_stage(page: Page, draft: Draft, heard: list[tuple[int, StageCue]]) -> None:
    """A page that reports one ceremony: a project it tells further down without a stage was signed or begun there."""
    if not draft.names or any(cue.state == "asserted" or not cue.weak for cue in draft.stages):
        return
    if not (draft.money.get("invest") or draft.listed) or all(name.title for name in draft.names):
        return
    first = next((i for i in draft.sentences if not page.sentences[i].title), None)
    early = [(i, cue) for i, cue in heard if i <= _EVENT_EARLY and not cue.weak and cue.state == "asserted"]
    if first is None or not early or len({cue.stage for _, cue in early}) > 1:
        return
    own = page.sentences[first]
    held = next(
        ((i, c) for i, c in early if _CEREMONIAL.search(page.work, page.sentences[i].start, page.sentences[i].end)),
        None,
    )
    if held is None or not held[0] < first <= held[0] + 24 or _ELSEWHEN.search(page.work, own.start, own.end):
        return
    cue = held[1]
    reach = own.end if own.end - own.start > 60 else own.end + 60  # a name in a line of its own, 总投资:15亿元 below it
    priced = any(own.start <= number.start < reach for number in draft.money.get("invest", []))
    if not priced and not draft.listed:
        return
    draft.stages.append(StageCue(cue.start, cue.end, cue.stage, "asserted", True, cue.date))
    draft.spans.append((cue.start, cue.end, "stage"))


_CEREMONIAL = re.compile(r"仪式|活动|大会|集中(?:签约|开工|竣工|投产)|推介会|洽谈会|恳谈会|现场签约|签约项目|签约会")
