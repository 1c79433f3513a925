"""The worklist of who verifies: what looks wrong first, unit by unit in official order, and what looks right as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from yinfeng.domain.projects.queries.choices import UnitLine, Units
from yinfeng.domain.projects.queries.page_rights import MOST, capped_counts
from yinfeng.domain.projects.queries.verify_list import KINDS, Case, case_of, waiting
from yinfeng.foundation.accounts.viewer import Viewer
from yinfeng.kernel.periods import Period

from ..rules.suspicions import Finding, Suspicion
from .looking import look, with_projects

LOOKED_AT = 5_000  # the oldest: more than a bureau verifies in a day
SHOWN_WRONG, SHOWN_RIGHT = 12, 3  # of each unit, while all units are on the page
SHOWN_OF_ONE = 200  # of one unit alone


@dataclass(frozen=True)
class Filter:
    """``kind``: milestone | funds | flag; ``unit`` with everything below it; ``only``: one kind of suspicion."""

    kind: str = "milestone"
    unit: int | None = None
    month: Period | None = None
    only: str = ""


@dataclass(frozen=True)
class Looked:
    """A fact with what looks wrong about it."""

    case: Case
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Group:
    """A unit's facts. ``right`` are only the first of those that look right: ``right_count`` says how many there are."""

    unit_id: int
    unit: str
    wrong: tuple[Looked, ...]
    wrong_count: int
    right: tuple[Looked, ...]
    right_count: int
    own_count: int  # declared by the viewer: another must verify them

    @property
    def has_more(self) -> bool:
        return self.wrong_count > len(self.wrong) or self.right_count > len(self.right)


@dataclass(frozen=True)
class Tab:
    key: str
    label: str
    count: int
    is_capped: bool


@dataclass(frozen=True)
class Worklist:
    """One page. ``until``: the newest fact looked at; what comes in later is not verified unseen."""

    filter: Filter
    tabs: tuple[Tab, ...]
    groups: tuple[Group, ...]
    kinds: tuple[tuple[str, str, int], ...]  # (suspicion, label, how many facts)
    looked_at: int
    is_capped: bool
    right_count: int
    wrong_count: int
    until: int
    stamp: str
    units: tuple[UnitLine, ...]


def rows_of(viewer: Viewer, wanted: Filter, units: Units, today: date) -> list[Any]:
    """The facts that the page looks at, the oldest first. One query."""
    below = units.below(wanted.unit) if wanted.unit else ()
    rows = waiting(viewer, wanted.kind, unit_ids=below)
    if wanted.month is not None:
        rows = rows.filter(happened_on__range=(wanted.month.start, wanted.month.end))
    return list(with_projects(wanted.kind, rows, today).order_by("pk")[: LOOKED_AT + 1])


def worklist(viewer: Viewer, wanted: Filter, *, units: Units, today: date) -> Worklist:
    """At most seven queries beside the units, however many facts there are."""
    tabs = []
    asked = {kind: waiting(viewer, kind).order_by() for kind in KINDS}
    counts = capped_counts(asked)
    for key, label in (("milestone", _("里程碑")), ("funds", _("到位资金")), ("flag", _("状态标识"))):
        tabs.append(Tab(key, label, min(counts[key], MOST), counts[key] > MOST))
    rows = rows_of(viewer, wanted, units, today)
    is_capped = len(rows) > LOOKED_AT
    rows = rows[:LOOKED_AT]
    seen = look(viewer, wanted.kind, rows, today=today)
    tally = Counter(f.kind for told in seen.findings.values() for f in told)
    kinds = tuple((s.value, _(s.label), tally[s]) for s in Suspicion if tally[s])
    groups = _groups(viewer, wanted, rows, seen.findings, seen.papers, units)
    return Worklist(
        wanted, tuple(tabs), groups, kinds, len(rows), is_capped, sum(g.right_count for g in groups),
        sum(g.wrong_count for g in groups), max((r.pk for r in rows), default=0), seen.stamp, tuple(units.leading),
    )  # fmt: skip


def _groups(
    viewer: Viewer, wanted: Filter, rows: Sequence[Any], wrong: Mapping[int, tuple[Finding, ...]],
    papers: Mapping[int, Any], units: Units,
) -> tuple[Group, ...]:  # fmt: skip
    by_unit: dict[int, list[Any]] = {}
    for row in rows:
        by_unit.setdefault(row.project.lead_unit_id, []).append(row)
    most_wrong, most_right = (SHOWN_OF_ONE, SHOWN_OF_ONE) if wanted.unit else (SHOWN_WRONG, SHOWN_RIGHT)
    groups = []
    for line in units.lines:
        own = by_unit.get(line.id, [])
        bad = [r for r in own if r.pk in wrong]
        if wanted.only:
            bad = [r for r in bad if any(f.kind == wanted.only for f in wrong[r.pk])]
        good = [] if wanted.only else [r for r in own if r.pk not in wrong]
        mine = [r for r in good if r.declared_by_id == viewer.person_id]
        if not bad and not good:
            continue

        def shown(some: Sequence[Any]) -> tuple[Looked, ...]:
            return tuple(
                Looked(case_of(wanted.kind, r, papers.get(r.pk, ()), viewer, units), wrong.get(r.pk, ())) for r in some
            )

        groups.append(
            Group(
                line.id, line.short_name, shown(bad[:most_wrong]), len(bad), shown(good[:most_right]),
                len(good) - len(mine), len(mine),
            )
        )  # fmt: skip
    return tuple(groups)


def looking_right(viewer: Viewer, wanted: Filter, *, until: int, units: Units, today: date) -> list[Any]:
    """The facts of the page that nothing looks wrong about and that are not the viewer's own: looked at anew, and none
    that came in after the page was shown."""
    rows = [r for r in rows_of(viewer, wanted, units, today)[:LOOKED_AT] if r.pk <= until]
    wrong = look(viewer, wanted.kind, rows, today=today).findings
    return [r for r in rows if r.pk not in wrong and r.declared_by_id != viewer.person_id]
