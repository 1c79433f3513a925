"""Units, people and clients for tests, made through the actions so that they obey the rules."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count

from django.test import Client

from yinfeng.foundation.accounts import actions
from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.accounts.rules import UnitKind

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = AT.date()
PASSWORD = "Phoenix-2026"
_numbers = count(1)


def make_unit(name: str = "", kind: str = UnitKind.DISTRICT, parent: Unit | None = None) -> Unit:
    number = next(_numbers)
    name = name or f"第{number}区"
    return actions.create_unit(
        code=f"u{number}", name=name, short_name=name[:20], kind=kind, parent=parent, actor=None, at=AT
    )


def make_person(
    role: str = "", unit: Unit | None = None, *, username: str = "", name: str = "", from_date: date = TODAY
) -> Person:
    """A person with the password ``PASSWORD`` that need not be changed, and with one post if a role is given."""
    number = next(_numbers)
    person = actions.create_person(
        username=username or f"p{number}", name=name or f"人员{number}", password=PASSWORD, actor=None, at=AT,
        must_change_password=False,
    )  # fmt: skip
    if role:
        unit = unit or Unit.objects.filter(parent=None).first() or make_unit("示例市", UnitKind.CITY)
        actions.give_post(person=person, unit=unit, role=role, from_date=from_date, actor=None, at=AT)
    return person


def client_of(person: Person) -> Client:
    """A browser in which the person has signed in."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client
