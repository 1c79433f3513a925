"""What the parts of the ledger's interface share: who asks, and what numbers name."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import Http404
from django.utils.translation import gettext as _

from yinfeng.domain.chains.models import IndustryGroup, Segment
from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.foundation.regions.models import Industry
from yinfeng.kernel.errors import DomainError

from ..models import Phase, Project
from ..queries import choices


def phase_of(project: Project, number: int) -> Phase:
    phase = Phase.objects.filter(project=project, number=number).first()
    if phase is None:
        raise Http404
    return phase


# field -> (whose number it is, whether it has to be in use)
_NAMED: dict[str, tuple[type[Model], bool]] = {
    "lead_unit_id": (Unit, True), "landing_unit_id": (Unit, True), "outpost_id": (Unit, True),
    "owner_unit_id": (Unit, True), "unit_id": (Unit, True), "owner_id": (Person, True), "leader_id": (Person, True),
    "person_id": (Person, True), "segment_id": (Segment, False), "industry_id": (Industry, False),
}  # fmt: skip


def check_named(values: dict[str, Any]) -> None:
    """Refuse a number or code that names nothing, before the database does it without words."""
    for field, value in values.items():
        if value is None or field not in _NAMED:
            continue
        model, in_use = _NAMED[field]
        rows = model._default_manager.filter(pk=value)
        if not (rows.filter(is_active=True) if in_use else rows).exists():
            raise _nothing(field, value)
    groups = set(values.get("industry_group_ids") or ())
    if groups and (lost := groups - set(IndustryGroup.objects.filter(pk__in=groups).values_list("pk", flat=True))):
        raise _nothing("industry_group_ids", min(lost))


def _nothing(field: str, value: object) -> DomainError:
    return DomainError(
        _("{field}：没有编号为 {value} 的对象，或已停用。").format(field=field, value=value),
        code="reference",
        field=field,
    )


def may_enter_for(viewer: Viewer, kind: str, unit_id: int, field: str) -> None:
    """Refuse to enter something in the name of a unit for which the person does not enter."""
    reach = viewer.reach(kind, "E")
    leading = {u.id for u in choices.units().leading}
    if unit_id not in leading or not (reach.everything or unit_id in reach.unit_ids):
        raise DomainError(_("您不能以这个单位的名义登记。"), code="unit.not_own", field=field)


def sent(data: Any) -> dict[str, Any]:
    """What a change really sent, without the version; enums as their values. A column that is never empty takes ''."""
    values = data.dict(exclude_unset=True, exclude={"expected_version"})
    return {name: str(value) if hasattr(value, "label") else value for name, value in values.items()}


def no_nulls(values: dict[str, Any], model: type[Model]) -> dict[str, Any]:
    """``null`` empties a text, and is refused where a column must say something."""
    cleaned = dict(values)
    for name, value in values.items():
        column: Any = model._meta.get_field(name.removesuffix("_id"))
        if value is None and not column.null:
            if not column.blank:
                raise DomainError(_("{field}不能为空。").format(field=name), code="input.null", field=name)
            cleaned[name] = ""
    return cleaned
