"""The three lists 三张清单: planning backwards, adding, moving, doing, undoing and handing over their lines.

What, who and by when are three readings of one table. A moved deadline keeps its first day; a line that waits for another
cannot be done before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yinfeng.foundation.accounts.models import Person, Post, Unit
from yinfeng.foundation.audit.actions import record
from yinfeng.foundation.notices.actions import notify
from yinfeng.kernel.errors import DomainError

from ..models import Phase, Project, TeamSeat, Undertaking
from ..queries import rulings
from ..rules.planning import LANDING_SIDE, LEAD_SIDE, SIDES
from ..rules.planning import back_plan as plan_backwards
from ..rules.words import PROJECT_STAGES
from . import derive
from .granting import grant_project
from .guards import alive, day_of, happened, kept, short, told

MOST_LINES = 300  # of one project: more is no plan


@dataclass(frozen=True)
class PlanResult:
    """The lines that a back-plan wrote, and what a person should look at, in words."""

    undertakings: tuple[Undertaking, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class MoveResult:
    undertaking: Undertaking
    remarks: tuple[str, ...]


@transaction.atomic
def back_plan(*, phase: Phase, anchor_on: date, template: str, actor: Person, at: datetime) -> PlanResult:
    """Write a template's lines for a phase, counted backwards in working days from the day of production, start or
    registration. Days in the past are written and pointed out; lines that stand already are left as they are.

    A line whose department has no seat in the service team goes to the landing unit, and that is said.
    """
    project = derive.lock(phase.project_id)
    alive(project)
    templates = rulings.undertaking_templates(day_of(at))
    if template not in templates:
        raise DomainError(
            _("没有“{template}”这个倒排模板。").format(template=template), code="plan.template", field="template",
            fix=_("可选：{keys}。").format(keys=_("、").join(_(t.label) for t in templates.values())),
        )  # fmt: skip
    chosen = templates[template]
    if anchor_on < day_of(at):
        raise DomainError(
            _("倒排基准日 {on} 早于今天（{today}）。").format(on=anchor_on, today=day_of(at)), code="plan.anchor",
            field="anchor_on", fix=_("请选择今天或以后的日期。"),
        )  # fmt: skip
    calendar = rulings.calendar(day_of(at))
    planned = plan_backwards(chosen, anchor_on, day_of(at), calendar)
    standing = {
        u.what: u for u in Undertaking.objects.filter(phase=phase, cancelled_reason="").order_by("-done_on", "pk")
    }
    _room(project, len(planned))
    units, without = _responsible(project, {p.line.side for p in planned})
    order = _last_order(project)
    made: dict[str, Undertaking] = {}
    kept = 0
    remarks: list[str] = []
    for number, p in enumerate(planned, start=1):
        if p.line.what in standing:
            made[p.line.key] = standing[p.line.what]
            kept += 1
            continue
        after = made.get(p.line.after)
        made[p.line.key] = Undertaking.objects.create(
            project=project, phase=phase, what=p.line.what, stage=p.line.stage, unit=units[p.line.side],
            due_on=p.due_on, first_due_on=p.due_on, after=after, order=order + number, at=at,
        )  # fmt: skip
        if p.days_late:
            remarks.append(
                _("“{what}”按倒排应于 {on} 完成，已过 {days} 天。").format(
                    what=p.line.what, on=p.due_on, days=p.days_late
                )
            )
    fresh = tuple(u for u in made.values() if u.at == at and u.pk not in {s.pk for s in standing.values()})
    if kept:
        remarks.append(_("{count} 项已在清单上，没有重复添加。").format(count=kept))
    remarks += [
        _("专班中没有“{role}”，有关事项暂由{unit}负责。").format(role=SIDES[s], unit=units[s].short_name)
        for s in without
    ]
    if planned and (warning := calendar.warning_between(min(p.due_on for p in planned), anchor_on)):
        remarks.append(warning)
    grant_project(project)
    derive.refresh_due(project, at=at)
    _record(
        project, "undertaking.back_plan", actor, at,
        after={"phase": phase.pk, "template": template, "anchor": chosen.anchor, "anchor_on": anchor_on,
               "lines": [u.pk for u in fresh]},
    )  # fmt: skip
    _tell_persons(project, fresh, at, actor)
    return PlanResult(fresh, tuple(remarks))


@transaction.atomic
def add(
    *,
    phase: Phase,
    what: str,
    unit: Unit,
    due_on: date,
    person: Person | None = None,
    stage: str = "",
    after: Undertaking | None = None,
    note: str = "",
    actor: Person,
    at: datetime,
) -> Undertaking:
    """One line: what, who, by when, after what."""
    project = derive.lock(phase.project_id)
    alive(project)
    what = told(what, _("事项"), 80, "undertaking", "what")
    note = short(note, _("说明"), 300, "undertaking", "note")
    if stage and stage not in PROJECT_STAGES:
        raise DomainError(_("没有“{stage}”这个阶段。").format(stage=stage), code="undertaking.stage", field="stage")
    _not_past(due_on, at)
    check_holder(unit, person, at)
    if after is not None and after.project_id != project.pk:
        raise DomainError(_("前置事项不属于本项目。"), code="undertaking.after", field="after")
    _room(project, 1)
    line = Undertaking.objects.create(
        project=project, phase=phase, what=what, stage=stage, unit=unit, person=person, due_on=due_on,
        first_due_on=due_on, after=after, order=_last_order(project) + 1, note=note, at=at,
    )  # fmt: skip
    grant_project(project)
    derive.refresh_due(project, at=at)
    _record(project, "undertaking.add", actor, at, line=line,
            after={"what": what, "unit": unit.pk, "person": person.pk if person else None, "due_on": due_on})  # fmt: skip
    _tell_persons(project, [line], at, actor)
    return line


@transaction.atomic
def move_deadline(*, undertaking: Undertaking, due_on: date, reason: str, actor: Person, at: datetime) -> MoveResult:
    """Another day, with the reason. The first day stays on the line; lines that wait for it and are now due before it are
    pointed out, not moved."""
    project, line = _open(undertaking)
    reason = told(reason, _("调整原因"), 300, "undertaking", "reason")
    _not_past(due_on, at)
    if due_on == line.due_on:
        raise DomainError(
            _("新时限与原时限相同（{on}）。").format(on=due_on), code="undertaking.same_day", field="due_on"
        )
    before = line.due_on
    line.due_on = due_on
    line.save(update_fields=["due_on"])
    derive.refresh_due(project, at=at)
    _record(project, "undertaking.move", actor, at, line=line, before={"due_on": before}, after={"due_on": due_on},
            note=reason)  # fmt: skip
    waiting = line.then.filter(done_on=None, cancelled_reason="", due_on__lt=due_on).order_by("due_on", "pk")
    remarks = [
        _("“{what}”须在本项之后完成，但时限是 {on}，请一并调整。").format(what=u.what, on=u.due_on) for u in waiting
    ]
    if line.after and line.after.done_on is None and not line.after.cancelled_reason and line.after.due_on > due_on:
        remarks.append(
            _("前置事项“{what}”的时限是 {on}，晚于本项。").format(what=line.after.what, on=line.after.due_on)
        )
    return MoveResult(line, tuple(remarks))


@transaction.atomic
def complete(*, undertaking: Undertaking, done_on: date, note: str = "", actor: Person, at: datetime) -> Undertaking:
    """Done, on a day that is not in the future, and not before what it waits for."""
    project, line = _open(undertaking)
    note = short(note, _("说明"), 300, "undertaking", "note")
    happened(done_on, at, _("完成日期"), "undertaking", "done_on")
    first = line.after
    if first is not None and not first.cancelled_reason:
        if first.done_on is None:
            raise DomainError(
                _("“{what}”须在“{first}”完成之后办结。").format(what=line.what, first=first.what),
                code="undertaking.waits", field="done_on", fix=_("请先办结前置事项，或取消它。"),
            )  # fmt: skip
        if done_on < first.done_on:
            raise DomainError(
                _("完成日期 {on} 早于前置事项“{first}”的完成日期 {first_on}。").format(
                    on=done_on, first=first.what, first_on=first.done_on
                ), code="undertaking.before_first", field="done_on",
            )  # fmt: skip
    line.done_on, line.done_by = done_on, actor
    line.note = note or line.note
    line.save(update_fields=["done_on", "done_by", "note"])
    derive.refresh_due(project, at=at)
    _record(project, "undertaking.complete", actor, at, line=line, after={"done_on": done_on, "due_on": line.due_on},
            note=note)  # fmt: skip
    freed = line.then.filter(done_on=None, cancelled_reason="").exclude(person=None).exclude(person=actor)
    for follower in freed:
        notify(
            persons=[p for p in (follower.person_id,) if p], kind="undertaking", url=_url(project), at=at,
            text=kept(
                gettext_noop("{project}：“{what}”已办结，可以着手“{next}”（{on} 前）。"),
                project=project.name, what=line.what, next=follower.what, on=follower.due_on,
            ),
        )  # fmt: skip
    return line


@transaction.atomic
def reopen(*, undertaking: Undertaking, reason: str, actor: Person, at: datetime) -> Undertaking:
    """It was not done after all. Refused where a line that waited for it is done."""
    project, line = _fresh(undertaking)
    reason = told(reason, _("重新办理的原因"), 300, "undertaking", "reason")
    if line.done_on is None:
        raise DomainError(_("“{what}”还没有办结。").format(what=line.what), code="undertaking.not_done")
    later = line.then.filter(done_on__isnull=False, cancelled_reason="").order_by("pk").first()
    if later is not None:
        raise DomainError(
            _("后续事项“{what}”已办结，不能单独重开本项。").format(what=later.what), code="undertaking.followed",
            fix=_("请先重开后续事项。"),
        )  # fmt: skip
    before = {"done_on": line.done_on, "done_by": line.done_by_id}
    line.done_on = line.done_by = None
    line.save(update_fields=["done_on", "done_by"])
    derive.refresh_due(project, at=at)
    _record(project, "undertaking.reopen", actor, at, line=line, before=before, note=reason)
    _tell_persons(project, [line], at, actor)
    return line


@transaction.atomic
def cancel(*, undertaking: Undertaking, reason: str, actor: Person, at: datetime) -> Undertaking:
    """No longer to be done; it stays on the list with the reason, and nothing waits for it any more."""
    project, line = _open(undertaking)
    reason = told(reason, _("取消原因"), 300, "undertaking", "reason")
    line.cancelled_reason = reason
    line.save(update_fields=["cancelled_reason"])
    grant_project(project)
    derive.refresh_due(project, at=at)
    _record(project, "undertaking.cancel", actor, at, line=line, note=reason)
    return line


@transaction.atomic
def reassign(
    *, undertaking: Undertaking, unit: Unit, person: Person | None = None, reason: str = "", actor: Person, at: datetime
) -> Undertaking:
    """Another unit or person answers for it."""
    project, line = _open(undertaking)
    reason = short(reason, _("交接说明"), 300, "undertaking", "reason")
    check_holder(unit, person, at)
    person_id = person.pk if person else None
    if (line.unit_id, line.person_id) == (unit.pk, person_id):
        raise DomainError(_("责任单位和责任人没有变化。"), code="undertaking.same_holder", field="unit")
    before = {"unit": line.unit_id, "person": line.person_id}
    line.unit, line.person = unit, person
    line.save(update_fields=["unit", "person"])
    grant_project(project)
    derive.refresh_due(project, at=at)
    _record(project, "undertaking.reassign", actor, at, line=line, before=before,
            after={"unit": unit.pk, "person": person_id}, note=reason)  # fmt: skip
    _tell_persons(project, [line], at, actor)
    return line


# --------------------------------------------------------------------------------------------------- helpers


def _fresh(undertaking: Undertaking) -> tuple[Project, Undertaking]:
    project = derive.lock(undertaking.project_id)
    alive(project)
    return project, Undertaking.objects.select_related("after", "unit").get(pk=undertaking.pk)


def _open(undertaking: Undertaking) -> tuple[Project, Undertaking]:
    project, line = _fresh(undertaking)
    if line.cancelled_reason:
        raise DomainError(_("“{what}”已取消。").format(what=line.what), code="undertaking.cancelled")
    if line.done_on is not None:
        raise DomainError(
            _("“{what}”已于 {on} 办结。").format(what=line.what, on=line.done_on), code="undertaking.done",
            fix=_("如有误，请先重新办理。"),
        )  # fmt: skip
    return project, line


def _not_past(due_on: date, at: datetime) -> None:
    if due_on < day_of(at):
        raise DomainError(
            _("完成时限 {on} 早于今天（{today}）。").format(on=due_on, today=day_of(at)), code="undertaking.past",
            field="due_on", fix=_("请选择今天或以后的日期。"),
        )  # fmt: skip


def check_holder(unit: Unit, person: Person | None, at: datetime) -> None:
    """A unit in use, and a person who holds a post in it today: others cannot answer for anything."""
    if not unit.is_active:
        raise DomainError(
            _("“{unit}”已停用，不能承担事项。").format(unit=unit.name), code="undertaking.unit", field="unit"
        )
    if person is None:
        return
    today = day_of(at)
    held = Post.objects.filter(person=person, unit=unit, from_date__lte=today)
    if not person.is_active or not held.filter(Q(until_date=None) | Q(until_date__gte=today)).exists():
        raise DomainError(
            _("{person}目前不在{unit}任职。").format(person=person.name, unit=unit.short_name), code="undertaking.person",
            field="person", fix=_("请选择责任单位的在任人员，或只填单位。"),
        )  # fmt: skip


def _room(project: Project, more: int) -> None:
    if Undertaking.objects.filter(project=project).count() + more > MOST_LINES:
        raise DomainError(_("一个项目的清单最多 {most} 项。").format(most=MOST_LINES), code="undertaking.too_many")


def _last_order(project: Project) -> int:
    return Undertaking.objects.filter(project=project).aggregate(last=Max("order"))["last"] or 0


def _responsible(project: Project, sides: set[str]) -> tuple[dict[str, Unit], list[str]]:
    """Side -> unit, and the sides whose department has no seat (they fall to the landing unit)."""
    landing = project.landing_unit or project.lead_unit
    seats = {
        seat.role: seat.unit
        for seat in TeamSeat.objects.filter(project=project, unit__isnull=False)
        .select_related("unit")
        .order_by("-order")
    }
    units: dict[str, Unit] = {}
    without: list[str] = []
    for side in sorted(sides):
        if side == LEAD_SIDE:
            units[side] = project.lead_unit
        elif side == LANDING_SIDE:
            units[side] = landing
        elif unit := seats.get(side):
            units[side] = unit
        else:
            units[side] = landing
            without.append(side)
    return units, without


def _tell_persons(project: Project, lines: Sequence[Undertaking], at: datetime, actor: Person) -> None:
    """One notice a person, however many lines."""
    by_person: dict[int, list[Undertaking]] = {}
    for line in lines:
        if line.person_id and line.person_id != actor.pk:
            by_person.setdefault(line.person_id, []).append(line)
    for person_id, own in by_person.items():
        first = min(own, key=lambda u: u.due_on)
        text = (
            gettext_noop("{project}：请于 {on} 前完成“{what}”。")
            if len(own) == 1
            else gettext_noop("{project}：有 {count} 项交给您，最早的“{what}”须于 {on} 前完成。")
        )
        text = kept(text, project=project.name, on=first.due_on, what=first.what, count=len(own))
        notify(persons=[person_id], kind="undertaking", text=text, url=_url(project), at=at)


def _url(project: Project) -> str:
    return f"/projects/{project.pk}/"


def _record(
    project: Project, verb: str, actor: Person, at: datetime, *, line: Undertaking | None = None,
    before: dict[str, Any] | None = None, after: dict[str, Any] | None = None, note: str = "",
) -> None:  # fmt: skip
    named = {"undertaking": line.pk, "what": line.what} if line else {}
    record(
        actor=actor, at=at, verb=verb, kind="project", object_id=project.pk, before=before, after=named | (after or {}),
        note=note,
    )  # fmt: skip
