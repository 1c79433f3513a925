"""The three lists of a phase, planned backwards so that they are as far behind as the story wants. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from yinfeng.domain.projects.rules.planning import STANDARD_UNDERTAKING_TEMPLATES, Template, parse_templates
from yinfeng.domain.projects.rules.words import STAGE_ORDER, Stage

from .diary import CALENDAR
from .papers import TABLE
from .story import PhaseStory, Story

TEMPLATES = parse_templates(STANDARD_UNDERTAKING_TEMPLATES)
# Lines whose doing is the milestone itself.
CLOSING = frozenset(
    ["contract", "company", "land", "lease", "start", "enrol", "equipment", "acceptance", "fire", "production"]
)
# What comes next of a phase that has no back-planned list, in one line.
NEXT_STEPS = {
    Stage.PRE_REVIEWED: "准备预审材料并提交预审",
    Stage.CONSULTED: "召开部门会商",
    Stage.APPROVED: "提请过会审议",
    Stage.SIGNED: "商定合同文本并签约",
    Stage.REGISTERED: "注册项目公司",
    Stage.SITE_SECURED: "落实用地或厂房",
    Stage.STARTED: "办齐手续并开工",
    Stage.STAT_ENROLLED: "入统资料上报",
    Stage.COMPLETED: "竣工验收",
    Stage.PRODUCING: "投产",
    Stage.ABOVE_SCALE: "办理升规纳统",
    Stage.AT_CAPACITY: "核验达产指标",
    Stage.PERFORMANCE_REVIEWED: "组织履约评价",
}
# Whose hands the lines of a side are in, where the service team has a seat for it; else the landing unit's.
DOERS = {"approval": "agent_approval", "land": "agent_land", "elements": "agent_energy"}
SEATS = {"1+4+N": ("approval", "elements"), "1+8+N": ("approval", "elements", "land")}


def three_lists(story: Story, phase: PhaseStory) -> None:
    """A back-planned list. The day of production is chosen so that the first line not yet done is due when the story
    wants it: long past, some days past, soon, or later."""
    if not phase.spec.route or Stage.SIGNED not in phase.reached or story.has("terminated"):
        return
    if story.has("lists_done" if Stage.PRODUCING in phase.reached else "unplanned") != (
        Stage.PRODUCING in phase.reached
    ):
        return
    template = TEMPLATES[phase.spec.route]
    signed_at = story.told("milestone", f"{phase.number}:{Stage.SIGNED}")
    finished, dropped = _finished(story, phase, template)
    left = [line for line in template.lines if line.key not in finished and line.key not in dropped]
    anchor = phase.reached.get(Stage.PRODUCING, story.base)
    if left:
        due = CALENDAR.on_or_before(story.base - timedelta(days=_late(story)))
        anchor = CALENDAR.add(due, max(line.days_before for line in left))
    begin = max(phase.reached[Stage.SIGNED], story.open_on)
    team = next((e for e in story.diary.events if e.verb == "team"), None)
    after = max((at for at in (signed_at, team and team.at) if at), default=None)
    if after is not None:
        begin = max(begin, after.date())
    if anchor <= begin + timedelta(days=12):
        return
    made = story.add(
        "lists", story.spec.owner, begin, within=6, after=after, phase=phase.number, template=template.key,
        anchor=anchor,
    )  # fmt: skip
    if made is not None:
        doers = {side: DOERS[side] for side in SEATS[team.args["template"]]} if team else {}
        _do(story, phase, template, finished, dropped, made, {"lead": story.spec.owner} | doers)


def next_step(story: Story, phase: PhaseStory) -> None:
    """One line for the step after the last one, in the lead unit's hands; a few of them are overdue."""
    planned = any(e.verb == "lists" and e.args["phase"] == phase.number for e in story.diary.events)
    if planned or phase.number > 1 or not phase.reached or story.has("terminated") or story.rng.random() < 0.1:
        return
    step = TABLE.suggested(story.spec.kind, phase.reached)
    if step not in NEXT_STEPS or phase.told_at is None:
        return
    late = story.rng.randint(2, 30) if story.rng.random() < 0.2 else -story.rng.randint(2, 45)
    due = CALENDAR.on_or_before(story.base - timedelta(days=late))
    on = phase.told_at.date() + timedelta(days=1)
    if due <= on + timedelta(days=5):
        due = CALENDAR.on_or_after(story.base + timedelta(days=story.rng.randint(2, 30)))
    story.add(
        "line", story.spec.owner, on, within=3, after=phase.told_at, phase=phase.number, what=NEXT_STEPS[step], stage=step,
        due=due,
    )  # fmt: skip


def _late(story: Story) -> int:
    """Days by which the next line is late; below zero it is still to come."""
    rng = story.rng
    if story.has("overdue_red"):
        return rng.randint(17, 48)
    if story.has("overdue_yellow"):
        return rng.randint(2, 12)
    return -rng.randint(1, 6) if story.has("due_soon") else -rng.randint(8, 60)


def _do(
    story: Story, phase: PhaseStory, template: Template, finished: dict[str, date], dropped: dict[str, date], made: datetime,
    doers: dict[str, str],
) -> None:  # fmt: skip
    told: dict[str, datetime] = {}
    for line in template.lines:
        after = max(made, told.get(line.after, made))
        if line.key in dropped:
            on = max(made.date(), dropped[line.key])
            at = story.add(
                "cancel",
                story.park,
                on,
                after=after,
                phase=phase.number,
                what=line.what,
                reason="按统计部门意见，本期不单独入统",
            )
        elif line.key in finished:
            done = finished[line.key]
            doer = doers.get(line.side, story.park)
            at = story.add(
                "complete",
                doer,
                max(done, made.date()),
                within=1,
                after=after,
                phase=phase.number,
                what=line.what,
                on=done,
            )
        else:
            continue
        if at is None:  # its day has not come: what waits for it cannot be done either
            return
        told[line.key] = at


def _finished(story: Story, phase: PhaseStory, template: Template) -> tuple[dict[str, date], dict[str, date]]:
    """Line -> day it was done; line -> day it fell away."""
    rng = story.rng
    finished: dict[str, date] = {}
    dropped: dict[str, date] = {}
    furthest = max(phase.reached, key=STAGE_ORDER.__getitem__)
    ahead = rng.randint(0, 3)  # lines of the step that is under way
    for line in template.lines:
        waits = finished.get(line.after)
        if line.stage in phase.reached:
            latest = phase.reached[line.stage]
            on = CALENDAR.on_or_before(latest - timedelta(days=rng.randint(0, 9)))
            finished[line.key] = max(on, waits or on)
        elif STAGE_ORDER[line.stage] < STAGE_ORDER[furthest]:
            dropped[line.key] = phase.reached[furthest]
        elif ahead and (waits or not line.after) and line.key not in CLOSING:
            on = phase.last_on + timedelta(days=rng.randint(0, max(0, (story.last_day - phase.last_on).days)))
            finished[line.key] = max(on, waits or on)
            ahead -= 1
        else:
            ahead = 0
    return finished, dropped
