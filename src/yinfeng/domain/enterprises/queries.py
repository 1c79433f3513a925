"""Reads of firms: the chooser, the group, the card with masked contacts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.text import mask_name, mask_phone, normalise_name, squeeze

from .access import visible_contacts, visible_enterprises
from .models import Enterprise
from .rules import CapitalKind, TitleKind

MOST_HITS = 20


@dataclass(frozen=True)
class EnterpriseHit:
    """One line of a chooser."""

    pk: int
    name: str
    uscc: str | None
    capital: str
    group: str


@dataclass(frozen=True)
class ContactRow:
    """A contact behind its mask."""

    pk: int
    name: str
    position: str
    phone: str
    purpose: str
    consent: str
    unit: str
    may_unmask: bool


@dataclass(frozen=True)
class TitleRow:
    label: str
    year: int
    rank: int | None
    subsidiary_level: int
    source: str


@dataclass(frozen=True)
class EnterpriseCard:
    """A firm's page."""

    pk: int
    name: str
    uscc: str | None
    capital: str
    home_country: str
    region_code: str
    registered_on: date | None
    group: EnterpriseHit | None
    titles: tuple[TitleRow, ...]
    contacts: tuple[ContactRow, ...]
    members: tuple[EnterpriseHit, ...]


def name_prefix(key: str, column: str = "name_key") -> Q:
    """``column`` begins with ``key``, by its index on both engines.

    SQLite's LIKE never uses a binary index, PostgreSQL's range follows the collation: each gets what it can walk.
    """
    if connection.vendor == "sqlite":
        return Q(**{f"{column}__gte": key, f"{column}__lt": key + "\U0010ffff"})
    return Q(**{f"{column}__startswith": key})


def search(viewer: Viewer, words: str, limit: int = MOST_HITS) -> list[EnterpriseHit]:
    """Firms for a chooser, at most 20, those whose name or code begins with the words first. Never loads the register."""
    limit = min(limit, MOST_HITS)
    words = words[:120]
    key, typed = normalise_name(words), squeeze(words)
    if not typed:
        return []
    rows = visible_enterprises(viewer).select_related("group_root")
    found = list(rows.filter(_starts(key, typed)).order_by("name_key", "pk")[:limit])
    if len(found) < limit:
        rest = rows.filter(name_key__contains=key).exclude(pk__in=[f.pk for f in found])
        found += rest.order_by("name_key", "pk")[: limit - len(found)]
    return [_hit(f) for f in found]


def members(viewer: Viewer, enterprise: Enterprise, limit: int = 200) -> list[EnterpriseHit]:
    """The other firms of the same group, its head first."""
    head = enterprise.group_root_id or enterprise.pk
    rows = visible_enterprises(viewer).filter(Q(pk=head) | Q(group_root_id=head)).exclude(pk=enterprise.pk)
    return [
        _hit(f) for f in sorted(rows.select_related("group_root")[:limit], key=lambda f: (f.pk != head, f.name_key))
    ]


def group_ids(enterprise_ids: QuerySet[Enterprise] | list[int], most: int = 500) -> set[int]:
    """The ids of all firms that share a group with one of these (themselves included). One query."""
    mine = Enterprise.objects.filter(pk__in=enterprise_ids)
    heads = mine.exclude(group_root=None).values("group_root_id")
    rows = Enterprise.objects.filter(
        Q(pk__in=mine.values("pk"))
        | Q(pk__in=heads)
        | Q(group_root_id__in=heads)
        | Q(group_root_id__in=mine.values("pk"))
    )
    return set(rows.values_list("pk", flat=True)[:most])


def contacts_of(viewer: Viewer, enterprise: Enterprise) -> list[ContactRow]:
    """The contacts the viewer may know of, masked (two queries)."""
    clear = set(visible_contacts(viewer, "V").filter(enterprise=enterprise).values_list("pk", flat=True))
    rows = visible_contacts(viewer).filter(enterprise=enterprise).select_related("unit").order_by("pk")
    return [
        ContactRow(
            c.pk, mask_name(c.name), c.position, mask_phone(c.phone) if c.phone else "", c.purpose, c.consent,
            c.unit.short_name, c.pk in clear,
        )
        for c in rows
    ]  # fmt: skip


def card(viewer: Viewer, enterprise: Enterprise) -> EnterpriseCard:
    """Everything of a firm's page (five queries)."""
    firm = Enterprise.objects.select_related("group_root").get(pk=enterprise.pk)
    titles = firm.titles.filter(voided_at=None).order_by("-year", "kind")
    return EnterpriseCard(
        firm.pk, firm.name, firm.uscc, _(CapitalKind(firm.capital_kind).label), firm.home_country, firm.region_code,
        firm.registered_on, _hit(firm.group_root) if firm.group_root else None,
        tuple(TitleRow(_(TitleKind(t.kind).label), t.year, t.rank, t.subsidiary_level, t.source) for t in titles),
        tuple(contacts_of(viewer, firm)),
        tuple(members(viewer, firm)),
    )  # fmt: skip


def _starts(key: str, typed: str) -> Q:
    by_name = name_prefix(key)
    code = typed.upper()
    # Codes are ASCII capitals and digits: both engines keep them in the same order as their index.
    if code.isascii() and len(code) >= 4:
        return by_name | Q(uscc__gte=code, uscc__lt=code + "Z")
    return by_name


def _hit(firm: Enterprise) -> EnterpriseHit:
    group = firm.group_root.name if firm.group_root_id and firm.group_root else ""
    return EnterpriseHit(firm.pk, firm.name, firm.uscc, _(CapitalKind(firm.capital_kind).label), group)
