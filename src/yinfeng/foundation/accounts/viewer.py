"""Who is looking: one small value a request, asked by every page, query and export."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db import connection
from django.db.models import Q

from yinfeng.foundation.rulebook import queries as rulebook

from .models import Person, Post, Unit
from .rules import ADMINISTRATORS, Scope, parse_rights


@dataclass(frozen=True)
class Reach:
    """How far a verb on an object kind goes for one person; rights of several posts add up."""

    everything: bool = False
    unit_ids: frozenset[int] = frozenset()
    linked: bool = False
    named: bool = False
    issued: bool = False

    def __bool__(self) -> bool:
        return self.everything or bool(self.unit_ids) or self.linked or self.named or self.issued


@dataclass(frozen=True)
class HeldPost:
    role: str
    unit_id: int
    unit_path: str
    unit_name: str


@dataclass(frozen=True)
class Viewer:
    """A signed-in person with the posts held today."""

    person: Person
    posts: tuple[HeldPost, ...]
    rights: dict[tuple[str, str, str], Scope] = field(repr=False)
    _reaches: dict[tuple[str, str], Reach] = field(default_factory=dict, repr=False, compare=False)

    @property
    def person_id(self) -> int:
        return self.person.pk

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset(p.role for p in self.posts)

    @cached_property
    def unit_ids(self) -> frozenset[int]:
        return frozenset(p.unit_id for p in self.posts)

    @cached_property
    def is_administrator(self) -> bool:
        return bool(self.roles & ADMINISTRATORS)

    def reach(self, kind: str, verb: str = "S") -> Reach:
        """How far ``verb`` on ``kind`` goes. Remembered: a page asks many times."""
        known = self._reaches.get((kind, verb))
        if known is None:
            known = self._reaches[kind, verb] = self._work_out(kind, verb)
        return known

    def may(self, kind: str, verb: str = "S") -> bool:
        """Whether there is anything at all of this kind on which the person may use the verb (no query: every scope
        reaches something)."""
        return any((kind, post.role, verb) in self.rights for post in self.posts)

    def _work_out(self, kind: str, verb: str) -> Reach:
        everything = linked = named = issued = False
        units: set[int] = set()
        trees: list[str] = []
        for post in self.posts:
            match self.rights.get((kind, post.role, verb)):
                case Scope.ALL:
                    everything = True
                case Scope.TREE:
                    trees.append(post.unit_path)
                case Scope.OWN | Scope.ASSIGNED:
                    units.add(post.unit_id)
                case Scope.LINKED:
                    linked = True
                case Scope.NAMED:
                    named = True
                case Scope.ISSUED:
                    issued = True
        if trees and not everything:
            below = Q()
            for path in trees:
                below |= Q(path__startswith=path)
            units.update(Unit.objects.filter(below).values_list("pk", flat=True))
        return Reach(everything, frozenset(units), linked, named, issued)


_parsed_rights: dict[str, dict[tuple[str, str, str], Scope]] = {}


def rights_table(on: date) -> dict[tuple[str, str, str], Scope]:
    """The policy of who may do what, parsed once an edition."""
    rule = rulebook.in_force("rights", on)
    if rule.digest not in _parsed_rights:
        _parsed_rights[rule.digest] = parse_rights(rule.body)
    return _parsed_rights[rule.digest]


_POSTS = f"""SELECT p.role, p.unit_id, u.path, u.short_name
FROM {Post._meta.db_table} p JOIN {Unit._meta.db_table} u ON u.id = p.unit_id
WHERE p.person_id = %s AND p.from_date <= %s AND (p.until_date IS NULL OR p.until_date >= %s)
ORDER BY u.path, p.role
"""  # noqa: S608 - names of our own tables


def viewer_of(person: Person, today: date) -> Viewer:
    """The viewer for a person on a day (two queries: posts, and the rights rule in force). In SQL, since every page asks
    it and putting it together as a queryset costs more than running it."""
    with connection.cursor() as cursor:
        cursor.execute(_POSTS, [person.pk, today, today])
        held = tuple(HeldPost(*row) for row in cursor.fetchall())
    return Viewer(person, held, rights_table(today))
