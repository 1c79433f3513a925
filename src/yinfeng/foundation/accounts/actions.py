"""Keeping units, people and posts: the only writer of the three, one audit row a verb.

``actor`` None is the system itself (set-up, demo, restore). Passwords never reach the audit trail.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from yinfeng.foundation.audit.actions import record
from yinfeng.kernel.errors import DomainError

from .models import AccessGrant, Person, Post, Unit
from .rules import DEEPEST, Role, child_path, masked_phone, may_hold_together

# ------------------------------------------------------------------------------------------------- units


@transaction.atomic
def create_unit(
    *,
    code: str,
    name: str,
    short_name: str,
    kind: str,
    parent: Unit | None,
    actor: Person | None,
    at: datetime,
    region_code: str = "",
) -> Unit:
    """A new unit, last among its sisters in the official order. DomainError where a field or the place is refused."""
    parent = _locked_parent(parent)
    sisters = Unit.objects.filter(parent=parent).order_by("-path").values_list("path", flat=True)
    last = int(sisters[0].rstrip(".").rpartition(".")[2]) if sisters[:1] else 0
    unit = Unit(
        code=code.strip(), name=name.strip(), short_name=short_name.strip(), kind=kind, parent=parent,
        region_code=region_code.strip(), path=_place(parent, last + 1),
    )  # fmt: skip
    _check(unit)
    unit.save()
    record(actor=actor, at=at, verb="unit.create", kind="unit", object_id=unit.pk, after=_unit_values(unit))
    return unit


@transaction.atomic
def edit_unit(
    *,
    unit: Unit,
    code: str,
    name: str,
    short_name: str,
    kind: str,
    actor: Person | None,
    at: datetime,
    region_code: str = "",
) -> Unit:
    """Change what a unit is called; its place is changed by :func:`move_unit`."""
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    before = _unit_values(unit)
    unit.code, unit.name, unit.short_name = code.strip(), name.strip(), short_name.strip()
    unit.kind, unit.region_code = kind, region_code.strip()
    _check(unit)
    after = _unit_values(unit)
    if after != before:
        unit.save(update_fields=["code", "name", "short_name", "kind", "region_code"])
        record(actor=actor, at=at, verb="unit.edit", kind="unit", object_id=unit.pk, before=before, after=after)
    return unit


@transaction.atomic
def move_unit(*, unit: Unit, parent: Unit | None, place: int, actor: Person | None, at: datetime) -> Unit:
    """Put a unit under ``parent`` as its ``place``-th child (1 = first; beyond the end = last).

    The paths of the whole subtree, and of the sisters that make room, are worked out anew.
    """
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    parent = _locked_parent(parent)
    if parent and parent.path.startswith(unit.path):
        raise DomainError(
            _("“{unit}”不能移到自己或自己的下级之下。").format(unit=unit.name),
            code="unit.under_itself",
            field="parent",
        )
    before = {"parent_id": unit.parent_id, "path": unit.path}
    sisters = list(Unit.objects.filter(parent=parent).exclude(pk=unit.pk).order_by("path"))
    sisters.insert(max(0, place - 1), unit)
    _give_places(parent, sisters)
    unit.refresh_from_db()
    if unit.parent_id != (parent and parent.pk):
        unit.parent = parent
        unit.save(update_fields=["parent"])
    after = {"parent_id": unit.parent_id, "path": unit.path}
    if after != before:
        record(actor=actor, at=at, verb="unit.move", kind="unit", object_id=unit.pk, before=before, after=after)
    return unit


@transaction.atomic
def deactivate_unit(*, unit: Unit, actor: Person | None, at: datetime) -> Unit:
    """Close a unit. Refused while somebody holds a post in it or an active unit stands below it."""
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    below = Unit.objects.filter(parent=unit, is_active=True).count()
    holders = _open_posts(at.date()).filter(unit=unit).count()
    if below or holders:
        raise DomainError(
            _("“{unit}”还有 {below} 个在用下级单位、{holders} 个在任岗位，不能停用。").format(
                unit=unit.name, below=below, holders=holders
            ),
            code="unit.in_use",
            fix=_("请先移走下级单位、结束岗位任职，再停用。"),
        )
    return _switch_unit(unit, on=False, actor=actor, at=at)


@transaction.atomic
def reactivate_unit(*, unit: Unit, actor: Person | None, at: datetime) -> Unit:
    """Open a closed unit again."""
    return _switch_unit(Unit.objects.select_for_update().get(pk=unit.pk), on=True, actor=actor, at=at)


def _switch_unit(unit: Unit, *, on: bool, actor: Person | None, at: datetime) -> Unit:
    if unit.is_active != on:
        unit.is_active = on
        unit.save(update_fields=["is_active"])
        record(
            actor=actor, at=at, verb="unit.reactivate" if on else "unit.deactivate", kind="unit", object_id=unit.pk,
            before={"is_active": not on}, after={"is_active": on},
        )  # fmt: skip
    return unit


def _locked_parent(parent: Unit | None) -> Unit | None:
    """The parent as it is now, held so that two people do not give away the same place."""
    if parent is None:
        return None
    parent = Unit.objects.select_for_update().get(pk=parent.pk)
    if not parent.is_active:
        raise DomainError(
            _("上级单位“{unit}”已停用。").format(unit=parent.name), code="unit.parent_inactive", field="parent",
            fix=_("请另选上级单位，或先恢复它。"),
        )  # fmt: skip
    return parent


def _place(parent: Unit | None, number: int) -> str:
    try:
        return child_path(parent.path if parent else "", number)
    except ValueError as fault:
        raise DomainError(str(fault), code="unit.no_place", field="parent") from fault


def _give_places(parent: Unit | None, children: list[Unit]) -> None:
    """Number the children 1, 2, 3 … and carry the change down. Paths are unique, so they leave before they arrive."""
    places = {child.pk: _place(parent, number) for number, child in enumerate(children, start=1)}
    arriving: dict[int, tuple[Unit, str]] = {}
    # Upper ones first: a child that leaves its sister's subtree has the last word about its own.
    for child in sorted(children, key=lambda child: len(child.path)):
        for one in Unit.objects.subtree(child):
            arriving[one.pk] = one, places[child.pk] + one.path.removeprefix(child.path)
    moved = [(one, path) for one, path in arriving.values() if path != one.path]
    for one, path in moved:
        if path.count(".") > DEEPEST:
            raise DomainError(
                _("“{unit}”将超过 {most} 级，单位层级过深。").format(unit=one.name, most=DEEPEST),
                code="unit.no_place", field="parent",
            )  # fmt: skip
    for one, _path in moved:
        one.path = f"~{one.pk}"
    units = [one for one, _path in moved]
    Unit.objects.bulk_update(units, ["path"], batch_size=200)
    for one, path in moved:
        one.path = path
    Unit.objects.bulk_update(units, ["path"], batch_size=200)


def _unit_values(unit: Unit) -> dict[str, Any]:
    names = ("code", "name", "short_name", "kind", "parent_id", "path", "region_code")
    return {name: getattr(unit, name) for name in names}


# ------------------------------------------------------------------------------------------------ people


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
    _check(person)
    if password is not None:
        _check_password(password, person)
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
    _check(person)
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
    _check_password(password, person)
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
    for post in _open_posts(at.date()).filter(person=person):
        _close(post, max(at.date(), post.from_date), actor=actor, at=at)
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


# ------------------------------------------------------------------------------------------------- posts


@transaction.atomic
def give_post(
    *,
    person: Person,
    unit: Unit,
    role: str,
    from_date: date,
    actor: Person | None,
    at: datetime,
    title: str = "",
    until_date: date | None = None,
) -> Post:
    """A person holds a role in a unit from a day (until a day, inclusive). Nobody gives a post to himself, and each of
    the three administrators stands alone."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    if actor is not None and actor.pk == person.pk:
        raise DomainError(_("不能给自己授予岗位。"), code="post.self", fix=_("请由另一位系统管理员操作。"))
    if not person.is_active:
        raise DomainError(
            _("“{name}”已停用，不能任职。").format(name=person.name), code="post.inactive", field="person"
        )
    if not unit.is_active:
        raise DomainError(_("“{unit}”已停用，不能任职。").format(unit=unit.name), code="post.inactive", field="unit")
    post = Post(person=person, unit=unit, role=role, title=title.strip(), from_date=from_date, until_date=until_date)
    _check(post, constraints=False)
    if until_date and until_date < from_date:
        raise _ends_too_early(until_date, from_date)
    overlap = Q(until_date__isnull=True) | Q(until_date__gte=from_date)
    if until_date:
        overlap &= Q(from_date__lte=until_date)
    at_once = list(Post.objects.filter(overlap, person=person))
    if any(p.unit_id == unit.pk and p.role == role for p in at_once):
        raise DomainError(
            _("“{name}”在“{unit}”已任“{role}”。").format(name=person.name, unit=unit.name, role=Role(role).label),
            code="post.twice",
        )
    held = {p.role for p in at_once}
    if not may_hold_together(held | {role}):
        raise DomainError(
            _("系统管理员、安全管理员、审计管理员不得兼任其他岗位：“{name}”现任 {held}。").format(
                name=person.name, held="、".join(Role(r).label for r in sorted(held))
            ),
            code="post.separate",
            field="role",
            fix=_("请先结束原岗位，或为另一人授予该岗位。"),
        )
    post.save()
    record(actor=actor, at=at, verb="post.give", kind="person", object_id=person.pk, after=_post_values(post))
    return post


@transaction.atomic
def end_post(*, post: Post, on: date, actor: Person | None, at: datetime) -> Post:
    """The post ends on a day, which is still served. The last system administrator cannot be ended."""
    post = Post.objects.select_for_update().get(pk=post.pk)
    if post.until_date and post.until_date < at.date():
        raise DomainError(_("这个岗位已于 {day} 结束。").format(day=post.until_date), code="post.ended")
    return _close(post, on, actor=actor, at=at)


def _close(post: Post, on: date, *, actor: Person | None, at: datetime) -> Post:
    if on < post.from_date:
        raise _ends_too_early(on, post.from_date)
    others = _open_posts(at.date()).filter(role=Role.SYSADMIN, person__is_active=True).exclude(pk=post.pk)
    if post.role == Role.SYSADMIN and not others.filter(until_date__isnull=True).exists():
        raise DomainError(
            _("这是最后一位系统管理员，结束后将无人能管理账号。"),
            code="post.last_sysadmin", fix=_("请先任命另一位系统管理员。"),
        )  # fmt: skip
    before, post.until_date = _post_values(post), on
    post.save(update_fields=["until_date"])
    record(
        actor=actor, at=at, verb="post.end", kind="person", object_id=post.person_id,
        before=before, after=_post_values(post),
    )  # fmt: skip
    return post


def _ends_too_early(until_date: date, from_date: date) -> DomainError:
    return DomainError(
        _("离任日期 {day} 早于任职日期 {start}。").format(day=until_date, start=from_date),
        code="post.order", field="until_date", fix=_("请填写任职日期当天或以后的日期。"),
    )  # fmt: skip


def _open_posts(today: date) -> Any:
    return Post.objects.filter(Q(until_date__isnull=True) | Q(until_date__gte=today))


def _post_values(post: Post) -> dict[str, Any]:
    names = ("unit_id", "role", "title", "from_date", "until_date")
    return {name: getattr(post, name) for name in names}


# ---------------------------------------------------------------------------------------------- checking


def _check(instance: Model, *, constraints: bool = True) -> None:
    """Field lengths, choices and uniqueness, as a DomainError that names the field."""
    try:
        instance.full_clean(validate_constraints=constraints)
    except ValidationError as fault:
        name, messages = next(iter(fault.message_dict.items()))
        label = "" if name == "__all__" else f"{instance._meta.get_field(name).verbose_name}："  # type: ignore[union-attr]
        raise DomainError(label + messages[0], code="field", field=name) from fault


def _check_password(password: str, person: Person) -> None:
    try:
        validate_password(password, person)
    except ValidationError as fault:
        raise DomainError(" ".join(fault.messages), code="password.weak", field="new_password") from fault


# ------------------------------------------------------------------------------------------------- access


def grant(
    kind: str,
    object_id: int,
    *,
    units: Iterable[tuple[int, str]] = (),
    persons: Iterable[tuple[int, str]] = (),
) -> None:
    """Write the access rows of an object as they now are (called by the owner's actions, inside their transaction)."""
    wanted = {(u, None, str(w)) for u, w in units} | {(None, p, str(w)) for p, w in persons}
    rows = AccessGrant.objects.filter(kind=kind, object_id=object_id)
    have = {(r.unit_id, r.person_id, r.why): r.pk for r in rows}
    AccessGrant.objects.filter(pk__in=[pk for key, pk in have.items() if key not in wanted]).delete()
    AccessGrant.objects.bulk_create(
        AccessGrant(kind=kind, object_id=object_id, unit_id=u, person_id=p, why=w)
        for u, p, w in wanted
        if (u, p, w) not in have
    )
