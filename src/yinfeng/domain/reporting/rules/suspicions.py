"""What looks wrong about facts that wait to be verified, each with its reason and its numbers. Pure.

A suspicion is no fault: it says where a person should look before verifying. The thresholds are a rule of the rulebook
(kind ``suspicions``); 0 switches one off. Sums are whole yuan.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from rapidfuzz import fuzz

from yinfeng.domain.projects.rules.matching import core
from yinfeng.domain.projects.rules.stages import StageTable
from yinfeng.domain.projects.rules.words import EvidenceKind, Stage
from yinfeng.kernel.enums import LabelledEnum
from yinfeng.kernel.money import display
from yinfeng.kernel.periods import Period
from yinfeng.kernel.voice import say


class Suspicion(LabelledEnum):
    JUMP = "jump", "较上月陡增"
    AMOUNT_CHANGED = "amount_changed", "签约后改过投资额"
    VOUCHER_TWICE = "voucher_twice", "凭证重复"
    NO_EVIDENCE = "no_evidence", "缺少应有凭证"
    CEREMONY = "ceremony", "疑似以活动充签约"
    SIMILAR_NAMES = "similar_names", "多个项目名称雷同"
    PERIOD_EDGE = "period_edge", "日期压在季末"
    ABOVE_INVESTMENT = "above_investment", "到位超过总投资"
    NO_STATEMENT = "no_statement", "当月未报送"
    ROUND_NUMBER = "round_number", "金额过于整齐"
    BACKDATED = "backdated", "补记较久以前"
    SAME_DAY = "same_day", "多个阶段同日"
    HASTY = "hasty", "洽谈到签约过快"


STANDARD_SUSPICIONS: dict[str, int] = {
    "jump_times": 3,
    "jump_least_yuan": 50_000_000,
    "amount_changed_percent": 10,
    "similar_names_least": 3,
    "similar_names_percent": 90,
    "period_edge_days": 1,
    "above_investment_percent": 100,
    "round_yuan": 10_000_000,
    "backdated_days": 45,
    "same_day_stages": 3,
    "hasty_days": 30,
    "hasty_least_yuan": 1_000_000_000,
}


@dataclass(frozen=True)
class SuspicionRule:
    """The thresholds; 0 switches off."""

    jump_times: int
    jump_least_yuan: int
    amount_changed_percent: int
    similar_names_least: int
    similar_names_percent: int
    period_edge_days: int
    above_investment_percent: int
    round_yuan: int
    backdated_days: int
    same_day_stages: int
    hasty_days: int
    hasty_least_yuan: int
    stamp: str = "suspicions v0"


def parse_suspicions(body: Any, stamp: str = "suspicions v0") -> SuspicionRule:
    """The rule of a body. ValueError names what cannot be used."""
    if not isinstance(body, Mapping):
        raise ValueError(f"内容应逐项写明：{'、'.join(STANDARD_SUSPICIONS)}")
    if unknown := sorted(set(body) - set(STANDARD_SUSPICIONS)):
        raise ValueError(f"没有“{unknown[0]}”这一项，可用：{'、'.join(STANDARD_SUSPICIONS)}")
    told = {}
    for name in STANDARD_SUSPICIONS:
        value = body.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**15:
            raise ValueError(f"{name} 应为不小于 0 的整数（0 表示不查），而不是“{value}”")
        told[name] = value
    if told["similar_names_percent"] > 100:
        raise ValueError("similar_names_percent 应在 0 至 100 之间")
    return SuspicionRule(**told, stamp=stamp)


@dataclass(frozen=True)
class Paper:
    """A piece of evidence: ``sha`` of its file, where it has one."""

    kind: str
    number: str = ""
    sha: str = ""


@dataclass(frozen=True)
class Ceremony:
    """A signing on a stage that lists the project, and when what it lists was really signed (None: nothing was)."""

    name: str
    held_on: date
    signed_on: date | None


@dataclass(frozen=True)
class ProjectSeen:
    """What is known around the facts of one project. ``months``: standing actual arrivals by (year, month)."""

    pk: int
    name: str
    unit_id: int
    site_route: str = ""
    investment_cny: int | None = None
    signed_investment_cny: int | None = None  # as on record when the signing was recorded
    negotiating_on: date | None = None
    signed_on: date | None = None
    funds_cny: int = 0
    months: Mapping[tuple[int, int], int] = field(default_factory=dict)
    ceremonies: Sequence[Ceremony] = ()
    days: Mapping[date, int] = field(default_factory=dict)  # day -> how many stages were reached on it


@dataclass(frozen=True)
class FactSeen:
    """One fact that waits. ``what``: milestone | funds | flag. ``elsewhere``: the same voucher on other records, in words."""

    what: str
    pk: int
    project: ProjectSeen
    happened_on: date
    recorded_on: date
    stage: str = ""
    amount_cny: int | None = None
    is_actual: bool = True
    voucher: str = ""
    papers: Sequence[Paper] = ()
    elsewhere: Sequence[str] = ()
    unreported: bool = False  # the unit's report for the month is overdue


@dataclass(frozen=True)
class Finding:
    """Where to look, why, and the numbers it rests on."""

    kind: Suspicion
    reason: str
    figures: Mapping[str, int | str] = field(default_factory=dict)


Key = tuple[str, int]
Check = Callable[[FactSeen, SuspicionRule, StageTable], Iterator[Finding]]


def findings(facts: Sequence[FactSeen], rule: SuspicionRule, table: StageTable) -> dict[Key, tuple[Finding, ...]]:
    """(what, id) -> everything that looks wrong about that fact; facts that look right are left out."""
    alike = _alike({f.project.pk: f.project for f in facts}.values(), rule)
    found = {}
    for fact in facts:
        own = [finding for check in CHECKS for finding in check(fact, rule, table)]
        if fact.project.pk in alike:
            own.append(alike[fact.project.pk])
        if own:
            found[fact.what, fact.pk] = tuple(own)
    return found


def _jump(fact: FactSeen, rule: SuspicionRule, _table: StageTable) -> Iterator[Finding]:
    if fact.what != "funds" or not fact.is_actual or not rule.jump_times:
        return
    month = Period.month(fact.happened_on.year, fact.happened_on.month)
    last = month.previous().start
    now = fact.project.months.get((month.start.year, month.start.month), 0)
    before = fact.project.months.get((last.year, last.month), 0)
    if before > 0 and now >= before * rule.jump_times and now - before >= rule.jump_least_yuan:
        yield Finding(
            Suspicion.JUMP,
            say("本月到位 {now}，是上月 {before} 的 {times} 倍", now=display(now), before=display(before),
                times=f"{now / before:.1f}"),
            {"now": now, "before": before},
        )  # fmt: skip


def _amount_changed(fact: FactSeen, rule: SuspicionRule, _table: StageTable) -> Iterator[Finding]:
    then, now = fact.project.signed_investment_cny, fact.project.investment_cny
    if not rule.amount_changed_percent or not then or now is None or then == now or fact.what == "flag":
        return
    if abs(now - then) * 100 >= then * rule.amount_changed_percent:
        yield Finding(
            Suspicion.AMOUNT_CHANGED,
            say("签约登记时总投资 {then}，现为 {now}，相差 {percent}%", then=display(then), now=display(now),
                percent=round(abs(now - then) * 100 / then)),
            {"then": then, "now": now},
        )  # fmt: skip


def _voucher_twice(fact: FactSeen, _rule: SuspicionRule, _table: StageTable) -> Iterator[Finding]:
    if fact.elsewhere:
        shown = say("、").join(fact.elsewhere[:3])
        yield Finding(
            Suspicion.VOUCHER_TWICE, say("同一凭证还用在：{where}", where=shown), {"records": len(fact.elsewhere)}
        )


def _no_evidence(fact: FactSeen, _rule: SuspicionRule, table: StageTable) -> Iterator[Finding]:
    kinds = {p.kind for p in fact.papers}
    if fact.what == "funds" and not fact.papers and not fact.voucher:
        yield Finding(Suspicion.NO_EVIDENCE, say("没有凭证号，也没有附任何材料"))
    if fact.what != "milestone":
        return
    needed = table.needs(Stage(fact.stage), fact.project.site_route)[1]
    lacking = [group for group in needed if not kinds & set(group)]
    if lacking:
        words = say("、").join(" / ".join(say(EvidenceKind(k).label) for k in group) for group in lacking)
        only = say("（现只有原台账单元格）") if kinds == {EvidenceKind.LEDGER} else ""
        yield Finding(
            Suspicion.NO_EVIDENCE, say("缺少{papers}{only}", papers=words, only=only), {"lacking": len(lacking)}
        )
    elif not fact.papers:
        yield Finding(Suspicion.NO_EVIDENCE, say("没有附任何凭证"))


def _ceremony(fact: FactSeen, _rule: SuspicionRule, _table: StageTable) -> Iterator[Finding]:
    if fact.what != "milestone" or fact.stage != Stage.SIGNED:
        return
    for event in fact.project.ceremonies:
        named = any(event.name in p.number or (p.number and p.number in event.name) for p in fact.papers)
        if event.held_on != fact.happened_on and not named:
            continue
        if event.signed_on is not None and event.signed_on < event.held_on:
            reason = say("签约日与“{event}”同日（{on}），而合同早在 {signed} 已签署", event=event.name, on=event.held_on,
                         signed=event.signed_on)  # fmt: skip
        elif event.signed_on is None:
            reason = say("签约日与“{event}”同日（{on}），台账中没有正式合同", event=event.name, on=event.held_on)
        elif named:
            reason = say("凭证是“{event}”的活动材料，不是合同", event=event.name)
        else:
            continue
        yield Finding(Suspicion.CEREMONY, reason, {"held_on": event.held_on.isoformat()})
        return


def _period_edge(fact: FactSeen, rule: SuspicionRule, _table: StageTable) -> Iterator[Finding]:
    on = fact.happened_on
    if not rule.period_edge_days or on.month % 3 or fact.what == "flag":
        return
    end = Period.quarter(on.year, on.month // 3).end
    left = (end - on).days
    if left < rule.period_edge_days:
        yield Finding(
            Suspicion.PERIOD_EDGE,
            say("日期 {on} 距季末 {end} 只有 {left} 天", on=on, end=end, left=left),
            {"left": left},
        )


def _above_investment(fact: FactSeen, rule: SuspicionRule, _table: StageTable) -> Iterator[Finding]:
    total, limit = fact.project.funds_cny, fact.project.investment_cny
    if fact.what != "funds" or not fact.is_actual or not limit or not rule.above_investment_percent:
        return
    if total * 100 > limit * rule.above_investment_percent:
        yield Finding(
            Suspicion.ABOVE_INVESTMENT,
            say("累计到位 {total}，超过总投资 {limit}", total=display(total), limit=display(limit)),
            {"total": total, "limit": limit},
        )


def _no_statement(fact: FactSeen, _rule: SuspicionRule, _table: StageTable) -> Iterator[Finding]:
    if fact.unreported:
        month = Period.month(fact.happened_on.year, fact.happened_on.month)
        yield Finding(Suspicion.NO_STATEMENT, say("该单位逾期未报{month}的任务", month=month.label))


def _round_number(fact: FactSeen, rule: SuspicionRule, _table: StageTable) -> Iterator[Finding]:
    amount = fact.amount_cny
    if fact.what == "funds" and fact.is_actual and rule.round_yuan and amount and amount % rule.round_yuan == 0:
        yield Finding(
            Suspicion.ROUND_NUMBER,
            say("{amount} 正好是 {unit} 的整数倍", amount=display(amount), unit=display(rule.round_yuan)),
            {"amount": amount},
        )


def _backdated(fact: FactSeen, rule: SuspicionRule, _table: StageTable) -> Iterator[Finding]:
    days = (fact.recorded_on - fact.happened_on).days
    if rule.backdated_days and days > rule.backdated_days:
        yield Finding(
            Suspicion.BACKDATED, say("{on} 的事，{days} 天后才登记", on=fact.happened_on, days=days), {"days": days}
        )


def _same_day(fact: FactSeen, rule: SuspicionRule, _table: StageTable) -> Iterator[Finding]:
    count = fact.project.days.get(fact.happened_on, 0)
    if fact.what == "milestone" and rule.same_day_stages and count >= rule.same_day_stages:
        yield Finding(
            Suspicion.SAME_DAY,
            say("{on} 一天内登记了 {count} 个阶段", on=fact.happened_on, count=count),
            {"stages": count},
        )


def _hasty(fact: FactSeen, rule: SuspicionRule, _table: StageTable) -> Iterator[Finding]:
    begun, sum_ = fact.project.negotiating_on, fact.project.investment_cny or 0
    if fact.what != "milestone" or fact.stage != Stage.SIGNED or begun is None or not rule.hasty_days:
        return
    days = (fact.happened_on - begun).days
    if 0 <= days < rule.hasty_days and sum_ >= rule.hasty_least_yuan:
        yield Finding(
            Suspicion.HASTY, say("总投资 {sum}，洽谈 {days} 天即签约", sum=display(sum_), days=days), {"days": days}
        )


CHECKS: tuple[Check, ...] = (
    _jump, _amount_changed, _voucher_twice, _no_evidence, _ceremony, _period_edge, _above_investment, _no_statement,
    _round_number, _backdated, _same_day, _hasty,
)  # fmt: skip

_COUNTERS = re.compile(
    r"[0-9０-９A-Za-z一二三四五六七八九十百甲乙丙丁]+(?=[号期批厂区段线栋标]|$)|[0-9０-９#\-－—_()（）]+"
)


def _bare(name: str) -> str:
    """A name without what only numbers one of many."""
    bare = _COUNTERS.sub("", name)
    return core(bare) or bare


def _alike(projects: Iterable[ProjectSeen], rule: SuspicionRule) -> dict[int, Finding]:
    """Project -> the group of like names of its own unit, where the group is as large as the rule says."""
    if not rule.similar_names_least:
        return {}
    by_unit: dict[int, list[tuple[str, ProjectSeen]]] = defaultdict(list)
    for project in projects:
        by_unit[project.unit_id].append((_bare(project.name), project))
    found: dict[int, Finding] = {}
    for own in by_unit.values():
        own.sort(key=lambda pair: (pair[0], pair[1].pk))
        groups: list[list[ProjectSeen]] = [[own[0][1]]]
        for (one, _p), (other, project) in pairwise(own):
            if one == other or fuzz.ratio(one, other) >= rule.similar_names_percent:
                groups[-1].append(project)
            else:
                groups.append([project])
        for group in groups:
            if len(group) < rule.similar_names_least:
                continue
            names = say("、").join(p.name for p in group[:3])
            finding = Finding(
                Suspicion.SIMILAR_NAMES,
                say("本单位有 {n} 个名称相近的项目：{names}等", n=len(group), names=names),
                {"projects": len(group)},
            )
            found |= dict.fromkeys((p.pk for p in group), finding)
    return found
