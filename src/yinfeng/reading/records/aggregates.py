"""Statistics about groups of projects: counts, sums, foreign capital, growth, visits, events."""

from __future__ import annotations

import re

from ..mentions.groups import TIMES, Group
from ..mentions.page import Page, Sentence
from ..model import AggregateRecord
from .confidence import CERTAIN, aggregate_signs, sure
from .evidence import quote
from .growth import bind_growth
from .periods import Statistic, period_of, scope_of
from .scene import Story, Sum

_BOTH = re.compile(r"两个?项目(?!签约|开工|投产)")
_SHARE = re.compile(r"(?:占|占比|比重|占全[^,。;]{0,12}|率)[^,。;]{0,8}$")
_MEASURE = {
    "fdi": "foreign_capital_used",
    "paid": "paid_in_capital",
    "fai": "fixed_asset_investment",
    "invest": "total_investment",
    "contract": "other:contracted_foreign_capital",
}
_PART_HEAD = re.compile(r"(?:其中|,|;|^)(?:[^,;。\d]{0,8})(?:外资|内资|港澳台资|制造业|服务业|农业|工业)$")
_SUM_CUES = re.compile(r"合计|获得|累计|总额|总值|总金额|全部|共计|分别|批准|完成|增资")
_BOUGHT = re.compile(r"(?:采购|销售|供货|订货|承包|贸易)(?:合同|协议|订单)[^。;]{0,16}$")
_SUM_WORD = re.compile(r"(?:金额|资金|总额|总投入|投额)[约达超近]?$")
_NEXT_PART = re.compile(r"[,、]|[、,](?:总|协议|合同|计划总?)?(?:投资额?|金额|资金)?[^,。;]{0,14}[,、]")
_FROM_WHERE = re.compile(
    r"(?:业|产业|领域|[国盟洲]|香港|台湾|澳门|新加坡|日本|地区|[省市县区])(?:对[^,。;\d]{1,4})?(?:实际)?(?:投资|引资|到资)?(?:额)?(?:合计|约|达|近|超)?$"
)
_ABOVE = re.compile(
    r"(?P<number>\d+(?:\.\d+)?)?(?P<multiple>千亿|百亿|十亿|亿|千万|百万)元?(?:及)?以上[^,。;:\d]{0,12}项目"
)
_FIRMS = {
    "new": re.compile(r"新(?:增|设|设立|批|注册)|批准设立|新批"),
    "approved": re.compile(r"批准"),
    "assisted": re.compile(r"协助|帮助"),
}
_PERIOD_WORDS = re.compile(r"截[至止]")
_DISTANCE = 3


def aggregate_records(page: Page, raw: str, story: Story) -> list[AggregateRecord]:
    """All statistics of the page in order, each once."""
    return [_record(page, raw, statistic) for statistic in statistics_of(page, story)]


def statistics_of(page: Page, story: Story) -> list[Statistic]:
    """The statistics in the making, in order, each once."""
    found = _counts(page, story) + _sums(page, story)
    found.sort(key=lambda s: s.number.start)
    bind_growth(page, found)
    found.sort(key=lambda s: s.number.start)
    for statistic in found:
        if statistic.period is None:
            statistic.period = period_of(page, statistic)
    return _unique(page, found)


# ---------------------------------------------------------------- counts


def _counts(page: Page, story: Story) -> list[Statistic]:
    found: list[Statistic] = []
    whole: Group | None = None  # the last group that stands for itself, from which parts inherit
    whole_stat: Statistic | None = None
    in_parts, last_end, part_line = False, -1, -1
    for group in story.groups:
        sentence = page.sentences[group.sentence]
        measure = _measure(page, sentence, group)
        part = False
        if group.kind == "project" and group.number.value == 2 and _BOTH.match(page.work, group.number.start):
            continue  # 两项目, 两个项目: those just named
        if measure is None or _REST.search(page.work, max(0, group.start - 4), group.number.start):
            continue
        if group.kind == "project":
            same_line = whole is not None and (
                page.sentences[whole.sentence].line == sentence.line
                or (group.sentence - whole.sentence <= 2 and not page.times_in(sentence.start, group.start))
            )
            if same_line and whole is not None and group.threshold is None and _told_again(page, group, whole):
                group.threshold = whole.threshold
            part = group.part or (whole is not None and _is_part(page, sentence, group))
            if not part and same_line and whole is not None and whole_stat is not None:
                part = measure == "project_count" and (_cut_of(page, sentence, group, whole) or _above_of(group, whole))
            if part and same_line and whole_stat is not None and whole_stat.sentence != group.sentence:
                named = _told_whole(page, sentence, group, found)
                if named is not None and named.group is not None and named.measure != whole_stat.measure:
                    whole, whole_stat = named.group, named  # 此次集中开工的项目…,其中先进制造业项目61个
            if part and not same_line:  # 从签约项目产业分布看,… in a paragraph of its own
                told = _told_whole(page, sentence, group, found)
                if told is None and page.work.startswith("其中", sentence.start) and whole_stat is not None:
                    near = group.sentence - whole_stat.sentence <= 9 and group.number.value < whole_stat.value
                    told = whole_stat if near else None
                part = told is not None
                if told is not None and told.group is not None:
                    whole, whole_stat = told.group, told
            if (
                not part
                and (same_line or part_line == sentence.line)
                and in_parts
                and group.stage is None
                and not page.times_in(max(sentence.start, last_end), group.start)
            ):
                # 其中,A项目3个;B项目2个, 其中A项目3个,B项目2个
                gap = page.work[last_end : group.start] if last_end > sentence.start else ""
                part = page.work[sentence.start - 1] == ";" or bool(_NEXT_PART.fullmatch(gap))
            in_parts, last_end = part, group.end
            if part and whole is not None and whole_stat is not None:
                if measure == "project_count" or (
                    whole_stat.measure == "project_count"
                    and _listed_whole(page, whole)
                    and "已" not in page.work[group.number.start - 6 : group.number.start]
                ):
                    measure = whole_stat.measure
                if group.threshold is None and not group.foreign_threshold:
                    group.threshold = whole.threshold
            elif measure == "project_count" and group.stage is None and _stands_in_title(page, group):
                continue
        statistic = Statistic(
            measure, group.number.value, "count", group.number, group.sentence, group.threshold, group=group
        )
        statistic.spans = [(group.start, group.end, "value")]
        if part:
            noun = page.work[group.noun_start : group.noun_end].removeprefix("其中")
            statistic.part = "" if re.fullmatch(r"[\d.亿万元以上(含)超]*(?:重大)?(?:项目)?(?:有|共)?", noun) else noun
        statistic.of_part = part
        if part:
            part_line = sentence.line
        if group.kind == "project" and not part:
            whole, whole_stat = group, statistic
        found.append(statistic)
    return found


_REST = re.compile(r"(?:其余|其他|剩余|另外)$")
_WHOLES = (("signed_count", "签约"), ("started_count", "开工"), ("producing_count", "投产"), ("project_count", "引进"))


def _told_again(page: Page, group: Group, whole: Group) -> bool:
    """80个在建项目中,…: those told before."""
    return group.number.value == whole.number.value and page.work[group.end : group.end + 1] == "中"


_LISTING = re.compile(r"安排|列入|共列|编排|纳入|下达|确定|梳理|名单")


def _listed_whole(page: Page, whole: Group) -> bool:
    """共安排项目620个: what is counted below are items of a plan, not deeds."""
    sentence = page.sentences[whole.sentence]
    return bool(_LISTING.search(page.work, max(sentence.start, whole.start - 24), whole.start + 8))


def _told_whole(page: Page, sentence: Sentence, group: Group, found: list[Statistic]) -> Statistic | None:
    """The group told in an earlier paragraph that a sentence takes apart: the last one of the state it names."""
    head = page.work[sentence.start : group.start]
    for measure, word in _WHOLES:
        if word in head:
            return next(
                (s for s in reversed(found[-40:]) if s.group and s.measure == measure and not s.of_part),
                None,
            )
    return None


def _above_of(group: Group, whole: Group) -> bool:
    """签约51个项目,超10亿项目27个: with a threshold of its own, in the same sentence and fewer."""
    return (
        group.stage is None
        and group.threshold is not None
        and group.sentence == whole.sentence
        and whole.stage is not None
        and whole.threshold is None
        and group.number.value < whole.number.value
        and not group.planned
    )


_CUT_OF = re.compile(r"(?:^|[,。;:])(?:据统计|据了解|据悉|,|共|共有|有)*$")
_CUT_NOUN = re.compile(r"(?:内资|外资|工业|产业|制造业|服务业|农业|文旅|基础设施|亿元以上|民生)[^,。;]{0,8}项目$")


def _cut_of(page: Page, sentence: Sentence, group: Group, whole: Group) -> bool:
    """签约64个项目。据统计,55个内资项目…: fewer, of one kind, and nothing else said of them."""
    if group.stage is not None or whole.stage is None or group.number.value >= whole.number.value:
        return False
    work = page.work
    return bool(
        _CUT_OF.search(work, max(sentence.start, group.start - 12), group.start)
        and _CUT_NOUN.search(work, group.noun_start, group.noun_end)
    )


def _stands_in_title(page: Page, group: Group) -> bool:
    return False


def _is_part(page: Page, sentence: Sentence, group: Group) -> bool:
    """其中 before it in its clause or the clause before, or 从产业分类看, or a part of a list of thresholds."""
    work = page.work
    if "其中" in work[sentence.start : group.start + 2]:
        clause = max(work.rfind(mark, sentence.start, group.start) for mark in ",。;:") + 1
        if (
            work.startswith("其中", max(clause, sentence.start))
            or _AMONG.search(work, max(sentence.start, group.start - 26), group.start)
            or work.startswith("其中", group.start)
        ):
            return True
    head = work[sentence.start : group.start]
    if "项目中," in head:
        if _OF_THOSE.search(head):
            return True
        told = head + work[group.start : group.noun_end]
        if _OF_SO_MANY.search(head) and not _STATE_OF_THOSE.search(told):
            return True
    return bool(_SEEN_BY.search(head))


_AMONG = re.compile(r"其中,?[^,。;]{0,24}$")
_OF_THOSE = re.compile(r"(?:签约|引进|开工|投产|落地)的?(?:\d+余?个)?项目中,[^。;]*$")
_OF_SO_MANY = re.compile(r"\d+余?[个项](?:[^,。;]{0,14})项目中,")
_STATE_OF_THOSE = re.compile(r"项目中,[^。;]*(?:签约|开工|投产|已|未)[^。;]*$")
_SEEN_BY = re.compile(r"从[^,。;]{1,12}(?:看|分|来看|上看),|(?:按|分)[^,。;]{1,8}(?:分|看),")


def _measure(page: Page, sentence: Sentence, group: Group) -> str | None:
    work = page.work
    if group.kind == "project":
        return group.measure or "project_count"
    if group.kind == "visit":
        return "visits"
    if group.kind == "event":
        return "events"
    if group.kind == "lead":
        return "other:leads_collected"
    left = max(sentence.start, group.start - 20)
    phrase = work[left : group.end + 8]
    for name, pattern in _FIRMS.items():
        if pattern.search(phrase):
            return {
                "new": "other:new_enterprises",
                "approved": "other:approved_enterprises",
                "assisted": "other:assisted_enterprises",
            }[name]
    if re.search(r"现有|拥有|集聚了|已有", phrase):
        return "other:stock_enterprises"
    return "other:settled_enterprises"


# ---------------------------------------------------------------- sums


def _sums(page: Page, story: Story) -> list[Statistic]:
    found: list[Statistic] = []
    last: Statistic | None = None
    for total in story.sums:
        statistic = _sum(page, story, total, last)
        if statistic is not None:
            found.append(statistic)
            last = statistic
    return found


def _sum(page: Page, story: Story, total: Sum, last: Statistic | None) -> Statistic | None:
    work, number = page.work, total.number
    sentence = page.sentences[total.sentence]
    left = number.start
    while left > sentence.start and work[left - 1] not in ",:;。!?\n":
        left -= 1
    head = work[left : number.start]
    group = total.group
    measure = _MEASURE.get(total.role)
    near = last if last is not None and last.unit != "count" and last.sentence >= total.sentence - 1 else None
    if (
        measure is None
        and total.role == ""
        and near
        and re.search(r"(?:外资|内资|港澳台资|侨资)(?:项目)?(?:约|达|近|超)?$", head)
    ):
        measure = near.measure  # 其中外资6亿美元, 内资…: parts of the sum before
    if (
        measure is None
        and total.role == ""
        and group is not None
        and group.kind == "project"
        and _SUM_WORD.search(head)
    ):
        measure = "total_investment"  # 合同项目97个、金额634亿元
    if total.role == "fdi" and re.fullmatch(r"(?:其中)?外资", head) and last is not None:
        measure = last.measure
    if near is not None and near.measure == "foreign_capital_used" and near.unit == number.unit:
        paid = total.role == "paid" and total.word is not None and total.word.entry.word.endswith(("到资", "到位"))
        if paid or (total.role in ("", "invest") and _FROM_WHERE.search(head) and not total.group):
            measure = near.measure  # 实际使用外资18.2亿美元…,欧盟投资2.6亿美元
    if total.role == "plan" or (
        total.role in ("invest", "fai")
        and re.search(r"(?:\d{4}年|今年|当年|年度|年内|本年)(?:度)?(?:计划|预计)(?:完成)?投资$", head)
    ):
        measure = "other:annual_planned_investment"
    if measure is None:
        return None
    if measure == "total_investment" and not _speaks_of_many(page, story, total, head):
        return None
    if sentence.title and not number.stated:
        return None
    if measure == "total_investment" and _BOUGHT.search(work, max(sentence.start, number.start - 30), number.start):
        return None
    statistic = Statistic(measure, number.value, number.unit, number, total.sentence, group=group)
    if group is not None and group.kind == "project" and measure in ("total_investment", "fixed_asset_investment"):
        statistic.threshold = group.threshold
    elif measure in ("paid_in_capital", "foreign_capital_used", "other:annual_planned_investment"):
        above = _ABOVE.search(work, max(sentence.start, number.start - 36), number.start)
        if above:  # 引进亿元以上省外项目资金额219亿元
            statistic.threshold = float(above["number"] or 1) * TIMES[above["multiple"]]
    statistic.spans = [(number.start, number.end, "value")]
    if total.word is not None:
        statistic.spans.append((total.word.start, total.word.end, "measure"))
    return statistic


def _speaks_of_many(page: Page, story: Story, total: Sum, head: str) -> bool:
    """A sum needs a group, or words that add up, or a place as its owner."""
    if re.search(r"均(?:在|为|超过?|达到?|不低于)?$", head) or "单体" in head or "单个" in head:
        return False  # 单体投资均超过20亿元
    if total.group is not None:
        return True
    if _SUM_CUES.search(head) or re.search(r"签约(?:金额|总额|额)|引资|合同", head):
        return True
    sentence = page.sentences[total.sentence]
    after = page.work[total.number.end : min(sentence.end, total.number.end + 8)]
    return bool(re.match(r"(?:的)?(?:签约|投资)?(?:投资)?项目", after)) and "的" not in after[:1]


# ---------------------------------------------------------------- once only


def _unique(page: Page, found: list[Statistic]) -> list[Statistic]:
    """Repeats of a statistic (headline, lead) once: the running text before the headline."""
    kept: dict[tuple[str, float, str, float | None, str, int], Statistic] = {}
    sums: dict[int, float] = {}  # the first sum told of a group
    for statistic in found:
        if statistic.unit not in ("count", "%") and statistic.group is not None:
            sums.setdefault(id(statistic.group), statistic.value)
    for statistic in found:
        key = (statistic.measure, statistic.value, statistic.unit, statistic.threshold, statistic.part, -1)
        old = kept.get(key)
        if (
            old is not None
            and statistic.unit == "count"
            and not page.sentences[old.sentence].title
            and sums.get(id(old.group)) != sums.get(id(statistic.group))
            and id(old.group) in sums
            and id(statistic.group) in sums
        ):
            key = (*key[:5], statistic.sentence)  # 签约5个项目,总投资53亿元 … 签约5个项目,总投资14亿元: two
            old = kept.get(key)
        if old is None:
            kept[key] = statistic
        else:
            better = page.sentences[old.sentence].title and not page.sentences[statistic.sentence].title
            if better or (old.period is None and statistic.period is not None):
                kept[key] = statistic
                statistic.yoy = statistic.yoy if statistic.yoy is not None else old.yoy
    told = [s for s in kept.values() if not page.sentences[s.sentence].title]
    return sorted(
        (
            s
            for s in kept.values()
            if not (
                any(_again(s, other) for other in told)
                if page.sentences[s.sentence].title
                else s.number.qualifier in ("余", "超", "近") and any(_rounds(s, other) for other in told)
            )
        ),
        key=lambda s: s.number.start,
    )


def _rounds(lead: Statistic, told: Statistic) -> bool:
    """新设企业超2万家 … 新设企业20131家: the same told exactly further on."""
    if told is lead or (lead.measure, lead.unit, lead.threshold) != (told.measure, told.unit, told.threshold):
        return False
    exact = told.number.qualifier is None and told.sentence > lead.sentence
    return exact and told.value != lead.value and abs(lead.value - told.value) <= 0.02 * told.value


def _again(headline: Statistic, told: Statistic) -> bool:
    """Whether a headline repeats a statistic of the text, rounded or not: 4.1万家 for 41256家."""
    if headline.unit != told.unit or headline.unit == "%":
        return headline.unit == told.unit and headline.value == told.value
    near = abs(headline.value - told.value) <= 0.02 * max(abs(told.value), 1) and headline.value >= 1000
    if headline.number.qualifier in ("余", "超") and headline.value <= told.value < 1.5 * headline.value:
        near = near or headline.unit != "count" or headline.value >= 1000  # 200余亿元 for 229.34亿元
    return headline.value == told.value or (near and headline.measure == told.measure)


def _record(page: Page, raw: str, statistic: Statistic) -> AggregateRecord:
    repaired = any(page.normalised.is_repaired(a, b) for a, b, _ in statistic.spans)
    confidence = 0.4 if repaired else sure("aggregate", aggregate_signs(page, statistic))
    period = statistic.period
    evidence = [quote(page, raw, a, b, what) for a, b, what in statistic.spans]
    if period is not None:
        evidence.append(quote(page, raw, period[0], period[1], "period"))
    return AggregateRecord(
        measure=statistic.measure,
        value=statistic.value,
        unit=statistic.unit,
        threshold_cny=statistic.threshold,
        scope=scope_of(page, statistic),
        period=page.text[period[0] : period[1]] if period else None,
        yoy_percent=statistic.yoy,
        confidence=confidence,
        certain=confidence >= CERTAIN and not repaired,
        evidence=tuple(evidence),
    )
