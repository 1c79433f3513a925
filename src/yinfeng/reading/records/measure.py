"""Which statistic a count is: its measure by the state of the counted projects."""

from __future__ import annotations

import re

from ..mentions.groups import Group
from ..mentions.page import Page, Sentence

_STATES = (
    ("framework", re.compile(r"框架协议|意向协议|战略合作")),
    ("negotiating", re.compile(r"在手在谈|在谈|意向|洽谈(?!会|签约)|商洽|商谈|进行了?对接|拟签约|跟踪")),
    ("fulfilled", re.compile(r"已?履约")),
    ("land", re.compile(r"尚未供地|未供地")),
    ("not_started", re.compile(r"未开工|尚未开工|未落地")),
    ("land_supplied", re.compile(r"新?供地|拿地|摘牌")),
    ("listed", re.compile(r"新?入库|入统|纳统|列统")),
    ("mixed", re.compile(r"开竣工|签约开工|开工竣工|开(?:工)?投产|签约、开工|在建续建|集中开竣工")),
    ("producing", re.compile(r"(?:建成)?投产|竣工|投用|达产|投入使用|投运|并网|通车|投入运营|建成")),
    ("started", re.compile(r"开工|复工|奠基|动工|在建|开建|新开|破土|加快建设|加速建设|正在建设")),
    ("signed", re.compile(r"签约|签下|签署|签订|新签|落户|落地|成交")),
)
_ANY_STATE = re.compile("|".join(pattern.pattern for _, pattern in _STATES))
_FUTURE = re.compile(
    r"(?:将|拟|计划|预计|力争|争取|确保|安排|目标|推进|推动|加快|谋划|储备|共列|列入|实施|明年)[^,。;]{0,90}$"
)
_PLANNED_INSIDE = re.compile(r"^(?:推介|包装)|可望|有望|拟|计划|未来|储备|谋划|策划|力争|争取|确保|目标")
_TO_BE_SIGNED = re.compile(r"拟签约|拟签订|待签约")
_DONE_AFTER = re.compile(r"(?:已|提前|全部|顺利|陆续|正式|均)+(?:签约|开工|动工|竣工|投产|建成|落地)")
_OTHER_COUNT = re.compile(
    r"^(?:中)?,?(?:已|已经|目前|现|正在|累计|共|实际)*(?:签约|开工建设|开工|动工|竣工投产|建成投产|竣工|投产|建成|落地|履约)(?:项目|了|的|有)*(?=\d)"
)
_AIMED = re.compile(r"(?:力争|争取|确保|目标|计划)(?![^。;]*(?:已|实际|累计|截至))[^。;]*$")
_BROUGHT_ABOUT = re.compile(r"(?:已|先后|累计|成功)[^。;]{0,40}(?:推动|促成|促进|推进)[^。;]*$")
_DONE = re.compile(
    r"已(签约|开工|动工|竣工|投产|建成)(?:建设|投产)?(?:项目)?(?:了|达|有)?$"
)  # 计划新开工的82个项目已开工69个
_CEREMONY = re.compile(r"(签约|开工|竣工|投产)(?:仪式|活动|大会)[^。;]{0,24}$")
_DONE_STATES = {
    "签约": "signed",
    "开工": "started",
    "动工": "started",
    "竣工": "producing",
    "投产": "producing",
    "建成": "producing",
}
_NAMES = {
    "framework": "other:framework_count",
    "mixed": "project_count",
    "signed": "signed_count",
    "started": "started_count",
    "producing": "producing_count",
    "negotiating": "negotiating_count",
    "fulfilled": "other:fulfilled_count",
    "land": "other:land_not_supplied_count",
    "not_started": "other:not_started_count",
    "land_supplied": "other:land_supplied_count",
    "listed": "other:newly_listed_count",
}


_AMONG_THEM = re.compile(r"中,?有?$")


_AT_CEREMONY = re.compile(r"(?:签约|开工|奠基|竣工)(?:仪式|大会|活动)")


_IS_HELD = re.compile(r"举行|举办|集中|进行")


_NO_DEED = re.compile(r"率|后|之后|以后")


def measure_of(page: Page, sentence: Sentence, group: Group) -> tuple[str, str | None]:
    """(measure, state) of a count of projects; ('project_count', None) where no state is told."""
    work = page.work
    noun = work[group.noun_start : group.noun_end]
    left = page.clause_start(group.start, sentence.start)
    right = page.clause_end(group.end, sentence.end)
    before = work[left : group.start]
    after = work[group.end : min(right, group.end + 26)]
    done = _DONE.search(work[left : group.number.start])
    if done:
        return _NAMES[_DONE_STATES[done[1]]], _DONE_STATES[done[1]]
    if _TO_BE_SIGNED.search(noun):
        return "negotiating_count", "negotiating"
    if _PLANNED_INSIDE.search(noun) and not _DONE_AFTER.match(after):
        return "project_count", None
    after = _OTHER_COUNT.sub("", after)  # 100个重大项目开工建设90个: the state is of the second count
    looks = [(noun, False), (before[-12:], True), (after, True), (before, True)]
    if _AMONG_THEM.search(before):  # 已签约项目中有7个项目尚未供地
        looks = [looks[0], looks[2], looks[1]]
    for text, future_matters in looks:
        if not _ANY_STATE.search(text):
            continue
        for state, pattern in _STATES:
            match = pattern.search(text)
            if not match:
                continue
            if (
                text is after
                and _AT_CEREMONY.match(text[match.start() :])
                and not _IS_HELD.search(text[: match.start()])
            ):
                continue
            if _NO_DEED.match(text[match.end() : match.end() + 2]):
                continue
            head = before if text is not after else before + after[: match.start()]
            if (
                future_matters
                and _FUTURE.search(head)
                and not _BROUGHT_ABOUT.search(work[sentence.start : group.start])
            ):
                return "project_count", None
            if future_matters and _AIMED.search(work[sentence.start : group.start]):
                return "project_count", None
            return _NAMES[state], state
    if _FUTURE.search(before):
        return "project_count", None
    held = _CEREMONY.search(work[max(sentence.start, group.start - 40) : group.start]) or _held_before(
        page, sentence, group
    )
    if held and not _FUTURE.search(work[sentence.start : group.start]):
        return _NAMES[_DONE_STATES[held[1]]], _DONE_STATES[held[1]]  # 举行集中开工仪式,15个项目总投资48.5亿元
    return "project_count", None


_HELD_BEFORE = re.compile(r"(?:举行|举办|召开|开展)[^。;]{0,40}(签约|开工|竣工|投产)[”’]?(?:仪式|活动|大会)")
_COUNT_LEADS = re.compile(r"(?:^|[,;。:])(?:此次|本次|当天|当日|现场|活动中|会上|全[市县区省]|共|有|共有|集中)*$")


def _held_before(page: Page, sentence: Sentence, group: Group) -> re.Match[str] | None:
    """举行集中签约活动。31个项目集中亮相: a count at the head of the sentence after the ceremony."""
    work = page.work
    if not _COUNT_LEADS.search(work, max(sentence.start, group.start - 16), group.start):
        return None
    before = work.rfind("。", 0, max(0, sentence.start - 1)) + 1
    text = work[max(before, work.rfind("\n", 0, sentence.start) + 1, sentence.start - 200) : sentence.start]
    held = _HELD_BEFORE.search(text)
    return held if held and "开竣工" not in text else None
