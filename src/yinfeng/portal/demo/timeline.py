"""What becomes of a project or a lead, as dated events. Pure.

``features`` of a spec steer a project's story:

ends and halts   terminated, stalled, stalled_lifted, held, suspended, transferred
faults of facts  returned_fact, corrected_fact, old_ledger, old_jump
agreements       legacy_agreement, framework, ceremony_thrice, fast_signing, young_firm
lists            unplanned, lists_done, overdue_red, overdue_yellow, due_soon
around it        claim, claim_disputed, listing, task_force, team4, team8, title, contact, amount_raised, owner_change,
                 foreign_funds, enrolled_first, confidential
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from yinfeng.domain.enterprises.rules import TitleKind
from yinfeng.domain.projects.rules.words import (
    STAGE_ORDER,
    CeremonyKind,
    ClaimKind,
    FlagKind,
    Origin,
    ProjectKind,
    Stage,
)

from . import papers
from .diary import CALENDAR, Diary, Event, random_of
from .lists import next_step, three_lists
from .making import opening
from .papers import TABLE
from .specs import YI, CitySpec, LeadSpec
from .story import PhaseStory, Story

# Days from the step before to a step, from least to most; by site route where it matters.
PACE: Mapping[Stage, tuple[int, int]] = {
    Stage.NEGOTIATING: (0, 0),
    Stage.PRE_REVIEWED: (25, 150),
    Stage.CONSULTED: (8, 50),
    Stage.APPROVED: (8, 45),
    Stage.SIGNED: (6, 60),
    Stage.REGISTERED: (8, 45),
    Stage.SITE_SECURED: (30, 150),
    Stage.STARTED: (30, 150),
    Stage.STAT_ENROLLED: (10, 60),
    Stage.COMPLETED: (280, 600),
    Stage.PRODUCING: (20, 90),
    Stage.ABOVE_SCALE: (200, 400),
    Stage.AT_CAPACITY: (120, 300),
    Stage.PERFORMANCE_REVIEWED: (60, 180),
}
LEASED: Mapping[Stage, tuple[int, int]] = {
    Stage.SITE_SECURED: (6, 30),
    Stage.STARTED: (18, 60),
    Stage.COMPLETED: (40, 120),
    Stage.PRODUCING: (6, 30),
}
SKIPPED_BY: Mapping[str, frozenset[Stage]] = {
    ProjectKind.SERVICE: frozenset({Stage.ABOVE_SCALE}),
    ProjectKind.CULTURE_TOURISM: frozenset({Stage.ABOVE_SCALE, Stage.AT_CAPACITY}),
    ProjectKind.RESEARCH: frozenset({Stage.ABOVE_SCALE, Stage.AT_CAPACITY}),
    ProjectKind.INFRASTRUCTURE: frozenset({Stage.PRODUCING, Stage.ABOVE_SCALE, Stage.AT_CAPACITY}),
}
PARK_STAGES = frozenset(s for s in Stage if STAGE_ORDER[s] >= STAGE_ORDER[Stage.SITE_SECURED])
# Where a feature holds the project up: which flag, and after which step (one of these).
HALTS: Mapping[str, tuple[FlagKind, tuple[Stage, ...]]] = {
    "stalled": (FlagKind.STALLED, (Stage.NEGOTIATING, Stage.APPROVED, Stage.SIGNED, Stage.REGISTERED, Stage.STARTED)),
    "stalled_lifted": (FlagKind.STALLED, (Stage.SIGNED, Stage.SITE_SECURED)),
    "held": (FlagKind.HELD, (Stage.PRE_REVIEWED, Stage.CONSULTED)),
    "suspended": (FlagKind.SUSPENDED, (Stage.SITE_SECURED,)),
    "terminated": (FlagKind.TERMINATED, (Stage.NEGOTIATING, Stage.PRE_REVIEWED, Stage.SIGNED, Stage.REGISTERED)),
}
EVENTS_OF_THRICE = ((0, "栖梧市重大项目集中签约仪式"), (4, "栖梧市产业链招商大会"), (9, "栖梧投资环境推介会"))


class ProjectTimeline(Story):
    """``events()`` of one project."""

    def events(self) -> list[Event]:
        start = (
            self.open_on + timedelta(days=self.number % 9) if self.is_old else max(self.spec.contact_on, self.open_on)
        )
        self._create(start)
        if self.created_at is None:
            return []
        phases = [PhaseStory(n, p, told_at=self.created_at) for n, p in enumerate(self.spec.phases, start=1)]
        first = phases[0]
        for phase in phases:  # a later phase begins when the project company is there
            if phase is first or (Stage.REGISTERED in first.reached and not self.spec.features & HALTS.keys()):
                self._phase(phase)
        self._transfer()
        self._around()
        self._changes()
        self._ceremonies()
        for phase in phases:
            three_lists(self, phase)
            next_step(self, phase)
        return sorted(self.diary.events)

    # -- how it begins

    def _create(self, on: date) -> None:
        spec = self.spec
        if spec.from_lead and not self.is_old and on - timedelta(days=50) > self.open_on:
            self._promote(on)
            return
        self.created_at = self.add("create", "steward" if self.is_old else spec.owner, on, within=3)
        if self.created_at is not None and self.has("claim", "claim_disputed"):
            self._claims(self.created_at)

    def _promote(self, on: date) -> None:
        spec = self.spec
        reported = self.add("lead", spec.owner, on - timedelta(days=self.rng.randint(20, 45)), within=2)
        assert reported is not None
        if self.has("claim"):
            self.add(
                "claim", spec.owner, reported.date(), after=reported, unit=spec.lead_unit, kind=ClaimKind.REPORT,
                name="first", grounds="最先取得企业投资意向并登记",
            )  # fmt: skip
        screened = self.add(
            "screen", "deputy", reported.date() + timedelta(days=4), within=9, after=reported,
            opinion=self.words("screen_opinions"),
        )  # fmt: skip
        assert screened is not None
        self.created_at = self.add("promote", spec.owner, max(on, screened.date()), after=screened, within=4)

    def _claims(self, made: datetime) -> None:
        spec = self.spec
        first = self.add(
            "claim", spec.owner, made.date(), after=made, unit=spec.lead_unit, kind=ClaimKind.NEGOTIATE, name="first",
            grounds="最先与企业负责人面谈，有往来记录",
        )  # fmt: skip
        if first is None or not self.has("claim_disputed"):
            return
        second = self.add(
            "claim", "officer_yinglan", first.date() + timedelta(days=6), after=first, unit="yinglan",
            kind=ClaimKind.RECEIVE, name="second", grounds="企业来访由我区首接",
        )  # fmt: skip
        if second is not None:
            self.add(
                "adjudicate", "director", second.date() + timedelta(days=12), after=second, name="first", upheld=True,
                decision="经核对往来记录，首谈在先的主张成立，另一单位配合推进。",
            )  # fmt: skip

    # -- milestones

    def _route(self, phase: PhaseStory) -> Iterator[Stage]:
        target = phase.spec.target
        for stage in TABLE.route(self.spec.kind):
            if STAGE_ORDER[stage] > STAGE_ORDER[target]:
                return
            skipped = stage in SKIPPED_BY.get(self.spec.kind, ()) or (
                stage == Stage.SITE_SECURED and self.has("old_jump")
            )
            if stage != target and stage in (Stage.CONSULTED, Stage.STAT_ENROLLED) and self.rng.random() < 0.2:
                skipped = True
            if not skipped:
                yield stage

    def _phase(self, phase: PhaseStory) -> None:
        on = self.spec.contact_on + timedelta(days=phase.spec.lag)
        halt = next((HALTS[f] for f in sorted(self.spec.features) if f in HALTS), None) if phase.number == 1 else None
        where = self.rng.choice(halt[1]) if halt else None
        for stage in self._route(phase):
            on = self._when(phase, stage, on)
            if on > self.last_day or not self._milestone(phase, stage, on):
                return
            if halt and stage in (where, phase.spec.target):
                resume = self._halt(phase, halt[0])
                if resume is None:
                    return
                on, halt = resume, None

    def _when(self, phase: PhaseStory, stage: Stage, last: date) -> date:
        """The day of a step, from that of the step before."""
        if stage == Stage.NEGOTIATING:
            return last
        if stage == Stage.STAT_ENROLLED and self.has("enrolled_first") and Stage.STARTED in phase.reached:
            return CALENDAR.on_or_before(phase.reached[Stage.STARTED] - timedelta(days=9))
        least, most = LEASED.get(stage, PACE[stage]) if phase.spec.route == "lease" else PACE[stage]
        if self.has("fast_signing") and STAGE_ORDER[stage] <= STAGE_ORDER[Stage.SIGNED]:
            least, most = 8, 24
        return CALENDAR.on_or_after(last + timedelta(days=max(1, self.days(least, most))))

    def _milestone(self, phase: PhaseStory, stage: Stage, on: date) -> bool:
        """Declared with its papers, then verified; some are returned first, some wait."""
        old = self.is_before_opening(on) or (stage == Stage.STARTED and self.has("old_jump"))
        actor = self.park if stage in PARK_STAGES else self.spec.owner
        if old:
            actor, found = "steward", papers.old_ledger(self, stage)
        elif self._before(phase, stage, on):
            found = papers.evidence(self, phase, stage, on)
        else:
            return False
        recorded_on = max(on, self.open_on)
        name = f"{phase.number}:{stage}"
        told = {"phase": phase.number, "stage": stage, "on": on, "papers": found, "old": old}
        if stage in (Stage.STARTED, Stage.COMPLETED) and self.has("returned_fact") and not old:
            tried = self.add("milestone", actor, recorded_on, after=phase.told_at, name=f"{name}:tried", **told)
            back = tried and self.add(
                "return", self.verifier(actor), recorded_on + timedelta(days=2), within=4, after=tried,
                name=f"{name}:tried", reason=self.words("return_reasons"),
            )  # fmt: skip
            if back is None or self.rng.random() < 0.25:  # a quarter have not been mended yet
                return False
            phase.told_at, recorded_on = back, back.date()
        within = 5 if self.rng.random() < 0.8 else 14
        at = self.add("milestone", actor, recorded_on, within=within, after=phase.told_at, name=name, **told)
        if at is None:
            return False
        phase.told_at, phase.reached[stage] = at, on
        if self.rng.random() < 0.96:
            self.add("verify", self.verifier(actor), at.date() + timedelta(days=1), within=8, after=at, name=name)
        if stage == Stage.STARTED and self.has("corrected_fact"):
            self.add(
                "correct", actor, at.date() + timedelta(days=10), within=5, after=at + timedelta(days=9), name=name,
                on=on + timedelta(days=3), reason="施工许可证上的开工日期晚三天，按许可证更正",
            )  # fmt: skip
        self._after(phase, stage, on, at)
        return True

    def _before(self, phase: PhaseStory, stage: Stage, on: date) -> bool:
        """What a gate asks for besides papers is told the same day, or has been."""
        if stage == Stage.SIGNED:
            return papers.agreement(self, phase, on)
        at: datetime | None
        if stage == Stage.REGISTERED and phase.number == 1:
            at = self.add("company", self.spec.owner, on, after=phase.told_at)
        elif stage == Stage.STAT_ENROLLED and self.told("edit", "platform_code") is None:
            code = f"{on:%y%m}-990101-04-01-{100000 + self.number * 7 % 899999:06d}"
            at = self.add(
                "edit", self.spec.owner, on, after=phase.told_at, name="platform_code", changes={"platform_code": code}
            )
        else:
            return True
        phase.told_at = at or phase.told_at
        return at is not None

    def _after(self, phase: PhaseStory, stage: Stage, on: date, at: datetime) -> None:
        if stage == Stage.SIGNED:
            self.signed_on = self.signed_on or on
            leased = phase.spec.route == "lease"
            start = on + timedelta(days=self.days(60, 80) if leased else self.days(120, 180))
            ready = start + timedelta(days=100 if leased else 380)
            if phase.spec.route:
                self.add(
                    "plan_phase", self.spec.owner, at.date() + timedelta(days=2), within=6, after=at, phase=phase.number,
                    changes={"planned_start_on": start, "planned_production_on": ready},
                )  # fmt: skip
        if self.is_before_opening(on):
            return
        papers.funds(self, phase, stage, on, at)
        often = 0.5 if stage in (Stage.NEGOTIATING, Stage.PRE_REVIEWED, Stage.APPROVED) else 0.18
        if stage not in (Stage.CONSULTED, Stage.SIGNED) and self.rng.random() < often:
            papers.visit(self, on, at)

    # -- flags

    def _halt(self, phase: PhaseStory, kind: FlagKind) -> date | None:
        """The flag goes up; the day on which it comes down again, or None where it still stands."""
        rng = self.rng
        on = CALENDAR.on_or_after(phase.last_on + timedelta(days=rng.randint(25, 80)))
        if self.has("stalled") and (self.last_day - on).days > 200:
            on = CALENDAR.on_or_after(self.last_day - timedelta(days=rng.randint(60, 200)))
        up = self.add(
            "flag", self.park, on, within=4, after=phase.told_at, kind=kind, on=on, name=f"flag:{kind}",
            reason=self.words("flags", kind.value),
        )  # fmt: skip
        if up is None:
            return None
        phase.told_at = up
        self.add(
            "verify", self.verifier(self.park), up.date() + timedelta(days=1), within=5, after=up, name=f"flag:{kind}"
        )
        if not (self.has("stalled_lifted") or (kind == FlagKind.HELD and phase.spec.target != Stage.CONSULTED)):
            return None
        off = CALENDAR.on_or_after(on + timedelta(days=rng.randint(40, 110)))
        down = self.add(
            "lift", self.park, off, within=2, after=up + timedelta(days=6), kind=kind, on=off, name=f"lift:{kind}",
            reason=self.words("flags", f"{kind.value}_lifted"),
        )  # fmt: skip
        phase.told_at = down or up
        return off if down else None

    def _transfer(self) -> None:
        if not self.has("transferred") or self.signed_on is None:
            return
        on = CALENDAR.on_or_after(self.signed_on + timedelta(days=25))
        up = self.add(
            "flag", "deputy", on, after=self.told("milestone", f"1:{Stage.SIGNED}"), kind=FlagKind.TRANSFERRED,
            on=on, to_unit=self.destination, name="flag:transferred", reason=self.words("flags", "transferred"),
        )  # fmt: skip
        if up is not None:
            self.add("verify", "steward", up.date() + timedelta(days=2), within=4, after=up, name="flag:transferred")

    # -- what stands beside the facts

    def _around(self) -> None:
        spec, rng, made, signed = self.spec, self.rng, self.created_at, self.signed_on
        assert made is not None
        if self.has("title"):
            kind = rng.choice([TitleKind.LITTLE_GIANT, TitleKind.HIDDEN_CHAMPION, TitleKind.PRIVATE_500])
            rank = rng.randint(120, 480) if kind == TitleKind.PRIVATE_500 else None
            self.add("title", spec.owner, made.date(), within=9, after=made, kind=kind, year=made.year, rank=rank)
        if self.has("young_firm"):
            self.add("founded", spec.owner, made.date(), after=made, on=spec.contact_on - timedelta(days=140))
        if self.has("contact"):
            self.add(
                "contact", spec.owner, made.date(), within=5, after=made, person=papers.guest(rng, self.city.words),
                position=self.words("positions"), phone=f"000-0000{self.number:04d}", unit=spec.lead_unit,
            )  # fmt: skip
        if signed is None:
            return
        if self.has("listing"):
            for name, level in rng.sample(self.city.words["listings"], k=rng.randint(1, 2)):
                on = max(date(signed.year, 3, 12), signed, made.date())
                document = self.document("栖发改投" if level == "市级" else "省重点办", on)
                self.add(
                    "listing",
                    spec.owner,
                    on,
                    within=20,
                    after=made,
                    title=name,
                    level=level,
                    year=on.year,
                    document=document,
                )
        if self.has("task_force"):
            self.add("follow", spec.leader or "leader_a", signed, within=5, after=made)
            self.add(
                "task_force", "deputy", signed, within=10, after=made, title=f"{spec.name[:12]}推进专班",
                members=sorted({spec.owner, self.park, "agent_approval", "agent_land"}),
            )  # fmt: skip
        if self.has("team4", "team8"):
            self.add(
                "team", "deputy", signed, within=12, after=made, template="1+8+N" if self.has("team8") else "1+4+N"
            )

    def _changes(self) -> None:
        """Attributes that change on the way, so that there is a history to look at."""
        spec, made, signed = self.spec, self.created_at, self.signed_on
        assert made is not None
        if spec.origin == Origin.NEW and self.rng.random() < 0.05:
            wider = {"product": f"{spec.product}及配套"}
            self.add(
                "edit", spec.owner, made.date() + timedelta(days=12), within=9, after=made, name="wider", changes=wider
            )
        if signed is None:
            return
        later = signed + timedelta(days=60)
        if self.has("amount_raised") and spec.amount and len(spec.phases) == 1 and not spec.rate:
            raised = spec.amount + max(YI // 10, spec.amount // 5 // (YI // 10) * (YI // 10))
            changes = {"investment_amount": raised}
            self.add("edit", spec.owner, later, within=90, after=made, name="raised", changes=changes)
        if self.has("owner_change"):
            self.add("investors", spec.owner, later, within=60, after=made)

    def _ceremonies(self) -> None:
        """One contract on three stages."""
        signed_at = self.told("agreement", "formal:1")
        if not self.has("ceremony_thrice") or self.signed_on is None or signed_at is None:
            return
        for months, event in EVENTS_OF_THRICE:
            on = CALENDAR.on_or_after(self.signed_on + timedelta(days=months * 30))
            self.add(
                "ceremony", "deputy", on, within=2, after=signed_at, kind=CeremonyKind.SIGNING, on=on,
                title=f"{on.year}年{event}", agreements=["formal:1"], phases=[],
            )  # fmt: skip


def lead_events(spec: LeadSpec, city: CitySpec, *, seed: int, base: date) -> list[Event]:
    """What becomes of a lead that has not become a project."""
    rng, words = random_of(seed, spec.key, "timeline"), city.words
    diary = Diary(spec.key, rng, base - timedelta(days=1))
    made = diary.add("lead", spec.owner, max(spec.reported_on, opening(base)), within=1)
    if made is None:
        return []
    last = made
    if "claim" in spec.features:
        last = _lead_claim(spec, diary, made) or made
    if "visit" in spec.features:
        direction = rng.choice(["outbound", "call"])
        minutes, next_step = rng.choice(words["visits"][direction])
        posts = city.city["outposts"]
        place = posts[spec.owner_unit][1] if spec.owner_unit in posts else city.city["units"][0]["name"]
        held_on = CALENDAR.on_or_after(made.date() + timedelta(days=rng.randint(1, 10)))
        seen = diary.add(
            "visit", spec.owner, held_on, within=2, after=made, unit=spec.owner_unit, direction=direction, on=held_on,
            place="" if direction == "call" else place, our_count=2, their_count=2, minutes=minutes, leader="",
            their_side=f"{spec.firm.name} {papers.guest(rng, words)}", next_step=next_step,
        )  # fmt: skip
        last = seen or last
    if spec.fate == "screened" or (spec.fate == "dropped" and rng.random() < 0.4):
        by = rng.choice(["steward", "officer_bureau"])
        screened = diary.add(
            "screen",
            by,
            made.date() + timedelta(days=3),
            within=6,
            after=last,
            opinion=rng.choice(words["screen_opinions"]),
        )
        last = screened or last
    if spec.fate == "dropped":
        why = rng.choice(words["drop_reasons"])
        diary.add("drop", spec.owner, last.date() + timedelta(days=10), within=60, after=last, reason=why)
    return sorted(diary.events)


def _lead_claim(spec: LeadSpec, diary: Diary, made: datetime) -> datetime | None:
    claimed = diary.add(
        "claim", spec.owner, made.date(), after=made, unit=spec.owner_unit, kind=ClaimKind.REPORT, name="first",
        grounds="最先取得企业投资意向并登记",
    )  # fmt: skip
    if claimed and "claim_contested" in spec.features:
        diary.add(
            "contest", "deputy", claimed.date() + timedelta(days=9), after=claimed, name="first",
            words="映岚区反映早前已与该企业见面，请予核对",
        )  # fmt: skip
    if claimed and "claim_released" in spec.features:
        on = claimed.date() + timedelta(days=18)
        diary.add("release", spec.owner, on, after=claimed, name="first", reason="本地没有合适厂房，愿意让兄弟单位对接")
    return claimed
