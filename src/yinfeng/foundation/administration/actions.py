"""The one thing that has no administrator yet: making the first three."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.actions import create_person, create_unit, give_post
from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.accounts.passwords import one_time_password
from yinfeng.foundation.accounts.rules import Role, UnitKind
from yinfeng.kernel.errors import DomainError


@dataclass(frozen=True)
class FirstAdministrator:
    label: str
    username: str
    password: str = field(repr=False)  # shown once, kept nowhere


@transaction.atomic
def first_administrators(*, unit_name: str, at: datetime) -> list[FirstAdministrator]:
    """The top unit and the three separate administrators of an empty installation. Refused where anybody exists."""
    if Person.objects.exists():
        raise DomainError(
            _("库中已有人员，不能再建首批管理员。"), code="setup.people", fix=_("请由系统管理员在“人员与岗位”中添加。")
        )
    top = Unit.objects.filter(parent=None).order_by("path").first() or create_unit(
        code="root", name=unit_name, short_name=unit_name[:20], kind=UnitKind.CITY, parent=None, actor=None, at=at
    )
    made = []
    for role in (Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR):
        password = one_time_password()
        person = create_person(username=str(role), name=role.label, password=password, actor=None, at=at)
        give_post(person=person, unit=top, role=role, from_date=at.date(), actor=None, at=at)
        made.append(FirstAdministrator(role.label, person.username, password))
    return made
