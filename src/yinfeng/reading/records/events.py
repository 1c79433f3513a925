"""The event a page reports: on which day it was, and which stage of projects it brought about.

A signing ceremony's day is the day of all that was signed there, even where the list stands three paragraphs below.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..mentions.page import Page

_HELD = re.compile(
    r"仪式|大会|活动|举行|召开|举办|开幕|推介会|洽谈会|恳谈会|集中签约|集中开工|成功签约|签约|开工|开竣工|奠基|动工|投产|竣工|开业|揭牌|签署|签订"
)
_STAGES = (
    ("signed", re.compile(r"签约|签署|签订|签下|大会|推介会|洽谈会|恳谈会|博览会|投资峰会|签")),
    ("framework", re.compile(r"签约|签署|签订|框架|战略合作")),
    ("started", re.compile(r"开竣工|开工|奠基|动工|开建|破土")),
    ("producing", re.compile(r"开竣工|投产|竣工|开业|启用|投用|通车|交付|并网|投入")),
)
_OTHER_TIME = re.compile(
    r"目前|现已|此前|截至|迄今|早在|随后|今后|不久前|日前|近日|近期|去年|明年|前年|相继|陆续|先后|即将|今年以来|预计|力争"
)
DATELINE = re.compile(r"[)]?(?:电|讯|消息|报道|获悉|从[^,。;]{2,16}获悉|发布|公告|晚间)")
_REACH = 16  # sentences an event is spoken of


@dataclass(frozen=True, slots=True)
class Event:
    """A day something was held: its position, ISO date, span of the words of the day, stages it brings about."""

    sentence: int
    start: int
    end: int
    iso: str
    stages: frozenset[str]


def events_of(page: Page) -> list[Event]:
    """The events of a page in order of their telling."""
    found: list[Event] = []
    for index, sentence in enumerate(page.sentences):
        if sentence.title:
            continue
        days = [
            t
            for t in page.times_in(sentence.start, sentence.end)
            if t.iso and len(t.iso) == 10 and not DATELINE.match(page.work, t.end)
        ]
        if not days or not _HELD.search(page.work, days[0].end, sentence.end):
            continue
        text = page.work[days[0].end : sentence.end]
        stages = frozenset(stage for stage, pattern in _STAGES if pattern.search(text))
        if stages and days[0].iso:
            found.append(Event(index, days[0].start, days[0].end, days[0].iso, stages))
    return found


def day_of(page: Page, events: list[Event], stage: str, at: int, sentence: int) -> str | None:
    """The day of a stage told at a position without a date of its own: the day of the event spoken of, if it fits."""
    if sentence < 0 or page.sentences[sentence].title:
        return None
    clause = page.sentences[sentence]
    told = [t for t in page.times_in(clause.start, at) if not t.vague and t.end <= at]
    if any(page.work[t.start : t.end] not in ("当天", "当日") for t in told):
        return None
    if _OTHER_TIME.search(page.work, clause.start, at):
        return None
    for event in reversed(events):
        if event.sentence <= sentence <= event.sentence + _REACH:
            return event.iso if stage in event.stages else None
    return None
