"""Running every proof that the apps registered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from yinfeng.foundation.accounts.models import AccessGrant, Post
from yinfeng.foundation.ui.slots import DoctorCheck, registry

MOST_FAULTS = 1_000  # of one check; what is beyond is said, not listed


@dataclass(frozen=True)
class CheckResult:
    key: str
    label: str
    faults: tuple[str, ...]
    more: bool = False  # there are faults beyond those listed


def checks(only: set[str] | None = None) -> list[DoctorCheck]:
    return [c for key, c in sorted(registry.checks.items()) if only is None or key in only]


def run(only: set[str] | None = None) -> Iterator[CheckResult]:
    """The result of each check, as it comes. A check that breaks is a fault of its own."""
    for check in checks(only):
        faults: list[str] = []
        try:
            faults.extend(islice(check.run(), MOST_FAULTS + 1))
        except Exception as error:  # the doctor goes on to the next patient
            faults.append(f"{check.label}：检查本身出错（{type(error).__name__}: {error}）")
        yield CheckResult(check.key, str(check.label), tuple(faults[:MOST_FAULTS]), len(faults) > MOST_FAULTS)


def grants_to_closed_units() -> Iterator[str]:
    """Objects granted to a unit that is closed: nobody of it can see them any more."""
    rows = AccessGrant.objects.filter(unit__is_active=False).select_related("unit").order_by("kind", "object_id")
    for row in rows.iterator(chunk_size=2_000):
        yield f"访问授权：{row.kind} {row.object_id} 授予已停用的单位“{row.unit}”，请移交在用单位"


def posts_in_closed_units() -> Iterator[str]:
    """Open posts in a unit that is closed, or of a person who may not sign in."""
    rows = Post.objects.filter(until_date__isnull=True).select_related("unit", "person")
    for row in rows.filter(unit__is_active=False):
        yield f"任职：{row.person.name} 仍在已停用的单位“{row.unit.name}”任职，请结束该岗位"
    for row in rows.filter(person__is_active=False):
        yield f"任职：已停用的人员“{row.person.name}”仍有在任岗位，请结束该岗位"


def paths_that_disagree() -> Iterator[str]:
    """Units whose path does not lie below their parent's."""
    from yinfeng.foundation.accounts.models import Unit

    for unit in Unit.objects.select_related("parent").iterator():
        above = unit.parent.path if unit.parent else ""
        if not (unit.path.startswith(above) and unit.path.count(".") == above.count(".") + 1):
            yield f"单位：“{unit.name}”的排序路径 {unit.path} 与上级不符，请在“单位”中重新移动"
