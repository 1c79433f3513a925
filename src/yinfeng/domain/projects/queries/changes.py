"""The newest changes of attributes of a project or lead: who, when, and each old and new value in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.models import Person, Unit
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.kernel.money import display

from ..models import Phase, Project
from ..rules.words import Channel, Origin, ProjectKind, SiteRoute, Stage

NEWEST_CHANGES = 60


@dataclass(frozen=True)
class Change:
    """One edit: who, when, and each field's old and new words."""

    at: datetime
    by: str
    verb: str
    note: str
    fields: tuple[tuple[str, str, str], ...]  # (name, before, after)


_VERBS = {
    "project.create": "新建项目", "project.edit": "修改项目", "project.investors": "变更投资方",
    "project.company": "变更项目公司", "project.task_force": "调整专班", "project.groups": "调整产业组群",
    "listing.add": "列入清单", "listing.remove": "移出清单",
    "phase.add": "增加分期", "phase.edit": "修改分期", "lead.create": "登记线索",
    "lead.edit": "修改线索", "lead.screen": "通过研判", "lead.drop": "放弃线索", "lead.promote": "转为项目",
    "fact.void": "作废事实", "project.merge": "合并项目", "project.unmerge": "撤销合并",
}  # fmt: skip
_FIELD_WORDS = {
    "investors": "投资方", "company": "项目公司", "members": "专班成员", "name": "名称", "groups": "产业组群",
    "site_route": "用地方式", "planned_start_on": "计划开工日期", "planned_production_on": "计划投产日期",
}  # fmt: skip
_ENUMS: dict[str, Any] = {
    "kind": ProjectKind, "origin": Origin, "channel": Channel, "site_route": SiteRoute, "furthest_stage": Stage,
}  # fmt: skip
_UNITS = ("lead_unit_id", "landing_unit_id", "outpost_id", "owner_unit_id")
_PEOPLE = ("owner_id", "leader_id")


def changes_of(kind: str, object_id: int) -> tuple[Change, ...]:
    """The newest changes of attributes, with words for keys (three queries)."""
    rows = list(
        AuditRow.objects.filter(object_kind=kind, object_id=object_id, verb__in=_VERBS)
        .select_related("actor")
        .order_by("-pk")[:NEWEST_CHANGES]
    )
    told = [side for row in rows for side in (row.before or {}, row.after or {})]
    units = _names(Unit, "short_name", {v for side in told for n in _UNITS if isinstance(v := side.get(n), int)})
    people_ids = {v for side in told for n in _PEOPLE if isinstance(v := side.get(n), int)}
    people_ids |= {v for side in told for v in _list(side.get("members"))}
    people = _names(Person, "name", people_ids)
    return tuple(
        Change(
            row.at,
            row.actor.name if row.actor else _("系统"),
            _(_VERBS[row.verb]),
            row.note,
            fields_of(row, units, people),
        )
        for row in rows
    )


def _list(value: Any) -> Sequence[int]:
    return [v for v in value if isinstance(v, int)] if isinstance(value, list) else []


def _names(model: Any, column: str, ids: set[int]) -> dict[int, str]:
    return dict(model.objects.filter(pk__in=ids).values_list("pk", column)) if ids else {}


def fields_of(row: AuditRow, units: Mapping[int, str], people: Mapping[int, str]) -> tuple[tuple[str, str, str], ...]:
    if row.verb in ("project.create", "lead.create", "fact.void"):
        return ()
    before, after = row.before or {}, row.after or {}
    keys = [k for k in dict.fromkeys([*before, *after]) if k not in ("phase", "code")]
    return tuple(
        (_field_word(k), _value(k, before.get(k), units, people), _value(k, after.get(k), units, people)) for k in keys
    )


def _field_word(key: str) -> str:
    if key in _FIELD_WORDS:
        return _(_FIELD_WORDS[key])
    for model in (Project, Phase):
        column = key.removesuffix("_id")
        if any(f.name == column for f in model._meta.concrete_fields):
            return str(getattr(model._meta.get_field(column), "verbose_name", column))
    return key


def _value(key: str, value: Any, units: Mapping[int, str], people: Mapping[int, str]) -> str:
    if value is None or value == "" or value == []:
        return "—"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if key in _UNITS:
        return units.get(value, str(value))
    if key in _PEOPLE:
        return people.get(value, str(value))
    if key == "members":
        return "、".join(people.get(v, str(v)) for v in _list(value))
    if isinstance(value, list):
        return "、".join(str(v) for v in value)
    if isinstance(value, int) and (key.endswith("_cny") or key == "investment_amount"):
        return display(value)
    if key in _ENUMS and value in _ENUMS[key]:
        return _(_ENUMS[key](value).label)
    return str(value)
