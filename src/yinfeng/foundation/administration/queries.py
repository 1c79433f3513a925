"""What the pages of administration show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, TypeVar

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.models import Person, Post, Unit
from yinfeng.foundation.accounts.rules import Role, UnitKind
from yinfeng.foundation.audit.models import AuditRow, LookKind, LookRow

from .rules import thing_label, verb_label

PEOPLE_SIZE = 50
TRAIL_SIZE = 50
Logged = TypeVar("Logged", AuditRow, LookRow)


# ------------------------------------------------------------------------------------------------- units


@dataclass(frozen=True)
class UnitRow:
    pk: int
    name: str
    short_name: str
    code: str
    kind: UnitKind
    depth: int
    region_code: str
    holders: int
    is_active: bool
    is_first: bool
    is_last: bool


def unit_rows(today: date) -> list[UnitRow]:
    """Every unit in the official order, with the number of people who hold a post in it today."""
    units = list(
        Unit.objects.official().annotate(holders=Count("posts__person", filter=_held(today, "posts__"), distinct=True))
    )
    children: dict[int | None, list[int]] = {}
    for unit in units:
        children.setdefault(unit.parent_id, []).append(unit.pk)
    return [
        UnitRow(
            pk=u.pk, name=u.name, short_name=u.short_name, code=u.code, kind=UnitKind(u.kind),
            depth=u.path.count(".") - 1, region_code=u.region_code, holders=u.holders,  # type: ignore[attr-defined]
            is_active=u.is_active,
            is_first=children[u.parent_id][0] == u.pk, is_last=children[u.parent_id][-1] == u.pk,
        )
        for u in units
    ]  # fmt: skip


def place_of(unit: Unit) -> int:
    """The unit's number among its sisters, from 1."""
    return Unit.objects.filter(parent_id=unit.parent_id, path__lte=unit.path).count()


def unit_choices(*, without: Unit | None = None) -> list[tuple[str, str]]:
    """Active units as choices in the official order, indented by depth; ``without`` leaves out a subtree."""
    units = Unit.objects.official().filter(is_active=True)
    if without:
        units = units.exclude(path__startswith=without.path)
    return [(str(u.pk), "　" * (u.path.count(".") - 1) + u.name) for u in units]


def search_units(words: str, limit: int = 20) -> list[dict[str, str]]:
    units = Unit.objects.official().filter(is_active=True).select_related("parent")
    if words := _plain(words):
        units = units.filter(Q(name__contains=words) | Q(short_name__contains=words) | Q(code__startswith=words))
    return [
        {"value": str(u.pk), "text": u.name, "detail": u.parent.short_name if u.parent else ""} for u in units[:limit]
    ]


# ------------------------------------------------------------------------------------------------ people


@dataclass(frozen=True)
class HeldRow:
    pk: int
    unit: str
    role: Role
    title: str
    from_date: date
    until_date: date | None
    is_open: bool
    is_coming: bool


@dataclass(frozen=True)
class PersonRow:
    pk: int
    name: str
    username: str
    is_active: bool
    must_change_password: bool
    last_login: datetime | None
    posts: tuple[HeldRow, ...]

    @property
    def open_posts(self) -> tuple[HeldRow, ...]:
        return tuple(p for p in self.posts if p.is_open)


@dataclass(frozen=True)
class PeopleFilter:
    """What is asked of the list of people; empty asks nothing."""

    words: str = ""
    unit_id: int | None = None
    role: str = ""
    status: str = ""  # "", "active", "inactive", "without"


def people(asked: PeopleFilter, today: date, *, page: int = 1) -> tuple[list[PersonRow], int]:
    """One page of people by user name, and how many there are in all. ``unit_id`` covers the units below too."""
    rows = Person.objects.order_by("username")
    if words := _plain(asked.words):
        rows = rows.filter(Q(name__contains=words) | Q(username__icontains=words))
    if asked.status == "active":
        rows = rows.filter(is_active=True)
    elif asked.status == "inactive":
        rows = rows.filter(is_active=False)
    held = Post.objects.filter(_held(today), person=OuterRef("pk"))
    if asked.status == "without":
        rows = rows.filter(~Exists(held), is_active=True)
    if asked.unit_id:
        path = Unit.objects.filter(pk=asked.unit_id).values_list("path", flat=True).first() or "-"
        held = held.filter(unit__path__startswith=path)
    if asked.role:
        held = held.filter(role=asked.role)
    if asked.unit_id or asked.role:
        rows = rows.filter(Exists(held))
    total = rows.count()
    chosen = list(rows[(page - 1) * PEOPLE_SIZE : page * PEOPLE_SIZE])
    return _with_posts(chosen, today), total


def person_row(person: Person, today: date) -> PersonRow:
    return _with_posts([person], today)[0]


def search_people(words: str, today: date, limit: int = 20) -> list[dict[str, str]]:
    """People in office, for a chooser: name, and the units that tell equal names apart."""
    rows = Person.objects.filter(Exists(Post.objects.filter(_held(today), person=OuterRef("pk"))), is_active=True)
    if words := _plain(words):
        rows = rows.filter(Q(name__contains=words) | Q(username__istartswith=words))
    found = _with_posts(list(rows.order_by("name", "pk")[:limit]), today)
    return [
        {
            "value": str(p.pk),
            "text": p.name,
            "detail": _("、").join(f"{h.unit} {_(h.role.label)}" for h in p.open_posts),
        }
        for p in found
    ]


def _with_posts(persons: list[Person], today: date) -> list[PersonRow]:
    held: dict[int, list[HeldRow]] = {p.pk: [] for p in persons}
    posts = Post.objects.filter(person__in=persons).select_related("unit").order_by("-from_date", "-pk")
    for post in posts:
        ended = post.until_date is not None and post.until_date < today
        held[post.person_id].append(
            HeldRow(
                post.pk, post.unit.short_name, Role(post.role), post.title, post.from_date, post.until_date,
                is_open=not ended and post.from_date <= today, is_coming=not ended and post.from_date > today,
            )
        )  # fmt: skip
    return [
        PersonRow(p.pk, p.name, p.username, p.is_active, p.must_change_password, p.last_login, tuple(held[p.pk]))
        for p in persons
    ]


def _held(today: date, prefix: str = "") -> Q:
    open_end = Q(**{f"{prefix}until_date__isnull": True}) | Q(**{f"{prefix}until_date__gte": today})
    return open_end & Q(**{f"{prefix}from_date__lte": today})


def _plain(words: str) -> str:
    return words.replace("\x00", "").strip()[:40]


# ----------------------------------------------------------------------------------------------- the trail


@dataclass(frozen=True)
class Change:
    name: str
    before: Any
    after: Any


@dataclass(frozen=True)
class TrailRow:
    pk: int
    at: datetime
    actor: str
    verb: str
    verb_label: str
    thing: str
    object_id: int | None
    changes: tuple[Change, ...]
    note: str
    seal_number: int | None


@dataclass(frozen=True)
class TrailFilter:
    """What is asked of the trail; empty asks nothing."""

    person: str = ""
    verb: str = ""
    kind: str = ""
    object_id: int | None = None
    from_date: date | None = None
    until_date: date | None = None


def trail(asked: TrailFilter) -> QuerySet[AuditRow]:
    """The audit rows asked for, the newest first."""
    rows = AuditRow.objects.select_related("actor").order_by("-pk")
    if words := _plain(asked.person):
        rows = rows.filter(actor__in=Person.objects.filter(Q(name__contains=words) | Q(username=words)))
    if verb := _plain(asked.verb):
        rows = rows.filter(verb__startswith=verb)
    if kind := _plain(asked.kind):
        rows = rows.filter(object_kind=kind)
    if asked.object_id:
        rows = rows.filter(object_id=asked.object_id)
    return _between(rows, asked)


def looks(asked: TrailFilter) -> QuerySet[LookRow]:
    """The log of looks asked for, the newest first."""
    rows = LookRow.objects.select_related("person").order_by("-pk")
    if words := _plain(asked.person):
        rows = rows.filter(person__in=Person.objects.filter(Q(name__contains=words) | Q(username=words)))
    if asked.verb in LookKind:
        rows = rows.filter(kind=asked.verb)
    if kind := _plain(asked.kind):
        rows = rows.filter(object_kind=kind)
    return _between(rows, asked)


def _between(rows: QuerySet[Logged], asked: TrailFilter) -> QuerySet[Logged]:
    if asked.from_date:
        rows = rows.filter(at__gte=_midnight(asked.from_date))
    if asked.until_date:
        rows = rows.filter(at__lt=_midnight(date.fromordinal(asked.until_date.toordinal() + 1)))
    return rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def trail_row(row: AuditRow) -> TrailRow:
    """A row as people read it: only what changed, the old beside the new."""
    before, after = row.before or {}, row.after or {}
    names = [*after, *(n for n in before if n not in after)]
    changes = tuple(
        Change(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)
    )
    return TrailRow(
        row.pk, row.at, row.actor.name if row.actor else "", row.verb, verb_label(row.verb, _), _(thing_label(row.object_kind)),
        row.object_id, changes, row.note, row.seal_number,
    )  # fmt: skip
