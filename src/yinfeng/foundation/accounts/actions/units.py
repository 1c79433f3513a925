"""Keeping the tree of units in its official order."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yinfeng.foundation.audit.actions import record
from yinfeng.kernel.errors import DomainError

from ..models import Person, Unit
from ..rules import DEEPEST, child_path
from .checking import check
from .posts import open_posts


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
    check(unit)
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
    check(unit)
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
    holders = open_posts(at.date()).filter(unit=unit).count()
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
