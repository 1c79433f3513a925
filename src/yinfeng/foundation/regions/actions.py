"""Bringing the public tables of the kernel into the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yinfeng.foundation.audit.actions import record
from yinfeng.kernel.tables import divisions, industries

from .models import Division, Industry


@dataclass(frozen=True)
class Loaded:
    """How many rows stand in the tables, and how many of them this call wrote."""

    divisions: int
    industries: int
    written: int


@transaction.atomic
def load(*, at: datetime) -> Loaded:
    """Make both tables equal to the files of the kernel; nothing is written where they already are.

    A division that the new table no longer has stays: old projects lie in it.
    """
    table = divisions()
    wanted_divisions = [
        Division(code=d.code, name=d.name, full_name=table.full_name(d.code), level=d.level, parent_id=d.parent or None)
        for d in table
    ]
    wanted_industries = [
        Industry(code=i.code, name=i.name, level=i.level, parent_id=i.parent or None) for i in industries()
    ]
    changed = _bring(Division, wanted_divisions, ["name", "full_name", "level", "parent_id"])
    changed += _bring(Industry, wanted_industries, ["name", "level", "parent_id"])
    if changed:
        record(
            actor=None, at=at, verb="regions.load", kind="region", object_id=None,
            after={"divisions": len(wanted_divisions), "industries": len(wanted_industries), "written": changed},
        )  # fmt: skip
    return Loaded(len(wanted_divisions), len(wanted_industries), changed)


def _bring(model: type[Division] | type[Industry], wanted: list, columns: list[str]) -> int:
    have = {row[0]: row[1:] for row in model.objects.values_list("code", *columns)}
    differing = [row for row in wanted if have.get(row.code) != tuple(getattr(row, name) for name in columns)]
    model.objects.bulk_create(
        differing,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[name.removesuffix("_id") for name in columns],
    )
    return len(differing)
