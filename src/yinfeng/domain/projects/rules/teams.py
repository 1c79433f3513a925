"""Templates of service teams 服务专班: roles to be filled per project. Pure.

The trade names the models 1+4+N (落地服务保障体系) and 1+8+N (项目招引体系) without giving their composition: who the 1, the
4, the 8 and the N are is a default of ours [K], which a bureau replaces in the rulebook ("service_teams").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .words import ServiceRole

STANDARD_SERVICE_TEAMS: dict[str, dict[str, Any]] = {
    "1+4+N": {
        "label": "1+4+N 落地服务专班（构成为默认设置，请按本地文件修改）",
        "roles": ["leader", "lead_unit", "park", "approval", "elements"],
        "further": ["department"],
    },
    "1+8+N": {
        "label": "1+8+N 项目招引专班（构成为默认设置，请按本地文件修改）",
        "roles": ["leader", "lead_unit", "park", "approval", "land", "elements", "policy", "finance", "talent"],
        "further": ["statistics", "supervision", "department"],
    },
}


@dataclass(frozen=True)
class TeamTemplate:
    """``roles`` are the seats a team begins with, ``further`` (the N) those that may be added as often as needed."""

    key: str
    label: str
    roles: tuple[ServiceRole, ...]
    further: tuple[ServiceRole, ...]


def parse_teams(body: Any) -> dict[str, TeamTemplate]:
    """The templates of a rule body by key. ValueError names what cannot be used."""
    if not isinstance(body, Mapping) or not body:
        raise ValueError("至少要有一个专班模式")
    found = {}
    for key, entry in body.items():
        if not isinstance(key, str) or not 1 <= len(key) <= 10:
            raise ValueError(f"“{key}”：模式名称应为 1 至 10 个字")
        if not isinstance(entry, Mapping) or not isinstance(entry.get("roles"), list) or not entry["roles"]:
            raise ValueError(f"{key}：roles 应列出至少一个角色")
        further = entry.get("further") or []
        if unknown := [r for r in [*entry["roles"], *further] if r not in ServiceRole]:
            raise ValueError(f"{key}：没有“{unknown[0]}”这个角色，可用：{'、'.join(ServiceRole.values)}")
        found[key] = TeamTemplate(
            key,
            str(entry.get("label") or key),
            tuple(map(ServiceRole, entry["roles"])),
            tuple(map(ServiceRole, further)),
        )
    return found
