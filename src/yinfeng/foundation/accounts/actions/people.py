"""Keeping people: who signs in. Passwords never reach the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yinfeng.foundation.audit.actions import record
from yinfeng.kernel.errors import DomainError

from ..models import Person
from ..rules import masked_phone
from .checking import check, check_password
from .posts import close, open_posts


@transaction.atomic
def create_person(
    *,
    username: str,
    name: str,
    password: str | None,
    actor: Person | None,
    at: datetime,
    phone: str = "",
    must_change_password: bool = True,
) -> Person:
    """Somebody who may sign in, without any right yet. The first password is for one use unless told otherwise; without
    one (None) nobody can sign in as the person until a password is set."""
    person = Person(
        username=username.strip(),
        name=name.strip(),
        phone=phone.strip(),
        must_change_password=must_change_password,
    )
    person.password = "-"  # noqa: S105 (full_clean wants something; the hash follows once the rest is right)
    check(person)
    if password is not None:
        check_password(password, person)
    person.set_password(password)
    person.save()
    record(
        actor=actor,
        at=at,
        verb="person.create",
        kind="person",
        object_id=person.pk,
        after=_person_values(person),
    )
    return person


@transaction.atomic
def edit_person(*, person: Person, username: str, name: str, phone: str, actor: Person | None, at: datetime) -> Person:
    """Change how a person is called and reached."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    before, known = _person_values(person), (person.username, person.name, person.phone)
    person.username, person.name, person.phone = username.strip(), name.strip(), phone.strip()
    check(person)
    if (person.username, person.name, person.phone) != known:
        person.save(update_fields=["username", "name", "phone"])
        record(
            actor=actor, at=at, verb="person.edit", kind="person", object_id=person.pk,
            before=before, after=_person_values(person),
        )  # fmt: skip
    return person


@transaction.atomic
def set_password(*, person: Person, password: str, actor: Person | None, at: datetime) -> Person:
    """A new password; every open session of the person ends with it. Given by another, it is for one use."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    own = actor is not None and actor.pk == person.pk
    check_password(password, person)
    if own and person.check_password(password):
        raise DomainError(_("新密码不能与原密码相同。"), code="password.same", field="new_password")
    person.set_password(password)
    person.must_change_password = not own
    person.save(update_fields=["password", "must_change_password"])
    verb = "person.change_password" if own else "person.reset_password"
    record(actor=actor, at=at, verb=verb, kind="person", object_id=person.pk)
    return person


@transaction.atomic
def set_language(*, person: Person, language: str, actor: Person, at: datetime) -> Person:
    """The language the person reads the house in."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.language != language:
        before, person.language = person.language, language
        person.save(update_fields=["language"])
        record(
            actor=actor, at=at, verb="person.language", kind="person", object_id=person.pk,
            before={"language": before}, after={"language": language},
        )  # fmt: skip
    return person


@transaction.atomic
def deactivate_person(*, person: Person, actor: Person | None, at: datetime) -> Person:
    """Nobody may sign in as this person from now on; open posts end today. The records of the person stay."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    if actor is not None and actor.pk == person.pk:
        raise DomainError(_("不能停用自己的账号。"), code="person.self", fix=_("请由另一位系统管理员操作。"))
    if not person.is_active:
        return person
    for post in open_posts(at.date()).filter(person=person):
        close(post, max(at.date(), post.from_date), actor=actor, at=at)
    person.is_active = False
    person.save(update_fields=["is_active"])
    record(
        actor=actor, at=at, verb="person.deactivate", kind="person", object_id=person.pk,
        before={"is_active": True}, after={"is_active": False},
    )  # fmt: skip
    return person


@transaction.atomic
def reactivate_person(*, person: Person, actor: Person | None, at: datetime) -> Person:
    """The person may sign in again; posts have to be given anew."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    if not person.is_active:
        person.is_active = True
        person.save(update_fields=["is_active"])
        record(
            actor=actor, at=at, verb="person.reactivate", kind="person", object_id=person.pk,
            before={"is_active": False}, after={"is_active": True},
        )  # fmt: skip
    return person


def _person_values(person: Person) -> dict[str, Any]:
    """What the trail keeps of a person: the telephone only masked, personal data being minimal."""
    return {"username": person.username, "name": person.name, "phone": masked_phone(person.phone)}
