"""Papers and money around the milestones: evidence, agreements with their reviews, funds that arrive, visits. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from yinfeng.domain.compliance.rules import Conclusion, ReviewKind
from yinfeng.domain.projects.rules.stages import STANDARD_STAGES, parse_stages
from yinfeng.domain.projects.rules.words import (
    STAGE_ORDER,
    AgreementKind,
    EvidenceKind,
    FundsBasis,
    FundsBoundary,
    Stage,
    ValueKind,
)

from .diary import CALENDAR
from .story import PhaseStory, Story

TABLE = parse_stages(STANDARD_STAGES)
LEGACY_BEFORE = date(2024, 8, 1)  # as the rule "agreement_reviews" ships
REVIEWS = (
    (
        ReviewKind.FAIR_COMPETITION,
        "市司法局合规审查科",
        "栖公竞审",
        "对照审查标准逐条核对，未发现限定经营者、差别待遇等内容。",
    ),
    (ReviewKind.LEGALITY, "市司法局法制科", "栖法审", "主体、权限、程序和内容合法，责任条款明确。"),
)
# What part of the total arrives with a step.
SHARES: Mapping[Stage, tuple[float, float]] = {
    Stage.REGISTERED: (0.04, 0.12),
    Stage.SITE_SECURED: (0.04, 0.1),
    Stage.STARTED: (0.08, 0.2),
    Stage.STAT_ENROLLED: (0.05, 0.12),
    Stage.COMPLETED: (0.12, 0.25),
    Stage.PRODUCING: (0.05, 0.12),
}
SOURCES = [FundsBoundary.OUTSIDE_PROVINCE] * 6 + [FundsBoundary.OUTSIDE_CITY] * 3 + [FundsBoundary.INSIDE_CITY]
CAPITAL_STEPS = (Stage.REGISTERED, Stage.STARTED, Stage.PRODUCING)


def evidence(story: Story, phase: PhaseStory, stage: Stage, on: date) -> tuple[Mapping[str, Any], ...]:
    """One paper of each group of alternatives that the table asks for, with a number such papers have."""
    _fields, groups = TABLE.needs(stage, phase.spec.route)
    papers = []
    for group in groups:
        kind = EvidenceKind(story.rng.choice(group))
        if stage == Stage.STARTED:
            leased = phase.spec.route == "lease"
            kind = EvidenceKind.EQUIPMENT_RECEIPT if leased else EvidenceKind(story.rng.choice(group[:2]))
        papers.append(
            {"kind": kind, "agreement": f"formal:{phase.number}"}
            if kind == EvidenceKind.CONTRACT
            else {"kind": kind, "number": _number(story, kind, on)}
        )
    return tuple(papers)


def old_ledger(story: Story, stage: Stage) -> tuple[Mapping[str, Any], ...]:
    """What a fact from an old ledger rests on: a cell."""
    return (
        {
            "kind": EvidenceKind.LEDGER, "workbook": f"{story.open_on.year - 1}年末招商项目台账.xlsx",
            "cell": f"签约项目!{chr(70 + STAGE_ORDER[stage])}{story.number + 4}",
        },
    )  # fmt: skip


def _number(story: Story, kind: EvidenceKind, on: date) -> str:
    serial = f"{on:%y%m%d}{story.number % 1000:03d}"
    prefixes = {
        EvidenceKind.MINUTES: "栖投促纪", EvidenceKind.PRE_REVIEW_OPINION: "栖招预审", EvidenceKind.LAND_CONTRACT: "栖资让合",
        EvidenceKind.ENROLMENT_NOTICE: "栖统入", EvidenceKind.ACCEPTANCE: "栖建验", EvidenceKind.AUDIT_REPORT: "栖衡审字",
    }  # fmt: skip
    if kind in prefixes:
        return story.document(prefixes[kind], on)
    match kind:
        case EvidenceKind.LICENCE:
            return story.spec.company.uscc
        case EvidenceKind.LEASE_CONTRACT:
            return f"QW-ZL-{serial}"
        case EvidenceKind.CONSTRUCTION_PERMIT:
            return f"9901{serial}0101"
        case EvidenceKind.SITE_PHOTO:
            return f"现场照片 {on:%Y%m%d}-{story.rng.randint(1, 6):02d}（带时间水印）"
        case EvidenceKind.STATISTICS:
            return f"{on.year}年度新增规模以上单位名录 第{story.rng.randint(2, 60)}行"
    return f"QW-{kind.value[:2].upper()}-{serial}"


def agreement(story: Story, phase: PhaseStory, on: date) -> bool:
    """The contract with its reviews; where the story has a framework agreement, that comes some weeks earlier."""
    spec, rng = story.spec, story.rng
    after = phase.told_at
    name = f"formal:{phase.number}"
    if story.has("framework") and phase.number == 1:
        _framework(story, on - timedelta(days=rng.randint(8, 20)))
    whole = len(spec.phases) == 1
    part = "" if whole else f"（{'一二三四'[phase.number - 1]}期）"
    legacy = story.has("legacy_agreement") and on < LEGACY_BEFORE
    made = story.add(
        "agreement", spec.owner, on, within=3, after=after, kind=AgreementKind.FORMAL, on=on, name=name, legacy=legacy,
        title=f"{spec.name}{part}投资合同", phases=None if whole else [phase.number],
        amount=spec.amount_cny if whole else phase.spec.investment,
        number=f"QW-TZ-{on:%y%m}-{story.number:03d}{'' if whole else phase.number}",
    )  # fmt: skip
    if made is None:
        return False
    phase.told_at = made
    if legacy:
        story.add("effect", spec.owner, made.date(), after=made, name=name, on=on)
    elif not story.has("young_firm") and rng.random() > 0.07:  # a few still wait for their reviews
        _reviews(story, name, on, made)
    return True


def _framework(story: Story, on: date) -> None:
    if on < max(story.open_on, story.spec.contact_on):
        return
    story.add(
        "agreement", story.spec.owner, on, after=story.created_at, within=2, kind=AgreementKind.FRAMEWORK, on=on,
        title=f"{story.spec.product}项目合作框架协议", name="framework", phases=None, amount=None, legacy=False,
        number=f"QW-KJ-{on:%y%m}-{story.number:03d}",
    )  # fmt: skip


def _reviews(story: Story, name: str, on: date, made: datetime) -> None:
    last = made
    for kind, reviewer, prefix, grounds in REVIEWS:
        concluded = CALENDAR.on_or_before(on - timedelta(days=story.rng.randint(1, 9)))
        said = story.add(
            "review", "deputy", made.date(), after=last, kind=kind, conclusion=Conclusion.PASSED, on=concluded,
            reviewer=reviewer, number=story.document(prefix, concluded), name=name, grounds=grounds,
        )  # fmt: skip
        if said is None:
            return
        last = said
    story.add("effect", "deputy", last.date(), after=last, name=name, on=on)


def funds(story: Story, phase: PhaseStory, stage: Stage, on: date, at: datetime) -> None:
    """Money that follows a step; of this month only flash figures and estimates, some of them."""
    spec, rng = story.spec, story.rng
    total = phase.spec.investment or spec.amount or 0
    if stage not in SHARES or not total:
        return
    capital = stage in CAPITAL_STEPS or rng.random() < 0.6
    amount = max(10_000, _round(total * rng.uniform(*SHARES[stage])))
    told: dict[str, Any] = {
        "phase": phase.number, "amount": amount, "currency": spec.currency, "rate": spec.rate,
        "basis": FundsBasis.CAPITAL if capital else FundsBasis.FIXED_ASSETS,
        "boundary": FundsBoundary.OVERSEAS if spec.rate else rng.choice(SOURCES),
    }  # fmt: skip
    if spec.rate and not capital:  # machines and works are paid in yuan
        told |= {"amount": max(10_000, _round(float(amount * spec.rate))), "currency": "CNY", "rate": None}
    arrived = CALENDAR.on_or_after(on + timedelta(days=rng.randint(2, 40)))
    age = (story.base - arrived).days
    story.arrivals += 1
    name = f"f{story.arrivals}"
    if age <= 0:
        if rng.random() < 0.7:
            story.add(
                "funds", story.park, story.last_day - timedelta(days=rng.randint(2, 9)), after=at, on=arrived, voucher="",
                value_kind=ValueKind.ESTIMATE, name=name, papers=(), **told,
            )  # fmt: skip
        return
    flash = age < 35 and rng.random() < 0.5
    serial = f"QWYH{arrived:%Y%m%d}{story.number:04d}{story.arrivals:02d}"
    paper = EvidenceKind.CAPITAL_VERIFICATION if stage == Stage.REGISTERED else EvidenceKind.BANK_RECEIPT
    declared = story.add(
        "funds", story.park, arrived, within=8, after=at, on=arrived, name=name, voucher="" if flash else serial,
        value_kind=ValueKind.FLASH if flash else ValueKind.ACTUAL,
        papers=() if flash else ({"kind": paper, "number": serial},), **told,
    )  # fmt: skip
    if declared is None or flash:
        return
    later = declared.date() + timedelta(days=2)
    if story.has("returned_fact") and story.arrivals == 2:
        reason = story.city.words["return_reasons"][1]
        story.add("return", story.verifier(story.park), later, within=5, after=declared, name=name, reason=reason)
    elif rng.random() < 0.93:
        story.add("verify", story.verifier(story.park), later, within=10, after=declared, name=name)


def _round(value: float) -> int:
    return int(value // 10_000) * 10_000


def visit(story: Story, on: date, at: datetime) -> None:
    """Somebody goes there, they come here, or there is a call; some days after ``on``."""
    spec, rng, city = story.spec, story.rng, story.city.city
    direction = rng.choice(["outbound", "inbound", "inbound", "call"])
    minutes, next_step = story.words("visits", direction)
    who, place, unit = spec.owner, city["units"][0]["name"], spec.lead_unit
    if direction == "outbound" and spec.outpost:
        (who, place), unit = city["outposts"][spec.outpost], spec.outpost
    held_on = CALENDAR.on_or_after(on + timedelta(days=rng.randint(0, 12)))
    story.add(
        "visit", who, held_on, within=2, after=at, unit=unit, direction=direction, on=held_on,
        place="" if direction == "call" else place, our_count=rng.randint(2, 5), their_count=rng.randint(1, 4),
        their_side=f"{spec.firm.name} {guest(story.rng, story.city.words)}", minutes=minutes, next_step=next_step,
        leader=spec.leader if direction != "call" and rng.random() < 0.4 else "",
    )  # fmt: skip


def guest(rng: Any, words: Mapping[str, Any]) -> str:
    """The name of a person who does not exist."""
    return f"{rng.choice(words['surnames'])}{rng.choice(words['given'])}"
