"""The contact log: visits in both directions."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.audit.actions import record
from yinfeng.kernel.errors import DomainError

from ..models import Lead, Project, Visit
from ..rules.words import LeadStatus, VisitDirection
from . import derive
from .guards import alive, happened, short, told

MOST_HEADS = 2_000


@transaction.atomic
def log_visit(
    *,
    lead: Lead | None = None,
    project: Project | None = None,
    unit: Unit,
    direction: str,
    held_on: date,
    our_side: str,
    our_count: int,
    their_side: str = "",
    their_count: int = 0,
    place: str = "",
    leader: Person | None = None,
    led_by: str = "",
    minutes: str,
    next_step: str = "",
    actor: Person,
    at: datetime,
) -> Visit:
    """Who met whom, how many, what was said, what comes next. A visit needs heads on both sides; a call ours.

    ``led_by`` names a leader who is nobody in this system."""
    if lead is None and project is None:
        raise ValueError("a visit is about a lead or a project")
    if project is not None:
        project = derive.lock(project.pk)
        alive(project)
    if lead is not None:
        lead = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
        if lead.status in (LeadStatus.DROPPED, LeadStatus.WITHDRAWN):
            raise DomainError(
                _("线索“{name}”{status}，不能再登记往来。").format(
                    name=lead.name, status=_(LeadStatus(lead.status).label)
                ),
                code="visit.lead_dropped",
            )
    if direction not in VisitDirection:
        raise DomainError(
            _("没有“{direction}”这种往来方式。").format(direction=direction), code="visit.direction", field="direction"
        )
    happened(held_on, at, _("往来日期"), "visit", "held_on")
    least = 0 if direction == VisitDirection.CALL else 1
    for count, low, label, field in (
        (our_count, 1, _("我方人数"), "our_count"), (their_count, least, _("对方人数"), "their_count"),
    ):  # fmt: skip
        if not low <= count <= MOST_HEADS:
            raise DomainError(
                _("{label}应为 {low} 至 {most} 人，不能是 {count}。").format(
                    label=label, low=low, most=MOST_HEADS, count=count
                ), code="visit.heads", field=field,
            )  # fmt: skip
    visit = Visit.objects.create(
        lead=lead, project=project, unit=unit, direction=direction, held_on=held_on, leader=leader,
        led_by="" if leader else short(led_by, _("带队领导"), 60, "visit", "led_by"),
        place=short(place, _("地点"), 80, "visit", "place"),
        our_side=told(our_side, _("我方人员"), 200, "visit", "our_side"),
        their_side=short(their_side, _("对方人员"), 200, "visit", "their_side"),
        our_count=our_count, their_count=their_count, minutes=told(minutes, _("纪要"), 20_000, "visit", "minutes"),
        next_step=short(next_step, _("下一步"), 200, "visit", "next_step"), recorded_by=actor, at=at,
    )  # fmt: skip
    # A visit changes no fact of the project, but the project has moved: lists by latest change show it.
    if project is not None:
        Project.objects.filter(pk=project.pk, changed_at__lt=at).update(changed_at=at)
    if lead is not None:
        Lead.objects.filter(pk=lead.pk, changed_at__lt=at).update(changed_at=at)
    _record(visit, "visit.log", actor, at)
    return visit


@transaction.atomic
def void_visit(*, visit: Visit, reason: str, actor: Person, at: datetime) -> Visit:
    """Take a visit off the record, with the reason; it stays readable as voided."""
    reason = told(reason, _("作废原因"), 300, "visit", "reason")
    visit = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    if visit.voided_at is not None:
        raise DomainError(_("这条往来记录已作废。"), code="visit.voided")
    visit.voided_at, visit.void_reason = at, reason
    visit.save(update_fields=["voided_at", "void_reason"])
    _record(visit, "visit.void", actor, at, note=reason)
    return visit


def _record(visit: Visit, verb: str, actor: Person, at: datetime, note: str = "") -> None:
    """Names of the persons met stay out of the trail: the visit itself has them."""
    kind, object_id = ("project", visit.project_id) if visit.project_id else ("lead", visit.lead_id)
    record(
        actor=actor, at=at, verb=verb, kind=kind, object_id=object_id, note=note,
        after={"visit": visit.pk, "direction": visit.direction, "held_on": visit.held_on, "unit": visit.unit_id,
               "our_count": visit.our_count, "their_count": visit.their_count},
    )  # fmt: skip
