"""Service teams 服务专班: forming one by a model, filling and vacating its seats."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.audit.actions import record
from yinfeng.foundation.notices.actions import notify
from yinfeng.kernel.errors import DomainError

from ..models import Project, TeamSeat
from ..queries import rulings
from ..rules.words import ServiceRole
from . import derive
from .granting import grant_project
from .guards import alive, day_of, kept, told
from .undertakings import check_holder


@transaction.atomic
def form_team(*, project: Project, template: str, actor: Person, at: datetime) -> list[TeamSeat]:
    """The seats of a model ("1+4+N"), those filled that the ledger knows: linked leader, lead unit, landing unit."""
    project = derive.lock(project.pk)
    alive(project)
    models = rulings.service_teams(day_of(at))
    if template not in models:
        raise DomainError(
            _("没有“{template}”这种专班模式。").format(template=template), code="team.template", field="template",
            fix=_("可选：{keys}。").format(keys=_("、").join(models)),
        )  # fmt: skip
    if standing := TeamSeat.objects.filter(project=project).first():
        raise DomainError(
            _("本项目已组建“{template}”专班。").format(template=standing.template), code="team.twice",
            fix=_("如要更换模式，请先解散现有专班。"),
        )  # fmt: skip
    known = {
        ServiceRole.LEADER: {"person_id": project.leader_id},
        ServiceRole.LEAD_UNIT: {"unit_id": project.lead_unit_id, "person_id": project.owner_id},
        ServiceRole.PARK: {"unit_id": project.landing_unit_id},
    }
    seats = TeamSeat.objects.bulk_create(
        TeamSeat(project=project, template=template, role=role, order=order, **known.get(role, {}))
        for order, role in enumerate(models[template].roles, start=1)
    )
    grant_project(project)
    _record(project, "team.form", actor, at, after={"template": template, "seats": len(seats)})
    return seats


@transaction.atomic
def add_seat(*, project: Project, role: str, actor: Person, at: datetime) -> TeamSeat:
    """One more seat of the N of the model."""
    project = derive.lock(project.pk)
    alive(project)
    standing = TeamSeat.objects.filter(project=project).first()
    if standing is None:
        raise DomainError(_("本项目还没有组建专班。"), code="team.none", fix=_("请先选择专班模式。"))
    model = rulings.service_teams(day_of(at)).get(standing.template)
    allowed = [*model.roles, *model.further] if model else list(ServiceRole)
    if role not in allowed:
        raise DomainError(
            _("“{template}”专班不能增加这个角色。").format(template=standing.template), code="team.role", field="role",
            fix=_("可选：{roles}。").format(roles=_("、").join(dict.fromkeys(_(r.label) for r in allowed))),
        )  # fmt: skip
    last = TeamSeat.objects.filter(project=project).aggregate(last=Max("order"))["last"] or 0
    if last >= 40:
        raise DomainError(_("一个专班最多 40 个席位。"), code="team.too_many")
    seat = TeamSeat.objects.create(project=project, template=standing.template, role=role, order=last + 1)
    _record(project, "team.add_seat", actor, at, seat=seat)
    return seat


@transaction.atomic
def fill_seat(
    *, seat: TeamSeat, unit: Unit | None = None, person: Person | None = None, actor: Person, at: datetime
) -> TeamSeat:
    """Name the unit or the person (or both) of a seat. They see the project from now on; the person is told."""
    project, seat = _fresh(seat)
    if unit is None and person is None:
        raise DomainError(_("请选择单位或人员。"), code="team.nobody", field="unit")
    if unit is not None:
        check_holder(unit, person, at)
    elif person is not None and not person.is_active:
        raise DomainError(_("{person}已停用。").format(person=person.name), code="team.person", field="person")
    before = _holder(seat)
    seat.unit, seat.person = unit, person
    after = _holder(seat)
    if after == before:
        return seat
    seat.save(update_fields=["unit", "person"])
    grant_project(project)
    _record(project, "team.fill_seat", actor, at, seat=seat, before=before, after=after)
    if person is not None and person.pk not in (actor.pk, before["person"]):
        notify(
            persons=[person.pk], kind="team", url=f"/projects/{project.pk}/", at=at,
            text=kept(
                gettext_noop("您已加入“{project}”服务专班：{role}。"), project=project.name,
                role=ServiceRole(seat.role).label,
            ),
        )  # fmt: skip
    return seat


@transaction.atomic
def vacate_seat(*, seat: TeamSeat, reason: str, actor: Person, at: datetime) -> TeamSeat:
    """Nobody holds the seat any more; it waits to be filled."""
    project, seat = _fresh(seat)
    reason = told(reason, _("空出原因"), 300, "team", "reason")
    before = _holder(seat)
    if not any(before.values()):
        raise DomainError(_("这个席位本来就空着。"), code="team.vacant")
    seat.unit = seat.person = None
    seat.save(update_fields=["unit", "person"])
    grant_project(project)
    _record(project, "team.vacate_seat", actor, at, seat=seat, before=before, note=reason)
    return seat


@transaction.atomic
def disband_team(*, project: Project, reason: str, actor: Person, at: datetime) -> None:
    """The team's work is done, or another model is wanted. Its seats stand in the audit trail."""
    project = derive.lock(project.pk)
    reason = told(reason, _("解散原因"), 300, "team", "reason")
    seats = list(TeamSeat.objects.filter(project=project))
    if not seats:
        raise DomainError(_("本项目还没有组建专班。"), code="team.none")
    before = {"template": seats[0].template, "seats": [{"role": s.role} | _holder(s) for s in seats]}
    TeamSeat.objects.filter(project=project).delete()
    grant_project(project)
    _record(project, "team.disband", actor, at, before=before, note=reason)


def _fresh(seat: TeamSeat) -> tuple[Project, TeamSeat]:
    project = derive.lock(seat.project_id)
    alive(project)
    fresh = TeamSeat.objects.filter(pk=seat.pk).first()
    if fresh is None:
        raise DomainError(_("这个席位已不存在，专班可能刚被解散。"), code="team.gone", fix=_("请刷新后查看。"))
    return project, fresh


def _holder(seat: TeamSeat) -> dict[str, Any]:
    return {"unit": seat.unit_id, "person": seat.person_id}


def _record(
    project: Project, verb: str, actor: Person, at: datetime, *, seat: TeamSeat | None = None,
    before: dict[str, Any] | None = None, after: dict[str, Any] | None = None, note: str = "",
) -> None:  # fmt: skip
    named = {"seat": seat.pk, "role": seat.role} if seat else {}
    record(
        actor=actor, at=at, verb=verb, kind="project", object_id=project.pk, before=before, after=named | (after or {}),
        note=note,
    )  # fmt: skip
