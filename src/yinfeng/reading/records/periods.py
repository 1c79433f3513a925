"""The period and the scope of a statistic: when and whose."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..lexicon import Tag
from ..mentions.groups import Group
from ..mentions.numbers import Number
from ..mentions.page import Page
from ..mentions.times import Time

_BEFORE_NOUN = re.compile(
    r"^(?:其中|本次|此次|今年|本年度|安排|上报|合计|累计|共|列|实现|全[市省县区]|[我该][市省县区]|已)+"
)
_EVENT_NAME = re.compile(r"[^,。;]{0,40}(?:仪式|活动|大会|推介会|现场会|恳谈会)")
_THIS_EVENT = re.compile(r"本次|此次|集中")
_GROWN_SINCE = re.compile(r"(?:同期)?(?:增长|下降|相比|增加)")
_BASE = re.compile(r"”?(?:期间|时期|同期)?的 ?\d+(?:\.\d+)?倍")  # 是“十二五”的1.6倍
_COMPARED = re.compile(r"(?:比|同比|较|相比|与)$")


@dataclass(slots=True)
class Statistic:
    """A statistic in the making."""

    measure: str
    value: float
    unit: str
    number: Number
    sentence: int
    threshold: float | None = None
    scope: str = ""
    period: tuple[int, int] | None = None
    yoy: float | None = None
    group: Group | None = None
    spans: list[tuple[int, int, str]] = field(default_factory=list)
    part: str = ""  # the part of a group it counts: 制造业项目
    of_part: bool = False


def period_of(page: Page, statistic: Statistic) -> tuple[int, int] | None:
    """The period as written: the nearest one before the figure in its sentence, else earlier in its line."""
    at = statistic.number.start
    index = statistic.sentence
    line = page.sentences[index].line
    for back in range(index, max(-1, index - 8), -1):
        sentence = page.sentences[back]
        if sentence.line != line:
            break
        times = [
            t
            for t in page.times_in(sentence.start, sentence.end)
            if ((t.period and not t.vague) or _open(page, t))
            and not _COMPARED.search(page.work, max(0, t.start - 2), t.start)
            and not _GROWN_SINCE.match(page.work, t.end)
            and not _BASE.match(page.work, t.end)
            and (statistic.measure == "other:annual_planned_investment" or not _FOR_PLAN.match(page.work, t.end))
        ]
        before = [t for t in times if t.end <= at]
        if before:
            dated = [t for t in before if t.iso and len(t.iso) == 10]
            if dated and before[-1] is not dated[-1] and _EVENT_NAME.match(page.work, before[-1].end):
                return dated[-1].start, dated[-1].end  # 5月3日,某区举行2024年上半年集中签约仪式
            return _joined(page, _telling(page, before, statistic))
        after = [t for t in times if t.start > at] if back == index else []
        if after and not before and back == index and len(times) == 1 and _same_clause(page, at, after[0].start):
            return after[0].start, after[0].end
    if _THIS_EVENT.search(page.work, max(page.sentences[index].start, at - 24), at):
        for back in range(index - 1, max(-1, index - 12), -1):
            for time in page.times_in(page.sentences[back].start, page.sentences[back].end):
                if time.iso and len(time.iso) == 10:
                    return time.start, time.end
    return _carried(page, index)


_EVENT = re.compile(r"举行|召开|举办|开幕|启动|签约|开工|投产|奠基|竣工|仪式|大会|活动")
_ANOTHER_MATTER = re.compile(r"据(?:了解|介绍|悉)?,?(?:公司|企业|该)|成立于|[该本]公司")


def _carried(page: Page, index: int) -> tuple[int, int] | None:
    """The period of the paragraphs before: a reporting period wherever it stands, a day where something was held."""
    sentence = page.sentences[index]
    if (sentence.title and index == 0) or _ANOTHER_MATTER.search(page.work, sentence.start, sentence.end):
        return None
    for back in range(index - 1, max(-1, index - 14), -1):
        before = page.sentences[back]
        for time in reversed(page.times_in(before.start, before.end)):
            text = page.work[time.start : time.end]
            if time.vague and not _REPORTING.match(text):
                continue
            if not time.period or _COMPARED.search(page.work, max(0, time.start - 2), time.start):
                continue
            if _EVENT_NAME.match(page.work, time.end):
                continue  # 四季度集中开工仪式: the name of an event
            if time.iso is None or len(time.iso) == 4 or text.startswith(("截至", "截止")):
                return _joined(page, [t for t in page.times_in(before.start, before.end) if t.end <= time.end])
            if len(time.iso) == 10 and not before.title and _EVENT.search(page.work, before.start, before.end):
                return time.start, time.end
    return None


_REPORTING = re.compile(r"今年(?:以)?来|年初以来|全年|截[至止]|迄今|“?十[一二三四五]五")


_FOR_PLAN = re.compile(r"(?:度)?(?:计划|预计|拟|将)(?:完成)?投资[^,。;]{0,4}[\d.]+[亿万]")
_SPAN_OF_YEARS = re.compile(r"年来|以来")
_PLAIN_NOW = re.compile(r"(?:截至|截止)?(?:目前|现在|当前)|全年|现已")


def _telling(page: Page, before: list[Time], statistic: Statistic) -> list[Time]:
    """Without a last 目前 or 全年, where the sentence has a better period: 一年来,目前已签约…; 今年,预计全年…."""
    last = before[-1]
    if len(before) > 1 and _PLAIN_NOW.fullmatch(page.work, last.start, last.end):
        other = page.work[before[-2].start : before[-2].end]
        if _SPAN_OF_YEARS.search(other) or re.match(r"今年$|\d{4}年$", other):
            return before[:-1]
    return before


def _same_clause(page: Page, a: int, b: int) -> bool:
    return not re.search(r"[,;。]", page.work[a:b])


def _open(page: Page, time: Time) -> bool:
    text = page.work[time.start : time.end]
    return time.period and not text.startswith(("近日", "日前", "近期", "每"))


def _joined(page: Page, times: list[Time]) -> tuple[int, int]:
    """The last period; one that touches it (今年 + 截至7月底) belongs to it."""
    last = times[-1]
    start = last.start
    if len(times) > 1 and page.work[times[-2].end : last.start] == "":
        start = times[-2].start
    return start, last.end


_WHOLE_PLACE = re.compile(r"全市|全省|全县|全区|我市|我省|我县|我区|该市|该县|该区|全国|我国")


_ZONE_AFTER = re.compile(r"(?:[\u4e00-\u9fff]{0,8}?(?:开发区|高新区|经开区|新区|园区|产业园|新片区))")


def scope_of(page: Page, statistic: Statistic) -> str | None:
    """Place, then group, as tokens of the text joined by a space."""
    sentence = page.sentences[statistic.sentence]
    tokens: list[str] = []
    whole = _WHOLE_PLACE.findall(page.work, sentence.start, statistic.number.start)
    if whole:
        tokens.append(whole[-1])
    else:
        for last in reversed(page.words_in(sentence.start, statistic.number.start)):
            if last.entry.tags & Tag.PLACE and last.entry.word != "中国":
                tail = _ZONE_AFTER.match(page.work[last.end : last.end + 12])
                tokens.append(page.text[last.start : last.end + (tail.end() if tail else 0)])
                break
    if statistic.group is not None:
        noun = page.text[statistic.group.noun_start : statistic.group.noun_end].strip("、的了已共有")
        noun = _BEFORE_NOUN.sub("", noun)
        if noun and statistic.group.kind == "project":
            tokens.append(noun)
    return " ".join(tokens) or None
