"""What ``yinfeng doctor`` proves of the ledger: everything derived is rebuilt from the facts and compared.

Each check reads in batches of projects, so that memory stays flat however large the ledger is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from yinfeng.foundation.accounts.models import AccessGrant
from yinfeng.foundation.accounts.rules import GrantWhy
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.kernel.periods import Period

from .models import (
    ClosedPeriod,
    Correction,
    Flag,
    FundsArrival,
    Lead,
    Milestone,
    Phase,
    Project,
    ProjectState,
    TeamSeat,
    Undertaking,
)
from .models.state import OPEN_END, STATE_FIELDS
from .queries import search
from .rules.derive import StandingFlag, derive
from .rules.words import COUNTING, CorrectionStatus, FactStatus, FundsBasis, ValueKind

BATCH = 2_000


def _batches() -> Iterator[list[Project]]:
    last = 0
    while rows := list(Project.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield rows
        last = rows[-1].pk


def _by_project(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    grouped: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for project_id, *rest in rows:
        grouped[project_id].append(tuple(rest))
    return grouped


def derived_columns() -> Iterator[str]:
    """Stages, dates, funds, next deadline and counts of each project and phase, against the facts."""
    for projects in _batches():
        ids = [p.pk for p in projects]
        phases = _by_project(
            Phase.objects.filter(project_id__in=ids).values_list("project_id", "pk", "stage", "stage_on")
        )
        standing = {"project_id__in": ids, "status__in": COUNTING}
        milestones = _by_project(
            Milestone.objects.filter(**standing).values_list("project_id", "phase_id", "stage", "happened_on")
        )
        flags = _by_project(
            Flag.objects.filter(**standing).values_list(
                "project_id", "kind", "is_raised", "happened_on", "phase_id", "pk"
            )
        )
        funds = dict(
            FundsArrival.objects.filter(**standing, value_kind=ValueKind.ACTUAL, basis=FundsBasis.CAPITAL)
            .values_list("project_id")
            .annotate(total=Sum("amount_cny"))
        )
        waiting: dict[int, int] = defaultdict(int)
        for model in (Milestone, FundsArrival, Flag):
            declared = model.objects.filter(project_id__in=ids, status=FactStatus.DECLARED)
            for pk in declared.values_list("project_id", flat=True):
                waiting[pk] += 1
        due: dict[int, tuple[date, str]] = {}
        undertakings = Undertaking.objects.filter(project_id__in=ids, done_on=None, cancelled_reason="")
        for pk, on, what in undertakings.order_by("due_on", "order", "pk").values_list("project_id", "due_on", "what"):
            due.setdefault(pk, (on, what))
        for project in projects:
            reached: dict[int, dict[str, date]] = {pk: {} for pk, _, _ in phases[project.pk]}
            for phase_id, stage, on in milestones[project.pk]:
                reached.setdefault(phase_id, {})[stage] = on
            derived = derive(reached, [StandingFlag(*row) for row in flags[project.pk]])
            next_due = due.get(project.pk) if derived.ended_on is None else None
            expected = derived.columns() | {
                "funds_cny": funds.get(project.pk) or 0,
                "unverified_count": waiting[project.pk],
                "next_due_on": next_due[0] if next_due else None,
                "next_due_text": next_due[1] if next_due else "",
            }
            for name, value in expected.items():
                stored = getattr(project, name)
                if stored != value:
                    yield f"项目 {project.code}：{_word(name)}存为 {stored}，按事实应为 {value}"
            for pk, stage, on in phases[project.pk]:
                if (stage, on) != derived.phases[pk]:
                    yield f"项目 {project.code} 分期 {pk}：阶段存为 {stage}（{on}），按事实应为 {derived.phases[pk]}"


def _word(name: str) -> str:
    return str(getattr(Project._meta.get_field(name), "verbose_name", name))


def history() -> Iterator[str]:
    """The rows of history follow one another without gap or overlap, the open one is the project as it stands, and
    each shows the dates, stages and funds that were on record when it began."""
    for projects in _batches():
        ids = [p.pk for p in projects]
        rows: dict[int, list[ProjectState]] = defaultdict(list)
        for row in ProjectState.objects.filter(project_id__in=ids).order_by("project_id", "valid_from"):
            rows[row.project_id].append(row)
        phases = _by_project(Phase.objects.filter(project_id__in=ids).values_list("project_id", "pk"))
        milestones = _by_project(
            Milestone.objects.filter(project_id__in=ids).values_list(
                "project_id", "at", "ended_at", "phase_id", "stage", "happened_on"
            )
        )
        flags = _by_project(
            Flag.objects.filter(project_id__in=ids).values_list(
                "project_id", "at", "ended_at", "kind", "is_raised", "happened_on", "phase_id", "pk"
            )
        )
        funds = _by_project(
            FundsArrival.objects.filter(
                project_id__in=ids, value_kind=ValueKind.ACTUAL, basis=FundsBasis.CAPITAL
            ).values_list("project_id", "at", "ended_at", "amount_cny")
        )
        for project in projects:
            yield from _faults_of_history(
                project, rows[project.pk], [pk for (pk,) in phases[project.pk]], milestones[project.pk],
                flags[project.pk], funds[project.pk],
            )  # fmt: skip


def _known(rows: list[tuple[Any, ...]], moment: datetime) -> list[tuple[Any, ...]]:
    return [tuple(rest) for at, ended, *rest in rows if at <= moment and (ended is None or ended > moment)]


def _faults_of_history(
    project: Project,
    rows: list[ProjectState],
    phase_ids: list[int],
    milestones: list[tuple[Any, ...]],
    flags: list[tuple[Any, ...]],
    funds: list[tuple[Any, ...]],
) -> Iterator[str]:
    if not rows:
        if not project.merged_into_id:
            yield f"项目 {project.code}：没有历史记录"
        return
    for earlier, later in pairwise(rows):
        if earlier.valid_to != later.valid_from and not _was_merged_until(project, later.valid_from):
            yield f"项目 {project.code}：历史在 {earlier.valid_to:%F %T} 与 {later.valid_from:%F %T} 之间不连续"
    if project.merged_into_id:
        if rows[-1].valid_to == OPEN_END:
            yield f"项目 {project.code}：已并入另一项目，历史却没有终止"
    else:
        if rows[-1].valid_to != OPEN_END:
            yield f"项目 {project.code}：历史没有延续到现在"
        for name in STATE_FIELDS:
            if getattr(rows[-1], name) != getattr(project, name):
                yield f"项目 {project.code}：最新历史的 {name} 与项目不一致"
    for row in rows:
        reached: dict[int, dict[str, date]] = {pk: {} for pk in phase_ids}
        for phase_id, stage, on in _known(milestones, row.valid_from):
            reached.setdefault(phase_id, {})[stage] = on
        dates = derive(reached, [StandingFlag(*f) for f in _known(flags, row.valid_from)])
        expected: dict[str, object] = {**dates.dates, "stalled_on": dates.stalled_on, "ended_on": dates.ended_on}
        expected["funds_cny"] = sum(amount or 0 for (amount,) in _known(funds, row.valid_from))
        for name, value in expected.items():
            if getattr(row, name) != value:
                yield (
                    f"项目 {project.code}：{row.valid_from:%F %T} 起的历史中{_word(name)}为 {getattr(row, name)}，"
                    f"按当时在案的事实应为 {value}"
                )


def _was_merged_until(project: Project, moment: datetime) -> bool:
    """Whether the gap in the history that ends here is the time in which the project stood under another one."""
    return AuditRow.objects.filter(
        object_kind="project", object_id=project.pk, verb="project.unmerge", at=moment
    ).exists()


def access_rows() -> Iterator[str]:
    """Each access row has its object and its reason, and each unit and person of an object stands in the table."""
    for kind, model in (("project", Project), ("lead", Lead)):
        orphans = AccessGrant.objects.filter(kind=kind).exclude(object_id__in=model._default_manager.values("pk"))
        for pk in orphans.values_list("object_id", flat=True)[:100]:
            yield f"访问授权指向不存在的{model._meta.verbose_name} {pk}"
    for projects in _batches():
        yield from _faults_of_grants(
            "project", "项目", {p.pk: p.code for p in projects if p.merged_into_id is None},
            {p.pk: _own_grants(p) for p in projects}, _taking_part([p.pk for p in projects]),
        )  # fmt: skip
    last = 0
    while leads := list(Lead.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = leads[-1].pk
        own: dict[int, set[Grant]] = {
            x.pk: {(x.owner_unit_id, None, "owner")} | ({(None, x.owner_id, "named")} if x.owner_id else set())
            for x in leads
        }
        yield from _faults_of_grants("lead", "线索", {x.pk: x.code for x in leads}, own, {})


Grant = tuple[int | None, int | None, str]


def _own_grants(project: Project) -> set[Grant]:
    units = {"lead": project.lead_unit_id, "landing": project.landing_unit_id, "outpost": project.outpost_id}
    persons = {"leader": project.leader_id, "named": project.owner_id}
    return {(u, None, why) for why, u in units.items() if u} | {(None, p, why) for why, p in persons.items() if p}


def _taking_part(ids: list[int]) -> dict[int, set[Grant]]:
    """Who has to do with a project by its task force, its team or its lists."""
    found: dict[int, set[Grant]] = defaultdict(set)
    lines = Undertaking.objects.filter(project_id__in=ids, cancelled_reason="")
    seats = TeamSeat.objects.filter(project_id__in=ids)
    for rows in (lines, seats):
        for pk, unit, person in rows.values_list("project_id", "unit_id", "person_id").distinct():
            found[pk] |= {(unit, None, "task_force"), (None, person, "task_force")}
    members: Any = Project.task_force_members.through._default_manager
    for pk, member in members.filter(project_id__in=ids).values_list("project_id", "person_id"):
        found[pk].add((None, member, "task_force"))
    return found


def _faults_of_grants(
    kind: str, word: str, codes: dict[int, str], own: dict[int, set[Grant]], more: dict[int, set[Grant]]
) -> Iterator[str]:
    have: dict[int, set[Grant]] = defaultdict(set)
    rows = AccessGrant.objects.filter(kind=kind, object_id__in=list(codes))
    for row in rows.iterator(chunk_size=BATCH):
        have[row.object_id].add((row.unit_id, row.person_id, row.why))
    for pk, code in codes.items():
        for unit, person, why in sorted(own[pk] - have[pk], key=str):
            yield f"{word} {code}：{_who(unit, person)}（{_(GrantWhy(why).label)}）没有访问授权"
        for unit, person, why in sorted(have[pk] - own[pk] - more.get(pk, set()), key=str):
            yield f"{word} {code}：{_who(unit, person)}的访问授权（{_(GrantWhy(why).label)}）没有依据"


def _who(unit: int | None, person: int | None) -> str:
    return f"单位 {unit}" if unit else f"人员 {person}"


def closed_periods() -> Iterator[str]:
    """No fact of a closed month was recorded, verified or ended after its closing, but by an approved correction."""
    for period in ClosedPeriod.objects.order_by("year", "month"):
        span = Period.month(period.year, period.month)
        approved = Correction.objects.filter(status=CorrectionStatus.APPROVED)
        for model, slot, new in (
            (Milestone, "milestone", "new_milestone"), (FundsArrival, "arrival", "new_arrival"), (Flag, "flag", ""),
        ):  # fmt: skip
            rows: Any = model._default_manager.filter(happened_on__range=(span.start, span.end)).filter(
                Q(at__gt=period.at) | Q(verified_at__gt=period.at) | Q(ended_at__gt=period.at)
            )
            rows = rows.exclude(pk__in=approved.filter(**{f"{slot}__isnull": False}).values(slot))
            if new:
                rows = rows.exclude(pk__in=approved.filter(**{f"{new}__isnull": False}).values(new))
            for pk, code in rows.values_list("pk", "project__code")[:100]:
                yield f"项目 {code}：{model._meta.verbose_name} {pk} 属于已关账的 {period}，关账后却有未经更正的变动"


def search_rows() -> Iterator[str]:
    """Projects and leads are found by their own words, and nothing else is found."""
    from .actions.searching import wanted

    for kind, noun in (("project", "项目"), ("lead", "线索")):
        stored = dict(search.stored(kind))  # type: ignore[arg-type]
        for pk, text in wanted(kind):  # type: ignore[arg-type]
            if stored.pop(pk, None) != search.folded(text):
                yield f"{noun} {pk}：检索用的文字与内容不符"
        for pk in stored:
            yield f"{noun} {pk}：已不存在，检索中还有"
